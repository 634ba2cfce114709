from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Finding, State
from bot.checks.engagement.cohorts import (
    BUCKETS,
    Age,
    Cohort,
    Standing,
    age_of_count,
    bucket_of,
    cohort,
    standings,
)
from bot.checks.engagement.readings import read
from bot.checks.engagement.reference_cohort import band, compare, run
from bot.checks.reach import Reach
from bot.store.cohorts import CountedPost, Peer
from bot.store.records import AccountId, Counts, Post
from tests.bot.checks.engagement.reaching import a_cohort
from tests.bot.checks.worlds import ACCOUNT, a_post, a_snapshot, a_subject

WEEK = timedelta(days=7)


def _standing(rate: float, *, zero: float = 0.1) -> Standing:
    return Standing(posts=20, rate=rate, zero=zero)


def _counts(total: int) -> Counts:
    return Counts(likes=total, reposts=0, replies=0)


@pytest.mark.parametrize(
    ("followers", "bounds"),
    [
        (0, (0, 10)),
        (9, (0, 10)),
        (10, (10, 100)),
        (99_999, (10_000, 100_000)),
        (100_000, (100_000, 1_000_000)),
        (1_000_000, (1_000_000, BUCKETS[-1])),
        (BUCKETS[-1] - 1, (1_000_000, BUCKETS[-1])),
    ],
)
def test_buckets_at_their_borders(followers: int, bounds: tuple[int, int]) -> None:
    assert bucket_of(followers) == range(*bounds)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Age.DAY),
        (timedelta(hours=23, minutes=59), Age.DAY),
        (timedelta(days=1), Age.WEEK),
        (timedelta(days=6, hours=23), Age.WEEK),
        (WEEK, Age.LATER),
    ],
)
def test_ages_at_their_borders(age: timedelta, expected: Age) -> None:
    assert age_of_count(age) is expected


def test_an_age_needs_five_posts_with_every_count() -> None:
    four = [read(_counts(1), age=WEEK)] * 4
    assert standings([*four, read(Counts(likes=9), age=WEEK)], followers=10) == {}
    five = standings([*four, read(_counts(0), age=WEEK)], followers=10)
    assert five == {Age.LATER: Standing(posts=5, rate=0.1, zero=0.2)}


def test_members_without_followers_have_no_rate_and_wrong_counts_do_not_enter() -> None:
    def peer(number: int, followers: int, totals: Sequence[int]) -> Peer:
        posts = [CountedPost(age=WEEK, counts=_counts(total)) for total in totals]
        return Peer(account_id=AccountId(number), followers=followers, posts=posts)

    made = cohort(
        [peer(1, 0, [5] * 9), peer(2, 5, [5] * 9), peer(3, 5, [5] * 5 + [-800] * 9), peer(4, 5, [-1] * 9)],
        platform=Platform.X,
        followers=range(10),
    )
    assert made.of(Age.LATER) == [
        Standing(posts=9, rate=1.0, zero=0.0),
        Standing(posts=5, rate=1.0, zero=0.0),
    ]


@pytest.mark.parametrize(("others", "state"), [(29, State.INSUFFICIENT), (30, State.NOT_FOUND)])
def test_a_yardstick_needs_thirty_accounts(others: int, state: State) -> None:
    assert compare(_standing(0.01), [_standing(0.01 + n / 1e4) for n in range(others)]).state is state


@given(
    st.floats(0, 1, allow_nan=False),
    st.lists(st.floats(0, 1, allow_nan=False), min_size=30, max_size=60),
)
def test_a_comparison_agrees_with_a_plain_reckoning(own: float, rates: list[float]) -> None:
    measured = compare(_standing(own), [_standing(rate, zero=rate) for rate in rates])
    middle = median(rates)
    spread = median([abs(rate - middle) for rate in rates])
    assert measured.above == len([rate for rate in rates if rate < own])
    assert (measured.median, measured.mad, measured.zero) == (middle, spread, middle)
    if spread == 0:
        assert measured.z is None
        assert measured.state is State.NOT_FOUND
    else:
        assert measured.z == pytest.approx(0.6745 * (own - middle) / spread)
        assert (measured.state is State.FOUND) == (abs(0.6745 * (own - middle) / spread) > 3.5)


def _run(
    posts: Sequence[Post],
    found: Cohort | None,
    *,
    followers: int | None = 500,
    rounded: bool = False,
    ref: AccountRef = ACCOUNT,
) -> Finding:
    subject = a_subject(posts, snapshots=[a_snapshot(followers, rounded=rounded)], ref=ref)
    (finding,) = run(replace(subject, reach=Reach(cohort=found)))
    return finding


def _posts(n: int, *, total: int = 5, ref: AccountRef = ACCOUNT) -> list[Post]:
    return [
        a_post(number, author=ref, counts=_counts(total if number else 0), counted_after=WEEK)
        for number in range(n)
    ]


OTHERS = [_standing(n / 1000, zero=0.25) for n in range(1, 41)]


def test_the_summary_names_size_age_sample_and_both_sides() -> None:
    finding = _run(_posts(10), a_cohort(OTHERS, followers=500))
    assert finding.state is State.NOT_FOUND
    assert finding.summary == (
        "Against 40 accounts on X with 100 to 999 followers, posts counted after a week or more: its median "
        "of 1 % of the followers a post is above that of 9 of 40 (22 %, 95 % interval 12–38 %); theirs is "
        "2.1 %, median deviation 1 %, robust z −0.71. Posts with nothing: 1 of its 10 posts, 25 % at the "
        "median of the others."
    )
    assert (finding.n, finding.of) == (9, 40)


def test_far_above_the_others_is_found_with_a_benign_reading() -> None:
    finding = _run(_posts(10, total=200), a_cohort(OTHERS, followers=500))
    assert finding.state is State.FOUND
    assert finding.benign is not None


def test_too_small_a_cohort_states_its_size_and_that_no_baseline_exists() -> None:
    finding = _run(_posts(10), a_cohort(OTHERS[:12], followers=500))
    assert finding.state is State.INSUFFICIENT
    assert finding.reason == (
        "12 of 30 accounts on X with 100 to 999 followers are held with posts counted after a week or more, "
        "and no sourced baseline for them exists"
    )
    assert (finding.n, finding.of) == (12, 30)


@pytest.mark.parametrize(
    ("followers", "words"),
    [(5, "with fewer than 10 followers"), (2_000_000, "with 1,000,000 or more followers")],
)
def test_open_buckets_are_written_as_such(followers: int, words: str) -> None:
    assert words in _run(_posts(10), a_cohort(OTHERS, followers=followers), followers=followers).summary


def test_posts_of_another_age_do_not_compare() -> None:
    finding = _run(_posts(10), a_cohort(OTHERS, followers=500, age=Age.DAY))
    assert finding.state is State.INSUFFICIENT
    assert finding.n == 0


def test_rounded_followers_are_called_so() -> None:
    finding = _run(_posts(10), a_cohort(OTHERS, followers=500), rounded=True)
    assert finding.summary.endswith("Followers or counts are rounded.")


def test_what_keeps_it_from_comparing_is_said() -> None:
    known = a_cohort(OTHERS, followers=500)
    youtube = AccountRef(platform=Platform.YOUTUBE, handle="ejemplo")
    assert _run([], known).state is State.COULD_NOT_CHECK
    assert _run(_posts(10), None, followers=None).state is State.COULD_NOT_CHECK
    assert _run(_posts(10), known, followers=0).state is State.NOT_APPLICABLE
    assert _run(_posts(4), known).reason == "4 of 5 original posts of one age with every count"
    ages = [replace(post, counts_at=post.created_at) if n < 4 else post for n, post in enumerate(_posts(8))]
    assert _run(ages, known).reason == "4 of 5 original posts of one age with every count"
    assert _run(_posts(10, ref=youtube), known, ref=youtube).state is State.NOT_APPLICABLE


def test_the_band_is_what_the_others_would_earn_with_as_many_followers() -> None:
    subject = a_subject(_posts(10), snapshots=[a_snapshot(500)])
    found = band(replace(subject, reach=Reach(cohort=a_cohort(OTHERS, followers=500))))
    assert found is not None
    # Rates of 0.1 % to 4 %, of 500 followers.
    assert (found.accounts, found.low, found.median, found.high) == (
        40,
        pytest.approx(5.375),
        pytest.approx(10.25),
        pytest.approx(15.125),
    )


def test_without_a_yardstick_there_is_no_band() -> None:
    subject = a_subject(_posts(10), snapshots=[a_snapshot(500)])
    assert band(subject) is None
    assert band(replace(subject, reach=Reach(cohort=a_cohort(OTHERS[:29], followers=500)))) is None
    nobody = a_subject(_posts(10), snapshots=[a_snapshot(0)])
    assert band(replace(nobody, reach=Reach(cohort=a_cohort(OTHERS, followers=0)))) is None
