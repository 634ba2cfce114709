"""Proposing, amending, deciding, withdrawing and undoing: each one transaction with its entry in the trail.

Every function runs inside one write transaction (`Database.write_lasting`): when it raises, nothing is kept.
The entry's `after` holds the proposal as it is now and, under "effects", what happened to claims; the trail
alone therefore replays to what the tables hold (`replay`).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from bot.errors import InputError, NotAllowedError, StaleError
from bot.registry.curation.effects import apply_act, revert_act
from bot.registry.curation.ends import reference
from bot.registry.curation.roles import Member, Right, require, require_publisher
from bot.registry.curation.statements import Statement, decoded, encoded, source_url
from bot.store import audit
from bot.store.actors import Actor
from bot.store.guilds import settings_of
from bot.store.held import ClaimRef, held_claim, is_hidden
from bot.store.layers import BASE
from bot.store.proposals import (
    Proposal,
    ProposalAct,
    ProposalState,
    add_proposal,
    amend_proposal,
    decide_proposal,
    proposal,
    same_open,
)
from bot.text.inert import quoted

MAX_REASON = 600


def propose(
    connection: sqlite3.Connection, statement: Statement, *, member: Member, now: datetime
) -> Proposal:
    """Put a statement into the queue of the member's layer."""
    by = require(connection, member, Right.PROPOSE)
    text = encoded(statement)
    _refuse_same(connection, ProposalAct.ADD, layer=member.layer, statement=text, claim=None)
    made = add_proposal(
        connection,
        ProposalAct.ADD,
        layer=member.layer,
        statement=text,
        claim=None,
        reason=statement.note,
        url=statement.url,
        by=by,
        at=now,
    )
    _enter(connection, "proposal.made", made, before=None, by=by, at=now)
    return made


def dispute(
    connection: sqlite3.Connection,
    claim: ClaimRef,
    *,
    reason: str,
    url: str,
    member: Member,
    now: datetime,
) -> Proposal:
    """Say that a claim is wrong. It stands, marked as disputed, until a curator decides."""
    by = require(connection, member, Right.DISPUTE)
    held = held_claim(connection, claim)
    if held is None or held.layer not in {BASE, member.layer} or held.retracted_by is not None:
        raise InputError("that claim is not held (any more).")
    if is_hidden(connection, claim, layer=member.layer):
        raise InputError("that claim was already taken out here.")
    _refuse_same(connection, ProposalAct.RETRACT, layer=member.layer, statement=None, claim=claim)
    made = add_proposal(
        connection,
        ProposalAct.RETRACT,
        layer=member.layer,
        statement=None,
        claim=claim,
        reason=reasoned(reason),
        url=source_url(url) if url.strip() else None,
        by=by,
        at=now,
    )
    _enter(connection, "proposal.made", made, before=None, by=by, at=now)
    return made


def ask_to_publish(
    connection: sqlite3.Connection, claim: ClaimRef, *, reason: str, member: Member, now: datetime
) -> Proposal:
    """Propose to show a server's claim to every server: an admin asks, and one who may publish decides."""
    by = require(connection, member, Right.PUBLISH)
    held = held_claim(connection, claim)
    if held is None or held.retracted_by is not None or member.layer not in {held.layer, BASE}:
        raise InputError("that claim is not held here.")
    if held.layer == BASE:
        raise InputError("every server sees that claim already.")
    _refuse_same(connection, ProposalAct.PUBLISH, layer=held.layer, statement=None, claim=claim)
    made = add_proposal(
        connection,
        ProposalAct.PUBLISH,
        layer=held.layer,
        statement=None,
        claim=claim,
        reason=reasoned(reason),
        url=None,
        by=by,
        at=now,
    )
    _enter(connection, "proposal.made", made, before=None, by=by, at=now)
    return made


def amend(
    connection: sqlite3.Connection,
    proposal_id: int,
    statement: Statement,
    *,
    version: int,
    member: Member,
    now: datetime,
) -> Proposal:
    """Give an addition other words; whoever does so has worded it."""
    by = require(connection, member, Right.REVIEW)
    before = _waiting(connection, proposal_id, version=version, member=member)
    if before.act is not ProposalAct.ADD:
        raise InputError("only a proposed addition has words to amend.")
    made = amend_proposal(
        connection,
        proposal_id,
        statement=encoded(statement),
        reason=statement.note,
        url=statement.url,
        by=by,
    )
    _enter(connection, "proposal.amended", made, before=before, by=by, at=now)
    return made


def accept(
    connection: sqlite3.Connection,
    proposal_id: int,
    *,
    version: int,
    member: Member,
    now: datetime,
    decision: str = "",
) -> Proposal:
    """Do what was proposed. Raises StaleError where it is not as `version` was shown any more."""
    by = require(connection, member, Right.REVIEW)
    before = _waiting(connection, proposal_id, version=version, member=member)
    if before.act is ProposalAct.PUBLISH:
        require_publisher(connection, member)
    _refuse_own_words(connection, before, by, member=member)
    claim, effects = apply_act(connection, before, by=by, now=now)
    after = decide_proposal(
        connection,
        proposal_id,
        state=ProposalState.ACCEPTED,
        claim=claim,
        by=by,
        at=now,
        decision=decision.strip()[:MAX_REASON] or None,
    )
    _enter(connection, "proposal.accepted", after, before=before, by=by, at=now, effects=effects)
    return after


def reject(
    connection: sqlite3.Connection,
    proposal_id: int,
    *,
    version: int,
    reason: str,
    member: Member,
    now: datetime,
) -> Proposal:
    """Turn a proposal down, with the reason that its author will read."""
    by = require(connection, member, Right.REVIEW)
    before = _waiting(connection, proposal_id, version=version, member=member)
    after = decide_proposal(
        connection,
        proposal_id,
        state=ProposalState.REJECTED,
        claim=before.claim,
        by=by,
        at=now,
        decision=reasoned(reason),
    )
    _enter(connection, "proposal.rejected", after, before=before, by=by, at=now)
    return after


def withdraw(connection: sqlite3.Connection, proposal_id: int, *, member: Member, now: datetime) -> Proposal:
    """Take one's own proposal back before it is decided."""
    by = require(connection, member, Right.PROPOSE)
    before = _here(connection, proposal_id, member=member)
    if before.made_by.actor_id != by.actor_id:
        raise NotAllowedError("only whoever made a proposal can withdraw it; a curator can reject it.")
    if before.state is not ProposalState.OPEN:
        raise StaleError(_meanwhile(before))
    after = decide_proposal(
        connection,
        proposal_id,
        state=ProposalState.WITHDRAWN,
        claim=before.claim,
        by=by,
        at=now,
        decision=None,
    )
    _enter(connection, "proposal.withdrawn", after, before=before, by=by, at=now)
    return after


def undo(
    connection: sqlite3.Connection, proposal_id: int, *, reason: str, member: Member, now: datetime
) -> Proposal:
    """Take a decision back: what it did to claims is reverted and the proposal waits again."""
    by = require(connection, member, Right.UNDO)
    before = _here(connection, proposal_id, member=member)
    if before.act is ProposalAct.PUBLISH and before.state is ProposalState.ACCEPTED:
        require_publisher(connection, member)
    if before.state is ProposalState.OPEN:
        raise InputError(f"proposal {proposal_id} waits for a decision: there is nothing to undo.")
    if before.state is ProposalState.WITHDRAWN:
        raise InputError(f"proposal {proposal_id} was withdrawn by its author. Propose anew.")
    claim, effects = before.claim, list[dict[str, Any]]()
    if before.state is ProposalState.ACCEPTED:
        claim, effects = revert_act(connection, before, by=by, now=now)
    _refuse_same(connection, before.act, layer=before.layer, statement=before.statement, claim=claim)
    after = decide_proposal(
        connection, proposal_id, state=ProposalState.OPEN, claim=claim, by=None, at=None, decision=None
    )
    _enter(
        connection,
        "proposal.undone",
        after,
        before=before,
        by=by,
        at=now,
        effects=effects,
        why=reasoned(reason),
    )
    return after


def reasoned(text: str) -> str:
    """Return a reason as one line. Raises InputError where there is none."""
    line = " ".join(text.split())[:MAX_REASON]
    if not line:
        raise InputError("a reason is needed; others will read it.")
    return line


def _waiting(connection: sqlite3.Connection, proposal_id: int, *, version: int, member: Member) -> Proposal:
    found = _here(connection, proposal_id, member=member)
    if found.state is not ProposalState.OPEN or found.version != version:
        raise StaleError(_meanwhile(found))
    return found


def _here(connection: sqlite3.Connection, proposal_id: int, *, member: Member) -> Proposal:
    found = proposal(connection, proposal_id)
    if found is None or (found.layer != member.layer and not member.operator):
        raise InputError(f"there is no proposal {proposal_id} here.")
    return found


def _meanwhile(found: Proposal) -> str:
    if found.state is ProposalState.OPEN:
        return (
            f"proposal {found.proposal_id} was amended by {quoted(found.worded_by.shown)} meanwhile. "
            "Look at it as it is now."
        )
    by = f" by {quoted(found.decided_by.shown)}" if found.decided_by else ""
    return f"proposal {found.proposal_id} was {found.state}{by} already."


def _refuse_own_words(connection: sqlite3.Connection, found: Proposal, by: Actor, *, member: Member) -> None:
    """Keep the rule of two where a server set it: nobody accepts what they worded themselves."""
    if settings_of(connection, member.layer).two_person and found.worded_by.actor_id == by.actor_id:
        raise NotAllowedError(
            "two people decide here, and these words are yours. Somebody else has to accept them."
        )


def _refuse_same(
    connection: sqlite3.Connection,
    act: ProposalAct,
    *,
    layer: int,
    statement: str | None,
    claim: ClaimRef | None,
) -> None:
    same = same_open(connection, act, layer=layer, statement=statement, claim=claim)
    if same is not None:
        raise InputError(f"proposal {same} says the same and waits for a decision.")


def view(found: Proposal) -> dict[str, Any]:
    """Return a proposal as the trail holds it."""
    return {
        "layer": found.layer,
        "act": found.act.value,
        "state": found.state.value,
        "version": found.version,
        "statement": found.statement,
        "claim": None if found.claim is None else str(found.claim),
        "reason": found.reason,
        "url": found.url,
        "decision": found.decision,
    }


def _enter(
    connection: sqlite3.Connection,
    act: str,
    found: Proposal,
    *,
    before: Proposal | None,
    by: Actor,
    at: datetime,
    effects: list[dict[str, Any]] | None = None,
    why: str | None = None,
) -> None:
    after = {**view(found), "effects": effects or []}
    if why is not None:
        after["why"] = why
    audit.append(
        connection,
        act,
        f"proposal:{found.proposal_id}",
        at=at,
        layer=found.layer,
        actor_id=by.actor_id,
        before=None if before is None else view(before),
        after=after,
        about=about(connection, found),
    )


def about(connection: sqlite3.Connection, found: Proposal) -> set[str]:
    """Return the references by which the history of what a proposal speaks of finds it."""
    refs: set[str] = set()
    if found.statement is not None:
        said = decoded(found.statement)
        refs |= {reference(said.subject), reference(said.object)}
    if found.claim is not None:
        held = held_claim(connection, found.claim)
        refs.add(str(found.claim))
        if held is not None:
            refs |= {f"entity:{held.entity}", held.object}
    return refs
