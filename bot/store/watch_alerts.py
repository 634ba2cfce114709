"""Alerts, and for which subscription each of them waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms
from bot.store.watch_records import (
    Alert,
    AlertId,
    Event,
    EventKind,
    OutgoingId,
    Severity,
    SubscriptionId,
    Told,
    WatchlistId,
)

_PUT = """
INSERT INTO alert (watchlist_id, account_id, key, kind, severity, made_ms, happened_ms, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (watchlist_id, key) DO NOTHING
"""
_COLUMNS = """
SELECT alert_id, alert.watchlist_id, watchlist.name, account_id, alert.kind, severity, alert.made_ms,
       happened_ms, told, acknowledged_by, acknowledged_ms, comment
  FROM alert JOIN watchlist USING (watchlist_id)
"""
_BY_ID = f"{_COLUMNS} WHERE alert_id = ?"
_OF_LIST = f"{_COLUMNS} WHERE alert.watchlist_id = ? ORDER BY alert_id DESC LIMIT ?"
_OF_MESSAGE = f"""
{_COLUMNS} JOIN delivery USING (alert_id)
 WHERE outgoing_id = ? AND revision <= ?
 ORDER BY alert_id
"""
_ACKNOWLEDGE = """
UPDATE alert SET acknowledged_by = ?, acknowledged_ms = ?, comment = ?
 WHERE acknowledged_ms IS NULL AND alert_id IN (SELECT alert_id FROM delivery WHERE outgoing_id = ?)
"""

_DELIVER = """
INSERT INTO delivery (alert_id, subscription_id, state, due_ms, held) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (alert_id, subscription_id) DO NOTHING
"""
# Whole subscriptions at a time: what is told together must not be cut in two.
_WAITING = """
SELECT delivery_id, delivery.alert_id, subscription_id, held, account_id, alert.kind
  FROM delivery JOIN alert USING (alert_id)
 WHERE state = 'waiting' AND due_ms <= ?1
   AND subscription_id IN (SELECT DISTINCT subscription_id FROM delivery
                            WHERE state = 'waiting' AND due_ms <= ?1 ORDER BY due_ms LIMIT ?2)
 ORDER BY delivery.alert_id, delivery_id
"""
_NEXT_DUE = "SELECT min(due_ms) FROM delivery WHERE state = 'waiting'"
_GROUP = "UPDATE delivery SET state = 'grouped', outgoing_id = ?, revision = ? WHERE delivery_id = ?"

# Sentences may come as a subclass of str, which the encoder does not take by itself.
_encoder = msgspec.json.Encoder(enc_hook=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert whose time for a subscription has come. `held`: it comes with others in a digest."""

    delivery_id: int
    alert_id: AlertId
    subscription_id: SubscriptionId
    held: bool
    account_id: AccountId
    kind: EventKind


def put_alert(
    connection: sqlite3.Connection,
    watchlist_id: WatchlistId,
    account_id: AccountId,
    *,
    event: Event,
    severity: Severity,
    now: datetime,
) -> AlertId | None:
    """Keep an alert; None where the same change was told before."""
    row = (
        watchlist_id,
        account_id,
        event.key,
        event.kind,
        int(severity),
        to_ms(now),
        to_ms(event.happened_at),
        _encoder.encode(event.told).decode(),
    )
    cursor = connection.execute(_PUT, row)
    return AlertId(cursor.lastrowid or 0) if cursor.rowcount else None


def put_delivery(
    connection: sqlite3.Connection,
    alert_id: AlertId,
    subscription_id: SubscriptionId,
    *,
    due: datetime,
    held: bool,
    muted: bool = False,
) -> None:
    """Let an alert wait for a subscription; a muted one is kept and not sent."""
    state = "muted" if muted else "waiting"
    connection.execute(_DELIVER, (alert_id, subscription_id, state, to_ms(due), int(held)))


def waiting(connection: sqlite3.Connection, *, now: datetime, subscriptions: int) -> list[Waiting]:
    """Return all that is due for some subscriptions, in the order of the alerts."""
    return [
        Waiting(
            delivery_id=delivery_id,
            alert_id=alert_id,
            subscription_id=subscription_id,
            held=bool(held),
            account_id=account_id,
            kind=EventKind(kind),
        )
        for delivery_id, alert_id, subscription_id, held, account_id, kind in connection.execute(
            _WAITING, (to_ms(now), subscriptions)
        )
    ]


def next_due(connection: sqlite3.Connection) -> datetime | None:
    """Return when the next waiting alert is due; None where none waits."""
    (due_ms,) = connection.execute(_NEXT_DUE).fetchone()
    return None if due_ms is None else from_ms(due_ms)


def group(
    connection: sqlite3.Connection, deliveries: Iterable[int], *, outgoing_id: OutgoingId, revision: int
) -> None:
    """Make alerts part of a message."""
    connection.executemany(_GROUP, [(outgoing_id, revision, delivery) for delivery in deliveries])


def alert_by_id(connection: sqlite3.Connection, alert_id: AlertId) -> Alert | None:
    """Return one alert; None where there is none."""
    row = connection.execute(_BY_ID, (alert_id,)).fetchone()
    return None if row is None else _alert(row)


def alerts_of_list(connection: sqlite3.Connection, watchlist_id: WatchlistId, *, limit: int) -> list[Alert]:
    """Return a list's newest alerts, newest first."""
    return [_alert(row) for row in connection.execute(_OF_LIST, (watchlist_id, limit))]


def alerts_of_message(
    connection: sqlite3.Connection, outgoing_id: OutgoingId, *, revision: int
) -> list[Alert]:
    """Return what a message tells in one of its versions, oldest first."""
    return [_alert(row) for row in connection.execute(_OF_MESSAGE, (outgoing_id, revision))]


def acknowledge(
    connection: sqlite3.Connection,
    outgoing_id: OutgoingId,
    *,
    user_id: int,
    comment: str | None,
    at: datetime,
) -> int:
    """Mark what nobody has acknowledged of a message as seen by somebody; return how many those are."""
    return connection.execute(_ACKNOWLEDGE, (user_id, to_ms(at), comment, outgoing_id)).rowcount


def _alert(row: Sequence[object]) -> Alert:
    return _row(*row)  # pyright: ignore[reportArgumentType]  # the columns of _COLUMNS


def _row(
    alert_id: int,
    watchlist_id: int,
    list_name: str,
    account_id: int,
    kind: str,
    severity: int,
    made_ms: int,
    happened_ms: int,
    told: str,
    acknowledged_by: int | None,
    acknowledged_ms: int | None,
    comment: str | None,
) -> Alert:
    return Alert(
        alert_id=AlertId(alert_id),
        watchlist_id=WatchlistId(watchlist_id),
        list_name=list_name,
        account_id=AccountId(account_id),
        kind=EventKind(kind),
        severity=Severity(severity),
        made_at=from_ms(made_ms),
        happened_at=from_ms(happened_ms),
        told=msgspec.json.decode(told, type=Told),
        acknowledged_by=acknowledged_by,
        acknowledged_at=None if acknowledged_ms is None else from_ms(acknowledged_ms),
        comment=comment,
    )
