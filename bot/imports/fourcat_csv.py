"""4CAT: the CSV of a dataset from X, Threads, Instagram, TikTok, Telegram or Bluesky.

Columns: `map_item` of each data source in digitalmethodsinitiative/4cat, datasources/{twitter-import,threads,
instagram,tiktok,telegram,bsky}/search_*.py. `timestamp` is written in the time of whatever server 4CAT runs
on, so `unix_timestamp` is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.accounts import RULES, AccountRef, Platform
from bot.imports.bluesky_posts import POST_URI
from bot.imports.common import (
    Count,
    Rejected,
    Row,
    RowError,
    Sample,
    account_id_on,
    count,
    handle_on,
    instant,
    source_of,
    web_address,
)
from bot.imports.csv_tables import Table
from bot.imports.files import ImportFile
from bot.imports.seen_profiles import SeenProfiles
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted
from bot.text.links import links as links_in


class _Cells(NamedTuple):
    post_id: str
    thread: str
    author: str
    author_id: str
    name: str
    followers: str
    text: str
    unix: str
    url: str
    likes: str
    reposts: str
    replies: str
    quotes: str
    views: str
    is_repost: str
    is_quote: str
    is_reply: str
    answers: str
    forwarded: str
    links: str
    language: str
    chat: str


_COLUMNS = {
    "post_id": ("id",),
    "thread": ("thread_id",),
    "author": ("author_username", "author"),
    "author_id": ("author_id",),
    "name": ("author_fullname", "author_full", "author_display_name", "author_name"),
    "followers": ("author_followers",),
    "text": ("body",),
    "unix": ("unix_timestamp", "timestamp"),
    "url": ("link", "tiktok_url", "url"),
    "likes": ("like_count", "num_likes", "amount_likes", "likes"),
    "reposts": ("retweet_count", "repost_count", "amount_shares", "shares", "reposts"),
    "replies": ("reply_count", "num_comments", "amount_comments", "comments", "replies"),
    "quotes": ("quote_count", "quotes"),
    "views": ("impression_count", "amount_plays", "plays", "views"),
    "is_repost": ("is_retweet",),
    "is_quote": ("is_quote_tweet", "quoted_post"),
    "is_reply": ("is_reply", "replied_to_post"),
    "answers": ("reply_to",),
    "forwarded": ("unix_timestamp_forwarded_from",),
    "links": ("urls", "link_url", "links"),
    "language": ("language_guess",),
    "chat": ("chat",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How the data of one platform is told, and which platform that is."""

    platform: Platform
    table: Table[_Cells]


def _kind_of(platform: Platform, *marks: str) -> _Kind:
    table = Table(_Cells._make, columns=_COLUMNS, marks=("id", "author", "body", *marks))
    return _Kind(platform=platform, table=table)


_KINDS = (
    _kind_of(Platform.X, "is_retweet", "retweet_count", "unix_timestamp"),
    _kind_of(Platform.THREADS, "author_is_verified", "reposts", "quotes", "unix_timestamp"),
    _kind_of(Platform.INSTAGRAM, "num_likes", "num_comments", "unix_timestamp"),
    _kind_of(Platform.TIKTOK, "tiktok_url", "author_followers"),
    _kind_of(Platform.TELEGRAM, "chat", "author_username", "unix_timestamp"),
    _kind_of(Platform.BLUESKY, "author_id", "repost_count", "replied_to_post"),
)


class FourCatCsv:
    name = "4cat_csv"
    title = "4CAT CSV (X, Threads, Instagram, TikTok, Telegram, Bluesky)"

    def recognises(self, sample: Sample) -> bool:
        return any(kind.table.recognises(sample) for kind in _KINDS)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        sample = Sample(text=(next(file.lines()).content or b"").decode(errors="replace"))
        kind = next((kind for kind in _KINDS if kind.table.recognises(sample)), _KINDS[0])
        reader = _Reader(kind.platform, collected_at=min(file.changed_at, now), now=now)
        return kind.table.rows(file, reader.row)


class _Reader:
    def __init__(self, platform: Platform, *, collected_at: datetime, now: datetime) -> None:
        self._platform = platform
        self._collected_at = collected_at
        self._now = now
        self._profiles = SeenProfiles()

    def row(self, cells: _Cells, line: int) -> Row:
        author = self._author(cells)
        return Row(line=line, snapshots=self._snapshots(cells, author), posts=(self._post(cells, author),))

    def _author(self, cells: _Cells) -> AccountRef:
        # A channel's posts have no author of their own.
        name = cells.author.strip() or cells.chat.strip()
        handle = handle_on(self._platform, name) if name else None
        # TikTok's and Instagram's numbers are not the lasting ids that are known elsewhere.
        by_id = self._platform in {Platform.X, Platform.BLUESKY}
        known = account_id_on(self._platform, cells.author_id.strip()) if by_id else None
        if handle is None and known is None:
            raise RowError(f"{quoted(name)} cannot be a handle on {self._platform} (column author)")
        return AccountRef(platform=self._platform, handle=handle, platform_id=known)

    def _snapshots(self, cells: _Cells, author: AccountRef) -> tuple[Snapshot, ...]:
        if not (cells.name.strip() or cells.followers.strip()) or not self._profiles.first(author):
            return ()
        followers = count(cells.followers, "author_followers")
        snapshot = Snapshot(
            account=author,
            taken_at=self._collected_at,
            source=source_of(FourCatCsv.name),
            display_name=cells.name.strip() or None,
            followers=followers.value,
            rounded=followers.rounded,
        )
        return (snapshot,)

    def _post(self, cells: _Cells, author: AccountRef) -> Post:
        post_id = self._post_id(cells)
        kind, refers_to = self._kind(cells)
        return Post(
            platform=self._platform,
            post_id=post_id,
            author=author,
            created_at=self._instant(cells.unix),
            kind=kind,
            text=cells.text,
            # 4CAT copies what X writes beside a repost, which is the original's.
            counts=Counts() if kind is PostKind.REPOST and self._platform is Platform.X else _counts(cells),
            counts_at=self._collected_at,
            language=cells.language.strip() or None,
            links=_links(cells),
            media=("video",) if self._platform is Platform.TIKTOK else (),
            refers_to=refers_to,
            url=web_address(cells.url),
        )

    def _instant(self, text: str) -> datetime:
        text = text.strip().removesuffix(".0")
        if not text.isdigit():
            raise RowError(f"{quoted(text)} is no Unix time; 4CAT's other dates do not say their zone")
        return instant(text, now=self._now)

    def _post_id(self, cells: _Cells) -> str:
        post_id = cells.post_id.strip()
        if self._platform is Platform.BLUESKY:
            if POST_URI.fullmatch(post_id):
                return post_id
        elif RULES[self._platform].post_id(post_id) is not None:
            return f"{cells.chat.strip().lower()}/{post_id}" if cells.chat.strip() else post_id
        raise RowError(f"{quoted(post_id)} cannot be the id of a post on {self._platform} (column id)")

    def _kind(self, cells: _Cells) -> tuple[PostKind, str | None]:
        if cells.is_repost == "yes" or cells.forwarded.strip() not in {"", "0"}:
            return PostKind.REPOST, None
        if cells.answers.strip() and cells.chat.strip():
            return PostKind.REPLY, f"{cells.chat.strip().lower()}/{cells.answers.strip()}"
        if cells.is_reply not in {"", "no"}:
            return PostKind.REPLY, cells.thread.strip() or None
        return (PostKind.ORIGINAL if cells.is_quote in {"", "no"} else PostKind.QUOTE), None


def _counts(cells: _Cells) -> Counts:
    likes, reposts = _count(cells.likes, "likes"), _count(cells.reposts, "reposts")
    replies, quotes = _count(cells.replies, "replies"), _count(cells.quotes, "quotes")
    views = _count(cells.views, "views")
    return Counts(
        likes=likes.value,
        reposts=reposts.value,
        replies=replies.value,
        quotes=quotes.value,
        views=views.value,
        rounded=likes.rounded or reposts.rounded or replies.rounded or quotes.rounded or views.rounded,
    )


def _count(text: str, name: str) -> Count:
    """Read a count; 4CAT writes -1 where the platform told none."""
    return Count(value=None) if text.strip() == "-1" else count(text, name)


def _links(cells: _Cells) -> tuple[str, ...]:
    if not cells.links:
        return tuple(link.url for link in links_in(cells.text))
    found = (web_address(part) for part in cells.links.split(","))
    return tuple(dict.fromkeys(part for part in found if part is not None))
