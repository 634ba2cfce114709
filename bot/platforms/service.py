"""Looking at live accounts: who is asked, how long a card waits, who shares a look, what expires."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.accounts import AccountRef, Platform, PostRef, match_key
from bot.platforms.catalogue import SWITCHES, connectors
from bot.platforms.contract import Connector, Priced, Scope, SwitchedOff, Terms
from bot.platforms.ledger import COMMAND_LINE, HOUR, REQUESTS, StoreLedger
from bot.platforms.look import Look
from bot.platforms.pacing import Clock, Pacer, Sleep, Timer
from bot.platforms.run import NOTHING, Run
from bot.platforms.safe_http import SafeHttp, user_agent
from bot.platforms.settings import PlatformsConfig
from bot.platforms.transport import ApiTransport, StrangersTransport, Transport, api_session
from bot.platforms.unavailable import UNAVAILABLE
from bot.platforms.visit import Visit
from bot.store.database import Database
from bot.store.live import Aspect, expire
from bot.store.raw_answers import RawAnswer, newest_raw, purge_raw
from bot.store.spending import forget_spending, spent, spent_by_place

log = logging.getLogger(__name__)

# No limit looks back further than a month.
SPENDING_KEPT = timedelta(days=40)
TIDY_EVERY_S = 3_600.0
# Of its requests of an hour a server keeps so many for what its members ask themselves.
KEPT_FOR_MEMBERS = 1 / 3


class PlatformService:
    """Looks at accounts on the platforms that are switched on. Open with `open_platforms`."""

    def __init__(
        self,
        database: Database,
        *,
        connectors: Mapping[Platform, Connector],
        settings: PlatformsConfig,
        api: Transport,
        strangers: Transport,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        timer: Timer = time.monotonic,
    ) -> None:
        self._database = database
        self._connectors = dict(connectors)
        self._settings = settings
        self._api = api
        self._strangers = strangers
        self._clock = clock
        self._sleep = sleep
        self._pacer = Pacer(clock=clock, sleep=sleep, timer=timer)
        self._under_way: dict[tuple[str, ...], tuple[Run, asyncio.Task[Look]]] = {}

    @property
    def connectors(self) -> Mapping[Platform, Connector]:
        """The connectors that are switched on."""
        return self._connectors

    async def look(
        self,
        target: AccountRef | PostRef,
        *,
        days: int,
        place: str | None = None,
        wait_s: float | None = None,
        pays: bool = False,
        anew: Mapping[Aspect, datetime] = NOTHING,
    ) -> Look:
        """Fetch what is not fresh of an account, or of a post and its author.

        Returns when all is there or after `wait_s` (by default the configured wait); what came by then is
        stored, and `rest` is the look that goes on. `place` is the Discord server that pays for it. Two
        questions for one account share one look. What costs money is not asked without `pays`: somebody
        must have seen the price. `anew` are the moments since which an answer must be, by aspect: something
        is known to have happened then. Raises StoreError.
        """
        platform = target.platform
        account = target if isinstance(target, AccountRef) else target.author
        post = target if isinstance(target, PostRef) else None
        connector = self._connectors.get(platform)
        if connector is None:
            none = UNAVAILABLE.get(platform) or SwitchedOff(
                platform=platform, setting=SWITCHES.get(platform, "")
            )
            return Look(platform=platform, account=account, post=post, none=none)
        place = place or COMMAND_LINE
        if connector.terms.price and not pays:
            priced = await self._database.read(self._priced, connector.terms, place)
            return Look(platform=platform, account=account, post=post, none=priced)
        run, task = self._started(connector, account, post, days=days, place=place, anew=anew)
        wait = self._settings.wait_s if wait_s is None else wait_s
        # Not cancelled with whoever asked: others may share it, and what it brings is kept for the next.
        if wait > 0:
            await asyncio.wait({task}, timeout=wait)
        return task.result() if task.done() else run.look(rest=task)

    async def payer(self, platform: Platform, places: Sequence[str]) -> str | None:
        """Return which of several servers that want the same look pays for it.

        The one that spent least on the platform in this hour. None where each of them has spent what is not
        kept for its members' own questions.
        """
        spent_here = await self._database.read(
            spent_by_place, platform, unit=REQUESTS, since=self._clock() - HOUR, places=places
        )
        place = min(places, key=lambda each: (spent_here[each], each), default=None)
        most = (1 - KEPT_FOR_MEMBERS) * self._settings.requests_per_server_hour
        return None if place is None or spent_here[place] >= most else place

    async def tidy(self) -> int:
        """Delete what has expired: raw answers, charges, data that terms want gone. Returns how many rows."""
        return await self._database.write(self._tidy)

    async def keep_tidy(self) -> None:
        """Tidy now and every hour, until cancelled."""
        while True:
            try:
                gone = await self.tidy()
            except Exception:
                # The next hour tries again; a full disk today must not end the purging for good.
                log.exception("what has expired could not be deleted")
            else:
                log.info("tidied: %d expired rows deleted", gone)
            await self._sleep(TIDY_EVERY_S)

    async def close(self) -> None:
        """End the looks under way; what they brought so far is stored."""
        tasks = [task for _, task in self._under_way.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _started(
        self,
        connector: Connector,
        account: AccountRef | None,
        post: PostRef | None,
        *,
        days: int,
        place: str,
        anew: Mapping[Aspect, datetime],
    ) -> tuple[Run, asyncio.Task[Look]]:
        key = _key(connector.terms.platform, account, post, days=days)
        if key in self._under_way:
            return self._under_way[key]
        run = Run(
            connector,
            self._visit(connector, place=place),
            database=self._database,
            settings=self._settings,
            account=account,
            post=post,
            days=days,
            anew=anew,
        )
        task = asyncio.create_task(run.run(), name=f"look at {connector.terms.platform}")
        self._under_way[key] = run, task
        task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return run, task

    def _visit(self, connector: Connector, *, place: str) -> Visit:
        terms = connector.terms
        keep_raw = min(terms.keep_raw, timedelta(days=self._settings.keep_raw_days))
        terms = replace(terms, keep_raw=keep_raw)

        async def recall(key: str) -> RawAnswer | None:
            return await self._database.read(newest_raw, terms.source, key=key)

        return Visit(
            terms,
            api=self._api,
            strangers=self._strangers,
            pacer=self._pacer,
            ledger=StoreLedger(
                self._database, terms=terms, settings=self._settings, place=place, clock=self._clock
            ),
            recall=recall,
            clock=self._clock,
            sleep=self._sleep,
        )

    def _priced(self, connection: sqlite3.Connection, terms: Terms, place: str) -> Priced:
        """Return what a look may cost, and the least that any limit leaves for it."""
        now = self._clock()
        left = [
            limit.amount
            - spent(
                connection,
                terms.platform,
                unit=terms.unit or "",
                since=limit.since(now),
                place=place if limit.scope is Scope.PLACE else None,
            )
            for limit in terms.limits
        ]
        return Priced(platform=terms.platform, most=terms.price, left=max(min(left, default=0), 0))

    def _tidy(self, connection: sqlite3.Connection) -> int:
        now = self._clock()
        gone = purge_raw(connection, now=now) + forget_spending(connection, before=now - SPENDING_KEPT)
        for connector in self._connectors.values():
            terms = connector.terms
            if terms.keep_data is not None:
                gone += expire(connection, source=f"{terms.source}*", before=now - terms.keep_data)
        return gone


@asynccontextmanager
async def open_platforms(
    database: Database, settings: PlatformsConfig, *, clock: Clock
) -> AsyncGenerator[PlatformService]:
    """Open the connectors that are switched on with their sessions, and close everything at the end."""
    http = SafeHttp(clock=clock, contact=settings.contact)
    try:
        async with api_session(user_agent(settings.contact)) as session:
            service = PlatformService(
                database,
                connectors=connectors(settings),
                settings=settings,
                api=ApiTransport(session, clock=clock),
                strangers=StrangersTransport(http),
                clock=clock,
            )
            try:
                yield service
            finally:
                await service.close()
    finally:
        http.close()


def _key(
    platform: Platform, account: AccountRef | None, post: PostRef | None, *, days: int
) -> tuple[str, ...]:
    name = (account.platform_id or match_key(account) or "") if account else ""
    return platform.value, name, post.post_id if post else "", str(days)
