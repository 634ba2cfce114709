"""The review queue: a proposal with what speaks for and against it, side by side."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from bot.accounts import account_url
from bot.errors import InputError
from bot.registry.curation.roles import Member
from bot.registry.curation.statements import (
    AccountEnd,
    End,
    EntityEnd,
    SiteEnd,
    Statement,
    decoded,
    read_statement,
)
from bot.store.accounts import find_accounts
from bot.store.held import ClaimKind, ClaimRef
from bot.store.proposals import Proposal, ProposalAct, open_proposals, proposal
from bot.store.records import OWNERSHIP, AccountClaim, Claim, Relation
from bot.store.registry import (
    account_claims_by_id,
    claims,
    claims_of_accounts,
    claims_of_hosts,
    claims_upon,
    domain_claims_by_id,
    find_entity,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A proposal to decide on.

    `claim` is the held claim that is meant. `same` say what is proposed from other sources; `against` say
    something else of the same thing: both would stand side by side.
    """

    proposal: Proposal
    statement: Statement | None
    claim: Claim | AccountClaim | None
    same: tuple[Claim | AccountClaim, ...] = ()
    against: tuple[Claim | AccountClaim, ...] = ()
    place: int = 0
    waiting: int = 0


def waiting(connection: sqlite3.Connection, member: Member) -> tuple[int, ...]:
    """Return the numbers of the proposals that wait in the member's layer, oldest first."""
    return tuple(found.proposal_id for found in open_proposals(connection, member.layer))


def queued(connection: sqlite3.Connection, member: Member, proposal_id: int) -> Queued | None:
    """Return a proposal of the member's layer, whatever became of it. Needs a reading connection."""
    found = proposal(connection, proposal_id)
    if found is None or (found.layer != member.layer and not member.operator):
        return None
    statement = None if found.statement is None else decoded(found.statement)
    others = () if statement is None else _said_of(connection, statement.object)
    same, against = _sorted_out(statement, others)
    numbers = waiting(connection, member)
    return Queued(
        proposal=found,
        statement=statement,
        claim=None if found.claim is None else claim_of(connection, found.claim),
        same=same,
        against=against,
        place=numbers.index(proposal_id) + 1 if proposal_id in numbers else 0,
        waiting=len(numbers),
    )


def claim_of(connection: sqlite3.Connection, ref: ClaimRef) -> Claim | AccountClaim | None:
    """Return a claim that stands and is seen from here."""
    match ref.kind:
        case ClaimKind.CLAIM:
            return claims(connection, [ref.claim_id]).get(ref.claim_id)
        case ClaimKind.ACCOUNT:
            found = account_claims_by_id(connection, [ref.claim_id])
        case ClaimKind.SITE:
            found = domain_claims_by_id(connection, [ref.claim_id])
    return found[0] if found else None


def amended(connection: sqlite3.Connection, member: Member, proposal_id: int, **said: str) -> Statement:
    """Return the statement of a proposal with what was typed in the place of what it said."""
    found = proposal(connection, proposal_id)
    if found is None or found.layer != member.layer or found.statement is None:
        raise InputError(f"there is no proposed addition {proposal_id} here.")
    before = decoded(found.statement)
    typed = {name: text for name, text in said.items() if text.strip()}
    ends = {"subject", "relation", "object"} & typed.keys()
    kept: dict[str, str] = {
        "subject": _typed(before.subject),
        "relation": before.relation.value,
        "object": _typed(before.object),
        "url": before.url,
        "title": before.title,
        "published_on": before.published_on or "",
        "grade": before.grade,
        "note": before.note,
    } | typed
    read = read_statement(
        connection,
        subject=kept["subject"],
        relation=kept["relation"],
        object_=kept["object"],
        url=kept["url"],
        layer=member.layer,
        title=kept["title"],
        published_on=kept["published_on"],
        grade=kept["grade"],
        note=kept["note"],
    )
    if ends:
        return read
    # Written out and read again, an account could come back with less (its lasting id).
    return msgspec.structs.replace(read, subject=before.subject, object=before.object)


def _typed(end: End) -> str:
    match end:
        case EntityEnd() if end.new:
            where = f", {end.country}" if end.country else ""
            return f"new: {end.name} ({end.kind}{where})"
        case EntityEnd():
            return end.key
        case AccountEnd():
            return account_url(end.ref)
        case SiteEnd():
            return end.host


def _said_of(connection: sqlite3.Connection, end: End) -> tuple[Claim | AccountClaim, ...]:
    """Return what is claimed of the lower end of a proposed claim."""
    match end:
        case EntityEnd():
            entity = find_entity(connection, end.key)
            return () if entity is None else claims_upon(connection, entity.entity_id)
        case AccountEnd():
            found = find_accounts(connection, end.ref)
            return claims_of_accounts(connection, [each.account_id for each in found])
        case SiteEnd():
            return claims_of_hosts(connection, [end.host])


# Of these one at a time is the rule: two holders of an account, or two owners, contradict each other.
_EXCLUSIVE = frozenset({Relation.HAS_ACCOUNT, Relation.HAS_SITE})


def _sorted_out(
    statement: Statement | None, others: tuple[Claim | AccountClaim, ...]
) -> tuple[tuple[Claim | AccountClaim, ...], tuple[Claim | AccountClaim, ...]]:
    if statement is None:
        return (), ()
    rivals = _EXCLUSIVE if statement.relation in _EXCLUSIVE else OWNERSHIP
    same: list[Claim | AccountClaim] = []
    against: list[Claim | AccountClaim] = []
    for claim in others:
        subject = claim.subject if isinstance(claim, Claim) else claim.entity
        if subject.key == statement.subject.key:
            if claim.relation is statement.relation:
                same.append(claim)
        elif claim.relation in rivals and statement.relation in rivals:
            against.append(claim)
    return tuple(same), tuple(against)


def act_name(act: ProposalAct) -> str:
    """Return what a proposal does in words."""
    return {
        ProposalAct.ADD: "to add",
        ProposalAct.RETRACT: "to take out",
        ProposalAct.PUBLISH: "to publish",
    }[act]
