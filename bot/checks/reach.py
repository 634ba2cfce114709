"""What is held of an account's reach beside its posts: who reposted it, how it grew, accounts of its size."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.checks.engagement.cohorts import DRAWN, POSTS_EACH, Cohort, bucket_of, cohort
from bot.store.cohorts import peers
from bot.store.history import BorneHandle, FollowerCount, follower_counts, handles_of
from bot.store.records import AccountId
from bot.store.reposts import Repost, names_of, reposts_of

# The most active amplifiers, whose names may be shown.
NAMED = 100
# How long a cohort is kept: what others earned on average does not change within the hour.
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`follower_counts` are one a day, oldest first; `handles` in the order in which they appeared.

    `reposts` are those by others of posts of the window; `reposts_capped` says that there may be more.
    `names` covers the most active of them. `cohort` is None where the account's size is not known.
    """

    follower_counts: tuple[FollowerCount, ...] = ()
    handles: tuple[BorneHandle, ...] = ()
    reposts: tuple[Repost, ...] = ()
    reposts_capped: bool = False
    names: Mapping[AccountId, AccountRef] = field(default_factory=dict[AccountId, AccountRef])
    cohort: Cohort | None = None


UNKNOWN = Reach()


class CohortCache:
    """Cohorts that were read lately. One reading costs more than all checks of an account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[Platform, int], tuple[datetime, Cohort]] = {}

    def of(
        self, connection: sqlite3.Connection, *, platform: Platform, followers: range, now: datetime
    ) -> Cohort:
        """Return the cohort of a platform and a follower bucket."""
        key = (platform, followers.start)
        with self._lock:
            read_at, found = self._kept.get(key, (None, None))
        if read_at is not None and found is not None and timedelta(0) <= now - read_at < KEPT:
            return found
        drawn = peers(connection, platform, followers=followers, limit=DRAWN + 1, posts=POSTS_EACH)
        found = cohort(drawn, platform=platform, followers=followers)
        with self._lock:
            self._kept[key] = (now, found)
        return found


def read_reach(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    platform: Platform,
    followers: int | None,
    since: datetime,
    until: datetime,
    now: datetime,
    cohorts: CohortCache,
) -> Reach:
    """Read it from the store. `followers` is the audience, None where it is not known."""
    reposts = reposts_of(connection, account_id, since=since, until=until)
    active = Counter(repost.account for repost in reposts.held).most_common(NAMED)
    return Reach(
        follower_counts=follower_counts(connection, account_id),
        handles=handles_of(connection, account_id),
        reposts=reposts.held,
        reposts_capped=reposts.capped,
        names=names_of(connection, [account for account, _n in active]),
        cohort=_cohort(
            connection, account_id, platform=platform, followers=followers, now=now, cohorts=cohorts
        ),
    )


def _cohort(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    platform: Platform,
    followers: int | None,
    now: datetime,
    cohorts: CohortCache,
) -> Cohort | None:
    if followers is None:
        return None
    found = cohorts.of(connection, platform=platform, followers=bucket_of(followers), now=now)
    others = [member for member in found.members if member.account_id != account_id]
    return replace(found, members=tuple(others[:DRAWN]))
