from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Finding, State
from bot.checks.engagement.low_reach import low_reach, run
from bot.store.records import Counts, Post, PostKind
from tests.bot.checks.worlds import a_post, a_subject

CHANNEL = AccountRef(platform=Platform.YOUTUBE, handle="ejemplo")


@pytest.mark.parametrize(
    ("below", "total", "state"),
    [
        (19, 19, State.INSUFFICIENT),  # one short of the minimum sample
        (20, 20, State.FOUND),
        (80, 100, State.FOUND),
        (70, 100, State.NOT_FOUND),  # 70 % seen, but the lower bound is 60 %
        (0, 100, State.NOT_FOUND),
    ],
)
def test_the_lower_bound_decides(below: int, total: int, state: State) -> None:
    views = [99] * below + [100] * (total - below)
    assert low_reach(views).state is state


@pytest.mark.parametrize(("below", "total"), [(15, 20), (20, 20), (0, 20), (333, 1000)])
def test_the_interval_agrees_with_a_plain_reckoning(below: int, total: int) -> None:
    measured = low_reach([0] * below + [5_000] * (total - below))
    z, p, n = 1.959964, below / total, total
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert measured.low == pytest.approx(max(0, centre - half), abs=1e-9)
    assert measured.high == pytest.approx(min(1, centre + half), abs=1e-9)


def _video(number: int, views: int | None, *, author: AccountRef = CHANNEL, age_days: float = 30) -> Post:
    return a_post(
        number,
        author=author,
        counts=Counts(views=views),
        media=("video",),
        counted_after=timedelta(days=age_days),
    )


def _run(posts: list[Post], *, ref: AccountRef = CHANNEL) -> Finding:
    (finding,) = run(a_subject(posts, ref=ref))
    return finding


def test_low_reach_is_compared_with_named_figures_of_another_network() -> None:
    finding = _run([_video(n, 3) for n in range(25)])
    assert finding.state is State.FOUND
    assert finding.summary == (
        "Low reach: 25 of 25 (100 %, 95 % interval 87–100 %) of its videos have fewer than 100 views; 0 of "
        "25 (0 %, 95 % interval 0–13 %) have none at all. For scale: 83 % in 2022 and over 65 % in 2023 "
        "fewer than 100 and 42 % in 2022 and 30 % in 2023 none, of the videos of DRAGONBRIDGE, another "
        "network, removed by Google."
    )
    assert finding.benign == "Most small, honest channels look the same."
    assert len(finding.evidence) == 3


def test_hidden_views_are_never_read_as_none() -> None:
    finding = _run([_video(n, None) for n in range(40)])
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "view counts are not reported on 40 of 40 videos"


def test_what_is_left_out_is_said() -> None:
    posts = [_video(n, 10) for n in range(20)]
    posts += [_video(50, None), _video(51, 5, age_days=6.9), _video(52, -4)]
    finding = _run(posts)
    assert finding.of == 20
    assert finding.summary.endswith(
        "Left out: 1 video with hidden views; 1 video younger than a week when counted; "
        "1 video with counts that cannot be true."
    )


def test_a_week_old_when_counted_is_old_enough() -> None:
    assert _run([_video(n, 10, age_days=7) for n in range(20)]).state is State.FOUND
    young = _run([_video(n, 10, age_days=6.99) for n in range(20)])
    assert young.state is State.INSUFFICIENT
    assert young.summary == (
        "Too little data: 0 of 20 videos with a view count (left out: 20 videos younger than a week when "
        "counted)."
    )


@pytest.mark.parametrize("platform", [Platform.BLUESKY, Platform.FEDIVERSE])
def test_platforms_without_view_counts_cannot_be_checked(platform: Platform) -> None:
    ref = AccountRef(platform=platform, handle="ejemplo.example.com")
    finding = _run([a_post(1, author=ref, media=("video",))], ref=ref)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "the platform offers no view counts"


def test_posts_without_a_video_are_measured_apart_and_by_our_own_mark() -> None:
    ref = AccountRef(platform=Platform.X, handle="ejemplo")
    posts = [
        a_post(n, author=ref, counts=Counts(views=5), counted_after=timedelta(days=8)) for n in range(30)
    ]
    videos, others = run(a_subject([*[_video(100 + n, 900, author=ref) for n in range(20)], *posts], ref=ref))
    assert (videos.state, others.state) == (State.NOT_FOUND, State.FOUND)
    assert "30 of 30 (100 %, 95 % interval 89–100 %) of its posts have fewer than 100 views" in others.summary
    assert others.summary.endswith("The mark of 65 % for posts is ours.")
    assert "DRAGONBRIDGE" not in others.summary


def test_shorts_are_measured_apart() -> None:
    shorts = [replace(_video(n, 50), url=f"https://www.youtube.com/shorts/{n}") for n in range(100, 120)]
    videos, short = run(a_subject([*[_video(n, 500) for n in range(20)], *shorts], ref=CHANNEL))
    assert "of its videos" in videos.summary
    assert (videos.n, short.n) == (0, 20)
    assert "of its Shorts" in short.summary


def test_views_of_nobody_are_counted_too() -> None:
    finding = _run([_video(n, 0 if n < 5 else 500) for n in range(20)])
    assert "5 of 20 (25 %, 95 % interval 11–47 %) have none at all" in finding.summary


def test_posts_without_any_view_count_are_one_gap() -> None:
    ref = AccountRef(platform=Platform.X, handle="ejemplo")
    posts = [a_post(n, author=ref, media=("video",) if n % 2 else ()) for n in range(30)]
    finding = _run(posts, ref=ref)
    assert finding.state is State.COULD_NOT_CHECK


def test_rounded_views_are_called_so() -> None:
    posts = [_video(n, 90) for n in range(19)]
    posts.append(replace(posts[0], post_id="r", counts=Counts(views=1_200, rounded=True)))
    assert _run(posts).summary.endswith("Some of these counts are rounded.")


def test_reposted_videos_are_not_its_own() -> None:
    ref = AccountRef(platform=Platform.X, handle="ejemplo")
    reposts = [a_post(n, author=ref, media=("video",), kind=PostKind.REPOST) for n in range(30)]
    finding = _run(reposts, ref=ref)
    assert finding.state is State.NOT_APPLICABLE
    assert finding.reason == "none of 30 posts held is the account's own"
