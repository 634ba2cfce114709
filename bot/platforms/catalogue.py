"""The list of connectors: a new platform is one line in `connectors` and one in `SWITCHES`."""

from __future__ import annotations

from types import MappingProxyType

from bot.accounts import Platform
from bot.platforms.contract import Connector
from bot.platforms.settings import PlatformsConfig

# The line of config.toml that switches each connector on.
SWITCHES = MappingProxyType(
    {
        Platform.BLUESKY: "[platforms.bluesky] enabled = true",
        Platform.FEDIVERSE: "[platforms.fediverse] enabled = true",
        Platform.TELEGRAM: "[platforms.telegram] enabled = true",
        Platform.WEBSITE: "[platforms.website] enabled = true",
        Platform.YOUTUBE: "[platforms.youtube] enabled = true, with a key",
        Platform.X: "[platforms.x] enabled = true",
    }
)


def connectors(settings: PlatformsConfig) -> dict[Platform, Connector]:
    """Return the connectors that are switched on.

    The others are not even imported: together they take 2.5 MB of a bot that idles at 74.
    """
    found: list[Connector] = []
    if settings.bluesky.enabled:
        from bot.platforms.bluesky import Bluesky

        found.append(Bluesky(settings.bluesky))
    if settings.fediverse.enabled:
        from bot.platforms.fediverse import Fediverse

        found.append(Fediverse())
    if settings.telegram.enabled:
        from bot.platforms.telegram import Telegram

        found.append(Telegram(settings.telegram))
    if settings.website.enabled:
        from bot.platforms.website import Website

        found.append(Website())
    if settings.youtube.enabled:
        from bot.platforms.youtube import YouTube

        found.append(YouTube(settings.youtube))
    if settings.x.enabled:
        from bot.platforms.x import X

        found.append(X(settings.x))
    return {each.terms.platform: each for each in found}
