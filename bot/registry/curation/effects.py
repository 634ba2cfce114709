"""What accepting a proposal does to claims, what undoing it does, and how the trail tells of it.

An effect is plain JSON: {"op": …, "kind": …, "id": …} with what the operation needs beside it. "rows" are the
prints of rows that it wrote, "layers" the rows whose layer it set.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, TypeAlias

from bot.errors import InputError
from bot.registry.curation.statements import decoded
from bot.registry.curation.writing import write
from bot.store.actors import Actor
from bot.store.held import (
    ClaimRef,
    HeldClaim,
    changed,
    held_claim,
    hide,
    in_base,
    is_hidden,
    move,
    named_along,
    retract,
    revive,
    unhide,
)
from bot.store.layers import BASE
from bot.store.proposals import Proposal, ProposalAct
from bot.store.row_prints import high, layers, layers_of, row_print, since
from bot.store.times import to_ms

Effect: TypeAlias = "dict[str, Any]"  # JSON of the trail


def apply_act(
    connection: sqlite3.Connection, found: Proposal, *, by: Actor, now: datetime
) -> tuple[ClaimRef, list[Effect]]:
    """Do what a proposal asks; return the claim it is about and what happened."""
    match found.act:
        case ProposalAct.ADD:
            return _add(connection, found, now=now)
        case ProposalAct.RETRACT:
            return _take_out(connection, found, by=by, now=now)
        case ProposalAct.PUBLISH:
            held = _standing(connection, found)
            if held.layer == BASE or in_base(connection, held.ref):
                raise InputError("every server sees that claim already.")
            changed(connection, found.layer)
            return held.ref, [_move(connection, held.ref, layer=BASE)]


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
            why = f"proposal {found.proposal_id} undone"
            return None, [_retract(connection, claim, by=by, why=why, now=now)]
        case ProposalAct.RETRACT:
            if is_hidden(connection, claim, layer=found.layer):
                unhide(connection, claim, layer=found.layer)
                return claim, [_effect("unhide", claim, layer=found.layer)]
            revive(connection, claim)
            return claim, [_effect("revive", claim)]
        case ProposalAct.PUBLISH:
            if held.retracted_by is not None:
                raise InputError("the claim was retracted meanwhile. Undo that first.")
            return claim, [_move(connection, claim, layer=found.layer)]


def _add(connection: sqlite3.Connection, found: Proposal, *, now: datetime) -> tuple[ClaimRef, list[Effect]]:
    before = high(connection)
    held = write(connection, decoded(found.statement or ""), layer=found.layer, now=now)
    changed(connection, found.layer)
    new = since(connection, before)
    numbers = {(table, number) for table, (first, last) in new.items() for number in range(first, last + 1)}
    numbers.add((held.ref.kind.value, held.ref.claim_id))
    rows: dict[str, dict[str, str]] = {}
    for table, number in sorted(numbers):
        rows.setdefault(table, {})[str(number)] = row_print(connection, table, number).hex()
    said = {"layer": held.layer, "entity": held.entity, "relation": held.relation, "grade": held.grade}
    placed = {key: layer for key, layer in layers(connection, after=before).items() if key in numbers}
    placed[held.ref.kind.value, held.ref.claim_id] = held.layer
    return held.ref, [_effect("make", held.ref, **said, rows=rows, layers=_listed(placed))]


def _move(connection: sqlite3.Connection, claim: ClaimRef, *, layer: int) -> Effect:
    along = named_along(connection, claim)
    before = layers_of(connection, along)
    move(connection, claim, layer=layer)
    changed(connection, BASE)
    after = layers_of(connection, along)
    moved = {key: home for key, home in after.items() if before[key] != home}
    return _effect("move", claim, layer=layer, layers=_listed(moved))


def _retract(
    connection: sqlite3.Connection, claim: ClaimRef, *, by: Actor, why: str, now: datetime
) -> Effect:
    retract(connection, claim, by=_name(by), why=why, at=now)
    return _effect("retract", claim, at=to_ms(now), by=_name(by), why=why)


def _take_out(
    connection: sqlite3.Connection, found: Proposal, *, by: Actor, now: datetime
) -> tuple[ClaimRef, list[Effect]]:
    held = _standing(connection, found)
    changed(connection, found.layer)
    if held.layer == found.layer:
        return held.ref, [_retract(connection, held.ref, by=by, why=found.reason, now=now)]
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


def _listed(placed: dict[tuple[str, int], int]) -> list[list[str | int]]:
    return [[table, number, layer] for (table, number), layer in sorted(placed.items())]


def _effect(op: str, ref: ClaimRef, **more: object) -> Effect:
    return {"op": op, "kind": ref.kind.value, "id": ref.claim_id, **more}


def _name(by: Actor) -> str:
    # A number, so that a person who is forgotten is forgotten here too.
    return f"actor:{by.actor_id}"
