"""What the registry and earlier checks can suggest, and what looks alike."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform
from bot.store.records import Entity, EntityId
from bot.store.registry import ENTITY_COLUMNS, MAIN_NAME, entity_of
from bot.text.normalise import fold

# Registered accounts with the names of whoever has them, then accounts known from posts and checks alone.
_NAMED_ACCOUNTS = f"""
SELECT account.platform, account.handle, account.platform_id, {MAIN_NAME},
       (SELECT json_group_array(name) FROM entity_name WHERE entity_id = entity.entity_id)
  FROM account
  LEFT JOIN account_claim AS link
    ON link.account_claim_id = (SELECT min(account_claim_id) FROM account_claim
                                 WHERE account_id = account.account_id AND relation = 'has_account'
                                   AND retracted_ms IS NULL)
  LEFT JOIN entity USING (entity_id)
 WHERE entity.entity_id IS NOT NULL
    OR (account.handle IS NOT NULL
        -- An account that only another server's layer speaks of is known there alone.
        AND NOT EXISTS (SELECT 1 FROM main.account_claim AS theirs
                         WHERE theirs.account_id = account.account_id AND theirs.layer <> 0))
 ORDER BY entity.entity_id IS NULL, account.account_id
"""  # noqa: S608

_SITES = f"""
SELECT 'website', domain.host, NULL, {MAIN_NAME},
       (SELECT json_group_array(name) FROM entity_name WHERE entity_id = entity.entity_id)
  FROM domain
  JOIN domain_claim AS link
    ON link.domain_claim_id = (SELECT min(domain_claim_id) FROM domain_claim
                                WHERE domain_id = domain.domain_id AND retracted_ms IS NULL)
  JOIN entity USING (entity_id)
 ORDER BY domain.domain_id
"""  # noqa: S608

_ENTITIES_NAMED = f"""
SELECT {ENTITY_COLUMNS}, found.name
  FROM entity_name AS found JOIN entity USING (entity_id)
 WHERE found.folded LIKE ? ESCAPE '\\'
 ORDER BY found.folded <> ?, length(found.folded), found.entity_name_id
 LIMIT ?
"""  # noqa: S608

# A handle or host that begins as was typed; whoever is said to have it.
_ENTITIES_HOLDING = f"""
SELECT {ENTITY_COLUMNS}, held.text
  FROM (SELECT link.entity_id, account.handle AS text
          FROM account JOIN account_claim AS link USING (account_id)
         WHERE link.relation = 'has_account' AND link.retracted_ms IS NULL
         UNION
        SELECT link.entity_id, domain.host
          FROM domain JOIN domain_claim AS link USING (domain_id)
         WHERE link.retracted_ms IS NULL) AS held
  JOIN entity USING (entity_id)
 WHERE held.text LIKE ? ESCAPE '\\'
 ORDER BY held.text <> ?, length(held.text), held.text, entity.entity_id
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

_NAMES_SINCE = """
SELECT entity_name_id, name FROM main.entity_name WHERE entity_name_id > ? ORDER BY entity_name_id
"""

_ENTITIES_BY_NAME_ID = f"""
SELECT {ENTITY_COLUMNS}, found.name, found.entity_name_id
  FROM entity_name AS found JOIN entity USING (entity_id)
 WHERE found.entity_name_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608

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
    """An account with the name to show for it (None when nobody is known to have it) and all its names."""

    ref: AccountRef
    name: str | None
    names: tuple[str, ...]


def named_accounts(connection: sqlite3.Connection) -> Iterator[NamedAccount]:
    """Yield every account and site that can be suggested, registered ones first."""
    for query in (_NAMED_ACCOUNTS, _SITES):
        for platform, handle, platform_id, name, names in connection.execute(query):
            ref = AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id)
            yield NamedAccount(ref=ref, name=name, names=tuple(json.loads(names)))


def entities_named(connection: sqlite3.Connection, text: str, *, limit: int = 25) -> list[tuple[Entity, str]]:
    """Return entities one of whose names contains `text` (folded), exact names first, with that name."""
    folded = fold(text).strip()
    return (
        _first_of_each(connection, _ENTITIES_NAMED, f"%{_escaped(folded)}%", folded, limit) if folded else []
    )


def entities_called(connection: sqlite3.Connection, name: str, *, limit: int = 10) -> list[Entity]:
    """Return the entities one of whose names is `name`, letter case and width aside."""
    return [entity_of(row) for row in connection.execute(_ENTITIES_CALLED, (fold(name).strip(), limit))]


def entities_holding(
    connection: sqlite3.Connection, text: str, *, limit: int = 25
) -> list[tuple[Entity, str]]:
    """Return entities with an account or site that begins with `text`, exact ones first, with that name."""
    folded = fold(text).strip().removeprefix("@")
    return (
        _first_of_each(connection, _ENTITIES_HOLDING, f"{_escaped(folded)}%", folded, limit) if folded else []
    )


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


def entity_names_since(connection: sqlite3.Connection, newest: int) -> list[tuple[int, str]]:
    """Return every name, of whatever layer, that was added after the name of that number."""
    return connection.execute(_NAMES_SINCE, (newest,)).fetchall()


def entities_by_name_id(
    connection: sqlite3.Connection, numbers: Sequence[int], *, limit: int
) -> list[tuple[Entity, str]]:
    """Return the entities that bear these names, in this order, each once with the first of its names."""
    rows = connection.execute(_ENTITIES_BY_NAME_ID, (json.dumps(list(numbers)),))
    by_number = {row[6]: (entity_of(row), str(row[5])) for row in rows}
    found: dict[EntityId, tuple[Entity, str]] = {}
    for number in numbers:
        if number in by_number:
            entity, name = by_number[number]
            found.setdefault(entity.entity_id, (entity, name))
    return list(found.values())[:limit]


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
