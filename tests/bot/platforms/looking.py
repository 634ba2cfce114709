"""The real service and the real connector against scripted servers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.accounts import AccountRef, Platform
from bot.platforms.bluesky import Bluesky
from bot.platforms.contract import Connector
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.database import Database
from tests.bot.platforms import appview
from tests.bot.platforms.scripted import FakeTime, Script, says, serving

NAMED = AccountRef(platform=Platform.BLUESKY, handle=appview.HANDLE)
KNOWN = AccountRef(platform=Platform.BLUESKY, handle=appview.HANDLE, platform_id=appview.DID)


class Desk:
    """A service, its database, the script of its one server and its time."""

    def __init__(self, service: PlatformService, database: Database, script: Script, time: FakeTime) -> None:
        self.service = service
        self.database = database
        self.script = script
        self.time = time


def plain_script() -> Script:
    """An account with two posts and three followers, and nothing wrong."""
    return Script(
        **{
            "app.bsky.actor.getProfile": [says(appview.profile())],
            "app.bsky.feed.getAuthorFeed": [says(appview.feed([1, 2]))],
            "app.bsky.graph.getFollowers": [says(appview.followers([1, 2, 3]))],
            "app.bsky.graph.getFollows": [says(appview.followers([4], name="follows"))],
            "app.bsky.feed.getQuotes": [says(appview.quotes(1, [5]))],
        }
    )


async def _unknown(host: str, port: int) -> list[str]:
    """Know no name: nothing leaves this machine."""
    raise OSError(f"{host} is not known")


@asynccontextmanager
async def desk(
    folder: Path,
    *,
    script: Script | None = None,
    settings: PlatformsConfig | None = None,
    time: FakeTime | None = None,
    more: Mapping[Platform, Connector] | None = None,
) -> AsyncGenerator[Desk]:
    """Open everything over one scripted server, which is AppView and directory of identities in one.

    `more` are connectors beside Bluesky's.
    """
    script, time = script or plain_script(), time or FakeTime()
    settings = settings or PlatformsConfig(wait_s=60)
    database = Database.open(folder / "masthead.db")
    async with serving(script) as url, api_session("Masthead tests") as session:
        port = urlsplit(url).port or 0
        allow = frozenset({("127.0.0.1", port)})
        http = SafeHttp(clock=time.clock, lookup=_unknown, allow=allow)
        service = PlatformService(
            database,
            connectors={
                Platform.BLUESKY: Bluesky(
                    BlueskySettings(enabled=True, url=url, fallback_url="", directory_url=url)
                ),
                **(more or {}),
            },
            settings=settings,
            api=ApiTransport(session, clock=time.clock),
            strangers=StrangersTransport(http),
            clock=time.clock,
            sleep=time.sleep,
            timer=time.timer,
        )
        try:
            yield Desk(service, database, script, time)
        finally:
            await service.close()
            http.close()
            database.close()
