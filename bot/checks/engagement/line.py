"""The engagement line of an assessment: two or three figures with their samples, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.dossier import Finding, Line, State
from bot.checks.wording import Word, say

FIGURES = 3
RAN = frozenset({State.FOUND, State.NOT_FOUND})
# What says most about whether anybody listens stands first. Rhythm and how counts were obtained are context.
ORDER = (
    "engagement_rate",
    "output_against_audience",
    "low_reach",
    "reference_cohort",
    "amplifiers",
    "spikes",
    "growth",
)


def engagement_line(findings: Sequence[Finding]) -> str:
    """Return what was found first, then what was measured, in the order of what it tells."""
    line = [finding for finding in findings if finding.line is Line.ENGAGEMENT]
    ran = [
        finding
        for finding in line
        if finding.state in RAN and finding.figure is not None and finding.check in ORDER
    ]
    ran.sort(key=lambda finding: (finding.state is not State.FOUND, ORDER.index(finding.check)))
    # One figure a check: videos and posts of low reach are one point, not two.
    figures: dict[str, str | None] = {}
    for finding in ran:
        figures.setdefault(finding.check, finding.figure)
    if figures:
        return " ".join(f"{figure}." for figure in list(figures.values())[:FIGURES])
    reasons = dict.fromkeys(finding.reason for finding in line if finding.reason)
    return say("engagement.not assessed", reasons=Word("; ".join(reasons)))
