"""What an import asks, so that a second reading, or a list that the starter registry quotes, adds nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from bot.accounts import AccountRef
from bot.store.accounts import ensure_account, find_accounts
from bot.store.held import ClaimRef
from bot.store.records import AccountId, EntityId, Grade, Relation
from bot.text.normalise import fold

_SOURCE_ID = "SELECT source_id FROM source WHERE key = ?"

_ENTITY_ID = "SELECT entity_id FROM entity WHERE key = ?"

# The entity that a row of a list was read as before: whoever it gives a class, a site or an account.
_OF_ROWS = """
SELECT locator, entity_id FROM account_claim WHERE source_id = :source AND relation = 'has_account'
UNION ALL
SELECT locator, entity_id FROM domain_claim WHERE source_id = :source AND relation = 'has_site'
UNION ALL
SELECT locator, entity_id FROM typology WHERE source_id = :source
"""

_SUBJECTS_OF_ROWS = "SELECT locator, subject_id FROM claim WHERE source_id = ? AND relation = ?"

_NAMED_BY = """
SELECT entity_id
  FROM entity_name JOIN entity USING (entity_id)
 WHERE folded = ? AND source_id = ? AND country IS ? AND entity.kind IN (SELECT value FROM json_each(?))
 ORDER BY entity_id
 LIMIT 1
"""

_HOLDER = """
SELECT entity_id
  FROM account_claim JOIN entity USING (entity_id)
 WHERE account_id = ? AND source_id = ? AND relation = 'has_account'
   AND entity.kind IN (SELECT value FROM json_each(?))
 ORDER BY account_claim_id
 LIMIT 1
"""

_CLAIM_ROW = """
SELECT claim_id FROM claim
 WHERE subject_id = ? AND relation = ? AND object_id = ? AND source_id = ? AND locator = ''
"""
_ACCOUNT_CLAIM_ROW = """
SELECT account_claim_id FROM account_claim
 WHERE entity_id = ? AND relation = ? AND account_id = ? AND source_id = ? AND locator = ''
"""
_DOMAIN_CLAIM_ROW = """
SELECT domain_claim_id FROM domain_claim JOIN domain USING (domain_id)
 WHERE entity_id = ? AND relation = ? AND domain.host = ? AND source_id = ? AND locator = ''
"""

_DOMAIN_ID = "SELECT domain_id FROM domain WHERE host = ?"

_NEWEST_ACCOUNT = "SELECT account_id FROM account_claim ORDER BY account_claim_id DESC LIMIT 1"

# Whether the base says of another entity what is said of this one.
_OTHERS_WITH_ACCOUNT = """
SELECT EXISTS (SELECT 1 FROM account_claim
                WHERE account_id = ? AND relation = 'has_account' AND entity_id <> ?
                  AND retracted_ms IS NULL AND layer = 0)
"""
_OTHERS_WITH_SITE = """
SELECT EXISTS (SELECT 1 FROM domain_claim
                WHERE domain_id = ? AND relation = 'has_site' AND entity_id <> ?
                  AND retracted_ms IS NULL AND layer = 0)
"""
_OTHERS_ABOVE = """
SELECT EXISTS (SELECT 1 FROM claim
                WHERE object_id = ? AND relation = ? AND subject_id <> ?
                  AND retracted_ms IS NULL AND layer = 0)
"""

_NAME_ROW = """
SELECT entity_name_id FROM entity_name
 WHERE entity_id = :entity AND folded = :folded
   AND (layer = :layer OR (layer = 0 AND retracted_by IS NULL))
 ORDER BY retracted_by IS NOT NULL, layer <> :layer, entity_name_id
 LIMIT 1
"""
_RESTATE = "UPDATE entity_name SET name = ?, kind = ?, language = ?, source_id = ? WHERE entity_name_id = ?"
_CLASS_ROW = """
SELECT typology_id FROM typology WHERE entity_id = ? AND code = ? AND source_id = ? AND locator = ?
"""


def source_id(connection: sqlite3.Connection, key: str) -> int | None:
    """Return the row of a source."""
    row = connection.execute(_SOURCE_ID, (key,)).fetchone()
    return None if row is None else row[0]


def entity_id(connection: sqlite3.Connection, key: str) -> EntityId | None:
    """Return the row of an entity."""
    return _entity(connection.execute(_ENTITY_ID, (key,)))


def entities_of_rows(connection: sqlite3.Connection, source: int) -> dict[str, EntityId]:
    """Return, by locator, whom an earlier import or the starter registry read the rows of a list as."""
    return dict(connection.execute(_OF_ROWS, {"source": source}))


def subjects_of_rows(
    connection: sqlite3.Connection, source: int, *, relation: Relation
) -> dict[str, EntityId]:
    """Return, by locator, who stands in this relation to another entity according to a list."""
    return dict(connection.execute(_SUBJECTS_OF_ROWS, (source, relation)))


def entity_named_by(
    connection: sqlite3.Connection, source: int, name: str, *, country: str | None, kinds: Iterable[str]
) -> EntityId | None:
    """Return the entity that this list calls `name`. A name from another list proposes nothing."""
    return _entity(connection.execute(_NAMED_BY, (fold(name), source, country, json.dumps(sorted(kinds)))))


def holder(
    connection: sqlite3.Connection, source: int, ref: AccountRef, *, kinds: Iterable[str]
) -> EntityId | None:
    """Return the entity of one of these kinds to which the list already gives the account."""
    bound = json.dumps(sorted(kinds))
    for account in find_accounts(connection, ref):
        found = _entity(connection.execute(_HOLDER, (account.account_id, source, bound)))
        if found is not None:
            return found
    return None


def claim_row(
    connection: sqlite3.Connection,
    subject: EntityId,
    relation: Relation,
    object_: EntityId,
    *,
    source: int,
) -> int | None:
    """Return the row of a claim that names its source without a place in it."""
    return _number(connection.execute(_CLAIM_ROW, (subject, relation, object_, source)))


def account_claim_row(
    connection: sqlite3.Connection, entity: EntityId, relation: Relation, ref: AccountRef, *, source: int
) -> int | None:
    """Return the row of a claim about an account, whose own row is made as needed."""
    account_id = ensure_account(connection, ref)
    return _number(connection.execute(_ACCOUNT_CLAIM_ROW, (entity, relation, account_id, source)))


def domain_claim_row(
    connection: sqlite3.Connection, entity: EntityId, relation: Relation, host: str, *, source: int
) -> int | None:
    """Return the row of a claim about a site."""
    return _number(connection.execute(_DOMAIN_CLAIM_ROW, (entity, relation, host, source)))


def domain_id(connection: sqlite3.Connection, host: str) -> int:
    """Return the row of a host that is held."""
    return connection.execute(_DOMAIN_ID, (host,)).fetchone()[0]


def account_of_newest_claim(connection: sqlite3.Connection) -> AccountId:
    """Return the account of the claim that was added last; cheaper than finding it by what it is called."""
    return AccountId(connection.execute(_NEWEST_ACCOUNT).fetchone()[0])


def others_with_account(connection: sqlite3.Connection, entity: EntityId, account: AccountId) -> bool:
    """Whether the account is said to be another entity's as well."""
    return _holds(connection.execute(_OTHERS_WITH_ACCOUNT, (account, entity)))


def others_with_site(connection: sqlite3.Connection, entity: EntityId, domain: int) -> bool:
    """Whether the site is said to be another entity's as well."""
    return _holds(connection.execute(_OTHERS_WITH_SITE, (domain, entity)))


def others_above(
    connection: sqlite3.Connection, subject: EntityId, relation: Relation, object_: EntityId
) -> bool:
    """Whether another entity is said to stand in the same relation to this object."""
    return _holds(connection.execute(_OTHERS_ABOVE, (object_, relation, subject)))


def _holds(cursor: sqlite3.Cursor) -> bool:
    return bool(cursor.fetchone()[0])


def name_row(connection: sqlite3.Connection, entity: EntityId, name: str, *, layer: int) -> int | None:
    """Return the row of a name as a layer sees it: its own first, then the base's that stands."""
    return _number(connection.execute(_NAME_ROW, {"entity": entity, "folded": fold(name), "layer": layer}))


def restate_name(
    connection: sqlite3.Connection, row: int, *, name: str, kind: str, language: str | None, source: int
) -> None:
    """Say anew what a name that was taken back is, and who says so."""
    connection.execute(_RESTATE, (name, kind, language, source, row))


def class_row(
    connection: sqlite3.Connection, entity: EntityId, code: str, *, edition: str, source: int
) -> int | None:
    """Return the row of a class that a source gives in an edition."""
    return _number(connection.execute(_CLASS_ROW, (entity, code, source, edition)))


def place_claim(connection: sqlite3.Connection, ref: ClaimRef, *, layer: int, grade: Grade) -> None:
    """Put a claim into a layer, with the grade that was decided."""
    table = str(ref.kind)
    query = f"UPDATE {table} SET layer = ?, reliability = ?, credibility = ? WHERE {table}_id = ?"  # noqa: S608
    connection.execute(query, (layer, grade.reliability, grade.credibility, ref.claim_id))


def _number(cursor: sqlite3.Cursor) -> int | None:
    row = cursor.fetchone()
    return None if row is None else row[0]


def _entity(cursor: sqlite3.Cursor) -> EntityId | None:
    row = cursor.fetchone()
    return None if row is None else EntityId(row[0])
