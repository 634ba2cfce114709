"""The list of checks. A new check is one new file and one line here."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from time import perf_counter

from bot.checks.attribution import (
    half_attribution,
    identical_posts,
    infrastructure,
    officials,
    ownership_chain,
    platform_label,
    post_itself,
    posting_clock,
    registry_match,
    republication,
    self_disclosure,
    sweeps,
)
from bot.checks.check import Check, could_not_check
from bot.checks.dossier import Finding
from bot.checks.engagement import (
    amplifiers,
    co_amplifiers,
    counts,
    engagement_rate,
    fast_reshares,
    growth,
    low_reach,
    output_against_audience,
    reference_cohort,
    rhythm,
    spikes,
)
from bot.checks.subject import Subject
from bot.checks.wording import Word, say

log = logging.getLogger(__name__)

CHECKS: tuple[Check, ...] = (
    registry_match.CHECK,
    self_disclosure.CHECK,
    ownership_chain.CHECK,
    infrastructure.CHECK,
    half_attribution.CHECK,
    republication.CHECK,
    officials.CHECK,
    platform_label.CHECK,
    posting_clock.CHECK,
    post_itself.CHECK,
    identical_posts.CHECK,
    sweeps.CHECK,
    output_against_audience.CHECK,
    engagement_rate.CHECK,
    reference_cohort.CHECK,
    low_reach.CHECK,
    growth.CHECK,
    spikes.CHECK,
    amplifiers.CHECK,
    fast_reshares.CHECK,
    co_amplifiers.CHECK,
    rhythm.CHECK,
    counts.CHECK,
)

# Methods of docs/methods.md that this version does not have, by their labels. The list shrinks.
NOT_RUN: tuple[str, ...] = ()


def run_checks(
    subject: Subject, *, checks: Sequence[Check] = CHECKS
) -> tuple[tuple[Finding, ...], dict[str, float]]:
    """Run every check; return the findings in the list's order and the milliseconds of each.

    A check that raises becomes "could not check" with a reference that also stands in the log; the
    others are not touched.
    """
    findings: list[Finding] = []
    timings: dict[str, float] = {}
    for check in checks:
        started = perf_counter()
        findings += _supervised(check, subject)
        timings[check.name] = round((perf_counter() - started) * 1000, 3)
    return tuple(findings), timings


def _supervised(check: Check, subject: Subject) -> Sequence[Finding]:
    try:
        return check.run(subject)
    except Exception:
        reference = secrets.token_hex(3)
        log.exception("check %s failed, reference %s", check.name, reference)
        return (could_not_check(check, reason=say("reason.internal", reference=Word(reference))),)
