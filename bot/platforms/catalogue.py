"""The list of connectors: a new platform is one line in `connectors` and one in `SWITCHES`."""

from __future__ import annotations

from types import MappingProxyType

from bot.accounts import Platform
from bot.platforms.bluesky import Bluesky
from bot.platforms.contract import Connector
from bot.platforms.fediverse import Fediverse
from bot.platforms.settings import PlatformsConfig
from bot.platforms.telegram import Telegram
from bot.platforms.website import Website
from bot.platforms.x import X
from bot.platforms.youtube import YouTube

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
    """Return the connectors that are switched on."""
    found: list[Connector] = []
    if settings.bluesky.enabled:
        found.append(Bluesky(settings.bluesky))
    if settings.fediverse.enabled:
        found.append(Fediverse())
    if settings.telegram.enabled:
        found.append(Telegram(settings.telegram))
    if settings.website.enabled:
        found.append(Website())
    if settings.youtube.enabled:
        found.append(YouTube(settings.youtube))
    if settings.x.enabled:
        found.append(X(settings.x))
    return {each.terms.platform: each for each in found}
