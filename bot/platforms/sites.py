"""Looking at strangers' sites on request, within a budget, and keeping what was seen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import InputError
from bot.platforms.safe_http import SafeHttp
from bot.platforms.site_looks import WEB, LookedAt, Ports, look_at
from bot.store.database import Database
from bot.store.looks import record_site
from bot.store.site_marks import HeldLook, looks_held, looks_since, record_marks

log = logging.getLogger(__name__)

# Sites of one request, and how many of them at a time.
MAX_AT_ONCE = 10
TOGETHER = 3
# A site that was looked at so lately is not asked again.
FRESH = timedelta(hours=6)
DAY = timedelta(days=1)
PER_DAY = 500


class SiteBudgetError(InputError):
    """As many sites were looked at as a day allows; tomorrow it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """`done` are new looks with how many marks of each site are new; `fresh` those that need none yet."""

    done: tuple[tuple[LookedAt, int], ...]
    fresh: tuple[HeldLook, ...]


class SiteService:
    """Looks at sites. One for the whole program; `http` is closed by whoever opened it."""

    def __init__(
        self,
        database: Database,
        http: SafeHttp,
        *,
        clock: Callable[[], datetime],
        per_day: int = PER_DAY,
        ports: Ports = WEB,
    ) -> None:
        self._ports = ports
        self._database = database
        self._http = http
        self._clock = clock
        self._per_day = per_day

    async def look(self, hosts: Iterable[str], *, again: bool = False) -> Looks:
        """Look at sites by their canonical hosts, and keep what they show.

        Those looked at within six hours are left alone unless `again`. Raises InputError for too many at
        once, SiteBudgetError when the day's budget is spent, StoreError.
        """
        asked = list(dict.fromkeys(hosts))
        if len(asked) > MAX_AT_ONCE:
            raise InputError(f"At most {MAX_AT_ONCE} sites are looked at in one go; these are {len(asked)}.")
        now = self._clock()
        fresh = [] if again else await self._database.read(_fresh, asked, since=now - FRESH)
        known = {look.host for look in fresh}
        wanted = [host for host in asked if host not in known]
        if wanted:
            await self._refuse_beyond_budget(len(wanted), now=now)
        together = asyncio.Semaphore(TOGETHER)

        async def one(host: str) -> LookedAt:
            async with together:
                return await look_at(self._http, host, now=self._clock(), ports=self._ports)

        seen = await asyncio.gather(*(one(host) for host in wanted))
        new = await self._database.write(keep, seen) if seen else []
        for look in seen:
            log.info(
                "looked at %s: %d marks, %d requests, %d bytes",
                look.host,
                len(look.marks),
                look.requests,
                look.received,
            )
        return Looks(done=tuple(zip(seen, new, strict=True)), fresh=tuple(fresh))

    async def _refuse_beyond_budget(self, wanted: int, *, now: datetime) -> None:
        spent = await self._database.read(looks_since, now - DAY)
        if spent + wanted > self._per_day:
            raise SiteBudgetError(
                f"Within 24 hours {self._per_day} web sites may be looked at (`platforms.sites_per_day`), "
                f"and {spent} have been. Try again later."
            )


def keep(connection: sqlite3.Connection, looks: Sequence[LookedAt]) -> list[int]:
    """Write looks; return for each how many marks are new. Run it inside one write transaction."""
    new: list[int] = []
    for look in looks:
        marks, links = look.records
        new.append(sum(record_marks(connection, each) for each in marks))
        for each in links:
            record_site(connection, each)
    return new


def _fresh(connection: sqlite3.Connection, hosts: Sequence[str], *, since: datetime) -> list[HeldLook]:
    return [look for look in looks_held(connection, hosts) if look.looked_at >= since]


@contextlib.asynccontextmanager
async def open_sites(
    database: Database, *, contact: str, clock: Callable[[], datetime], per_day: int = PER_DAY
) -> AsyncGenerator[SiteService, None]:
    """Open the service with a fetcher of its own, which is closed with it."""
    http = SafeHttp(clock=clock, contact=contact)
    try:
        yield SiteService(database, http, clock=clock, per_day=per_day)
    finally:
        http.close()
