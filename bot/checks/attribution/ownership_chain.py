"""A3: which chains of registered claims lead from the account to a state, and how strong are they?"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.attribution.registry_match import benign_of_name, holders, states_disagree
from bot.checks.check import Check
from bot.checks.claims import chain_words, from_account_claim, from_claim, is_old, shown
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.standing import StateChain, Tie, state_chains, tie
from bot.checks.subject import Registry, Subject
from bot.checks.weights import listed
from bot.checks.wording import Word, listing, phrase, say
from bot.store.accounts import FoundBy
from bot.store.chains import Chain
from bot.store.registry import HOLDING


def linking_chains(subject: Subject) -> tuple[StateChain, ...]:
    """Return the account's chains to a state, strongest first; each body once.

    What an outlet shares with other bodies says nothing about one that is in a state's hands already,
    and a body that owns need not be named again because it co-publishes.
    """
    registry = subject.registry
    usable = [
        chain
        for chain in registry.account.chains
        if chain.start is None or _by(subject, chain.start.account) is not FoundBy.FORMER_HANDLE
    ]
    found = state_chains(usable, registry.typologies)
    owned = {each.towards.key for each in found if each.by_ownership}
    held_by_state = any(
        tie(holder.entity, registry.typologies).is_state for holder in holders(registry.account)
    )
    return tuple(
        each
        for each in found
        if each.by_ownership or (each.towards.key not in owned and not held_by_state and not owned)
    )


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report one finding per body that a chain leads to."""
    found = linking_chains(subject)
    if not found:
        return (_nothing(subject),)
    apart = [each for each in found if each.by_ownership and _apart(each, found, registry=subject.registry)]
    return tuple(_finding(each, subject, others=[o for o in apart if o is not each]) for each in found)


def _apart(one: StateChain, found: Sequence[StateChain], *, registry: Registry) -> bool:
    """Whether another chain of ownership leads to a body that stands neither above nor below this one's."""
    return any(
        other.by_ownership
        and other.towards.key not in registry.lineage(one.towards.key)
        and one.towards.key not in registry.lineage(other.towards.key)
        for other in found
        if other is not one
    )


def _finding(found: StateChain, subject: Subject, *, others: Sequence[StateChain]) -> Finding:
    claims = dict.fromkeys(step for chain in found.chains for step in (*chain.steps, *chain.also))
    sources = [step.source for step in claims]
    evidence: list[Evidence] = [from_claim(step) for step in claims]
    start = found.chain.start
    if start is not None and start.relation not in HOLDING:
        sources.append(start.source)
        evidence.insert(0, from_account_claim(start))
    disagree = found.by_ownership and (bool(others) or states_disagree(subject.registry))
    qualifiers = {"sources_disagree": disagree, "old_evidence": is_old(sources, now=subject.now.date())}
    key = "chain.owned" if found.by_ownership else "chain.linked"
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            key,
            chain=Word("; also ".join(_words(chain) for chain in found.chains)),
            grade=Word(str(found.chain.grade)),
            more=phrase("chain.disagree", others=listing(other.towards.name for other in others))
            if found.by_ownership and others
            else Word(""),
        ),
        weight=min(found.weight, _start_strength(found, subject)),
        evidence=tuple(evidence),
        benign=_benign(found, subject),
        towards=found.towards.key,
        qualifiers=tuple(name for name, holds in qualifiers.items() if holds),
    )


def _words(chain: Chain) -> str:
    """A chain as words, from whoever is said to have the account, or from a claim on the account itself."""
    parts = [chain_words(chain)] if chain.steps else []
    if chain.start is not None and chain.start.relation not in HOLDING:
        parts.insert(0, Word(from_account_claim(chain.start).text))
    return "; ".join(parts)


def _benign(found: StateChain, subject: Subject) -> str:
    if not found.by_ownership:
        return say("chain.benign linked")
    by_id = _by_id(found, subject)
    return say("chain.benign owned") if by_id else benign_of_name(subject.ref, by_id=False)


def _start_strength(found: StateChain, subject: Subject) -> float:
    """A chain is no stronger than the claim that the account belongs at its lower end."""
    start = found.chain.start
    return 1.0 if start is None else listed(start.grade, by_id=_by_id(found, subject))


def _by_id(found: StateChain, subject: Subject) -> bool:
    start = found.chain.start
    return start is not None and start.by_id and _by(subject, start.account) is FoundBy.PLATFORM_ID


def _by(subject: Subject, account: object) -> FoundBy:
    return next(
        (each.by for each in subject.registry.account.listings if each.claim.account == account),
        FoundBy.HANDLE,
    )


def _nothing(subject: Subject) -> Finding:
    found = holders(subject.registry.account)
    typologies = subject.registry.typologies
    if not found:
        summary = say("chain.no entry", account=shown(subject.ref))
    elif any(tie(holder.entity, typologies) is Tie.INDEPENDENT for holder in found):
        names = listing(holder.entity.name for holder in found)
        summary = say("chain.independent", entity=names)
    else:
        names = listing(holder.entity.name for holder in found)
        summary = say("chain.no state", entity=names)
    return Finding(
        check=CHECK.name, line=CHECK.line, category=CHECK.category, state=State.NOT_FOUND, summary=summary
    )


CHECK = Check(name="ownership_chain", line=Line.STATE_LINK, category=Category.CONTEXTUAL, run=run)
