"""Looking things up in the registry by hand: `masthead registry search`, `show` and `stats`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.registry.entity_names import EntityNames
from bot.registry.starter import registry_version
from bot.store.chains import Chain, chains
from bot.store.loads import sizes
from bot.store.names import entities_holding, entities_named, names_of
from bot.store.records import AccountClaim, Claim, Entity, Typology
from bot.store.registry import claims_about, find_entity, holdings, typologies


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entity found by one of its names, handles or hosts: `name` is the one."""

    entity: Entity
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRecord:
    """Everything the registry holds about one entity. `holdings` are its accounts and sites."""

    entity: Entity
    names: tuple[str, ...]
    typologies: tuple[Typology, ...]
    claims: tuple[Claim, ...]
    holdings: tuple[AccountClaim, ...]
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How much the registry holds. `accounts` counts registered accounts by platform."""

    version: str
    rows: dict[str, int]
    accounts: dict[str, int]


def search(
    connection: sqlite3.Connection, text: str, *, limit: int = 25, names: EntityNames | None = None
) -> list[Hit]:
    """Return entities that have the account or site `text`, then those that are called so or nearly so.

    `names` is the index that the program holds in memory; without it one is built for this question.
    """
    if not text.strip():
        return []
    named = (names or EntityNames()).find(connection, text, limit=limit)
    if not named:
        # Letters from the middle of a word, which share too few grams with any name.
        named = entities_named(connection, text, limit=limit)
    pairs = [*entities_holding(connection, text, limit=limit), *named]
    found: dict[str, Hit] = {}
    for entity, name in pairs:
        found.setdefault(entity.key, Hit(entity=entity, name=name))
    return list(found.values())[:limit]


def show(connection: sqlite3.Connection, key: str) -> EntityRecord | None:
    """Return what is held about the entity with this key; None when there is no such entity."""
    entity = find_entity(connection, key)
    if entity is None:
        return None
    return EntityRecord(
        entity=entity,
        names=names_of(connection, entity.entity_id),
        typologies=typologies(connection, [entity]).get(key, ()),
        claims=claims_about(connection, entity.entity_id),
        holdings=holdings(connection, entity.entity_id),
        chains=chains(connection, entity.entity_id),
    )


def stats(connection: sqlite3.Connection) -> Stats:
    """Return how much the registry holds."""
    rows, accounts = sizes(connection)
    return Stats(version=registry_version(connection), rows=rows, accounts=accounts)
