"""When accounts are looked at again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.watch.schedule import (
    LONGEST,
    LONGEST_RETRY,
    SHORTEST,
    SOONEST,
    Pace,
    interval,
    is_behind,
    retry,
    spread,
)
from tests.bot.watch.desk import START, Desk

MINUTE = timedelta(minutes=1)


@given(posts=st.integers(0, 5_000), hours=st.integers(0, 400))
def test_the_wait_stays_between_its_ends(posts: int, hours: int) -> None:
    pace = Pace(posts=posts, last_post=START - timedelta(hours=hours) if posts else None)
    assert SHORTEST <= interval(pace, now=START) <= LONGEST


def test_the_silent_are_looked_at_later_and_the_busy_sooner() -> None:
    busy = interval(Pace(posts=1_400, last_post=START), now=START)
    usual = interval(Pace(posts=28, last_post=START), now=START)
    silent = interval(Pace(posts=28, last_post=START - timedelta(days=10)), now=START)
    assert busy < usual < silent


@given(failures=st.integers(1, 1_000))
def test_failures_are_retried_ever_later_up_to_a_day(failures: int) -> None:
    assert retry(failures) <= retry(failures + 1) <= LONGEST_RETRY


def test_who_waited_with_others_is_behind() -> None:
    assert is_behind(None, now=START, wait=MINUTE)
    assert is_behind(START - 2 * MINUTE, now=START, wait=MINUTE)
    assert not is_behind(START - MINUTE, now=START, wait=MINUTE)


@given(seed=st.integers(0, 1_000))
def test_a_spread_look_comes_within_its_wait(seed: int) -> None:
    assert SOONEST * MINUTE <= spread(MINUTE, random=Random(seed)) <= MINUTE  # noqa: S311  # spreads looks


async def test_accounts_that_were_added_together_do_not_stay_together(desk: Desk) -> None:
    handles = [f"diario{n}" for n in range(100)]
    watched = await desk.list_of(*handles)
    shown = await desk.watch.lists.show(watched)
    dues = sorted(item.next_look for item in shown.items if item.next_look is not None)
    # Of five minutes, each of four equal parts has its share of a hundred looks.
    quarter = (dues[-1] - dues[0]) / 4
    parts = [
        sum(dues[0] + n * quarter <= due <= dues[0] + (n + 1) * quarter for due in dues) for n in range(4)
    ]
    assert min(parts) >= 10
