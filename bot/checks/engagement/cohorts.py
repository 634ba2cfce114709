"""Accounts like one account: same platform, follower bucket and age of posts when they were counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from bot.accounts import Platform
from bot.checks.engagement.readings import MOST_PEOPLE, Reading, kinds_of, read
from bot.store.cohorts import Peer
from bot.store.records import AccountId

# [P] Powers of ten, the usual classes of audience.
BUCKETS = (0, 10, 100, 1_000, 10_000, 100_000, 1_000_000, MOST_PEOPLE + 1)
# [P] How many accounts are drawn, and how many of the newest posts of each are looked at.
DRAWN = 200
POSTS_EACH = 20
# [P] Posts of one age that an account needs to be compared, on both sides.
MIN_POSTS_EACH = 5


_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


class Age(StrEnum):
    """How old posts were when they were counted: most of what they earn comes in the first days."""

    DAY = "day"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an account's original posts of one age earned.

    `rate` is the median of a post as a share of the followers, `zero` the share of posts with nothing.
    """

    posts: int
    rate: float
    zero: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account of a cohort."""

    account_id: AccountId
    standings: Mapping[Age, Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Accounts of one platform whose follower count lies in a range, one drawn sample of them."""

    platform: Platform
    followers: range
    members: tuple[Member, ...]

    def of(self, age: Age) -> list[Standing]:
        """Return the standings of those members that have enough posts of an age."""
        return [member.standings[age] for member in self.members if age in member.standings]


def bucket_of(followers: int) -> range:
    """Return the follower bucket of a count that can be one."""
    return next(range(low, high) for low, high in pairwise(BUCKETS) if low <= followers < high)


def age_of_count(age: timedelta) -> Age:
    """Return the age class of a post when it was counted."""
    if age < _DAY:
        return Age.DAY
    return Age.WEEK if age < _WEEK else Age.LATER


def by_age(readings: Iterable[Reading]) -> dict[Age, list[int]]:
    """Return what posts earned whose counts are complete and can be true, by age."""
    totals: dict[Age, list[int]] = {}
    for reading in readings:
        if reading.total is not None and reading.age is not None:
            totals.setdefault(age_of_count(reading.age), []).append(reading.total)
    return totals


def standings(readings: Iterable[Reading], *, followers: int) -> dict[Age, Standing]:
    """Return what an account with at least one follower earned, for each age with enough posts."""
    return {
        age: Standing(
            posts=len(found),
            rate=median(found) / followers,
            zero=sum(not total for total in found) / len(found),
        )
        for age, found in by_age(readings).items()
        if len(found) >= MIN_POSTS_EACH
    }


def cohort(peers: Sequence[Peer], *, platform: Platform, followers: range) -> Cohort:
    """Make a cohort. An account without followers has no rate and does not belong to it."""
    kinds = kinds_of(platform)
    return Cohort(
        platform=platform,
        followers=followers,
        members=tuple(
            Member(
                account_id=peer.account_id,
                standings=standings(
                    (read(post.counts, age=post.age, kinds=kinds) for post in peer.posts),
                    followers=peer.followers,
                ),
            )
            for peer in peers
            if peer.followers > 0
        ),
    )
