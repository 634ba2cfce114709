"""What is switched on, what it gives and keeps, and what was spent: for operators."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from bot.accounts import AccountRef, Platform
from bot.platforms.catalogue import SWITCHES
from bot.platforms.contract import Connector, Terms
from bot.platforms.ledger import REQUESTS
from bot.platforms.unavailable import UNAVAILABLE
from bot.store.accounts import find_accounts
from bot.store.live import Aspect, withdraw, withdraw_all
from bot.store.raw_answers import raw_held
from bot.store.spending import spent

HOUR = timedelta(hours=1)


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What calls cost in a period, in the platform's unit, and the most they may."""

    unit: str
    period: str
    amount: int
    most: int
    scope: str


class PlatformStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One platform. `why` and `access` stand where there is no connector, `setting` switches one on.

    `read_on` is the day on which the published limits were read at `page`. Times are in seconds; None for
    `keep_data_s`: no end.
    """

    platform: Platform
    on: bool
    setting: str | None = None
    why: str | None = None
    access: str | None = None
    gives: tuple[Aspect, ...] = ()
    finds_posts: bool = False
    ttl_s: int | None = None
    keep_raw_s: int | None = None
    keep_data_s: int | None = None
    page: str | None = None
    read_on: str | None = None
    requests_last_hour: int = 0
    spent: tuple[Spent, ...] = ()
    raw_answers: int = 0
    raw_bytes: int = 0


def status_of(
    connection: sqlite3.Connection, connectors: Mapping[Platform, Connector], *, now: datetime
) -> list[PlatformStatus]:
    """Return every platform in the order of `Platform`."""
    raw = raw_held(connection)
    found: list[PlatformStatus] = []
    for platform in Platform:
        connector = connectors.get(platform)
        if connector is not None:
            found.append(_on(connection, connector.terms, raw=raw, now=now))
        elif platform in UNAVAILABLE:
            none = UNAVAILABLE[platform]
            found.append(
                PlatformStatus(platform=platform, on=False, why=none.why, access=none.access, page=none.page)
            )
        else:
            found.append(PlatformStatus(platform=platform, on=False, setting=SWITCHES.get(platform)))
    return found


def withdrawn(connection: sqlite3.Connection, platform: Platform, *, account: AccountRef | None) -> int:
    """Delete what a platform itself gave, of one account or (None) of all; return how many rows went.

    What was imported, the registry and past dossiers stay.
    """
    source = f"api:{platform.value}*"
    if account is None:
        return withdraw_all(connection, source=source)
    rows = find_accounts(connection, account)
    return sum(withdraw(connection, row.account_id, source=source) for row in rows)


def _on(
    connection: sqlite3.Connection, terms: Terms, *, raw: Mapping[str, tuple[int, int]], now: datetime
) -> PlatformStatus:
    kept = [held for source, held in raw.items() if source.startswith(terms.source)]
    return PlatformStatus(
        platform=terms.platform,
        on=True,
        gives=terms.aspects,
        finds_posts=terms.finds_posts,
        ttl_s=_seconds(terms.ttl),
        keep_raw_s=_seconds(terms.keep_raw),
        keep_data_s=None if terms.keep_data is None else _seconds(terms.keep_data),
        page=terms.page,
        read_on=terms.read_on,
        requests_last_hour=spent(connection, terms.platform, unit=REQUESTS, since=now - HOUR),
        spent=tuple(
            Spent(
                unit=terms.unit,
                period=limit.period,
                amount=spent(connection, terms.platform, unit=terms.unit, since=limit.since(now)),
                most=limit.amount,
                scope=limit.scope.value,
            )
            for limit in terms.limits
            if terms.unit is not None
        ),
        raw_answers=sum(answers for answers, _ in kept),
        raw_bytes=sum(size for _, size in kept),
    )


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())
