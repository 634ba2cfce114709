"""The web sites of an account, the marks held of them, and who else carries those marks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.accounts import AccountRef, Platform, PostRef, host_of, parse
from bot.checks.around import links_to
from bot.checks.rarity import discount_of, speaks
from bot.store.accounts import FoundBy, find_accounts
from bot.store.looks import looks_at
from bot.store.names import entities_called
from bot.store.posts import snapshots_of
from bot.store.records import AccountClaim, Claim, Entity, Relation, Snapshot
from bot.store.registry import claims_about, claims_of_hosts, find_account, holdings
from bot.store.site_marks import (
    HeldLook,
    HeldMark,
    Sharing,
    looks_held,
    marks_held,
    registered_name,
    sharing,
    sites_held,
)
from bot.text.indicators import KINDS, Mark, Tier
from bot.text.links import links

# Sites looked through for one account; a profile with more links is a directory.
MAX_SITES = 8
# Profiles looked through for one that carries a link.
SNAPSHOTS = 20
# Further entities of one developer whose sites are listed.
MAX_BUILT = 500
# Pages of links that many people rent: their marks are the service's.
LINK_PAGES = frozenset(
    "linktr.ee beacons.ai linkin.bio taplink.cc bio.link lnk.bio campsite.bio about.me carrd.co".split()
)


class Via(StrEnum):
    """How a site belongs to an account, strongest first."""

    ITSELF = "itself"
    LISTED = "listed"
    MUTUAL = "mutual"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSite:
    """A site of the account. `claims` say so where it is listed."""

    host: str
    via: Via
    claims: tuple[AccountClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMark:
    """A mark of an own site that stands on other sites too; `others` are those, by host."""

    held: HeldMark
    others: tuple[Sharing, ...]

    @property
    def tier(self) -> Tier:
        return KINDS[self.held.mark].tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Developer:
    """Who built a site: by the site's own credit, by registered claims, or both.

    `entity` is None for a credit that names nobody registered. `claims` say that it develops for whoever has
    the account; `built` are all whom it develops for; `sites` are all sites known to be of its making, by
    registered domain.
    """

    name: str
    entity: Entity | None = None
    credit: HeldMark | None = None
    claims: tuple[Claim, ...] = ()
    built: tuple[Entity, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """`looks` holds the last look at each own site that was looked at; `sample` counts all sites looked at.

    `common` are marks that were left out because too many sites carry them. `owners` are the claims on
    the other sites, by host.
    """

    own: tuple[OwnSite, ...] = ()
    looks: tuple[HeldLook, ...] = ()
    marks: tuple[HeldMark, ...] = ()
    shared: tuple[SharedMark, ...] = ()
    common: tuple[HeldMark, ...] = ()
    developers: tuple[Developer, ...] = ()
    owners: Mapping[str, tuple[AccountClaim, ...]] = field(
        default_factory=dict[str, tuple[AccountClaim, ...]]
    )
    sample: int = 0

    @property
    def bearers(self) -> list[str]:
        """Entities whose chains a finding may need: who has the other sites, and who built."""
        keys = [claim.entity.key for claims in self.owners.values() for claim in claims]
        keys += [each.entity.key for each in self.developers if each.entity is not None]
        return list(dict.fromkeys(keys))

    @property
    def claims(self) -> Iterable[Claim | AccountClaim]:
        """Every claim that a finding may quote, but for the chains above."""
        for site in self.own:
            yield from site.claims
        for claims in self.owners.values():
            yield from claims
        for developer in self.developers:
            yield from developer.claims

    @property
    def answered(self) -> tuple[HeldLook, ...]:
        """The looks in which something could be read."""
        return tuple(look for look in self.looks if look.answered)

    def not_looked(self) -> tuple[OwnSite, ...]:
        seen = {look.host for look in self.looks}
        return tuple(site for site in self.own if site.host not in seen)


NO_SITES = Sites()


def own_sites(
    connection: sqlite3.Connection,
    ref: AccountRef,
    *,
    holders: Iterable[Entity],
    profile: Snapshot | None,
) -> tuple[OwnSite, ...]:
    """Return an account's sites: itself, those listed for whoever has it, and those its profile links."""
    found: dict[str, OwnSite] = {}
    if ref.platform is Platform.WEBSITE and ref.handle:
        found[ref.handle] = OwnSite(host=ref.handle, via=Via.ITSELF)
    for entity in holders:
        for claim in holdings(connection, entity.entity_id):
            host = claim.account.handle
            if claim.account.platform is Platform.WEBSITE and host and claim.relation is Relation.HAS_SITE:
                known = found.get(host) or OwnSite(host=host, via=Via.LISTED)
                found[host] = OwnSite(host=host, via=known.via, claims=(*known.claims, claim))
    for host in _linked(profile):
        if host not in found:
            back = any(links_to(look, ref) for look in looks_at(connection, [host]))
            found[host] = OwnSite(host=host, via=Via.MUTUAL if back else Via.PROFILE)
    return tuple(found.values())[:MAX_SITES]


def _linked(profile: Snapshot | None) -> list[str]:
    """Return the hosts of the sites that a profile links; platforms, shorteners and link pages are none."""
    if profile is None:
        return []
    addresses = [*([profile.profile_link] if profile.profile_link else [])]
    addresses += [each.url for each in links(profile.bio or "")]
    hosts: dict[str, None] = {}
    for address in addresses:
        for named in parse(address)[:1]:
            site = named.author if isinstance(named, PostRef) else named
            if isinstance(site, AccountRef) and site.platform is Platform.WEBSITE:
                host = host_of(address)
                if host is not None and host not in LINK_PAGES:
                    hosts[host] = None
    return list(hosts)


def read_sites(
    connection: sqlite3.Connection,
    ref: AccountRef,
    *,
    holders: Sequence[Entity],
    profile: Snapshot | None,
) -> Sites:
    """Read from the store what the marks of an account's sites tell."""
    own = own_sites(connection, ref, holders=holders, profile=profile)
    hosts = [site.host for site in own]
    marks = marks_held(connection, hosts) if hosts else ()
    ours = {registered_name(host) for host in hosts}
    shared = [
        SharedMark(held=held, others=others)
        for held in marks
        if KINDS[held.mark].tier is not Tier.DEVELOPER and speaks(held.mark, held.value, sites=held.sites)
        if (others := _others(connection, held, ours=ours))
    ]
    developers = _developers(connection, marks, holders=holders, ours=ours)
    return Sites(
        own=own,
        looks=looks_held(connection, hosts) if hosts else (),
        marks=marks,
        shared=tuple(shared),
        common=tuple(held for held in marks if held.sites > 1 and _common(held)),
        developers=developers,
        owners=_owners(connection, shared),
        sample=sites_held(connection),
    )


def _common(held: HeldMark) -> bool:
    return KINDS[held.mark].tier is not Tier.DEVELOPER and not speaks(held.mark, held.value, sites=held.sites)


def _others(connection: sqlite3.Connection, held: HeldMark, *, ours: set[str]) -> tuple[Sharing, ...]:
    found = sharing(connection, held.mark, value=held.value)
    return tuple(each for each in found if each.registered not in ours)


def _owners(
    connection: sqlite3.Connection, shared: Iterable[SharedMark]
) -> dict[str, tuple[AccountClaim, ...]]:
    """Return who is said to have the other sites: by host, or by the registered domain above it."""
    found: dict[str, tuple[AccountClaim, ...]] = {}
    for each in shared:
        for other in each.others:
            if other.host not in found:
                names = dict.fromkeys((other.host, other.registered))
                found[other.host] = claims_of_hosts(connection, list(names))
    return found


def _developers(
    connection: sqlite3.Connection,
    marks: Iterable[HeldMark],
    *,
    holders: Iterable[Entity],
    ours: set[str],
) -> tuple[Developer, ...]:
    """Return who is credited on the sites, and who is said to develop for whoever has them."""
    found: dict[str, Developer] = {}
    for entity in holders:
        for claim in claims_about(connection, entity.entity_id):
            if claim.relation is Relation.DEVELOPS and claim.object == entity:
                known = found.get(claim.subject.key) or Developer(
                    name=claim.subject.name, entity=claim.subject
                )
                found[claim.subject.key] = replace(known, claims=(*known.claims, claim))
    for held in marks:
        if held.mark is not Mark.DEVELOPER or discount_of(held.mark, held.value) is not None:
            continue
        called = entities_called(connection, held.value)
        # A name with several bearers names nobody.
        entity = called[0] if len(called) == 1 else None
        key = entity.key if entity is not None else f"credit:{held.value}"
        known = found.get(key) or Developer(name=entity.name if entity else held.value, entity=entity)
        found[key] = replace(known, credit=held)
    return tuple(_with_reach(connection, each, ours=ours) for each in found.values())


def _with_reach(connection: sqlite3.Connection, known: Developer, *, ours: set[str]) -> Developer:
    """Add for whom else it builds, and all sites known to be of its making."""
    sites = set(ours) if known.credit is not None or known.claims else set[str]()
    built: dict[str, Entity] = {}
    if known.entity is not None:
        for claim in claims_about(connection, known.entity.entity_id)[:MAX_BUILT]:
            if claim.relation is Relation.DEVELOPS and claim.subject == known.entity:
                built[claim.object.key] = claim.object
        for entity in built.values():
            for holding in holdings(connection, entity.entity_id):
                if holding.account.platform is Platform.WEBSITE and holding.account.handle:
                    sites.add(registered_name(holding.account.handle))
    if known.credit is not None:
        credited = sharing(connection, Mark.DEVELOPER, value=known.credit.value, limit=MAX_BUILT)
        sites.update(each.registered for each in credited)
    return replace(known, built=tuple(built.values()), sites=tuple(sorted(sites)))


def sites_of(connection: sqlite3.Connection, ref: AccountRef) -> tuple[OwnSite, ...]:
    """Return the sites of an account as the check sees them, without running it."""
    found = find_accounts(connection, ref)
    row = next((each for each in found if each.by is not FoundBy.FORMER_HANDLE), None)
    snapshots = snapshots_of(connection, row.account_id, limit=SNAPSHOTS) if row is not None else ()
    profile = next((each for each in snapshots if each.bio or each.profile_link), None)
    holders = [claim.entity for claim in find_account(connection, ref).claims]
    return own_sites(connection, ref, holders=holders, profile=profile)
