"""How an account changed: its follower counts, one a day, and the handles it bore."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.store.records import AccountId
from bot.store.times import from_ms

# The last count of each day, an exact one before a rounded one: two routes must not look like a jump.
_FOLLOWERS = """
SELECT taken_ms, followers, following, posts, rounded, source
  FROM (SELECT *, row_number() OVER (PARTITION BY taken_ms / 86400000
                                     ORDER BY rounded, taken_ms DESC, snapshot_id DESC) AS place
          FROM snapshot
         WHERE account_id = ? AND followers IS NOT NULL)
 WHERE place = 1
 ORDER BY taken_ms DESC
 LIMIT ?
"""

# A handle that a list names without saying when has no date.
_HANDLES = """
SELECT handle, first_seen_ms, last_seen_ms
  FROM handle_history
 WHERE account_id = ? AND first_seen_ms IS NOT NULL
 ORDER BY first_seen_ms, handle
"""

# Two years of days.
MOST_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerCount:
    """What one day's last profile said. None is "not reported"."""

    taken_at: datetime
    followers: int
    following: int | None
    posts: int | None
    rounded: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BorneHandle:
    """A handle and when the account was seen with it."""

    handle: str
    first_seen: datetime
    last_seen: datetime | None


def follower_counts(
    connection: sqlite3.Connection, account_id: AccountId, *, limit: int = MOST_DAYS
) -> tuple[FollowerCount, ...]:
    """Return the newest follower counts, one a day (UTC), oldest first."""
    rows = connection.execute(_FOLLOWERS, (account_id, limit)).fetchall()
    return tuple(
        FollowerCount(
            taken_at=from_ms(taken_ms),
            followers=followers,
            following=following,
            posts=posts,
            rounded=bool(rounded),
            source=source,
        )
        for taken_ms, followers, following, posts, rounded, source in reversed(rows)
    )


def handles_of(connection: sqlite3.Connection, account_id: AccountId) -> tuple[BorneHandle, ...]:
    """Return the handles that an account was seen with, in the order in which they appeared."""
    return tuple(
        BorneHandle(
            handle=handle,
            first_seen=from_ms(first_ms),
            last_seen=None if last_ms is None else from_ms(last_ms),
        )
        for handle, first_ms, last_ms in connection.execute(_HANDLES, (account_id,))
    )
