"""Which account row a batch of sightings belongs to, and what it teaches about handles.

A sighting is a name that data showed at some time. The lasting id decides; a handle decides only where
no id is given. `handle_history` keeps every handle with its first and last sighting. An account bears the
handle with which it was seen last, unless another id was seen with that handle later: then it bears none.
What has no date comes before everything that has one, so the order of imports does not matter.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform, match_key
from bot.store.audit import ACCOUNTED, tell_gone
from bot.store.records import AccountId
from bot.store.times import to_ms

_COLUMNS = "account_id, platform, platform_id, handle, match_key"

_BY_ID = f"""
SELECT {_COLUMNS} FROM account
 WHERE platform = ? AND platform_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608  # column names of this module

_BY_ACCOUNT = f"SELECT {_COLUMNS} FROM account WHERE account_id IN (SELECT value FROM json_each(?))"  # noqa: S608  # as above

# Who bears one of these handles now, or bore it once.
_BY_KEY = """
SELECT account_id FROM account
 WHERE match_key IN (SELECT value FROM json_each(?1)) AND platform = ?2
UNION
SELECT account_id FROM handle_history JOIN account USING (account_id)
 WHERE handle_history.match_key IN (SELECT value FROM json_each(?1)) AND platform = ?2
"""

_SPANS = """
SELECT account_id, handle, match_key, first_seen_ms, last_seen_ms
  FROM handle_history
 WHERE account_id IN (SELECT value FROM json_each(?))
"""

_INSERT = "INSERT INTO account (platform, platform_id, handle, match_key) VALUES (?, ?, ?, ?)"
_ADOPT = "UPDATE account SET platform_id = ?, handle = NULL, match_key = NULL WHERE account_id = ?"
_RENAME = "UPDATE account SET handle = ?, match_key = ? WHERE account_id = ?"
_DELETE = "DELETE FROM account WHERE account_id = ?"

_SEEN = """
INSERT INTO handle_history (account_id, handle, match_key, first_seen_ms, last_seen_ms)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, handle) DO UPDATE SET
    first_seen_ms = excluded.first_seen_ms,
    last_seen_ms = excluded.last_seen_ms
"""

# Accounts that a ledger holds at most, a kilobyte each.
LEDGER = 20_000

_REFERENCES = """
SELECT t.name, k."from"
  FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS k
 WHERE t.type = 'table' AND k."table" = 'account'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A name as data showed it. `seen` is None for a list that does not say when it held."""

    ref: AccountRef
    seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The row of every name of a batch, and how many rows are new."""

    ids: dict[AccountRef, AccountId]
    accounts_new: int


@dataclass(slots=True, kw_only=True)
class _Span:
    """When a handle was seen, in milliseconds. Both are None for a name without a date."""

    first: int | None = None
    last: int | None = None

    def extend(self, first: int | None, last: int | None) -> bool:
        """Take in another span; tell whether this one grew."""
        before = (self.first, self.last)
        if first is not None and (self.first is None or first < self.first):
            self.first = first
        if last is not None and (self.last is None or last > self.last):
            self.last = last
        return (self.first, self.last) != before

    def touches(self, first: float, last: float) -> bool:
        """Whether the handle was seen inside an interval. Without a date it was seen before everything."""
        low = -math.inf if self.first is None else self.first
        high = -math.inf if self.last is None else self.last
        return low <= last and high >= first


@dataclass(slots=True, kw_only=True, eq=False)
class _Account:
    """An account row, with its handles by (handle, match key)."""

    account_id: AccountId
    platform: str
    platform_id: str | None
    handle: str | None
    key: str | None
    spans: dict[tuple[str, str], _Span] = field(default_factory=dict[tuple[str, str], _Span])

    def can_be(self, key: str, at: int | None) -> bool:
        """Whether this account may be the one seen with a handle at an instant (None: now).

        It must have borne the handle at some time, and no other one between then and that instant.
        """
        return any(
            not self._otherwise_between(key, moment, seen)
            for moment in [math.inf if at is None else at]
            for (_, known), seen in self.spans.items()
            if known == key
        )

    def _otherwise_between(self, key: str, moment: float, seen: _Span) -> bool:
        if seen.touches(moment, moment):
            return False
        # The side of the known time that faces the moment; what was seen at that very time does not count.
        if seen.last is None or moment > seen.last:
            gap = (-math.inf if seen.last is None else math.nextafter(seen.last, math.inf), moment)
        else:
            gap = (moment, math.nextafter(seen.first or 0, -math.inf))
        return any(span.touches(*gap) for (_, other), span in self.spans.items() if other != key)

    def rank(self, key: str, at: int | None) -> tuple[bool, bool, int]:
        """Order accounts that may have been seen with a handle at an instant; the highest is meant."""
        moment = math.inf if at is None else at
        spans = [span for (_, known), span in self.spans.items() if known == key]
        return (any(span.touches(moment, moment) for span in spans), self.key == key, -self.account_id)

    def last_seen(self, key: str) -> int | None:
        seen = [
            span.last for (_, known), span in self.spans.items() if known == key and span.last is not None
        ]
        return max(seen, default=None)


def identify(connection: sqlite3.Connection, sightings: Iterable[Sighting]) -> Identified:
    """Find or make the row of every sighting and record what it says of handles.

    A row known by its handle alone takes the id of the account seen with that handle. An id seen with a
    handle that another id bore is another account; the older sighting keeps its place in the history.
    """
    return Ledger().identify(connection, ((sighting.ref, sighting.seen) for sighting in sightings))


class Ledger:
    """What a series of calls on one connection read of accounts, so that the next one need not read it again.

    It is believed only where nobody wrote since the last `trust`, and forgotten when it has grown large.
    """

    def __init__(self) -> None:
        self._known: _Batch | None = None
        self._mark: tuple[int, int] | None = None

    def identify(
        self, connection: sqlite3.Connection, sightings: Iterable[tuple[AccountRef, datetime | None]]
    ) -> Identified:
        """Do what the function of this name does, for names with the time at which they were seen."""
        spans = _spans(sightings)
        known = self._known
        if known is None or self._mark != _mark(connection) or known.size > LEDGER:
            known = self._known = _Batch(connection)
        # Whoever breaks off leaves rows here that are not in the database.
        self._mark = None
        known.load(spans)
        before = known.accounts_new
        found = {
            ref: known.place(ref, spans[ref])
            for ref in sorted(spans, key=lambda ref: _order(ref, spans[ref]))
        }
        known.save()
        return Identified(
            ids={ref: known.current(account).account_id for ref, account in found.items()},
            accounts_new=known.accounts_new - before,
        )

    def trust(self, connection: sqlite3.Connection) -> None:
        """Say that all was written since `identify` that this caller writes."""
        self._mark = _mark(connection)


def _mark(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return a value that differs when this connection, or any other, has written in between."""
    return connection.total_changes, connection.execute("PRAGMA data_version").fetchone()[0]


def _spans(sightings: Iterable[tuple[AccountRef, datetime | None]]) -> dict[AccountRef, _Span]:
    spans: dict[AccountRef, _Span] = {}
    for ref, seen in sightings:
        at = None if seen is None else to_ms(seen)
        span = spans.get(ref)
        if span is None:
            spans[ref] = _Span(first=at, last=at)
        else:
            span.extend(at, at)
    return spans


class _Batch:
    """The rows that a batch may touch, in memory, and the changes made to them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.accounts_new = 0
        self._connection = connection
        self._loaded: set[AccountRef] = set()
        self._by_id: dict[tuple[str, str], _Account] = {}
        # Accounts that bear a handle now, or bore it once, by (platform, match key).
        self._by_key: dict[tuple[str, str], list[_Account]] = {}
        # By object: SQLite gives the number of a row that went to the next one.
        self._merged: dict[_Account, _Account] = {}
        self._grown: set[tuple[AccountId, str, str]] = set()
        self._accounts: dict[AccountId, _Account] = {}

    @property
    def size(self) -> int:
        return len(self._accounts)

    def load(self, refs: Iterable[AccountRef]) -> None:
        """Read the rows that names can mean which were not met before."""
        new = [ref for ref in refs if ref not in self._loaded]
        self._loaded.update(new)
        for account in _load(self._connection, new):
            if account.account_id not in self._accounts:
                self._add(account)

    def place(self, ref: AccountRef, span: _Span) -> _Account:
        """Return the account of a name, made or completed as needed."""
        key = _key(ref)
        if ref.platform_id is not None:
            account = self._with_id(ref, key)
        else:
            account = self._with_handle(ref, key or "", span)
        if account is None:
            account = self._make(ref, key)
        if ref.handle is not None and key is not None:
            self._bear(account, ref.handle, key=key, span=span)
        return account

    def current(self, account: _Account) -> _Account:
        """Return the account that a row has become part of, or the row itself."""
        while account in self._merged:
            account = self._merged[account]
        return account

    def save(self) -> None:
        """Write the sightings that say something new."""
        rows: list[tuple[AccountId, str, str, int | None, int | None]] = []
        for account_id, handle, key in sorted(self._grown):
            account = self._accounts[account_id]
            span = account.spans[handle, key]
            rows.append((account_id, handle, key, span.first, span.last))
        self._connection.executemany(_SEEN, rows)
        self._grown.clear()

    def _with_id(self, ref: AccountRef, key: str | None) -> _Account | None:
        account = self._by_id.get((ref.platform, ref.platform_id or ""))
        if account is not None or key is None:
            return account
        account = self._alone(ref.platform, key)
        if account is not None:
            self._connection.execute(_ADOPT, (ref.platform_id, account.account_id))
            account.platform_id = ref.platform_id
            # Whether it still bears the handle is settled by `_bear`.
            account.handle = account.key = None
            self._by_id[ref.platform, ref.platform_id or ""] = account
        return account

    def _with_handle(self, ref: AccountRef, key: str, span: _Span) -> _Account | None:
        known = self._by_key.get((ref.platform, key), [])
        candidates = [each for each in known if each.platform_id is not None and each.can_be(key, span.last)]
        # Of several, whoever was seen with it nearest before; then whoever bears it now.
        best = max(candidates, key=lambda each: each.rank(key, span.last), default=None)
        return best or self._alone(ref.platform, key)

    def _make(self, ref: AccountRef, key: str | None) -> _Account:
        # Beside an id the handle is set by `_bear`, which knows whether another account bears it.
        alone = ref.platform_id is None
        values = (ref.platform, ref.platform_id, ref.handle if alone else None, key if alone else None)
        cursor = self._connection.execute(_INSERT, values)
        account = _Account(
            account_id=AccountId(cursor.lastrowid or 0),
            platform=ref.platform,
            platform_id=ref.platform_id,
            handle=values[2],
            key=values[3],
        )
        self._add(account)
        self.accounts_new += 1
        return account

    def _bear(self, account: _Account, handle: str, *, key: str, span: _Span) -> None:
        """Note that `account` was seen with `handle`, and settle who bears it now."""
        seen = self._note(account, handle, key, span)
        if account.platform_id is not None:
            alone = self._alone(account.platform, key)
            if alone is not None and all(account.can_be(key, each.last) for each in alone.spans.values()):
                self._merge(alone, account)
        if account.handle == handle or account.platform_id is None:
            return
        others = [
            other
            for other in self._by_key[account.platform, key]
            if other is not account and other.platform_id is not None
        ]
        before = [span for (name, _), span in account.spans.items() if name != handle]
        if all(_later(seen.last, other.last_seen(key)) for other in others) and all(
            _later(seen.last, span.last) for span in before
        ):
            for other in others:
                if other.key == key:
                    self._rename(other, None, None)
            self._rename(account, handle, key)

    def _note(self, account: _Account, handle: str, key: str, span: _Span) -> _Span:
        """Add a sighting to the history and return what is now known of this handle."""
        known = account.spans.get((handle, key))
        grown = known is None
        if known is None:
            known = account.spans[handle, key] = _Span()
            self._index(account, key)
        if known.extend(span.first, span.last) or grown:
            self._grown.add((account.account_id, handle, key))
        return known

    def _merge(self, alone: _Account, account: _Account) -> None:
        """Make a row without id part of the account that turned out to bear its handle."""
        for (handle, key), span in alone.spans.items():
            self._note(account, handle, key, span)
        self._grown = {grown for grown in self._grown if grown[0] != alone.account_id}
        self._connection.execute("DELETE FROM handle_history WHERE account_id = ?", (alone.account_id,))
        doubles: dict[str, list[int]] = {}
        # Read from the schema, so that no table that points to accounts is ever forgotten.
        for table, column in self._connection.execute(_REFERENCES).fetchall():
            move = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?"  # noqa: S608  # names from our own schema
            self._connection.execute(move, (account.account_id, alone.account_id))
            # What could not move is there already, word for word.
            left = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608  # as above
            if table in ACCOUNTED:
                stays = f"SELECT {table}_id FROM {table} WHERE {column} = ?"  # noqa: S608  # as above
                doubles[table] = [row[0] for row in self._connection.execute(stays, (alone.account_id,))]
            self._connection.execute(left, (alone.account_id,))
        self._connection.execute(_DELETE, (alone.account_id,))
        tell_gone(self._connection, doubles, why="two accounts turned out to be one")
        for bearers in self._by_key.values():
            if alone in bearers:
                bearers.remove(alone)
        self._merged[alone] = account
        del self._accounts[alone.account_id]

    def _rename(self, account: _Account, handle: str | None, key: str | None) -> None:
        account.handle, account.key = handle, key
        self._connection.execute(_RENAME, (handle, key, account.account_id))

    def _alone(self, platform: str, key: str) -> _Account | None:
        known = self._by_key.get((platform, key), [])
        return next((each for each in known if each.platform_id is None and each.key == key), None)

    def _add(self, account: _Account) -> None:
        self._accounts[account.account_id] = account
        if account.platform_id is not None:
            self._by_id[account.platform, account.platform_id] = account
        for key in (account.key, *(known for _, known in account.spans)):
            if key is not None:
                self._index(account, key)

    def _index(self, account: _Account, key: str) -> None:
        bearers = self._by_key.setdefault((account.platform, key), [])
        if account not in bearers:
            bearers.append(account)


def _later(one: int | None, other: int | None) -> bool:
    """Whether `one` is later than `other`; what has no date comes before everything that has one."""
    return one is not None and (other is None or one > other)


def _load(connection: sqlite3.Connection, refs: Iterable[AccountRef]) -> Iterator[_Account]:
    """Read every row that one of these names can mean, with its history."""
    ids: dict[Platform, set[str]] = {}
    keys: dict[Platform, set[str]] = {}
    for ref in refs:
        if ref.platform_id is not None:
            ids.setdefault(ref.platform, set()).add(ref.platform_id)
        if (key := _key(ref)) is not None:
            keys.setdefault(ref.platform, set()).add(key)
    if not ids and not keys:
        return
    found: dict[AccountId, _Account] = {}
    rows: list[tuple[AccountId, str, str | None, str | None, str | None]] = []
    for platform, wanted in ids.items():
        rows += connection.execute(_BY_ID, (platform, _json(wanted)))
    for platform, wanted in keys.items():
        bearers = {account_id for (account_id,) in connection.execute(_BY_KEY, (_json(wanted), platform))}
        rows += connection.execute(_BY_ACCOUNT, (_json(bearers),))
    for account_id, platform, platform_id, handle, key in rows:
        found[account_id] = _Account(
            account_id=account_id, platform=platform, platform_id=platform_id, handle=handle, key=key
        )
    for account_id, handle, key, first, last in connection.execute(_SPANS, (_json(found),)):
        found[account_id].spans[handle, key] = _Span(first=first, last=last)
    yield from found.values()


def _order(ref: AccountRef, span: _Span) -> tuple[bool, float]:
    """Names with an id come first: they say whose the handles are that the others bear.

    Without a date an id's handle is the oldest news, and a handle alone means whoever bears it now.
    """
    alone = ref.platform_id is None
    undated = math.inf if alone else -math.inf
    return alone, undated if span.last is None else span.last


def _key(ref: AccountRef) -> str | None:
    return None if ref.handle is None else match_key(ref)


def _json(values: Iterable[object]) -> str:
    return msgspec.json.encode(list(values)).decode()
