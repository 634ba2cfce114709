"""Junkipedia: posts as its API gives them, flattened to CSV with the path of each field as its column.

Fields: docs.junkipedia.org, "API"; the flattened form is what pandas makes of an answer, with or without the
leading `attributes.`. Junkipedia's own channel id leads to nothing outside it and the answer names no handle,
so the post's address must say whose it is. That holds for X, TikTok, Telegram, Bluesky and part of Facebook,
not for YouTube and Instagram, whose posts are left out and said so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from bot.accounts import AccountRef, Platform, PostRef, parse_one
from bot.errors import MastheadError
from bot.imports.common import Rejected, Row, RowError, Sample, count, instant_utc, web_address
from bot.imports.csv_tables import Table
from bot.imports.files import ImportFile
from bot.store.records import Counts, Post, PostKind
from bot.text.inert import quoted
from bot.text.links import links as links_in


class _Cells(NamedTuple):
    url: str
    published: str
    text: str
    likes: str
    comments: str
    shares: str
    views: str


def _columns(before: str) -> dict[str, tuple[str, ...]]:
    return {
        "url": (f"{before}url",),
        "published": (f"{before}published_at",),
        "text": (f"{before}complete_post_text",),
        "likes": (f"{before}engagement_fields.likes_count",),
        "comments": (f"{before}engagement_fields.comments_count",),
        "shares": (f"{before}engagement_fields.shares_count",),
        "views": (f"{before}engagement_fields.views_count",),
    }


def _table(before: str) -> Table[_Cells]:
    columns = _columns(before)
    marks = tuple(columns[field][0] for field in ("url", "published", "text"))
    return Table(_Cells._make, columns=columns, marks=marks)


class Junkipedia:
    name = "junkipedia"
    title = "Junkipedia CSV (flattened answers of its API)"

    _tables = (_table("attributes."), _table(""))

    def recognises(self, sample: Sample) -> bool:
        return any(table.recognises(sample) for table in self._tables)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        header = (next(file.lines()).content or b"").decode(errors="replace")
        table = self._tables[0 if "attributes." in header.lower() else 1]

        def read(cells: _Cells, line: int) -> Row:
            return Row(line=line, posts=(_post(cells, collected_at=collected_at, now=now),))

        return table.rows(file, read)


def _post(cells: _Cells, *, collected_at: datetime, now: datetime) -> Post:
    reference = _reference(cells.url.strip())
    author = reference.author
    if author is None:
        raise RowError(f"the address {quoted(cells.url)} does not say whose post it is (column url)")
    likes, shares = count(cells.likes, "likes_count"), count(cells.shares, "shares_count")
    comments, views = count(cells.comments, "comments_count"), count(cells.views, "views_count")
    return Post(
        platform=reference.platform,
        post_id=_post_id(reference, author),
        author=author,
        created_at=instant_utc(cells.published, now=now),
        kind=PostKind.ORIGINAL,
        text=cells.text,
        counts=Counts(
            likes=likes.value,
            reposts=shares.value,
            replies=comments.value,
            views=views.value,
            rounded=likes.rounded or shares.rounded or comments.rounded or views.rounded,
        ),
        counts_at=collected_at,
        links=tuple(link.url for link in links_in(cells.text)),
        url=web_address(cells.url),
    )


@lru_cache(maxsize=4_096)
def _reference(url: str) -> PostRef:
    """Read the address of a post. Raises RowError."""
    try:
        found = parse_one(url)
    except MastheadError:
        found = None
    if not isinstance(found, PostRef):
        raise RowError(f"{quoted(url)} is no address of a post that Masthead knows (column url)")
    return found


def _post_id(reference: PostRef, author: AccountRef) -> str:
    """Return the id under which other formats keep the post: Telegram counts anew in each channel."""
    if reference.platform is Platform.TELEGRAM:
        return f"{author.handle}/{reference.post_id}"
    if reference.platform is Platform.BLUESKY and author.platform_id is not None:
        return f"at://{author.platform_id}/app.bsky.feed.post/{reference.post_id}"
    return reference.post_id
