"""Account rows: one identity each, found by lasting id first and by handle second."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.accounts import AccountRef, Platform
from bot.accounts.handles import match_key
from bot.store.records import AccountId
from bot.store.sightings import Sighting, identify

_BY_ID = "SELECT account_id, handle FROM account WHERE platform = ? AND platform_id = ?"

# Without an id the newest identity that bears the handle is meant; a row without any id comes last.
_BY_HANDLE = """
SELECT account_id, platform_id, handle
  FROM account
 WHERE match_key = ? AND platform = ?
 ORDER BY platform_id IS NULL, account_id DESC
"""

_BY_FORMER_HANDLE = """
SELECT account.account_id, account.platform_id, account.handle
  FROM handle_history JOIN account USING (account_id)
 WHERE handle_history.match_key = ? AND account.platform = ?
   AND account.match_key IS NOT handle_history.match_key
 ORDER BY handle_history.last_seen_ms DESC, account.account_id DESC
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


def said_of(ref: AccountRef) -> str:
    """Return what a claim keeps of the account it was made of: "x:id:42", or "x:@" and the handle's key."""
    if ref.platform_id is not None:
        return f"{ref.platform}:id:{ref.platform_id}"
    return f"{ref.platform}:@{match_key(ref)}"


def ensure_account(
    connection: sqlite3.Connection, ref: AccountRef, *, seen: datetime | None = None
) -> AccountId:
    """Return the row of `ref`, made or completed as needed.

    `seen`: when the account bore this handle; None for a list that does not say. A row known by its
    handle alone takes the id of the first account seen with that handle; what a list claimed of the
    handle stays marked as claimed of the handle.
    """
    return identify(connection, [Sighting(ref=ref, seen=seen)]).ids[ref]
