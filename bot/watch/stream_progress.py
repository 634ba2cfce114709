"""How far a stream was read and how it stands, in memory and in the store; which looks follow from that."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.checks.service import Clock
from bot.platforms.stream_contract import StreamSource
from bot.store.database import Database
from bot.store.records import AccountId
from bot.store.stream_records import News, StreamStanding, StreamState
from bot.store.watch_streams import keep_gap, keep_news, note_stream, skip_to, streams
from bot.watch.stream_looks import bring_back
from bot.watch.stream_wanted import Wanted

log = logging.getLogger(__name__)

# Ends in a row over something unreadable at one place, before that place is skipped.
STUCK = 3
# A first cursor lies a little back, for clocks that differ.
CLOCKS = timedelta(minutes=1)
# Streams keep about a day; after a longer absence something may be missing.
REPLAYED = timedelta(hours=20)
# The stream is taken as read up to now, less this, once it has been up for so long and told nothing old.
SETTLED = timedelta(minutes=10)
# A server that replays is taken to be at least so much faster than time.
REPLAY_SPEED = 10
# Looks that make up for a gap come one after the other, and are not asked for more often than that.
STEP = timedelta(milliseconds=200)
GAP_EVERY = timedelta(minutes=15)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a stream is seen to. A gap shorter than `grace` is left to the cursor; a message older than
    `behind` says that the stream is behind, for as long as `fresh` after it came.
    """

    tick: timedelta = timedelta(seconds=15)
    grace: timedelta = timedelta(minutes=1)
    behind: timedelta = timedelta(minutes=2)
    fresh: timedelta = timedelta(minutes=1)


class StreamProgress:
    """The state of one stream. `told` is called when a look became due."""

    def __init__(
        self,
        source: StreamSource,
        database: Database,
        *,
        clock: Clock,
        told: Callable[[], None],
        random: Random,
        timing: Timing,
    ) -> None:
        self._source = source
        self._database = database
        self._clock = clock
        self._told = told
        self._random = random
        self._timing = timing
        self.wanted = Wanted()
        now = clock()
        self.standing = StreamStanding(name=source.name, state=StreamState.DOWN, since=now, noted_at=now)
        # Since when the connection is up; None while there is none.
        self.opened_at: datetime | None = None
        # How old the newest message was when it came.
        self._lag = timedelta()
        self._resumed_from: datetime | None = None
        self._recalled = False
        self._stuck_at: int | None = None
        self._stuck = 0
        # When looks make up, or made up, for what a stream that replays nothing missed.
        self._gap_at: datetime | None = None
        # Whether the usual interval of looks is in force again since the stream is not well.
        self.looks_back = False

    @property
    def read_to(self) -> datetime:
        """Until when nothing was missed, as far as can be known."""
        return max(_moment(self.standing.cursor or 0), self.standing.whole_until or _EPOCH)

    async def recall(self) -> None:
        """Take up where an earlier process ended."""
        if self._recalled:
            return
        held = {each.name: each for each in await self._database.read(streams)}
        before = held.get(self._source.name)
        if before is not None:
            now = self._clock()
            self.standing = replace(before, state=StreamState.DOWN, since=now, noted_at=now, drops=0)
        self._recalled = True

    async def resume(self) -> None:
        """Find out from where to go on, and whether something may be missing since."""
        now = self._clock()
        if not self._source.replays:
            return
        cursor, whole = self.standing.cursor, self.standing.whole_until
        if cursor is None or now - self.read_to > REPLAYED or _moment(cursor) > now:
            await self._skip(now)
        elif whole is not None and _cursor(whole - SETTLED) > cursor:
            await self._database.write(skip_to, self._source.name, cursor=_cursor(whole - SETTLED))
            self.standing = replace(self.standing, cursor=_cursor(whole - SETTLED))
        self._resumed_from = _moment(self.standing.cursor or _cursor(now))

    async def opened(self) -> None:
        """Note that the stream is up."""
        now = self._clock()
        self.opened_at, self._lag, self.looks_back = now, timedelta(), False
        if not self._source.replays:
            # Nobody tells what happened until now. A line that breaks all the time does not make for looks
            # all the time: they wait for their turn, and then stand for every gap until then.
            if self._gap_at is None or now >= self._gap_at:
                self._gap_at = max(now, (self._gap_at or now - GAP_EVERY) + GAP_EVERY)
            await self.gap(self.wanted.covered, wait=self._gap_at - now)
        await self.note(StreamState.UP)

    async def keep(self, batch: Sequence[News]) -> None:
        """Store what was heard, with the cursor, in one transaction."""
        now = self._clock()
        names = self.wanted.names
        ours = [(names[news.who], news) for news in batch if news.who in names]
        cursor = max((news.cursor for news in batch if news.cursor is not None), default=None)
        new = await self._database.write(
            keep_news, self._source.name, news=ours, platform=self._source.platform, cursor=cursor, now=now
        )
        if cursor is not None:
            self.standing = replace(self.standing, cursor=max(cursor, self.standing.cursor or 0))
        if batch[-1].at is not None:
            self._lag = max(now - batch[-1].at, timedelta())
            lag_ms = self._lag // timedelta(milliseconds=1)
            self.standing = replace(self.standing, heard_at=now, lag_ms=lag_ms)
            await self.judge(now)
        if new:
            self._told()

    async def judge(self, now: datetime) -> None:
        """Decide whether the stream keeps up, and how far it was read for certain."""
        heard = self.standing.heard_at
        is_recent = heard is not None and now - heard <= self._timing.fresh
        if self._source.replays and is_recent and self._lag > self._timing.behind:
            if self.standing.state is not StreamState.BEHIND:
                await self.note(StreamState.BEHIND, problem="What it tells is old; it is catching up.")
            elif now - self.standing.since > self._timing.grace:
                await self.bring_looks_back(now)
            return
        if self.standing.state is StreamState.BEHIND:
            await self.note(StreamState.UP)
        self.looks_back = False
        opened, resumed = self.opened_at or now, self._resumed_from or now
        if now - opened >= max(SETTLED, (opened - resumed) / REPLAY_SPEED):
            self.standing = replace(self.standing, whole_until=now)

    async def unreadable(self, now: datetime) -> None:
        """Leave a place behind at which the stream cannot be read, or is not given, after some tries."""
        if not self._source.replays:
            return
        self._stuck = self._stuck + 1 if self._stuck_at == self.standing.cursor else 1
        self._stuck_at = self.standing.cursor
        if self._stuck >= STUCK:
            self._stuck = 0
            log.warning("%s: cannot be read at one place, which is skipped", self._source.name)
            await self._skip(now)

    async def bring_looks_back(self, now: datetime) -> None:
        """Put the usual interval of looks in force again, once for each time that the stream is not well."""
        if self.looks_back:
            return
        self.looks_back = True
        await self._database.write(bring_back, self.wanted.covered, now=now, random=self._random)
        self._told()

    async def gap(self, accounts: frozenset[AccountId], *, wait: timedelta) -> None:
        """Have accounts looked at: something may have been missed."""
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

    async def note(self, state: StreamState, *, problem: str | None = None, drops: int = 0) -> None:
        """Keep how the stream stands, for whoever asks."""
        now = self._clock()
        since = self.standing.since if state is self.standing.state else now
        self.standing = replace(
            self.standing,
            state=state,
            since=since,
            noted_at=now,
            problem=problem,
            accounts=len(self.wanted.covered),
            left_out=self.wanted.left_out,
            drops=drops,
        )
        await self._database.write(note_stream, self.standing)

    async def _skip(self, now: datetime) -> None:
        """Go on from now, and have every account looked at."""
        cursor = _cursor(now - CLOCKS)
        await self.note(self.standing.state, problem=self.standing.problem)
        await self._database.write(skip_to, self._source.name, cursor=cursor)
        self.standing = replace(self.standing, cursor=cursor)
        await self.gap(self.wanted.covered, wait=timedelta())


def _cursor(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(cursor: int) -> datetime:
    return _EPOCH + cursor * _MICROSECOND
