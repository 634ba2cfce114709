from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Finding, State
from bot.checks.engagement.output_against_audience import (
    bridged,
    burst_sizes,
    most_within,
    output_against_audience,
    run,
)
from bot.store.records import Post
from tests.bot.checks.worlds import NOW, a_post, a_snapshot, a_subject


def _posts(n: int, *, days: float) -> list[Post]:
    return [a_post(i, hours_ago=days * 24 * i / (n - 1)) for i in range(n)]


def _times(n: int, *, days: float) -> list[datetime]:
    return [post.created_at for post in _posts(n, days=days)]


@pytest.mark.parametrize(
    ("n", "days", "followers", "state"),
    [
        (29, 20.0, 1, State.INSUFFICIENT),  # one post short
        (30, 13.9, 1, State.INSUFFICIENT),  # days short
        (60, 20.0, 9, State.FOUND),  # exactly 3 a day, 9 followers
        (60, 20.0, 10, State.NOT_FOUND),  # 10 followers are no longer "fewer than 10"
        (59, 20.0, 9, State.NOT_FOUND),  # 2.95 a day
        (60, 20.0, 0, State.FOUND),
        (60, 20.0, None, State.COULD_NOT_CHECK),  # unknown is not 0
        (30, 14.0, 1_000_000, State.NOT_FOUND),
    ],
)
def test_the_flag_at_its_borders(n: int, days: float, followers: int | None, state: State) -> None:
    assert output_against_audience(_times(n, days=days), followers=followers).state is state


def test_the_rate_is_posts_by_days_between_first_and_last() -> None:
    times = _times(90, days=30)
    measured = output_against_audience(times, followers=5)
    assert measured.per_day == pytest.approx(len(times) / ((max(times) - min(times)).total_seconds() / 86400))


def test_the_order_of_posts_does_not_matter() -> None:
    times = _times(60, days=20)
    assert output_against_audience(times[::-1], followers=1) == output_against_audience(times, followers=1)


def _run(
    n: int,
    *,
    days: float,
    followers: int | None = 5,
    created_at: datetime | None = None,
    rounded: bool = False,
) -> Finding:
    snapshot = a_snapshot(followers, created_at=created_at, rounded=rounded)
    (finding,) = run(a_subject(_posts(n, days=days), snapshots=[snapshot]))
    return finding


def test_a_flag_states_rate_sample_and_followers_with_their_date() -> None:
    finding = _run(120, days=30)
    assert finding.state is State.FOUND
    assert finding.summary == (
        "High output for a small audience, by our own mark of 3 a day and fewer than 10 followers: 4 posts a "
        "day over 30 days (120 posts on 31 of 31 days, at most 1 within an hour), with 5 followers on 21 Nov "
        "2026."
    )
    assert finding.figure == (
        "High output for a small audience: 4 posts a day over 30 days (120 posts), with 5 followers on 21 "
        "Nov 2026"
    )
    assert finding.benign is not None
    assert finding.disarm == ()


@pytest.mark.parametrize(
    ("n", "mark"),
    [(49 * 20, None), (50 * 20, "50 a day"), (72 * 20, "72 a day"), (144 * 20, "144 a day")],
)
def test_published_marks_are_stated_and_flag_nothing(n: int, mark: str | None) -> None:
    finding = _run(n, days=20, followers=1_000)
    assert finding.state is State.NOT_FOUND
    assert ("Published mark" in finding.summary) == (mark is not None)
    assert mark is None or mark in finding.summary


def test_our_mark_and_published_ones_are_told_apart() -> None:
    summary = _run(60 * 20, days=20, followers=3).summary
    ours, _, published = summary.partition(" Published mark: ")
    assert "our own mark of 3 a day and fewer than 10 followers" in ours
    assert published == "it is above the 50 a day that the Oxford Internet Institute uses for heavy posting."


def test_days_without_posts_are_not_active() -> None:
    weekly = [a_post(n, hours_ago=24 * 7 * (n // 10) + n % 10) for n in range(50)]
    measured = output_against_audience([post.created_at for post in weekly], followers=5)
    assert (measured.active, measured.calendar) == (5, 29)


def _moments(*seconds: float) -> list[float]:
    return [float(each) for each in seconds]


@pytest.mark.parametrize(
    ("moments", "most"),
    [
        (_moments(0), 1),
        (_moments(0, 3599, 3600), 2),  # an hour is less than 60 minutes from its first post
        (_moments(0, 1800, 3599, 3601, 5000), 4),  # across what a clock hour would cut in two
        (_moments(0, 0, 0), 3),
    ],
)
def test_the_busiest_hour_slides(moments: list[float], most: int) -> None:
    assert most_within(moments, 3600.0) == most


@pytest.mark.parametrize(
    ("moments", "sizes"),
    [
        (_moments(0, 60, 120, 180, 240), [5]),  # exactly a minute apart is still a burst
        (_moments(0, 60, 120, 180, 241), []),
        (_moments(0, 60, 120, 180), []),  # four posts are none
        (_moments(*range(0, 60, 10), *range(1000, 1070, 10)), [6, 7]),
        (_moments(5), []),
    ],
)
def test_bursts_are_runs_of_quick_posts(moments: list[float], sizes: list[int]) -> None:
    assert burst_sizes(moments) == sizes


def test_bursts_are_told_with_their_posts() -> None:
    burst = [a_post(1_000 + n, hours_ago=30 + n / 120) for n in range(6)]
    (finding,) = run(a_subject([*_posts(60, days=20), *burst], snapshots=[a_snapshot(50)]))
    assert "1 burst with 6 posts" in finding.summary


def test_a_young_account_is_named_as_such_and_not_flagged() -> None:
    finding = _run(120, days=20, created_at=NOW - timedelta(days=29))
    assert finding.state is State.NOT_FOUND
    assert "no flag, since the account was 29 days old" in finding.summary
    assert _run(120, days=20, created_at=NOW - timedelta(days=30)).state is State.FOUND


def test_a_missing_follower_count_is_said_and_the_rate_still_stands() -> None:
    finding = _run(120, days=30, followers=None)
    assert finding.state is State.COULD_NOT_CHECK
    assert "4 posts a day" in finding.summary
    assert finding.reason == "the follower count is not held or not reported"


def test_a_negative_follower_count_is_refused_and_said() -> None:
    finding = _run(120, days=30, followers=-1)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason is not None
    assert "negative" in finding.reason


def test_more_followers_than_people_are_refused_and_said() -> None:
    finding = _run(120, days=30, followers=10**10 + 1)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "the source gave a follower count above the number of people, which is not used"
    assert _run(120, days=30, followers=10**10).state is State.NOT_FOUND


def test_a_profile_of_zeros_beside_posts_is_no_audience_of_none() -> None:
    """Some servers report 0 of everything whatever the truth; the posts held contradict them."""
    zeros = replace(a_snapshot(0), following=0, posts=0)
    (finding,) = run(a_subject(_posts(120, days=30), snapshots=[zeros]))
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason is not None
    assert "0 followers and 0 posts of an account whose posts are held" in finding.reason
    honest = replace(zeros, posts=120)
    (finding,) = run(a_subject(_posts(120, days=30), snapshots=[honest]))
    assert finding.state is State.FOUND


def test_an_older_profile_answers_where_the_newest_reports_no_followers() -> None:
    older = a_snapshot(7, taken_at=NOW - timedelta(days=10))
    (finding,) = run(a_subject(_posts(120, days=30), snapshots=[a_snapshot(None), older]))
    assert "7 followers on 11 Nov 2026" in finding.summary


def test_rounded_counts_are_called_so() -> None:
    assert "about 5 followers" in _run(120, days=30, rounded=True).summary


def test_no_posts_is_no_result() -> None:
    (finding,) = run(a_subject())
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "no posts are held"


def test_too_few_posts_or_days_say_how_many() -> None:
    assert _run(12, days=20).summary == "Too little data: 12 of 30 posts."
    assert _run(40, days=9).reason == "the posts held cover 9 of 14 days"


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        ("news@bird.makeup", True),
        ("someone@mastodon.example.ap.brid.gy", True),
        ("someone@notbird.makeup.example", False),
        ("brid.gy.example.com", False),
    ],
)
def test_bridges_are_known_by_their_host(handle: str, *, expected: bool) -> None:
    platform = Platform.FEDIVERSE if "@" in handle else Platform.BLUESKY
    assert bridged(AccountRef(platform=platform, handle=handle)) is expected
