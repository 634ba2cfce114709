from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.checks.series import days_of, series_of
from bot.store.records import Counts, Post, PostKind
from tests.bot.checks.worlds import ACCOUNT, a_post, a_subject

COUNTED = Counts(likes=3, reposts=1, replies=0)
ON_YOUTUBE = AccountRef(platform=Platform.YOUTUBE, handle="ejemplo")

_numbers = st.none() | st.integers(-5, 10_000)
_counts = st.builds(Counts, likes=_numbers, reposts=_numbers, replies=_numbers)
_posts = st.lists(
    st.builds(
        a_post,
        st.integers(1, 9),
        hours_ago=st.floats(0, 3_650 * 24),
        kind=st.sampled_from(PostKind),
        counts=_counts,
    ),
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(_posts)
def test_every_post_stands_in_one_day_and_one_hour_and_no_count_is_made_up(posts: list[Post]) -> None:
    found = series_of(a_subject(posts))
    if found is None:
        assert posts == []
        return
    assert sum(found.posts) == sum(map(sum, found.hours)) == len(posts)
    assert len(found.posts) == len(found.engagement) == len(days_of(found))
    assert found.posts[0] > 0
    assert found.posts[-1] > 0
    assert [len(row) for row in found.hours] == [24] * 7
    for day, value in zip(days_of(found), found.engagement, strict=True):
        usable = [
            sum(whole)
            for post in posts
            if post.kind is PostKind.ORIGINAL and post.created_at.date() == day
            for whole in [
                [n for n in (post.counts.likes, post.counts.reposts, post.counts.replies) if n is not None]
            ]
            if len(whole) == 3 and min(whole) >= 0
        ]
        assert value == (median(usable) if usable else None)


def test_no_posts_are_no_series() -> None:
    assert series_of(a_subject()) is None


def test_one_post_is_one_day() -> None:
    found = series_of(a_subject([a_post(1, hours_ago=0, counts=COUNTED)]))
    assert found is not None
    assert (found.starts_on, found.posts, found.engagement) == (date(2026, 11, 21), (1,), (4.0,))
    # 21 November 2026 is a Saturday.
    assert found.hours[5][12] == 1


def test_hidden_counts_are_gaps_and_days_without_posts_are_zeros() -> None:
    found = series_of(
        a_subject(
            [
                a_post(1, hours_ago=0, counts=COUNTED),
                a_post(2, hours_ago=48, counts=Counts(likes=3)),
                a_post(3, hours_ago=72, counts=Counts(likes=0, reposts=0, replies=0)),
            ]
        )
    )
    assert found is not None
    assert found.posts == (1, 1, 0, 1)
    assert found.engagement == (0.0, None, None, 4.0)
    assert (found.originals, found.counted, found.median) == (3, 2, 2.0)


def test_all_hidden_has_no_median() -> None:
    found = series_of(a_subject([a_post(n, kind=PostKind.ORIGINAL) for n in range(1, 30)]))
    assert found is not None
    assert set(found.engagement) == {None}
    assert (found.counted, found.median) == (0, None)


def test_reposts_carry_somebody_elses_counts() -> None:
    found = series_of(
        a_subject([a_post(1, kind=PostKind.REPOST, counts=Counts(likes=9_000, reposts=1, replies=1))])
    )
    assert found is not None
    assert (found.posts, found.engagement, found.originals) == ((1,), (None,), 0)


@pytest.mark.parametrize(("ref", "earned"), [(ON_YOUTUBE, 5.0), (ACCOUNT, None)])
def test_what_a_platform_does_not_have_is_not_missing(ref: AccountRef, earned: float | None) -> None:
    counts = Counts(likes=3, replies=2)
    found = series_of(a_subject([a_post(1, author=ref, counts=counts)], ref=ref))
    assert found is not None
    assert found.median == earned


def test_ten_years_have_one_entry_a_day() -> None:
    found = series_of(a_subject([a_post(1, hours_ago=0), a_post(2, hours_ago=3_649 * 24)]))
    assert found is not None
    assert len(found.posts) == 3_650
    assert days_of(found)[-1] == date(2026, 11, 21)


def test_days_are_those_of_utc() -> None:
    there = datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    found = series_of(a_subject([replace(a_post(1), created_at=there)]))
    assert found is not None
    assert (found.starts_on, found.hours[5][17]) == (date(2026, 11, 21), 1)
