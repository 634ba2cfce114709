"""Layers: the shared base of the registry, and above it what one server added or took out for itself.

The border is drawn once, where a reading connection is opened: there the tables of the registry are seen
through views of the same names, which show the base and the layer that `seen_from` chose. A query that
knows nothing of layers cannot show one server what another one added. Without `seen_from` the base is seen
alone. The writing connection sees everything.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator
from typing import Final

# The layer that every server sees.
BASE: Final = 0

_SCOPE = "CREATE TEMP TABLE scope (layer INTEGER NOT NULL)"

_SEEN = "layer IN (0, (SELECT layer FROM temp.scope))"

# Seen where their layer is.
_PLAIN = ("source", "entity", "proposal", "judgement", "audit")

# What a server took out of the base is left out for it.
_CLAIMS = {"claim": "claim_id", "account_claim": "account_claim_id", "domain_claim": "domain_claim_id"}
# Of these only what holds is seen: nothing else asks whether they were taken back.
_FACTS = {"entity_name": "entity_name_id", "typology": "typology_id"}
_NOT_HIDDEN = """
NOT EXISTS (SELECT 1 FROM main.hidden
             WHERE hidden.layer = (SELECT layer FROM temp.scope)
               AND hidden.claim_kind = '{table}' AND hidden.claim_id = held.{key})
"""


def _shown(table: str, key: str) -> str:
    return f"{_SEEN} AND {_NOT_HIDDEN.format(table=table, key=key)}"


_CONDITIONS = {
    **dict.fromkeys(_PLAIN, _SEEN),
    **{table: _shown(table, key) for table, key in _CLAIMS.items()},
    **{table: f"{_shown(table, key)} AND retracted_by IS NULL" for table, key in _FACTS.items()},
}


def look_through_layers(connection: sqlite3.Connection) -> None:
    """Let a reading connection see the registry layer by layer, the base alone at first."""
    connection.execute(_SCOPE)
    connection.execute("INSERT INTO temp.scope VALUES (?)", (BASE,))
    for table, condition in _CONDITIONS.items():
        view = f"SELECT * FROM main.{table} AS held WHERE {condition}"  # noqa: S608  # names of our own schema
        connection.execute(f"CREATE TEMP VIEW {table} AS {view}")


@contextlib.contextmanager
def seen_from(connection: sqlite3.Connection, layer: int) -> Generator[None]:
    """See the base and this layer for as long as the block lasts. Needs a reading connection."""
    connection.execute("UPDATE temp.scope SET layer = ?", (layer,))
    try:
        yield
    finally:
        connection.execute("UPDATE temp.scope SET layer = ?", (BASE,))
