"""What is said of an entity by itself, with its number: names and classes, each from its source."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.store.held import ClaimKind, ClaimRef
from bot.store.records import Entity, EntityId, Source
from bot.store.registry import ENTITY_COLUMNS, SOURCE_COLUMNS, entity_of, source_of

_FACTS = f"""
SELECT held.{{0}}_id, {{1}}, {ENTITY_COLUMNS}, {SOURCE_COLUMNS}
  FROM {{0}} AS held JOIN entity ON entity.entity_id = held.entity_id
  JOIN source ON source.source_id = held.source_id
  LEFT JOIN source AS origin ON origin.source_id = source.derived_from
 WHERE {{2}}
 ORDER BY {{3}}, held.{{0}}_id
"""  # noqa: S608
_SAID = {
    ClaimKind.NAME: ("held.name, held.kind, held.language", "held.kind <> 'main'"),
    ClaimKind.CLASS: ("held.code, held.edition, NULL", "held.edition DESC"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name or a class of an entity.

    `said` is the name or the code; `note` the kind of name or the year of the edition; `language` BCP 47,
    None where nobody said.
    """

    ref: ClaimRef
    entity: Entity
    said: str
    note: str
    language: str | None
    source: Source

    @property
    def is_name(self) -> bool:
        return self.ref.kind is ClaimKind.NAME


def fact(connection: sqlite3.Connection, ref: ClaimRef) -> Fact | None:
    """Return a name or class that stands and is seen from here."""
    return next(_facts(connection, ref.kind, f"held.{ref.kind}_id = ?", ref.claim_id), None)


def facts_of(connection: sqlite3.Connection, kind: ClaimKind, entity_id: EntityId) -> list[Fact]:
    """Return the names of an entity, the main one first, or its classes, newest edition first."""
    return list(_facts(connection, kind, "held.entity_id = ?", entity_id))


def _facts(connection: sqlite3.Connection, kind: ClaimKind, condition: str, bound: int) -> Iterator[Fact]:
    said, order = _SAID[kind]
    query = _FACTS.format(str(kind), said, condition, order)
    row: tuple[Any, ...]
    for row in connection.execute(query, (bound,)):
        yield Fact(
            ref=ClaimRef(kind=kind, claim_id=row[0]),
            said=row[1],
            note=row[2],
            language=row[3],
            entity=entity_of(row[4:9]),
            source=source_of(row[9:19]),
        )
