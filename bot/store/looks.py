"""What somebody saw when looking: the labels on an account's page, the links on a site's page.

A look that showed nothing is kept as such; no row means that nobody looked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.accounts import AccountRef
from bot.store.accounts import ensure_account
from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

_PUT_LABEL = """
INSERT INTO platform_label (account_id, looked_ms, label, source, url) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, looked_ms, source) DO NOTHING
"""

_LABELS = """
SELECT looked_ms, label, source, url FROM platform_label
 WHERE account_id = ? ORDER BY looked_ms DESC, platform_label_id DESC
"""

_PUT_LOOK = """
INSERT INTO site_look (host, url, looked_ms, links) VALUES (?, ?, ?, ?)
ON CONFLICT (host, looked_ms, url) DO NOTHING
"""

_LOOKS = """
SELECT host, url, looked_ms, links FROM site_look WHERE host = ? ORDER BY looked_ms DESC, site_look_id DESC
"""

_addresses = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelLook:
    """What a platform showed on an account's page. `label` is None where the page showed none."""

    looked_at: datetime
    label: str | None
    source: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLook:
    """What one page of a site links to. `host` is canonical, without "www."."""

    host: str
    url: str
    looked_at: datetime
    links: tuple[str, ...]


def record_label(connection: sqlite3.Connection, account: AccountRef, look: LabelLook) -> bool:
    """Keep what was seen on an account's page; True when it is new."""
    account_id = ensure_account(connection, account, seen=look.looked_at)
    row = (account_id, to_ms(look.looked_at), look.label, look.source, look.url)
    return connection.execute(_PUT_LABEL, row).rowcount > 0


def labels_of(connection: sqlite3.Connection, account_id: AccountId) -> tuple[LabelLook, ...]:
    """Return the looks at an account's page, newest first."""
    rows = connection.execute(_LABELS, (account_id,))
    return tuple(
        LabelLook(looked_at=from_ms(looked_ms), label=label, source=source, url=url)
        for looked_ms, label, source, url in rows
    )


def record_site(connection: sqlite3.Connection, look: SiteLook) -> bool:
    """Keep what a page of a site links to; True when it is new."""
    links = msgspec.json.encode(look.links).decode()
    return connection.execute(_PUT_LOOK, (look.host, look.url, to_ms(look.looked_at), links)).rowcount > 0


def looks_at(connection: sqlite3.Connection, hosts: Sequence[str]) -> tuple[SiteLook, ...]:
    """Return the looks at these hosts, host by host, newest first."""
    return tuple(
        SiteLook(host=host, url=url, looked_at=from_ms(looked_ms), links=_addresses.decode(links))
        for asked in dict.fromkeys(hosts)
        for host, url, looked_ms, links in connection.execute(_LOOKS, (asked,))
    )
