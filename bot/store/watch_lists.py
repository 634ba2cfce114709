"""Watchlists and the accounts on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from bot.accounts import AccountRef, Platform
from bot.store.accounts import ensure_account
from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms
from bot.store.watch_records import Watched, Watchlist, WatchlistId
from bot.text.normalise import fold

_COLUMNS = """
SELECT watchlist_id, guild_id, name, description, editor_roles, keywords, severities, watchlist.created_by,
       watchlist.created_ms, paused_ms, paused_why
  FROM watchlist
"""
_BY_ID = f"{_COLUMNS} WHERE watchlist_id = ?"
_BY_NAME = f"{_COLUMNS} WHERE guild_id = ? AND folded = ?"
_OF_GUILD = f"{_COLUMNS} WHERE guild_id = ? ORDER BY folded, watchlist_id"
_ALL = f"{_COLUMNS} ORDER BY guild_id, folded, watchlist_id"

_HOLDING = f"""
{_COLUMNS} JOIN watch_item USING (watchlist_id)
 WHERE account_id = ?1 AND paused_ms IS NULL AND anew <= ?2 ORDER BY watchlist_id
"""

_CREATE = """
INSERT INTO watchlist (guild_id, name, folded, description, editor_roles, keywords, severities, created_by,
                       created_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (guild_id, folded) DO NOTHING
"""
_CHANGE = """
UPDATE watchlist
   SET name = ?, folded = ?, description = ?, editor_roles = ?, keywords = ?, severities = ?
 WHERE watchlist_id = ?
"""
_PAUSE = "UPDATE watchlist SET paused_ms = ?, paused_why = ? WHERE watchlist_id = ?"
_PAUSE_GUILD = """
UPDATE watchlist SET paused_ms = ?, paused_why = ? WHERE guild_id = ? AND paused_ms IS NULL
"""

_PUT_ITEM = """
INSERT INTO watch_item (watchlist_id, account_id, added_by, added_ms) VALUES (?, ?, ?, ?)
ON CONFLICT (watchlist_id, account_id) DO NOTHING
"""
# Looked at at once also where another list holds it: what comes from then on is news for this one.
_PUT_LOOK = """
INSERT INTO watch_account (account_id, next_ms) VALUES (?, ?)
ON CONFLICT DO UPDATE SET next_ms = min(next_ms, excluded.next_ms) WHERE failures = 0
"""
_TAKE_ITEM = "DELETE FROM watch_item WHERE watchlist_id = ? AND account_id = ?"
# What nobody watches is not looked at; should it be watched again, it starts anew and tells nothing old.
_UNWATCHED = """
DELETE FROM watch_account
 WHERE NOT EXISTS (SELECT 1 FROM watch_item WHERE watch_item.account_id = watch_account.account_id)
"""
_ITEMS = """
SELECT account.account_id, platform, handle, platform_id, added_ms, next_ms, looked_ms, succeeded_ms,
       failures, last_error, parked_ms
  FROM watch_item
  JOIN account USING (account_id)
  LEFT JOIN watch_account USING (account_id)
 WHERE watchlist_id = ?
 ORDER BY platform, ifnull(match_key, platform_id), account_id
"""
_SIZES = """
SELECT watchlist_id, count(account_id)
  FROM watchlist LEFT JOIN watch_item USING (watchlist_id)
 WHERE guild_id = ?
 GROUP BY watchlist_id
"""
_WATCHED_IN = """
SELECT count(DISTINCT account_id) FROM watch_item JOIN watchlist USING (watchlist_id) WHERE guild_id = ?
"""
_GUILDS = "SELECT DISTINCT guild_id FROM watchlist WHERE paused_ms IS NULL ORDER BY guild_id"

# From the leaves up; deliveries refer to alerts, subscriptions and messages.
_DELETE = (
    "DELETE FROM delivery WHERE alert_id IN (SELECT alert_id FROM alert WHERE watchlist_id = ?)",
    """
DELETE FROM delivery
 WHERE subscription_id IN (SELECT subscription_id FROM subscription WHERE watchlist_id = ?)
""",
    "DELETE FROM alert WHERE watchlist_id = ?",
    """
DELETE FROM mute
 WHERE subscription_id IN (SELECT subscription_id FROM subscription WHERE watchlist_id = ?)
""",
    """
DELETE FROM outgoing
 WHERE subscription_id IN (SELECT subscription_id FROM subscription WHERE watchlist_id = ?)
""",
    "DELETE FROM subscription WHERE watchlist_id = ?",
    "DELETE FROM watch_item WHERE watchlist_id = ?",
    "DELETE FROM watchlist WHERE watchlist_id = ?",
)

_numbers = msgspec.json.Decoder(tuple[int, ...])
_strings = msgspec.json.Decoder(tuple[str, ...])
_levels = msgspec.json.Decoder(dict[str, int])


def create_list(connection: sqlite3.Connection, draft: Watchlist) -> WatchlistId | None:
    """Keep a new list; its id in `draft` is ignored. None where the server has one of that name."""
    row = (
        draft.guild_id,
        draft.name,
        fold(draft.name),
        draft.description,
        _json(draft.editor_roles),
        _json(draft.keywords),
        _json(dict(draft.severities)),
        draft.created_by,
        to_ms(draft.created_at),
    )
    cursor = connection.execute(_CREATE, row)
    return WatchlistId(cursor.lastrowid or 0) if cursor.rowcount else None


def change_list(connection: sqlite3.Connection, changed: Watchlist) -> None:
    """Write name, description, editors, keywords and severities of a list; the name must be free."""
    names = (changed.name, fold(changed.name), changed.description)
    lists = (_json(changed.editor_roles), _json(changed.keywords), _json(dict(changed.severities)))
    connection.execute(_CHANGE, (*names, *lists, changed.watchlist_id))


def pause_list(
    connection: sqlite3.Connection, watchlist_id: WatchlistId, *, at: datetime | None, why: str | None = None
) -> None:
    """Pause a list, or let it go on (`at` None)."""
    connection.execute(_PAUSE, (None if at is None else to_ms(at), why, watchlist_id))


def pause_guild(connection: sqlite3.Connection, guild_id: int, *, at: datetime, why: str) -> int:
    """Pause every list of a server that is not; return how many those were."""
    return connection.execute(_PAUSE_GUILD, (to_ms(at), why, guild_id)).rowcount


def delete_list(connection: sqlite3.Connection, watchlist_id: WatchlistId) -> None:
    """Take a list out for good, with its subscriptions, alerts and what waits to be sent."""
    for statement in _DELETE:
        connection.execute(statement, (watchlist_id,))
    connection.execute(_UNWATCHED)


def list_by_id(connection: sqlite3.Connection, watchlist_id: WatchlistId) -> Watchlist | None:
    """Return a list; None where there is none."""
    row = connection.execute(_BY_ID, (watchlist_id,)).fetchone()
    return None if row is None else _watchlist(row)


def list_named(connection: sqlite3.Connection, guild_id: int, *, name: str) -> Watchlist | None:
    """Return a server's list by name, in whatever case it is written."""
    row = connection.execute(_BY_NAME, (guild_id, fold(name))).fetchone()
    return None if row is None else _watchlist(row)


def lists_of(connection: sqlite3.Connection, guild_id: int | None) -> list[Watchlist]:
    """Return a server's lists by name; None: those of all servers."""
    if guild_id is None:
        return [_watchlist(row) for row in connection.execute(_ALL)]
    return [_watchlist(row) for row in connection.execute(_OF_GUILD, (guild_id,))]


def lists_holding(
    connection: sqlite3.Connection, account_id: AccountId, *, anew: bool = True
) -> list[Watchlist]:
    """Return the lists that hold an account and are not paused; without `anew` those that saw it before."""
    return [_watchlist(row) for row in connection.execute(_HOLDING, (account_id, int(anew)))]


def sizes(connection: sqlite3.Connection, guild_id: int) -> dict[WatchlistId, int]:
    """Return how many accounts each list of a server holds."""
    return {WatchlistId(number): held for number, held in connection.execute(_SIZES, (guild_id,))}


def watched_in(connection: sqlite3.Connection, guild_id: int) -> int:
    """Count the accounts that a server watches, each once."""
    count: int = connection.execute(_WATCHED_IN, (guild_id,)).fetchone()[0]
    return count


def guilds_watching(connection: sqlite3.Connection) -> list[int]:
    """Return the servers that have a list which is not paused."""
    return [guild_id for (guild_id,) in connection.execute(_GUILDS)]


def put_items(
    connection: sqlite3.Connection,
    watchlist_id: WatchlistId,
    *,
    refs: Iterable[AccountRef],
    added_by: int | None,
    now: datetime,
) -> list[AccountRef]:
    """Put accounts on a list, to be looked at at once; return those that were not on it."""
    new: list[AccountRef] = []
    for ref in refs:
        account_id = ensure_account(connection, ref)
        if connection.execute(_PUT_ITEM, (watchlist_id, account_id, added_by, to_ms(now))).rowcount:
            new.append(ref)
        connection.execute(_PUT_LOOK, (account_id, to_ms(now)))
    return new


def take_items(
    connection: sqlite3.Connection, watchlist_id: WatchlistId, *, accounts: Iterable[AccountId]
) -> int:
    """Take accounts off a list; return how many were on it."""
    rows = [(watchlist_id, account_id) for account_id in accounts]
    taken = sum(connection.execute(_TAKE_ITEM, row).rowcount for row in rows)
    connection.execute(_UNWATCHED)
    return taken


def items_of(connection: sqlite3.Connection, watchlist_id: WatchlistId) -> list[Watched]:
    """Return the accounts of a list, by platform and name."""
    return [
        Watched(
            account_id=account_id,
            ref=AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id),
            added_at=from_ms(added_ms),
            next_look=None if next_ms is None else from_ms(next_ms),
            looked_at=None if looked_ms is None else from_ms(looked_ms),
            succeeded_at=None if succeeded_ms is None else from_ms(succeeded_ms),
            failures=failures or 0,
            last_error=last_error,
            parked_at=None if parked_ms is None else from_ms(parked_ms),
        )
        for (
            account_id,
            platform,
            handle,
            platform_id,
            added_ms,
            next_ms,
            looked_ms,
            succeeded_ms,
            failures,
            last_error,
            parked_ms,
        ) in connection.execute(_ITEMS, (watchlist_id,))
    ]


def _watchlist(row: tuple[object, ...]) -> Watchlist:
    return _row(*row)  # pyright: ignore[reportArgumentType]  # the columns of _COLUMNS


def _row(
    watchlist_id: int,
    guild_id: int,
    name: str,
    description: str,
    editor_roles: str,
    keywords: str,
    severities: str,
    created_by: int | None,
    created_ms: int,
    paused_ms: int | None,
    paused_why: str | None,
) -> Watchlist:
    levels: Mapping[str, int] = MappingProxyType(_levels.decode(severities))
    return Watchlist(
        watchlist_id=WatchlistId(watchlist_id),
        guild_id=guild_id,
        name=name,
        description=description,
        editor_roles=_numbers.decode(editor_roles),
        keywords=_strings.decode(keywords),
        severities=levels,
        created_by=created_by,
        created_at=from_ms(created_ms),
        paused_at=None if paused_ms is None else from_ms(paused_ms),
        paused_why=paused_why,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
