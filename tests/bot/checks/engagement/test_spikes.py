from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.dossier import Finding, State
from bot.checks.engagement.spikes import daily_counts, run, spikes, top_item
from bot.checks.reach import Reach
from bot.store.history import BorneHandle
from bot.store.records import Counts, Post, PostKind
from tests.bot.checks.worlds import NOW, a_post, a_snapshot, a_subject

START = date(2026, 9, 1)


def _days(counts: Sequence[int]) -> list[tuple[date, int]]:
    """A first day, which is left out, and then one for each count."""
    return [(START + timedelta(days=number), n) for number, n in enumerate([9, *counts])]


QUIET = [2, 3, 4] * 9 + [3]  # 28 days, median 3, deviation 1


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ([], State.INSUFFICIENT),
        (QUIET, State.INSUFFICIENT),  # nothing left to compare with the 28 days
        ([*QUIET, 3], State.NOT_FOUND),
        ([*QUIET, 8], State.NOT_FOUND),  # z 3.37
        ([*QUIET, 9], State.FOUND),  # z 4.05
        ([*QUIET, 0], State.NOT_FOUND),  # a quiet day is none
        ([*([0, 0, 0, 1] * 7), 4], State.NOT_FOUND),  # even weeks: four posts are no spike
        ([*([0] * 28), 4], State.NOT_FOUND),
        ([*([0] * 28), 5], State.FOUND),
        ([*([0] * 27), 3, 5], State.NOT_FOUND),  # less than twice the busiest day before
        ([*([0] * 27), 3, 6], State.FOUND),
    ],
)
def test_spikes_at_their_borders(counts: list[int], state: State) -> None:
    assert spikes(_days(counts)).state is state


@given(st.lists(st.integers(0, 60), min_size=29, max_size=80))
def test_each_day_is_compared_with_the_28_before_it_alone(counts: list[int]) -> None:
    measured = spikes(_days(counts))
    assert len(measured.days) == len(counts) - 28
    for number, day in enumerate(measured.days):
        before = sorted(counts[number : number + 28])
        middle = (before[13] + before[14]) / 2
        away = sorted(abs(n - middle) for n in before)
        spread = (away[13] + away[14]) / 2
        posts = counts[number + 28]
        assert (day.posts, day.median) == (posts, middle)
        if spread:
            assert day.z == pytest.approx(0.6745 * (posts - middle) / spread)
            assert day.spike == (posts - middle >= 5 and 0.6745 * (posts - middle) / spread > 3.5)
        else:
            assert day.z is None
            assert day.spike == (posts - middle >= 5 and posts >= 2 * before[-1])


def test_days_without_posts_are_days_of_none() -> None:
    times = [datetime(2026, 9, 3, 23, 59, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)]
    assert daily_counts(times) == [(date(2026, 9, 1), 1), (date(2026, 9, 2), 0), (date(2026, 9, 3), 1)]
    assert daily_counts([]) == []


def test_the_top_item_is_what_earned_most_of_its_own() -> None:
    posts = [
        a_post(1, counts=Counts(likes=4, reposts=0, replies=1)),
        a_post(2, counts=Counts(likes=50, reposts=-9, replies=1)),  # cannot be true
        a_post(3, counts=Counts(likes=900), kind=PostKind.REPOST),
        a_post(4, counts=Counts()),
        a_post(5, counts=Counts(likes=5)),
    ]
    # Posts 1 and 5 earned five each, and post 5 is the older one.
    assert top_item(posts).post_id == "5"
    assert top_item(posts[2:3]).post_id == "3"


def _busy(posts: int, *, days_ago: int, first: int = 5_000) -> list[Post]:
    return [a_post(first + n, hours_ago=24 * days_ago + n / 60) for n in range(posts)]


def _run(posts: Sequence[Post], *, reach: Reach | None = None) -> Finding:
    quiet = [a_post(n, hours_ago=8 * n) for n in range(180)]
    subject = a_subject([*quiet, *posts], snapshots=[a_snapshot(10)])
    (finding,) = run(replace(subject, reach=reach or Reach()))
    return finding


def test_a_spike_shows_its_day_its_top_item_and_what_happened_around_it() -> None:
    top = a_post(
        7_000, "la noticia del `día`", hours_ago=24 * 10, counts=Counts(likes=70, reposts=1, replies=0)
    )
    handles = (
        BorneHandle(handle="antes", first_seen=NOW - timedelta(days=40), last_seen=None),
        BorneHandle(handle="ejemplo_local_1", first_seen=NOW - timedelta(days=9), last_seen=None),
    )
    finding = _run([*_busy(30, days_ago=10), top], reach=Reach(handles=handles))
    assert finding.state is State.FOUND
    assert finding.summary == (
        "Spikes: 1 of 32 days far above the 28 days before, the highest 11 Nov 2026 with 34 posts "
        "against a median of 3."
    )
    (evidence,) = finding.evidence
    assert evidence.text == (
        "11 Nov 2026: 34 posts against a median of 3. Top item: `la noticia del ˋdíaˋ`. Around that day: it "
        "is first seen as `ejemplo_local_1` (12 Nov 2026)."
    )
    assert evidence.url == "https://x.example/status/7000"
    assert (finding.n, finding.of) == (1, 32)
    assert finding.benign is not None


def test_what_happened_on_other_days_is_not_told() -> None:
    late = BorneHandle(handle="otro", first_seen=NOW - timedelta(days=8), last_seen=None)
    first = BorneHandle(handle="antes", first_seen=NOW - timedelta(days=10), last_seen=None)
    (evidence,) = _run(_busy(30, days_ago=10), reach=Reach(handles=(first, late))).evidence
    assert "Around that day" not in evidence.text


def test_quiet_weeks_say_which_day_was_busiest() -> None:
    finding = _run([])
    assert finding.state is State.NOT_FOUND
    assert finding.summary.startswith("Checked: none of 32 days far above the 28 days before")


def test_too_few_days_say_how_many() -> None:
    (finding,) = run(a_subject([a_post(n, hours_ago=24 * n) for n in range(20)]))
    assert finding.state is State.INSUFFICIENT
    assert finding.reason == "the posts held cover 19 of 29 full days"
    (nothing,) = run(a_subject())
    assert nothing.state is State.COULD_NOT_CHECK
