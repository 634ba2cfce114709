"""Judgements: an analyst's word on a link, a finding or a claim, with name, time and reason.

A later word of the same analyst on the same thing takes the place of the earlier one, which stays held.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.store.actors import Actor
from bot.store.held import ClaimKind, ClaimRef
from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

# What a judgement of the whole link is about; a finding's is the name of its check.
LINK = "link"
CLAIM = "claim"


class Verdict(StrEnum):
    """What an analyst says."""

    CONFIRM = "confirm"
    REFUTE = "refute"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One word of an analyst.

    `likelihood` is a band of ICD 203, `responsibility` one of MISP's; None where nothing was said of them.
    """

    judgement_id: int
    layer: int
    about: str
    towards: str | None
    claim: ClaimRef | None
    verdict: Verdict
    likelihood: str | None
    responsibility: str | None
    reason: str
    by: Actor
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_why: str | None = None
    said: str | None = None


_COLUMNS = """
       judgement.judgement_id, judgement.layer, judgement.about, judgement.towards, judgement.claim_kind,
       judgement.claim_id, judgement.verdict, judgement.likelihood, judgement.responsibility,
       judgement.reason, judgement.made_ms, judgement.withdrawn_ms, judgement.said, judgement.withdrawn_why,
       actor.actor_id, actor.member, actor.name
"""
_FROM = "FROM judgement JOIN actor ON actor.actor_id = judgement.made_by"
_ONE = f"SELECT {_COLUMNS} {_FROM} WHERE judgement.judgement_id = ?"
_OF_ACCOUNT = f"""
SELECT {_COLUMNS} {_FROM}
 WHERE judgement.account_id = ? AND judgement.withdrawn_ms IS NULL
 ORDER BY judgement.made_ms, judgement.judgement_id
"""
_OF_CLAIM = f"""
SELECT {_COLUMNS} {_FROM}
 WHERE judgement.claim_kind = ? AND judgement.claim_id = ? AND judgement.withdrawn_ms IS NULL
 ORDER BY judgement.made_ms, judgement.judgement_id
"""
_OF_CLAIMS = f"""
SELECT {_COLUMNS} {_FROM}
 WHERE judgement.claim_kind = ? AND judgement.claim_id IS NOT NULL AND judgement.withdrawn_ms IS NULL
 ORDER BY judgement.made_ms, judgement.judgement_id
"""
_UPON = f"""
SELECT {_COLUMNS} {_FROM}
 WHERE judgement.withdrawn_ms IS NULL
   AND judgement.judgement_id IN (
       SELECT judgement_id FROM judgement WHERE account_id IN (SELECT value FROM json_each(:accounts))
        UNION
       SELECT judgement_id FROM account_claim
         JOIN judgement ON judgement.claim_kind = 'account_claim'
                       AND judgement.claim_id = account_claim.account_claim_id
        WHERE account_claim.account_id IN (SELECT value FROM json_each(:accounts)))
 ORDER BY judgement.made_ms, judgement.judgement_id
"""  # noqa: S608
_EARLIER = """
SELECT judgement_id FROM judgement
 WHERE layer = ? AND made_by = ? AND account_id IS ? AND about = ? AND towards IS ? AND claim_kind IS ?
   AND claim_id IS ? AND withdrawn_ms IS NULL
"""
_ADD = """
INSERT INTO judgement (layer, account_id, said, about, towards, claim_kind, claim_id, verdict, likelihood,
                       responsibility, reason, made_by, made_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING judgement_id
"""
_WITHDRAW = """
UPDATE judgement SET withdrawn_ms = ?, withdrawn_by = ?, withdrawn_why = ? WHERE judgement_id = ?
"""


def add_judgement(
    connection: sqlite3.Connection,
    *,
    layer: int,
    account_id: AccountId | None,
    said: str | None,
    about: str,
    towards: str | None,
    claim: ClaimRef | None,
    verdict: Verdict,
    likelihood: str | None,
    responsibility: str | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Judgement:
    """Keep a judgement; exactly one of `account_id` (with `said`, how it was called) and `claim` is given."""
    kind, claim_id = (None, None) if claim is None else (claim.kind, claim.claim_id)
    place = (layer, account_id, said, about, towards, kind, claim_id)
    row = (*place, verdict, likelihood, responsibility, reason)
    judgement_id: int = connection.execute(_ADD, (*row, by.actor_id, to_ms(at))).fetchone()[0]
    return _judgement(connection.execute(_ONE, (judgement_id,)).fetchone())


def earlier_judgement(
    connection: sqlite3.Connection,
    *,
    layer: int,
    account_id: AccountId | None,
    about: str,
    towards: str | None,
    claim: ClaimRef | None,
    by: Actor,
) -> int | None:
    """Return the number of this analyst's standing judgement of the same thing."""
    kind, claim_id = (None, None) if claim is None else (claim.kind, claim.claim_id)
    row = (layer, by.actor_id, account_id, about, towards, kind, claim_id)
    found = connection.execute(_EARLIER, row).fetchone()
    return None if found is None else found[0]


def withdraw_judgement(
    connection: sqlite3.Connection, judgement_id: int, *, by: Actor, why: str, at: datetime
) -> Judgement:
    """Take a judgement back; it stays held."""
    connection.execute(_WITHDRAW, (to_ms(at), by.actor_id, why, judgement_id))
    return _judgement(connection.execute(_ONE, (judgement_id,)).fetchone())


def judgement(connection: sqlite3.Connection, judgement_id: int) -> Judgement | None:
    """Return a judgement; None where there is none, or where it is in a layer not seen from here."""
    row = connection.execute(_ONE, (judgement_id,)).fetchone()
    return None if row is None else _judgement(row)


def judgements_of_account(connection: sqlite3.Connection, account_id: AccountId) -> tuple[Judgement, ...]:
    """Return what analysts say of an account's link and findings, oldest first."""
    return tuple(_judgement(row) for row in connection.execute(_OF_ACCOUNT, (account_id,)))


def judgements_upon(
    connection: sqlite3.Connection, account_ids: Sequence[AccountId]
) -> tuple[Judgement, ...]:
    """Return what analysts say of these accounts and of the claims about them, oldest first."""
    if not account_ids:
        return ()
    rows = connection.execute(_UPON, {"accounts": json.dumps(list(account_ids))})
    return tuple(_judgement(row) for row in rows)


def judgements_of_claims(connection: sqlite3.Connection) -> tuple[Judgement, ...]:
    """Return what analysts say of any claim between entities that is seen from here, oldest first."""
    return tuple(_judgement(row) for row in connection.execute(_OF_CLAIMS, (ClaimKind.CLAIM,)))


def judgements_of_claim(connection: sqlite3.Connection, claim: ClaimRef) -> tuple[Judgement, ...]:
    """Return what analysts say of a claim, oldest first."""
    return tuple(_judgement(row) for row in connection.execute(_OF_CLAIM, (claim.kind, claim.claim_id)))


def _judgement(row: tuple[Any, ...]) -> Judgement:
    return Judgement(
        judgement_id=row[0],
        layer=row[1],
        about=row[2],
        towards=row[3],
        claim=None if row[5] is None else ClaimRef(kind=ClaimKind(row[4]), claim_id=row[5]),
        verdict=Verdict(row[6]),
        likelihood=row[7],
        responsibility=row[8],
        reason=row[9],
        at=from_ms(row[10]),
        withdrawn_at=None if row[11] is None else from_ms(row[11]),
        said=row[12],
        withdrawn_why=row[13],
        by=Actor(actor_id=row[14], member=row[15], name=row[16]),
    )
