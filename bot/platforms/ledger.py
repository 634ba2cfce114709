"""Who pays for a request: our own limits on requests, and a platform's on money or quota."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from bot.errors import SpendLimitError
from bot.platforms.contract import Scope, Terms
from bot.platforms.pacing import Clock
from bot.platforms.settings import PlatformsConfig
from bot.registry.names import PLATFORM_NAMES
from bot.store.database import Database
from bot.store.spending import Cap, Refusal, SpendId, charge, settle

REQUESTS = "requests"
HOUR = timedelta(hours=1)
# The command line counts as a place of its own.
COMMAND_LINE = "command-line"


class StoreLedger:
    """The ledger of one platform for one place, kept in the store."""

    def __init__(
        self, database: Database, *, terms: Terms, settings: PlatformsConfig, place: str, clock: Clock
    ) -> None:
        self._database = database
        self._terms = terms
        self._settings = settings
        self._place = place
        self._clock = clock

    async def charge(self, *, cost: int, what: str) -> SpendId | None:
        """Charge a request, and `cost` units where calls have a price. Raises SpendLimitError."""
        return await self._database.write_lasting(self._charge, cost, what)

    async def settle(self, spend_id: SpendId, *, cost: int) -> None:
        """Correct the units of a charge."""
        await self._database.write_lasting(settle, spend_id, amount=cost)

    def _charge(self, connection: sqlite3.Connection, cost: int, what: str) -> SpendId | None:
        now = self._clock()
        platform = self._terms.platform
        for unit, amount, caps in (
            (REQUESTS, 1, self._request_caps(now)),
            (self._terms.unit, cost, self._unit_caps(now)),
        ):
            if unit is None or not amount:
                continue
            charged = charge(
                connection,
                platform,
                unit=unit,
                amount=amount,
                place=self._place,
                what=what,
                caps=tuple(caps),
                at=now,
            )
            if isinstance(charged, Refusal):
                # Raised inside the transaction, so that the request before it is not charged either.
                raise SpendLimitError(self._sentence(unit, charged, caps))
            if unit != REQUESTS:
                return charged
        return None

    def _request_caps(self, now: datetime) -> dict[Cap, str]:
        settings = self._settings
        return {
            Cap(amount=settings.requests_per_hour, since=now - HOUR): "for this hour",
            Cap(
                amount=settings.requests_per_server_hour, since=now - HOUR, place=self._place
            ): "of this server for this hour",
        }

    def _unit_caps(self, now: datetime) -> dict[Cap, str]:
        return {
            Cap(
                amount=limit.amount,
                since=limit.since(now),
                place=self._place if limit.scope is Scope.PLACE else None,
            ): f"{'of this server ' if limit.scope is Scope.PLACE else ''}for {limit.period}"
            for limit in self._terms.limits
        }

    def _sentence(self, unit: str, refusal: Refusal, caps: dict[Cap, str]) -> str:
        name = PLATFORM_NAMES[self._terms.platform]
        what = {"requests": "requests", "usd_micros": "money"}.get(unit, unit)
        return f"The allowance of {what} to {name} {caps[refusal.cap]} is used up, so nothing more was asked."
