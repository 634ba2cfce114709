"""One entry of the registry with everything that a reader should see beside it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from bot.accounts import AccountRef, Platform
from bot.store.accounts import find_accounts
from bot.store.audit import Entry, entries_about
from bot.store.chains import Chain, chains
from bot.store.facts import Fact, facts_of
from bot.store.held import OWN_KEY, ClaimKind, ClaimRef
from bot.store.holdings import claims_beside, count_holdings, holdings_of, numbered_claims
from bot.store.judgements import Judgement, judgements_of_account, judgements_of_claim
from bot.store.looks import LabelLook, labels_of
from bot.store.proposals import Proposal, disputes_of
from bot.store.records import AccountClaim, Claim, Entity, Source
from bot.store.registry import find_entity

# What is read of one entry; an agency may have thousands of accounts, and nobody reads on.
CLAIMS_READ = 40
HOLDINGS_READ = 40
NAMES_READ = 24
LABELLED_READ = 12
HISTORY_READ = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A claim with its number, the open disputes about it and what analysts say of it."""

    ref: ClaimRef
    claim: Claim | AccountClaim
    disputes: tuple[Proposal, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it was decided by a team, not taken from a list."""
        return self.claim.source.key.startswith(OWN_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A name or a class with the open disputes about it and what analysts say of it."""

    fact: Fact
    disputes: tuple[Proposal, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it was decided by a team, not taken from a list."""
        return self.fact.source.key.startswith(OWN_KEY)

    @property
    def marked(self) -> bool:
        return self.own or bool(self.disputes or self.judgements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entity or an account. `entity` is None for an account; `account` None for an entity.

    `claims` are between entities or, for an account, who is said to have it; `accounts` and `sites` are those
    of an entity, of `accounts_held` and `sites_held` in all. `labels` are the newest looks at its accounts'
    pages.
    """

    entity: Entity | None = None
    account: AccountRef | None = None
    names: tuple[Facts, ...] = ()
    classes: tuple[Facts, ...] = ()
    chains: tuple[Chain, ...] = ()
    claims: tuple[Numbered, ...] = ()
    claims_held: int = 0
    accounts: tuple[Numbered, ...] = ()
    accounts_held: int = 0
    sites: tuple[Numbered, ...] = ()
    sites_held: int = 0
    labels: tuple[tuple[AccountRef, LabelLook], ...] = ()
    judgements: tuple[Judgement, ...] = ()
    history: tuple[Entry, ...] = ()
    neighbours: tuple[Entity, ...] = field(default=())

    @property
    def numbered(self) -> tuple[Numbered, ...]:
        """Every claim shown."""
        return (*self.claims, *self.accounts, *self.sites)

    @property
    def disputes(self) -> tuple[Proposal, ...]:
        everything = (*self.numbered, *self.names, *self.classes)
        return tuple(dispute for each in everything for dispute in each.disputes)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source behind what is shown, each once."""
        held = {each.claim.source.key: each.claim.source for each in self.numbered}
        held |= {each.fact.source.key: each.fact.source for each in (*self.names, *self.classes)}
        return tuple(held.values())

    @property
    def reference(self) -> str:
        """What the audit trail calls this entry."""
        if self.entity is not None:
            return f"entity:{self.entity.key}"
        return account_reference(self.account) if self.account is not None else ""


def account_reference(ref: AccountRef) -> str:
    """Return what the audit trail calls an account or a site."""
    name = ref.handle or ref.platform_id
    return f"site:{name}" if ref.platform is Platform.WEBSITE else f"account:{ref.platform}:{name}"


def entity_record(connection: sqlite3.Connection, key: str) -> Record | None:
    """Return an entity as it is seen from here; None where there is none of this key."""
    entity = find_entity(connection, key)
    if entity is None:
        return None
    claims, claims_held = claims_beside(connection, entity.entity_id, limit=CLAIMS_READ)
    accounts, sites = holdings_of(connection, entity.entity_id, limit=HOLDINGS_READ)
    accounts_held, sites_held = count_holdings(connection, entity.entity_id)
    found = tuple(_numbered(connection, ref, claim) for ref, claim in claims)
    held = tuple(_numbered(connection, ref, claim) for ref, claim in accounts)
    return Record(
        entity=entity,
        names=_facts(connection, ClaimKind.NAME, entity)[:NAMES_READ],
        classes=_facts(connection, ClaimKind.CLASS, entity),
        chains=chains(connection, entity.entity_id),
        claims=found,
        claims_held=claims_held,
        accounts=held,
        accounts_held=accounts_held,
        sites=tuple(_numbered(connection, ref, claim) for ref, claim in sites),
        sites_held=sites_held,
        labels=_labels(connection, [claim.account for _, claim in accounts[:LABELLED_READ]]),
        history=tuple(entries_about(connection, f"entity:{key}", limit=HISTORY_READ)),
        neighbours=_neighbours(entity, [each.claim for each in found]),
    )


def account_record(connection: sqlite3.Connection, ref: AccountRef) -> Record | None:
    """Return an account or site; None where the registry claims nothing of it."""
    claims = [_numbered(connection, *each) for each in numbered_claims(connection, ref)]
    if not claims:
        return None
    held = find_accounts(connection, ref)
    return Record(
        account=ref,
        claims=tuple(claims),
        claims_held=len(claims),
        chains=chains(connection, ref),
        labels=_labels(connection, [ref]),
        judgements=tuple(
            judgement for each in held for judgement in judgements_of_account(connection, each.account_id)
        ),
        history=tuple(entries_about(connection, account_reference(ref), limit=HISTORY_READ)),
        neighbours=_neighbours(None, [each.claim for each in claims]),
    )


def _numbered(connection: sqlite3.Connection, ref: ClaimRef, claim: Claim | AccountClaim) -> Numbered:
    return Numbered(
        ref=ref,
        claim=claim,
        disputes=tuple(disputes_of(connection, ref)),
        judgements=judgements_of_claim(connection, ref),
    )


def _facts(connection: sqlite3.Connection, kind: ClaimKind, entity: Entity) -> tuple[Facts, ...]:
    return tuple(
        Facts(
            fact=each,
            disputes=tuple(disputes_of(connection, each.ref)),
            judgements=judgements_of_claim(connection, each.ref),
        )
        for each in facts_of(connection, kind, entity.entity_id)
    )


def _labels(
    connection: sqlite3.Connection, refs: list[AccountRef]
) -> tuple[tuple[AccountRef, LabelLook], ...]:
    """Return the newest look at each account's page, of those that anybody looked at."""
    found: list[tuple[AccountRef, LabelLook]] = []
    for ref in refs:
        for row in find_accounts(connection, ref)[:1]:
            looks = labels_of(connection, row.account_id)
            found += [(ref, looks[0])] if looks else []
    return tuple(found)


def _neighbours(entity: Entity | None, claims: list[Claim | AccountClaim]) -> tuple[Entity, ...]:
    """Return whom the claims name beside the entry itself, each once."""
    named: dict[int, Entity] = {}
    for claim in claims:
        ends = [claim.subject, claim.object] if isinstance(claim, Claim) else [claim.entity]
        named |= {end.entity_id: end for end in ends}
    if entity is not None:
        named.pop(entity.entity_id, None)
    return tuple(named.values())
