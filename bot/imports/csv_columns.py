"""The columns of a CSV file of posts, under the names that common tools give them."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from bot.errors import ImportFileError
from bot.imports.files import ImportFile
from bot.text.inert import quoted

DELIMITERS = (",", ";", "\t", "|")

# Every column, with the other names under which common tools write it.
COLUMNS = MappingProxyType(
    {
        "platform": ("network", "site"),
        "handle": ("username", "user_name", "screen_name", "user_screen_name", "author", "account"),
        "platform_id": ("user_id", "userid", "author_id", "account_id", "channel_id"),
        "post_id": ("id", "tweet_id", "tweetid", "message_id", "status_id", "video_id"),
        "created_at": ("date", "datetime", "timestamp", "published_at", "post_created", "tweet_time"),
        "text": ("message", "content", "body", "full_text", "tweet_text", "caption"),
        "kind": (),
        "likes": ("like_count", "likes_count", "favorite_count", "favourites_count"),
        "reposts": ("retweet_count", "repost_count", "retweets", "shares", "share_count", "shares_count"),
        "replies": ("reply_count", "replies_count", "comments", "comment_count", "comments_count"),
        "quotes": ("quote_count", "quotes_count"),
        "views": ("view_count", "views_count", "impressions", "impression_count"),
        "url": ("post_url", "permalink"),
        "links": ("urls", "link"),
        "image_hashes": ("image_hash", "media_hash", "phash", "dhash", "ahash", "pdq", "image_md5"),
        "language": ("lang", "tweet_language"),
        "refers_to": ("repost_id", "in_reply_to_id", "quoted_id"),
        "display_name": ("name", "user_display_name", "author_name", "page_name"),
        "bio": ("description", "user_profile_description"),
        "followers": ("follower_count", "followers_count", "subscribers"),
        "following": ("following_count", "friends_count"),
        "posts": ("statuses_count", "tweet_count", "post_count"),
        "account_created_at": ("account_creation_date", "user_created_at"),
        "snapshot_at": ("collected_at", "retrieved_at", "fetched_at"),
    }
)


class Cells(NamedTuple):
    """One row's cells, in the order of COLUMNS; empty where the file has no such column."""

    platform: str
    handle: str
    platform_id: str
    post_id: str
    created_at: str
    text: str
    kind: str
    likes: str
    reposts: str
    replies: str
    quotes: str
    views: str
    url: str
    links: str
    image_hashes: str
    language: str
    refers_to: str
    display_name: str
    bio: str
    followers: str
    following: str
    posts: str
    account_created_at: str
    snapshot_at: str


_NAMES = {alias: column for column, aliases in COLUMNS.items() for alias in (column, *aliases)}
_REQUIRED = ("platform", "post_id", "created_at", "text")


def split_header(header: str) -> tuple[str, list[str]]:
    """Return the delimiter under which most columns of a header are known, and its cells."""
    found: list[tuple[int, str, list[str]]] = []
    for delimiter in DELIMITERS:
        with contextlib.suppress(csv.Error, StopIteration):
            cells = next(csv.reader([header], delimiter=delimiter))
            found.append((len(known_columns(cells)), delimiter, cells))
    if not found:
        return DELIMITERS[0], []
    _, delimiter, cells = max(found, key=lambda each: each[0])
    return delimiter, cells


def known_columns(cells: Sequence[str]) -> list[str]:
    names = (_NAMES.get(_folded(cell)) for cell in cells)
    return [name for name in names if name is not None]


def _folded(cell: str) -> str:
    return re.sub(r"[\s\-]+", "_", cell.strip().lstrip("\ufeff").lower())


def cell_reader(file: ImportFile, header: Sequence[str], *, line: int) -> Callable[[Sequence[str]], Cells]:
    """Return what picks the known cells out of a row. Raises ImportFileError for a useless header.

    The row must have an empty cell appended: it stands for every column that the file has not.
    """
    columns = _columns_of(file, header, line=line)
    pick = itemgetter(*(columns.get(name, -1) for name in COLUMNS))
    return lambda cells: Cells._make(pick(cells))


def _columns_of(file: ImportFile, header: Sequence[str], *, line: int) -> dict[str, int]:
    """Return the index of every known column. A column's own name counts before its other names."""
    columns: dict[str, int] = {}
    by_other_name: dict[str, int] = {}
    for index, cell in enumerate(header):
        name = _folded(cell)
        column = _NAMES.get(name)
        if column is None:
            continue
        taken = columns if name == column else by_other_name
        if column in taken:
            reason = (
                f"two columns for {column}: {quoted(header[taken[column]])} and {quoted(cell)}. "
                f"Rename the right one to {column}."
            )
            raise ImportFileError(file.path, reason, line=line)
        taken[column] = index
    columns = by_other_name | columns
    missing = [name for name in _REQUIRED if name not in columns]
    if "handle" not in columns and "platform_id" not in columns:
        missing.insert(1, "handle (or platform_id)")
    if missing:
        reason = (
            f"the header has no column for {', '.join(missing)}. Each post needs platform, handle or "
            "platform_id, post_id, created_at and text; see docs/generic-csv.md."
        )
        raise ImportFileError(file.path, reason, line=line)
    return columns
