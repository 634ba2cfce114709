"""The review queue: a proposal with what speaks for and against it, side by side."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from bot.errors import InputError
from bot.registry.curation.ends import AccountEnd, ClassEnd, EntityEnd, NameEnd, SiteEnd, typed
from bot.registry.curation.roles import Member
from bot.registry.curation.statements import Statement, decoded, read_statement
from bot.store.accounts import find_accounts
from bot.store.facts import Fact, fact, facts_of
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
from bot.text.normalise import fold

Held: TypeAlias = Claim | AccountClaim | Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A proposal to decide on.

    `claim` is the held claim that is meant. `same` say what is proposed from other sources; `against` say
    something else of the same thing: both would stand side by side.
    """

    proposal: Proposal
    statement: Statement | None
    claim: Held | None
    same: tuple[Held, ...] = ()
    against: tuple[Held, ...] = ()
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
    same, against = ((), ()) if statement is None else _beside(connection, statement)
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


def claim_of(connection: sqlite3.Connection, ref: ClaimRef) -> Held | None:
    """Return a claim that stands and is seen from here."""
    match ref.kind:
        case ClaimKind.CLAIM:
            return claims(connection, [ref.claim_id]).get(ref.claim_id)
        case ClaimKind.ACCOUNT:
            found = account_claims_by_id(connection, [ref.claim_id])
        case ClaimKind.SITE:
            found = domain_claims_by_id(connection, [ref.claim_id])
        case ClaimKind.NAME | ClaimKind.CLASS:
            return fact(connection, ref)
    return found[0] if found else None


def amended(connection: sqlite3.Connection, member: Member, proposal_id: int, **said: str) -> Statement:
    """Return the statement of a proposal with what was typed in the place of what it said."""
    found = proposal(connection, proposal_id)
    if found is None or found.layer != member.layer or found.statement is None:
        raise InputError(f"there is no proposed addition {proposal_id} here.")
    before = decoded(found.statement)
    given = {name: text for name, text in said.items() if text.strip()}
    ends = {"subject", "relation", "object"} & given.keys()
    kept: dict[str, str] = {
        "subject": typed(before.subject),
        "relation": before.relation,
        "object": typed(before.object),
        "url": before.url,
        "title": before.title,
        "published_on": before.published_on or "",
        "grade": before.grade,
        "note": before.note,
    } | given
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


def _beside(
    connection: sqlite3.Connection, statement: Statement
) -> tuple[tuple[Held, ...], tuple[Held, ...]]:
    """Return what says the same as a statement, and what says something else of the same thing."""
    match statement.object:
        case EntityEnd() as end:
            entity = find_entity(connection, end.key)
            others = () if entity is None else claims_upon(connection, entity.entity_id)
        case AccountEnd() as end:
            found = find_accounts(connection, end.ref)
            others = claims_of_accounts(connection, [each.account_id for each in found])
        case SiteEnd() as end:
            others = claims_of_hosts(connection, [end.host])
        case NameEnd() | ClassEnd() as end:
            return _facts_beside(connection, statement.subject.key, end)
    return _sorted_out(statement, others)


def _facts_beside(
    connection: sqlite3.Connection, key: str, end: NameEnd | ClassEnd
) -> tuple[tuple[Held, ...], tuple[Held, ...]]:
    entity = find_entity(connection, key)
    if entity is None:
        return (), ()
    if isinstance(end, NameEnd):
        names = facts_of(connection, ClaimKind.NAME, entity.entity_id)
        return tuple(each for each in names if fold(each.said) == fold(end.name)), ()
    # Classes of other years are history; of the same year, monitors disagree.
    classes = facts_of(connection, ClaimKind.CLASS, entity.entity_id)
    same = tuple(each for each in classes if each.said == end.code and each.note == end.edition)
    return same, tuple(each for each in classes if each.said != end.code and each.note == end.edition)


# Of these one at a time is the rule: two holders of an account, or two owners, contradict each other.
_EXCLUSIVE = frozenset({Relation.HAS_ACCOUNT, Relation.HAS_SITE})


def _sorted_out(
    statement: Statement, others: tuple[Claim | AccountClaim, ...]
) -> tuple[tuple[Held, ...], tuple[Held, ...]]:
    rivals = _EXCLUSIVE if statement.relation in _EXCLUSIVE else OWNERSHIP
    same: list[Held] = []
    against: list[Held] = []
    for claim in others:
        subject = claim.subject if isinstance(claim, Claim) else claim.entity
        if subject.key == statement.subject.key:
            if claim.relation == statement.relation:
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
