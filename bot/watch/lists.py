"""Watchlists as members use them: limits, what is put on them, how they stand. Rights: `bot.watch.rights`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from bot.accounts import AccountRef
from bot.checks.service import Clock
from bot.checks.wording import counted, quoted
from bot.errors import InputError
from bot.store.accounts import find_accounts
from bot.store.database import Database
from bot.store.watch_alerts import alerts_of_list
from bot.store.watch_lists import (
    create_list,
    delete_list,
    items_of,
    list_named,
    lists_of,
    pause_list,
    put_items,
    sizes,
    take_items,
    watched_in,
)
from bot.store.watch_looks import start_anew, wake
from bot.store.watch_records import Alert, Subscription, Watched, Watchlist, WatchlistId
from bot.store.watch_subscriptions import subscriptions_of_list
from bot.watch.list_files import write_accounts
from bot.watch.rights import OPERATOR, Asker, demand_create, editable
from bot.watch.tuning import MAX_DESCRIPTION, Tuning, named, one_line, tune


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one server may watch."""

    lists: int = 50
    accounts: int = 1_000
    subscriptions: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of accounts that were put on a list: those that are new there, how many were on it."""

    new: tuple[AccountRef, ...] = ()
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    """A list with everything that `show` tells."""

    watchlist: Watchlist
    items: tuple[Watched, ...]
    hearing: tuple[Subscription, ...]
    alerts: tuple[Alert, ...]

    @property
    def subscriptions(self) -> int:
        """How many hear of it."""
        return len(self.hearing)


class Watchlists:
    """The lists of all servers. Every refusal is an error with a sentence for the member.

    Without `asker` the operator acts, at the command line.
    """

    def __init__(self, database: Database, *, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self.limits = limits

    async def create(
        self,
        guild_id: int,
        name: str,
        *,
        description: str = "",
        by: int | None,
        editor_roles: Sequence[int] = (),
        asker: Asker = OPERATOR,
    ) -> Watchlist:
        """Make an empty list."""
        demand_create(asker)
        draft = Watchlist(
            watchlist_id=WatchlistId(0),
            guild_id=guild_id,
            name=named(name),
            description=one_line(description, limit=MAX_DESCRIPTION),
            editor_roles=tuple(editor_roles),
            created_by=by,
            created_at=self._clock(),
        )
        number = await self._database.write_lasting(_create, draft, limit=self.limits.lists)
        return replace(draft, watchlist_id=number)

    async def named(self, guild_id: int, name: str) -> Watchlist:
        """Return a list of a server by name."""
        found = await self._database.read(list_named, guild_id, name=name)
        if found is not None:
            return found
        names = [each.name for each in await self._database.read(lists_of, guild_id)]
        close = get_close_matches(name, names, n=1)
        if not names:
            hint = "There is none yet; /watchlist create makes one."
        elif close:
            hint = f"Did you mean {quoted(close[0])}?"
        else:
            hint = "/watchlist show tells which there are."
        raise InputError(f"There is no watchlist called {quoted(name)}. {hint}")

    async def of_guild(self, guild_id: int) -> list[tuple[Watchlist, int]]:
        """Return a server's lists, each with the number of its accounts."""
        held = await self._database.read(sizes, guild_id)
        return [
            (each, held.get(each.watchlist_id, 0)) for each in await self._database.read(lists_of, guild_id)
        ]

    async def accounts(self, watchlist: Watchlist) -> list[Watched]:
        """Return the accounts of a list, by platform and name."""
        return await self._database.read(items_of, watchlist.watchlist_id)

    async def add(
        self, watchlist: Watchlist, refs: Iterable[AccountRef], *, by: int | None, asker: Asker = OPERATOR
    ) -> Added:
        """Put accounts on a list."""
        wanted = list(dict.fromkeys(refs))
        new = await self._database.write_lasting(
            _add,
            watchlist.watchlist_id,
            wanted=wanted,
            by=by,
            asker=asker,
            limit=self.limits.accounts,
            now=self._clock(),
        )
        return Added(new=tuple(new), known=len(wanted) - len(new))

    async def remove(self, watchlist: Watchlist, ref: AccountRef, *, asker: Asker = OPERATOR) -> int:
        """Take an account off a list; return how many went (0: it was not on it)."""
        return await self._database.write_lasting(_remove, watchlist.watchlist_id, ref=ref, asker=asker)

    async def show(self, watchlist: Watchlist, *, alerts: int = 5) -> ShownList:
        """Return everything about a list."""
        number = watchlist.watchlist_id
        return ShownList(
            watchlist=watchlist,
            items=tuple(await self._database.read(items_of, number)),
            hearing=tuple(await self._database.read(subscriptions_of_list, number)),
            alerts=tuple(await self._database.read(alerts_of_list, number, limit=alerts)),
        )

    async def tune(self, watchlist: Watchlist, tuning: Tuning, *, asker: Asker = OPERATOR) -> Watchlist:
        """Change name, description, keywords, severities and editors; return the list as it is then."""
        return await self._database.write_lasting(tune, watchlist.watchlist_id, tuning=tuning, asker=asker)

    async def pause(self, watchlist: Watchlist, *, asker: Asker = OPERATOR) -> None:
        """Tell nothing of a list, and look at nothing for it, until it is resumed."""
        await self._database.write_lasting(_pause, watchlist.watchlist_id, asker=asker, at=self._clock())

    async def resume(self, watchlist: Watchlist, *, asker: Asker = OPERATOR) -> int:
        """Go on, and look at once at accounts that were parked; return how many are looked at."""
        return await self._database.write_lasting(
            _resume, watchlist.watchlist_id, asker=asker, at=self._clock()
        )

    async def delete(self, watchlist: Watchlist, *, asker: Asker = OPERATOR) -> None:
        """Take a list out for good."""
        await self._database.write_lasting(_delete, watchlist.watchlist_id, asker=asker)

    async def export(self, watchlist: Watchlist) -> bytes:
        """Return the accounts of a list as CSV that `list_files.read_accounts` reads back."""
        return write_accounts(await self.accounts(watchlist))


def _create(connection: sqlite3.Connection, draft: Watchlist, *, limit: int) -> WatchlistId:
    held = len(lists_of(connection, draft.guild_id))
    if held >= limit:
        raise InputError(
            f"This server has {counted(held, 'watchlist')}, and no more are allowed. Delete one first "
            "(/watchlist delete), or ask whoever runs Masthead to raise the limit."
        )
    number = create_list(connection, draft)
    if number is None:
        raise InputError(f"There is a watchlist called {quoted(draft.name)} already. Choose another name.")
    return number


def _add(
    connection: sqlite3.Connection,
    watchlist_id: WatchlistId,
    *,
    wanted: Sequence[AccountRef],
    by: int | None,
    asker: Asker,
    limit: int,
    now: datetime,
) -> list[AccountRef]:
    watchlist = editable(connection, watchlist_id, asker=asker)
    before = watched_in(connection, watchlist.guild_id)
    new = put_items(connection, watchlist_id, refs=wanted, added_by=by, now=now)
    too_many = watched_in(connection, watchlist.guild_id) - limit
    # What the server watches already, on this list or another, costs nothing more.
    if new and too_many > 0:
        raise InputError(
            f"This server watches {counted(before, 'account')}, and {limit:,} are allowed: "
            f"{counted(too_many, 'account does', 'accounts do')} not fit, and none was added. Take some off "
            "with /watchlist remove, or ask whoever runs Masthead to raise the limit."
        )
    return new


def _remove(
    connection: sqlite3.Connection, watchlist_id: WatchlistId, *, ref: AccountRef, asker: Asker
) -> int:
    editable(connection, watchlist_id, asker=asker)
    meant = {each.account_id for each in find_accounts(connection, ref)}
    on_it = [item.account_id for item in items_of(connection, watchlist_id) if item.account_id in meant]
    return take_items(connection, watchlist_id, accounts=on_it)


def _pause(connection: sqlite3.Connection, watchlist_id: WatchlistId, *, asker: Asker, at: datetime) -> None:
    editable(connection, watchlist_id, asker=asker)
    pause_list(connection, watchlist_id, at=at, why="paused by a member")


def _resume(connection: sqlite3.Connection, watchlist_id: WatchlistId, *, asker: Asker, at: datetime) -> int:
    if editable(connection, watchlist_id, asker=asker).paused_at is not None:
        pause_list(connection, watchlist_id, at=None)
        start_anew(connection, watchlist_id)
    return wake(connection, watchlist_id, at=at)


def _delete(connection: sqlite3.Connection, watchlist_id: WatchlistId, *, asker: Asker) -> None:
    editable(connection, watchlist_id, asker=asker)
    delete_list(connection, watchlist_id)
