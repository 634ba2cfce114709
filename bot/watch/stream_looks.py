"""Looks that a stream made rarer, when it is not well any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from bot.store.records import AccountId
from bot.store.watch_looks import pace_of
from bot.store.watch_streams import look_sooner
from bot.watch.schedule import PACE_DAYS, Pace, interval


def bring_back(
    connection: sqlite3.Connection, accounts: Iterable[AccountId], *, now: datetime, random: Random
) -> None:
    """Put the usual interval of accounts in force again, spread over its length: not all come at once."""
    since = now - timedelta(days=PACE_DAYS)
    wanted: list[tuple[AccountId, datetime]] = []
    for account_id in accounts:
        posts, last = pace_of(connection, account_id, since=since)
        usual = interval(Pace(posts=posts, last_post=last), now=now)
        wanted.append((account_id, now + random.random() * usual))
    look_sooner(connection, wanted)
