"""E3: what an account's own posts earn: median, share of posts with nothing, and outliers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.accounts import Platform
from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.engagement.readings import SETTLED, Reading, flaws, kinds_of, rounding
from bot.checks.engagement.words import fine
from bot.checks.evidence import from_post
from bot.checks.statistics import mad, robust_z, wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, listing, number, phrase, say, share
from bot.store.records import Post

# [S] Sample and cut-off for robust z: Iglewicz and Hoaglin 1993.
MIN_SAMPLE = 20
OUTLIER_Z = 3.5
SHOWN = 3

# YouTube's policy on derived metrics (4 May 2026) bars ratios made from its counts without its consent.
WITHOUT_RATIOS = frozenset({Platform.YOUTUBE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """What posts earned, over those on which every count that the platform offers was reported.

    `absent` counts, per kind, the posts on which it was not reported; such posts are left out and never
    read as 0. `rejected` posts carry counts that cannot be true. `fresh` ones of the sample were counted
    within a day. `scores` is parallel to the input: robust z of each post's engagement, None for posts left
    out, and None altogether when the deviation is 0. The figures are None exactly when `state` is
    INSUFFICIENT or COULD_NOT_CHECK.
    """

    state: State
    sample: int
    absent: dict[str, int]
    rejected: int
    left_out: int
    median: float | None = None
    mad: float | None = None
    zero: int | None = None
    zero_interval: tuple[float, float] | None = None
    scores: tuple[float | None, ...] | None = None
    fresh: int = 0
    rounded: bool = False


def engagement(found: Sequence[Reading]) -> Engagement:
    """Measure engagement per post. FOUND means that at least one post is an outlier.

    The caller passes original posts of one account: a repost carries the original's counts, and counts
    of two platforms do not compare.
    """
    absent = Counter(kind for reading in found for kind in reading.missing)
    rejected = flaws(found).total()
    counted_ones = [reading for reading in found if reading.total is not None]
    sample = [reading.total or 0 for reading in counted_ones]
    left_out = sum(reading.total is None and reading.flaw is None for reading in found)
    if len(sample) < MIN_SAMPLE:
        # Enough posts but not enough counts is a gap in the data, not a small account.
        hidden = len(found) >= MIN_SAMPLE or (not sample and bool(found))
        state = State.COULD_NOT_CHECK if hidden else State.INSUFFICIENT
        return Engagement(
            state=state, sample=len(sample), absent=dict(absent), rejected=rejected, left_out=left_out
        )
    zero = sum(value == 0 for value in sample)
    distances = robust_z(sample)
    scores: tuple[float | None, ...] | None = None
    if distances is not None:
        remaining = iter(distances)
        scores = tuple(None if reading.total is None else next(remaining) for reading in found)
    outlying = distances is not None and any(abs(z) > OUTLIER_Z for z in distances)
    return Engagement(
        state=State.FOUND if outlying else State.NOT_FOUND,
        sample=len(sample),
        absent=dict(absent),
        rejected=rejected,
        left_out=left_out,
        median=median(sample),
        mad=mad(sample),
        zero=zero,
        zero_interval=wilson_interval(zero, len(sample)),
        scores=scores,
        fresh=sum(reading.age is not None and reading.age < SETTLED for reading in counted_ones),
        rounded=any(reading.rounded for reading in counted_ones),
    )


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure the account's original posts; the rate needs a follower count, the rest does not."""
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    originals = subject.originals
    measured = engagement(subject.earned)
    if measured.state is State.INSUFFICIENT:
        reason = say("reason.few originals", n=measured.sample, needed=MIN_SAMPLE)
        return (insufficient(CHECK, n=measured.sample, needed=MIN_SAMPLE, reason=reason),)
    if measured.median is None or measured.mad is None or measured.zero is None or not measured.zero_interval:
        return (could_not_check(CHECK, reason=_gap(measured, len(originals))),)
    figures = {
        "median": number(measured.median),
        "kinds": listing(map(Word, kinds_of(subject.ref.platform))),
        "rate": _rate(measured.median, subject),
        "posts": counted(measured.sample, "original post"),
        "zero": share(measured.zero, measured.sample, interval=measured.zero_interval),
    }
    finding = Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=measured.state,
        summary=say(
            "engagement.measured",
            **figures,
            mad=number(measured.mad),
            outliers=_outliers(measured),
            notes=_notes(measured),
        ),
        figure=say("engagement.in line", **figures),
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
        phrase("engagement.absent", what=Word(kind), n=n, of=posts)
        for kind, n in sorted(measured.absent.items())
    ]
    if measured.rejected:
        parts.append(phrase("engagement.flawed", n=measured.rejected, of=posts))
    return str(listing(parts))


def _rate(middle: float, subject: Subject) -> Word:
    profile = subject.audience
    if subject.ref.platform in WITHOUT_RATIOS:
        return phrase("engagement.no ratio")
    if profile is None or profile.followers is None:
        return phrase(
            "engagement.no usable followers" if subject.audience_flaw else "engagement.no followers"
        )
    if profile.followers == 0:
        return phrase("engagement.zero followers", on=profile.taken_at)
    rate = fine(middle / profile.followers)
    if profile.rounded:
        error = rounding(profile.followers)
        rate = phrase(
            "engagement.rate rounded",
            rate=rate,
            low=fine(middle / (profile.followers + error)),
            high=fine(middle / (profile.followers - error)),
        )
    return phrase(
        "engagement.rate",
        rate=rate,
        about=Word("about " if profile.rounded else ""),
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
    left_out = [
        phrase(key, posts=counted(n, "post"))
        for key, n in (
            ("engagement.incomplete", measured.left_out),
            ("engagement.rejected", measured.rejected),
        )
        if n
    ]
    if left_out:
        parts.append(say("engagement.left out", parts=listing(left_out)))
    if measured.fresh:
        parts.append(say("engagement.fresh", posts=counted(measured.fresh, "post")))
    if measured.rounded:
        parts.append(say("engagement.rounded"))
    return Word("".join(f" {part}" for part in parts))


CHECK = Check(name="engagement_rate", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
