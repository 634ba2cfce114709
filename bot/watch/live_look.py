"""A look at the live platform, where one is switched on for the account."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.accounts import AccountRef
from bot.checks.service import Clock
from bot.errors import (
    PlatformError,
    PlatformUnreachableError,
    RateLimitedError,
    SpendLimitError,
)
from bot.platforms.look import Look
from bot.platforms.service import PlatformService
from bot.registry.names import PLATFORM_NAMES
from bot.store.database import Database
from bot.store.watch_streams import asked_anew
from bot.watch.changes import AWAY

# Posts of so many days are asked for; what is held already is not fetched again.
DAYS = 7
WAIT_S = 60.0
# A profile that is older after a look was not given by it: connectors keep one for 15 minutes.
FRESH = timedelta(minutes=30)
# What kept posts from being read although the profile was: asking again helps.
PASSING = (RateLimitedError, SpendLimitError, PlatformUnreachableError)


class PlatformLook:
    """Asks the platforms through their connectors; accounts elsewhere are compared as they are stored."""

    def __init__(self, platforms: PlatformService, *, database: Database, clock: Clock) -> None:
        self._platforms = platforms
        self._database = database
        self._clock = clock

    def is_live(self, account: AccountRef) -> bool:
        """Whether a connector is switched on that may be asked without anybody seeing a price first."""
        connector = self._platforms.connectors.get(account.platform)
        return connector is not None and not connector.terms.price

    async def look(self, account: AccountRef, *, payers: Sequence[int]) -> None:
        """Fetch and store. Raises PlatformError, of the class of what went wrong.

        One of the servers that watch the account pays. What an account *is* (gone, private) is no error.
        """
        place = await self._platforms.payer(account.platform, [str(payer) for payer in payers])
        if place is None:
            name = PLATFORM_NAMES[account.platform]
            raise SpendLimitError(
                f"What a server may spend on watching {name} in an hour is used up; "
                "the rest is kept for what its members ask."
            )
        # Where a stream told of something, an answer from before that would not show it.
        anew = await self._database.read(asked_anew, account)
        found = await self._platforms.look(account, days=DAYS, wait_s=WAIT_S, place=place, anew=anew)
        if found.rest is not None:
            # The fetch goes on in the background and is stored; the next look compares it.
            await asyncio.wait({found.rest}, timeout=WAIT_S)
            if found.rest.done() and not found.rest.cancelled():
                found = found.rest.result()
        self._judge(found)

    def _judge(self, found: Look) -> None:
        if found.state is not None and found.state.value in AWAY:
            return
        fresh = found.looked_at is not None and self._clock() - found.looked_at < FRESH
        if fresh and not isinstance(found.error, PASSING):
            return
        if found.error is not None:
            raise found.error
        if found.problems:
            raise PlatformError(found.problems[0])
        raise PlatformUnreachableError("The platform did not answer in time.")
