"""Taking rows out for good, with everything that refers to them.

What refers to a row is read from the schema's own foreign keys, so a table that is added later cannot
be forgotten. Registry facts are otherwise retracted, never deleted: this is for data that must go
(demonstrations, privacy, a platform's terms).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from bot.store.audit import ACCOUNTED, tell_gone
from bot.store.sweep_purge import forget_accounts, forget_posts

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

_REFERENCES = 'SELECT "from" FROM pragma_foreign_key_list(?) WHERE "table" = ? ORDER BY id, seq'

_KEY = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"

_SOURCE = "SELECT source_id FROM source WHERE key = ?"

# Fingerprints name their post without a foreign key, which would cost an index of many million rows.
_UNDECLARED = {"post": ("post_print", "post")}

# The kept results of sweeps name accounts and show posts in a JSON text, of which the schema knows nothing.
_RESULTS = {"account": forget_accounts, "post": forget_posts}

_AMONG = "IN (SELECT value FROM json_each(?))"

# What rests on one source alone.
_ALONE = {
    "account": """
SELECT account_id FROM account_claim GROUP BY account_id HAVING min(source_id = :source) = 1
""",
    "entity": """
SELECT entity_id FROM entity_name GROUP BY entity_id HAVING min(source_id = :source) = 1
""",
    "domain": """
SELECT domain_id FROM domain_claim GROUP BY domain_id HAVING min(source_id = :source) = 1
""",
}


def purge(
    connection: sqlite3.Connection,
    table: str,
    *,
    ids: Collection[int],
    gone: dict[str, list[int]] | None = None,
) -> int:
    """Delete rows of `table` by primary key, what refers to them first; return how many rows went in all.

    `table` is one of ours, never text from outside. Run it inside a write transaction. `gone` takes the
    numbers of the rows that the audit trail accounts for (`audit.tell_gone`).
    """
    if not ids:
        return 0
    if table in _RESULTS:
        _RESULTS[table](connection, ids)
    rows = 0
    for child in _names(connection, _TABLES):
        for column in _names(connection, _REFERENCES, child, table):
            keys = _names(connection, _KEY, child)
            if len(keys) == 1 and keys != [column]:
                below = _keys(connection, child, keys[0], column=column, ids=ids)
                rows += purge(connection, child, ids=below, gone=gone)
            else:
                # Nothing refers to a table with a compound key or without one.
                rows += _delete(connection, child, column=column, ids=ids)
    if table in _UNDECLARED:
        child, column = _UNDECLARED[table]
        rows += _delete(connection, child, column=column, ids=ids)
    (key,) = _names(connection, _KEY, table)
    if gone is not None and table in ACCOUNTED:
        gone.setdefault(table, []).extend(ids)
    return rows + _delete(connection, table, column=key, ids=ids)


def purge_source(connection: sqlite3.Connection, key: str) -> int:
    """Delete a source, every claim that rests on it, and whatever nothing else names.

    That is accounts (with their posts and profiles), entities and sites. Returns how many rows went; 0 when
    there is no such source.
    """
    row = connection.execute(_SOURCE, (key,)).fetchone()
    if row is None:
        return 0
    alone = {
        table: [found for (found,) in connection.execute(query, {"source": row[0]})]
        for table, query in _ALONE.items()
    }
    gone: dict[str, list[int]] = {}
    rows = purge(connection, "source", ids=[row[0]], gone=gone)
    rows += sum(purge(connection, table, ids=ids, gone=gone) for table, ids in alone.items())
    tell_gone(connection, gone, why=f"the source {key} was purged")
    return rows


def _keys(
    connection: sqlite3.Connection, table: str, key: str, *, column: str, ids: Collection[int]
) -> list[int]:
    query = f'SELECT "{key}" FROM "{table}" WHERE "{column}" {_AMONG}'  # noqa: S608
    return [found for (found,) in connection.execute(query, (json.dumps(list(ids)),))]


def _delete(connection: sqlite3.Connection, table: str, *, column: str, ids: Collection[int]) -> int:
    statement = f'DELETE FROM "{table}" WHERE "{column}" {_AMONG}'  # noqa: S608
    return connection.execute(statement, (json.dumps(list(ids)),)).rowcount


def _names(connection: sqlite3.Connection, query: str, *values: str) -> list[str]:
    return [name for (name,) in connection.execute(query, values)]
