"""The engagement line: two or three figures with their samples, no likelihood."""

from __future__ import annotations

from bot.checks.catalogue import run_checks
from bot.checks.dossier import Finding, Line, State
from bot.checks.engagement.line import engagement_line
from bot.store.records import Counts
from tests.bot.checks.worlds import a_post, a_snapshot, a_subject
from tests.wording import forbidden_words

LIKELIHOOD = ("likely", "chance", "certain", "probab", "suspicious")


def _finding(check: str, state: State, figure: str | None, *, line: Line = Line.ENGAGEMENT) -> Finding:
    return Finding(
        check=check, line=line, category=None, state=state, summary="…", figure=figure, reason=f"no {check}"
    )


def test_what_was_found_comes_first_and_three_figures_are_enough() -> None:
    line = engagement_line(
        [
            _finding("output_against_audience", State.NOT_FOUND, "Output: 3 a day"),
            _finding("engagement_rate", State.NOT_FOUND, "Engagement: 2 a post"),
            _finding("low_reach", State.FOUND, "Low reach: 20 of 20"),
            _finding("low_reach", State.NOT_FOUND, "Reach: 1 of 20"),
            _finding("growth", State.FOUND, "Followers: 10"),
            _finding("spikes", State.COULD_NOT_CHECK, None),
        ]
    )
    assert line == "Low reach: 20 of 20. Followers: 10. Engagement: 2 a post."


def test_context_and_other_lines_have_no_place_in_it() -> None:
    line = engagement_line(
        [
            _finding("rhythm", State.FOUND, "Rhythm: even"),
            _finding("counts", State.FOUND, "Counts: wrong"),
            _finding("fast_reshares", State.FOUND, "Fast reshares: 5", line=Line.COORDINATION),
        ]
    )
    assert line == "Not assessed: no rhythm; no counts."


def test_the_real_line_carries_samples_and_intervals_and_no_likelihood() -> None:
    counts = Counts(likes=0, reposts=0, replies=0)
    posts = [a_post(n, hours_ago=6 * n, counts=counts) for n in range(240)]
    findings, _timings = run_checks(a_subject(posts, snapshots=[a_snapshot(4)]))
    line = engagement_line(findings)
    assert line == (
        "High output for a small audience: 4 posts a day over 60 days (240 posts), with 4 followers on 21 "
        "Nov 2026. Engagement: a median of 0 likes, reposts and replies a post, which is 0 % of 4 followers "
        "on 21 Nov 2026, from 240 original posts; nothing at all on 240 of 240 (100 %, 95 % interval 98–100 "
        "%). Checked: none of 32 days far above the 28 days before; the busiest is 21 Oct 2026 with 4 posts."
    )
    assert [word for word in LIKELIHOOD if word in line.lower()] == []
    assert forbidden_words(line) == []
    assert len(line) <= 600
