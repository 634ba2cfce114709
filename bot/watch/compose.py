"""From what waits to messages: merged, one by one, or as a digest. Runs in one write transaction.

Every alert becomes part of exactly one message, and the row that says so is written together with the
message, so that a crash before, between or after leaves nothing half done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.store.watch_alerts import Waiting, group, waiting
from bot.store.watch_outbox import mergeable, put_outgoing, want
from bot.store.watch_records import Cadence, OutgoingKind, Subscription
from bot.store.watch_subscriptions import subscription_by_id

# Further hits of one kind on one account are edited into the message that told the first of them.
MERGE_WINDOW = timedelta(minutes=15)
MERGED_MOST = 10
# More than so many messages for one subscriber at once are a digest, whatever they asked for.
BURST = 8
# Lines of one digest message; the rest follows in another.
DIGEST_LINES = 12
# Subscriptions in one transaction, so that other writers wait for milliseconds alone.
SUBSCRIPTIONS = 50


def compose(connection: sqlite3.Connection, *, now: datetime) -> int:
    """Make messages of what is due; return how many alerts were taken up."""
    due = waiting(connection, now=now, subscriptions=SUBSCRIPTIONS)
    by_subscription = sorted(due, key=lambda each: each.subscription_id)
    for subscription_id, found in groupby(by_subscription, key=lambda each: each.subscription_id):
        subscription = subscription_by_id(connection, subscription_id)
        if subscription is not None:
            _for(connection, subscription, list(found), now=now)
    return len(due)


def _for(
    connection: sqlite3.Connection, subscription: Subscription, due: Sequence[Waiting], *, now: datetime
) -> None:
    held = [each for each in due if each.held]
    direct = [each for each in due if not each.held]
    if len({_merge_key(each) for each in direct}) > BURST:
        held, direct = list(due), []
    # What waited alone for the morning is an alert like any other.
    if len(held) == 1 and subscription.terms.cadence is Cadence.NOW:
        direct = sorted([*direct, *held], key=lambda each: each.alert_id)
        held = []
    for each in direct:
        _direct(connection, subscription, each, now=now)
    lines = sorted(held, key=lambda each: (each.account_id, each.kind, each.alert_id))
    grouped = [list(found) for _, found in groupby(lines, key=_merge_key)]
    for start in range(0, len(grouped), DIGEST_LINES):
        outgoing_id = put_outgoing(
            connection,
            place=subscription.place,
            kind=OutgoingKind.DIGEST,
            subscription_id=subscription.subscription_id,
            now=now,
        )
        chosen = [each.delivery_id for found in grouped[start : start + DIGEST_LINES] for each in found]
        group(connection, chosen, outgoing_id=outgoing_id, revision=1)


def _direct(
    connection: sqlite3.Connection, subscription: Subscription, each: Waiting, *, now: datetime
) -> None:
    key = _merge_key(each)
    open_message = mergeable(
        connection, subscription.subscription_id, merge_key=key, since=now - MERGE_WINDOW
    )
    if open_message is not None and open_message.hits < MERGED_MOST:
        # A message of which no request has left yet takes the hit as part of its first version.
        fresh = open_message.untouched and open_message.wanted == 1
        revision = 1 if fresh else open_message.wanted + 1
        group(connection, [each.delivery_id], outgoing_id=open_message.outgoing_id, revision=revision)
        if not fresh:
            want(connection, open_message.outgoing_id, revision=revision, now=now)
        return
    outgoing_id = put_outgoing(
        connection,
        place=subscription.place,
        kind=OutgoingKind.ALERT,
        subscription_id=subscription.subscription_id,
        merge_key=key,
        now=now,
    )
    group(connection, [each.delivery_id], outgoing_id=outgoing_id, revision=1)


def _merge_key(each: Waiting) -> str:
    return f"{each.account_id}:{each.kind}"
