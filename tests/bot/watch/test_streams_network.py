"""Bluesky's reference servers tell of an account by their own firehose, and their AppView shows it.

What cannot be had here is Jetstream itself: `jetstream.cjs` turns the firehose into its messages, and the
server of `tests/bot/platforms/jetstream.py` keeps and filters them.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.gather import AliasCache
from bot.platforms.bluesky import Bluesky
from bot.platforms.bluesky_stream import Jetstream
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.platforms.stream_socket import SocketLimits, stream_session
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.database import Database
from bot.store.watch_alerts import alerts_of_list
from bot.store.watch_lists import create_list, put_items
from bot.store.watch_records import Alert, EventKind, Watchlist, WatchlistId
from bot.store.watch_streams import streams
from bot.watch.live_look import PlatformLook
from bot.watch.poller import Poller
from bot.watch.stream_runner import StreamRunner
from tests.bot.platforms.bluesky_servers import HERE, Network, running
from tests.bot.platforms.bluesky_world import World, wait
from tests.bot.platforms.jetstream import FakeJetstream, jetstream, until

# The AppView takes things in when it can; the machine may be busy.
WITHIN_S = 180.0
HANDLE, NEW_HANDLE = "diario.test", "despues.test"


@pytest.fixture(scope="module")
def world() -> Generator[World]:
    with running() as network:
        made = World(network=network, began=datetime.now(UTC).replace(microsecond=0))
        made.join(HANDLE)
        made.write(HANDLE, "app.bsky.actor.profile", profile("Diario"), rkey="self")
        wait(lambda: _named(made) == "Diario")
        yield made


def profile(name: str) -> dict[str, str]:
    return {"$type": "app.bsky.actor.profile", "displayName": name, "description": "Noticias"}


def _named(world: World) -> str | None:
    seen = world.see("app.bsky.actor.getProfile", actor=world.did(HANDLE))
    return None if seen is None else seen.get("displayName")


@dataclass(slots=True)
class Clock:
    """The time of day, and what a test skipped of it."""

    skipped: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.skipped


class Watcher:
    def __init__(self, database: Database, poller: Poller, clock: Clock, list_id: WatchlistId) -> None:
        self.database, self._poller, self._clock, self._list_id = database, poller, clock, list_id

    async def alerts(self) -> list[Alert]:
        return await self.database.read(alerts_of_list, self._list_id, limit=100)

    async def told(self, kind: EventKind) -> Alert:
        """Let time go by, and look at what comes due, until something is told."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for alert in await self.alerts():
                    if alert.kind is kind:
                        return alert
                await self._poller.step()
                await asyncio.sleep(0.1)
                self._clock.skipped += timedelta(seconds=1)


def _loopback(url: str, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{urlsplit(url).port}"


@asynccontextmanager
async def _bridge(network: Network, fake: FakeJetstream) -> AsyncGenerator[None]:
    """Tell the fake Jetstream whatever the firehose of the account server tells."""
    process = await asyncio.create_subprocess_exec(
        "node",
        "--require",
        "./loopback.cjs",
        "jetstream.cjs",
        cwd=HERE,
        env={"PATH": os.environ["PATH"], "FIREHOSE": _loopback(network.pds, "ws"), "PLC": network.plc},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=1024**2,
    )
    out = process.stdout
    assert out is not None

    async def carry() -> None:
        async for line in out:
            message = json.loads(line)
            fake.tell(message["did"], message["kind"], message[message["kind"]])

    carrying = asyncio.create_task(carry())
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
        await asyncio.gather(carrying, return_exceptions=True)


@asynccontextmanager
async def _service(
    database: Database, network: Network, clock: Callable[[], datetime]
) -> AsyncGenerator[PlatformService]:
    port = urlsplit(network.pds).port or 0
    http = SafeHttp(
        clock=clock, lookup=_on_loopback, allow=frozenset({("localhost", port), ("127.0.0.1", port)})
    )
    url = _loopback(network.bsky)
    settings = BlueskySettings(enabled=True, url=url, fallback_url=url, directory_url=_loopback(network.plc))
    async with api_session("Masthead tests") as session:
        service = PlatformService(
            database,
            connectors={Platform.BLUESKY: Bluesky(settings)},
            settings=PlatformsConfig(wait_s=60, rest_s=600),
            api=ApiTransport(session, clock=clock),
            strangers=StrangersTransport(http),
            clock=clock,
        )
        try:
            yield service
        finally:
            await service.close()
            http.close()


async def _on_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@asynccontextmanager
async def _watching(folder: Path, world: World) -> AsyncGenerator[Watcher]:
    clock = Clock()
    random = Random(5)  # noqa: S311  # the same jitter in every run
    database = Database.open(folder / "masthead.db")
    ref = AccountRef(platform=Platform.BLUESKY, handle=HANDLE, platform_id=world.did(HANDLE))
    draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=1, name="Papers", created_at=clock())
    list_id = await database.write(create_list, draft)
    assert list_id is not None
    await database.write(put_items, list_id, refs=[ref], added_by=None, now=clock())
    async with (
        jetstream(clock) as fake,
        _bridge(world.network, fake),
        _service(database, world.network, clock) as service,
        stream_session("Masthead tests") as session,
    ):
        source = Jetstream(session, urls=(fake.url,), clock=clock, limits=SocketLimits(connect_s=30))
        runner = StreamRunner(source, database, clock=clock, told=lambda: None, random=random)
        poller = Poller(
            database,
            PlatformLook(service, database=database, clock=clock),
            aliases=AliasCache(),
            clock=clock,
            told=lambda: None,
            random=random,
            # Without the stream nothing would be seen within the time of this test.
            safety_net=lambda account: timedelta(days=300),
        )
        await poller.step()
        task = asyncio.create_task(runner.run())
        try:
            await until(lambda: runner.covers(ref))
            yield Watcher(database, poller, clock, list_id)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            database.close()


async def test_what_an_account_does_is_told_although_nobody_would_have_looked(
    world: World, tmp_path: Path
) -> None:
    async with _watching(tmp_path, world) as watcher:
        record = {"$type": "app.bsky.feed.post", "text": "Última hora", "createdAt": world.at(minutes=0)}
        await asyncio.to_thread(world.write, HANDLE, "app.bsky.feed.post", record)
        assert "Última hora" in (await watcher.told(EventKind.NEW_POST)).told.what
        renamed = profile("Diario Nuevo")
        await asyncio.to_thread(world.write, HANDLE, "app.bsky.actor.profile", renamed, rkey="self")
        await watcher.told(EventKind.NAME_CHANGED)
        await asyncio.to_thread(
            world.call, "com.atproto.identity.updateHandle", {"handle": NEW_HANDLE}, by=HANDLE
        )
        assert NEW_HANDLE in ((await watcher.told(EventKind.HANDLE_CHANGED)).told.after or "")
        await asyncio.to_thread(world.call, "com.atproto.server.deactivateAccount", {}, by=HANDLE)
        await watcher.told(EventKind.GONE)
        kinds = [alert.kind for alert in await watcher.alerts()]
        assert len(kinds) == len(set(kinds)), kinds
        (standing,) = await watcher.database.read(streams)
        assert standing.unseen == 0
