"""Lists of who follows whom: Bluesky's answers, and a CSV that any tool can write.

Only who follows whom is kept; what the followers say of themselves is not asked for. A list of somebody's
followers is a sample of an audience, a list of whom somebody follows is not, and the two are kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    account_id_on,
    handle_on,
    instant,
    source_of,
)
from bot.imports.csv_columns import DELIMITERS
from bot.imports.csv_rows import rows
from bot.imports.files import ImportFile
from bot.imports.json_values import decode, elements, located, values
from bot.store.follows import Follow, FollowList
from bot.text.inert import quoted


class _Person(msgspec.Struct, kw_only=True):
    did: str
    handle: str | None = None


class _Page(msgspec.Struct, kw_only=True):
    """An answer of getFollowers or getFollows: whose list it is, and who stands in it."""

    subject: _Person
    followers: list[msgspec.Raw] | None = None
    follows: list[msgspec.Raw] | None = None


_page = msgspec.json.Decoder(_Page)
_person = msgspec.json.Decoder(_Person)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class BlueskyFollows:
    name = "bluesky_follows"
    title = "Bluesky follower lists, as getFollowers and getFollows answer"

    def recognises(self, sample: Sample) -> bool:
        if sample.json is None:
            return False
        try:
            keys = decode(_keys, sample.json.text)
        except RowError:
            return False
        return "subject" in keys and ("followers" in keys or "follows" in keys)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        seen_at = min(file.changed_at, now)
        for value in values(file):
            if isinstance(value, Rejected):
                yield value
                continue
            try:
                pages = [(page.line, decode(_page, page.text), page) for page in elements(value)]
            except RowError as error:
                yield Rejected(line=value.line, reason=str(error))
                continue
            for _line, page, text in pages:
                listed = page.followers or page.follows or []
                for line, piece in located(text, listed):
                    try:
                        yield Row(line=line, follows=(_follow(page, piece, seen_at=seen_at),))
                    except RowError as error:
                        yield Rejected(line=line, reason=str(error))


def _follow(page: _Page, piece: msgspec.Raw, *, seen_at: datetime) -> Follow:
    whose, other = _account(page.subject), _account(decode(_person, piece))
    audience = page.followers is not None
    return Follow(
        account=whose if audience else other,
        follower=other if audience else whose,
        listed_in=FollowList.FOLLOWERS if audience else FollowList.FOLLOWS,
        source=source_of(BlueskyFollows.name),
        seen_at=seen_at,
    )


def _account(person: _Person) -> AccountRef:
    return _named(Platform.BLUESKY, handle=person.handle or "", platform_id=person.did)


# The columns of a follower list with the other names that are taken for them.
_COLUMNS = {
    "platform": ("platform", "network"),
    "account": ("account", "followed", "target"),
    "account_id": ("account_id", "followed_id", "target_id"),
    "follower": ("follower", "follower_handle", "follower_username"),
    "follower_id": ("follower_id",),
    "seen_at": ("seen_at", "collected_at"),
}


class FollowersCsv:
    name = "followers_csv"
    title = "CSV of follower lists (platform, account, follower; docs/generic-csv.md)"

    def recognises(self, sample: Sample) -> bool:
        if sample.text is None:
            return False
        columns = _columns(_split(sample.text.split("\n", 1)[0])[1])
        return {"platform", "account"} <= set(columns) and bool(columns.keys() & {"follower", "follower_id"})

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        columns: dict[str, int] | None = None
        header = next(file.lines()).content or b""
        for row in rows(file, delimiter=_split(header.decode(errors="replace"))[0]):
            if isinstance(row, Rejected):
                yield row
                continue
            line, cells = row
            if columns is None:
                columns = _columns(cells)
                if not {"platform", "account"} <= set(columns):
                    raise ImportFileError(
                        file.path, "the header needs platform, account and follower.", line=line
                    )
                continue
            try:
                yield Row(line=line, follows=(_read(cells, columns, collected_at=collected_at, now=now),))
            except RowError as error:
                yield Rejected(line=line, reason=str(error))


def _split(header: str) -> tuple[str, list[str]]:
    """Return the delimiter that gives most known columns, and the cells of the header."""
    best = max(DELIMITERS, key=lambda delimiter: len(_columns(header.split(delimiter))))
    return best, header.split(best)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    names = [re.sub(r"[\s\-]+", "_", cell.strip(' "\ufeff\r\n').lower()) for cell in cells]
    return {
        column: names.index(known)
        for column, aliases in _COLUMNS.items()
        for known in aliases[::-1]
        if known in names
    }


def _read(cells: Sequence[str], columns: dict[str, int], *, collected_at: datetime, now: datetime) -> Follow:
    def cell(column: str) -> str:
        at = columns.get(column)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    try:
        platform = Platform(cell("platform").lower().replace("twitter", "x"))
    except ValueError:
        known = ", ".join(each.value for each in Platform)
        raise RowError(
            f"{quoted(cell('platform'))} is not a platform that Masthead knows ({known})"
        ) from None
    return Follow(
        account=_named(platform, handle=cell("account"), platform_id=cell("account_id")),
        follower=_named(platform, handle=cell("follower"), platform_id=cell("follower_id")),
        listed_in=FollowList.FOLLOWERS,
        source=source_of(FollowersCsv.name),
        seen_at=instant(cell("seen_at"), now=now) if cell("seen_at") else collected_at,
    )


def _named(platform: Platform, *, handle: str, platform_id: str) -> AccountRef:
    """Return an account by what a cell says. Raises RowError for what cannot be one."""
    known = handle_on(platform, handle) if handle else None
    known_id = account_id_on(platform, platform_id) if platform_id else None
    if handle and known is None:
        raise RowError(f"{quoted(handle)} cannot be a handle on {platform}")
    if platform_id and known_id is None:
        raise RowError(f"{quoted(platform_id)} cannot be the id of an account on {platform}")
    if known is None and known_id is None:
        raise RowError("neither a handle nor an id")
    return AccountRef(platform=platform, handle=known, platform_id=known_id)
