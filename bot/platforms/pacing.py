"""Turns at a host: no faster than its published rate, and not before the time that it named itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.errors import RateLimitedError
from bot.platforms.contract import Rate
from bot.platforms.headers import Allowance
from bot.text.inert import quoted

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]
Timer = Callable[[], float]

# Nobody waits longer than this at a command; the answer is the time to come back at.
LONGEST_WAIT_S = 30.0


class Pacer:
    """Shared by all visits, so that two checks together keep one host's rate.

    The rate is kept by the generic cell rate algorithm (ITU-T I.371): `due` is the time at which a host that
    was asked evenly would be ready again; how far it may run ahead is the burst.
    """

    def __init__(self, *, clock: Clock, sleep: Sleep = asyncio.sleep, timer: Timer = time.monotonic) -> None:
        self._clock = clock
        self._sleep = sleep
        self._timer = timer
        self._due: dict[str, float] = {}
        self._until: dict[str, datetime] = {}

    async def turn(self, host: str, rate: Rate) -> None:
        """Wait for a turn. Raises RateLimitedError instead where that would take too long."""
        wait = max(self._blocked_for(host), self._ahead(host, rate))
        if wait > LONGEST_WAIT_S:
            at = self._clock() + timedelta(seconds=wait)
            raise RateLimitedError(f"{quoted(host, limit=80)} allows no more requests for now.", retry_at=at)
        interval = rate.per_s / rate.requests
        # Taken before the wait, so that whoever comes meanwhile stands behind.
        self._due[host] = max(self._due.get(host, 0.0), self._timer()) + interval
        if wait > 0:
            await self._sleep(wait)

    def block(self, host: str, until: datetime) -> None:
        """Let nobody ask a host before an instant."""
        held = self._until.get(host)
        self._until[host] = until if held is None else max(held, until)

    def told(self, host: str, allowance: Allowance) -> None:
        """Heed what an answer said is left."""
        if allowance.is_used_up and allowance.resets_at is not None:
            self.block(host, allowance.resets_at)

    def _blocked_for(self, host: str) -> float:
        until = self._until.get(host)
        return 0.0 if until is None else (until - self._clock()).total_seconds()

    def _ahead(self, host: str, rate: Rate) -> float:
        """Seconds until the burst allows another request. A tenth of the window may come at once."""
        interval = rate.per_s / rate.requests
        burst = max(rate.requests // 10, 1) * interval
        return self._due.get(host, 0.0) + interval - burst - self._timer()
