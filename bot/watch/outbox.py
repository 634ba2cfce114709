"""Brings messages to Discord: in order for each place, again after failures, once as far as Discord allows.

What is promised, and how, stands in docs/alerts.md. In short: a row says that a request is about to leave
before it leaves; after a doubt the channel is searched for the message, by an id in its buttons, before it is
sent again with the same nonce.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from datetime import datetime, timedelta

from bot.checks.service import Clock
from bot.store.database import Database
from bot.store.watch_alerts import alerts_of_message, next_due
from bot.store.watch_outbox import (
    failed,
    later,
    message_gone,
    next_sending,
    outgoing_by_id,
    ready,
    trying,
    was_sent,
)
from bot.store.watch_records import Outgoing, OutgoingId
from bot.store.watch_subscriptions import subscription_by_id
from bot.watch.compose import compose
from bot.watch.courier import Courier, DeliveryError, Letter, Placed, Trouble
from bot.watch.endings import person_gone, places_gone
from bot.watch.pacing import Pace

log = logging.getLogger(__name__)

# Places served at once.
AT_ONCE = 16
# Discord remembers nonces "for a few minutes": within this, a repetition makes no second message.
NONCE_MEMORY = timedelta(minutes=2)
# A search that fails is repeated for so long. It may never succeed: a card in the channel's history breaks
# the listing (discord-api-docs#8611).
SEARCH_FOR = timedelta(minutes=15)
# How far our clock and Discord's may differ when a channel is searched.
SKEW = timedelta(minutes=5)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 300.0
NOT_ALLOWED_WAIT_S = 300.0
LONGEST_NOT_ALLOWED_S = 3600.0
GIVE_UP = {Trouble.NOT_ALLOWED: timedelta(hours=24), Trouble.UNSURE: timedelta(days=3)}
# A wake-up is missed by nobody for longer than this.
NAP_S = 30.0


class Outbox:
    """One task that composes, sends and retries. `wake` says that there may be something new."""

    def __init__(
        self, database: Database, courier: Courier, *, clock: Clock, pace: Pace | None = None
    ) -> None:
        self._database = database
        self._courier = courier
        self._clock = clock
        # None: the courier takes whatever comes.
        self._pace = pace
        self._news = asyncio.Event()
        self._at_work: dict[str, asyncio.Task[None]] = {}
        # When the outbox last found nothing left to do at once; None before the first time.
        self.drained_at: datetime | None = None

    def wake(self) -> None:
        """Look for work at once."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                wait_s = NAP_S
                try:
                    wait_s = await self._step()
                except Exception:
                    log.exception("the outbox could not work; trying again")
                    wait_s = FIRST_WAIT_S
                await self._rest(wait_s)
        finally:
            await self._stop()

    async def drain(self) -> None:
        """Do all that can be done now and return; for tests and the command line."""
        while True:
            self._news.clear()
            await self._step()
            if self._at_work:
                await asyncio.wait(self._at_work.values(), return_when=asyncio.FIRST_COMPLETED)
                continue
            if not self._news.is_set():
                return

    async def _step(self) -> float:
        """Start what is ready; return the seconds until there is more to do."""
        now = self._clock()
        while await self._database.read(next_due_by, now):
            await self._database.write_lasting(compose, now=now)
        held_s = await self._start(now)
        if not self._at_work and held_s is None:
            self.drained_at = now
        upcoming = [
            at
            for at in (await self._database.read(next_due), await self._database.read(next_sending))
            if at is not None
        ]
        if held_s is not None:
            return min(held_s, NAP_S)
        if self._at_work or not upcoming:
            return NAP_S
        return min(max((min(upcoming) - self._clock()).total_seconds(), 0.0), NAP_S)

    async def _start(self, now: datetime) -> float | None:
        """Serve what may leave now; return the seconds until more may, None where nothing is held back."""
        pace = self._pace
        free = AT_ONCE - len(self._at_work)
        busy = list(self._at_work)
        if pace is not None:
            free = min(free, pace.free())
            busy += pace.resting()
        if free > 0:
            for outgoing in await self._database.read(ready, now=now, busy=busy, limit=free):
                if pace is not None:
                    pace.leaves(outgoing.place)
                task = asyncio.create_task(self._serve(outgoing), name=f"alert-{outgoing.outgoing_id}")
                self._at_work[outgoing.place] = task
        return None if pace is None else pace.wait_s()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        finally:
            self._news.clear()

    async def _stop(self) -> None:
        for task in self._at_work.values():
            task.cancel()
        await asyncio.gather(*self._at_work.values(), return_exceptions=True)

    async def _serve(self, outgoing: Outgoing) -> None:
        try:
            await self._deliver(outgoing)
        except Exception:
            log.exception("message %d could not be handled", outgoing.outgoing_id)
            at = self._clock() + timedelta(seconds=LONGEST_WAIT_S)
            await self._database.write_lasting(
                later, outgoing.outgoing_id, at=at, code=None, error="internal error", may_exist=True
            )
        finally:
            del self._at_work[outgoing.place]
            self._news.set()

    async def _deliver(self, outgoing: Outgoing) -> None:
        number = outgoing.outgoing_id
        if outgoing.message_id is not None and outgoing.channel_id is not None:
            await self._edit(outgoing, Placed(channel_id=outgoing.channel_id, message_id=outgoing.message_id))
            return
        try:
            if outgoing.tried_at is not None and await self._found(outgoing, since=outgoing.tried_at):
                return
            # From here on the first version is fixed: further hits become another one.
            await self._database.write_lasting(trying, number, at=self._clock())
            letter = await self._database.read(letter_of, number, revision=1)
            placed = await self._courier.send(letter)
        except DeliveryError as error:
            await self._trouble(outgoing, error)
            return
        await self._note(number, placed, revision=1)

    async def _found(self, outgoing: Outgoing, *, since: datetime) -> bool:
        """Whether an earlier attempt did make the message after all."""
        letter = await self._database.read(letter_of, outgoing.outgoing_id, revision=1)
        try:
            placed = await self._courier.find(letter, since=since - SKEW)
        except DeliveryError as error:
            if error.trouble in {Trouble.PERSON_GONE, Trouble.PLACE_GONE, Trouble.TOO_FAST}:
                raise
            # The channel cannot be searched. Within Discord's memory the nonce alone prevents a second
            # message; after it, one that may be a repetition is better than none.
            age = self._clock() - since
            if error.trouble is Trouble.UNSURE and NONCE_MEMORY < age < SEARCH_FOR:
                raise
            if age > NONCE_MEMORY:
                log.warning(
                    "message %d may arrive twice: its channel cannot be searched (%s)",
                    outgoing.outgoing_id,
                    error.reason,
                )
            return False
        if placed is None:
            return False
        await self._note(outgoing.outgoing_id, placed, revision=1)
        return True

    async def _edit(self, outgoing: Outgoing, placed: Placed) -> None:
        number = outgoing.outgoing_id
        letter = await self._database.read(letter_of, number, revision=outgoing.wanted)
        try:
            await self._courier.edit(letter, placed)
        except DeliveryError as error:
            if error.trouble is Trouble.MESSAGE_GONE:
                await self._database.write_lasting(message_gone, number, revision=outgoing.sent)
                return
            await self._trouble(outgoing, error)
            return
        await self._note(number, placed, revision=outgoing.wanted)

    async def _note(self, number: OutgoingId, placed: Placed, *, revision: int) -> None:
        await self._database.write_lasting(
            was_sent,
            number,
            revision=revision,
            channel_id=placed.channel_id,
            message_id=placed.message_id,
            at=self._clock(),
        )

    async def _trouble(self, outgoing: Outgoing, error: DeliveryError) -> None:
        now = self._clock()
        log.info("message %d: %s (%s)", outgoing.outgoing_id, error.trouble, error.reason)
        await self._database.write_lasting(after_trouble, outgoing, error=error, now=now)


def next_due_by(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether anything waits that is due."""
    due = next_due(connection)
    return due is not None and due <= now


def letter_of(connection: sqlite3.Connection, outgoing_id: OutgoingId, *, revision: int) -> Letter:
    """Return a message as one of its versions says it. Raises LookupError where it is no longer held."""
    outgoing = outgoing_by_id(connection, outgoing_id)
    if outgoing is None:
        raise LookupError(f"message {outgoing_id} is no longer held")
    subscription = None
    if outgoing.subscription_id is not None:
        subscription = subscription_by_id(connection, outgoing.subscription_id)
    return Letter(
        outgoing=outgoing,
        alerts=tuple(alerts_of_message(connection, outgoing_id, revision=revision)),
        subscription=subscription,
    )


def after_trouble(
    connection: sqlite3.Connection, outgoing: Outgoing, *, error: DeliveryError, now: datetime
) -> None:
    """Write what a failure means: later, never, or the end of a subscription with a word about it."""
    number = outgoing.outgoing_id
    match error.trouble:
        case Trouble.PERSON_GONE:
            failed(connection, number, at=now, code=error.code, error=error.reason)
            person_gone(connection, outgoing.place, now=now)
        case Trouble.PLACE_GONE:
            failed(connection, number, at=now, code=error.code, error=error.reason)
            if outgoing.place.startswith("channel:"):
                places_gone(connection, [int(outgoing.place.partition(":")[2])], now=now)
        case Trouble.REFUSED | Trouble.MESSAGE_GONE:
            failed(connection, number, at=now, code=error.code, error=error.reason)
        case Trouble.NOT_ALLOWED | Trouble.TOO_FAST | Trouble.UNSURE:
            patience = GIVE_UP.get(error.trouble)
            if patience is not None and now - outgoing.made_at > patience and outgoing.message_id is None:
                failed(connection, number, at=now, code=error.code, error=error.reason)
                return
            wait = timedelta(seconds=wait_s(error, attempts=outgoing.attempts + 1))
            unsure = error.trouble is Trouble.UNSURE
            # What an earlier attempt left in doubt stays in doubt.
            doubt = unsure or outgoing.tried_at is not None
            later(connection, number, at=now + wait, code=error.code, error=error.reason, may_exist=doubt)


def wait_s(error: DeliveryError, *, attempts: int) -> float:
    """Return how long to wait: what Discord says, else twice as long each time."""
    if error.retry_after is not None:
        return error.retry_after
    if error.trouble is Trouble.NOT_ALLOWED:
        return min(NOT_ALLOWED_WAIT_S * 2 ** min(attempts - 1, 8), LONGEST_NOT_ALLOWED_S)
    return min(FIRST_WAIT_S * 2 ** min(attempts - 1, 12), LONGEST_WAIT_S)
