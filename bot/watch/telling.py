"""From an event to what waits for each subscriber, inside the transaction that keeps what was seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.records import AccountId
from bot.store.watch_alerts import put_alert, put_delivery
from bot.store.watch_lists import lists_holding
from bot.store.watch_records import (
    AlertId,
    Event,
    EventKind,
    Severity,
    Subscription,
    Terms,
    Watchlist,
)
from bot.store.watch_subscriptions import Hush, hush, subscriptions_of_list
from bot.watch.calendar import Slot, slot
from bot.watch.kinds import severity_of
from bot.watch.strongest import PostNews

# What is found after a gap is told together, a moment later, when the other accounts were looked at too.
BACKFILL_WAIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one look came to: events of the account itself, and what its new posts are."""

    events: tuple[Event, ...] = ()
    news: PostNews | None = None

    def __bool__(self) -> bool:
        return bool(self.events or self.news)


def tell_lists(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    found: Findings,
    own: Mapping[int, Findings] | None = None,
    now: datetime,
    late: bool = False,
) -> int:
    """Write what a look found for every list that saw the account before; return how many alerts are new.

    `own` are the findings of servers whose own layer of the registry shows something else.
    """
    own = own or {}
    if not found and not any(own.values()):
        return 0
    new = 0
    for watchlist in lists_holding(connection, account_id, anew=False):
        theirs = own.get(watchlist.guild_id, found)
        for event in theirs.events:
            new += tell_list(connection, watchlist, account_id, event=event, now=now, late=late)
        if theirs.news:
            new += _tell_news(connection, watchlist, account_id, news=theirs.news, now=now, late=late)
    return new


def tell_all(connection: sqlite3.Connection, account_id: AccountId, *, event: Event, now: datetime) -> int:
    """Write an alert about the looks themselves for every list that holds an account."""
    return sum(
        tell_list(connection, watchlist, account_id, event=event, now=now)
        for watchlist in lists_holding(connection, account_id)
    )


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
        _deliver(connection, alert_id, subscription, hushed=hushed, now=now, late=late)
    return 1


def _tell_news(
    connection: sqlite3.Connection,
    watchlist: Watchlist,
    account_id: AccountId,
    *,
    news: PostNews,
    now: datetime,
    late: bool,
) -> int:
    """Write what new posts are: of each post one alert for each who hears of it, the strongest they want."""

    def weigh(event: Event) -> Severity | None:
        return severity_of(event, watchlist.severities)

    number = watchlist.watchlist_id
    # The list keeps what somebody who hears of everything is told; others may need an alert of their own.
    alerts: dict[str, AlertId | None] = {}
    whole = news.strongest(number, weigh=weigh)

    def kept(event: Event) -> AlertId | None:
        if event.key not in alerts:
            severity = weigh(event) or Severity.LOW
            alerts[event.key] = put_alert(
                connection, number, account_id, event=event, severity=severity, now=now
            )
        return alerts[event.key]

    for event in whole:
        kept(event)
    for subscription in subscriptions_of_list(connection, number):
        hushed = {
            kind: hush(connection, subscription.subscription_id, account_id, kind=kind, now=now)
            for kind in news.kinds(number)
        }

        def heard(
            event: Event, terms: Terms = subscription.terms, hushed: Mapping[EventKind, Hush] = hushed
        ) -> Severity | None:
            severity = weigh(event)
            if severity is None or hushed[event.kind].muted:
                return None
            return severity if wants(terms, event.kind, severity=severity) else None

        for event in news.strongest(number, weigh=heard):
            alert_id = kept(event)
            if alert_id is not None:
                _deliver(connection, alert_id, subscription, hushed=hushed[event.kind], now=now, late=late)
    return sum(alert_id is not None for alert_id in alerts.values())


def _deliver(
    connection: sqlite3.Connection,
    alert_id: AlertId,
    subscription: Subscription,
    *,
    hushed: Hush,
    now: datetime,
    late: bool,
) -> None:
    when = _slot(subscription, now=now, snoozed=hushed.until, late=late)
    put_delivery(
        connection,
        alert_id,
        subscription.subscription_id,
        due=when.at,
        held=when.held,
        muted=hushed.muted,
    )


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
