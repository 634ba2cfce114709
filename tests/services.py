"""The real services over a temporary database, with a synthetic registry and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app import Services
from bot.checks.service import CheckService
from bot.config import Config
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import open_platforms
from bot.platforms.sites import SiteService
from bot.registry.curation.service import Curation
from bot.registry.names import NameIndex
from bot.store.database import Database
from bot.watch.service import WatchService
from tests.bot.registry.founding import add_case

NOW = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)


async def _no_names(host: str, port: int) -> list[str]:
    raise OSError("tests look up no names")


def no_network() -> SafeHttp:
    """Return a fetcher for which no name exists."""
    return SafeHttp(clock=lambda: NOW, lookup=_no_names)


@asynccontextmanager
async def case_services(folder: Path) -> AsyncGenerator[Services]:
    """Open services that know the synthetic case of `tests/bot/registry/founding.py`."""
    database = Database.open(folder / "masthead.db")
    try:
        await database.write(add_case)
        async with open_platforms(database, Config().platforms, clock=lambda: NOW) as platforms:
            checks = CheckService(database, clock=lambda: NOW)
            yield Services(
                config=Config(),
                database=database,
                checks=checks,
                platforms=platforms,
                sites=SiteService(database, no_network(), clock=lambda: NOW),
                names=await database.read(NameIndex.build),
                watch=WatchService(database, clock=lambda: NOW, aliases=checks.aliases),
                curation=Curation(database, clock=lambda: NOW),
                clock=lambda: NOW,
            )
    finally:
        database.close()
