"""What a post is reported to have earned, and which counts cannot be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.accounts import Platform
from bot.store.records import Counts, Post, Snapshot

KINDS = ("likes", "reposts", "replies")
# Platforms that have no such button; what they do not have is not missing.
OFFERED = {Platform.INSTAGRAM: ("likes", "replies"), Platform.YOUTUBE: ("likes", "replies")}

# [P] Bounds of what can be: there are fewer people than the first; nothing was seen as often as the second.
MOST_PEOPLE = 10**10
MOST_VIEWS = 10**12

# [P] A post that was counted within a day has not yet been seen by those who read on the next.
SETTLED = timedelta(days=1)
_NO_TIME = timedelta(0)


class Flaw(StrEnum):
    """Why a count is not used. One such count takes all counts of its post or profile with it."""

    NEGATIVE = "negative"
    IMPOSSIBLE = "impossible"  # more than there are people
    EARLY = "early"  # read before the post was published: a clock went backwards
    CONTRADICTED = "contradicted"  # a profile of zeros beside posts that are held


class Reading(NamedTuple):
    """What one post earned. A named tuple, since each check reads thousands.

    `total` is the sum of the kinds that its platform offers; None where one of them is `missing` or where
    there is a `flaw`. `age` is the post's when it was counted, None where that is not known.
    """

    total: int | None
    missing: tuple[str, ...]
    flaw: Flaw | None
    age: timedelta | None
    rounded: bool


def kinds_of(platform: Platform) -> tuple[str, ...]:
    """Return which counts make up engagement on a platform."""
    return OFFERED.get(platform, KINDS)


def flaw_of(counts: Counts, *, age: timedelta | None) -> Flaw | None:
    """Return what is wrong with a post's counts; a post without any has nothing wrong."""
    people = (counts.likes, counts.reposts, counts.replies, counts.quotes)
    known = [value for value in people if value is not None]
    views = counts.views if counts.views is not None else 0
    if not known and counts.views is None:
        return None
    if views < 0 or (known and min(known) < 0):
        return Flaw.NEGATIVE
    if views > MOST_VIEWS or (known and max(known) > MOST_PEOPLE):
        return Flaw.IMPOSSIBLE
    return Flaw.EARLY if age is not None and age < _NO_TIME else None


def read(counts: Counts, *, age: timedelta | None, kinds: Sequence[str] = KINDS) -> Reading:
    """Read one post's engagement. A count that is absent is never read as 0."""
    flaw = flaw_of(counts, age=age)
    values = (
        (counts.likes, counts.replies)
        if "reposts" not in kinds
        else (counts.likes, counts.reposts, counts.replies)
    )
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return Reading(None if flaw else sum(known), (), flaw, age, counts.rounded)
    missing = tuple(kind for kind, value in zip(kinds, values, strict=True) if value is None)
    return Reading(None, missing, flaw, age, counts.rounded)


def age_of(post: Post) -> timedelta | None:
    """Return how old a post was when its counts were read."""
    return None if post.counts_at is None else post.counts_at - post.created_at


def readings(posts: Iterable[Post], *, platform: Platform) -> list[Reading]:
    """Read every post of one platform."""
    kinds = kinds_of(platform)
    return [read(post.counts, age=age_of(post), kinds=kinds) for post in posts]


def flaws(found: Iterable[Reading]) -> Counter[Flaw]:
    """Count the posts whose counts are not used, by reason."""
    return Counter(reading.flaw for reading in found if reading.flaw is not None)


def rounding(value: int) -> float:
    """Return how far a rounded count may be from the true one, either way.

    Platforms show at least two figures ("12K", "1.2M"), so a round number is taken to be exact that far.
    """
    digits = str(abs(value))
    zeros = len(digits) - len(digits.rstrip("0"))
    return 10 ** max(0, min(zeros, len(digits) - 2)) / 2


def followers_flaw(
    followers: int | None, *, following: int | None, posts: int | None, posts_held: int
) -> Flaw | None:
    """Return what is wrong with a profile's follower count; nothing is where none is reported.

    Some servers report 0 of everything whatever the truth (snac): where posts of the account are held, such
    a profile contradicts itself.
    """
    if followers is None:
        return None
    if followers < 0:
        return Flaw.NEGATIVE
    if followers > MOST_PEOPLE:
        return Flaw.IMPOSSIBLE
    if followers == 0 and posts == 0 and not following and posts_held:
        return Flaw.CONTRADICTED
    return None


def profile_flaw(profile: Snapshot, *, posts_held: int) -> Flaw | None:
    """Return what is wrong with a profile's follower count."""
    return followers_flaw(
        profile.followers, following=profile.following, posts=profile.posts, posts_held=posts_held
    )


def audience_of(snapshots: Iterable[Snapshot], *, posts_held: int) -> Snapshot | None:
    """Return the first profile whose follower count can be one."""
    return next(
        (
            each
            for each in snapshots
            if each.followers is not None and profile_flaw(each, posts_held=posts_held) is None
        ),
        None,
    )
