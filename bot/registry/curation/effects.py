"""What accepting a proposal does to claims, what undoing it does, and how the trail tells of it.

An effect is plain JSON: {"op": …, "kind": …, "id": …} with what the operation needs beside it.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, TypeAlias

from bot.errors import InputError
from bot.registry.curation.statements import decoded, write
from bot.store.actors import Actor
from bot.store.held import (
    ClaimRef,
    HeldClaim,
    changed,
    held_claim,
    hide,
    is_hidden,
    move,
    retract,
    revive,
    unhide,
)
from bot.store.layers import BASE
from bot.store.proposals import Proposal, ProposalAct

Effect: TypeAlias = "dict[str, Any]"  # JSON of the trail


def apply_act(
    connection: sqlite3.Connection, found: Proposal, *, by: Actor, now: datetime
) -> tuple[ClaimRef, list[Effect]]:
    """Do what a proposal asks; return the claim it is about and what happened."""
    match found.act:
        case ProposalAct.ADD:
            held = write(connection, decoded(found.statement or ""), layer=found.layer, now=now)
            changed(connection, found.layer)
            return held.ref, [_made(held)]
        case ProposalAct.RETRACT:
            return _take_out(connection, found, by=by, now=now)
        case ProposalAct.PUBLISH:
            held = _standing(connection, found)
            if held.layer == BASE:
                raise InputError("every server sees that claim already.")
            move(connection, held.ref, layer=BASE)
            changed(connection, found.layer)
            changed(connection, BASE)
            return held.ref, [_effect("move", held.ref, layer=BASE)]


def revert_act(
    connection: sqlite3.Connection, found: Proposal, *, by: Actor, now: datetime
) -> tuple[ClaimRef | None, list[Effect]]:
    """Take back what accepting a proposal did; return the claim that it is about now."""
    claim = found.claim
    held = None if claim is None else held_claim(connection, claim)
    if claim is None or held is None:
        raise InputError("the claim of this proposal is gone for good; there is nothing to undo.")
    changed(connection, found.layer)
    match found.act:
        case ProposalAct.ADD:
            if held.layer != found.layer:
                raise InputError("the claim was published meanwhile. Undo that first.")
            if held.retracted_by is not None:
                raise InputError("the claim was retracted by a later decision. Undo that one instead.")
            retract(connection, claim, by=_name(by), why=f"proposal {found.proposal_id} undone", at=now)
            return None, [_effect("retract", claim)]
        case ProposalAct.RETRACT:
            if is_hidden(connection, claim, layer=found.layer):
                unhide(connection, claim, layer=found.layer)
                return claim, [_effect("unhide", claim, layer=found.layer)]
            revive(connection, claim)
            return claim, [_effect("revive", claim)]
        case ProposalAct.PUBLISH:
            if held.retracted_by is not None:
                raise InputError("the claim was retracted meanwhile. Undo that first.")
            move(connection, claim, layer=found.layer)
            changed(connection, BASE)
            return claim, [_effect("move", claim, layer=found.layer)]


def _take_out(
    connection: sqlite3.Connection, found: Proposal, *, by: Actor, now: datetime
) -> tuple[ClaimRef, list[Effect]]:
    held = _standing(connection, found)
    changed(connection, found.layer)
    if held.layer == found.layer:
        why = found.reason
        retract(connection, held.ref, by=_name(by), why=why, at=now)
        return held.ref, [_effect("retract", held.ref)]
    # A server cannot take from the others what all of them see; it stops seeing it itself.
    if is_hidden(connection, held.ref, layer=found.layer):
        raise InputError("that claim was taken out here already.")
    hide(connection, held.ref, layer=found.layer)
    return held.ref, [_effect("hide", held.ref, layer=found.layer)]


def _standing(connection: sqlite3.Connection, found: Proposal) -> HeldClaim:
    held = None if found.claim is None else held_claim(connection, found.claim)
    if held is None or held.retracted_by is not None or held.layer not in {BASE, found.layer}:
        raise InputError("that claim does not stand any more. Reject the proposal.")
    return held


def _made(held: HeldClaim) -> Effect:
    said = {"entity": held.entity, "relation": held.relation, "grade": held.grade}
    return _effect("make", held.ref, layer=held.layer, **said)


def _effect(op: str, ref: ClaimRef, **more: str | int) -> Effect:
    return {"op": op, "kind": ref.kind.value, "id": ref.claim_id, **more}


def _name(by: Actor) -> str:
    # A number, so that a person who is forgotten is forgotten here too.
    return f"actor:{by.actor_id}"
