"""The whole bot with a stream switched on in its configuration, from its message to the one for Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.app import Services, open_services
from bot.config import Config, StoreConfig
from bot.doctor import examine
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.store.stream_records import StreamState
from bot.store.watch_lists import create_list, put_items
from bot.store.watch_records import Severity, Terms, Watchlist, WatchlistId
from cogs.doctor import watching_lines
from tests.bot.platforms.jetstream import PATIENCE_S, FakeJetstream, jetstream, until
from tests.bot.watch.desk import ALERTS, ANA, Recorder
from tests.bot.watch.desk import Clock as DeskClock
from tests.bot.watch.stream_desk import AppView, appview, did, posted, ref


def _config(folder: Path, url: str, stream_url: str) -> Config:
    bluesky = BlueskySettings(
        enabled=True,
        url=url,
        fallback_url="",
        directory_url=url,
        stream=True,
        stream_url=stream_url,
        stream_fallback_url="",
    )
    return Config(store=StoreConfig(path=folder / "masthead.db"), platforms=PlatformsConfig(bluesky=bluesky))


@asynccontextmanager
async def _running(
    folder: Path, clock: DeskClock
) -> AsyncGenerator[tuple[Services, Config, Recorder, FakeJetstream, AppView]]:
    view, courier = AppView(), Recorder(clock)
    view.handles[did("diario")], view.posts[did("diario")] = "diario.example.org", []
    async with appview(view) as url, jetstream(clock) as fake:
        config = _config(folder, url, fake.url)
        async with open_services(config, clock=clock) as services:
            await _watch(services, clock)
            services.watch.start(courier)
            try:
                yield services, config, courier, fake, view
            finally:
                await services.watch.stop()


async def _watch(services: Services, clock: DeskClock) -> None:
    draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=1, name="Papers", created_at=clock.now)
    number = await services.database.write(create_list, draft)
    assert number is not None
    await services.database.write(put_items, number, refs=[ref("diario")], added_by=None, now=clock.now)
    watched = await services.watch.lists.named(1, "Papers")
    await services.watch.subscriptions.subscribe(
        watched, user_id=ANA, channel_id=ALERTS, made_in=ALERTS, terms=Terms(least=Severity.LOW)
    )


async def _passing(services: Services, clock: DeskClock, holds: Callable[[], object]) -> None:
    """Let time go by, a second at a time, until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            clock.now += timedelta(seconds=1)
            services.watch.poller.wake()
            services.watch.hurry()
            await asyncio.sleep(0.05)


async def test_a_post_reaches_its_subscribers_by_the_stream_alone(tmp_path: Path) -> None:
    clock = DeskClock()
    async with _running(tmp_path, clock) as (services, config, courier, fake, view):
        await until(lambda: services.watch.streams.safety_net(ref("diario")))
        await _passing(services, clock, lambda: view.looks("diario"))
        began = clock.now
        posted(view, "diario", "uno", clock.now)
        fake.post(did("diario"), "uno")
        await _passing(services, clock, lambda: courier.sent)
        assert "Noticia uno" in courier.sent[0].texts
        # Nobody would have looked for an hour.
        assert clock.now - began < timedelta(minutes=30)
        (line,) = [line for line in watching_lines(await services.watch.state()) if "Stream" in line]
        assert "`bluesky`" in line
        (told,) = [each for each in await asyncio.to_thread(examine, config) if each.what == "stream bluesky"]
        # The doctor keeps the time of day, and this clock does not.
        assert told.found.startswith("nobody has listened since")
    assert len(courier.sent) == 1


async def test_a_bot_that_is_stopped_hangs_up_and_says_so(tmp_path: Path) -> None:
    clock = DeskClock()
    async with _running(tmp_path, clock) as (services, _, _, fake, _):
        await until(lambda: fake.subscribers)
        await services.watch.stop()
        await until(lambda: not fake.subscribers)
        (standing,) = (await services.watch.state()).streams
        assert standing.state is StreamState.DOWN
        assert not services.watch.streams.safety_net(ref("diario"))
