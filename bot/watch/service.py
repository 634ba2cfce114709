"""Everything about watchlists in one place, and the two tasks that work while the bot is up."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.accounts import AccountRef
from bot.checks.gather import AliasCache
from bot.checks.service import Clock
from bot.store.database import Database
from bot.store.watch_lists import guilds_watching
from bot.store.watch_looks import Standing, standing
from bot.store.watch_outbox import DeadLetter, OutboxState, dead_letters, outbox_state
from bot.watch.courier import Courier
from bot.watch.lists import Limits, Watchlists
from bot.watch.look import Look, StoredLook
from bot.watch.outbox import Outbox
from bot.watch.poller import STORED_EVERY, Poller
from bot.watch.retention import KEEP, keep_tidy
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


class WatchService:
    """Lists, subscriptions, and the poller and outbox that `start` sets to work."""

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
    ) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep
        limits = limits or Limits()
        self._look: Look = look or StoredLook()
        self.lists = Watchlists(database, clock=clock, limits=limits)
        self.subscriptions = Subscriptions(database, clock=clock, limits=limits)
        self.outbox: Outbox | None = None
        self.poller = Poller(
            database,
            self._look,
            aliases=aliases,
            clock=clock,
            told=self.hurry,
            # Spreads looks over time; nothing secret hangs on it.
            random=random or Random(),  # noqa: S311
            stored_every=stored_every,
            check_every=check_every,
        )
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, courier: Courier) -> None:
        """Begin to look and to deliver. What an earlier process left is taken up first."""
        self.outbox = Outbox(self._database, courier, clock=self._clock)
        self._tasks = [
            asyncio.create_task(self.poller.run(), name="watch-poller"),
            asyncio.create_task(self.outbox.run(), name="watch-outbox"),
            asyncio.create_task(
                keep_tidy(self._database, clock=self._clock, keep=self._keep), name="watch-tidy"
            ),
        ]

    async def stop(self) -> None:
        """End both tasks; whatever they were at is taken up at the next start."""
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
        )
