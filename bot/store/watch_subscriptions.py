"""Who hears of a list, where and how, and what they do not want to hear."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms
from bot.store.watch_records import (
    Cadence,
    EventKind,
    Severity,
    Subscription,
    SubscriptionId,
    Terms,
    WatchlistId,
)

_COLUMNS = """
SELECT subscription_id, subscription.watchlist_id, user_id, channel_id, made_in, events, least, cadence,
       digest_hour, quiet_from, quiet_to, zone, mention_role, mention_user, subscription.created_ms, ended_ms,
       ended_why
  FROM subscription
"""
_BY_ID = f"{_COLUMNS} WHERE subscription_id = ?"
_OF_LIST = f"{_COLUMNS} WHERE watchlist_id = ? AND ended_ms IS NULL ORDER BY subscription_id"
# A server never learns what somebody hears of in another one.
_OF_USER = f"""
{_COLUMNS} JOIN watchlist USING (watchlist_id)
 WHERE user_id = ?1 AND ended_ms IS NULL AND (?2 IS NULL OR guild_id = ?2) ORDER BY subscription_id
"""
_SAME = f"""
{_COLUMNS}
 WHERE watchlist_id = ? AND channel_id IS ? AND ended_ms IS NULL AND (channel_id IS NOT NULL OR user_id = ?)
 ORDER BY subscription_id
"""
_TO_CHANNEL = f"{_COLUMNS} WHERE channel_id = ? AND ended_ms IS NULL ORDER BY subscription_id"
_TO_USER = f"""
{_COLUMNS} WHERE channel_id IS NULL AND user_id = ? AND ended_ms IS NULL ORDER BY subscription_id
"""
_OF_GUILD = f"""
{_COLUMNS} JOIN watchlist USING (watchlist_id)
 WHERE guild_id = ? AND ended_ms IS NULL ORDER BY subscription_id
"""

_PUT = """
INSERT INTO subscription (watchlist_id, user_id, channel_id, made_in, events, least, cadence, digest_hour,
                          quiet_from, quiet_to, zone, mention_role, mention_user, created_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE = """
UPDATE subscription
   SET events = ?, least = ?, cadence = ?, digest_hour = ?, quiet_from = ?, quiet_to = ?, zone = ?,
       mention_role = ?, mention_user = ?
 WHERE subscription_id = ?
"""
_END = """
UPDATE subscription SET ended_ms = ?, ended_why = ? WHERE subscription_id = ? AND ended_ms IS NULL
"""
_DROP_WAITING = "UPDATE delivery SET state = 'dropped' WHERE subscription_id = ? AND state = 'waiting'"
# What was never tried is given up; what may have arrived keeps its trace.
_DROP_OUTGOING = """
UPDATE outgoing SET wanted = sent WHERE subscription_id = ? AND wanted > sent AND failed_ms IS NULL
"""
# What ended by itself; what a member ended needs no word.
_ENDED = f"""
{_COLUMNS} WHERE user_id = ? AND ended_ms > ? AND ended_why <> 'ended by a member' ORDER BY ended_ms DESC
"""
_IN_GUILD = """
SELECT count(*) FROM subscription JOIN watchlist USING (watchlist_id) WHERE guild_id = ? AND ended_ms IS NULL
"""

_MUTE = """
INSERT INTO mute (subscription_id, account_id, kind, until_ms, made_by, made_ms) VALUES (?, ?, ?, ?, ?, ?)
"""
# A snooze (until_ms) is told of when it ends; what is muted for good is not told.
_MUTED = """
SELECT max(until_ms IS NULL), max(until_ms)
  FROM mute
 WHERE subscription_id = ? AND account_id = ? AND (kind IS NULL OR kind = ?)
   AND (until_ms IS NULL OR until_ms > ?)
"""
_MUTES = """
SELECT mute_id, platform, handle, platform_id, kind, until_ms
  FROM mute JOIN account USING (account_id)
 WHERE subscription_id = ? AND (until_ms IS NULL OR until_ms > ?)
 ORDER BY mute_id
"""
_UNMUTE = "DELETE FROM mute WHERE subscription_id = ?"
_LIFT = "DELETE FROM mute WHERE subscription_id = ? AND account_id = ?"

_FORGET = (
    "UPDATE subscription SET user_id = NULL WHERE user_id = ?",
    "UPDATE subscription SET mention_user = NULL WHERE mention_user = ?",
    "UPDATE watchlist SET created_by = NULL WHERE created_by = ?",
    "UPDATE watch_item SET added_by = NULL WHERE added_by = ?",
    "UPDATE mute SET made_by = NULL WHERE made_by = ?",
    "UPDATE alert SET acknowledged_by = NULL, comment = NULL WHERE acknowledged_by = ?",
)
_ACKNOWLEDGED = """
SELECT alert_id, acknowledged_ms, comment FROM alert WHERE acknowledged_by = ? ORDER BY alert_id
"""

_kinds = msgspec.json.Decoder(tuple[EventKind, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Muted:
    """What a subscription does not hear of. `kind` None: nothing of the account. `until` None: for good."""

    platform: str
    name: str
    kind: EventKind | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """Whether an account's event is muted for good, else until when it is snoozed; None: it is not."""

    muted: bool
    until: datetime | None


def put_subscription(connection: sqlite3.Connection, draft: Subscription) -> SubscriptionId:
    """Keep a new subscription; its id in `draft` is ignored."""
    row = (
        draft.watchlist_id,
        draft.user_id,
        draft.channel_id,
        draft.made_in,
        *_terms(draft.terms),
        to_ms(draft.created_at),
    )
    return SubscriptionId(connection.execute(_PUT, row).lastrowid or 0)


def change_terms(connection: sqlite3.Connection, subscription_id: SubscriptionId, *, terms: Terms) -> None:
    """Write what a subscriber asks for now."""
    connection.execute(_CHANGE, (*_terms(terms), subscription_id))


def end_subscription(
    connection: sqlite3.Connection, subscription_id: SubscriptionId, *, at: datetime, why: str
) -> bool:
    """End a subscription and give up what waits for it; False where it had ended already."""
    if not connection.execute(_END, (to_ms(at), why, subscription_id)).rowcount:
        return False
    connection.execute(_DROP_WAITING, (subscription_id,))
    connection.execute(_DROP_OUTGOING, (subscription_id,))
    return True


def subscription_by_id(
    connection: sqlite3.Connection, subscription_id: SubscriptionId
) -> Subscription | None:
    """Return a subscription, ended or not; None where there is none."""
    row = connection.execute(_BY_ID, (subscription_id,)).fetchone()
    return None if row is None else _subscription(row)


def subscriptions_of_list(connection: sqlite3.Connection, watchlist_id: WatchlistId) -> list[Subscription]:
    """Return who hears of a list."""
    return [_subscription(row) for row in connection.execute(_OF_LIST, (watchlist_id,))]


def subscriptions_of_user(
    connection: sqlite3.Connection, user_id: int, *, guild_id: int | None = None
) -> list[Subscription]:
    """Return what a member made and has not ended, in one server or in all."""
    return [_subscription(row) for row in connection.execute(_OF_USER, (user_id, guild_id))]


def ended_of_user(connection: sqlite3.Connection, user_id: int, *, since: datetime) -> list[Subscription]:
    """Return what a member made and somebody or something else ended, newest first."""
    return [_subscription(row) for row in connection.execute(_ENDED, (user_id, to_ms(since)))]


def same_subscription(
    connection: sqlite3.Connection, watchlist_id: WatchlistId, *, channel_id: int | None, user_id: int
) -> Subscription | None:
    """Return what already tells this channel, or this member by direct message, of the list."""
    row = connection.execute(_SAME, (watchlist_id, channel_id, user_id)).fetchone()
    return None if row is None else _subscription(row)


def subscriptions_to(connection: sqlite3.Connection, place: str) -> list[Subscription]:
    """Return those whose messages go to a place ("channel:1", "user:1")."""
    kind, _, number = place.partition(":")
    if kind not in {"channel", "user"}:
        return []
    query = _TO_CHANNEL if kind == "channel" else _TO_USER
    return [_subscription(row) for row in connection.execute(query, (int(number),))]


def subscriptions_in(connection: sqlite3.Connection, guild_id: int) -> list[Subscription]:
    """Return all of a server that have not ended."""
    return [_subscription(row) for row in connection.execute(_OF_GUILD, (guild_id,))]


def count_in(connection: sqlite3.Connection, guild_id: int) -> int:
    """Count a server's subscriptions that have not ended."""
    count: int = connection.execute(_IN_GUILD, (guild_id,)).fetchone()[0]
    return count


def put_mute(
    connection: sqlite3.Connection,
    subscription_id: SubscriptionId,
    account_id: AccountId,
    *,
    kind: EventKind | None,
    until: datetime | None,
    made_by: int | None,
    now: datetime,
) -> None:
    """Tell a subscription nothing of this kind about an account: for good, or not before `until`."""
    until_ms = None if until is None else to_ms(until)
    connection.execute(_MUTE, (subscription_id, account_id, kind, until_ms, made_by, to_ms(now)))


def hush(
    connection: sqlite3.Connection,
    subscription_id: SubscriptionId,
    account_id: AccountId,
    *,
    kind: EventKind,
    now: datetime,
) -> Hush:
    """Return whether this subscription hears of an event now."""
    row = (subscription_id, account_id, kind, to_ms(now))
    for_good, until_ms = connection.execute(_MUTED, row).fetchone()
    return Hush(muted=bool(for_good), until=None if until_ms is None else from_ms(until_ms))


def mutes_of(
    connection: sqlite3.Connection, subscription_id: SubscriptionId, *, now: datetime
) -> list[Muted]:
    """Return what is muted or snoozed now, oldest first."""
    return [
        Muted(
            platform=platform,
            name=handle or platform_id or "",
            kind=None if kind is None else EventKind(kind),
            until=None if until_ms is None else from_ms(until_ms),
        )
        for _, platform, handle, platform_id, kind, until_ms in connection.execute(
            _MUTES, (subscription_id, to_ms(now))
        )
    ]


def unmute(connection: sqlite3.Connection, subscription_id: SubscriptionId) -> int:
    """Lift every mute and snooze of a subscription; return how many those were."""
    return connection.execute(_UNMUTE, (subscription_id,)).rowcount


def lift_mute(connection: sqlite3.Connection, subscription_id: SubscriptionId, account_id: AccountId) -> int:
    """Let a subscription hear of an account again; return how many mutes and snoozes that were."""
    return connection.execute(_LIFT, (subscription_id, account_id)).rowcount


def forget_watcher(connection: sqlite3.Connection, user_id: int, *, now: datetime) -> int:
    """End what tells a member by direct message, and take their id out of everything else."""
    ended = [
        subscription.subscription_id
        for subscription in subscriptions_of_user(connection, user_id)
        if subscription.channel_id is None
    ]
    for subscription_id in ended:
        end_subscription(connection, subscription_id, at=now, why="the member asked to be forgotten")
    return sum(connection.execute(statement, (user_id,)).rowcount for statement in _FORGET)


def acknowledged_by(connection: sqlite3.Connection, user_id: int) -> list[dict[str, object]]:
    """Return the alerts a member acknowledged, with their comments, as JSON values."""
    return [
        {"alert": alert_id, "at": from_ms(at_ms).isoformat(), "comment": comment}
        for alert_id, at_ms, comment in connection.execute(_ACKNOWLEDGED, (user_id,))
    ]


def _terms(terms: Terms) -> tuple[object, ...]:
    quiet_from, quiet_to = terms.quiet or (None, None)
    return (
        msgspec.json.encode(terms.events).decode(),
        int(terms.least),
        terms.cadence,
        terms.digest_hour,
        quiet_from,
        quiet_to,
        terms.zone,
        terms.mention_role,
        terms.mention_user,
    )


def _subscription(row: tuple[object, ...]) -> Subscription:
    return _row(*row)  # pyright: ignore[reportArgumentType]  # the columns of _COLUMNS


def _row(
    subscription_id: int,
    watchlist_id: int,
    user_id: int | None,
    channel_id: int | None,
    made_in: int,
    events: str,
    least: int,
    cadence: str,
    digest_hour: int,
    quiet_from: int | None,
    quiet_to: int | None,
    zone: str,
    mention_role: int | None,
    mention_user: int | None,
    created_ms: int,
    ended_ms: int | None,
    ended_why: str | None,
) -> Subscription:
    return Subscription(
        subscription_id=SubscriptionId(subscription_id),
        watchlist_id=WatchlistId(watchlist_id),
        user_id=user_id,
        channel_id=channel_id,
        made_in=made_in,
        terms=Terms(
            events=_kinds.decode(events),
            least=Severity(least),
            cadence=Cadence(cadence),
            digest_hour=digest_hour,
            quiet=None if quiet_from is None or quiet_to is None else (quiet_from, quiet_to),
            zone=zone,
            mention_role=mention_role,
            mention_user=mention_user,
        ),
        created_at=from_ms(created_ms),
        ended_at=None if ended_ms is None else from_ms(ended_ms),
        ended_why=ended_why,
    )
