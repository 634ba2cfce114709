"""Listens to one stream while the bot is up: connects, keeps what it hears, comes back after the end.

What was heard and how far the stream was read are written in one transaction, so a crash at any moment makes
the stream tell it again and loses nothing. The socket is read no faster than the store takes it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.accounts import AccountRef
from bot.checks.service import Clock
from bot.errors import ShapeChangedError, StoreError
from bot.platforms.stream_contract import StreamSource
from bot.platforms.stream_socket import Socket, StreamError, Trouble
from bot.store.database import Database
from bot.store.records import AccountId
from bot.store.stream_records import News, StreamStanding, StreamState
from bot.store.watch_streams import (
    forget_unwatched,
    keep_gap,
    keep_news,
    note_stream,
    skip_to,
    streams,
)
from bot.watch.stream_backoff import wait_for
from bot.watch.stream_looks import bring_back
from bot.watch.stream_wanted import Wanted, read_wanted

log = logging.getLogger(__name__)

# What is read ahead of the store, and what is stored in one transaction.
QUEUE = 1_000
BATCH = 200
# Messages in a row that cannot be read, before the connection is given up.
MOST_JUNK = 20
# Ends in a row over something unreadable at one place, before that place is skipped.
STUCK = 3
# A connection that held so long was good: the next end is the first again.
GOOD = timedelta(minutes=1)
# A first cursor lies a little back, for clocks that differ.
CLOCKS = timedelta(minutes=1)
# Streams keep about a day; after a longer absence something may be missing.
REPLAYED = timedelta(hours=20)
# The stream is taken as read up to now, less this, once it has been up for so long and told nothing old.
SETTLED = timedelta(minutes=10)
# A server that replays is taken to be at least so much faster than time.
REPLAY_SPEED = 10
# Looks that make up for a gap come one after the other.
STEP = timedelta(milliseconds=200)
# Looks that make up for gaps are not asked for more often.
GAP_EVERY = timedelta(minutes=15)
# Until a server has certainly heeded a changed list of accounts.
HEEDED = timedelta(seconds=10)
AFTER_FAULT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a stream is seen to. A gap shorter than `grace` is left to the cursor; a message older than
    `behind` says that the stream is behind, for as long as `fresh` after it came.
    """

    tick: timedelta = timedelta(seconds=15)
    grace: timedelta = timedelta(minutes=1)
    behind: timedelta = timedelta(minutes=2)
    fresh: timedelta = timedelta(minutes=1)


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
        self._told = told
        self._random = random
        self._timing = timing or Timing()
        self._sleep = sleep
        self._wanted = Wanted()
        self._queue: asyncio.Queue[News] = asyncio.Queue(QUEUE)
        now = clock()
        self._standing = StreamStanding(name=source.name, state=StreamState.DOWN, since=now, noted_at=now)
        # How old the newest message was, when it came, and since when the connection is up.
        self._lag = timedelta()
        self._opened_at: datetime | None = None
        self._resumed_from: datetime | None = None
        self._attempt = 0
        self._elsewhere = False
        self._stuck_at: int | None = None
        self._stuck = 0
        # Whether the usual interval of looks is in force again since the stream is not well.
        self._looks_back = False
        self._recalled = False
        # When looks make up, or made up, for what a stream that replays nothing missed.
        self._gap_at: datetime | None = None

    @property
    def state(self) -> StreamState:
        return self._standing.state

    @property
    def read_to(self) -> datetime:
        """Until when nothing was missed, as far as can be known."""
        return max(_moment(self._standing.cursor or 0), self._standing.whole_until or _EPOCH)

    def covers(self, account: AccountRef) -> bool:
        """Whether the stream tells of this account now. Safe to ask from any thread."""
        return self._standing.state is StreamState.UP and account in self._wanted.refs

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
        await self._note(StreamState.DOWN, problem="The bot was stopped.")

    async def _listened(self) -> StreamError | None:
        """Connect once and stay; return why it ended, None where there is nothing to listen for."""
        end: StreamError | None = None
        try:
            await self._listen()
        except* _NothingWantedError:
            end = None
        except* StreamError as group:
            end = _first(group)
        return end

    async def _listen(self) -> None:
        if not self._recalled:
            await self._recall()
        self._wanted = await self._database.read(read_wanted, self._source)
        if not self._wanted.names:
            await self._note(StreamState.IDLE)
            await self._sleep(self._timing.tick.total_seconds())
            return
        await self._resume()
        self._queue = asyncio.Queue(QUEUE)
        async with self._source.open(
            list(self._wanted.names), cursor=self._standing.cursor, anew=self._elsewhere
        ) as socket:
            await self._opened()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive(socket))
                tasks.create_task(self._keep())
                tasks.create_task(self._attend(socket))

    async def _recall(self) -> None:
        """Take up where an earlier process ended."""
        held = {each.name: each for each in await self._database.read(streams)}
        before = held.get(self._source.name)
        if before is not None:
            now = self._clock()
            self._standing = replace(before, state=StreamState.DOWN, since=now, noted_at=now, drops=0)
        self._recalled = True

    async def _resume(self) -> None:
        """Find out from where to go on, and whether something may be missing since."""
        now = self._clock()
        if not self._source.replays:
            return
        cursor, whole = self._standing.cursor, self._standing.whole_until
        if cursor is None or now - self.read_to > REPLAYED or _moment(cursor) > now:
            await self._skip(now)
        elif whole is not None and _cursor(whole - SETTLED) > cursor:
            await self._database.write(skip_to, self._source.name, cursor=_cursor(whole - SETTLED))
            self._standing = replace(self._standing, cursor=_cursor(whole - SETTLED))
        self._resumed_from = _moment(self._standing.cursor or _cursor(now))

    async def _skip(self, now: datetime) -> None:
        """Go on from now, and have every account looked at."""
        cursor = _cursor(now - CLOCKS)
        await self._note(self._standing.state, problem=self._standing.problem)
        await self._database.write(skip_to, self._source.name, cursor=cursor)
        self._standing = replace(self._standing, cursor=cursor)
        await self._gap(self._wanted.covered, wait=timedelta())

    async def _opened(self) -> None:
        now = self._clock()
        self._opened_at, self._lag, self._elsewhere = now, timedelta(), False
        self._looks_back = False
        if not self._source.replays:
            # Nobody tells what happened until now. A line that breaks all the time does not make for looks
            # all the time: they wait for their turn, and then stand for every gap until then.
            if self._gap_at is None or now >= self._gap_at:
                self._gap_at = max(now, (self._gap_at or now - GAP_EVERY) + GAP_EVERY)
            await self._gap(self._wanted.covered, wait=self._gap_at - now)
        await self._note(StreamState.UP)
        await self._database.write(forget_unwatched)
        log.info("%s: up, %d accounts", self._source.name, len(self._wanted.names))

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
            await self._store(batch)
            for _ in batch:
                self._queue.task_done()

    async def _store(self, batch: list[News]) -> None:
        now = self._clock()
        names = self._wanted.names
        ours = [(names[news.who], news) for news in batch if news.who in names]
        cursor = max((news.cursor for news in batch if news.cursor is not None), default=None)
        new = await self._database.write(
            keep_news, self._source.name, news=ours, platform=self._source.platform, cursor=cursor, now=now
        )
        if cursor is not None:
            self._standing = replace(self._standing, cursor=max(cursor, self._standing.cursor or 0))
        if batch[-1].at is not None:
            self._lag = max(now - batch[-1].at, timedelta())
            lag_ms = self._lag // timedelta(milliseconds=1)
            self._standing = replace(self._standing, heard_at=now, lag_ms=lag_ms)
            await self._judge(now)
        if new:
            self._told()

    async def _attend(self, socket: Socket) -> None:
        """See to the stream from time to time: lists that changed, how it stands."""
        while True:
            await self._sleep(self._timing.tick.total_seconds())
            wanted = await self._database.read(read_wanted, self._source)
            if not wanted.names:
                # Without a filter a server would send everything.
                raise _NothingWantedError
            before = self._wanted
            self._wanted = wanted
            if wanted.names != before.names:
                await self._source.change(socket, list(wanted.names))
                await self._gap(wanted.covered - before.covered, wait=HEEDED)
                await self._database.write(forget_unwatched)
            now = self._clock()
            await self._judge(now)
            await self._note(self._standing.state, problem=self._standing.problem)

    async def _judge(self, now: datetime) -> None:
        """Decide whether the stream keeps up, and how far it was read for certain."""
        heard = self._standing.heard_at
        is_recent = heard is not None and now - heard <= self._timing.fresh
        if self._source.replays and is_recent and self._lag > self._timing.behind:
            if self._standing.state is not StreamState.BEHIND:
                await self._note(StreamState.BEHIND, problem="What it tells is old; it is catching up.")
            elif now - self._standing.since > self._timing.grace:
                await self._bring_looks_back(now)
            return
        if self._standing.state is StreamState.BEHIND:
            await self._note(StreamState.UP)
        self._looks_back = False
        opened, resumed = self._opened_at or now, self._resumed_from or now
        if now - opened >= max(SETTLED, (opened - resumed) / REPLAY_SPEED):
            self._standing = replace(self._standing, whole_until=now)

    async def _ended(self, error: StreamError) -> None:
        """Note the end, see to it that looks go on, and wait."""
        now = self._clock()
        was_up = self._opened_at is not None
        if was_up and now - (self._opened_at or now) >= GOOD:
            self._attempt = 0
        self._opened_at = None
        self._attempt += 1
        self._elsewhere = error.trouble is not Trouble.DROPPED
        if error.trouble in {Trouble.UNREADABLE, Trouble.REFUSED}:
            await self._perhaps_skip(now)
        log.warning("%s: %s", self._source.name, error)
        await self._note(StreamState.DOWN, problem=str(error), drops=int(was_up))
        wait = wait_for(error, attempt=self._attempt, now=now, random=self._random)
        left = self._timing.grace - (now - self._standing.since)
        if not self._looks_back and left < wait:
            await self._sleep(max(left, timedelta()).total_seconds())
            await self._bring_looks_back(self._clock())
            wait -= max(left, timedelta())
        await self._sleep(wait.total_seconds())

    async def _perhaps_skip(self, now: datetime) -> None:
        """Leave a place behind at which the stream cannot be read, or is not given, after some tries."""
        if not self._source.replays:
            return
        self._stuck = self._stuck + 1 if self._stuck_at == self._standing.cursor else 1
        self._stuck_at = self._standing.cursor
        if self._stuck >= STUCK:
            self._stuck = 0
            log.warning("%s: cannot be read at one place, which is skipped", self._source.name)
            await self._skip(now)

    async def _bring_looks_back(self, now: datetime) -> None:
        if self._looks_back:
            return
        self._looks_back = True
        accounts = self._wanted.covered
        await self._database.write(bring_back, accounts, now=now, random=self._random)
        self._told()

    async def _gap(self, accounts: frozenset[AccountId], *, wait: timedelta) -> None:
        if accounts:
            await self._database.write(
                keep_gap,
                self._source.name,
                accounts=sorted(accounts),
                now=self._clock(),
                wait=wait,
                step=STEP,
            )
            self._told()

    async def _note(self, state: StreamState, *, problem: str | None = None, drops: int = 0) -> None:
        now = self._clock()
        since = self._standing.since if state is self._standing.state else now
        self._standing = replace(
            self._standing,
            state=state,
            since=since,
            noted_at=now,
            problem=problem,
            accounts=len(self._wanted.covered),
            left_out=self._wanted.left_out,
            drops=drops,
        )
        await self._database.write(note_stream, self._standing)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _cursor(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(cursor: int) -> datetime:
    return _EPOCH + cursor * _MICROSECOND


def _first(group: ExceptionGroup[StreamError]) -> StreamError:
    """Return one of the ends: where two tasks saw the connection go, both are told alike."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found
