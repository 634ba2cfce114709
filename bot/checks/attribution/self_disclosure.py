"""A2: does the profile itself name or link a registered owner, and does the owner's site link back?"""

from __future__ import annotations

from bot.checks.around import Around, Disclosure
from bot.checks.check import Check, could_not_check
from bot.checks.claims import from_account_claim
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.evidence import POST_TEXT
from bot.checks.standing import strength_of
from bot.checks.subject import Subject
from bot.checks.weights import MAINS, edge
from bot.checks.wording import Word, phrase, quoted, say
from bot.store.records import Entity, Snapshot


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report each registered entity that the profile discloses; two are never merged."""
    around = subject.around
    if around.profile is None:
        return (could_not_check(CHECK, reason=say("reason.no profile")),)
    found = [each for each in around.disclosures if each.bearer in subject.registry.entities]
    if not found and subject.registry.accounts == 0:
        return (could_not_check(CHECK, reason=say("reason.registry empty")),)
    if not found:
        return (_nothing(around.profile),)
    return tuple(_finding(each, subject, profile=around.profile) for each in found)


def _finding(each: Disclosure, subject: Subject, *, profile: Snapshot) -> Finding:
    entity = subject.registry.entities[each.bearer]
    weight = _weight(each, entity, subject=subject)
    mutual = each.back is not None
    fits = not mutual and (subject.around.disclaims or bool(each.looks))
    names_only = not mutual and each.address is None
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=Category.TECHNICAL if mutual else Category.CONTEXTUAL,
        state=State.FOUND,
        summary=_summary(each, entity, profile=profile, weighs=weight is not None),
        weight=weight,
        evidence=_evidence(each, profile),
        benign=_benign(each, subject.around),
        towards=each.bearer,
        qualifiers=tuple(name for name, holds in (("benign_fits", fits), ("name_only", names_only)) if holds),
    )


def _weight(each: Disclosure, entity: Entity, *, subject: Subject) -> float | None:
    """A disclosure links to a state as far as the disclosed entity is one's; None where no source says so."""
    registry = subject.registry
    strength = strength_of(entity, above=registry.above.get(entity.key, ()), typologies=registry.typologies)
    if strength is None:
        return None
    main = MAINS["mutual_link" if each.back is not None else "one_way_disclosure"].value
    site = max((edge(claim.grade) for claim in each.claims), default=1.0)
    return min(main, strength, site)


def _summary(each: Disclosure, entity: Entity, *, profile: Snapshot, weighs: bool) -> str:
    standing = Word("") if weighs else phrase("half.no state", entity=entity.name)
    on = profile.taken_at
    if each.address is None:
        return say("self.named", on=on, entity=entity.name, standing=standing)
    if each.back is not None:
        return say(
            "self.mutual",
            on=on,
            site=each.words,
            entity=entity.name,
            looked=each.back.looked_at,
            standing=standing,
        )
    site = phrase("self.no way back", on=each.looks[0].looked_at) if each.looks else phrase("self.not looked")
    return say("self.linked", on=on, site=each.words, entity=entity.name, looked=site, standing=standing)


def _evidence(each: Disclosure, profile: Snapshot) -> tuple[Evidence, ...]:
    words = profile.bio or profile.profile_link or ""
    own = Evidence(
        text=say("self.profile", words=quoted(words, limit=POST_TEXT)), at=profile.taken_at, url=None
    )
    claimed = [from_account_claim(claim) for claim in each.claims]
    if each.back is None:
        return (own, *claimed)
    back = Evidence(
        text=say("self.page", page=quoted(each.back.url, limit=POST_TEXT)),
        at=each.back.looked_at,
        url=each.back.url,
    )
    return (own, back, *claimed)


def _benign(each: Disclosure, around: Around) -> str:
    if each.back is not None:
        return say("self.benign mutual")
    return say("self.disclaimed" if around.disclaims else "self.benign one way")


def _nothing(profile: Snapshot) -> Finding:
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=say("self.nothing", on=profile.taken_at),
    )


CHECK = Check(name="self_disclosure", line=Line.STATE_LINK, category=Category.CONTEXTUAL, run=run)
