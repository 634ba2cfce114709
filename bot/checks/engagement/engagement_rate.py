"""E3: what an account's own posts earn: median, share of posts with nothing, and outliers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.evidence import from_post
from bot.checks.statistics import mad, robust_z, wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, listing, number, percent, phrase, say, share
from bot.store.records import Counts, Post, PostKind, Snapshot

# [S] Sample and cut-off for robust z: Iglewicz and Hoaglin 1993.
MIN_SAMPLE = 20
OUTLIER_Z = 3.5
SHOWN = 3

COUNTED = ("likes", "reposts", "replies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """What posts earned, over the posts on which likes, reposts and replies were all reported.

    `absent` counts, per kind, the posts on which it was not reported; such posts are left out and never
    read as 0. `rejected` posts carried a negative count. `scores` is parallel to the input: robust z of
    each post's engagement, None for posts left out, and None altogether when the deviation is 0.
    The figures are None exactly when `state` is INSUFFICIENT or COULD_NOT_CHECK.
    """

    state: State
    sample: int
    absent: dict[str, int]
    rejected: int
    median: float | None = None
    mad: float | None = None
    zero: int | None = None
    zero_interval: tuple[float, float] | None = None
    scores: tuple[float | None, ...] | None = None
    rounded: bool = False


def engagement(counts: Sequence[Counts]) -> Engagement:
    """Measure likes + reposts + replies per post. FOUND means that at least one post is an outlier.

    The caller passes original posts of one account: a repost carries the original's counts, and counts
    of two platforms do not compare.
    """
    absent: Counter[str] = Counter()
    sums: list[int | None] = []
    rejected = 0
    for each in counts:
        values = {"likes": each.likes, "reposts": each.reposts, "replies": each.replies}
        missing = [name for name, value in values.items() if value is None]
        known = [value for value in values.values() if value is not None]
        absent.update(missing)
        if any(value < 0 for value in known):
            rejected += 1
            sums.append(None)
        else:
            sums.append(None if missing else sum(known))
    sample = [value for value in sums if value is not None]
    if len(sample) < MIN_SAMPLE:
        # Enough posts but not enough counts is a gap in the data, not a small account.
        hidden = len(counts) >= MIN_SAMPLE or (not sample and bool(counts))
        state = State.COULD_NOT_CHECK if hidden else State.INSUFFICIENT
        return Engagement(state=state, sample=len(sample), absent=dict(absent), rejected=rejected)
    zero = sum(value == 0 for value in sample)
    distances = robust_z(sample)
    scores: tuple[float | None, ...] | None = None
    if distances is not None:
        remaining = iter(distances)
        scores = tuple(None if value is None else next(remaining) for value in sums)
    found = distances is not None and any(abs(z) > OUTLIER_Z for z in distances)
    return Engagement(
        state=State.FOUND if found else State.NOT_FOUND,
        sample=len(sample),
        absent=dict(absent),
        rejected=rejected,
        median=median(sample),
        mad=mad(sample),
        zero=zero,
        zero_interval=wilson_interval(zero, len(sample)),
        scores=scores,
        rounded=any(each.rounded for each in counts),
    )


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure the account's original posts; the rate needs a follower count, the rest does not."""
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    originals = [post for post in subject.posts if post.kind is PostKind.ORIGINAL]
    measured = engagement([post.counts for post in originals])
    if measured.state is State.INSUFFICIENT:
        reason = say("reason.few originals", n=measured.sample, needed=MIN_SAMPLE)
        return (insufficient(CHECK, n=measured.sample, needed=MIN_SAMPLE, reason=reason),)
    if measured.median is None or measured.zero is None or measured.zero_interval is None:
        return (could_not_check(CHECK, reason=_gap(measured, len(originals))),)
    summary = say(
        "engagement.measured",
        median=number(measured.median),
        rate=_rate(measured.median, subject.audience),
        posts=counted(measured.sample, "original post"),
        zero=share(measured.zero, measured.sample, interval=measured.zero_interval),
        outliers=_outliers(measured),
        notes=_notes(measured),
    )
    finding = Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=measured.state,
        summary=summary,
        n=measured.zero,
        of=measured.sample,
        evidence=tuple(from_post(post) for post in standing_out(originals, measured)[:SHOWN]),
        benign=say("engagement.benign") if measured.state is State.FOUND else None,
    )
    return (finding,)


def standing_out(posts: Sequence[Post], measured: Engagement) -> list[Post]:
    """Return the outliers among `posts`, which are those measured, farthest from the median first."""
    if measured.scores is None:
        return []
    far = [
        (abs(z), post)
        for z, post in zip(measured.scores, posts, strict=True)
        if z is not None and abs(z) > OUTLIER_Z
    ]
    far.sort(key=lambda pair: (-pair[0], pair[1].post_id))
    return [post for _z, post in far]


def _gap(measured: Engagement, posts: int) -> str:
    """Name the counts that are absent: which, and on how many posts."""
    parts = [
        phrase("engagement.absent", what=Word(name), n=measured.absent[name], of=posts)
        for name in COUNTED
        if measured.absent.get(name)
    ]
    if measured.rejected:
        parts.append(phrase("engagement.negative", posts=counted(measured.rejected, "post")))
    return str(listing(parts))


def _rate(middle: float, profile: Snapshot | None) -> Word:
    if profile is None or profile.followers is None:
        return phrase("engagement.no followers")
    if profile.followers == 0:
        return phrase("engagement.zero followers", on=profile.taken_at)
    return phrase(
        "engagement.rate",
        rate=percent(middle / profile.followers),
        followers=counted(profile.followers, "follower"),
        on=profile.taken_at,
    )


def _outliers(measured: Engagement) -> Word:
    if measured.scores is None:
        return phrase("engagement.no spread")
    n = sum(z is not None and abs(z) > OUTLIER_Z for z in measured.scores)
    if n == 0:
        return phrase("engagement.no outliers")
    return phrase("engagement.outliers", posts=counted(n, "post stands", "posts stand"))


def _notes(measured: Engagement) -> Word:
    parts: list[str] = []
    if any(measured.absent.values()):
        parts.append(say("engagement.left out", posts=counted(max(measured.absent.values()), "post")))
    if measured.rejected:
        parts.append(say("engagement.rejected", posts=counted(measured.rejected, "post")))
    if measured.rounded:
        parts.append(say("engagement.rounded"))
    return Word("".join(f" {part}" for part in parts))


CHECK = Check(name="engagement_rate", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
