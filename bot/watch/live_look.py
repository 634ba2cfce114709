"""A look at the live platform, where one is switched on for the account."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.accounts import AccountRef
from bot.checks.service import Clock
from bot.errors import PlatformError, PlatformUnreachableError
from bot.platforms.service import PlatformService
from bot.watch.changes import AWAY

# Posts of so many days are asked for; what is held already is not fetched again.
DAYS = 7
WAIT_S = 60.0
# A profile that is older after a look was not given by it: connectors keep one for 15 minutes.
FRESH = timedelta(minutes=30)


class PlatformLook:
    """Asks the platforms through their connectors; accounts elsewhere are compared as they are stored."""

    def __init__(self, platforms: PlatformService, *, clock: Clock) -> None:
        self._platforms = platforms
        self._clock = clock

    def is_live(self, account: AccountRef) -> bool:
        """Whether a connector is switched on for the account's platform."""
        return account.platform in self._platforms.connectors

    async def look(self, account: AccountRef) -> None:
        """Fetch and store. Raises PlatformError when the platform did not give the profile."""
        found = await self._platforms.look(account, days=DAYS, wait_s=WAIT_S)
        if found.rest is not None:
            # The fetch goes on in the background and is stored; the next look compares it.
            await asyncio.wait({found.rest}, timeout=WAIT_S)
            if found.rest.done() and not found.rest.cancelled():
                found = found.rest.result()
        if found.state is not None and found.state.value in AWAY:
            return
        fresh = found.looked_at is not None and self._clock() - found.looked_at < FRESH
        if fresh:
            return
        if found.problems:
            raise PlatformError(found.problems[0])
        raise PlatformUnreachableError("The platform did not answer in time.")
