"""Who built the account's sites, for whom else they built, and who owns them: told apart from ownership."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.check import Check
from bot.checks.claims import chain_words, from_claim
from bot.checks.dossier import Evidence, Finding, State
from bot.checks.sentences import KINDS as ENTITY_KINDS
from bot.checks.sites import Developer, Via
from bot.checks.standing import StateChain, state_chains, tie
from bot.checks.subject import Subject
from bot.checks.weights import MAINS
from bot.checks.wording import Word, counted, phrase, say
from bot.store.records import Entity
from bot.text.indicators import KINDS, Mark


def building(subject: Subject, *, check: Check) -> tuple[Finding, ...]:
    """Return one finding for each developer who is registered, or is named on more than one site."""
    return tuple(
        _finding(each, subject, check=check)
        for each in subject.sites.developers
        if each.entity is not None or len(each.sites) > 1
    )


def same_builder(subject: Subject, other: Entity, *, hosts: Sequence[str]) -> str | None:
    """Return a developer whom both the account's sites and another owner's have; None where there is none."""
    for each in subject.sites.developers:
        built = {entity.key for entity in each.built}
        if other.key in built or set(hosts) & set(each.sites):
            return each.name
    return None


def _finding(developer: Developer, subject: Subject, *, check: Check) -> Finding:
    chain = _owned(developer, subject)
    weight, towards = _weight(developer, subject, chain=chain)
    steps = () if chain is None else chain.chain.steps
    evidence: list[Evidence] = []
    if developer.credit is not None:
        credit = developer.credit
        text = say("infra.seen", kind=Word(KINDS[Mark.DEVELOPER].words), value=credit.value, site=credit.host)
        evidence.append(Evidence(text=text, at=credit.last_seen, url=credit.url))
    evidence += [from_claim(claim) for claim in (*developer.claims, *steps)]
    return Finding(
        check=check.name,
        line=check.line,
        category=check.category,
        state=State.FOUND,
        summary=_summary(developer, subject, chain=chain),
        n=len(developer.sites),
        weight=weight,
        evidence=tuple(evidence),
        benign=say("infra.benign developer"),
        towards=towards,
    )


def _owned(developer: Developer, subject: Subject) -> StateChain | None:
    """Return the strongest chain of ownership from a developer to a state."""
    if developer.entity is None:
        return None
    above = subject.registry.above.get(developer.entity.key, ())
    found = state_chains(above, subject.registry.typologies)
    return next((each for each in found if each.by_ownership), None)


def _weight(
    developer: Developer, subject: Subject, *, chain: StateChain | None
) -> tuple[float | None, str | None]:
    """A credit on the site links as a registered `develops` does; where one is registered, that speaks."""
    if developer.entity is None or developer.credit is None or developer.claims:
        return None, None
    if tie(developer.entity, subject.registry.typologies).is_state:
        strength, towards = 1.0, developer.entity.key
    elif chain is not None:
        strength, towards = chain.strength, chain.towards.key
    else:
        return None, None
    via = next(site.via for site in subject.sites.own if site.host == developer.credit.host)
    limit = MAINS["one_way_disclosure"].value if via is Via.PROFILE else 1.0
    return min(MAINS["association"].value, strength, limit), towards


def _summary(developer: Developer, subject: Subject, *, chain: StateChain | None) -> str:
    n = len(developer.sites)
    sites = phrase("infra.developer one")
    if n > 1:
        sites = phrase("infra.developer sites", n=counted(n, "site"))
    owned = Word("")
    if chain is not None:
        words = str(chain_words(chain.chain)).partition("` ")[2]
        owned = phrase("infra.developer owned", chain=Word(words), grade=Word(str(chain.chain.grade)))
    elif developer.entity is not None and tie(developer.entity, subject.registry.typologies).is_state:
        owned = phrase("infra.developer state", kind=Word(ENTITY_KINDS[developer.entity.kind]))
    how = Word("")
    if developer.credit is not None:
        how = phrase("infra.developer credit", site=developer.credit.host, on=developer.credit.last_seen)
    elif developer.claims:
        how = phrase("infra.developer claim")
    return say("infra.developer", sites=sites, developer=developer.name, owned=owned, how=how)
