"""Deleting what was told long ago. What still waits, is on its way or may be edited stays, however old."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from bot.store.times import to_ms

# Alerts that nobody waits for and whose messages are settled and old themselves: a digest may bring
# an alert long after it was made.
_OLD_ALERTS = """
SELECT alert_id FROM alert
 WHERE made_ms < ?1
   AND NOT EXISTS (
       SELECT 1 FROM delivery LEFT JOIN outgoing USING (outgoing_id)
        WHERE delivery.alert_id = alert.alert_id
          AND (delivery.state = 'waiting' OR outgoing.made_ms >= ?1 OR outgoing.sent_ms >= ?1
               OR (outgoing.wanted > outgoing.sent AND outgoing.failed_ms IS NULL)))
 ORDER BY made_ms
 LIMIT ?2
"""
_DELETE_DELIVERIES = "DELETE FROM delivery WHERE alert_id IN (SELECT value FROM json_each(?))"
_DELETE_ALERTS = "DELETE FROM alert WHERE alert_id IN (SELECT value FROM json_each(?))"
# Messages that tell nothing any more, notices among them. The newest stays: the next number follows from it.
_DELETE_OUTGOING = """
DELETE FROM outgoing
 WHERE outgoing_id IN (
       SELECT outgoing_id FROM outgoing
        WHERE made_ms < ?1 AND ifnull(sent_ms, 0) < ?1 AND ifnull(failed_ms, 0) < ?1
          AND (wanted <= sent OR failed_ms IS NOT NULL)
          AND outgoing_id < (SELECT max(outgoing_id) FROM outgoing)
          AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.outgoing_id = outgoing.outgoing_id)
        LIMIT ?2)
"""
_DELETE_SNOOZES = "DELETE FROM mute WHERE until_ms < ?"


def forget_told(connection: sqlite3.Connection, *, before: datetime, limit: int) -> int:
    """Delete at most `limit` alerts and as many messages from before an instant; return how many rows.

    Snoozes that ended before it go too.
    """
    before_ms = to_ms(before)
    alerts = [row[0] for row in connection.execute(_OLD_ALERTS, (before_ms, limit))]
    chosen = msgspec.json.encode(alerts).decode()
    deliveries = connection.execute(_DELETE_DELIVERIES, (chosen,)).rowcount
    connection.execute(_DELETE_ALERTS, (chosen,))
    messages = connection.execute(_DELETE_OUTGOING, (before_ms, limit)).rowcount
    snoozes = connection.execute(_DELETE_SNOOZES, (before_ms,)).rowcount
    return len(alerts) + deliveries + messages + snoozes
