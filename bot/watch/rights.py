"""Who may do what with watchlists, asked again in the transaction of each act."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.errors import InputError, NotAllowedError
from bot.store.watch_lists import list_by_id
from bot.store.watch_records import Subscription, SubscriptionId, Watchlist, WatchlistId
from bot.store.watch_subscriptions import subscription_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who wants something, with what Discord says of their rights at this moment.

    `operator`: whoever runs Masthead, at the command line, who may do everything.
    """

    user_id: int | None = None
    roles: frozenset[int] = frozenset()
    manages_server: bool = False
    manages_channels: bool = False
    manages_messages: bool = False
    operator: bool = False


OPERATOR = Asker(operator=True)
DELETED = "This watchlist was deleted meanwhile. /watchlist show tells which there are."


def may_edit(watchlist: Watchlist, asker: Asker) -> bool:
    """Whether somebody may change a list: its maker, one of its roles, or whoever manages the server."""
    own = asker.user_id is not None and asker.user_id == watchlist.created_by
    trusted = asker.operator or asker.manages_server
    return trusted or own or bool(asker.roles.intersection(watchlist.editor_roles))


def demand_create(asker: Asker) -> None:
    """Raise NotAllowedError unless somebody may make lists: what is watched is moderators' matter."""
    if asker.operator or asker.manages_server or asker.manages_channels or asker.manages_messages:
        return
    raise NotAllowedError(
        "To make a watchlist you need the permission Manage Server, Manage Channels or Manage Messages. "
        "Ask somebody who has it, and to give your role the right to edit (/watchlist tune)."
    )


def demand_edit(watchlist: Watchlist, asker: Asker) -> None:
    """Raise NotAllowedError unless somebody may change the list."""
    if may_edit(watchlist, asker):
        return
    who = "its maker, members with its editor roles" if watchlist.editor_roles else "its maker"
    raise NotAllowedError(
        f"Only {who} and those who may manage the server can change this watchlist. "
        "They can give your role the right with /watchlist tune."
    )


def demand_place(watchlist: Watchlist, asker: Asker) -> None:
    """Raise NotAllowedError unless somebody may decide what a channel hears of."""
    if asker.manages_channels or may_edit(watchlist, asker):
        return
    raise NotAllowedError(
        "To subscribe a channel you need Manage Channels, or the right to change this watchlist. "
        "Subscribing by direct message is open to everybody: choose `direct`."
    )


def demand_hush(watchlist: Watchlist | None, subscription: Subscription, asker: Asker) -> None:
    """Raise NotAllowedError unless somebody may decide what a subscription leaves out."""
    own = asker.user_id is not None and asker.user_id == subscription.user_id
    if own or asker.operator or asker.manages_messages:
        return
    if watchlist is not None and may_edit(watchlist, asker):
        return
    raise NotAllowedError(
        "Only whoever made this subscription, editors of the watchlist and those with Manage Messages can "
        "quieten it. Your own /subscribe by direct message has its own rules."
    )


def editable(connection: sqlite3.Connection, watchlist_id: WatchlistId, *, asker: Asker) -> Watchlist:
    """Return a list as it is now. Raises NotAllowedError, and InputError where it is gone."""
    held = list_by_id(connection, watchlist_id)
    if held is None:
        raise InputError(DELETED)
    demand_edit(held, asker)
    return held


def hushable(
    connection: sqlite3.Connection, subscription_id: SubscriptionId, *, asker: Asker
) -> Subscription:
    """Return a subscription that somebody may quieten.

    Raises NotAllowedError, and InputError where it has ended.
    """
    held = subscription_by_id(connection, subscription_id)
    if held is None or held.ended_at is not None:
        raise InputError("This subscription has ended, so there is nothing to quieten. /subscribe makes one.")
    demand_hush(list_by_id(connection, held.watchlist_id), held, asker)
    return held


def endable(connection: sqlite3.Connection, subscription_id: SubscriptionId, *, asker: Asker) -> Subscription:
    """Return a subscription that somebody may end: their own, or a channel's that they decide for.

    Raises NotAllowedError, and InputError where there is none.
    """
    held = subscription_by_id(connection, subscription_id)
    if held is None:
        raise InputError("There is no such subscription any more. /alerts shows what you subscribed to.")
    own = asker.user_id is not None and asker.user_id == held.user_id
    if own or asker.operator:
        return held
    watchlist = list_by_id(connection, held.watchlist_id)
    if held.channel_id is not None and watchlist is not None:
        demand_place(watchlist, asker)
        return held
    raise NotAllowedError("This is not your subscription. /alerts shows yours.")
