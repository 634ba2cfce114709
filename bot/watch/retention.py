"""How long alerts are kept after they were told, and the task that deletes them then."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.checks.service import Clock
from bot.store.database import Database
from bot.store.watch_retention import forget_told

log = logging.getLogger(__name__)

# Long enough to look up what a report was based on. Never less than LEAST: dead letters are shown for a week,
# a message that cannot be delivered is tried for three days, and hits are merged for minutes.
KEEP = timedelta(days=365)
LEAST = timedelta(days=14)
EVERY_S = 6 * 3_600.0
# Alerts in one transaction: some 10 ms, for which other writers wait.
AT_ONCE = 200


async def tidy(database: Database, *, clock: Clock, keep: timedelta = KEEP) -> int:
    """Delete what was told before the time that alerts are kept; return how many rows."""
    before = clock() - max(keep, LEAST)
    gone = 0
    while deleted := await database.write(forget_told, before=before, limit=AT_ONCE):
        gone += deleted
        # Others get their turn on the loop and at the database.
        await asyncio.sleep(0)
    return gone


async def keep_tidy(database: Database, *, clock: Clock, keep: timedelta) -> None:
    """Tidy now and every few hours, until cancelled."""
    while True:
        try:
            gone = await tidy(database, clock=clock, keep=keep)
        except Exception:
            # A full disk today must not end the deleting for good.
            log.exception("old alerts could not be deleted; trying again later")
        else:
            if gone:
                log.info("tidied: %d rows of alerts told long ago deleted", gone)
        await asyncio.sleep(EVERY_S)
