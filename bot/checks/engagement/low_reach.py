"""E2: how many of an account's videos almost nobody watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.accounts import Platform
from bot.checks.check import Check, could_not_check, insufficient, not_applicable
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.evidence import from_post
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, percent, phrase, say, share
from bot.store.records import Post, PostKind

# [S] The limit, and the shares of Google TAG's bulletins on DRAGONBRIDGE: 2022 (26 January 2023) and 2023.
VIEW_LIMIT = 100
TAG_2022 = 0.83
TAG_2023 = 0.65
# [P] Sample and age: ours, to be calibrated.
MIN_SAMPLE = 20
MIN_AGE = timedelta(days=7)
SHOWN = 3

# Everything that is posted there is a video.
VIDEO_PLATFORMS = frozenset({Platform.YOUTUBE, Platform.TIKTOK})
# No view counts exist there, so their absence says nothing.
WITHOUT_VIEWS = frozenset({Platform.BLUESKY, Platform.FEDIVERSE, Platform.WEBSITE})


@dataclass(frozen=True, slots=True, kw_only=True)
class LowReach:
    """Share of an account's videos below a view limit.

    `low` and `high` are the 95 % Wilson bounds of `below` of `sample`, fractions (0..1); both are None
    exactly when `state` is INSUFFICIENT.
    """

    state: State
    sample: int
    below: int
    low: float | None = None
    high: float | None = None


def low_reach(view_counts: Sequence[int], *, limit: int = VIEW_LIMIT) -> LowReach:
    """Measure how much of an account's video output almost nobody watched.

    `view_counts` holds one entry per video whose count was taken at an age of seven days or more; the
    caller leaves out hidden counts. FOUND says "low reach" and nothing about authenticity: most small
    honest channels look the same. The lower bound decides, so a lucky small sample cannot produce a finding.
    """
    n = len(view_counts)
    below = sum(views < limit for views in view_counts)
    if n < MIN_SAMPLE:
        return LowReach(state=State.INSUFFICIENT, sample=n, below=below)
    low, high = wilson_interval(below, n)
    state = State.FOUND if low >= TAG_2023 else State.NOT_FOUND
    return LowReach(state=state, sample=n, below=below, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Videos:
    """An account's own videos, sorted by why they can or cannot be counted."""

    counted: tuple[Post, ...]
    hidden: int
    young: int
    short: int
    rejected: int


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure the account's own videos that were old enough when their views were read."""
    if subject.ref.platform in WITHOUT_VIEWS:
        reason = say("reason.no views on platform")
        return (could_not_check(CHECK, reason=reason),)
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    own = own_videos(subject.posts, platform=subject.ref.platform)
    if not own:
        reason = say("reason.no videos", posts=counted(len(subject.posts), "post"))
        return (not_applicable(CHECK, reason=reason),)
    videos = sorted_out(own)
    if not videos.counted and videos.hidden:
        reason = say("reason.views hidden", n=videos.hidden, of=len(own))
        return (could_not_check(CHECK, reason=reason),)
    measured = low_reach([post.counts.views or 0 for post in videos.counted])
    if measured.low is None or measured.high is None:
        reason = say("reason.few videos", n=measured.sample, needed=MIN_SAMPLE, notes=_notes(videos))
        return (insufficient(CHECK, n=measured.sample, needed=MIN_SAMPLE, reason=reason),)
    return (_finding(measured, (measured.low, measured.high), videos=videos),)


def _finding(measured: LowReach, interval: tuple[float, float], *, videos: Videos) -> Finding:
    found = measured.state is State.FOUND
    least = sorted(videos.counted, key=lambda post: (post.counts.views or 0, post.post_id))
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=measured.state,
        summary=say(
            "low reach.found" if found else "low reach.measured",
            share=share(measured.below, measured.sample, interval=interval),
            limit=VIEW_LIMIT,
            tag_2022=percent(TAG_2022),
            tag_2023=percent(TAG_2023),
            notes=_notes(videos),
        ),
        n=measured.below,
        of=measured.sample,
        evidence=tuple(from_post(post) for post in least[:SHOWN]) if found else (),
        benign=say("low reach.benign") if found else None,
    )


def own_videos(posts: Sequence[Post], *, platform: Platform) -> list[Post]:
    """Return the videos among `posts` that the account published itself."""
    everything = platform in VIDEO_PLATFORMS
    return [
        post for post in posts if post.kind is PostKind.ORIGINAL and (everything or "video" in post.media)
    ]


def sorted_out(videos: Sequence[Post]) -> Videos:
    """Leave out Shorts, absurd and hidden counts, and counts read before the video was a week old."""
    kept: list[Post] = []
    hidden = young = short = rejected = 0
    for post in videos:
        views = post.counts.views
        if post.url is not None and "/shorts/" in post.url:
            short += 1
        elif views is None:
            hidden += 1
        elif views < 0:
            rejected += 1
        elif post.counts_at is None or post.counts_at - post.created_at < MIN_AGE:
            young += 1
        else:
            kept.append(post)
    return Videos(counted=tuple(kept), hidden=hidden, young=young, short=short, rejected=rejected)


def _notes(videos: Videos) -> Word:
    parts = [
        phrase(key, videos=counted(n, "video"))
        for key, n in (
            ("low reach.hidden", videos.hidden),
            ("low reach.young", videos.young),
            ("low reach.short", videos.short),
            ("low reach.rejected", videos.rejected),
        )
        if n
    ]
    if not parts:
        return Word("")
    return phrase("low reach.left out", parts=Word("; ".join(parts)))


CHECK = Check(name="low_reach", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
