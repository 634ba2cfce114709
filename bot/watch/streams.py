"""All streams of the bot: their tasks, and which accounts they tell of now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from bot.accounts import AccountRef
from bot.checks.service import Clock
from bot.platforms.stream_contract import StreamSource
from bot.store.database import Database
from bot.watch.stream_runner import StreamRunner

log = logging.getLogger(__name__)

# An account that a stream covers is still looked at so often.
SAFETY = timedelta(hours=1)


class Streams:
    """Listens to every source between `start` and `stop`."""

    def __init__(
        self,
        sources: Sequence[StreamSource],
        database: Database,
        *,
        clock: Clock,
        told: Callable[[], None],
        random: Random,
        safety: timedelta = SAFETY,
    ) -> None:
        self._safety = safety
        self.names = frozenset(source.name for source in sources)
        self.runners = tuple(
            StreamRunner(source, database, clock=clock, told=told, random=random) for source in sources
        )
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen."""
        self._tasks = [
            asyncio.create_task(runner.run(), name=f"watch-stream-{number}")
            for number, runner in enumerate(self.runners)
        ]

    async def stop(self) -> None:
        """End every stream; what was heard and not kept yet is told again at the next start."""
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                log.error("a stream ended badly", exc_info=result)
        if self._tasks:
            await asyncio.gather(*(runner.close() for runner in self.runners))
        self._tasks = []

    def safety_net(self, account: AccountRef) -> timedelta | None:
        """Return how often a look at this account is enough; None where no stream tells of it now."""
        return self._safety if any(runner.covers(account) for runner in self.runners) else None
