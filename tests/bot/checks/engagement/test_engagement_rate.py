from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Finding, State
from bot.checks.engagement.engagement_rate import Engagement, engagement, run
from bot.checks.engagement.readings import read
from bot.store.records import Counts, PostKind
from tests.bot.checks.worlds import a_post, a_snapshot, a_subject


def _counts(total: int) -> Counts:
    return Counts(likes=total, reposts=0, replies=0)


def _measured(counts: Sequence[Counts], *, age: timedelta = timedelta(days=9)) -> Engagement:
    return engagement([read(each, age=age) for each in counts])


def _run(counts: Sequence[Counts], *, followers: int | None = 1_000) -> Finding:
    posts = [a_post(number, counts=each) for number, each in enumerate(counts)]
    (finding,) = run(a_subject(posts, snapshots=[a_snapshot(followers)]))
    return finding


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ([_counts(1)] * 19, State.INSUFFICIENT),  # one short of the minimum sample
        ([_counts(1)] * 20, State.NOT_FOUND),
        ([_counts(0)] * 20, State.NOT_FOUND),  # all zero is measured, not missing
        ([Counts()] * 20, State.COULD_NOT_CHECK),  # all hidden
        ([Counts()] * 3, State.COULD_NOT_CHECK),  # few and hidden: the gap is the counts
        ([Counts(likes=1, reposts=1)] * 30, State.COULD_NOT_CHECK),  # replies alone are missing
        ([_counts(1)] * 19 + [Counts()], State.COULD_NOT_CHECK),
        ([_counts(1)] * 20 + [Counts()] * 10, State.NOT_FOUND),
        ([_counts(n % 4) for n in range(30)] + [_counts(500)], State.FOUND),
        ([_counts(-1)] * 30, State.COULD_NOT_CHECK),
        ([], State.INSUFFICIENT),
    ],
)
def test_states_at_the_borders(counts: list[Counts], state: State) -> None:
    assert _measured(counts).state is state


_COUNT = st.none() | st.integers(-2, 50) | st.integers(0, 10**11)
_COUNTS = st.builds(Counts, likes=_COUNT, reposts=_COUNT, replies=_COUNT)


@given(st.lists(_COUNTS, max_size=60))
def test_figures_agree_with_a_plain_reckoning(counts: list[Counts]) -> None:
    plain: list[int] = []
    for each in counts:
        trio = (each.likes, each.reposts, each.replies)
        if any(value is not None and not 0 <= value <= 10**10 for value in trio):
            continue
        if None not in trio:
            plain.append(sum(value or 0 for value in trio))
    measured = _measured(counts)
    assert measured.sample == len(plain)
    if len(plain) < 20:
        assert measured.median is None
        return
    middle = statistics.median(plain)
    assert measured.median == middle
    assert measured.zero == plain.count(0)
    spread = statistics.median([abs(value - middle) for value in plain])
    assert measured.mad == spread
    far = [value for value in plain if spread and abs(0.6745 * (value - middle) / spread) > 3.5]
    assert (measured.state is State.FOUND) == bool(far)
    scores = [score for score in measured.scores or () if score is not None]
    assert sum(abs(score) > 3.5 for score in scores) == len(far)


def test_the_summary_states_rate_sample_interval_and_followers() -> None:
    finding = _run([_counts(0)] * 17 + [_counts(3)] * 3)
    assert finding.summary == (
        "Engagement: a median of 0 likes, reposts and replies a post (median deviation 0), which is 0 % of "
        "1,000 followers on 21 Nov 2026, from 20 original posts; nothing at all on 17 of 20 (85 %, 95 % "
        "interval 64–95 %); too even to speak of outliers. 3 posts counted within a day of publication."
    )
    assert finding.figure == (
        "Engagement: a median of 0 likes, reposts and replies a post, which is 0 % of 1,000 followers on 21 "
        "Nov 2026, from 20 original posts; nothing at all on 17 of 20 (85 %, 95 % interval 64–95 %)"
    )
    assert (finding.n, finding.of) == (17, 20)


def test_absent_counts_are_named_with_how_many_posts_lack_them() -> None:
    finding = _run([Counts(likes=1, reposts=0)] * 25)
    assert finding.reason == "replies not reported on 25 of 25 original posts"


def test_left_out_and_negative_and_rounded_counts_are_said() -> None:
    rounded = Counts(likes=1200, reposts=1, replies=2, rounded=True)
    finding = _run([_counts(n) for n in range(20)] + [rounded, Counts(), _counts(-5)])
    assert (
        "Left out: 1 post without every count and 1 post with counts that cannot be true." in finding.summary
    )
    assert "rounds" in finding.summary


@pytest.mark.parametrize(("followers", "words"), [(None, "follower count not held"), (0, "no followers")])
def test_without_followers_there_is_no_rate_but_the_rest(followers: int | None, words: str) -> None:
    finding = _run([_counts(1)] * 20, followers=followers)
    assert words in finding.summary
    assert "% of" not in finding.summary
    assert "nothing at all on 0 of 20" in finding.summary


def test_a_rate_of_rounded_followers_states_its_error() -> None:
    posts = [a_post(n, counts=_counts(5)) for n in range(20)]
    (finding,) = run(a_subject(posts, snapshots=[a_snapshot(12_300, rounded=True)]))
    # 5 of 12,250 to 12,350.
    assert "about 0.041 % (0.04 % to 0.041 % with the rounding) of about 12,300 followers" in finding.summary


def test_counts_above_the_number_of_people_are_not_averaged_in() -> None:
    finding = _run([_counts(2)] * 20 + [_counts(10**10 + 1)] * 5)
    assert "a median of 2 " in finding.summary
    assert "5 posts with counts that cannot be true" in finding.summary
    assert finding.of == 20


def test_a_clock_that_went_backwards_is_not_averaged_in() -> None:
    early = [a_post(100 + n, counts=_counts(70), counted_after=timedelta(seconds=-1)) for n in range(9)]
    posts = [a_post(n, counts=_counts(1)) for n in range(20)]
    (finding,) = run(a_subject([*posts, *early], snapshots=[a_snapshot(10)]))
    assert finding.of == 20
    assert "9 posts with counts that cannot be true" in finding.summary


@pytest.mark.parametrize("platform", [Platform.INSTAGRAM, Platform.YOUTUBE])
def test_what_a_platform_does_not_offer_is_not_missing(platform: Platform) -> None:
    ref = AccountRef(platform=platform, handle="ejemplo")
    posts = [a_post(n, author=ref, counts=Counts(likes=4, replies=2)) for n in range(20)]
    (finding,) = run(a_subject(posts, snapshots=[a_snapshot(600)], ref=ref))
    assert "a median of 6 likes and replies a post" in finding.summary


def test_no_ratio_is_made_of_youtubes_counts() -> None:
    ref = AccountRef(platform=Platform.YOUTUBE, handle="ejemplo")
    posts = [a_post(n, author=ref, counts=Counts(likes=4, replies=2)) for n in range(20)]
    (finding,) = run(a_subject(posts, snapshots=[a_snapshot(600)], ref=ref))
    assert "without a rate, since the platform's terms" in finding.summary
    assert "600" not in finding.summary


def test_a_repost_carries_somebody_elses_counts_and_is_left_out() -> None:
    posts = [a_post(n, counts=_counts(n % 3)) for n in range(25)]
    posts += [a_post(100 + n, counts=_counts(90_000), kind=PostKind.REPOST) for n in range(25)]
    (finding,) = run(a_subject(posts, snapshots=[a_snapshot(10)]))
    assert finding.state is State.NOT_FOUND
    assert finding.of == 25


def test_outliers_are_shown_farthest_first_with_a_benign_reading() -> None:
    counts = [_counts(n % 5) for n in range(30)]
    counts[7], counts[11] = _counts(400), _counts(900)
    finding = _run(counts)
    assert finding.state is State.FOUND
    assert [evidence.url for evidence in finding.evidence] == [
        "https://x.example/status/11",
        "https://x.example/status/7",
    ]
    assert finding.benign is not None


def test_no_posts_is_no_result() -> None:
    (finding,) = run(a_subject())
    assert finding.state is State.COULD_NOT_CHECK
