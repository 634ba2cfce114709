"""Account rows: one identity each, found by lasting id first and by handle second."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.accounts import AccountRef, Platform
from bot.accounts.handles import match_key
from bot.store.records import AccountId
from bot.store.times import to_ms

_BY_ID = "SELECT account_id, handle FROM account WHERE platform = ? AND platform_id = ?"

# Without an id the newest identity that bears the handle is meant; a row without any id comes last.
_BY_HANDLE = """
SELECT account_id, platform_id, handle
  FROM account
 WHERE match_key = ? AND platform = ?
 ORDER BY platform_id IS NULL, account_id DESC
"""

_BY_HANDLE_ALONE = """
SELECT account_id FROM account WHERE platform = ? AND match_key = ? AND platform_id IS NULL
"""

_BY_FORMER_HANDLE = """
SELECT account.account_id, account.platform_id, account.handle
  FROM handle_history JOIN account USING (account_id)
 WHERE handle_history.match_key = ? AND account.platform = ?
   AND account.match_key IS NOT handle_history.match_key
 ORDER BY handle_history.last_seen_ms DESC, account.account_id DESC
"""

_INSERT = "INSERT INTO account (platform, platform_id, handle, match_key) VALUES (?, ?, ?, ?)"

_RENAME = "UPDATE account SET handle = ?, match_key = ? WHERE account_id = ?"

_ADOPT = "UPDATE account SET platform_id = ? WHERE account_id = ?"

_LAST_SEEN = "SELECT max(last_seen_ms) FROM handle_history WHERE account_id = ?"

_SEEN = """
INSERT INTO handle_history (account_id, handle, match_key, first_seen_ms, last_seen_ms)
VALUES (:account_id, :handle, :match_key, :seen_ms, :seen_ms)
ON CONFLICT (account_id, handle) DO UPDATE SET
    first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)
"""


class FoundBy(StrEnum):
    """What led to an account row, strongest first."""

    PLATFORM_ID = "platform_id"
    HANDLE = "handle"
    FORMER_HANDLE = "former_handle"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAccount:
    """One account row and how it was found."""

    account_id: AccountId
    ref: AccountRef
    by: FoundBy


def find_accounts(connection: sqlite3.Connection, ref: AccountRef) -> list[FoundAccount]:
    """Return the rows `ref` may mean, best first.

    A row that bears the handle but another lasting id than `ref` is another account and left out.
    """
    found: dict[AccountId, FoundAccount] = {}
    if ref.platform_id is not None:
        for account_id, handle in connection.execute(_BY_ID, (ref.platform, ref.platform_id)):
            named = AccountRef(platform=ref.platform, handle=handle, platform_id=ref.platform_id)
            found[account_id] = FoundAccount(account_id=account_id, ref=named, by=FoundBy.PLATFORM_ID)
    if ref.handle is None:
        return list(found.values())
    key = match_key(ref)
    for query, by in ((_BY_HANDLE, FoundBy.HANDLE), (_BY_FORMER_HANDLE, FoundBy.FORMER_HANDLE)):
        for account_id, platform_id, handle in connection.execute(query, (key, ref.platform)):
            if ref.platform_id is not None and platform_id not in {None, ref.platform_id}:
                continue
            named = AccountRef(platform=Platform(ref.platform), handle=handle, platform_id=platform_id)
            found.setdefault(account_id, FoundAccount(account_id=account_id, ref=named, by=by))
    return list(found.values())


def ensure_account(
    connection: sqlite3.Connection, ref: AccountRef, *, seen: datetime | None = None
) -> AccountId:
    """Return the row of `ref`, made or completed as needed.

    `seen`: when the account bore this handle; None for a list that does not say. A row known by its
    handle alone takes the id of the first account seen with that handle; what a list claimed of the
    handle stays marked as claimed of the handle.
    """
    key = match_key(ref) if ref.handle is not None else None
    account_id = (
        _by_id(connection, ref, key=key, seen=seen) if ref.platform_id else _by_handle(connection, ref, key)
    )
    if account_id is None:
        cursor = connection.execute(_INSERT, (ref.platform, ref.platform_id, ref.handle, key))
        account_id = AccountId(cursor.lastrowid or 0)
    if seen is not None and ref.handle is not None:
        row = {"account_id": account_id, "handle": ref.handle, "match_key": key, "seen_ms": to_ms(seen)}
        connection.execute(_SEEN, row)
    return account_id


def _by_id(
    connection: sqlite3.Connection, ref: AccountRef, *, key: str | None, seen: datetime | None
) -> AccountId | None:
    row = connection.execute(_BY_ID, (ref.platform, ref.platform_id)).fetchone()
    if row is not None:
        account_id, handle = row
        if (
            key is not None
            and handle != ref.handle
            and (handle is None or _newer(connection, account_id, seen))
        ):
            connection.execute(_RENAME, (ref.handle, key, account_id))
        return account_id
    if key is None:
        return None
    row = connection.execute(_BY_HANDLE_ALONE, (ref.platform, key)).fetchone()
    if row is None:
        return None
    connection.execute(_ADOPT, (ref.platform_id, row[0]))
    return row[0]


def _by_handle(connection: sqlite3.Connection, ref: AccountRef, key: str | None) -> AccountId | None:
    row = connection.execute(_BY_HANDLE, (key, ref.platform)).fetchone()
    return None if row is None else row[0]


def _newer(connection: sqlite3.Connection, account_id: AccountId, seen: datetime | None) -> bool:
    """Whether `seen` is later than every handle on record: an old export must not undo a renaming."""
    if seen is None:
        return False
    last: int | None = connection.execute(_LAST_SEEN, (account_id,)).fetchone()[0]
    return last is None or to_ms(seen) >= last
