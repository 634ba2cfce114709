"""From an event to what waits for each subscriber, inside the transaction that keeps what was seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.store.records import AccountId
from bot.store.watch_alerts import put_alert, put_delivery
from bot.store.watch_lists import lists_holding
from bot.store.watch_records import (
    Event,
    EventKind,
    Severity,
    Subscription,
    Terms,
    Watchlist,
    WatchlistId,
)
from bot.store.watch_subscriptions import hush, subscriptions_of_list
from bot.watch.calendar import Slot, slot
from bot.watch.kinds import severity_of

# What is found after a gap is told together, a moment later, when the other accounts were looked at too.
BACKFILL_WAIT = timedelta(minutes=5)


def tell_lists(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    events: Iterable[Event],
    keywords: Mapping[WatchlistId, Event] | None = None,
    now: datetime,
    late: bool = False,
) -> int:
    """Write the alerts of an account for every list that holds it; return how many are new."""
    told = list(events)
    if not told and not keywords:
        return 0
    new = 0
    for watchlist in lists_holding(connection, account_id):
        own = (keywords or {}).get(watchlist.watchlist_id)
        for event in [*told, *([own] if own else [])]:
            new += tell_list(connection, watchlist, account_id, event=event, now=now, late=late)
    return new


def tell_list(
    connection: sqlite3.Connection,
    watchlist: Watchlist,
    account_id: AccountId,
    *,
    event: Event,
    now: datetime,
    late: bool = False,
) -> int:
    """Write one alert of one list and let it wait for those who want it; return 1 if it is new."""
    severity = severity_of(event, watchlist.severities)
    if severity is None:
        return 0
    alert_id = put_alert(
        connection, watchlist.watchlist_id, account_id, event=event, severity=severity, now=now
    )
    if alert_id is None:
        return 0
    for subscription in subscriptions_of_list(connection, watchlist.watchlist_id):
        if not wants(subscription.terms, event.kind, severity=severity):
            continue
        hushed = hush(connection, subscription.subscription_id, account_id, kind=event.kind, now=now)
        when = _slot(subscription, now=now, snoozed=hushed.until, late=late)
        put_delivery(
            connection,
            alert_id,
            subscription.subscription_id,
            due=when.at,
            held=when.held,
            muted=hushed.muted,
        )
    return 1


def wants(terms: Terms, kind: EventKind, *, severity: Severity) -> bool:
    """Whether a subscriber asked for this. That looking stopped concerns everybody: silence would mislead."""
    if kind is EventKind.PARKED:
        return True
    return severity >= terms.least and (not terms.events or kind in terms.events)


def _slot(subscription: Subscription, *, now: datetime, snoozed: datetime | None, late: bool) -> Slot:
    when = slot(subscription.terms, now=now, snoozed_until=snoozed)
    if late and not when.held:
        later = slot(subscription.terms, now=now + BACKFILL_WAIT)
        return Slot(at=later.at, held=True)
    return when
