"""Watchlists as members use them: names, limits, who may edit, what is put on them, import and export."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from bot.accounts import AccountRef, Platform, account_url, canonical_handle, canonical_id, read_one
from bot.checks.service import Clock
from bot.checks.wording import counted, quoted
from bot.errors import AmbiguousError, InputError, UnknownAccountError
from bot.store.accounts import find_accounts
from bot.store.database import Database
from bot.store.watch_alerts import alerts_of_list
from bot.store.watch_lists import (
    change_list,
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
from bot.store.watch_records import Alert, Watched, Watchlist, WatchlistId
from bot.store.watch_subscriptions import subscriptions_of_list

MAX_NAME = 50
MAX_DESCRIPTION = 200
MAX_KEYWORDS = 25
MAX_KEYWORD = 60
MAX_EDITORS = 10
MAX_FILE_BYTES = 1_000_000
COLUMNS = ("platform", "handle", "platform_id", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one server may watch."""

    lists: int = 50
    accounts: int = 1_000
    subscriptions: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who wants to change a list. `manages`: may manage the server."""

    user_id: int | None
    roles: frozenset[int] = frozenset()
    manages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of accounts that were put on a list; `refused` are lines with the reason."""

    new: tuple[AccountRef, ...] = ()
    known: int = 0
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    """A list with everything that `show` tells."""

    watchlist: Watchlist
    items: tuple[Watched, ...]
    subscriptions: int
    alerts: tuple[Alert, ...]


def may_edit(watchlist: Watchlist, editor: Editor) -> bool:
    """Whether somebody may change a list: its maker, one of its roles, or whoever manages the server."""
    own = editor.user_id is not None and editor.user_id == watchlist.created_by
    return editor.manages or own or bool(editor.roles.intersection(watchlist.editor_roles))


class Watchlists:
    """The lists of all servers. Every refusal is an InputError with a sentence for the member."""

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
    ) -> Watchlist:
        """Make an empty list."""
        held = await self._database.read(lists_of, guild_id)
        if len(held) >= self.limits.lists:
            raise InputError(
                f"This server has {len(held)} watchlists, and no more are allowed. Delete one first."
            )
        draft = Watchlist(
            watchlist_id=WatchlistId(0),
            guild_id=guild_id,
            name=_named(name),
            description=_one_line(description, limit=MAX_DESCRIPTION),
            editor_roles=tuple(editor_roles),
            created_by=by,
            created_at=self._clock(),
        )
        number = await self._database.write(create_list, draft)
        if number is None:
            raise InputError(
                f"There is a watchlist called {quoted(draft.name)} already. Choose another name."
            )
        return replace(draft, watchlist_id=number)

    async def named(self, guild_id: int, name: str) -> Watchlist:
        """Return a list of a server by name."""
        found = await self._database.read(list_named, guild_id, name=name)
        if found is not None:
            return found
        names = [each.name for each in await self._database.read(lists_of, guild_id)]
        close = get_close_matches(name, names, n=1)
        hint = f" Did you mean {quoted(close[0])}?" if close else ""
        if not names:
            hint = " There is none yet; /watchlist create makes one."
        raise InputError(f"There is no watchlist called {quoted(name)}.{hint}")

    async def of_guild(self, guild_id: int) -> list[tuple[Watchlist, int]]:
        """Return a server's lists, each with the number of its accounts."""
        held = await self._database.read(sizes, guild_id)
        return [
            (each, held.get(each.watchlist_id, 0)) for each in await self._database.read(lists_of, guild_id)
        ]

    async def add(self, watchlist: Watchlist, refs: Iterable[AccountRef], *, by: int | None) -> Added:
        """Put accounts on a list."""
        wanted = list(dict.fromkeys(refs))
        held = await self._database.read(watched_in, watchlist.guild_id)
        if held + len(wanted) > self.limits.accounts:
            raise InputError(
                f"This server watches {counted(held, 'account')}; {self.limits.accounts:,} are allowed. "
                f"{counted(len(wanted), 'more does', 'more do')} not fit."
            )
        new = await self._database.write(
            put_items, watchlist.watchlist_id, refs=wanted, added_by=by, now=self._clock()
        )
        return Added(new=tuple(new), known=len(wanted) - len(new))

    async def remove(self, watchlist: Watchlist, ref: AccountRef) -> int:
        """Take an account off a list; return how many went (0: it was not on it)."""
        meant = {each.account_id for each in await self._database.read(find_accounts, ref)}
        items = await self._database.read(items_of, watchlist.watchlist_id)
        on_it = [item.account_id for item in items if item.account_id in meant]
        return await self._database.write(take_items, watchlist.watchlist_id, accounts=on_it)

    async def show(self, watchlist: Watchlist, *, alerts: int = 5) -> ShownList:
        """Return everything about a list."""
        number = watchlist.watchlist_id
        return ShownList(
            watchlist=watchlist,
            items=tuple(await self._database.read(items_of, number)),
            subscriptions=len(await self._database.read(subscriptions_of_list, number)),
            alerts=tuple(await self._database.read(alerts_of_list, number, limit=alerts)),
        )

    async def change(self, changed: Watchlist) -> Watchlist:
        """Write description, editors, keywords and severities."""
        if len(changed.editor_roles) > MAX_EDITORS:
            raise InputError(f"A watchlist can have {MAX_EDITORS} editor roles at most.")
        if len(changed.keywords) > MAX_KEYWORDS or any(len(word) > MAX_KEYWORD for word in changed.keywords):
            raise InputError(
                f"A watchlist can look for {MAX_KEYWORDS} keywords of {MAX_KEYWORD} characters at most."
            )
        changed = replace(changed, description=_one_line(changed.description, limit=MAX_DESCRIPTION))
        await self._database.write(change_list, changed)
        return changed

    async def pause(self, watchlist: Watchlist) -> None:
        """Tell nothing of a list, and look at nothing for it, until it is resumed."""
        await self._database.write(
            pause_list, watchlist.watchlist_id, at=self._clock(), why="paused by a member"
        )

    async def resume(self, watchlist: Watchlist) -> int:
        """Go on, and look at once at accounts that were parked; return how many are looked at."""
        if watchlist.paused_at is not None:
            await self._database.write(_unpause, watchlist.watchlist_id)
        return await self._database.write(wake, watchlist.watchlist_id, at=self._clock())

    async def delete(self, watchlist: Watchlist) -> None:
        """Take a list out for good."""
        await self._database.write(delete_list, watchlist.watchlist_id)

    async def export(self, watchlist: Watchlist) -> bytes:
        """Return the accounts of a list as CSV that `read_accounts` reads back."""
        items = await self._database.read(items_of, watchlist.watchlist_id)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for item in items:
            ref = item.ref
            writer.writerow((ref.platform.value, ref.handle or "", ref.platform_id or "", _address(ref)))
        return text.getvalue().encode()


def read_account(text: str, *, platform: Platform | None = None) -> AccountRef:
    """Return the account that a text names; a post's author counts. Raises InputError."""
    target = read_one(text, platform=platform).reference
    if isinstance(target, AccountRef):
        return target
    if target.author is None:
        raise UnknownAccountError("This address does not tell who wrote the post. Give the account itself.")
    return target.author


def read_accounts(raw: bytes, *, platform: Platform | None = None) -> tuple[list[AccountRef], Added]:
    """Read a file: our own CSV, any CSV whose cells hold addresses, or one account a line.

    Lines that name no account for certain are returned as refused, with the reason. Raises InputError for
    what is no text.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise InputError("The file has more than 1 MB. Split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"The file is not UTF-8 text (byte {error.start}). Save it as CSV UTF-8.") from error
    refs: list[AccountRef] = []
    refused: list[tuple[str, str]] = []
    lines = text.splitlines()
    if lines and tuple(lines[0].strip().split(",")) == COLUMNS:
        for row in csv.DictReader(io.StringIO(text)):
            _own_row(row, refs=refs, refused=refused)
    else:
        for line in lines:
            if line.strip() and not line.lstrip().startswith("#"):
                _line(line.strip(), platform, refs=refs, refused=refused)
    return list(dict.fromkeys(refs)), Added(refused=tuple(refused))


def _own_row(row: dict[str, str], *, refs: list[AccountRef], refused: list[tuple[str, str]]) -> None:
    name = row.get("handle") or row.get("platform_id") or ""
    try:
        platform = Platform(row.get("platform") or "")
    except ValueError:
        refused.append((name, "unknown platform"))
        return
    handle = canonical_handle(platform, row.get("handle") or "")
    number = canonical_id(platform, row.get("platform_id") or "")
    if handle is None and number is None:
        refused.append((name, "no handle or id of this platform"))
        return
    refs.append(AccountRef(platform=platform, handle=handle, platform_id=number))


def _line(
    line: str, platform: Platform | None, *, refs: list[AccountRef], refused: list[tuple[str, str]]
) -> None:
    try:
        refs.append(read_account(line, platform=platform))
    except (AmbiguousError, UnknownAccountError) as error:
        refused.append((line, str(error)))


def _unpause(connection: sqlite3.Connection, watchlist_id: WatchlistId) -> None:
    pause_list(connection, watchlist_id, at=None)
    start_anew(connection, watchlist_id)


def _named(name: str) -> str:
    clean = _one_line(name, limit=MAX_NAME + 1)
    if not clean or len(clean) > MAX_NAME:
        raise InputError(f"A watchlist's name has 1 to {MAX_NAME} characters.")
    return clean


def _one_line(text: str, *, limit: int) -> str:
    return " ".join(text.split())[:limit]


def _address(ref: AccountRef) -> str:
    try:
        return account_url(ref)
    except ValueError:
        return ""


def age_words(at: datetime | None, *, now: datetime) -> str:
    """Return how long ago something was, in one unit; "never" for None."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(int(seconds // size), unit)} ago"
    return "just now"
