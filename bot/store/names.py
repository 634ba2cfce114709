"""What the registry and earlier checks can suggest, and what looks alike."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform
from bot.store.records import Entity, EntityId
from bot.store.registry import ENTITY_COLUMNS, MAIN_NAME, entity_of
from bot.store.searchable import Kind, number_of, row_of
from bot.text.normalise import fold

# Whoever is said to have an account, by the first claim that is seen from here.
_FIRST_CLAIM = """
(SELECT min(account_claim_id) FROM account_claim
  WHERE account_id = account.account_id AND relation = 'has_account' AND retracted_ms IS NULL)
"""

# Whether a post came with a file: its author may be named to everybody. What a platform gave itself was asked
# for by one server, and another one must not learn of that. Both ends of an account's posts are looked at.
_IMPORTED = """
(EXISTS (SELECT 1 FROM snapshot
          WHERE snapshot.account_id = account.account_id AND snapshot.source LIKE 'import:%')
 OR EXISTS (SELECT 1 FROM (SELECT (SELECT post_id FROM post WHERE post.account_id = account.account_id
                                    ORDER BY created_ms LIMIT 1) AS post_id
                           UNION ALL
                           SELECT (SELECT post_id FROM post WHERE post.account_id = account.account_id
                                    ORDER BY created_ms DESC LIMIT 1)) AS ends
             WHERE ends.post_id IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM live_post WHERE live_post.post_id = ends.post_id)))
"""

_ACCOUNTS = f"""
SELECT account.account_id, account.platform, account.handle, account.platform_id,
       (SELECT {MAIN_NAME} FROM account_claim AS link JOIN entity USING (entity_id)
         WHERE link.account_claim_id = {_FIRST_CLAIM}) AS whose
  FROM account
 WHERE account.account_id IN (SELECT value FROM json_each(?))
   AND (whose IS NOT NULL OR (account.handle IS NOT NULL AND {_IMPORTED}))
"""  # noqa: S608

_SITES = f"""
SELECT domain.domain_id, 'website', domain.host, NULL,
       (SELECT {MAIN_NAME} FROM domain_claim AS link JOIN entity USING (entity_id)
         WHERE link.domain_claim_id = (SELECT min(domain_claim_id) FROM domain_claim
                                        WHERE domain_id = domain.domain_id AND retracted_ms IS NULL)) AS whose
  FROM domain
 WHERE domain.domain_id IN (SELECT value FROM json_each(?)) AND whose IS NOT NULL
"""  # noqa: S608

# A house may have thousands; the first few are found before anything is read of them.
_ACCOUNTS_OF = f"""
SELECT link.entity_id, account.platform, account.handle, account.platform_id, {MAIN_NAME}
  FROM account_claim AS link JOIN account USING (account_id) JOIN entity USING (entity_id)
 WHERE link.account_claim_id IN (SELECT account_claim_id FROM account_claim
                                  WHERE entity_id = ? AND relation = 'has_account' AND retracted_ms IS NULL
                                  ORDER BY account_claim_id LIMIT ?)
 ORDER BY link.account_claim_id
"""  # noqa: S608

_SITES_OF = f"""
SELECT link.entity_id, 'website', domain.host, NULL, {MAIN_NAME}
  FROM domain_claim AS link JOIN domain USING (domain_id) JOIN entity USING (entity_id)
 WHERE link.domain_claim_id IN (SELECT domain_claim_id FROM domain_claim
                                 WHERE entity_id = ? AND retracted_ms IS NULL
                                 ORDER BY domain_claim_id LIMIT ?)
 ORDER BY link.domain_claim_id
"""  # noqa: S608

_FIRST_REGISTERED = """
SELECT DISTINCT account_id
  FROM account_claim
 WHERE relation = 'has_account' AND retracted_ms IS NULL
 ORDER BY account_id
 LIMIT ?
"""

_HOLDERS = """
SELECT account.account_id, account.handle, link.entity_id
  FROM account_claim AS link JOIN account USING (account_id)
 WHERE link.account_id IN (SELECT value FROM json_each(?))
   AND link.relation = 'has_account' AND link.retracted_ms IS NULL
 ORDER BY link.account_claim_id DESC
"""
_SITE_HOLDERS = """
SELECT domain.domain_id, domain.host, link.entity_id
  FROM domain_claim AS link JOIN domain USING (domain_id)
 WHERE link.domain_id IN (SELECT value FROM json_each(?)) AND link.retracted_ms IS NULL
 ORDER BY link.domain_claim_id DESC
"""
_NAMED_BY_NAME = """
SELECT entity_name_id, name, entity_id FROM entity_name
 WHERE entity_name_id IN (SELECT value FROM json_each(?))
"""
_NAMED_BY_SPELLING = """
SELECT name_spelling_id, entity_name.name, entity_name.entity_id
  FROM name_spelling JOIN entity_name USING (entity_name_id)
 WHERE name_spelling_id IN (SELECT value FROM json_each(?))
"""

# The beginnings of texts, by the indexes of the tables: slower than memory and without slips.
_BEGINNINGS = {
    Kind.NAME: "SELECT entity_name_id, folded FROM entity_name WHERE folded >= ?1 AND folded < ?2 LIMIT ?3",
    Kind.ACCOUNT: """
SELECT account_id, handle
  FROM json_each(?4) AS platforms
  JOIN account ON match_key >= platforms.value || ':' || ?1 AND match_key < platforms.value || ':' || ?2
 LIMIT ?3
""",
    Kind.SITE: "SELECT domain_id, host FROM domain WHERE host >= ?1 AND host < ?2 LIMIT ?3",
}
_BY_ANY_ID = """
SELECT account_id FROM account
 WHERE platform_id = ?1 AND platform IN (SELECT value FROM json_each(?2))
"""
_LAST_CHARACTER = chr(0x10FFFF)

_ENTITIES_NAMED = f"""
SELECT {ENTITY_COLUMNS}, found.name
  FROM entity_name AS found JOIN entity USING (entity_id)
 WHERE found.folded LIKE ? ESCAPE '\\'
 ORDER BY found.folded <> ?, length(found.folded), found.entity_name_id
 LIMIT ?
"""  # noqa: S608

_ENTITIES_CALLED = f"""
SELECT {ENTITY_COLUMNS}
  FROM entity
 WHERE entity.entity_id IN (SELECT entity_id FROM entity_name WHERE folded = ?)
 ORDER BY entity.entity_id
 LIMIT ?
"""  # noqa: S608

_NAMES_OF = "SELECT name FROM entity_name WHERE entity_id = ? ORDER BY kind <> 'main', entity_name_id"

_SHAPED_ACCOUNTS = """
SELECT account.platform, account.handle, account.platform_id, look_alike.shape
  FROM look_alike JOIN account USING (account_id)
 WHERE look_alike.shape IN (SELECT value FROM json_each(?))
   AND EXISTS (SELECT 1 FROM account_claim WHERE account_claim.account_id = account.account_id)
 ORDER BY account.account_id
"""

_SHAPED_ENTITIES = """
SELECT look_alike.entity_id, entity_name.name
  FROM look_alike JOIN entity_name USING (entity_id)
 WHERE look_alike.shape IN (SELECT value FROM json_each(?))
 ORDER BY entity_name.entity_name_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAccount:
    """An account or site, with the name of whoever is said to have it; None where nobody is."""

    ref: AccountRef
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a hit means as it is seen from here: an entity, and the text that was hit as it is written."""

    entity_id: EntityId
    text: str


def accounts_hit(connection: sqlite3.Connection, account_ids: Iterable[int]) -> dict[int, NamedAccount]:
    """Return, by row, the accounts that may be named here: registered ones, and those of imported files."""
    return _named(connection, _ACCOUNTS, account_ids)


def sites_hit(connection: sqlite3.Connection, domain_ids: Iterable[int]) -> dict[int, NamedAccount]:
    """Return, by row, the sites that somebody is said to have."""
    return _named(connection, _SITES, domain_ids)


def accounts_of_entity(
    connection: sqlite3.Connection, entity_id: EntityId, *, limit: int
) -> list[NamedAccount]:
    """Return the accounts, then the sites, that an entity is said to have."""
    rows = [
        row
        for query in (_ACCOUNTS_OF, _SITES_OF)
        for row in connection.execute(query, (entity_id, limit)).fetchall()
    ]
    return [_account(row) for row in rows[:limit]]


def first_registered(connection: sqlite3.Connection, *, limit: int) -> list[NamedAccount]:
    """Return the accounts that were registered first: what to offer before anything is typed."""
    ids = [account_id for (account_id,) in connection.execute(_FIRST_REGISTERED, (limit,))]
    held = accounts_hit(connection, ids)
    return [held[account_id] for account_id in ids if account_id in held]


def meant_by(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Meant]:
    """Return, by number (`searchable.number_of`), the entity that bears a name, an account or a site."""
    rows: dict[Kind, list[int]] = {}
    for number in numbers:
        kind, row_id = row_of(number)
        rows.setdefault(kind, []).append(row_id)
    queries = {
        Kind.NAME: _NAMED_BY_NAME,
        Kind.SPELLING: _NAMED_BY_SPELLING,
        Kind.ACCOUNT: _HOLDERS,
        Kind.SITE: _SITE_HOLDERS,
    }
    return {
        number_of(kind, row_id): Meant(entity_id=EntityId(entity_id), text=text or "")
        for kind, row_ids in rows.items()
        for row_id, text, entity_id in connection.execute(queries[kind], (json.dumps(row_ids),))
    }


def beginnings(connection: sqlite3.Connection, key: str, *, limit: int) -> list[tuple[str, int]]:
    """Return (text, number) of names, handles and hosts that begin so, as far as tables can tell."""
    platforms = json.dumps([platform.value for platform in Platform])
    found: list[tuple[str, int]] = []
    for kind, query in _BEGINNINGS.items():
        values: tuple[str | int, ...] = (key, key + _LAST_CHARACTER, limit)
        if kind is Kind.ACCOUNT:
            values = (*values, platforms)
        rows = connection.execute(query, values)
        found += [(text or "", number_of(kind, row_id)) for row_id, text in rows]
    return found


def accounts_with_id(connection: sqlite3.Connection, platform_id: str) -> list[int]:
    """Return the rows of the accounts that bear this lasting id, on whichever platform."""
    platforms = json.dumps([platform.value for platform in Platform])
    return [row_id for (row_id,) in connection.execute(_BY_ANY_ID, (platform_id, platforms))]


def _named(connection: sqlite3.Connection, query: str, ids: Iterable[int]) -> dict[int, NamedAccount]:
    return {row[0]: _account(row) for row in connection.execute(query, (json.dumps(list(ids)),))}


def _account(row: tuple[int, str, str | None, str | None, str | None]) -> NamedAccount:
    ref = AccountRef(platform=Platform(row[1]), handle=row[2], platform_id=row[3])
    return NamedAccount(ref=ref, name=row[4])


def entities_named(connection: sqlite3.Connection, text: str, *, limit: int = 25) -> list[tuple[Entity, str]]:
    """Return entities one of whose names contains `text` (folded), exact names first, with that name."""
    folded = fold(text).strip()
    return (
        _first_of_each(connection, _ENTITIES_NAMED, f"%{_escaped(folded)}%", folded, limit) if folded else []
    )


def entities_called(connection: sqlite3.Connection, name: str, *, limit: int = 10) -> list[Entity]:
    """Return the entities one of whose names is `name`, letter case and width aside."""
    return [entity_of(row) for row in connection.execute(_ENTITIES_CALLED, (fold(name).strip(), limit))]


def _first_of_each(
    connection: sqlite3.Connection, query: str, like: str, exact: str, limit: int
) -> list[tuple[Entity, str]]:
    # An entity may be hit by several of its names.
    found: dict[EntityId, tuple[Entity, str]] = {}
    for row in connection.execute(query, (like, exact, limit * 4)):
        entity = entity_of(row)
        found.setdefault(entity.entity_id, (entity, row[5]))
    return list(found.values())[:limit]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def names_of(connection: sqlite3.Connection, entity_id: EntityId) -> tuple[str, ...]:
    """Return the names of an entity, the main one first."""
    return tuple(name for (name,) in connection.execute(_NAMES_OF, (entity_id,)))


def accounts_shaped(connection: sqlite3.Connection, shapes: Iterable[str]) -> list[tuple[AccountRef, str]]:
    """Return registered accounts whose handle has one of these shapes, with the shape."""
    rows = connection.execute(_SHAPED_ACCOUNTS, (json.dumps(list(shapes)),))
    return [
        (AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id), drawn)
        for platform, handle, platform_id, drawn in rows
    ]


def names_shaped(connection: sqlite3.Connection, shapes: Iterable[str]) -> list[tuple[EntityId, str]]:
    """Return the names of entities one of whose names has one of these shapes."""
    return connection.execute(_SHAPED_ENTITIES, (json.dumps(list(shapes)),)).fetchall()
