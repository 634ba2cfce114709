"""Answers of platforms as they came, compressed: to ask "has it changed?", and to read them again.

`key` names the request without any secret. Each answer carries its own end, and `purge_raw` deletes it then.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

_PUT = """
INSERT INTO raw_answer (source, key, fetched_ms, status, headers, body, expires_ms, account_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, key, fetched_ms) DO NOTHING
"""

_NEWEST = """
SELECT fetched_ms, status, headers, body, expires_ms FROM raw_answer
 WHERE source = ? AND key = ? ORDER BY fetched_ms DESC LIMIT 1
"""

_OF_ACCOUNT = """
SELECT source, key, fetched_ms, status, headers, body, expires_ms FROM raw_answer
 WHERE account_id = ? ORDER BY fetched_ms DESC, raw_answer_id DESC
"""

_PURGE = "DELETE FROM raw_answer WHERE expires_ms <= ?"
_SIZE = "SELECT source, count(*), sum(length(body)) FROM raw_answer GROUP BY source ORDER BY source"

_headers = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """One answer. `headers` are those of interest, names in lower case; `body` is what came, uncompressed."""

    source: str
    key: str
    fetched_at: datetime
    status: int
    body: bytes
    expires_at: datetime
    headers: dict[str, str] = field(default_factory=dict[str, str])


def keep_raw(connection: sqlite3.Connection, answer: RawAnswer, *, account_id: AccountId | None) -> None:
    """Keep an answer until its end."""
    row = (
        answer.source,
        answer.key,
        to_ms(answer.fetched_at),
        answer.status,
        msgspec.json.encode(answer.headers).decode(),
        zlib.compress(answer.body, 6),
        to_ms(answer.expires_at),
        account_id,
    )
    connection.execute(_PUT, row)


def keep_all(
    connection: sqlite3.Connection, answers: Iterable[RawAnswer], *, account_id: AccountId | None
) -> None:
    """Keep several answers about one account."""
    for answer in answers:
        keep_raw(connection, answer, account_id=account_id)


def newest_raw(connection: sqlite3.Connection, source: str, *, key: str) -> RawAnswer | None:
    """Return the newest answer to a request; None where none is kept."""
    row = connection.execute(_NEWEST, (source, key)).fetchone()
    return None if row is None else _answer(source, key, *row)


def raw_of(connection: sqlite3.Connection, account_id: AccountId) -> tuple[RawAnswer, ...]:
    """Return the answers kept about an account, newest first."""
    return tuple(_answer(*row) for row in connection.execute(_OF_ACCOUNT, (account_id,)))


def purge_raw(connection: sqlite3.Connection, *, now: datetime) -> int:
    """Delete the answers whose time is over; return how many."""
    return connection.execute(_PURGE, (to_ms(now),)).rowcount


def raw_held(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Return how many answers are kept of each source, and their bytes on disk."""
    return {source: (answers, size) for source, answers, size in connection.execute(_SIZE)}


def _answer(
    source: str, key: str, fetched_ms: int, status: int, headers: str, body: bytes, expires_ms: int
) -> RawAnswer:
    return RawAnswer(
        source=source,
        key=key,
        fetched_at=from_ms(fetched_ms),
        status=status,
        body=zlib.decompress(body),
        expires_at=from_ms(expires_ms),
        headers=_headers.decode(headers),
    )
