"""What calls to platforms cost: requests, quota units, money. Written before a call, corrected after it.

Amounts are whole numbers of the platform's own unit (requests, quota units, millionths of a US dollar), so
that sums are exact. A call that never comes back stays charged: the platform may have counted it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.accounts import Platform
from bot.store.times import to_ms

SpendId = NewType("SpendId", int)

_SPENT = """
SELECT ifnull(sum(amount), 0) FROM spend
 WHERE platform = ?1 AND unit = ?2 AND at_ms >= ?3 AND (?4 IS NULL OR place = ?4)
"""
_BY_PLACE = """
SELECT place, sum(amount) FROM spend
 WHERE platform = ? AND unit = ? AND at_ms >= ? AND place IN (SELECT value FROM json_each(?))
 GROUP BY place
"""
_PUT = "INSERT INTO spend (platform, unit, place, at_ms, amount, what) VALUES (?, ?, ?, ?, ?, ?)"
_SETTLE = "UPDATE spend SET amount = ? WHERE spend_id = ?"
_PURGE = "DELETE FROM spend WHERE at_ms < ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `amount` since an instant; for one place (a Discord server) where `place` is given."""

    amount: int
    since: datetime
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The cap that a call would have broken, and what is left of it."""

    cap: Cap
    left: int


def charge(
    connection: sqlite3.Connection,
    platform: Platform,
    *,
    unit: str,
    amount: int,
    place: str | None,
    what: str,
    caps: tuple[Cap, ...],
    at: datetime,
) -> SpendId | Refusal:
    """Charge the worst case of a call unless that breaks a cap; nothing is written then.

    Looking and writing are one transaction of the one writer, so two calls cannot share the last cent.
    """
    for cap in caps:
        left = cap.amount - spent(connection, platform, unit=unit, since=cap.since, place=cap.place)
        if amount > left:
            return Refusal(cap=cap, left=max(left, 0))
    cursor = connection.execute(_PUT, (platform.value, unit, place, to_ms(at), amount, what))
    return SpendId(cursor.lastrowid or 0)


def settle(connection: sqlite3.Connection, spend_id: SpendId, *, amount: int) -> None:
    """Correct a charge to what the call cost in truth."""
    connection.execute(_SETTLE, (amount, spend_id))


def spent(
    connection: sqlite3.Connection,
    platform: Platform,
    *,
    unit: str,
    since: datetime,
    place: str | None = None,
) -> int:
    """Return what was spent since an instant, by one place or (None) by all together."""
    row = connection.execute(_SPENT, (platform.value, unit, to_ms(since), place)).fetchone()
    return int(row[0])


def spent_by_place(
    connection: sqlite3.Connection, platform: Platform, *, unit: str, since: datetime, places: Sequence[str]
) -> dict[str, int]:
    """Return what each of these places spent since an instant, 0 for those that spent nothing."""
    rows = connection.execute(_BY_PLACE, (platform.value, unit, to_ms(since), json.dumps(list(places))))
    return dict.fromkeys(places, 0) | {place: int(amount) for place, amount in rows}


def forget_spending(connection: sqlite3.Connection, *, before: datetime) -> int:
    """Delete charges that no cap looks back to any more."""
    return connection.execute(_PURGE, (to_ms(before),)).rowcount
