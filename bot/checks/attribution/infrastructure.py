"""A4: do the account's web sites share rare ids with other sites, and who built them?

A shared id says that somebody set up both sites. A shared developer says who was paid to; it is told in a
finding of its own, and never that one owner has both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.checks.attribution.builders import building, same_builder
from bot.checks.check import Check, could_not_check, not_applicable
from bot.checks.claims import from_account_claim
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.houses import own_house
from bot.checks.rarity import MIN_SAMPLE, rarity
from bot.checks.sites import OwnSite, SharedMark, Sites, Via
from bot.checks.standing import strength_of
from bot.checks.subject import Subject
from bot.checks.weights import MAINS, OLD_MONTHS, edge
from bot.checks.wording import Word, counted, listing, phrase, quoted, say
from bot.store.records import AccountClaim, Entity
from bot.text.indicators import KINDS, Tier

# Methods, A4: one mark of tier 1, or three of tier 2 that are of different kinds (ours).
SUPPORTING_KINDS = 3
SHOWN_HOSTS = 5
SHOWN_MARKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tied:
    """What an account's sites share with the sites of one owner; `entity` is None where nobody is listed."""

    entity: Entity | None
    marks: tuple[SharedMark, ...]
    hosts: tuple[str, ...]
    claims: tuple[AccountClaim, ...] = ()


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report each owner whose sites share marks, then whoever built the sites; none is merged."""
    sites = subject.sites
    built = building(subject, check=CHECK)
    if not sites.own:
        return built or (_without_site(subject),)
    if not sites.answered:
        return built or (could_not_check(CHECK, reason=_no_answer(sites)),)
    house = own_house(subject.registry)
    tied = [each for each in _tied(sites) if each.entity is None or each.entity.key not in house]
    found = [_finding(each, subject) for each in tied]
    return (*found, *built) or (_nothing(subject, shared_at_home=bool(sites.shared)),)


def _without_site(subject: Subject) -> Finding:
    """A profile that links no site is an answer; without a profile nobody knows."""
    if subject.around.profile is None:
        return could_not_check(CHECK, reason=say("reason.no site"))
    return not_applicable(CHECK, reason=say("reason.profile without site"))


def _no_answer(sites: Sites) -> str:
    if not sites.looks:
        return _not_looked(sites.own)
    silent = _names(look.host for look in sites.looks)
    return say("reason.site silent", sites=silent, on=sites.looks[0].looked_at)


def _not_looked(own: Sequence[OwnSite]) -> str:
    hosts = listing(site.host for site in own)
    key = "infra.one site" if len(own) == 1 else "infra.many sites"
    if len(own) == 1 and own[0].via is Via.PROFILE:
        key = "infra.one linked site"
    return say("reason.site not looked", sites=phrase(key, sites=hosts))


def _tied(sites: Sites) -> list[_Tied]:
    """Group the marks by who has the other sites, who is listed first."""
    grouped: dict[str | None, dict[SharedMark, dict[str, None]]] = {}
    entities: dict[str, Entity] = {}
    claims: dict[str, dict[AccountClaim, None]] = {}
    for mark in sites.shared:
        for other in mark.others:
            owners = sites.owners.get(other.host, ())
            for claim in owners:
                entities[claim.entity.key] = claim.entity
                claims.setdefault(claim.entity.key, {})[claim] = None
            for key in {claim.entity.key for claim in owners} or {None}:
                grouped.setdefault(key, {}).setdefault(mark, {})[other.host] = None
    tied = [
        _Tied(
            entity=None if key is None else entities[key],
            marks=tuple(marks),
            hosts=tuple(dict.fromkeys(host for hosts in marks.values() for host in hosts)),
            claims=() if key is None else tuple(claims[key]),
        )
        for key, marks in grouped.items()
    ]
    return sorted(tied, key=lambda each: each.entity is None)


def _finding(tied: _Tied, subject: Subject) -> Finding:
    weight = _weight(tied, subject)
    benign, fits = _benign(tied, subject)
    old = all(_is_old(mark.held.last_seen, now=subject.now) for mark in tied.marks)
    qualifiers = {"benign_fits": fits and weight is not None, "old_evidence": old}
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=_summary(tied, subject, weighs=weight is not None),
        n=len(tied.marks),
        of=len(subject.sites.marks),
        weight=weight,
        evidence=_evidence(tied),
        benign=benign,
        # The asset that is shared; a label, and no verdict on who uses it.
        disarm=("T0149",) if weight is not None and not fits else (),
        towards=tied.entity.key if tied.entity is not None and weight is not None else None,
        qualifiers=tuple(name for name, holds in qualifiers.items() if holds),
    )


def _weight(tied: _Tied, subject: Subject) -> float | None:
    """A shared mark links as far as it is rare, the other site surely a state's, and this one the account's.

    None where no source links the other owner to a state, or where the marks only support others.
    """
    if tied.entity is None:
        return None
    registry, sample = subject.registry, subject.sites.sample
    above = registry.above.get(tied.entity.key, ())
    strength = strength_of(tied.entity, above=above, typologies=registry.typologies)
    rare = {mark: rarity(mark.held.sites, sample=sample) for mark in tied.marks}
    operator = [value for mark, value in rare.items() if mark.tier is Tier.OPERATOR]
    kinds = {mark.held.mark for mark in tied.marks}
    if strength is None or not (operator or len(kinds) >= SUPPORTING_KINDS):
        return None
    if operator:
        value = MAINS["shared_id"].value * max(operator)
    else:
        value = MAINS["shared_traits"].value * min(rare.values())
    limits = [strength, max((edge(claim.grade) for claim in tied.claims), default=1.0)]
    limits.append(max(_belongs(site) for site in _bearing(tied, subject.sites)))
    if sample < MIN_SAMPLE:
        limits.append(MAINS["association"].value)
    if same_builder(subject, tied.entity, hosts=tied.hosts) or _unrelated(tied, subject):
        limits.append(MAINS["builders_id"].value)
    return round(min(value, *limits), 2)


def _bearing(tied: _Tied, sites: Sites) -> list[OwnSite]:
    hosts = {mark.held.host for mark in tied.marks}
    return [site for site in sites.own if site.host in hosts]


def _belongs(site: OwnSite) -> float:
    """Return how surely a site is the account's: anybody can link any site from a profile."""
    if site.via is Via.PROFILE:
        return MAINS["one_way_disclosure"].value
    if site.via is Via.LISTED:
        return max(edge(claim.grade) for claim in site.claims)
    return MAINS["mutual_link"].value if site.via is Via.MUTUAL else 1.0


def _unrelated(tied: _Tied, subject: Subject) -> list[str]:
    """Return who else is listed for sites with every one of these marks, without being of the same line."""
    registry = subject.registry
    lineage = registry.lineage(tied.entity.key) if tied.entity is not None else frozenset[str]()
    others: list[dict[str, str]] = []
    for mark in tied.marks:
        owners: dict[str, str] = {}
        for other in mark.others:
            for claim in subject.sites.owners.get(other.host, ()):
                key = claim.entity.key
                if key not in lineage and not lineage & registry.lineage(key):
                    owners[key] = claim.entity.name
        others.append(owners)
    common = set(others[0]).intersection(*others[1:]) if others else set[str]()
    return [others[0][key] for key in sorted(common)]


def _benign(tied: _Tied, subject: Subject) -> tuple[str, bool]:
    """Return the innocent reading and whether it fits what is held."""
    if tied.entity is None:
        return say("infra.benign"), False
    builder = same_builder(subject, tied.entity, hosts=tied.hosts)
    if builder is not None:
        return say("infra.benign builder", developer=builder), True
    unrelated = _unrelated(tied, subject)
    if unrelated:
        return say("infra.benign several", owners=listing([tied.entity.name, *unrelated])), True
    return say("infra.benign"), False


def _summary(tied: _Tied, subject: Subject, *, weighs: bool) -> str:
    sites = subject.sites
    hosts = _hosts(tied.hosts)
    own = _bearing(tied, sites)
    told = {
        "own": _own(own),
        "shares": Word("shares" if len(own) == 1 else "share"),
        "marks": _marks(tied.marks, sites),
        "others": hosts,
    }
    if tied.entity is None:
        return say("infra.unlisted", **told)
    only_supports = all(mark.tier is not Tier.OPERATOR for mark in tied.marks)
    standing = Word("")
    if only_supports and len({mark.held.mark for mark in tied.marks}) < SUPPORTING_KINDS:
        standing = phrase("infra.supports")
    elif not weighs:
        standing = phrase("infra.no state", entity=tied.entity.name)
    elif sites.sample < MIN_SAMPLE:
        standing = phrase("infra.small sample", sample=counted(sites.sample, "site"))
    return say(
        "infra.shared",
        **told,
        entity=tied.entity.name,
        rest=_too_common(sites),
        standing=standing,
    )


def _own(sites: Sequence[OwnSite]) -> Word:
    key = "infra.linked" if all(site.via is Via.PROFILE for site in sites) else "infra.own"
    return phrase(key if len(sites) == 1 else f"{key} many", site=listing(site.host for site in sites))


def _looked_at(sites: Sites) -> Word:
    return phrase("infra.looked at", sites=counted(sites.sample, "site"))


def _marks(marks: Sequence[SharedMark], sites: Sites) -> Word:
    ordered = sorted(marks, key=lambda mark: (mark.tier is not Tier.OPERATOR, mark.held.sites))
    return listing(
        phrase(
            "infra.mark",
            kind=Word(KINDS[mark.held.mark].words),
            value=mark.held.value,
            sites=Word(str(mark.held.sites)),
            sample=_looked_at(sites),
        )
        for mark in ordered[:SHOWN_MARKS]
    )


def _hosts(hosts: Sequence[str]) -> Word:
    shown: list[str] = list(hosts[:SHOWN_HOSTS])
    if len(hosts) > SHOWN_HOSTS:
        shown.append(phrase("infra.more hosts", n=len(hosts) - SHOWN_HOSTS))
    return listing(shown)


def _too_common(sites: Sites) -> Word:
    kinds = dict.fromkeys(KINDS[held.mark].words for held in sites.common)
    return phrase("infra.rest", marks=listing(Word(kind) for kind in kinds)) if kinds else Word("")


def _evidence(tied: _Tied) -> tuple[Evidence, ...]:
    pages: list[Evidence] = []
    for mark in tied.marks:
        held = mark.held
        pages.append(_seen(mark, host=held.host, at=held.last_seen, url=held.url))
        pages += [
            _seen(mark, host=other.host, at=other.last_seen, url=other.url)
            for other in mark.others
            if other.host in tied.hosts[:SHOWN_HOSTS]
        ]
    return (*pages, *(from_account_claim(claim) for claim in tied.claims))


def _seen(mark: SharedMark, *, host: str, at: datetime, url: str) -> Evidence:
    kind = Word(KINDS[mark.held.mark].words)
    return Evidence(text=say("infra.seen", kind=kind, value=mark.held.value, site=host), at=at, url=url)


def _is_old(seen: datetime, *, now: datetime) -> bool:
    return (now.year * 12 + now.month) - (seen.year * 12 + seen.month) > OLD_MONTHS


def _nothing(subject: Subject, *, shared_at_home: bool) -> Finding:
    sites = subject.sites
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        n=0,
        of=len(sites.marks),
        summary=say(
            "infra.nothing",
            marks=counted(len(sites.marks), "mark"),
            sites=_names(look.host for look in sites.answered),
            on=sites.answered[0].looked_at,
            sample=_looked_at(sites),
            house=phrase("infra.house") if shared_at_home else Word(""),
            rest=_too_common(sites),
            missed=phrase("infra.missed") if any(look.missed for look in sites.looks) else Word(""),
        ),
    )


def _names(hosts: Iterable[str]) -> Word:
    return listing(quoted(host) for host in hosts)


CHECK = Check(name="shared_infrastructure", line=Line.STATE_LINK, category=Category.TECHNICAL, run=run)
