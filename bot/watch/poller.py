"""Looks at watched accounts when their time comes, and writes what changed together with its alerts.

One look an account, however many lists hold it. Servers take turns, so a server with thousands of accounts
does not keep the others waiting. Reading and comparing happen on a reader's thread, writing on the writer's.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import msgspec

from bot.checks.dossier import Dossier, to_json
from bot.checks.gather import AliasCache
from bot.checks.service import DEFAULT_DAYS, Clock, examine
from bot.errors import (
    PlatformError,
    RateLimitedError,
    SignInNeededError,
    SpendLimitError,
    TokenRefusedError,
    WithheldError,
)
from bot.store.checks import save_run
from bot.store.database import Database
from bot.store.records import AccountId
from bot.store.watch_looks import Due, due_accounts, look_failed, look_succeeded, next_look, pace_of
from bot.store.watch_records import Event, EventKind, WatchlistId
from bot.watch.changes import changes, parked_words
from bot.watch.facts import told
from bot.watch.look import Look
from bot.watch.post_events import fresh_posts, keyword_events, post_events
from bot.watch.reading import Read, read_account, with_assessment
from bot.watch.schedule import (
    MOST_FAILURES,
    PACE_DAYS,
    Pace,
    interval,
    is_behind,
    is_late,
    jittered,
    retry,
    spread,
)
from bot.watch.seen import Seen, assessed
from bot.watch.seen import to_json as seen_json
from bot.watch.telling import tell_lists

log = logging.getLogger(__name__)

# Accounts compared in one go; at some 1 ms each a reader is not kept for long.
BATCH = 25
# Platforms asked at once; each connector paces itself besides.
AT_ONCE = 8
# What only imports and checks can change is compared this often: it costs one query.
STORED_EVERY = timedelta(minutes=5)
# A spent allowance comes back with the day or month.
SPENT_WAIT = timedelta(hours=1)
LIMITED_WAIT = timedelta(minutes=15)
UNREADABLE = "what is held of this account cannot be compared; the log says why"
NAP_S = 30.0
AFTER_FAULT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one look came to, ready to be written."""

    read: Read
    events: tuple[Event, ...]
    keywords: dict[WatchlistId, Event]
    next_at: datetime
    late: bool
    dossier: Dossier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    due: Due
    error: PlatformError


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
    ) -> None:
        self._database = database
        self._look = look
        self._aliases = aliases
        self._clock = clock
        self._told = told
        self._random = random
        self._stored_every = stored_every
        self._check_every = check_every
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
        failures += [_Failed(due=due, error=PlatformError(UNREADABLE)) for due in broken]
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
        tells = any(each.events or each.keywords for each in compared)
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

    async def _ask(self, batch: Sequence[Due]) -> list[_Failed]:
        """Ask the platforms, a few at a time; return those that did not answer."""
        turns = asyncio.Semaphore(AT_ONCE)
        live = [due for due in batch if self._look.is_live(due.ref)]

        async def ask(due: Due) -> _Failed | None:
            async with turns:
                try:
                    await self._look.look(due.ref)
                except PlatformError as error:
                    return _Failed(due=due, error=error)
            return None

        asked: list[Awaitable[_Failed | None]] = [ask(due) for due in live]
        return [failure for failure in await asyncio.gather(*asked) if failure is not None]

    def _plan(self, due: Due, pace: Pace, now: datetime) -> timedelta:
        """Return how long until the next look."""
        wait = interval(pace, now=now) if self._look.is_live(due.ref) else self._stored_every
        if is_behind(due.succeeded_at, now=now, wait=wait):
            return spread(wait, random=self._random)
        return jittered(wait, random=self._random)


def compare_all(
    connection: sqlite3.Connection,
    batch: Sequence[Due],
    *,
    aliases: AliasCache,
    plan: Callable[[Due, Pace, datetime], timedelta],
    check_every: timedelta | None,
    now: datetime,
) -> tuple[list[Compared], list[Due]]:
    """Compare accounts with their last looks; return apart those whose data cannot be read."""
    compared: list[Compared] = []
    broken: list[Due] = []
    for due in batch:
        try:
            compared.append(
                _compare(connection, due, aliases=aliases, plan=plan, check_every=check_every, now=now)
            )
        except (ValueError, msgspec.MsgspecError):
            log.exception("account %d could not be compared", due.account_id)
            broken.append(due)
    return compared, broken


def _compare(
    connection: sqlite3.Connection,
    due: Due,
    *,
    aliases: AliasCache,
    plan: Callable[[Due, Pace, datetime], timedelta],
    check_every: timedelta | None,
    now: datetime,
) -> Compared:
    read = read_account(connection, due, aliases=aliases, now=now)
    dossier: Dossier | None = None
    if check_every is not None and _wants_check(read, every=check_every, now=now):
        dossier, _ = examine(connection, due.ref, cache=aliases, now=now, days=DEFAULT_DAYS)
        read, changed = with_assessment(read, assessed(dossier, run_id=0), now=now)
        dossier = dossier if changed else None
    posts, last = pace_of(connection, due.account_id, since=now - timedelta(days=PACE_DAYS))
    wait = plan(due, Pace(posts=posts, last_post=last), now)
    facts = read.facts
    return Compared(
        read=read,
        events=() if facts is None else (*changes(facts), *post_events(facts)),
        keywords={} if facts is None else keyword_events(facts),
        next_at=now + wait,
        late=is_late(due.succeeded_at, now=now, wait=wait),
        dossier=dossier,
    )


def _wants_check(read: Read, *, every: timedelta, now: datetime) -> bool:
    """Whether something came in that may change the assessment, and the last one is old enough."""
    facts = read.facts
    if facts is None:
        return False
    checked_at = facts.before.checked_at
    if checked_at is not None and now - checked_at < every:
        return False
    before, after = facts.before, facts.after
    return bool(fresh_posts(facts)) or (before.claims, before.label) != (after.claims, after.label)


def commit(connection: sqlite3.Connection, compared: Sequence[Compared], *, now: datetime) -> int:
    """Write what looks saw and what they tell, in one transaction; return how many alerts are new."""
    new = 0
    for each in compared:
        read = each.read
        seen = read.seen
        if each.dossier is not None:
            seen = _keep_check(connection, each.dossier, read.account_id, seen=seen, now=now)
        new += tell_lists(
            connection,
            read.account_id,
            events=each.events,
            keywords=each.keywords,
            now=now,
            late=each.late,
        )
        look_succeeded(connection, read.account_id, seen=seen_json(seen), at=now, next_at=each.next_at)
    return new


def _keep_check(
    connection: sqlite3.Connection, dossier: Dossier, account_id: AccountId, *, seen: Seen, now: datetime
) -> Seen:
    """Keep the check that found a change, so that people can open it; nobody asked for it."""
    run_id = save_run(
        connection, to_json(dossier), account_id=account_id, asked="", requested_by=None, ran_at=now
    )
    if seen.assessed is None:
        return seen
    return msgspec.structs.replace(
        seen,
        assessed=msgspec.structs.replace(seen.assessed, run_id=run_id),
        mark=(*seen.mark[:4], run_id, *seen.mark[5:]),
    )


def commit_failures(
    connection: sqlite3.Connection, failures: Sequence[_Failed], *, random: Random, now: datetime
) -> int:
    """Write why looks failed; those that are given up are told."""
    new = 0
    for each in failures:
        due, error = each.due, each.error
        refused = isinstance(error, SignInNeededError | TokenRefusedError | WithheldError)
        # To wait for a limit is no failure of the account's.
        limited = isinstance(error, RateLimitedError | SpendLimitError)
        count = due.failures if limited else due.failures + 1
        parked = refused or count >= MOST_FAILURES
        look_failed(
            connection,
            due.account_id,
            error=str(error),
            failures=count,
            at=now,
            next_at=_again(error, count, random=random, now=now),
            parked=parked,
        )
        if parked:
            what = parked_words(count, refused=refused)
            event = Event(
                kind=EventKind.PARKED,
                key=f"{due.account_id}:parked:{now.isoformat()}",
                happened_at=now,
                told=told(due.ref, EventKind.PARKED, what=what, after=str(error)),
            )
            new += tell_lists(connection, due.account_id, events=[event], now=now)
    return new


def _again(error: PlatformError, failures: int, *, random: Random, now: datetime) -> datetime:
    if isinstance(error, RateLimitedError):
        asked = error.retry_at or now + LIMITED_WAIT
        return max(asked, now) + jittered(timedelta(minutes=1), random=random)
    if isinstance(error, SpendLimitError):
        return now + jittered(SPENT_WAIT, random=random)
    return now + jittered(retry(failures), random=random)
