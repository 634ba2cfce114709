"""What was fetched from live platforms: when each thing was last asked for, how it went, what an account was.

Three facts are kept apart: *tried* (somebody asked), *done* (the answer was complete) and what is held. A gap
is told with its reason; it is never read as "nothing there".
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.accounts import Platform
from bot.store.purge import purge
from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

_PUT_FETCH = """
INSERT INTO account_fetch (account_id, aspect, source, tried_ms, done_ms, reached_ms, items, problem, remark,
                           retry_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, aspect) DO UPDATE SET
    source = excluded.source, tried_ms = excluded.tried_ms, items = excluded.items,
    problem = excluded.problem, remark = excluded.remark, retry_ms = excluded.retry_ms,
    done_ms = coalesce(excluded.done_ms, done_ms),
    reached_ms = min(coalesce(excluded.reached_ms, reached_ms), coalesce(reached_ms, excluded.reached_ms))
WHERE excluded.tried_ms >= tried_ms
"""

_FETCHES = """
SELECT aspect, source, tried_ms, done_ms, reached_ms, items, problem, remark, retry_ms
  FROM account_fetch WHERE account_id = ? ORDER BY aspect
"""

_NEWEST_STATE = """
SELECT account_state_id, state, reason, source, first_ms, last_ms
  FROM account_state WHERE account_id = ? ORDER BY last_ms DESC, account_state_id DESC LIMIT ?
"""

_SAME_STATE = "UPDATE account_state SET last_ms = max(last_ms, ?) WHERE account_state_id = ?"

_PUT_STATE = """
INSERT INTO account_state (account_id, state, reason, source, first_ms, last_ms) VALUES (?, ?, ?, ?, ?, ?)
"""

_NOTE_POSTS = """
INSERT INTO live_post (post_id, source, fetched_ms)
SELECT post_id, ?, ? FROM post WHERE platform = ? AND platform_post_id IN (SELECT value FROM json_each(?))
ON CONFLICT (post_id) DO UPDATE SET fetched_ms = max(fetched_ms, excluded.fetched_ms)
"""

_LIVE_POSTS = """
SELECT post_id FROM live_post JOIN post USING (post_id) WHERE account_id = ? AND source GLOB ?
"""

_OLD_POSTS = "SELECT post_id FROM live_post WHERE source GLOB ? AND fetched_ms < ?"
_OLD_SNAPSHOTS = "SELECT snapshot_id FROM snapshot WHERE source GLOB ? AND taken_ms < ?"
_LIVE_SNAPSHOTS = "SELECT snapshot_id FROM snapshot WHERE source GLOB ? AND account_id = ?"


_POSTS_OF_SOURCE = "SELECT post_id FROM live_post WHERE source GLOB ?"
_SNAPSHOTS_OF_SOURCE = "SELECT snapshot_id FROM snapshot WHERE source GLOB ?"
_FORGET_OLD_FETCHES = "DELETE FROM account_fetch WHERE source GLOB ? AND tried_ms < ?"
_FORGET_RAW = "DELETE FROM raw_answer WHERE source GLOB ?"
_FORGET_FETCHES = "DELETE FROM account_fetch WHERE source GLOB ?"
_FORGET_FETCHES_OF = "DELETE FROM account_fetch WHERE account_id = ? AND source GLOB ?"


class AccountState(StrEnum):
    """What an account was when a platform was asked: a finding each, never an error."""

    PRESENT = "present"
    NOT_FOUND = "not_found"  # the platform knows no such account
    GONE = "gone"  # it was there and was deleted or deactivated
    SUSPENDED = "suspended"  # taken down by the platform
    PRIVATE = "private"  # only for those whom it let in
    LIMITED = "limited"  # there, but some of it is withheld
    NEEDS_SIGN_IN = "needs_sign_in"  # shown to nobody without an account or token of that platform


class Aspect(StrEnum):
    """What can be asked of a platform about an account; a connector names those that it can give."""

    PROFILE = "profile"
    POSTS = "posts"
    SHARES = "shares"  # who reposted or quoted its posts
    FOLLOWERS = "followers"
    FOLLOWS = "follows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """How the last attempt at one aspect went.

    `done_at` is the last complete answer, None where there never was one. `reached` is the time back to
    which all posts were given. `problem` is a sentence for people, None where all went well; `remark` one
    that holds although all went well. Until `retry_at` asking again is useless.
    """

    aspect: Aspect
    source: str
    tried_at: datetime
    done_at: datetime | None = None
    reached: datetime | None = None
    items: int = 0
    problem: str | None = None
    remark: str | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSeen:
    """A state, and the first and last time it was seen without another one in between."""

    state: AccountState
    reason: str | None
    source: str
    first_at: datetime
    last_at: datetime


def record_fetch(connection: sqlite3.Connection, account_id: AccountId, fetch: Fetch) -> None:
    """Keep how the newest attempt went; what an earlier one completed stays known."""
    row = (
        account_id,
        fetch.aspect.value,
        fetch.source,
        to_ms(fetch.tried_at),
        _ms(fetch.done_at),
        _ms(fetch.reached),
        fetch.items,
        fetch.problem,
        fetch.remark,
        _ms(fetch.retry_at),
    )
    connection.execute(_PUT_FETCH, row)


def fetches_of(connection: sqlite3.Connection, account_id: AccountId) -> dict[Aspect, Fetch]:
    """Return how the last attempt at each aspect of an account went."""
    return {
        Aspect(aspect): Fetch(
            aspect=Aspect(aspect),
            source=source,
            tried_at=from_ms(tried_ms),
            done_at=_moment(done_ms),
            reached=_moment(reached_ms),
            items=items,
            problem=problem,
            remark=remark,
            retry_at=_moment(retry_ms),
        )
        for aspect, source, tried_ms, done_ms, reached_ms, items, problem, remark, retry_ms in (
            connection.execute(_FETCHES, (account_id,))
        )
    }


def record_state(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    state: AccountState,
    reason: str | None,
    source: str,
    seen_at: datetime,
) -> bool:
    """Note what an account was; True when that is a change (the first state is one)."""
    seen_ms = to_ms(seen_at)
    last = connection.execute(_NEWEST_STATE, (account_id, 1)).fetchone()
    if last is not None and last[1:4] == (state.value, reason, source):
        connection.execute(_SAME_STATE, (seen_ms, last[0]))
        return False
    connection.execute(_PUT_STATE, (account_id, state.value, reason, source, seen_ms, seen_ms))
    return True


def states_of(
    connection: sqlite3.Connection, account_id: AccountId, *, limit: int = 20
) -> tuple[StateSeen, ...]:
    """Return the states an account was seen in, newest first."""
    rows = connection.execute(_NEWEST_STATE, (account_id, limit))
    return tuple(
        StateSeen(
            state=AccountState(state),
            reason=reason,
            source=source,
            first_at=from_ms(first_ms),
            last_at=from_ms(last_ms),
        )
        for _id, state, reason, source, first_ms, last_ms in rows
    )


def note_live_posts(
    connection: sqlite3.Connection, platform: Platform, *, post_ids: str, source: str, fetched_at: datetime
) -> None:
    """Mark posts (`post_ids`: a JSON array) as given by a platform, whose terms may ask them back."""
    connection.execute(_NOTE_POSTS, (source, to_ms(fetched_at), platform.value, post_ids))


def withdraw(connection: sqlite3.Connection, account_id: AccountId, *, source: str) -> int:
    """Delete what a source gave of an account: posts, profiles and raw answers. Imported rows stay.

    `source` may be a pattern with "*". Returns how many rows went.
    """
    posts = [found for (found,) in connection.execute(_LIVE_POSTS, (account_id, source))]
    snapshots = [found for (found,) in connection.execute(_LIVE_SNAPSHOTS, (source, account_id))]
    gone = purge(connection, "post", ids=posts) + purge(connection, "snapshot", ids=snapshots)
    # What is no longer held must not pass for fresh.
    gone += connection.execute(_FORGET_FETCHES_OF, (account_id, source)).rowcount
    return gone + connection.execute("DELETE FROM raw_answer WHERE account_id = ?", (account_id,)).rowcount


def withdraw_all(connection: sqlite3.Connection, *, source: str) -> int:
    """Delete what a source gave of all accounts, and when it was asked; see `withdraw`."""
    posts = [found for (found,) in connection.execute(_POSTS_OF_SOURCE, (source,))]
    snapshots = [found for (found,) in connection.execute(_SNAPSHOTS_OF_SOURCE, (source,))]
    gone = purge(connection, "post", ids=posts) + purge(connection, "snapshot", ids=snapshots)
    for statement in (_FORGET_RAW, _FORGET_FETCHES):
        gone += connection.execute(statement, (source,)).rowcount
    return gone


def expire(connection: sqlite3.Connection, *, source: str, before: datetime) -> int:
    """Delete posts and profiles of a source that were last given before an instant."""
    bound = (source, to_ms(before))
    posts = [found for (found,) in connection.execute(_OLD_POSTS, bound)]
    snapshots = [found for (found,) in connection.execute(_OLD_SNAPSHOTS, bound)]
    gone = purge(connection, "post", ids=posts) + purge(connection, "snapshot", ids=snapshots)
    return gone + connection.execute(_FORGET_OLD_FETCHES, bound).rowcount


def _ms(when: datetime | None) -> int | None:
    return None if when is None else to_ms(when)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
