"""Looking things up in the registry by hand: `masthead registry search`, `show` and `stats`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.registry.starter import registry_version
from bot.store.chains import Chain, chains
from bot.store.loads import sizes
from bot.store.names import all_names, entities_holding, entities_named, names_of
from bot.store.records import AccountClaim, Claim, Entity, Typology
from bot.store.registry import claims_about, entities, find_entity, holdings, typologies
from bot.text.normalise import fold

# Below this similarity (0..100) a name is not what was meant.
MIN_RATIO = 70


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


def search(connection: sqlite3.Connection, text: str, *, limit: int = 25) -> list[Hit]:
    """Return entities that have the account or site `text`, then those whose name contains it.

    Where there are none, those whose name is most like it.
    """
    pairs = [*entities_holding(connection, text, limit=limit), *entities_named(connection, text, limit=limit)]
    found: dict[str, Hit] = {}
    for entity, name in pairs:
        found.setdefault(entity.key, Hit(entity=entity, name=name))
    if found or not text.strip():
        return list(found.values())[:limit]
    names = all_names(connection)
    like = process.extract(
        fold(text), [fold(name) for _, name in names], scorer=fuzz.ratio, limit=limit, score_cutoff=MIN_RATIO
    )
    best = {names[position][0]: names[position][1] for _, _, position in reversed(like)}
    known = entities(connection, best)
    return [Hit(entity=known[key], name=name) for key, name in reversed(best.items())]


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
