"""One check from question to dossier: one hop to a reader thread, one to the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import TypeAlias

import msgspec

from bot.accounts import AccountRef, PostRef, account_url, post_url
from bot.checks.analysts import broken, marked, own_finding
from bot.checks.assess import assess
from bot.checks.attribution.ownership_chain import linking_chains
from bot.checks.catalogue import CHECKS, NOT_RUN, run_checks
from bot.checks.dossier import (
    Dossier,
    DossierAccount,
    DossierSnapshot,
    Finding,
    Happened,
    SourceNote,
    from_json,
    to_json,
)
from bot.checks.engagement.events import events
from bot.checks.engagement.reference_cohort import band
from bot.checks.evidence import note_of
from bot.checks.gather import AliasCache, gather
from bot.checks.live import live_of, target_of
from bot.checks.reach import CohortCache
from bot.checks.series import series_of
from bot.checks.subject import Subject
from bot.platforms.look import Look
from bot.platforms.service import PlatformService
from bot.store.checks import RecentCheck, layer_changes, load_run, recent_checks, save_run
from bot.store.database import Database
from bot.store.layers import BASE, seen_from
from bot.store.records import AccountId, CheckRunId, Snapshot, Source

Clock: TypeAlias = Callable[[], datetime]

DEFAULT_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A dossier and the number it is stored under."""

    run_id: CheckRunId
    dossier: Dossier


class CheckService:
    """Checks accounts from what the store holds and live platforms give, and keeps every dossier."""

    def __init__(self, database: Database, *, clock: Clock, platforms: PlatformService | None = None) -> None:
        self._database = database
        self._platforms = platforms
        self._clock = clock
        self._aliases = AliasCache()
        self._cohorts = CohortCache()

    @property
    def aliases(self) -> AliasCache:
        """The registry's spellings, held in memory once for everybody."""
        return self._aliases

    async def check(
        self,
        target: AccountRef | PostRef,
        *,
        asked: str,
        days: int = DEFAULT_DAYS,
        requested_by: str | None = None,
        warnings: tuple[str, ...] = (),
        place: str | None = None,
        look: Look | None = None,
        layer: int = BASE,
    ) -> Checked:
        """Check an account, or the author of a post, over the last `days` days.

        `asked` is what was typed, `place` the Discord server that pays for live requests. `look` is what
        `self.look` returned, where the caller waited for it; else that is done first. Raises
        UnknownAccountError for a post whose author is unknown, and StoreError when the database cannot be
        read.
        """
        look = look or await self.look(target, days=days, place=place)
        now = self._clock()
        live = None if look is None else live_of(look)
        if look is not None and live is not None:
            target = target_of(target, look)
            warnings = (*live.said, *warnings)
        # CPU work stays on the reader thread: the hop costs more than most of the checks.
        dossier, account_id, own = await self._database.read(
            _examine_from,
            layer,
            target,
            cache=self._aliases,
            now=now,
            days=days,
            warnings=warnings,
            cohorts=self._cohorts,
        )
        dossier = msgspec.structs.replace(dossier, live=live)
        run_id = await self._database.write(
            save_run,
            to_json(dossier),
            account_id=account_id,
            asked=asked,
            requested_by=requested_by,
            ran_at=now,
            layer=own,
        )
        return Checked(run_id=run_id, dossier=dossier)

    async def look(
        self,
        target: AccountRef | PostRef,
        *,
        days: int = DEFAULT_DAYS,
        place: str | None = None,
        pays: bool = False,
    ) -> Look | None:
        """Fetch what is not fresh, for as long as a card may wait; None where no platform is ever asked.

        A platform that costs money is asked only where somebody `pays`, having seen the price.
        Where the look's `rest` is set, more is still coming: check again when it is done.
        """
        if self._platforms is None:
            return None
        return await self._platforms.look(target, days=days, place=place, pays=pays)

    async def stored(self, run_id: CheckRunId) -> Dossier | None:
        """Return a dossier as it was drawn up then; None where there is no such run."""
        raw = await self._database.read(load_run, run_id)
        return None if raw is None else from_json(raw)

    async def recent(self, *, limit: int = 25) -> list[RecentCheck]:
        """Return what was checked lately, one an account, newest first."""
        return await self._database.read(recent_checks, limit=limit)

    async def prepare(self) -> None:
        """Read the registry's spellings now, so that the first check does not wait for them."""
        await self._database.read(self._aliases.of)


def _examine_from(
    connection: sqlite3.Connection,
    layer: int,
    target: AccountRef | PostRef,
    *,
    cache: AliasCache,
    now: datetime,
    days: int,
    warnings: tuple[str, ...],
    cohorts: CohortCache,
) -> tuple[Dossier, AccountId | None, int]:
    """Examine as seen from a layer; say whether that is one with entries of its own."""
    own = layer if layer_changes(connection, layer) else BASE
    with seen_from(connection, layer):
        dossier, account_id = examine(
            connection,
            target,
            cache=cache,
            now=now,
            days=days,
            warnings=warnings,
            cohorts=cohorts,
            layer=layer,
        )
    return dossier, account_id, own


def examine(
    connection: sqlite3.Connection,
    target: AccountRef | PostRef,
    *,
    cache: AliasCache,
    now: datetime,
    days: int,
    warnings: tuple[str, ...] = (),
    cohorts: CohortCache | None = None,
    layer: int = BASE,
) -> tuple[Dossier, AccountId | None]:
    """Read, check and assess on one connection."""
    started = perf_counter()
    subject = gather(
        connection,
        target,
        cache=cache,
        now=now,
        days=days,
        warnings=warnings,
        cohorts=cohorts,
        layer=layer,
    )
    timings = {"read": _since(started)}
    findings, each = run_checks(subject, checks=CHECKS)
    timings.update(each)
    assessing = perf_counter()
    dossier = draw_up(subject, findings, timings_ms=timings)
    timings["assess"] = _since(assessing)
    timings["total"] = _since(started)
    return msgspec.structs.replace(dossier, timings_ms=timings), subject.account_id


def draw_up(subject: Subject, findings: tuple[Finding, ...], *, timings_ms: dict[str, float]) -> Dossier:
    """Put a subject and its findings into a dossier."""
    findings = marked(findings, subject.judgements)
    findings = broken(findings, subject.upon, ways=linking_chains(subject))
    assessment = assess(subject, findings, not_run=NOT_RUN)
    findings = (*findings, *own_finding(subject.judgements, subject.upon))
    used = {evidence.source for finding in findings for evidence in finding.evidence}
    used |= {step.source for step in assessment.state_link.chain}
    return Dossier(
        account=_account(subject),
        snapshot=_snapshot(subject.snapshot) if subject.snapshot else None,
        assessment=assessment,
        findings=findings,
        sources=_sources(subject, used),
        checked_at=subject.now,
        days=subject.days,
        until=subject.until,
        posts_held=len(subject.posts),
        series=series_of(subject),
        cohort=band(subject),
        happened=tuple(Happened(on=event.on, words=str(event.words)) for event in events(subject)),
        registry_version=subject.registry.version,
        timings_ms=timings_ms,
    )


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 3)


def _account(subject: Subject) -> DossierAccount:
    ref = subject.ref
    held = subject.registry.account.listings
    name = held[0].claim.entity.name if held else None
    if name is None and subject.snapshot is not None:
        name = subject.snapshot.display_name
    return DossierAccount(
        platform=ref.platform,
        handle=ref.handle,
        platform_id=ref.platform_id,
        url=account_url(ref),
        name=name,
        post_url=post_url(subject.post) if subject.post else None,
        warnings=subject.warnings,
    )


def _snapshot(snapshot: Snapshot) -> DossierSnapshot:
    return DossierSnapshot(
        taken_at=snapshot.taken_at,
        source=snapshot.source,
        display_name=snapshot.display_name,
        bio=snapshot.bio,
        created_at=snapshot.created_at,
        followers=snapshot.followers,
        following=snapshot.following,
        posts=snapshot.posts,
        rounded=snapshot.rounded,
    )


def _sources(subject: Subject, used: set[str | None]) -> tuple[SourceNote, ...]:
    """Return the sources that findings and chain refer to, by key, and those that they copy."""
    registry = subject.registry
    held: dict[str, Source] = {}
    for listing in registry.account.listings:
        held[listing.claim.source.key] = listing.claim.source
    held.update({claim.source.key: claim.source for claim in subject.around.claims})
    held.update({claim.source.key: claim.source for claim in subject.sites.claims})
    for chain in (chain for found in registry.above.values() for chain in found):
        held.update({step.source.key: step.source for step in (*chain.steps, *chain.also)})
    for chain in registry.account.chains:
        held.update({step.source.key: step.source for step in (*chain.steps, *chain.also)})
    for classes in registry.typologies.values():
        held.update({each.source.key: each.source for each in classes})
    return tuple(note_of(held[key]) for key in sorted(held) if key in used)
