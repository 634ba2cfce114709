"""The outbox: messages on their way to Discord.

A message is open while its wanted version is ahead of the one that was sent. Messages to one place leave in
the order of their ids, so the first open one of a place holds up those behind it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.store.times import from_ms, to_ms
from bot.store.watch_records import Notice, Outgoing, OutgoingId, OutgoingKind, SubscriptionId

_COLUMNS = """
SELECT outgoing_id, subscription_id, place, kind, nonce, made_ms, wanted, sent, attempts, merge_key,
       notice, tried_ms, channel_id, message_id
  FROM outgoing
"""
_BY_ID = f"{_COLUMNS} WHERE outgoing_id = ?"
_BY_NONCE = f"{_COLUMNS} WHERE nonce = ?"

_LAST = "SELECT ifnull(max(outgoing_id), 0) FROM outgoing"
_PUT = """
INSERT INTO outgoing (outgoing_id, subscription_id, place, kind, merge_key, notice, nonce, made_ms, next_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# The first open message of each place whose time has come; places already at work are left out.
_READY = f"""
{_COLUMNS}
 WHERE outgoing_id IN (SELECT min(outgoing_id) FROM outgoing
                        WHERE wanted > sent AND failed_ms IS NULL
                          AND place NOT IN (SELECT value FROM json_each(?2))
                        GROUP BY place)
   AND next_ms <= ?1
 ORDER BY next_ms, outgoing_id
 LIMIT ?3
"""  # noqa: S608  # a constant of ours
_NEXT = """
SELECT min(next_ms) FROM outgoing
 WHERE outgoing_id IN (SELECT min(outgoing_id) FROM outgoing
                        WHERE wanted > sent AND failed_ms IS NULL GROUP BY place)
"""

# Only the newest message of a subscription can take further hits: what came after it would be out of order.
_MERGE = """
SELECT outgoing_id, wanted, sent, tried_ms,
       (SELECT count(*) FROM delivery WHERE delivery.outgoing_id = outgoing.outgoing_id)
  FROM outgoing
 WHERE outgoing_id = (SELECT max(outgoing_id) FROM outgoing
                       WHERE subscription_id = ?1 AND merge_key = ?2)
   AND made_ms >= ?3 AND failed_ms IS NULL
"""
_WANT_MORE = "UPDATE outgoing SET wanted = ?, next_ms = min(next_ms, ?) WHERE outgoing_id = ?"
_WANT_AGAIN = """
UPDATE outgoing SET wanted = wanted + 1, next_ms = ?1, attempts = 0
 WHERE message_id IS NOT NULL AND outgoing_id <> ?3
   AND outgoing_id IN (SELECT outgoing_id FROM delivery
                        WHERE alert_id IN (SELECT alert_id FROM delivery WHERE outgoing_id = ?2))
"""

_TRYING = """
UPDATE outgoing SET tried_ms = ifnull(tried_ms, ?), attempts = attempts + 1 WHERE outgoing_id = ?
"""
_SENT = """
UPDATE outgoing
   SET sent = max(sent, ?), channel_id = ?, message_id = ?, sent_ms = ifnull(sent_ms, ?), attempts = 0,
       code = NULL, error = NULL
 WHERE outgoing_id = ?
"""
_LATER = "UPDATE outgoing SET next_ms = ?, code = ?, error = ? WHERE outgoing_id = ?"
# What was refused for certain does not exist, so it needs no look at the channel before the next attempt.
_NOT_THERE = "UPDATE outgoing SET tried_ms = NULL WHERE outgoing_id = ? AND message_id IS NULL"
_FAILED = "UPDATE outgoing SET failed_ms = ?, code = ?, error = ? WHERE outgoing_id = ?"
_GIVE_UP = "UPDATE outgoing SET wanted = sent, merge_key = NULL WHERE outgoing_id = ?"
# Hits that were to be edited into a message that is gone come as a message of their own.
_RELEASE = """
UPDATE delivery SET state = 'waiting', outgoing_id = NULL, revision = NULL
 WHERE outgoing_id = ? AND revision > ?
"""

_DEAD = """
SELECT outgoing_id, place, outgoing.made_ms, failed_ms, code, error, watchlist.name, guild_id
  FROM outgoing
  LEFT JOIN subscription USING (subscription_id)
  LEFT JOIN watchlist USING (watchlist_id)
 WHERE failed_ms IS NOT NULL AND (?1 IS NULL OR guild_id = ?1)
 ORDER BY failed_ms DESC, outgoing_id DESC
 LIMIT ?2
"""
_STATE = """
SELECT count(*), min(made_ms), sum(attempts > 0)
  FROM outgoing LEFT JOIN subscription USING (subscription_id) LEFT JOIN watchlist USING (watchlist_id)
 WHERE wanted > sent AND failed_ms IS NULL AND (?1 IS NULL OR guild_id = ?1)
"""
_DEAD_COUNT = """
SELECT count(*)
  FROM outgoing LEFT JOIN subscription USING (subscription_id) LEFT JOIN watchlist USING (watchlist_id)
 WHERE failed_ms >= ?2 AND (?1 IS NULL OR guild_id = ?1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mergeable:
    """A message that may take further hits; `untouched`: no request for it has left yet."""

    outgoing_id: OutgoingId
    wanted: int
    hits: int
    untouched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up. `list_name` is None for one to an administrator."""

    outgoing_id: OutgoingId
    place: str
    made_at: datetime
    failed_at: datetime
    code: int | None
    error: str
    list_name: str | None
    guild_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """What is under way. `oldest` is None where nothing is."""

    open: int
    oldest: datetime | None
    retrying: int
    dead: int


def put_outgoing(
    connection: sqlite3.Connection,
    *,
    place: str,
    kind: OutgoingKind,
    now: datetime,
    subscription_id: SubscriptionId | None = None,
    merge_key: str | None = None,
    notice: Notice | None = None,
) -> OutgoingId:
    """Put a message into the outbox; its nonce follows from what it is, and never serves another text."""
    # The transaction holds the write lock, so nobody else takes this number.
    number: int = connection.execute(_LAST).fetchone()[0] + 1
    made_ms = to_ms(now)
    nonce = hashlib.blake2s(f"{number}:{made_ms}:{place}".encode(), digest_size=10).hexdigest()
    text = None if notice is None else msgspec.json.encode(notice).decode()
    row = (number, subscription_id, place, kind, merge_key, text, nonce, made_ms, made_ms)
    connection.execute(_PUT, row)
    return OutgoingId(number)


def mergeable(
    connection: sqlite3.Connection, subscription_id: SubscriptionId, *, merge_key: str, since: datetime
) -> Mergeable | None:
    """Return the newest message with this key that was made after `since`."""
    row = connection.execute(_MERGE, (subscription_id, merge_key, to_ms(since))).fetchone()
    if row is None:
        return None
    outgoing_id, wanted, sent, tried_ms, hits = row
    return Mergeable(
        outgoing_id=outgoing_id, wanted=wanted, hits=hits, untouched=sent == 0 and tried_ms is None
    )


def want(connection: sqlite3.Connection, outgoing_id: OutgoingId, *, revision: int, now: datetime) -> None:
    """Ask for another version of a message."""
    connection.execute(_WANT_MORE, (revision, to_ms(now), outgoing_id))


def want_again(connection: sqlite3.Connection, like: OutgoingId, *, now: datetime) -> int:
    """Ask for a new version of the other messages that tell the same alerts; return how many those are."""
    return connection.execute(_WANT_AGAIN, (to_ms(now), like, like)).rowcount


def ready(
    connection: sqlite3.Connection, *, now: datetime, busy: Sequence[str], limit: int
) -> list[Outgoing]:
    """Return the first open message of each place that is not busy, where its time has come."""
    rows = connection.execute(_READY, (to_ms(now), json.dumps(list(busy)), limit))
    return [_outgoing(row) for row in rows]


def next_sending(connection: sqlite3.Connection) -> datetime | None:
    """Return when the next message may leave; None where none is open."""
    (next_ms,) = connection.execute(_NEXT).fetchone()
    return None if next_ms is None else from_ms(next_ms)


def trying(connection: sqlite3.Connection, outgoing_id: OutgoingId, *, at: datetime) -> None:
    """Say that a request is about to leave."""
    connection.execute(_TRYING, (to_ms(at), outgoing_id))


def was_sent(
    connection: sqlite3.Connection,
    outgoing_id: OutgoingId,
    *,
    revision: int,
    channel_id: int,
    message_id: int,
    at: datetime,
) -> None:
    """Say that a version stands in Discord."""
    connection.execute(_SENT, (revision, channel_id, message_id, to_ms(at), outgoing_id))


def later(
    connection: sqlite3.Connection,
    outgoing_id: OutgoingId,
    *,
    at: datetime,
    code: int | None,
    error: str,
    may_exist: bool,
) -> None:
    """Try again at `at`. `may_exist`: the request may have been carried out although it failed."""
    connection.execute(_LATER, (to_ms(at), code, error, outgoing_id))
    if not may_exist:
        connection.execute(_NOT_THERE, (outgoing_id,))


def failed(
    connection: sqlite3.Connection, outgoing_id: OutgoingId, *, at: datetime, code: int | None, error: str
) -> None:
    """Give a message up; it stays as a dead letter."""
    connection.execute(_FAILED, (to_ms(at), code, error, outgoing_id))


def message_gone(connection: sqlite3.Connection, outgoing_id: OutgoingId, *, revision: int) -> int:
    """Somebody deleted the message: what was to be edited into it waits again; return how many hits."""
    connection.execute(_GIVE_UP, (outgoing_id,))
    return connection.execute(_RELEASE, (outgoing_id, revision)).rowcount


def outgoing_by_id(connection: sqlite3.Connection, outgoing_id: OutgoingId) -> Outgoing | None:
    """Return a message; None where there is none."""
    row = connection.execute(_BY_ID, (outgoing_id,)).fetchone()
    return None if row is None else _outgoing(row)


def outgoing_by_nonce(connection: sqlite3.Connection, nonce: str) -> Outgoing | None:
    """Return the message whose buttons carry this nonce; None where it is no longer held."""
    row = connection.execute(_BY_NONCE, (nonce,)).fetchone()
    return None if row is None else _outgoing(row)


def dead_letters(
    connection: sqlite3.Connection, *, guild_id: int | None = None, limit: int = 10
) -> list[DeadLetter]:
    """Return what was given up, newest first, in one server or in all."""
    return [
        DeadLetter(
            outgoing_id=outgoing_id,
            place=place,
            made_at=from_ms(made_ms),
            failed_at=from_ms(failed_ms),
            code=code,
            error=error or "",
            list_name=name,
            guild_id=guild,
        )
        for outgoing_id, place, made_ms, failed_ms, code, error, name, guild in connection.execute(
            _DEAD, (guild_id, limit)
        )
    ]


def outbox_state(
    connection: sqlite3.Connection, *, since: datetime, guild_id: int | None = None
) -> OutboxState:
    """Count what is open, and what was given up after `since`."""
    count, oldest_ms, retrying = connection.execute(_STATE, (guild_id,)).fetchone()
    dead: int = connection.execute(_DEAD_COUNT, (guild_id, to_ms(since))).fetchone()[0]
    oldest = None if oldest_ms is None else from_ms(oldest_ms)
    return OutboxState(open=count, oldest=oldest, retrying=retrying or 0, dead=dead)


def _outgoing(row: Sequence[object]) -> Outgoing:
    return _row(*row)  # pyright: ignore[reportArgumentType]  # the columns of _COLUMNS


def _row(
    outgoing_id: int,
    subscription_id: int | None,
    place: str,
    kind: str,
    nonce: str,
    made_ms: int,
    wanted: int,
    sent: int,
    attempts: int,
    merge_key: str | None,
    notice: str | None,
    tried_ms: int | None,
    channel_id: int | None,
    message_id: int | None,
) -> Outgoing:
    return Outgoing(
        outgoing_id=OutgoingId(outgoing_id),
        subscription_id=None if subscription_id is None else SubscriptionId(subscription_id),
        place=place,
        kind=OutgoingKind(kind),
        nonce=nonce,
        made_at=from_ms(made_ms),
        wanted=wanted,
        sent=sent,
        attempts=attempts,
        merge_key=merge_key,
        notice=None if notice is None else msgspec.json.decode(notice, type=Notice),
        tried_at=None if tried_ms is None else from_ms(tried_ms),
        channel_id=channel_id,
        message_id=message_id,
    )
