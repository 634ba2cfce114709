from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.accounts import find_accounts
from bot.store.looks import LabelLook, SiteLook, labels_of, looks_at, record_label, record_site

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = AccountRef(platform=Platform.FACEBOOK, handle="mundo.ejemplo")


def test_a_look_that_showed_nothing_is_kept_as_such(connection: sqlite3.Connection) -> None:
    none = LabelLook(looked_at=NOW, label=None, source="analyst")
    shown = LabelLook(
        looked_at=NOW - timedelta(days=9), label="State media", source="analyst", url="https://f.example/"
    )
    assert record_label(connection, ACCOUNT, none)
    assert record_label(connection, ACCOUNT, shown)
    assert not record_label(connection, ACCOUNT, none)
    (row,) = find_accounts(connection, ACCOUNT)
    assert labels_of(connection, row.account_id) == (none, shown)


def test_looks_at_sites_come_newest_first_and_by_whole_host(connection: sqlite3.Connection) -> None:
    looks = [
        SiteLook(
            host=host,
            url=f"https://{host}/",
            looked_at=NOW - timedelta(days=days),
            links=("https://x.com/mundo_ejemplo",) if days else (),
        )
        for host, days in (("mundo.example", 3), ("mundo.example", 0), ("a.mundo.example", 1))
    ]
    assert all(record_site(connection, look) for look in looks)
    assert not record_site(connection, looks[0])
    assert looks_at(connection, ["mundo.example", "mundo.example", "nobody.example"]) == (looks[1], looks[0])
