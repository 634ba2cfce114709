"""The real service and Bluesky's connector against a scripted server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.accounts import AccountRef, Platform
from bot.platforms.bluesky import Bluesky
from bot.platforms.contract import Connector
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from tests.bot.platforms import appview
from tests.bot.platforms.desk import Desk, opened
from tests.bot.platforms.scripted import FakeTime, Script, says, serving

NAMED = AccountRef(platform=Platform.BLUESKY, handle=appview.HANDLE)
KNOWN = AccountRef(platform=Platform.BLUESKY, handle=appview.HANDLE, platform_id=appview.DID)


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
    script = script or plain_script()
    async with serving(script) as url:
        live = BlueskySettings(enabled=True, url=url, fallback_url="", directory_url=url)
        async with opened(
            folder,
            {Platform.BLUESKY: Bluesky(live), **(more or {})},
            port=urlsplit(url).port or 0,
            settings=settings or PlatformsConfig(wait_s=60),
            time=time or FakeTime(),
            lookup=_unknown,
            script=script,
        ) as at:
            yield at
