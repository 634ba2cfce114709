"""E2: how many of an account's videos, and of its posts, almost nobody watched or read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from heapq import nsmallest

from bot.accounts import Platform
from bot.checks.check import Check, could_not_check, insufficient, not_applicable
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.engagement.baseline import Figure, published
from bot.checks.engagement.readings import Reading
from bot.checks.evidence import from_post
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, listing, percent, phrase, say, share
from bot.store.records import Post

# [S] The limit, and the shares of Google TAG's bulletins on DRAGONBRIDGE, from the shipped table.
VIEW_LIMIT = 100
UNDER_LIMIT = published("videos under 100 views")
WITHOUT_VIEWS_AT_ALL = published("videos without views")
# [S] The lower of the published shares; for anything but videos it is ours.
MIN_SHARE = min(figure.share for figure in UNDER_LIMIT)
# [P] Sample and age: ours, to be calibrated.
MIN_SAMPLE = 20
MIN_AGE = timedelta(days=7)
SHOWN = 3

# Everything that is posted there is a video.
VIDEO_PLATFORMS = frozenset({Platform.YOUTUBE, Platform.TIKTOK})
# No view counts exist there, so their absence says nothing.
WITHOUT_VIEWS = frozenset({Platform.BLUESKY, Platform.FEDIVERSE, Platform.WEBSITE})

VIDEOS, SHORTS, POSTS = "videos", "Shorts", "posts"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowReach:
    """Share of an account's items below a view limit.

    `low` and `high` are the 95 % Wilson bounds of `below` of `sample`, fractions (0..1); both are None
    exactly when `state` is INSUFFICIENT. `none` counts those without any view.
    """

    state: State
    sample: int
    below: int
    none: int
    low: float | None = None
    high: float | None = None


def low_reach(view_counts: Sequence[int], *, limit: int = VIEW_LIMIT) -> LowReach:
    """Measure how much of an account's output almost nobody watched.

    `view_counts` holds one entry per item whose count was taken at an age of seven days or more; the
    caller leaves out hidden counts. FOUND says "low reach" and nothing about authenticity: most small
    honest channels look the same. The lower bound decides, so a lucky small sample cannot produce a finding.
    """
    n = len(view_counts)
    below = sum(views < limit for views in view_counts)
    none = sum(views == 0 for views in view_counts)
    if n < MIN_SAMPLE:
        return LowReach(state=State.INSUFFICIENT, sample=n, below=below, none=none)
    low, high = wilson_interval(below, n)
    state = State.FOUND if low >= MIN_SHARE else State.NOT_FOUND
    return LowReach(state=state, sample=n, below=below, none=none, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """An account's own items of one kind, sorted by why they can or cannot be counted."""

    kind: str
    counted: tuple[Post, ...]
    hidden: int
    young: int
    rejected: int

    @property
    def of(self) -> int:
        return len(self.counted) + self.hidden + self.young + self.rejected


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure videos, Shorts and other posts apart: they are shown to people in different ways."""
    if subject.ref.platform in WITHOUT_VIEWS:
        return (could_not_check(CHECK, reason=say("reason.no views on platform")),)
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    kinds = own_items(subject.originals, subject.earned, platform=subject.ref.platform)
    if not kinds:
        reason = say("reason.no own posts", posts=counted(len(subject.posts), "post"))
        return (not_applicable(CHECK, reason=reason),)
    sorted_kinds = [sorted_out(found, kind=kind) for kind, found in kinds.items()]
    # Kinds without any view count are one gap, not several: the first stands for them.
    viewed = [items for items in sorted_kinds if items.counted or items.young or items.rejected]
    return tuple(_measured(items) for items in viewed or sorted_kinds[:1])


def _measured(items: Items) -> Finding:
    if not items.counted and items.hidden:
        reason = say("reason.views hidden", n=items.hidden, of=items.of, what=Word(items.kind))
        return could_not_check(CHECK, reason=reason)
    measured = low_reach([post.counts.views or 0 for post in items.counted])
    if measured.low is None or measured.high is None:
        reason = say(
            "reason.few viewed",
            n=measured.sample,
            needed=MIN_SAMPLE,
            what=Word(items.kind),
            notes=_left_out(items, key="low reach.without"),
        )
        return insufficient(CHECK, n=measured.sample, needed=MIN_SAMPLE, reason=reason)
    return _finding(measured, (measured.low, measured.high), items=items)


def _finding(measured: LowReach, interval: tuple[float, float], *, items: Items) -> Finding:
    found = measured.state is State.FOUND
    key = "low reach.found" if found else "low reach.measured"
    part = share(measured.below, measured.sample, interval=interval)
    none = share(measured.none, measured.sample, interval=wilson_interval(measured.none, measured.sample))
    words = {
        "share": part,
        "what": Word(items.kind),
        "limit": VIEW_LIMIT,
        "none": none,
        "notes": _notes(items),
    }
    if found:
        words["scale"] = _scale(items.kind)
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=measured.state,
        summary=say(key, **words),
        figure=say(
            "low reach.in line",
            head=Word("Low reach" if found else "Reach"),
            share=part,
            what=Word(items.kind),
            limit=VIEW_LIMIT,
        ),
        n=measured.below,
        of=measured.sample,
        evidence=tuple(map(from_post, _least(items.counted))) if found else (),
        benign=say("low reach.benign") if found else None,
    )


def _least(posts: Sequence[Post]) -> list[Post]:
    return nsmallest(SHOWN, posts, key=lambda post: (post.counts.views or 0, post.post_id))


def own_items(
    posts: Sequence[Post], earned: Sequence[Reading], *, platform: Platform
) -> dict[str, list[tuple[Post, Reading]]]:
    """Sort original posts and what they earned into videos, Shorts, and posts without a video.

    Premieres and unlisted videos cannot be told from others by what sources give.
    """
    kinds: dict[str, list[tuple[Post, Reading]]] = {VIDEOS: [], SHORTS: [], POSTS: []}
    for post, reading in zip(posts, earned, strict=True):
        if platform in VIDEO_PLATFORMS or "video" in post.media:
            short = post.url is not None and "/shorts/" in post.url
            kinds[SHORTS if short else VIDEOS].append((post, reading))
        else:
            kinds[POSTS].append((post, reading))
    return {kind: found for kind, found in kinds.items() if found}


def sorted_out(found: Sequence[tuple[Post, Reading]], *, kind: str) -> Items:
    """Leave out hidden and impossible counts, and counts read before the item was a week old."""
    kept: list[Post] = []
    hidden = young = rejected = 0
    for post, reading in found:
        if reading.flaw is not None:
            rejected += 1
        elif post.counts.views is None:
            hidden += 1
        elif reading.age is None or reading.age < MIN_AGE:
            young += 1
        else:
            kept.append(post)
    return Items(kind=kind, counted=tuple(kept), hidden=hidden, young=young, rejected=rejected)


def _scale(kind: str) -> Word:
    """Name the published figures beside videos; for anything else say that the mark is ours."""
    if kind != VIDEOS:
        return phrase("low reach.own mark", share=percent(MIN_SHARE), what=Word(kind))
    return phrase(
        "low reach.scale",
        under=listing(map(_mark, UNDER_LIMIT)),
        limit=VIEW_LIMIT,
        none=listing(map(_mark, WITHOUT_VIEWS_AT_ALL)),
        covers=Word(UNDER_LIMIT[0].covers),
    )


def _mark(figure: Figure) -> Word:
    key = "low reach.mark over" if figure.over else "low reach.mark"
    return phrase(key, share=percent(figure.share), year=Word(str(figure.year)))


def _left_out(items: Items, *, key: str) -> Word:
    parts = [
        phrase(reason, items=counted(n, items.kind.removesuffix("s"), items.kind))
        for reason, n in (
            ("low reach.hidden", items.hidden),
            ("low reach.young", items.young),
            ("low reach.rejected", items.rejected),
        )
        if n
    ]
    return phrase(key, parts=Word("; ".join(parts))) if parts else Word("")


def _notes(items: Items) -> Word:
    left_out = _left_out(items, key="low reach.left out")
    rounded = any(post.counts.rounded for post in items.counted)
    return Word(left_out + (phrase("low reach.rounded") if rounded else ""))


CHECK = Check(name="low_reach", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
