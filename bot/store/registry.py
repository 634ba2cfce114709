"""Reading the registry: who is claimed to have an account, how an outlet is classed, what bears a name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.accounts import AccountRef, Platform
from bot.store.accounts import FoundAccount, FoundBy, find_accounts
from bot.store.records import (
    AccountClaim,
    AccountId,
    Claim,
    Entity,
    EntityId,
    Grade,
    Relation,
    Source,
    Typology,
)

# A limit on how far a source goes stands beside its title, wherever the source is shown.
SOURCE_COLUMNS = """
       source.key, source.title || ifnull(' (TLP:' || nullif(source.tlp, 'CLEAR') || ')', ''),
       source.publisher, source.url, source.published_on, source.retrieved_on,
       source.reliability, source.credibility, origin.key, source.licence
"""

# The main name stands first; an entity without one shows its oldest name, and its key as a last resort.
MAIN_NAME = """
       coalesce((SELECT name FROM entity_name WHERE entity_id = entity.entity_id
                  ORDER BY kind <> 'main', entity_name_id LIMIT 1), entity.key)
"""

ENTITY_COLUMNS = f"entity.entity_id, entity.key, entity.kind, entity.country, {MAIN_NAME}"

# A list of ids or keys is bound as one JSON array.
_AMONG = "IN (SELECT value FROM json_each(?))"

_ENTITIES = f"SELECT {ENTITY_COLUMNS} FROM entity WHERE entity.entity_id {_AMONG}"  # noqa: S608

_ENTITY_BY_KEY = f"SELECT {ENTITY_COLUMNS} FROM entity WHERE entity.key = ?"  # noqa: S608

_JOIN_SOURCE = """
  JOIN source USING (source_id)
  LEFT JOIN source AS origin ON origin.source_id = source.derived_from
"""

_LINK_COLUMNS = """
       link.relation, link.reliability, link.credibility, link.locator, link.hedge,
       link.valid_from, link.valid_to
"""

_ACCOUNT_CLAIMS = f"""
SELECT account.platform, account.handle, account.platform_id, {ENTITY_COLUMNS}, {SOURCE_COLUMNS},
       {_LINK_COLUMNS}, link.identified_by = 'platform_id'
  FROM account_claim AS link JOIN account USING (account_id) JOIN entity USING (entity_id) {_JOIN_SOURCE}
 WHERE link.retracted_ms IS NULL AND link.{{column}} {_AMONG}
 ORDER BY link.relation <> 'has_account', link.account_claim_id
"""  # noqa: S608
_CLAIMS_OF_ACCOUNTS = _ACCOUNT_CLAIMS.format(column="account_id")
_ACCOUNT_CLAIMS_BY_ID = _ACCOUNT_CLAIMS.format(column="account_claim_id")
_ACCOUNTS_OF_ENTITIES = _ACCOUNT_CLAIMS.format(column="entity_id")

_DOMAIN_CLAIMS = f"""
SELECT 'website', domain.host, NULL, {ENTITY_COLUMNS}, {SOURCE_COLUMNS}, {_LINK_COLUMNS}, 0
  FROM domain_claim AS link JOIN domain USING (domain_id) JOIN entity USING (entity_id) {_JOIN_SOURCE}
 WHERE link.retracted_ms IS NULL AND {{column}} {_AMONG}
 ORDER BY link.domain_claim_id
"""  # noqa: S608
_CLAIMS_OF_HOSTS = _DOMAIN_CLAIMS.format(column="domain.host")
_DOMAIN_CLAIMS_BY_ID = _DOMAIN_CLAIMS.format(column="link.domain_claim_id")
_SITES_OF_ENTITIES = _DOMAIN_CLAIMS.format(column="link.entity_id")

_CLAIMS = f"""
SELECT link.claim_id, link.subject_id, link.object_id, {SOURCE_COLUMNS}, {_LINK_COLUMNS}
  FROM claim AS link {_JOIN_SOURCE}
 WHERE link.retracted_ms IS NULL AND link.claim_id {_AMONG}
"""  # noqa: S608

# Two seeks; with OR in one statement SQLite reads the whole table in the order of its numbers.
_CLAIM_IDS_OF = """
SELECT claim_id FROM claim WHERE subject_id = ?1 AND retracted_ms IS NULL
UNION
SELECT claim_id FROM claim WHERE object_id = ?1 AND retracted_ms IS NULL
 ORDER BY claim_id
 LIMIT ?2
"""
_CLAIM_IDS_UPON = """
SELECT claim_id FROM claim WHERE object_id = ? AND retracted_ms IS NULL ORDER BY claim_id LIMIT 100
"""

_TYPOLOGIES = f"""
SELECT typology.entity_id, typology.code, typology.edition, {SOURCE_COLUMNS}
  FROM typology {_JOIN_SOURCE}
 WHERE typology.entity_id {_AMONG}
 ORDER BY typology.edition DESC, typology.typology_id
"""  # noqa: S608

Row: TypeAlias = tuple[Any, ...]  # SQLite's columns carry no types

HOLDING = frozenset({Relation.HAS_ACCOUNT, Relation.HAS_SITE})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryMatch:
    """What the registry claims of one account or site. Claims that conflict stand side by side.

    `by` is the best way the account was found by, None when it is not registered. A match rests on the
    lasting id only where `by` is PLATFORM_ID and the claim itself is `by_id`; any other is weaker.
    `claims` holds `has_account` and `has_site` claims first, then bodies claimed to own, control or
    appoint the account itself. `typologies` is keyed by entity key, newest edition first.
    """

    ref: AccountRef
    by: FoundBy | None = None
    claims: tuple[AccountClaim, ...] = ()
    typologies: dict[str, tuple[Typology, ...]] = field(default_factory=dict[str, tuple[Typology, ...]])

    @property
    def found(self) -> bool:
        return bool(self.claims)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Who is said to have the account, each once."""
        holders = (claim.entity for claim in self.claims if claim.relation in HOLDING)
        return tuple({entity.entity_id: entity for entity in holders}.values())

    @property
    def disagree(self) -> bool:
        """Whether more than one entity is said to have this account."""
        return len(self.entities) > 1


def find_account(connection: sqlite3.Connection, ref: AccountRef) -> RegistryMatch:
    """Return everything claimed of `ref`: by lasting id, by handle, by a handle it bore before."""
    if ref.platform is Platform.WEBSITE:
        claims = _links(connection, _CLAIMS_OF_HOSTS, [ref.handle])
        by = FoundBy.HANDLE if claims else None
    else:
        found = find_accounts(connection, ref)
        claims = _links(connection, _CLAIMS_OF_ACCOUNTS, [account.account_id for account in found])
        by = _strongest(found, claims)
    return RegistryMatch(
        ref=ref,
        by=by,
        claims=tuple(claims),
        typologies=typologies(connection, [claim.entity for claim in claims]),
    )


def _strongest(found: Sequence[FoundAccount], claims: Sequence[AccountClaim]) -> FoundBy | None:
    claimed = {claim.account for claim in claims}
    order = list(FoundBy)
    return min((account.by for account in found if account.ref in claimed), key=order.index, default=None)


def typologies(connection: sqlite3.Connection, entities: Iterable[Entity]) -> dict[str, tuple[Typology, ...]]:
    """Return every class of every entity that has one, keyed by entity key, newest edition first."""
    keys = {entity.entity_id: entity.key for entity in entities}
    classes: dict[str, list[Typology]] = {}
    for row in _rows(connection, _TYPOLOGIES, list(keys)):
        typology = Typology(code=row[1], edition=row[2], source=source_of(row[3:]))
        held = classes.setdefault(keys[row[0]], [])
        # A list may class an outlet in several rows, one for each of its sites.
        if typology not in held:
            held.append(typology)
    return {key: tuple(held) for key, held in classes.items()}


def find_entity(connection: sqlite3.Connection, key: str) -> Entity | None:
    """Return the entity with this key."""
    row = connection.execute(_ENTITY_BY_KEY, (key,)).fetchone()
    return None if row is None else entity_of(row)


def entities(connection: sqlite3.Connection, ids: Iterable[EntityId]) -> dict[EntityId, Entity]:
    """Return the entities with these ids."""
    return {row[0]: entity_of(row) for row in _rows(connection, _ENTITIES, list(set(ids)))}


def claims(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Claim]:
    """Return claims between entities by id, those withdrawn left out."""
    rows = _rows(connection, _CLAIMS, ids)
    known = entities(connection, {row[1] for row in rows} | {row[2] for row in rows})
    return {
        row[0]: Claim(
            subject=known[row[1]],
            object=known[row[2]],
            source=source_of(row[3:13]),
            relation=Relation(row[13]),
            grade=Grade(reliability=row[14], credibility=row[15]),
            locator=row[16],
            hedge=row[17],
            valid_from=row[18],
            valid_to=row[19],
        )
        for row in rows
    }


def claims_upon(connection: sqlite3.Connection, entity_id: EntityId) -> tuple[Claim, ...]:
    """Return the claims of which an entity is the object, oldest first, at most a hundred."""
    ids = [row[0] for row in connection.execute(_CLAIM_IDS_UPON, (entity_id,))]
    held = claims(connection, ids)
    return tuple(held[claim_id] for claim_id in ids)


def account_claims_by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[AccountClaim, ...]:
    """Return claims about accounts by number."""
    return tuple(_links(connection, _ACCOUNT_CLAIMS_BY_ID, ids))


def domain_claims_by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[AccountClaim, ...]:
    """Return claims about sites by number; a site is an account on WEBSITE."""
    return tuple(_links(connection, _DOMAIN_CLAIMS_BY_ID, ids))


def claims_about(
    connection: sqlite3.Connection, entity_id: EntityId, *, limit: int = -1
) -> tuple[Claim, ...]:
    """Return the claims in which an entity is subject or object, oldest first, all where `limit` is -1."""
    ids = [row[0] for row in connection.execute(_CLAIM_IDS_OF, (entity_id, limit))]
    held = claims(connection, ids)
    return tuple(held[claim_id] for claim_id in ids)


def holdings(connection: sqlite3.Connection, entity_id: EntityId) -> tuple[AccountClaim, ...]:
    """Return what is claimed of an entity's accounts and sites; a site is an account on WEBSITE."""
    accounts = _links(connection, _ACCOUNTS_OF_ENTITIES, [entity_id])
    return (*accounts, *_links(connection, _SITES_OF_ENTITIES, [entity_id]))


def claims_of_accounts(
    connection: sqlite3.Connection, account_ids: Sequence[AccountId]
) -> tuple[AccountClaim, ...]:
    """Return what is claimed of these account rows, `has_account` first."""
    return tuple(_links(connection, _CLAIMS_OF_ACCOUNTS, account_ids))


def claims_of_hosts(connection: sqlite3.Connection, hosts: Sequence[str]) -> tuple[AccountClaim, ...]:
    """Return who is said to have these sites; a host counts as written, not its subdomains."""
    return tuple(_links(connection, _CLAIMS_OF_HOSTS, hosts))


def _links(
    connection: sqlite3.Connection, query: str, values: Sequence[int | str | None]
) -> list[AccountClaim]:
    return [
        AccountClaim(
            account=AccountRef(platform=Platform(row[0]), handle=row[1], platform_id=row[2]),
            entity=entity_of(row[3:8]),
            source=source_of(row[8:18]),
            relation=Relation(row[18]),
            grade=Grade(reliability=row[19], credibility=row[20]),
            locator=row[21],
            hedge=row[22],
            valid_from=row[23],
            valid_to=row[24],
            by_id=bool(row[25]),
        )
        for row in _rows(connection, query, values)
    ]


def _rows(connection: sqlite3.Connection, query: str, values: Sequence[int | str | None]) -> list[Row]:
    return connection.execute(query, (json.dumps(values),)).fetchall() if values else []


def entity_of(row: Row) -> Entity:
    """Read the columns of ENTITY_COLUMNS."""
    return Entity(entity_id=EntityId(row[0]), key=row[1], kind=row[2], country=row[3], name=row[4])


def source_of(row: Row) -> Source:
    """Read the columns of SOURCE_COLUMNS."""
    return Source(
        key=row[0],
        title=row[1],
        publisher=row[2],
        url=row[3],
        published_on=row[4],
        retrieved_on=row[5],
        grade=Grade(reliability=row[6], credibility=row[7]),
        derived_from=row[8],
        licence=row[9],
    )
