from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.checks.dossier import Finding, State
from bot.checks.engagement.growth import growth, run
from bot.checks.reach import Reach
from bot.store.history import FollowerCount
from tests.bot.checks.engagement.reaching import daily
from tests.bot.checks.worlds import a_post, a_subject


def _steady(days: int, *, start: int = 1_000, step: int = 10) -> list[int]:
    """Grows by about `step` a day, a little unevenly."""
    return [start + step * day + day % 3 for day in range(days)]


def _with_jump(days: int, *, at: int, by: int, start: int = 1_000) -> list[int]:
    return [count + (by if day >= at else 0) for day, count in enumerate(_steady(days, start=start))]


def _run(counts: Sequence[FollowerCount]) -> Finding:
    (finding,) = run(replace(a_subject([a_post(1)]), reach=Reach(follower_counts=tuple(counts))))
    return finding


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ([], State.INSUFFICIENT),
        (daily(_steady(14)), State.INSUFFICIENT),  # 13 days
        (daily(_steady(15)), State.NOT_FOUND),
        (daily(_steady(60)[:1] * 60), State.NOT_FOUND),  # nothing ever changes
        (daily(_with_jump(30, at=20, by=100, start=900)), State.FOUND),  # a tenth and more
        (daily(_with_jump(30, at=20, by=80, start=900)), State.NOT_FOUND),  # just short of a tenth
        (daily(_with_jump(30, at=20, by=35, start=100)), State.NOT_FOUND),  # fewer than fifty
        (daily(_with_jump(30, at=20, by=-600)), State.FOUND),  # a purge
        (daily([5] * 20 + [70] * 20), State.FOUND),  # too even for a distance: size alone decides
    ],
)
def test_jumps_at_their_borders(counts: Sequence[FollowerCount], state: State) -> None:
    assert growth(counts).state is state


def test_eight_counts_over_a_long_time_are_too_few() -> None:
    weekly = daily(_steady(64))[::8]
    assert len(weekly) == 8
    assert growth(weekly).state is State.INSUFFICIENT
    assert growth(daily(_steady(72))[::8]).state is State.NOT_FOUND


def test_a_jump_tells_between_which_days_and_how_far_from_its_own_history() -> None:
    finding = _run(daily(_with_jump(40, at=30, by=5_000)))
    assert finding.summary == (
        "Followers: 1,000 on 13 Oct 2026, 6,390 on 21 Nov 2026 (+5,390, from the counts of 40 days); 1 jump "
        "and 0 drops against its own history."
    )
    (evidence,) = finding.evidence
    # 1,290 + 2 on day 29, 6,300 on day 30; the changes are 11, 11 and 8 a day in turn.
    assert evidence.text.startswith(
        "+5,008 followers (388 %) between 11 Nov 2026 and 12 Nov 2026, against a median"
    )
    assert (finding.n, finding.of) == (1, 39)
    assert finding.benign is not None


def test_order_of_arrival_does_not_matter() -> None:
    counts = daily(_with_jump(40, at=30, by=5_000))
    assert growth(counts[::-1]) == growth(counts)


def test_changes_within_the_rounding_are_no_changes() -> None:
    # 98,800 and 99,900 may be the same for a platform that shows two figures; 10 % is far more.
    wobbling = daily([98_000 + 1_000 * (day % 2) for day in range(40)], rounded=True)
    measured = growth(wobbling)
    assert (measured.per_day, measured.jumps) == (0.0, ())
    assert _run(wobbling).summary.endswith("Rounded counts: changes smaller than the rounding do not show.")
    assert "about 98,000 on" in _run(wobbling).summary


def test_counts_that_cannot_be_true_are_no_purge() -> None:
    counts = list(daily(_steady(40)))
    counts[10] = replace(counts[10], followers=-5)
    counts[20] = replace(counts[20], followers=10**11)
    counts[30] = replace(counts[30], followers=0, following=0, posts=0)
    finding = _run(counts)
    assert finding.state is State.NOT_FOUND
    assert "3 days with a count that cannot be true not used" in finding.summary


def test_no_history_is_no_result() -> None:
    assert _run(()).state is State.COULD_NOT_CHECK
    assert _run(daily(_steady(5))).reason == "follower counts of 5 of 9 days are held"
    assert _run(daily(_steady(12))).reason == "the follower counts held cover 11 of 14 days"


def test_two_counts_of_one_night_are_a_day_apart_at_least() -> None:
    counts = list(daily(_steady(40)))
    late, early = counts[20], counts[21]
    counts[20] = replace(late, taken_at=early.taken_at - timedelta(minutes=1))
    assert growth(counts).state is State.NOT_FOUND
