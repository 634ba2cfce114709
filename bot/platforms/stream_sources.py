"""The streams that are switched on, with the session that they share."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from yarl import URL

from bot.accounts import Platform, canonical_handle
from bot.errors import ConfigError
from bot.platforms.pacing import Clock
from bot.platforms.settings import PlatformsConfig
from bot.platforms.stream_contract import BLUESKY, StreamServer, StreamSource

SERVERS = "platforms.fediverse.stream_servers"
_FORM = "Expected `host=token`, or `host@streaming-host=token`, several with spaces between them."


@asynccontextmanager
async def open_streams(
    settings: PlatformsConfig, *, clock: Clock
) -> AsyncGenerator[tuple[StreamSource, ...]]:
    """Give the streams that are switched on. Raises ConfigError for one that cannot be what is meant."""
    urls = jetstream_urls(settings)
    servers = stream_servers(settings)
    if not urls and not servers:
        yield ()
        return
    # What is off is not even imported, as with connectors.
    from bot.platforms.bluesky_stream import Jetstream
    from bot.platforms.mastodon_stream import MastodonStream
    from bot.platforms.safe_http import user_agent
    from bot.platforms.stream_socket import stream_session

    async with stream_session(user_agent(settings.contact)) as session:
        jetstream = [Jetstream(session, urls=urls, clock=clock)] if urls else []
        yield (*jetstream, *(MastodonStream(session, server, clock=clock) for server in servers))


def stream_names(settings: PlatformsConfig) -> frozenset[str]:
    """Return the names of the streams that are switched on. Raises ConfigError."""
    bluesky = {BLUESKY} if jetstream_urls(settings) else set[str]()
    return frozenset(bluesky | {server.name for server in stream_servers(settings)})


def jetstream_urls(settings: PlatformsConfig) -> tuple[str, ...]:
    """Return the addresses of Jetstream; none where it is off. Raises ConfigError."""
    bluesky = settings.bluesky
    if not bluesky.stream:
        return ()
    if not bluesky.enabled:
        raise ConfigError(
            "platforms.bluesky.stream",
            "needs `platforms.bluesky.enabled = true`: looks follow what it tells.",
        )
    given = {"stream_url": bluesky.stream_url, "stream_fallback_url": bluesky.stream_fallback_url}
    for name, url in given.items():
        if (url or name == "stream_url") and not _is_address(url, schemes={"ws", "wss"}):
            raise ConfigError(
                f"platforms.bluesky.{name}", f"expected an address that begins with wss://, got {url!r}"
            )
    return tuple(dict.fromkeys(url for url in given.values() if url))


def stream_servers(settings: PlatformsConfig) -> tuple[StreamServer, ...]:
    """Return the Mastodon servers whose streams are listened to. Raises ConfigError, never with a token."""
    fediverse = settings.fediverse
    entries = fediverse.stream_servers.split()
    if entries and not fediverse.enabled:
        raise ConfigError(
            SERVERS, "needs `platforms.fediverse.enabled = true`: looks follow what streams tell."
        )
    found: dict[str, StreamServer] = {}
    for number, entry in enumerate(entries, 1):
        place, equals, token = entry.partition("=")
        host, _, streaming = place.partition("@")
        host = host.casefold()
        origin = streaming if "://" in streaming else f"https://{streaming or host}"
        named = canonical_handle(Platform.FEDIVERSE, f"a@{host}") is not None
        if not equals or not token or not named or not _is_address(origin, schemes={"http", "https"}):
            raise ConfigError(SERVERS, f"entry {number} cannot be read. {_FORM}")
        if host in found:
            raise ConfigError(SERVERS, f"{host} is named twice. {_FORM}")
        found[host] = StreamServer(host=host, origin=origin.rstrip("/"), token=token)
    return tuple(found.values())


def _is_address(text: str, *, schemes: set[str]) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    return url.scheme in schemes and bool(url.host) and url.user is None
