from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import Platform
from bot.checks.engagement.readings import (
    MOST_PEOPLE,
    MOST_VIEWS,
    Flaw,
    audience_of,
    flaw_of,
    followers_flaw,
    kinds_of,
    read,
    rounding,
)
from bot.store.records import Counts
from tests.bot.checks.worlds import a_snapshot

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("counts", "age", "flaw"),
    [
        (Counts(), WEEK, None),
        (Counts(likes=0, reposts=0, replies=0), WEEK, None),
        (Counts(likes=-1), WEEK, Flaw.NEGATIVE),
        (Counts(likes=1, views=-1), WEEK, Flaw.NEGATIVE),
        (Counts(likes=1, quotes=-1), WEEK, Flaw.NEGATIVE),
        (Counts(likes=MOST_PEOPLE), WEEK, None),
        (Counts(likes=MOST_PEOPLE + 1), WEEK, Flaw.IMPOSSIBLE),
        (Counts(views=MOST_PEOPLE + 1), WEEK, None),  # people watch more than once
        (Counts(views=MOST_VIEWS), WEEK, None),
        (Counts(views=MOST_VIEWS + 1), WEEK, Flaw.IMPOSSIBLE),
        (Counts(likes=1), timedelta(0), None),
        (Counts(likes=1), timedelta(microseconds=-1), Flaw.EARLY),
        (Counts(), timedelta(days=-1), None),  # no count, no wrong count
        (Counts(likes=1), None, None),
    ],
)
def test_counts_that_cannot_be_true(counts: Counts, age: timedelta | None, flaw: Flaw | None) -> None:
    assert flaw_of(counts, age=age) is flaw


def test_absent_is_not_zero() -> None:
    hidden = read(Counts(reposts=3, replies=1), age=WEEK)
    assert (hidden.total, hidden.missing) == (None, ("likes",))
    zero = read(Counts(likes=0, reposts=0, replies=0), age=WEEK)
    assert (zero.total, zero.missing) == (0, ())


def test_a_wrong_count_takes_the_whole_post_with_it() -> None:
    assert read(Counts(likes=3, reposts=1, replies=1, views=-7), age=WEEK).total is None


@pytest.mark.parametrize("platform", list(Platform))
def test_engagement_is_the_sum_of_what_a_platform_offers(platform: Platform) -> None:
    kinds = kinds_of(platform)
    assert read(Counts(likes=1, reposts=10, replies=100), age=None, kinds=kinds).total == (
        111 if "reposts" in kinds else 101
    )
    assert ("reposts" in kinds) == (platform not in {Platform.INSTAGRAM, Platform.YOUTUBE})


@pytest.mark.parametrize(
    ("followers", "following", "posts", "held", "flaw"),
    [
        (None, None, None, 5, None),
        (-1, None, None, 0, Flaw.NEGATIVE),
        (MOST_PEOPLE, None, None, 0, None),
        (MOST_PEOPLE + 1, None, None, 0, Flaw.IMPOSSIBLE),
        (0, 0, 0, 5, Flaw.CONTRADICTED),
        (0, None, 0, 1, Flaw.CONTRADICTED),
        (0, 0, 0, 0, None),  # nothing held contradicts it
        (0, 0, 7, 5, None),
        (0, 12, 0, 5, None),
        (0, 0, None, 5, None),
    ],
)
def test_follower_counts_that_cannot_be_true(
    *, followers: int | None, following: int | None, posts: int | None, held: int, flaw: Flaw | None
) -> None:
    assert followers_flaw(followers, following=following, posts=posts, posts_held=held) is flaw


def test_the_audience_is_the_newest_count_that_can_be_true() -> None:
    profiles = [a_snapshot(None), a_snapshot(-3), a_snapshot(MOST_PEOPLE + 1), a_snapshot(12), a_snapshot(9)]
    found = audience_of(profiles, posts_held=3)
    assert found is not None
    assert found.followers == 12
    assert audience_of([a_snapshot(None)], posts_held=0) is None


@pytest.mark.parametrize(
    ("count", "error"),
    [(0, 0.5), (7, 0.5), (10, 0.5), (123, 0.5), (1_230, 5), (12_300, 50), (12_000, 500), (1_000_000, 50_000)],
)
def test_the_error_of_a_rounded_count(count: int, error: float) -> None:
    assert rounding(count) == error


@given(st.integers(100, 10**9))
def test_a_count_shown_with_three_figures_lies_within_the_error(truth: int) -> None:
    shown = round(truth, 3 - len(str(truth)))
    assert abs(shown - truth) <= rounding(shown)
