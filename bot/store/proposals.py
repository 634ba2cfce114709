"""Proposals: what somebody wants the registry to hold or to take back, and what became of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.store.actors import Actor
from bot.store.held import ClaimKind, ClaimRef
from bot.store.times import from_ms, to_ms


class ProposalAct(StrEnum):
    """What is proposed."""

    ADD = "add"
    RETRACT = "retract"  # a dispute
    PUBLISH = "publish"  # from a server's layer into the base


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal. `statement` is JSON; `claim` what is meant, or what an addition became.

    `version` rises with every change. `worded_by` wrote it as it stands now.
    """

    proposal_id: int
    layer: int
    act: ProposalAct
    statement: str | None
    claim: ClaimRef | None
    reason: str
    url: str | None
    state: ProposalState
    version: int
    made_by: Actor
    made_at: datetime
    worded_by: Actor
    decided_by: Actor | None = None
    decided_at: datetime | None = None
    decision: str | None = None


_COLUMNS = """
       proposal.proposal_id, proposal.layer, proposal.act, proposal.statement, proposal.claim_kind,
       proposal.claim_id, proposal.reason, proposal.url, proposal.state, proposal.version, proposal.made_ms,
       proposal.decided_ms, proposal.decision,
       maker.actor_id, maker.member, maker.name, worder.actor_id, worder.member, worder.name,
       decider.actor_id, decider.member, decider.name
"""
_FROM = """
  FROM proposal JOIN actor AS maker ON maker.actor_id = proposal.made_by
  JOIN actor AS worder ON worder.actor_id = proposal.worded_by
  LEFT JOIN actor AS decider ON decider.actor_id = proposal.decided_by
"""
_ONE = f"SELECT {_COLUMNS} {_FROM} WHERE proposal.proposal_id = ?"
_OPEN = f"""
SELECT {_COLUMNS} {_FROM} WHERE proposal.state = 'open' AND proposal.layer = ? ORDER BY proposal.proposal_id
"""
_ON_CLAIM = f"""
SELECT {_COLUMNS} {_FROM}
 WHERE proposal.claim_kind = ? AND proposal.claim_id = ? AND proposal.act = 'retract'
   AND proposal.state = 'open'
 ORDER BY proposal.proposal_id
"""
_SAME = """
SELECT proposal_id FROM proposal
 WHERE state = 'open' AND layer = ? AND act = ? AND statement IS ? AND claim_kind IS ? AND claim_id IS ?
"""
_ADD = """
INSERT INTO proposal (layer, act, statement, claim_kind, claim_id, reason, url, made_by, made_ms, worded_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING proposal_id
"""
_AMEND = """
UPDATE proposal SET statement = ?, reason = ?, url = ?, worded_by = ?, version = version + 1
 WHERE proposal_id = ?
"""
_DECIDE = """
UPDATE proposal
   SET state = ?, decided_by = ?, decided_ms = ?, decision = ?, claim_kind = ?, claim_id = ?,
       version = version + 1
 WHERE proposal_id = ?
"""


def add_proposal(
    connection: sqlite3.Connection,
    act: ProposalAct,
    *,
    layer: int,
    statement: str | None,
    claim: ClaimRef | None,
    reason: str,
    url: str | None,
    by: Actor,
    at: datetime,
) -> Proposal:
    """Put a proposal into a layer's queue."""
    kind, claim_id = _split(claim)
    row = (layer, act, statement, kind, claim_id, reason, url, by.actor_id, to_ms(at), by.actor_id)
    proposal_id: int = connection.execute(_ADD, row).fetchone()[0]
    return _required(connection, proposal_id)


def proposal(connection: sqlite3.Connection, proposal_id: int) -> Proposal | None:
    """Return a proposal; None where there is none, or where it is in a layer not seen from here."""
    row = connection.execute(_ONE, (proposal_id,)).fetchone()
    return None if row is None else _proposal(row)


def open_proposals(connection: sqlite3.Connection, layer: int) -> list[Proposal]:
    """Return a layer's queue, oldest first."""
    return [_proposal(row) for row in connection.execute(_OPEN, (layer,))]


def disputes_of(connection: sqlite3.Connection, claim: ClaimRef) -> list[Proposal]:
    """Return the open disputes of a claim."""
    return [_proposal(row) for row in connection.execute(_ON_CLAIM, (claim.kind, claim.claim_id))]


def same_open(
    connection: sqlite3.Connection,
    act: ProposalAct,
    *,
    layer: int,
    statement: str | None,
    claim: ClaimRef | None,
) -> int | None:
    """Return the number of an open proposal that says the same."""
    row = connection.execute(_SAME, (layer, act, statement, *_split(claim))).fetchone()
    return None if row is None else row[0]


def amend_proposal(
    connection: sqlite3.Connection,
    proposal_id: int,
    *,
    statement: str | None,
    reason: str,
    url: str | None,
    by: Actor,
) -> Proposal:
    """Give a proposal other words."""
    connection.execute(_AMEND, (statement, reason, url, by.actor_id, proposal_id))
    return _required(connection, proposal_id)


def decide_proposal(
    connection: sqlite3.Connection,
    proposal_id: int,
    *,
    state: ProposalState,
    claim: ClaimRef | None,
    by: Actor | None,
    at: datetime | None,
    decision: str | None,
) -> Proposal:
    """Note what became of a proposal; for OPEN, that it waits again."""
    when = None if at is None else to_ms(at)
    decider = None if by is None else by.actor_id
    connection.execute(_DECIDE, (state, decider, when, decision, *_split(claim), proposal_id))
    return _required(connection, proposal_id)


def _required(connection: sqlite3.Connection, proposal_id: int) -> Proposal:
    return _proposal(connection.execute(_ONE, (proposal_id,)).fetchone())


def _split(claim: ClaimRef | None) -> tuple[str | None, int | None]:
    return (None, None) if claim is None else (claim.kind, claim.claim_id)


def _proposal(row: tuple[Any, ...]) -> Proposal:
    return Proposal(
        proposal_id=row[0],
        layer=row[1],
        act=ProposalAct(row[2]),
        statement=row[3],
        claim=None if row[5] is None else ClaimRef(kind=ClaimKind(row[4]), claim_id=row[5]),
        reason=row[6],
        url=row[7],
        state=ProposalState(row[8]),
        version=row[9],
        made_at=from_ms(row[10]),
        decided_at=None if row[11] is None else from_ms(row[11]),
        decision=row[12],
        made_by=Actor(actor_id=row[13], member=row[14], name=row[15]),
        worded_by=Actor(actor_id=row[16], member=row[17], name=row[18]),
        decided_by=None if row[19] is None else Actor(actor_id=row[19], member=row[20], name=row[21]),
    )
