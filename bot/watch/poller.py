"""Looks at watched accounts when their time comes, and writes what changed together with its alerts.

One look an account, however many lists hold it. Servers take turns, so a server with thousands of accounts
does not keep the others waiting. Reading and comparing happen on a reader's thread, writing on the writer's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from bot.accounts import AccountRef
from bot.checks.gather import AliasCache
from bot.checks.service import Clock
from bot.errors import PlatformError
from bot.store.database import Database
from bot.store.watch_looks import Due, due_accounts, next_look
from bot.watch.comparing import Compared, commit, compare_all
from bot.watch.failures import Breaker, Failed, UnreadableError, commit_failures
from bot.watch.look import Look
from bot.watch.schedule import Pace, interval, is_behind, jittered, spread

log = logging.getLogger(__name__)

# Accounts compared in one go; at some 1 ms each a reader is not kept for long.
BATCH = 25
# Platforms asked at once; each connector paces itself besides.
AT_ONCE = 8
# What only imports and checks can change is compared this often: it costs one query.
STORED_EVERY = timedelta(minutes=5)
UNREADABLE = "what is held of this account cannot be compared; the log says why"
NAP_S = 30.0
AFTER_FAULT_S = 5.0


def no_stream(account: AccountRef) -> timedelta | None:
    """No stream tells of any account."""
    return None


class Poller:
    """One task that looks. `told` is called after alerts were written."""

    def __init__(
        self,
        database: Database,
        look: Look,
        *,
        aliases: AliasCache,
        clock: Clock,
        told: Callable[[], None],
        random: Random,
        stored_every: timedelta = STORED_EVERY,
        check_every: timedelta | None = None,
        safety_net: Callable[[AccountRef], timedelta | None] = no_stream,
    ) -> None:
        self._database = database
        self._look = look
        self._aliases = aliases
        self._clock = clock
        self._told = told
        self._random = random
        self._stored_every = stored_every
        self._check_every = check_every
        self._safety_net = safety_net
        self._breaker = Breaker()
        self._news = asyncio.Event()
        self.looks = 0
        self.looked_at: datetime | None = None

    def wake(self) -> None:
        """Look for due accounts at once."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            wait_s = NAP_S
            try:
                if await self.step():
                    # Others get their turn on the loop and at the database.
                    await asyncio.sleep(0)
                    continue
                upcoming = await self._database.read(next_look)
                if upcoming is not None:
                    wait_s = min(max((upcoming - self._clock()).total_seconds(), 0.05), NAP_S)
            except Exception:
                log.exception("looks could not be made; trying again")
                wait_s = AFTER_FAULT_S
            await self._rest(wait_s)

    async def step(self) -> int:
        """Look at one batch of due accounts; return how many those were."""
        now = self._clock()
        batch = await self._database.read(due_accounts, now=now, limit=BATCH)
        if not batch:
            return 0
        failures = await self._ask(batch)
        failed = {each.due.account_id for each in failures}
        fine = [due for due in batch if due.account_id not in failed]
        compared, broken = await self._database.read(
            compare_all,
            fine,
            aliases=self._aliases,
            plan=self._plan,
            check_every=self._check_every,
            now=self._clock(),
        )
        failures += [Failed(due=due, error=UnreadableError(UNREADABLE)) for due in broken]
        new = await self._commit(compared)
        if failures:
            new += await self._database.write_lasting(
                commit_failures, failures, random=self._random, now=self._clock()
            )
        self.looks += len(batch)
        self.looked_at = self._clock()
        if new:
            self._told()
        return len(batch)

    async def _commit(self, compared: Sequence[Compared]) -> int:
        """Write what was seen. Where something is told, a power cut must not take it back."""
        tells = any(each.tells for each in compared)
        write = self._database.write_lasting if tells else self._database.write
        return await write(commit, compared, now=self._clock())

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        finally:
            self._news.clear()

    async def _ask(self, batch: Sequence[Due]) -> list[Failed]:
        """Ask the platforms, a few at a time; return those that did not answer."""
        turns = asyncio.Semaphore(AT_ONCE)
        live = [due for due in batch if self._look.is_live(due.ref)]

        async def ask(due: Due) -> Failed | None:
            async with turns:
                deferred = self._breaker.deferred(due, now=self._clock())
                if deferred is not None:
                    return deferred
                try:
                    await self._look.look(due.ref, payers=due.guilds)
                except PlatformError as error:
                    self._breaker.failed(due, error, now=self._clock())
                    return Failed(due=due, error=error)
                self._breaker.answered(due)
            return None

        asked: list[Awaitable[Failed | None]] = [ask(due) for due in live]
        return [failure for failure in await asyncio.gather(*asked) if failure is not None]

    def _plan(self, due: Due, pace: Pace, now: datetime) -> timedelta:
        """Return how long until the next look."""
        wait = interval(pace, now=now) if self._look.is_live(due.ref) else self._stored_every
        # A stream that is up tells of the account by itself.
        wait = max(wait, self._safety_net(due.ref) or wait)
        if is_behind(due.succeeded_at, now=now, wait=wait):
            return spread(wait, random=self._random)
        return jittered(wait, random=self._random)
