"""Writing the registry. What is held stays as it is; what conflicts with it stands beside it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.accounts import AccountRef
from bot.store.accounts import ensure_account, said_of
from bot.store.layers import BASE
from bot.store.prints import account_registered, site_registered
from bot.store.records import EntityId, Grade, Relation, Source
from bot.store.searchable import put_spellings
from bot.store.times import to_ms
from bot.text.confusables import skeleton
from bot.text.normalise import fold
from bot.text.romanise import spelt

_SOURCE = """
INSERT INTO source (key, title, publisher, url, published_on, retrieved_on, reliability, credibility, licence,
                    tlp)
VALUES (:key, :title, :publisher, :url, :published_on, :retrieved_on, :reliability, :credibility, :licence,
        :tlp)
ON CONFLICT (key) DO NOTHING
"""

# Apart from the insert, so that sources may be given in any order.
_DERIVED = """
UPDATE source SET derived_from = (SELECT source_id FROM source WHERE key = :derived_from)
 WHERE key = :key AND derived_from IS NULL
"""

_ENTITY = "INSERT INTO entity (key, kind, country) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"

_NAME = """
INSERT INTO entity_name (entity_id, name, folded, language, kind, source_id, layer)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""

_TYPOLOGY = """
INSERT INTO typology (entity_id, code, edition, source_id, locator) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (entity_id, code, source_id, locator) DO NOTHING
"""

_CLAIM = """
INSERT INTO claim (subject_id, relation, object_id, source_id, locator, reliability, credibility,
                   hedge, valid_from, valid_to, recorded_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (subject_id, relation, object_id, source_id, locator) DO NOTHING
"""

_ACCOUNT_CLAIM = """
INSERT INTO account_claim (account_id, said, relation, entity_id, identified_by, source_id, locator,
                           reliability, credibility, hedge, valid_from, valid_to, recorded_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, relation, entity_id, source_id, locator) DO NOTHING
"""

_DOMAIN = "INSERT INTO domain (host) VALUES (?) ON CONFLICT (host) DO NOTHING"

_DOMAIN_CLAIM = """
INSERT INTO domain_claim (domain_id, relation, entity_id, source_id, locator, reliability, credibility,
                          hedge, valid_from, valid_to, recorded_ms)
SELECT domain_id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM domain WHERE host = ?
ON CONFLICT (domain_id, relation, entity_id, source_id, locator) DO NOTHING
"""

_LOOK_ALIKE = """
INSERT INTO look_alike (shape, account_id, entity_id)
SELECT :shape, :account_id, :entity_id
 WHERE NOT EXISTS (SELECT 1 FROM look_alike
                    WHERE shape = :shape AND account_id IS :account_id AND entity_id IS :entity_id)
"""

_LOAD = """
INSERT INTO registry_load (kind, version, loaded_ms) VALUES (?, ?, ?) ON CONFLICT (kind, version) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a claim rests on: where in which source, how good, said how strongly, valid when."""

    source_id: int
    grade: Grade
    locator: str = ""
    hedge: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


def put_source(connection: sqlite3.Connection, source: Source) -> bool:
    """Add a source; True when it is new."""
    row = {
        "key": source.key,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published_on": source.published_on,
        "retrieved_on": source.retrieved_on,
        "reliability": source.grade.reliability,
        "credibility": source.grade.credibility,
        "licence": source.licence,
        "tlp": source.tlp,
    }
    return connection.execute(_SOURCE, row).rowcount > 0


def put_derivation(connection: sqlite3.Connection, key: str, *, derived_from: str) -> None:
    """Say that source `key` copies source `derived_from`; both are held already."""
    connection.execute(_DERIVED, {"key": key, "derived_from": derived_from})


def put_entity(connection: sqlite3.Connection, key: str, *, kind: str, country: str | None) -> bool:
    """Add an entity; True when it is new."""
    return connection.execute(_ENTITY, (key, kind, country)).rowcount > 0


def put_name(
    connection: sqlite3.Connection,
    entity_id: EntityId,
    *,
    name: str,
    source_id: int,
    kind: str = "alias",
    language: str | None = None,
    layer: int = BASE,
) -> bool:
    """Add a name, with its shape for look-alikes and its spelling in Latin letters; True when it is new."""
    row = (entity_id, name, fold(name), language, kind, source_id, layer)
    cursor = connection.execute(_NAME, row)
    if cursor.rowcount == 0:
        return False
    put_spellings(connection, cursor.lastrowid or 0, spelt=spelt(name))
    _put_shape(connection, name, entity_id=entity_id)
    return True


def put_typology(
    connection: sqlite3.Connection,
    entity_id: EntityId,
    *,
    code: str,
    edition: str,
    source_id: int,
    locator: str,
) -> bool:
    """Add how a monitor classes an entity; True when it is new."""
    return connection.execute(_TYPOLOGY, (entity_id, code, edition, source_id, locator)).rowcount > 0


def put_claim(
    connection: sqlite3.Connection,
    subject_id: EntityId,
    relation: Relation,
    *,
    object_id: EntityId,
    basis: Basis,
    now: datetime,
) -> bool:
    """Add a claim between two entities; True when it is new."""
    row = (subject_id, relation, object_id, basis.source_id, basis.locator, *_rest(basis, now))
    return connection.execute(_CLAIM, row).rowcount > 0


def put_account_claim(
    connection: sqlite3.Connection,
    entity_id: EntityId,
    relation: Relation,
    *,
    account: AccountRef,
    basis: Basis,
    now: datetime,
) -> bool:
    """Add a claim about an account, making its row; True when the claim is new.

    The claim counts as made of the lasting id when `account` carries one, else of the handle.
    """
    account_id = ensure_account(connection, account)
    by = "platform_id" if account.platform_id is not None else "handle"
    place = (basis.source_id, basis.locator)
    row = (account_id, said_of(account), relation, entity_id, by, *place, *_rest(basis, now))
    if connection.execute(_ACCOUNT_CLAIM, row).rowcount == 0:
        return False
    if account.handle is not None:
        _put_shape(connection, account.handle, account_id=account_id)
    account_registered(connection, account_id)
    return True


def put_domain_claim(
    connection: sqlite3.Connection,
    entity_id: EntityId,
    relation: Relation,
    *,
    host: str,
    basis: Basis,
    now: datetime,
) -> bool:
    """Add a claim about a site; True when it is new. `host` is canonical (A-labels, no "www.")."""
    connection.execute(_DOMAIN, (host,))
    row = (relation, entity_id, basis.source_id, basis.locator, *_rest(basis, now), host)
    if connection.execute(_DOMAIN_CLAIM, row).rowcount == 0:
        return False
    site_registered(connection, host)
    return True


def record_load(connection: sqlite3.Connection, kind: str, *, version: str, now: datetime) -> bool:
    """Remember that a starter set or a file was loaded; True when it is new."""
    return connection.execute(_LOAD, (kind, version, to_ms(now))).rowcount > 0


def shape(name: str) -> str:
    """Return what a handle or name looks like: its confusable skeleton without signs and spaces."""
    return "".join(character for character in skeleton(fold(name)) if character.isalnum())


def _put_shape(
    connection: sqlite3.Connection, name: str, *, account_id: int | None = None, entity_id: int | None = None
) -> None:
    drawn = shape(name)
    if drawn:
        row = {"shape": drawn, "account_id": account_id, "entity_id": entity_id}
        connection.execute(_LOOK_ALIKE, row)


def _rest(basis: Basis, now: datetime) -> tuple[str | int | None, ...]:
    grade = basis.grade
    return (
        grade.reliability,
        grade.credibility,
        basis.hedge,
        basis.valid_from,
        basis.valid_to,
        to_ms(now),
    )
