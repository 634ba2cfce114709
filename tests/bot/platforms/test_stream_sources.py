"""Which streams a configuration means, and what it cannot mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import ConfigError
from bot.platforms.settings import BlueskySettings, FediverseSettings, PlatformsConfig
from bot.platforms.stream_contract import StreamServer
from bot.platforms.stream_sources import open_streams, stream_names, stream_servers

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def fediverse(text: str, *, enabled: bool = True) -> PlatformsConfig:
    return PlatformsConfig(fediverse=FediverseSettings(enabled=enabled, stream_servers=text))


async def test_nothing_listens_unless_it_is_switched_on() -> None:
    settings = PlatformsConfig(
        bluesky=BlueskySettings(enabled=True), fediverse=FediverseSettings(enabled=True)
    )
    async with open_streams(settings, clock=lambda: NOW) as sources:
        assert sources == ()


async def test_what_is_switched_on_is_opened() -> None:
    settings = PlatformsConfig(
        bluesky=BlueskySettings(enabled=True, stream=True),
        fediverse=FediverseSettings(enabled=True, stream_servers="uno.example=abc dos.example=def"),
    )
    async with open_streams(settings, clock=lambda: NOW) as sources:
        names = [source.name for source in sources]
    assert names == ["bluesky", "fediverse:uno.example", "fediverse:dos.example"]
    assert stream_names(settings) == set(names)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("Uno.Example=abc", StreamServer(host="uno.example", origin="https://uno.example", token="abc")),
        (
            "uno.example@stream.uno.example=a=b",
            StreamServer(host="uno.example", origin="https://stream.uno.example", token="a=b"),
        ),
        (
            "uno.example@http://127.0.0.1:4000/=abc",
            StreamServer(host="uno.example", origin="http://127.0.0.1:4000", token="abc"),
        ),
    ],
)
def test_a_server_is_named_with_its_token(text: str, server: StreamServer) -> None:
    assert stream_servers(fediverse(text)) == (server,)
    assert "abc" not in repr(server)


@pytest.mark.parametrize(
    "text",
    ["uno.example", "uno.example=", "=geheim", "uno=geheim", "uno.example@ftp://x=geheim", "a b=geheim"],
)
def test_an_entry_that_cannot_be_read_is_refused_without_its_token(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        stream_servers(fediverse(text))
    assert "geheim" not in str(caught.value)


def test_one_server_cannot_be_named_twice() -> None:
    with pytest.raises(ConfigError, match="twice"):
        stream_servers(fediverse("uno.example=a UNO.example=b"))


@pytest.mark.parametrize(
    "settings",
    [
        PlatformsConfig(bluesky=BlueskySettings(stream=True)),
        PlatformsConfig(bluesky=BlueskySettings(enabled=True, stream=True, stream_url="https://x.example")),
        PlatformsConfig(bluesky=BlueskySettings(enabled=True, stream=True, stream_fallback_url="x")),
        fediverse("uno.example=abc", enabled=False),
    ],
)
def test_a_stream_needs_its_connector_and_an_address(settings: PlatformsConfig) -> None:
    with pytest.raises(ConfigError):
        stream_names(settings)
