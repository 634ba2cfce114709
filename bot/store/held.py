"""Claims as rows: taking them back, bringing them back, hiding them in one layer, moving them to another.

Nothing is deleted. What a table of claims holds is named by its kind and number.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.store.records import EntityId
from bot.store.row_prints import Marks, derivations, high, since
from bot.store.times import to_ms


class ClaimKind(StrEnum):
    """The three tables of claims, and what is said of an entity by itself: its names and classes."""

    CLAIM = "claim"
    ACCOUNT = "account_claim"
    SITE = "domain_claim"
    NAME = "entity_name"
    CLASS = "typology"

    @property
    def is_fact(self) -> bool:
        """Whether it is said of an entity by itself. Its grade is its source's."""
        return self in {ClaimKind.NAME, ClaimKind.CLASS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRef:
    """One claim."""

    kind: ClaimKind
    claim_id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.claim_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldClaim:
    """What decisions need to know of a claim. `entity` is the subject's key, `object` the other end's."""

    ref: ClaimRef
    layer: int
    entity: str
    relation: str
    object: str
    grade: str
    retracted_by: str | None


# (table, range) pairs of what one import brought: first and last row number.
Ranges = Mapping[str, tuple[int, int]]

_OTHER = {
    ClaimKind.CLAIM: (
        "subject_id",
        "(SELECT 'entity:' || key FROM main.entity WHERE entity_id = held.object_id)",
    ),
    ClaimKind.ACCOUNT: (
        "entity_id",
        """(SELECT 'account:' || platform || ':' || ifnull(handle, platform_id) FROM account
             WHERE account.account_id = held.account_id)""",
    ),
    ClaimKind.SITE: (
        "entity_id",
        "(SELECT 'site:' || host FROM domain WHERE domain.domain_id = held.domain_id)",
    ),
    ClaimKind.NAME: ("entity_id", "'name:' || held.name"),
    ClaimKind.CLASS: ("entity_id", "'class:' || held.code"),
}
_FACTS = {ClaimKind.NAME: "'has_name'", ClaimKind.CLASS: "'has_class'"}
_OF_SOURCE = "(SELECT reliability || credibility FROM main.source WHERE source.source_id = held.source_id)"

# A claim is retracted and told so by these three columns; "undo:N" marks those that an undone import brought.
_RETRACT = "UPDATE {0} SET retracted_ms = ?, retracted_by = ?, retracted_why = ? WHERE {0}_id = ?"
_REVIVE = "UPDATE {0} SET retracted_ms = NULL, retracted_by = NULL, retracted_why = NULL WHERE {0}_id = ?"

_HIDE = "INSERT OR IGNORE INTO hidden (layer, claim_kind, claim_id) VALUES (?, ?, ?)"
_SHOW = "DELETE FROM hidden WHERE layer = ? AND claim_kind = ? AND claim_id = ?"
_IS_HIDDEN = "SELECT 1 FROM hidden WHERE layer = ? AND claim_kind = ? AND claim_id = ?"

_CHANGED = """
INSERT INTO layer_change (layer, n) VALUES (?, 1) ON CONFLICT (layer) DO UPDATE SET n = n + 1
"""

# What a server adds has keys that begin so, and can be told from what a list brought.
OWN_KEY = "team-"

# Into the base always; out of it only what nothing else there rests on.
_MOVE_SOURCE = """
UPDATE source SET layer = :layer
 WHERE source_id = :source AND key LIKE :own
   AND (:layer = 0
        OR NOT EXISTS (SELECT 1 FROM claim WHERE layer = 0 AND source_id = :source)
       AND NOT EXISTS (SELECT 1 FROM account_claim WHERE layer = 0 AND source_id = :source)
       AND NOT EXISTS (SELECT 1 FROM domain_claim WHERE layer = 0 AND source_id = :source)
       AND NOT EXISTS (SELECT 1 FROM entity_name WHERE layer = 0 AND source_id = :source)
       AND NOT EXISTS (SELECT 1 FROM typology WHERE layer = 0 AND source_id = :source))
"""
_MOVE_ENTITIES = """
UPDATE entity SET layer = :layer
 WHERE entity_id IN (SELECT value FROM json_each(:entities)) AND key LIKE :own
   AND (:layer = 0
        OR NOT EXISTS (SELECT 1 FROM claim
                        WHERE layer = 0 AND entity.entity_id IN (subject_id, object_id))
       AND NOT EXISTS (SELECT 1 FROM account_claim
                        WHERE layer = 0 AND account_claim.entity_id = entity.entity_id)
       AND NOT EXISTS (SELECT 1 FROM domain_claim
                        WHERE layer = 0 AND domain_claim.entity_id = entity.entity_id)
       AND NOT EXISTS (SELECT 1 FROM typology
                        WHERE layer = 0 AND typology.entity_id = entity.entity_id)
       AND NOT EXISTS (SELECT 1 FROM entity_name
                        WHERE layer = 0 AND kind <> 'main' AND entity_name.entity_id = entity.entity_id))
"""
_MOVE_NAMES = """
UPDATE entity_name SET layer = (SELECT layer FROM entity WHERE entity.entity_id = entity_name.entity_id)
 WHERE entity_id IN (SELECT value FROM json_each(:entities)) AND kind = 'main'
   AND EXISTS (SELECT 1 FROM entity WHERE entity.entity_id = entity_name.entity_id AND key LIKE :own)
"""

_IN_BASE = """
SELECT 1 FROM entity_name AS held JOIN entity_name AS base USING (entity_id, name)
 WHERE held.entity_name_id = ? AND base.layer = 0
"""
_NAMES_OF = "SELECT entity_name_id FROM entity_name WHERE entity_id IN (SELECT value FROM json_each(?))"

_LOADED = ("claim", "account_claim", "domain_claim", "entity_name", "typology")


def held_claim(connection: sqlite3.Connection, ref: ClaimRef) -> HeldClaim | None:
    """Return a claim whatever became of it; None where there is none. A reader sees its own layers alone."""
    entity, other = _OTHER[ref.kind]
    relation = _FACTS.get(ref.kind, "held.relation")
    grade = _OF_SOURCE if ref.kind.is_fact else "held.reliability || held.credibility"
    query = f"""
SELECT held.layer, entity.key, {relation}, {other}, {grade}, held.retracted_by
  FROM {ref.kind} AS held JOIN entity ON entity.entity_id = held.{entity}
 WHERE held.{ref.kind}_id = ?
"""  # noqa: S608  # table and columns are ours
    row = connection.execute(query, (ref.claim_id,)).fetchone()
    if row is None:
        return None
    return HeldClaim(
        ref=ref,
        layer=row[0],
        entity=row[1],
        relation=row[2],
        object=row[3] or "",
        grade=row[4],
        retracted_by=row[5],
    )


def retract(connection: sqlite3.Connection, ref: ClaimRef, *, by: str, why: str, at: datetime) -> None:
    """Take a claim back."""
    connection.execute(_RETRACT.format(ref.kind), (to_ms(at), by, why, ref.claim_id))


def revive(connection: sqlite3.Connection, ref: ClaimRef) -> None:
    """Let a claim hold again."""
    connection.execute(_REVIVE.format(ref.kind), (ref.claim_id,))


def hide(connection: sqlite3.Connection, ref: ClaimRef, *, layer: int) -> None:
    """Take a claim of the base out of the view of one layer."""
    connection.execute(_HIDE, (layer, ref.kind, ref.claim_id))


def unhide(connection: sqlite3.Connection, ref: ClaimRef, *, layer: int) -> None:
    """Let a layer see a claim of the base again."""
    connection.execute(_SHOW, (layer, ref.kind, ref.claim_id))


def is_hidden(connection: sqlite3.Connection, ref: ClaimRef, *, layer: int) -> bool:
    """Whether a layer took a claim out of its view."""
    return connection.execute(_IS_HIDDEN, (layer, ref.kind, ref.claim_id)).fetchone() is not None


def move(connection: sqlite3.Connection, ref: ClaimRef, *, layer: int) -> None:
    """Put a claim, with its source and whoever it names that a server added, into a layer.

    What other claims of the base rest on stays in the base.
    """
    entities, source = _named_by(connection, ref)
    table = str(ref.kind)
    connection.execute(f"UPDATE {table} SET layer = ? WHERE {table}_id = ?", (layer, ref.claim_id))  # noqa: S608
    bound = {"layer": layer, "source": source, "entities": json.dumps(entities), "own": f"{OWN_KEY}%"}
    for statement in _MOVE_SOURCE, _MOVE_ENTITIES, _MOVE_NAMES:
        connection.execute(statement, bound)


def _named_by(connection: sqlite3.Connection, ref: ClaimRef) -> tuple[list[int], int]:
    entity, table = _OTHER[ref.kind][0], str(ref.kind)
    query = f"SELECT {entity}, source_id FROM {table} WHERE {table}_id = ?"  # noqa: S608
    first, source = connection.execute(query, (ref.claim_id,)).fetchone()
    if ref.kind is not ClaimKind.CLAIM:
        return [first], source
    query = "SELECT object_id FROM claim WHERE claim_id = ?"
    return [first, connection.execute(query, (ref.claim_id,)).fetchone()[0]], source


def place(connection: sqlite3.Connection, *, entity: EntityId | None, source_id: int, layer: int) -> None:
    """Put a source, and an entity with its names, that were just added into a layer."""
    connection.execute("UPDATE source SET layer = ? WHERE source_id = ?", (layer, source_id))
    if entity is not None:
        connection.execute("UPDATE entity SET layer = ? WHERE entity_id = ?", (layer, entity))
        connection.execute("UPDATE entity_name SET layer = ? WHERE entity_id = ?", (layer, entity))


def place_fact(connection: sqlite3.Connection, ref: ClaimRef, *, layer: int) -> None:
    """Put a name or a class into a layer."""
    table = str(ref.kind)
    connection.execute(f"UPDATE {table} SET layer = ? WHERE {table}_id = ?", (layer, ref.claim_id))  # noqa: S608


def in_base(connection: sqlite3.Connection, ref: ClaimRef) -> bool:
    """Whether the base has the very name already that a layer has as this row."""
    return ref.kind is ClaimKind.NAME and connection.execute(_IN_BASE, (ref.claim_id,)).fetchone() is not None


def named_along(connection: sqlite3.Connection, ref: ClaimRef) -> dict[str, list[int]]:
    """Return the rows whose layer goes with a claim's: itself, its source, whom it names and their names."""
    entities, source = _named_by(connection, ref)
    names = connection.execute(_NAMES_OF, (json.dumps(entities),)).fetchall()
    rows = {"source": [source], "entity": entities, "entity_name": [number for (number,) in names]}
    rows.setdefault(str(ref.kind), []).append(ref.claim_id)
    return rows


def changed(connection: sqlite3.Connection, layer: int) -> None:
    """Note that a decision changed what a layer holds."""
    connection.execute(_CHANGED, (layer,))


def high_marks(connection: sqlite3.Connection) -> Marks:
    """Look at what is held, so that what an import brings can be told."""
    return Marks(high=high(connection), derived=derivations(connection))


def ranges_since(connection: sqlite3.Connection, before: Marks) -> dict[str, tuple[int, int]]:
    """Return the claims, names and classes that were added since; tables without any are left out."""
    new = since(connection, before.high)
    return {table: new[table] for table in _LOADED if table in new}


def gaps(connection: sqlite3.Connection, ranges: Ranges) -> dict[str, int]:
    """Return how many numbers of each range no row has."""
    found: dict[str, int] = {}
    for table, (first, last) in ranges.items():
        query = f"SELECT count(*) FROM main.{table} WHERE {table}_id BETWEEN ? AND ?"  # noqa: S608
        found[table] = last - first + 1 - connection.execute(query, (first, last)).fetchone()[0]
    return {table: n for table, n in found.items() if n}


def retract_ranges(connection: sqlite3.Connection, ranges: Ranges, *, mark: str, at: datetime) -> int:
    """Take back whatever an import brought and nobody took back before; return how many rows."""
    rows = 0
    for table, (first, last) in ranges.items():
        what = "retracted_by = :mark"
        if table in set(ClaimKind):
            what += ", retracted_ms = :at, retracted_why = 'the import was undone'"
        query = f"""
UPDATE {table} SET {what} WHERE {table}_id BETWEEN :first AND :last AND retracted_by IS NULL
"""  # noqa: S608
        rows += connection.execute(
            query, {"mark": mark, "at": to_ms(at), "first": first, "last": last}
        ).rowcount
    return rows


def revive_ranges(connection: sqlite3.Connection, ranges: Ranges, *, mark: str) -> int:
    """Bring back what was taken back under `mark`, and nothing else; return how many rows."""
    rows = 0
    for table, (first, last) in ranges.items():
        what = "retracted_by = NULL"
        if table in set(ClaimKind):
            what += ", retracted_ms = NULL, retracted_why = NULL"
        query = f"UPDATE {table} SET {what} WHERE {table}_id BETWEEN ? AND ? AND retracted_by = ?"  # noqa: S608
        rows += connection.execute(query, (first, last, mark)).rowcount
    return rows
