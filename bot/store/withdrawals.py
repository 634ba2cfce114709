"""What an import takes back of what earlier imports brought, and what it brings back.

Rows are marked with the entry of the audit trail that tells of it: `withdrawn:N` where a newer set no longer
states them, `revoked:N` where their own author took them back. The first may be stated again, the second not.
Nothing that a person decided on is touched.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from bot.store.held import ClaimKind, Ranges
from bot.store.times import to_ms

# Numbers of rows by table.
Rows = Mapping[str, Collection[int]]

WITHDRAWN, REVOKED = "withdrawn", "revoked"

TABLES = tuple(kind.value for kind in ClaimKind)

_AMONG = "IN (SELECT value FROM json_each(?))"

# Spoken of by a proposal that waits or was accepted, or by a judgement that stands.
_TOUCHED = """
SELECT claim_id FROM main.proposal
 WHERE claim_kind = ?1 AND state IN ('open', 'accepted') AND claim_id IS NOT NULL
UNION
SELECT claim_id FROM main.judgement WHERE claim_kind = ?1 AND withdrawn_ms IS NULL AND claim_id IS NOT NULL
UNION
SELECT claim_id FROM main.hidden WHERE claim_kind = ?1
"""

# What tells one row of a table from another, beside its number.
_KEYS = {
    "claim": "subject_id, relation, object_id, source_id, locator",
    "account_claim": "entity_id, relation, account_id, source_id, locator",
    "domain_claim": "entity_id, relation, domain_id, source_id, locator",
    "entity_name": "entity_id, name",
    "typology": "entity_id, code, source_id, locator",
}

_AT = "SELECT {0}_id, retracted_by FROM main.{0} WHERE ({1}) = ({2}) ORDER BY layer LIMIT 1"


def row_of(
    connection: sqlite3.Connection, table: str, key: Collection[int | str]
) -> tuple[int, str | None] | None:
    """Return a row's number and under which mark it was taken back; None where there is none.

    `key` is in the order of `_KEYS`.
    """
    query = _AT.format(table, _KEYS[table], ", ".join("?" * len(key)))
    return connection.execute(query, tuple(key)).fetchone()


def standing(
    connection: sqlite3.Connection, table: str, ranges: Iterable[tuple[int, int]]
) -> dict[tuple[int | str, ...], int]:
    """Return the rows of the base in these ranges that nobody took back: number by key."""
    found: dict[tuple[int | str, ...], int] = {}
    query = f"""
SELECT {table}_id, {_KEYS[table]} FROM main.{table}
 WHERE {table}_id BETWEEN ? AND ? AND retracted_by IS NULL AND layer = 0
"""  # noqa: S608  # table and columns are ours
    for first, last in ranges:
        for number, *key in connection.execute(query, (first, last)):
            found[tuple(key)] = number
    return found


def stated_at(connection: sqlite3.Connection, table: str, locators: Iterable[str]) -> list[int]:
    """Return the claims of the base that stand at these places of any source and nobody took back.

    Only for places that no two sources can share, such as the UUIDs of STIX and MISP.
    """
    query = f"""
SELECT {table}_id FROM main.{table} WHERE locator {_AMONG} AND retracted_by IS NULL AND layer = 0
"""  # noqa: S608
    return [number for (number,) in connection.execute(query, (json.dumps(sorted(locators)),))]


def stated_of(connection: sqlite3.Connection, table: str, entity_id: int, *, prefix: str) -> list[int]:
    """Return the claims of the base about an entity at places that begin so and nobody took back."""
    ends = "?1 IN (subject_id, object_id)" if table == ClaimKind.CLAIM else "entity_id = ?1"
    query = f"""
SELECT {table}_id FROM main.{table}
 WHERE {ends} AND substr(locator, 1, length(?2)) = ?2 AND retracted_by IS NULL AND layer = 0
"""  # noqa: S608
    return [number for (number,) in connection.execute(query, (entity_id, prefix))]


def touched(connection: sqlite3.Connection, table: str) -> set[int]:
    """Return the claims that somebody proposed something about, judged, or took out of a server's view."""
    return {number for (number,) in connection.execute(_TOUCHED, (table,))}


def withdraw(connection: sqlite3.Connection, rows: Rows, *, mark: str, why: str, at: datetime) -> int:
    """Take rows back under a mark; return how many."""
    n = 0
    for table, numbers in rows.items():
        query = f"""
UPDATE {table} SET retracted_by = ?, retracted_ms = ?, retracted_why = ?
 WHERE {table}_id {_AMONG} AND retracted_by IS NULL
"""  # noqa: S608
        n += connection.execute(query, (mark, to_ms(at), why, json.dumps(sorted(numbers)))).rowcount
    return n


def bring_back(connection: sqlite3.Connection, rows: Rows, *, mark: str = f"{WITHDRAWN}:%") -> int:
    """Let rows hold again that stand under a mark (a pattern of LIKE); return how many."""
    n = 0
    for table, numbers in rows.items():
        query = f"""
UPDATE {table} SET retracted_by = NULL, retracted_ms = NULL, retracted_why = NULL
 WHERE {table}_id {_AMONG} AND retracted_by LIKE ?
"""  # noqa: S608
        n += connection.execute(query, (json.dumps(sorted(numbers)), mark)).rowcount
    return n


def marked(connection: sqlite3.Connection, rows: Rows, *, mark: str) -> dict[str, list[int]]:
    """Return those of the rows that stand under a mark (a pattern of LIKE)."""
    return _filtered(connection, rows, "retracted_by LIKE ?", mark)


def unmarked(connection: sqlite3.Connection, rows: Rows) -> dict[str, list[int]]:
    """Return those of the rows that nobody took back."""
    return _filtered(connection, rows, "retracted_by IS NULL")


def _filtered(
    connection: sqlite3.Connection, rows: Rows, condition: str, *bound: str
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for table, numbers in rows.items():
        query = f"SELECT {table}_id FROM main.{table} WHERE {table}_id {_AMONG} AND {condition} ORDER BY 1"  # noqa: S608
        held = connection.execute(query, (json.dumps(sorted(numbers)), *bound))
        if listed := [number for (number,) in held]:
            found[table] = listed
    return found


def within(rows: Rows, ranges: Ranges) -> dict[str, list[int]]:
    """Return those of the rows that lie in the ranges."""
    found: dict[str, list[int]] = {}
    for table, (first, last) in ranges.items():
        if numbers := [number for number in rows.get(table, ()) if first <= number <= last]:
            found[table] = numbers
    return found
