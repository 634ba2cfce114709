"""The audit trail: one chain of entries for each layer, in which every hash covers the one before it.

Triggers keep entries from being changed or deleted. Whoever holds the file can take the triggers away, and
then a changed entry shows: its hash, or the next one's, is no longer right. Whoever can write every row can
also write a new chain, and cut the end off unseen; against that a hash that is kept elsewhere helps: `stands`
asks whether the trail still holds the entry that bore it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from bot.store.layers import BASE
from bot.store.row_prints import TABLES as PRINTED
from bot.store.times import from_ms, to_ms

Json: TypeAlias = "dict[str, Any]"  # what stands in an entry is read at this border

# The first hash of a chain stands on nothing.
NOTHING = "0" * 64

GONE = "rows.gone"
# The tables of which every row is told.
ACCOUNTED = frozenset({*PRINTED, "judgement"})

_APPEND = """
INSERT INTO audit (audit_id, at_ms, layer, actor_id, act, subject, before, after, about, previous, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_NEXT = "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) + 1"
_HEAD = "SELECT hash FROM main.audit WHERE layer = ? ORDER BY audit_id DESC LIMIT 1"
_STANDS = "SELECT 1 FROM main.audit WHERE hash = ? LIMIT 1"
_ABOUT = "INSERT OR IGNORE INTO audit_about (ref, audit_id) VALUES (?, ?)"

_SPOKEN = "SELECT ref, audit_id FROM main.audit_about"

_COLUMNS = """
       audit.audit_id, audit.at_ms, audit.layer, audit.actor_id, actor.name, audit.act, audit.subject,
       audit.before, audit.after, audit.previous, audit.hash, audit.about
"""
_ENTRIES = f"""
SELECT {_COLUMNS} FROM main.audit LEFT JOIN actor USING (actor_id)
 WHERE ?1 IS NULL OR audit.layer = ?1
 ORDER BY audit.audit_id
"""  # noqa: S608
_OF = f"""
SELECT {_COLUMNS} FROM audit_about JOIN audit USING (audit_id) LEFT JOIN actor USING (actor_id)
 WHERE audit_about.ref = ?
 ORDER BY audit.audit_id DESC
 LIMIT ? OFFSET ?
"""  # noqa: S608

_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change. `actor` is the name of who made it; both are None for Masthead itself."""

    audit_id: int
    at: datetime
    layer: int
    actor_id: int | None
    actor: str | None
    act: str
    subject: str
    before: Json | None
    after: Json | None
    previous: str
    hash: str
    about: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that is wrong with the trail. `audit_id` is the entry where it shows."""

    audit_id: int
    what: str


def append(
    connection: sqlite3.Connection,
    act: str,
    subject: str,
    *,
    at: datetime,
    layer: int = BASE,
    actor_id: int | None = None,
    before: Json | None = None,
    after: Json | None = None,
    about: Iterable[str] = (),
) -> int:
    """Add an entry and return its number. Run it in the transaction of the change itself."""
    audit_id: int = connection.execute(_NEXT).fetchone()[0]
    head = connection.execute(_HEAD, (layer,)).fetchone()
    previous = NOTHING if head is None else head[0]
    refs = sorted({subject, *about})
    fields = (audit_id, to_ms(at), layer, actor_id, act, subject, _text(before), _text(after), _refs(refs))
    connection.execute(_APPEND, (*fields, previous, digest(*fields, previous)))
    connection.executemany(_ABOUT, [(ref, audit_id) for ref in refs])
    return audit_id


def tell_gone(connection: sqlite3.Connection, rows: Mapping[str, Iterable[int]], *, why: str) -> None:
    """Account for rows that went for good: a purge, two accounts that turned out to be one."""
    gone = {table: sorted(set(numbers)) for table, numbers in rows.items() if table in ACCOUNTED and numbers}
    if gone:
        # Told by the database's own clock: whoever lets rows go is asked for no time.
        now: int = connection.execute("SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000").fetchone()[0]
        append(connection, GONE, "rows", at=from_ms(now), after={"gone": gone, "why": why})


def digest(
    audit_id: int,
    at_ms: int,
    layer: int,
    actor_id: int | None,
    act: str,
    subject: str,
    before: str | None,
    after: str | None,
    about: str | None,
    previous: str,
) -> str:
    """Return the hash of an entry: SHA-256 of its fields as one JSON array.

    `about` is None, and left out, in entries that were made before it was kept.
    """
    fields: list[str | int | None] = [audit_id, at_ms, layer, actor_id, act, subject, before, after]
    fields += [previous] if about is None else [about, previous]
    return sha256(_encoder.encode(fields)).hexdigest()


def head(connection: sqlite3.Connection, layer: int) -> str:
    """Return the last hash of a layer's chain, 64 zeros where there is none."""
    row = connection.execute(_HEAD, (layer,)).fetchone()
    return NOTHING if row is None else row[0]


def stands(connection: sqlite3.Connection, found: str) -> bool:
    """Whether the trail holds the entry that bears this hash. Behind it more may have come."""
    return connection.execute(_STANDS, (found,)).fetchone() is not None


def entries(connection: sqlite3.Connection, *, layer: int | None = None) -> Iterator[Entry]:
    """Yield the entries of one layer (None: of all), oldest first."""
    for row in connection.execute(_ENTRIES, (layer,)):
        yield _entry(row)


def entries_about(
    connection: sqlite3.Connection, ref: str, *, limit: int = 25, offset: int = 0
) -> list[Entry]:
    """Return the entries that speak of "entity:KEY", "proposal:N" and the like, newest first."""
    return [_entry(row) for row in connection.execute(_OF, (ref, limit, offset))]


def flaws(connection: sqlite3.Connection) -> Iterator[Flaw]:
    """Go through every chain and yield what was changed, added or taken out behind our back."""
    heads: dict[int, str] = {}
    spoken: dict[int, list[str]] = {}
    for ref, audit_id in connection.execute(_SPOKEN):
        spoken.setdefault(audit_id, []).append(ref)
    expected = 1
    for row in connection.execute(_ENTRIES, (None,)):
        audit_id, at_ms, layer, actor_id, _name, act, subject, before, after, previous, found, about = row
        if audit_id != expected:
            yield Flaw(audit_id=audit_id, what=f"{audit_id - expected} entries before this one are missing")
        expected = audit_id + 1
        if previous != heads.get(layer, NOTHING):
            yield Flaw(audit_id=audit_id, what="it does not follow the entry before it")
        if found != digest(audit_id, at_ms, layer, actor_id, act, subject, before, after, about, previous):
            yield Flaw(audit_id=audit_id, what="its content was changed")
        if about is not None and about != _refs(sorted(spoken.pop(audit_id, ()))):
            yield Flaw(audit_id=audit_id, what="what it speaks of was changed")
        heads[layer] = found
    last: int = connection.execute(_NEXT).fetchone()[0]
    if last != expected:
        yield Flaw(audit_id=expected, what=f"{last - expected} entries at the end are missing")


def _text(value: Json | None) -> str | None:
    return None if value is None else _encoder.encode(value).decode()


def _refs(refs: Iterable[str]) -> str:
    return _encoder.encode(list(refs)).decode()


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(
        audit_id=row[0],
        at=from_ms(row[1]),
        layer=row[2],
        actor_id=row[3],
        actor=row[4] or (None if row[3] is None else "a former member"),
        act=row[5],
        subject=row[6],
        before=None if row[7] is None else msgspec.json.decode(row[7]),
        after=None if row[8] is None else msgspec.json.decode(row[8]),
        previous=row[9],
        hash=row[10],
        about=None if row[11] is None else tuple(msgspec.json.decode(row[11])),
    )
