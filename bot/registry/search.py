"""Looking things up in the registry by hand: `masthead registry search`, `show` and `stats`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.accounts import AccountRef, read_one
from bot.errors import MastheadError
from bot.registry.names import NameIndex
from bot.registry.starter import registry_version
from bot.store.chains import Chain, chains
from bot.store.loads import sizes
from bot.store.names import entities_named, names_of
from bot.store.records import AccountClaim, Claim, Entity, Typology
from bot.store.registry import claims_about, find_account, find_entity, holdings, typologies
from bot.store.searchable import marks, search_key

# Names that are read in half a second.
READ_AT_ONCE = 20_000


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
    connection: sqlite3.Connection, text: str, *, limit: int = 25, names: NameIndex | None = None
) -> list[Hit]:
    """Return entities that `text` may mean by a name, an account or a site, likeliest first.

    `names` is the index that the program holds in memory; without it one is built for this question.
    """
    if not search_key(text):
        return []
    known = _pointed_at(connection, text.strip())
    if known is not None:
        return [known]
    if names is None:
        names = _read_for(connection, text)
    found = names.find(connection, text, limit=limit)
    if not found:
        # Letters from the middle of a word, which share too few grams with any name.
        found = entities_named(connection, text, limit=limit)
    return [Hit(entity=entity, name=name) for entity, name in found]


def _read_for(connection: sqlite3.Connection, text: str) -> NameIndex:
    """Return an index for one question. A large registry is read only where its tables have no answer."""
    names = NameIndex()
    if marks(connection).names <= READ_AT_ONCE or not names.find(connection, text, limit=1):
        names.build(connection)
    return names


def _pointed_at(connection: sqlite3.Connection, text: str) -> Hit | None:
    """Return what a key or an address means, which nobody mistypes by accident."""
    entity = find_entity(connection, text)
    if entity is not None:
        return Hit(entity=entity, name=entity.name)
    if "://" not in text:
        return None
    try:
        named = read_one(text).reference
    except MastheadError:
        return None
    ref = named if isinstance(named, AccountRef) else named.author
    held = find_account(connection, ref).claims if ref is not None else ()
    return Hit(entity=held[0].entity, name=ref.handle or held[0].entity.name) if ref and held else None


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
