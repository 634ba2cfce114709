"""Subscriptions as members use them: made, changed, tested, ended; alerts acknowledged, snoozed, muted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.checks.service import Clock
from bot.errors import InputError
from bot.store.database import Database
from bot.store.records import AccountId
from bot.store.watch_alerts import acknowledge, alerts_of_message
from bot.store.watch_lists import list_by_id
from bot.store.watch_outbox import outgoing_by_nonce, put_outgoing, want_again
from bot.store.watch_records import (
    Alert,
    EventKind,
    Notice,
    Outgoing,
    OutgoingKind,
    Subscription,
    SubscriptionId,
    Terms,
    Watchlist,
    WatchlistId,
)
from bot.store.watch_subscriptions import (
    change_terms,
    count_in,
    end_subscription,
    ended_of_user,
    lift_mute,
    put_mute,
    put_subscription,
    same_subscription,
    subscription_by_id,
    subscriptions_of_list,
    subscriptions_of_user,
    unmute,
)
from bot.watch.endings import left_server, places_gone
from bot.watch.lists import Limits
from bot.watch.rights import DELETED, OPERATOR, Asker, demand_place, editable, endable, hushable
from bot.watch.sentences import test_of

# For so long /alerts tells what ended by itself.
LATELY = timedelta(days=30)


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
        asker: Asker = OPERATOR,
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
        return await self._database.write_lasting(_subscribe, draft=draft, limit=limit, asker=asker)

    async def end(self, subscription_id: SubscriptionId, *, asker: Asker = OPERATOR) -> bool:
        """End a subscription; False where it had ended."""
        return await self._database.write_lasting(_end, subscription_id, asker=asker, at=self._clock())

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Return a subscription, ended or not."""
        return await self._database.read(subscription_by_id, subscription_id)

    async def mine(self, user_id: int, *, guild_id: int | None) -> list[tuple[Subscription, Watchlist]]:
        """Return a member's subscriptions in a server (None: everywhere), each with its list."""
        return await self._database.read(_with_lists, user_id, guild_id=guild_id)

    async def of_list(self, watchlist: Watchlist) -> list[Subscription]:
        """Return who hears of a list."""
        return await self._database.read(subscriptions_of_list, watchlist.watchlist_id)

    async def test(self, watchlist: Watchlist, *, asker: Asker = OPERATOR) -> int:
        """Send a test to everybody who hears of a list; return to how many."""
        return await self._database.write_lasting(
            _test_all, watchlist.watchlist_id, asker=asker, now=self._clock()
        )

    async def test_one(self, subscription_id: SubscriptionId, *, asker: Asker = OPERATOR) -> Subscription:
        """Send a test to one subscription, as whoever made it or may end it; return it."""
        return await self._database.write_lasting(_test_one, subscription_id, asker=asker, now=self._clock())

    async def message(self, nonce: str) -> tuple[Outgoing, tuple[Alert, ...], Subscription | None] | None:
        """Return the message whose buttons carry a nonce, with what it tells; None where it is gone."""
        return await self._database.read(_message, nonce)

    async def acknowledge(self, outgoing: Outgoing, *, user_id: int, comment: str | None) -> None:
        """Mark what a message tells as seen, in all places that were told of it.

        Raises InputError where somebody else was faster: the first word stands.
        """
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
        asker: Asker = OPERATOR,
    ) -> None:
        """Say nothing more of these: for good, or not before `until`."""
        await self._database.write_lasting(
            _mute,
            subscription_id,
            pairs=tuple(pairs),
            until=until,
            by=by,
            asker=asker,
            now=self._clock(),
        )

    async def unmute(self, subscription_id: SubscriptionId, *, asker: Asker = OPERATOR) -> int:
        """Lift every mute and snooze of a subscription; return how many those were."""
        return await self._database.write_lasting(_unmute, subscription_id, asker=asker)

    async def lift(
        self, subscription_id: SubscriptionId, accounts: Sequence[AccountId], *, asker: Asker = OPERATOR
    ) -> int:
        """Let a subscription hear of accounts again; return how many mutes and snoozes that were."""
        return await self._database.write_lasting(
            _lift, subscription_id, accounts=tuple(accounts), asker=asker
        )

    async def lost(self, user_id: int) -> list[tuple[Subscription, Watchlist]]:
        """Return what a member made that ended lately without them, each with its list."""
        return await self._database.read(_lost, user_id, since=self._clock() - LATELY)

    async def place_gone(self, channel_ids: Sequence[int]) -> int:
        """Channels were deleted: end what tells them, with a word to the owner; return how many that were."""
        return await self._database.write_lasting(places_gone, tuple(channel_ids), now=self._clock())

    async def left(self, guild_id: int) -> int:
        """The bot was removed from a server: end its subscriptions, pause its lists."""
        return await self._database.write_lasting(left_server, guild_id, now=self._clock())


def _subscribe(
    connection: sqlite3.Connection, *, draft: Subscription, limit: int, asker: Asker
) -> tuple[Subscription, bool]:
    watchlist = list_by_id(connection, draft.watchlist_id)
    if watchlist is None:
        raise InputError(DELETED)
    if draft.channel_id is not None:
        demand_place(watchlist, asker)
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
        raise InputError(
            f"This server has {limit} subscriptions, and no more are allowed. End one first (/alerts, "
            "/unsubscribe), or ask whoever runs Masthead to raise the limit."
        )
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


def _end(
    connection: sqlite3.Connection, subscription_id: SubscriptionId, *, asker: Asker, at: datetime
) -> bool:
    endable(connection, subscription_id, asker=asker)
    return end_subscription(connection, subscription_id, at=at, why="ended by a member")


def _test_all(
    connection: sqlite3.Connection, watchlist_id: WatchlistId, *, asker: Asker, now: datetime
) -> int:
    watchlist = editable(connection, watchlist_id, asker=asker)
    hearing = subscriptions_of_list(connection, watchlist_id)
    for subscription in hearing:
        _put_test(connection, subscription, name=watchlist.name, now=now)
    return len(hearing)


def _test_one(
    connection: sqlite3.Connection, subscription_id: SubscriptionId, *, asker: Asker, now: datetime
) -> Subscription:
    subscription = endable(connection, subscription_id, asker=asker)
    watchlist = list_by_id(connection, subscription.watchlist_id)
    if subscription.ended_at is not None or watchlist is None:
        raise InputError("This subscription has ended, so there is nothing to test. /subscribe makes one.")
    _put_test(connection, subscription, name=watchlist.name, now=now)
    return subscription


def _put_test(
    connection: sqlite3.Connection, subscription: Subscription, *, name: str, now: datetime
) -> None:
    """A test tells of no account, so that nobody takes it for news; it comes in quiet hours too."""
    put_outgoing(
        connection,
        place=subscription.place,
        kind=OutgoingKind.NOTICE,
        subscription_id=subscription.subscription_id,
        notice=Notice(text=test_of(name), test=True),
        now=now,
    )


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
    if not acknowledge(connection, outgoing.outgoing_id, user_id=user_id, comment=comment, at=now):
        raise InputError("Somebody else has acknowledged this meanwhile; the message says who.")
    want_again(connection, outgoing.outgoing_id, now=now)


def _mute(
    connection: sqlite3.Connection,
    subscription_id: SubscriptionId,
    *,
    pairs: tuple[tuple[AccountId, EventKind | None], ...],
    until: datetime | None,
    by: int,
    asker: Asker,
    now: datetime,
) -> None:
    hushable(connection, subscription_id, asker=asker)
    for account_id, kind in pairs:
        put_mute(connection, subscription_id, account_id, kind=kind, until=until, made_by=by, now=now)


def _unmute(connection: sqlite3.Connection, subscription_id: SubscriptionId, *, asker: Asker) -> int:
    hushable(connection, subscription_id, asker=asker)
    return unmute(connection, subscription_id)


def _lift(
    connection: sqlite3.Connection,
    subscription_id: SubscriptionId,
    *,
    accounts: tuple[AccountId, ...],
    asker: Asker,
) -> int:
    hushable(connection, subscription_id, asker=asker)
    return sum(lift_mute(connection, subscription_id, account_id) for account_id in accounts)


def _lost(
    connection: sqlite3.Connection, user_id: int, *, since: datetime
) -> list[tuple[Subscription, Watchlist]]:
    ended = ended_of_user(connection, user_id, since=since)
    lists = [(each, list_by_id(connection, each.watchlist_id)) for each in ended]
    return [(each, watchlist) for each, watchlist in lists if watchlist is not None]
