"""The composition root: settings in, services out; opened once, closed once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.checks.service import CheckService, Clock
from bot.config import Config, WatchConfig
from bot.platforms.service import PlatformService, open_platforms
from bot.platforms.sites import SiteService, open_sites
from bot.platforms.stream_contract import StreamSource
from bot.platforms.stream_sources import open_streams
from bot.registry.curation.roles import Publishers
from bot.registry.curation.service import Curation
from bot.registry.names import NameIndex
from bot.registry.starter import load_starter
from bot.store.database import Database
from bot.watch.lists import Limits
from bot.watch.live_look import PlatformLook
from bot.watch.look import Look
from bot.watch.service import WatchService

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What cogs and the command line work with."""

    config: Config
    database: Database
    checks: CheckService
    platforms: PlatformService
    sites: SiteService
    watch: WatchService
    curation: Curation
    clock: Clock
    names: NameIndex = field(default_factory=NameIndex)


@contextlib.asynccontextmanager
async def open_services(config: Config, *, clock: Clock) -> AsyncGenerator[Services, None]:
    """Open the database (made, migrated and filled with the starter registry as needed) and the services.

    Raises StoreError when the database cannot be used.
    """
    database = Database.open(config.store.path)
    try:
        await database.write(load_starter, now=clock())
        async with (
            open_platforms(database, config.platforms, clock=clock) as platforms,
            open_sites(
                database,
                contact=config.platforms.contact,
                clock=clock,
                per_day=config.platforms.sites_per_day,
            ) as sites,
            _tidied(platforms),
            open_streams(config.platforms, clock=clock) as sources,
        ):
            settings = config.registry
            publishers = Publishers.read(settings.publishing_servers, settings.publishing_members)
            checks = CheckService(database, clock=clock, platforms=platforms)
            look = PlatformLook(platforms, database=database, clock=clock)
            yield Services(
                config=config,
                database=database,
                checks=checks,
                platforms=platforms,
                sites=sites,
                watch=_watching(
                    database, config.watch, clock=clock, checks=checks, look=look, sources=sources
                ),
                curation=Curation(database, clock=clock, publishers=publishers),
                clock=clock,
            )
    finally:
        database.close()


@contextlib.asynccontextmanager
async def _tidied(platforms: PlatformService) -> AsyncGenerator[None, None]:
    """Delete what has expired, now and every hour."""
    tidying = asyncio.create_task(platforms.keep_tidy(), name="tidy")
    try:
        yield
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)


def _watching(
    database: Database,
    settings: WatchConfig,
    *,
    clock: Clock,
    checks: CheckService,
    look: Look,
    sources: Sequence[StreamSource],
) -> WatchService:
    limits = Limits(lists=settings.lists, accounts=settings.accounts, subscriptions=settings.subscriptions)
    return WatchService(
        database,
        clock=clock,
        aliases=checks.aliases,
        limits=limits,
        look=look,
        stored_every=timedelta(seconds=settings.stored_seconds),
        check_every=timedelta(hours=settings.check_hours),
        keep=timedelta(days=settings.keep_alert_days),
        sources=sources,
        safety=timedelta(minutes=settings.safety_minutes),
    )
