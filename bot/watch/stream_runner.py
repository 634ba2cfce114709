"""Listens to one stream while the bot is up: connects, keeps what it hears, comes back after the end.

What was heard and how far the stream was read are written in one transaction, so a crash at any moment makes
the stream tell it again and loses nothing. The socket is read no faster than the store takes it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from random import Random

from bot.accounts import AccountRef
from bot.checks.service import Clock
from bot.errors import ShapeChangedError, StoreError
from bot.platforms.stream_contract import StreamSource
from bot.platforms.stream_socket import Socket, StreamError, Trouble
from bot.store.database import Database
from bot.store.stream_records import News, StreamState
from bot.store.watch_streams import forget_unwatched
from bot.watch.stream_backoff import wait_for
from bot.watch.stream_progress import StreamProgress, Timing
from bot.watch.stream_wanted import read_wanted

log = logging.getLogger(__name__)

# What is read ahead of the store, and what is stored in one transaction.
QUEUE = 1_000
BATCH = 200
# Messages in a row that cannot be read, before the connection is given up.
MOST_JUNK = 20
# A connection that held so long was good: the next end is the first again.
GOOD = timedelta(minutes=1)
# Until a server has certainly heeded a changed list of accounts.
HEEDED = timedelta(seconds=10)
AFTER_FAULT_S = 5.0


class _NothingWantedError(Exception):
    """The last account was taken off the lists."""


class StreamRunner:
    """One stream. `run` is its task; `told` is called when a look became due."""

    def __init__(
        self,
        source: StreamSource,
        database: Database,
        *,
        clock: Clock,
        told: Callable[[], None],
        random: Random,
        timing: Timing | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._database = database
        self._clock = clock
        self._random = random
        self._timing = timing or Timing()
        self._sleep = sleep
        self._progress = StreamProgress(
            source, database, clock=clock, told=told, random=random, timing=self._timing
        )
        self._queue: asyncio.Queue[News] = asyncio.Queue(QUEUE)
        # Ends in a row, and whether the last one asks for another address.
        self._attempt = 0
        self._elsewhere = False

    @property
    def state(self) -> StreamState:
        return self._progress.standing.state

    @property
    def read_to(self) -> datetime:
        """Until when nothing was missed, as far as can be known."""
        return self._progress.read_to

    def covers(self, account: AccountRef) -> bool:
        """Whether the stream tells of this account now. Safe to ask from any thread."""
        return self.state is StreamState.UP and account in self._progress.wanted.refs

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                end = await self._listened()
            except Exception:
                log.exception("%s: the stream could not be listened to", self._source.name)
                end = StreamError(Trouble.OURS, "A fault of ours; the log says which.")
            if end is None:
                continue
            try:
                await self._ended(end)
            except StoreError:
                log.exception("%s: its end could not be noted", self._source.name)
                await self._sleep(AFTER_FAULT_S)

    async def close(self) -> None:
        """Note that nobody listens any more. Call after `run` was cancelled."""
        await self._progress.note(StreamState.DOWN, problem="The bot was stopped.")

    async def _listened(self) -> StreamError | None:
        """Connect once and stay; return why it ended, None where there is nothing to listen for."""
        try:
            await self._listen()
        except _NothingWantedError:
            return None
        except StreamError as error:
            return error
        return None

    async def _listen(self) -> None:
        progress = self._progress
        await progress.recall()
        progress.wanted = await self._database.read(read_wanted, self._source)
        if not progress.wanted.names:
            await progress.note(StreamState.IDLE)
            await self._sleep(self._timing.tick.total_seconds())
            return
        await progress.resume()
        self._queue = asyncio.Queue(QUEUE)
        async with self._source.open(
            list(progress.wanted.names), cursor=progress.standing.cursor, anew=self._elsewhere
        ) as socket:
            self._elsewhere = False
            await progress.opened()
            await self._database.write(forget_unwatched)
            log.info("%s: up, %d accounts", self._source.name, len(progress.wanted.names))
            await _until_one_ends(self._receive(socket), self._keep(), self._attend(socket))

    async def _receive(self, socket: Socket) -> None:
        """Take messages off the socket. What came before the end is kept first, then the end is told."""
        junk = 0
        try:
            async for frame in socket.frames():
                try:
                    news = self._source.read(frame)
                except ShapeChangedError as error:
                    junk += 1
                    log.debug("%s: %s", self._source.name, error)
                    if junk >= MOST_JUNK:
                        raise StreamError(Trouble.UNREADABLE, f"{error}") from error
                    continue
                junk = 0
                if news is not None:
                    await self._queue.put(news)
        except StreamError:
            await self._queue.join()
            raise

    async def _keep(self) -> None:
        """Store what was received, some at a time."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._progress.keep(batch)
            for _ in batch:
                self._queue.task_done()

    async def _attend(self, socket: Socket) -> None:
        """See to the stream from time to time: lists that changed, how it stands."""
        progress = self._progress
        while True:
            await self._sleep(self._timing.tick.total_seconds())
            wanted = await self._database.read(read_wanted, self._source)
            if not wanted.names:
                # Without a filter a server would send everything.
                raise _NothingWantedError
            before, progress.wanted = progress.wanted, wanted
            if wanted.names != before.names:
                await self._source.change(socket, list(wanted.names))
                await progress.gap(wanted.covered - before.covered, wait=HEEDED)
                await self._database.write(forget_unwatched)
            await progress.judge(self._clock())
            await progress.note(progress.standing.state, problem=progress.standing.problem)

    async def _ended(self, error: StreamError) -> None:
        """Note the end, see to it that looks go on, and wait."""
        progress, now = self._progress, self._clock()
        opened, progress.opened_at = progress.opened_at, None
        if opened is not None and now - opened >= GOOD:
            self._attempt = 0
        self._attempt += 1
        self._elsewhere = error.trouble is not Trouble.DROPPED
        if error.trouble in {Trouble.UNREADABLE, Trouble.REFUSED}:
            await progress.unreadable(now)
        log.warning("%s: %s", self._source.name, error)
        await progress.note(StreamState.DOWN, problem=str(error), drops=int(opened is not None))
        wait = wait_for(error, attempt=self._attempt, now=now, random=self._random)
        left = max(self._timing.grace - (now - progress.standing.since), timedelta())
        if not progress.looks_back and left < wait:
            await self._sleep(left.total_seconds())
            await progress.bring_looks_back(self._clock())
            wait -= left
        await self._sleep(wait.total_seconds())


async def _until_one_ends(*parts: Coroutine[None, None, None]) -> None:
    """Run parts that never return until one raises, and raise that.

    Not a task group: before Python 3.13 one that ends by an error swallows a cancellation of that moment.
    """
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
