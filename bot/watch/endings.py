"""Subscriptions that end by themselves: nobody can be told any more, and somebody hears of that."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.store.watch_lists import list_by_id, pause_guild
from bot.store.watch_outbox import put_outgoing
from bot.store.watch_records import Notice, OutgoingKind, Subscription, SubscriptionId
from bot.store.watch_subscriptions import end_subscription, subscriptions_in, subscriptions_to
from bot.watch.sentences import direct_ended, place_ended

log = logging.getLogger(__name__)

CLOSED = "direct messages cannot be delivered"
DELETED = "its channel does not exist any more"
REMOVED = "the bot was removed from the server"


def person_gone(connection: sqlite3.Connection, place: str, *, now: datetime) -> None:
    """End what tells a person by direct message; say so where each subscription was made."""
    told: dict[int, list[tuple[Subscription, str]]] = {}
    for subscription in subscriptions_to(connection, place):
        _end(connection, subscription, now=now, why=CLOSED)
        watchlist = list_by_id(connection, subscription.watchlist_id)
        held = told.setdefault(subscription.made_in, [])
        held.append((subscription, watchlist.name if watchlist else ""))
    for channel_id, ended in told.items():
        first, _ = ended[0]
        put_outgoing(
            connection,
            place=f"channel:{channel_id}",
            kind=OutgoingKind.NOTICE,
            # By it /doctor knows the server, should the channel take no messages.
            subscription_id=first.subscription_id,
            notice=Notice(text=direct_ended(name for _, name in ended), member=first.user_id),
            now=now,
        )


def places_gone(connection: sqlite3.Connection, channel_ids: Sequence[int], *, now: datetime) -> int:
    """End what tells these channels; one word to the owner of each server says which lists those were."""
    told: dict[int, list[tuple[SubscriptionId, str]]] = {}
    for channel_id in channel_ids:
        for subscription in subscriptions_to(connection, f"channel:{channel_id}"):
            _end(connection, subscription, now=now, why=DELETED)
            watchlist = list_by_id(connection, subscription.watchlist_id)
            if watchlist is not None:
                held = told.setdefault(watchlist.guild_id, [])
                held.append((subscription.subscription_id, watchlist.name))
    for guild_id, ended in told.items():
        put_outgoing(
            connection,
            place=f"owner:{guild_id}",
            kind=OutgoingKind.NOTICE,
            # By it /doctor knows the server, should the owner take no messages.
            subscription_id=ended[0][0],
            notice=Notice(text=place_ended(name for _, name in ended)),
            now=now,
        )
    return sum(len(ended) for ended in told.values())


def left_server(connection: sqlite3.Connection, guild_id: int, *, now: datetime) -> int:
    """End all subscriptions of a server and pause its lists; return how many subscriptions that were."""
    pause_guild(connection, guild_id, at=now, why=REMOVED)
    ended = subscriptions_in(connection, guild_id)
    for subscription in ended:
        _end(connection, subscription, now=now, why=REMOVED)
    return len(ended)


def _end(connection: sqlite3.Connection, subscription: Subscription, *, now: datetime, why: str) -> None:
    end_subscription(connection, subscription.subscription_id, at=now, why=why)
    log.info("subscription %d ended: %s", subscription.subscription_id, why)
