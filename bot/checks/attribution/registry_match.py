"""A1: does a registered source name this account, and what does it say that its owner is?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.accounts import AccountRef, Platform
from bot.checks.check import Check, could_not_check
from bot.checks.claims import backwards, dated, from_account_claim, is_old, root, shown
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.sentences import KINDS, TYPOLOGIES
from bot.checks.standing import Tie, Typologies, disputed, state_chains, tie
from bot.checks.subject import Listing, Registered, Registry, Subject
from bot.checks.weights import listed
from bot.checks.wording import Word, day, listing, phrase, say
from bot.registry.names import PLATFORM_NAMES
from bot.registry.typology import current
from bot.store.accounts import FoundBy
from bot.store.records import Entity, Typology
from bot.store.registry import HOLDING

# Neutral descriptions, not verdicts: what the account presents itself as.
PERSONAS = {
    "outlet": "T0097.202",
    "government": "T0097.206",
    "party": "T0097.206",
    "official": "T0097.111",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One entity that is said to have the account, with everything that says so."""

    entity: Entity
    listings: tuple[Listing, ...]

    @property
    def by_id(self) -> bool:
        """Whether one source named the lasting id by which the account was found."""
        return any(each.by is FoundBy.PLATFORM_ID and each.claim.by_id for each in self.listings)

    @property
    def strength(self) -> float:
        """What the best single listing weighs."""
        return max(
            listed(each.claim.grade, by_id=each.by is FoundBy.PLATFORM_ID and each.claim.by_id)
            for each in self.listings
        )


def holders(account: Registered) -> list[Holder]:
    """Return who is said to have the account, in the registry's order.

    Where no source says so, whoever is said to own or control the account itself. A handle that another
    account bore before makes no match: a handle that changes hands is another account.
    """
    current = [each for each in account.listings if each.by is not FoundBy.FORMER_HANDLE]
    having = [each for each in current if each.claim.relation in HOLDING]
    grouped: dict[str, list[Listing]] = {}
    for each in having or current:
        grouped.setdefault(each.claim.entity.key, []).append(each)
    return [Holder(entity=group[0].claim.entity, listings=tuple(group)) for group in grouped.values()]


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report every entity that a source gives the account to; none is merged into another."""
    registry = subject.registry
    if registry.accounts == 0:
        return (could_not_check(CHECK, reason=say("reason.registry empty")),)
    found = holders(registry.account)
    if not found:
        return (_not_listed(subject),)
    others = found if _disagree(found, registry) else ()
    return tuple(_listed(holder, subject, others=others) for holder in found)


def _disagree(found: Sequence[Holder], registry: Registry) -> bool:
    """Whether two holders have nothing to do with each other: one of them does not stand above the other."""
    lineages = {holder.entity.key: registry.lineage(holder.entity.key) for holder in found}
    return any(
        one not in lineages[other] and other not in lineages[one] for one, other in combinations(lineages, 2)
    )


def states_disagree(registry: Registry) -> bool:
    """Whether those who are said to have the account are not all of one state.

    Which of two outlets of one state has an account is an open question, and none about the state.
    """
    states: set[str | None] = set()
    for holder in holders(registry.account):
        own = [
            chain
            for chain in registry.account.chains
            if chain.start is not None and chain.start.entity.key == holder.entity.key
        ]
        owned = any(each.by_ownership for each in state_chains(own, registry.typologies))
        of_state = owned or tie(holder.entity, registry.typologies).is_state
        states.add((holder.entity.country or holder.entity.key) if of_state else None)
    return len(states) > 1


def _listed(holder: Holder, subject: Subject, *, others: Sequence[Holder]) -> Finding:
    entity, typologies = holder.entity, subject.registry.typologies
    state = tie(entity, typologies).is_state
    best = holder.listings[0].claim
    summary = say(
        "registry.listed",
        account=shown(subject.ref),
        relation=backwards(best.relation),
        entity=entity.name,
        source=best.source.title,
        date=day(dated(best.source)),
        by=phrase("registry.by id" if holder.by_id else f"registry.by {_name_of(subject.ref)}"),
        standing=standing_words(entity, typologies),
        more=Word(_disputes(entity, typologies) + _others(others)),
    )
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=summary,
        weight=holder.strength if state else None,
        evidence=_evidence(holder, typologies),
        benign=benign_of_name(subject.ref, by_id=holder.by_id),
        disarm=(PERSONAS[entity.kind],) if entity.kind in PERSONAS else (),
        towards=entity.key,
        qualifiers=_qualifiers(holder, subject),
    )


def benign_of_name(ref: AccountRef, *, by_id: bool) -> str:
    """Return what could be wrong with knowing an account by this name."""
    return say("registry.benign listed" if by_id else f"registry.benign {_name_of(ref)}")


def _name_of(ref: AccountRef) -> str:
    return "host" if ref.platform is Platform.WEBSITE else "handle"


def _qualifiers(holder: Holder, subject: Subject) -> tuple[str, ...]:
    sources = [each.claim.source for each in holder.listings]
    held = {
        "second_source": len({root(source) for source in sources}) > 1,
        "sources_disagree": states_disagree(subject.registry)
        or disputed(holder.entity, subject.registry.typologies),
        "old_evidence": is_old(sources, now=subject.now.date()),
    }
    return tuple(name for name, holds in held.items() if holds)


def standing_words(entity: Entity, typologies: Typologies) -> Word:
    """Say what the entity is to a state, in the words of whoever classes it."""
    classes = current(typologies.get(entity.key, ()))
    match tie(entity, typologies):
        case Tie.MEDIA | Tie.INDEPENDENT as found:
            return phrase(f"registry.{found}", entity=entity.name, **class_words(classes[0]))
        case Tie.BODY:
            return phrase("registry.body", entity=entity.name, kind=Word(KINDS[entity.kind]))
        case Tie.NONE:
            return phrase("registry.untyped", entity=entity.name)


def class_words(typology: Typology) -> dict[str, Word | str]:
    return {
        "typology": Word(TYPOLOGIES[typology.code]),
        "source": typology.source.title,
        "edition": day(typology.edition),
    }


def _disputes(entity: Entity, typologies: Typologies) -> str:
    if not disputed(entity, typologies):
        return ""
    classes = [
        phrase("registry.class", **class_words(each)) for each in current(typologies.get(entity.key, ()))
    ]
    return say("registry.disputed", classes=listing(classes))


def _others(others: Sequence[Holder]) -> str:
    if not others:
        return ""
    return say("registry.disagree", entities=listing(holder.entity.name for holder in others))


def _evidence(holder: Holder, typologies: Typologies) -> tuple[Evidence, ...]:
    claims = [from_account_claim(each.claim) for each in holder.listings]
    classes = [
        Evidence(
            text=say("registry.classed", entity=holder.entity.name, **class_words(each)),
            url=each.source.url,
            source=each.source.key,
            grade=str(each.source.grade),
        )
        for each in current(typologies.get(holder.entity.key, ()))
    ]
    return (*claims, *classes)


def _not_listed(subject: Subject) -> Finding:
    parts: list[str] = []
    for each in subject.registry.account.listings:
        if each.by is FoundBy.FORMER_HANDLE:
            account, other = shown(subject.ref), shown(each.claim.account)
            parts.append(say("registry.former", account=account, other=other))
    for resemblance in subject.registry.resembling:
        key = "registry.resembles handle" if resemblance.account else "registry.resembles name"
        other = shown(resemblance.account) if resemblance.account else resemblance.text
        parts.append(say(key, other=other, likeness=phrase(f"registry.like {resemblance.likeness}")))
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=say(
            "registry.not listed",
            account=shown(subject.ref),
            platform=Word(PLATFORM_NAMES[subject.ref.platform]),
            more=Word("".join(dict.fromkeys(parts))),
        ),
        of=subject.registry.accounts,
    )


CHECK = Check(name="registry_match", line=Line.STATE_LINK, category=Category.CONTEXTUAL, run=run)
