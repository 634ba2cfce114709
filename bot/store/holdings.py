"""Claims with their numbers, as an entry of the registry shows them: so many of them, counted in full."""

from __future__ import annotations

import sqlite3

from bot.accounts import AccountRef, Platform
from bot.store.accounts import find_accounts
from bot.store.held import ClaimKind, ClaimRef
from bot.store.records import AccountClaim, Claim, EntityId
from bot.store.registry import account_claims_by_id, claims, domain_claims_by_id

_BESIDE = """
SELECT claim_id FROM (SELECT claim_id FROM claim WHERE object_id = ?1 AND retracted_ms IS NULL
                       ORDER BY claim_id LIMIT ?2)
UNION
SELECT claim_id FROM (SELECT claim_id FROM claim WHERE subject_id = ?1 AND retracted_ms IS NULL
                       ORDER BY claim_id LIMIT ?2)
 ORDER BY claim_id LIMIT ?2
"""
_COUNT_BESIDE = """
SELECT (SELECT count(*) FROM claim WHERE object_id = ?1 AND retracted_ms IS NULL)
     + (SELECT count(*) FROM claim WHERE subject_id = ?1 AND retracted_ms IS NULL)
"""
_ACCOUNTS = """
SELECT account_claim_id FROM account_claim
 WHERE entity_id = ? AND retracted_ms IS NULL ORDER BY account_claim_id LIMIT ?
"""
_SITES = """
SELECT domain_claim_id FROM domain_claim
 WHERE entity_id = ? AND retracted_ms IS NULL ORDER BY domain_claim_id LIMIT ?
"""
_COUNTS = """
SELECT (SELECT count(*) FROM account_claim WHERE entity_id = ?1 AND retracted_ms IS NULL),
       (SELECT count(*) FROM domain_claim WHERE entity_id = ?1 AND retracted_ms IS NULL)
"""
_OF_ACCOUNT = """
SELECT account_claim_id FROM account_claim
 WHERE account_id = ? AND retracted_ms IS NULL ORDER BY relation <> 'has_account', account_claim_id LIMIT 100
"""
_NUMBER = """
SELECT claim_id FROM claim JOIN source USING (source_id)
 WHERE subject_id = ? AND relation = ? AND object_id = ? AND source.key = ? AND locator = ?
"""
_OF_HOST = """
SELECT domain_claim_id FROM domain_claim JOIN domain USING (domain_id)
 WHERE domain.host = ? AND retracted_ms IS NULL ORDER BY domain_claim_id LIMIT 100
"""


def claims_beside(
    connection: sqlite3.Connection, entity_id: EntityId, *, limit: int
) -> tuple[list[tuple[ClaimRef, Claim]], int]:
    """Return the claims in which an entity is an end, oldest first, and how many there are in all."""
    ids = [row[0] for row in connection.execute(_BESIDE, (entity_id, limit))]
    held = claims(connection, ids)
    count: int = connection.execute(_COUNT_BESIDE, (entity_id,)).fetchone()[0]
    return [(ClaimRef(kind=ClaimKind.CLAIM, claim_id=claim_id), held[claim_id]) for claim_id in ids], count


def holdings_of(
    connection: sqlite3.Connection, entity_id: EntityId, *, limit: int
) -> tuple[list[tuple[ClaimRef, AccountClaim]], list[tuple[ClaimRef, AccountClaim]]]:
    """Return claims about an entity's accounts and about its sites."""
    return (
        _accounts(connection, _ACCOUNTS, entity_id, limit),
        _sites(connection, _SITES, entity_id, limit),
    )


def count_holdings(connection: sqlite3.Connection, entity_id: EntityId) -> tuple[int, int]:
    """Return how many claims there are about an entity's accounts and about its sites."""
    accounts, sites = connection.execute(_COUNTS, (entity_id,)).fetchone()
    return accounts, sites


def numbered_claims(connection: sqlite3.Connection, ref: AccountRef) -> list[tuple[ClaimRef, AccountClaim]]:
    """Return what is claimed of an account or a site."""
    if ref.platform is Platform.WEBSITE:
        return _sites(connection, _OF_HOST, ref.handle)
    return [
        each
        for row in find_accounts(connection, ref)
        for each in _accounts(connection, _OF_ACCOUNT, row.account_id)
    ]


def number_of(connection: sqlite3.Connection, claim: Claim) -> ClaimRef | None:
    """Return the number of a claim between entities that was read without one."""
    ends = (claim.subject.entity_id, claim.relation, claim.object.entity_id)
    row = connection.execute(_NUMBER, (*ends, claim.source.key, claim.locator)).fetchone()
    return None if row is None else ClaimRef(kind=ClaimKind.CLAIM, claim_id=row[0])


def _accounts(
    connection: sqlite3.Connection, query: str, *values: object
) -> list[tuple[ClaimRef, AccountClaim]]:
    found: list[tuple[ClaimRef, AccountClaim]] = []
    for (claim_id,) in connection.execute(query, values).fetchall():
        ref = ClaimRef(kind=ClaimKind.ACCOUNT, claim_id=claim_id)
        found += [(ref, claim) for claim in account_claims_by_id(connection, [claim_id])]
    return found


def _sites(
    connection: sqlite3.Connection, query: str, *values: object
) -> list[tuple[ClaimRef, AccountClaim]]:
    found: list[tuple[ClaimRef, AccountClaim]] = []
    for (claim_id,) in connection.execute(query, values).fetchall():
        ref = ClaimRef(kind=ClaimKind.SITE, claim_id=claim_id)
        found += [(ref, claim) for claim in domain_claims_by_id(connection, [claim_id])]
    return found
