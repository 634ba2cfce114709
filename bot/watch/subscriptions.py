"""Subscriptions as members use them: made, changed, tested, ended; alerts acknowledged, snoozed, muted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.checks.service import Clock
from bot.errors import InputError
from bot.store.database import Database
from bot.store.records import AccountId
from bot.store.watch_alerts import acknowledge, alerts_of_message, put_alert, put_delivery
from bot.store.watch_lists import items_of, list_by_id, pause_guild
from bot.store.watch_outbox import outgoing_by_nonce, want_again
from bot.store.watch_records import (
    Alert,
    Event,
    EventKind,
    Outgoing,
    Subscription,
    SubscriptionId,
    Terms,
    Watchlist,
)
from bot.store.watch_subscriptions import (
    change_terms,
    count_in,
    end_subscription,
    put_mute,
    put_subscription,
    same_subscription,
    subscription_by_id,
    subscriptions_in,
    subscriptions_of_list,
    subscriptions_of_user,
    unmute,
)
from bot.watch.facts import told
from bot.watch.kinds import severity_of
from bot.watch.lists import Limits
from bot.watch.sentences import tell

REMOVED = "the bot was removed from the server"


class Subscriptions:
    """Who hears of what. Every refusal is an InputError with a sentence for the member."""

    def __init__(self, database: Database, *, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits

    async def subscribe(
        self,
        watchlist: Watchlist,
        *,
        user_id: int,
        channel_id: int | None,
        made_in: int,
        terms: Terms,
    ) -> tuple[Subscription, bool]:
        """Tell a channel, or the member by direct message, of a list; the same again changes the terms.

        Returns the subscription and whether it is new.
        """
        draft = Subscription(
            subscription_id=SubscriptionId(0),
            watchlist_id=watchlist.watchlist_id,
            user_id=user_id,
            channel_id=channel_id,
            made_in=made_in,
            terms=terms,
            created_at=self._clock(),
        )
        limit = self._limits.subscriptions
        return await self._database.write_lasting(_subscribe, watchlist, draft=draft, limit=limit)

    async def end(self, subscription_id: SubscriptionId, *, why: str = "ended by a member") -> bool:
        """End a subscription; False where it had ended."""
        return await self._database.write_lasting(
            end_subscription, subscription_id, at=self._clock(), why=why
        )

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Return a subscription, ended or not."""
        return await self._database.read(subscription_by_id, subscription_id)

    async def mine(self, user_id: int, *, guild_id: int | None) -> list[tuple[Subscription, Watchlist]]:
        """Return a member's subscriptions in a server (None: everywhere), each with its list."""
        return await self._database.read(_with_lists, user_id, guild_id=guild_id)

    async def of_list(self, watchlist: Watchlist) -> list[Subscription]:
        """Return who hears of a list."""
        return await self._database.read(subscriptions_of_list, watchlist.watchlist_id)

    async def test(self, watchlist: Watchlist, *, only: Sequence[SubscriptionId] = ()) -> int:
        """Send a test alert to those who hear of a list, or to some of them; return to how many."""
        return await self._database.write_lasting(_test, watchlist, only=tuple(only), now=self._clock())

    async def message(self, nonce: str) -> tuple[Outgoing, tuple[Alert, ...], Subscription | None] | None:
        """Return the message whose buttons carry a nonce, with what it tells; None where it is gone."""
        return await self._database.read(_message, nonce)

    async def acknowledge(self, outgoing: Outgoing, *, user_id: int, comment: str | None) -> None:
        """Mark what a message tells as seen, in all places that were told of it."""
        await self._database.write_lasting(
            _acknowledge, outgoing, user_id=user_id, comment=comment, now=self._clock()
        )

    async def mute(
        self,
        subscription_id: SubscriptionId,
        pairs: Sequence[tuple[AccountId, EventKind | None]],
        *,
        until: datetime | None,
        by: int,
    ) -> None:
        """Say nothing more of these: for good, or not before `until`."""
        await self._database.write_lasting(
            _mute, subscription_id, pairs=tuple(pairs), until=until, by=by, now=self._clock()
        )

    async def unmute(self, subscription_id: SubscriptionId) -> int:
        """Lift every mute and snooze of a subscription; return how many those were."""
        return await self._database.write_lasting(unmute, subscription_id)

    async def left(self, guild_id: int) -> int:
        """The bot was removed from a server: end its subscriptions, pause its lists."""
        return await self._database.write_lasting(left_server, guild_id, now=self._clock())


def left_server(connection: sqlite3.Connection, guild_id: int, *, now: datetime) -> int:
    """End all subscriptions of a server and pause its lists; return how many subscriptions that were."""
    pause_guild(connection, guild_id, at=now, why=REMOVED)
    ended = subscriptions_in(connection, guild_id)
    for subscription in ended:
        end_subscription(connection, subscription.subscription_id, at=now, why=REMOVED)
    return len(ended)


def _subscribe(
    connection: sqlite3.Connection, watchlist: Watchlist, *, draft: Subscription, limit: int
) -> tuple[Subscription, bool]:
    held = same_subscription(
        connection,
        watchlist.watchlist_id,
        channel_id=draft.channel_id,
        user_id=draft.user_id or 0,
    )
    if held is not None:
        change_terms(connection, held.subscription_id, terms=draft.terms)
        changed = subscription_by_id(connection, held.subscription_id)
        return changed or held, False
    if count_in(connection, watchlist.guild_id) >= limit:
        raise InputError(f"This server has {limit} subscriptions, and no more are allowed. End one first.")
    number = put_subscription(connection, draft)
    made = subscription_by_id(connection, number)
    return made or draft, True


def _with_lists(
    connection: sqlite3.Connection, user_id: int, *, guild_id: int | None
) -> list[tuple[Subscription, Watchlist]]:
    found: list[tuple[Subscription, Watchlist]] = []
    for subscription in subscriptions_of_user(connection, user_id, guild_id=guild_id):
        watchlist = list_by_id(connection, subscription.watchlist_id)
        if watchlist is not None:
            found.append((subscription, watchlist))
    return found


def _test(
    connection: sqlite3.Connection,
    watchlist: Watchlist,
    *,
    only: tuple[SubscriptionId, ...],
    now: datetime,
) -> int:
    items = items_of(connection, watchlist.watchlist_id)
    if not items:
        raise InputError("There is no account on this watchlist yet. /watchlist add puts one on it.")
    item = items[0]
    event = Event(
        kind=EventKind.TEST,
        key=f"test:{now.isoformat()}",
        happened_at=now,
        told=told(item.ref, EventKind.TEST, what=tell("test")),
    )
    severity = severity_of(event, {})
    if severity is None:
        return 0
    number = put_alert(
        connection, watchlist.watchlist_id, item.account_id, event=event, severity=severity, now=now
    )
    wanted = [
        each
        for each in subscriptions_of_list(connection, watchlist.watchlist_id)
        if not only or each.subscription_id in only
    ]
    for subscription in wanted:
        if number is not None:
            put_delivery(connection, number, subscription.subscription_id, due=now, held=False)
    return len(wanted)


def _message(
    connection: sqlite3.Connection, nonce: str
) -> tuple[Outgoing, tuple[Alert, ...], Subscription | None] | None:
    outgoing = outgoing_by_nonce(connection, nonce)
    if outgoing is None:
        return None
    subscription = None
    if outgoing.subscription_id is not None:
        subscription = subscription_by_id(connection, outgoing.subscription_id)
    alerts = alerts_of_message(connection, outgoing.outgoing_id, revision=outgoing.wanted)
    return outgoing, tuple(alerts), subscription


def _acknowledge(
    connection: sqlite3.Connection,
    outgoing: Outgoing,
    *,
    user_id: int,
    comment: str | None,
    now: datetime,
) -> None:
    acknowledge(connection, outgoing.outgoing_id, user_id=user_id, comment=comment, at=now)
    want_again(connection, outgoing.outgoing_id, now=now)


def _mute(
    connection: sqlite3.Connection,
    subscription_id: SubscriptionId,
    *,
    pairs: tuple[tuple[AccountId, EventKind | None], ...],
    until: datetime | None,
    by: int,
    now: datetime,
) -> None:
    for account_id, kind in pairs:
        put_mute(connection, subscription_id, account_id, kind=kind, until=until, made_by=by, now=now)
