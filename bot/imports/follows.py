"""Lists of who follows whom: Bluesky's answers, and a CSV that any tool can write.

Only who follows whom is kept; what the followers say of themselves is not asked for. A list of somebody's
followers is a sample of an audience, a list of whom somebody follows is not, and the two are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.imports.common import Rejected, Row, RowError, Sample, instant, source_of
from bot.imports.csv_lists import Cell, account_named, columns_in, list_rows, platform_of
from bot.imports.files import ImportFile
from bot.imports.json_values import decode, elements, located, values
from bot.store.follows import Follow, FollowList


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
    title = "Bluesky follower lists (as getFollowers and getFollows answer)"

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
    return account_named(Platform.BLUESKY, handle=person.handle or "", platform_id=person.did)


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
    title = "follower lists as CSV (platform, account, follower; docs/generic-csv.md)"

    def recognises(self, sample: Sample) -> bool:
        if sample.text is None:
            return False
        columns = columns_in(sample.text.split("\n", 1)[0], _COLUMNS)
        return {"platform", "account"} <= set(columns) and bool(columns.keys() & {"follower", "follower_id"})

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        return list_rows(
            file,
            _COLUMNS,
            needed=("platform", "account"),
            read=lambda cell, line: _read(cell, line, collected_at=collected_at, now=now),
        )


def _read(cell: Cell, line: int, *, collected_at: datetime, now: datetime) -> Row:
    platform = platform_of(cell("platform"))
    follow = Follow(
        account=account_named(platform, handle=cell("account"), platform_id=cell("account_id")),
        follower=account_named(platform, handle=cell("follower"), platform_id=cell("follower_id")),
        listed_in=FollowList.FOLLOWERS,
        source=source_of(FollowersCsv.name),
        seen_at=instant(cell("seen_at"), now=now) if cell("seen_at") else collected_at,
    )
    return Row(line=line, follows=(follow,))
