"""Prints of registry rows: 16 bytes that change with anything a row states.

Left out is what curation changes and its entries tell of: layers, retractions, which source another copies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

SIZE = 16
NO_ROW = bytes(SIZE)
# Rows of a block, so that no single value grows large.
BLOCK = 4096

_CLAIM = "locator, reliability, credibility, hedge, valid_from, valid_to, recorded_ms"
_COLUMNS = {
    "source": (
        "key, title, publisher, url, published_on, retrieved_on, reliability, credibility, licence, tlp"
    ),
    "entity": "key, kind, country",
    "entity_name": "entity_id, name, folded, language, kind, source_id",
    "typology": "entity_id, code, edition, source_id, locator",
    "claim": f"subject_id, relation, object_id, source_id, {_CLAIM}",
    "account_claim": f"said, relation, entity_id, identified_by, source_id, {_CLAIM}",
    "domain_claim": f"host, relation, entity_id, source_id, {_CLAIM}",
}
TABLES = tuple(_COLUMNS)

# What can be taken back.
RETRACTABLE = ("claim", "account_claim", "domain_claim", "entity_name", "typology")

_ROWS = "SELECT {0}_id, {1} FROM main.{0} {2} WHERE {0}_id BETWEEN ? AND ? ORDER BY {0}_id"
_MARK = "SELECT ifnull(max({0}_id), 0) FROM main.{0}"
_PUT = "INSERT INTO audit_prints (audit_id, kind, first, prints) VALUES (?, ?, ?, ?)"
_GET = "SELECT kind, first, prints FROM audit_prints WHERE audit_id = ? ORDER BY kind, first"
_LAYERS = "SELECT {0}_id, layer FROM main.{0} WHERE layer <> 0 AND {0}_id > ?"
_LAYER = "SELECT layer FROM main.{0} WHERE {0}_id = ?"
_DERIVED = "SELECT source_id, derived_from FROM main.source WHERE derived_from IS NOT NULL"
_RETRACTED = """
SELECT {0}_id, retracted_ms, retracted_by, retracted_why FROM main.{0}
 WHERE retracted_ms IS NOT NULL OR retracted_by IS NOT NULL OR retracted_why IS NOT NULL
"""
_OTHERS = """
SELECT account_claim_id FROM main.account_claim LEFT JOIN account USING (account_id)
 WHERE account.platform IS NULL
    OR NOT (said = platform || ':id:' || ifnull(platform_id, '')
            OR said = platform || ':@' || ifnull(match_key, '')
            OR EXISTS (SELECT 1 FROM handle_history
                        WHERE handle_history.account_id = account.account_id
                          AND said = platform || ':@' || handle_history.match_key))
"""

_encoder = msgspec.json.Encoder()

Ranges = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What was held at a moment: the highest number of every table, and which source copied which."""

    high: Mapping[str, int]
    derived: Mapping[int, int]


def high(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the highest number of every table."""
    return {table: connection.execute(_MARK.format(table)).fetchone()[0] for table in TABLES}


def since(connection: sqlite3.Connection, before: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return the numbers that were added since; tables without any are left out."""
    now = high(connection)
    return {table: (before[table] + 1, now[table]) for table in TABLES if now[table] > before[table]}


def row_prints(
    connection: sqlite3.Connection, table: str, *, first: int, last: int
) -> Iterator[tuple[int, bytes]]:
    """Yield number and print of the rows in a range, in order."""
    join = "JOIN domain USING (domain_id)" if table == "domain_claim" else ""
    query = _ROWS.format(table, _COLUMNS[table], join)
    encode = _encoder.encode
    for number, *stated in connection.execute(query, (first, last)):
        yield number, blake2b(encode(stated), digest_size=SIZE).digest()


def row_print(connection: sqlite3.Connection, table: str, number: int) -> bytes:
    """Return the print of one row; NO_ROW where there is none."""
    return next((found for _, found in row_prints(connection, table, first=number, last=number)), NO_ROW)


def keep_prints(
    connection: sqlite3.Connection, audit_id: int, blocks: Mapping[str, list[tuple[int, bytes]]]
) -> None:
    """Keep the blocks of an entry."""
    rows = [(audit_id, table, first, raw) for table, held in blocks.items() for first, raw in held]
    connection.executemany(_PUT, rows)


def kept_prints(connection: sqlite3.Connection, audit_id: int) -> list[tuple[str, int, bytes]]:
    """Return table, first number and prints of every block of an entry, in order."""
    return connection.execute(_GET, (audit_id,)).fetchall()


def blocks_of(connection: sqlite3.Connection, ranges: Ranges) -> dict[str, list[tuple[int, bytes]]]:
    """Print everything in these ranges, block by block."""
    return {table: list(_blocks(connection, table, *bounds)) for table, bounds in ranges.items()}


def _blocks(connection: sqlite3.Connection, table: str, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    for start in range(first, last + 1, BLOCK):
        end = min(start + BLOCK - 1, last)
        raw = bytearray(SIZE * (end - start + 1))
        for number, found in row_prints(connection, table, first=start, last=end):
            at = SIZE * (number - start)
            raw[at : at + SIZE] = found
        yield start, bytes(raw)


def sealed(blocks: Mapping[str, list[tuple[int, bytes]]]) -> dict[str, str]:
    """Return one hash for the blocks of each table, which the entry holds."""
    found: dict[str, str] = {}
    for table, held in blocks.items():
        whole = blake2b(digest_size=32)
        for first, raw in held:
            whole.update(first.to_bytes(8, "big"))
            whole.update(raw)
        found[table] = whole.hexdigest()
    return found


def layers(
    connection: sqlite3.Connection, *, after: Mapping[str, int] | None = None
) -> dict[tuple[str, int], int]:
    """Return the layer of every row that is not in the base; with `after`, of rows beyond these numbers."""
    found: dict[tuple[str, int], int] = {}
    for table in TABLES:
        bound = 0 if after is None else after.get(table, 0)
        for number, layer in connection.execute(_LAYERS.format(table), (bound,)):
            found[table, number] = layer
    return found


def layers_of(
    connection: sqlite3.Connection, rows: Mapping[str, Iterable[int]]
) -> dict[tuple[str, int], int]:
    """Return the layer of each of these rows."""
    return {
        (table, number): connection.execute(_LAYER.format(table), (number,)).fetchone()[0]
        for table, numbers in rows.items()
        for number in numbers
    }


def derivations(connection: sqlite3.Connection) -> dict[int, int]:
    """Return which source copies which."""
    return dict(connection.execute(_DERIVED).fetchall())


def retractions(
    connection: sqlite3.Connection,
) -> dict[tuple[str, int], tuple[int | None, str | None, str | None]]:
    """Return when, by whom and why rows were taken back."""
    return {
        (table, number): (at, by, why)
        for table in RETRACTABLE
        for number, at, by, why in connection.execute(_RETRACTED.format(table))
    }


def of_other_accounts(connection: sqlite3.Connection) -> list[int]:
    """Return the claims that stand on an account other than the one they were made of."""
    return [number for (number,) in connection.execute(_OTHERS)]
