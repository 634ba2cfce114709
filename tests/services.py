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
from bot.platforms.settings import NO_PLATFORMS, PlatformsConfig
from bot.platforms.sites import SiteService
from bot.registry.curation.service import Curation
from bot.registry.names import NameIndex
from bot.store.database import Database
from bot.watch.courier import Courier
from bot.watch.service import WatchService
from tests.bot.registry.founding import add_case

NOW = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)


class StillWatch(WatchService):
    """Begins nothing by itself: SimCord takes a task that only waits for a bot that never settles."""

    def start(self, courier: Courier) -> None:
        del courier


async def _no_names(host: str, port: int) -> list[str]:
    raise OSError("tests look up no names")


def no_network() -> SafeHttp:
    """Return a fetcher for which no name exists."""
    return SafeHttp(clock=lambda: NOW, lookup=_no_names)


@asynccontextmanager
async def case_services(
    folder: Path, *, platforms: PlatformsConfig | None = None
) -> AsyncGenerator[Services]:
    """Open services that know the synthetic case of `tests/bot/registry/founding.py`.

    Without `platforms` no live platform is ever asked.
    """
    database = Database.open(folder / "masthead.db")
    try:
        await database.write(add_case)
        names = NameIndex()
        await database.read(names.build)
        async with open_platforms(database, platforms or NO_PLATFORMS, clock=lambda: NOW) as opened:
            checks = CheckService(database, clock=lambda: NOW, platforms=opened if platforms else None)
            yield Services(
                config=Config(),
                database=database,
                checks=checks,
                platforms=opened,
                sites=SiteService(database, no_network(), clock=lambda: NOW),
                names=names,
                watch=StillWatch(database, clock=lambda: NOW, aliases=checks.aliases),
                curation=Curation(database, clock=lambda: NOW),
                clock=lambda: NOW,
            )
    finally:
        database.close()
