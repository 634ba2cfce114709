"""Everything about watchlists in one place, and the tasks that work while the bot is up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.accounts import AccountRef
from bot.checks.gather import AliasCache
from bot.checks.service import Clock
from bot.platforms.stream_contract import StreamSource
from bot.store.database import Database
from bot.store.stream_records import StreamStanding
from bot.store.watch_lists import guilds_watching
from bot.store.watch_looks import Standing, standing
from bot.store.watch_outbox import DeadLetter, OutboxState, dead_letters, outbox_state
from bot.store.watch_streams import streams
from bot.watch.courier import Courier
from bot.watch.lists import Limits, Watchlists
from bot.watch.look import Look, StoredLook
from bot.watch.outbox import Outbox
from bot.watch.pacing import Pace
from bot.watch.poller import STORED_EVERY, Poller
from bot.watch.retention import KEEP, keep_tidy
from bot.watch.streams import SAFETY, Streams
from bot.watch.subscriptions import Subscriptions

log = logging.getLogger(__name__)

# Dead letters of so many days are shown.
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """How watching stands, for the diagnosis."""

    looks: Standing
    outbox: OutboxState
    dead: tuple[DeadLetter, ...]
    streams: tuple[StreamStanding, ...] = ()


class WatchService:
    """Lists, subscriptions, and the poller, streams and outbox that `start` sets to work."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        aliases: AliasCache,
        limits: Limits | None = None,
        look: Look | None = None,
        random: Random | None = None,
        stored_every: timedelta = STORED_EVERY,
        check_every: timedelta | None = timedelta(hours=24),
        keep: timedelta = KEEP,
        sources: Sequence[StreamSource] = (),
        safety: timedelta = SAFETY,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep
        limits = limits or Limits()
        self._look: Look = look or StoredLook()
        self.lists = Watchlists(database, clock=clock, limits=limits)
        self.subscriptions = Subscriptions(database, clock=clock, limits=limits)
        self.outbox: Outbox | None = None
        # Spreads looks over time; nothing secret hangs on it.
        random = random or Random()  # noqa: S311
        self.streams = Streams(
            sources, database, clock=clock, told=self._look_soon, random=random, safety=safety
        )
        self.poller = Poller(
            database,
            self._look,
            aliases=aliases,
            clock=clock,
            told=self.hurry,
            random=random,
            stored_every=stored_every,
            check_every=check_every,
            safety_net=self.streams.safety_net,
        )
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, courier: Courier) -> None:
        """Begin to look and to deliver. What an earlier process left is taken up first."""
        self.outbox = Outbox(self._database, courier, clock=self._clock, pace=Pace())
        self._tasks = [
            asyncio.create_task(self.poller.run(), name="watch-poller"),
            asyncio.create_task(self.outbox.run(), name="watch-outbox"),
            asyncio.create_task(
                keep_tidy(self._database, clock=self._clock, keep=self._keep), name="watch-tidy"
            ),
        ]
        self.streams.start()

    async def stop(self) -> None:
        """End all tasks; whatever they were at is taken up at the next start."""
        await self.streams.stop()
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                log.error("a task of watching ended badly", exc_info=result)
        self._tasks = []
        self.outbox = None

    def is_live(self, account: AccountRef) -> bool:
        """Whether a platform is asked about this account."""
        return self._look.is_live(account)

    def hurry(self) -> None:
        """Something may have to be delivered now."""
        if self.outbox is not None:
            self.outbox.wake()

    def _look_soon(self) -> None:
        """A stream told of something: a look is due within seconds."""
        self.poller.wake()

    async def guilds(self) -> list[int]:
        """Return the servers that watch anything."""
        return await self._database.read(guilds_watching)

    async def state(self, *, guild_id: int | None = None) -> WatchState:
        """Return how watching stands, for one server or for all."""
        since: datetime = self._clock() - RECENT
        return WatchState(
            looks=await self._database.read(standing),
            outbox=await self._database.read(outbox_state, since=since, guild_id=guild_id),
            dead=tuple(await self._database.read(dead_letters, guild_id=guild_id)),
            streams=tuple(
                each for each in await self._database.read(streams) if each.name in self.streams.names
            ),
        )
