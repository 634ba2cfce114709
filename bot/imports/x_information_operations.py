"""X's published information operations: the CSV of tweets, one row a post.

Columns: the header of the published files (31 columns) and the readme beside them, which says that
`tweet_time` is UTC and that ids and names of accounts with fewer than 5,000 followers are hashed. A hashed
id is no id of X, so such an account is kept under the hash, and no other data of X will match it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from bot.accounts import AccountRef, Platform
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    account_id_on,
    count,
    handle_on,
    instant_utc,
    source_of,
    web_address,
)
from bot.imports.csv_tables import Table
from bot.imports.files import ImportFile
from bot.imports.seen_profiles import SeenProfiles
from bot.imports.x_posts import plain
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted

_HASHED = re.compile(r"[A-Za-z0-9+/=_-]{40,64}")
_LINK = re.compile(r"https?://[^\s'\",\]]+")


class _Cells(NamedTuple):
    post_id: str
    user_id: str
    display_name: str
    screen_name: str
    location: str
    bio: str
    link: str
    followers: str
    following: str
    created: str
    language: str
    text: str
    time: str
    answers: str
    quotes_post: str
    is_repost: str
    reposts_post: str
    quotes: str
    replies: str
    likes: str
    reposts: str
    urls: str


_COLUMNS = {
    "post_id": ("tweetid",),
    "user_id": ("userid",),
    "display_name": ("user_display_name",),
    "screen_name": ("user_screen_name",),
    "location": ("user_reported_location",),
    "bio": ("user_profile_description",),
    "link": ("user_profile_url",),
    "followers": ("follower_count",),
    "following": ("following_count",),
    "created": ("account_creation_date",),
    "language": ("tweet_language",),
    "text": ("tweet_text",),
    "time": ("tweet_time",),
    "answers": ("in_reply_to_tweetid", "in_reply_to_statusid"),
    "quotes_post": ("quoted_tweet_tweetid",),
    "is_repost": ("is_retweet",),
    "reposts_post": ("retweet_tweetid",),
    "quotes": ("quote_count",),
    "replies": ("reply_count",),
    "likes": ("like_count",),
    "reposts": ("retweet_count",),
    "urls": ("urls",),
}


class XInformationOperations:
    name = "x_information_operations"
    title = "X information operations as CSV (tweetid, userid, tweet_text, tweet_time)"

    _table = Table(_Cells._make, columns=_COLUMNS, marks=("tweetid", "userid", "tweet_text", "tweet_time"))

    def recognises(self, sample: Sample) -> bool:
        return self._table.recognises(sample)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        profiles = SeenProfiles()

        def read(cells: _Cells, line: int) -> Row:
            author = _account(cells.user_id, cells.screen_name)
            post = _post(cells, author, collected_at=collected_at, now=now)
            snapshots: tuple[Snapshot, ...] = ()
            if profiles.first(cells.user_id):
                snapshots = (_snapshot(cells, author, collected_at=collected_at, now=now),)
            return Row(line=line, snapshots=snapshots, posts=(post,))

        return self._table.rows(file, read)


@lru_cache(maxsize=65_536)
def _account(user_id: str, screen_name: str) -> AccountRef:
    """Return the account; one that was hashed bears the hash as its id. Raises RowError."""
    user_id = user_id.strip()
    known = account_id_on(Platform.X, user_id)
    if known is not None:
        handle = handle_on(Platform.X, screen_name.strip()) if screen_name != user_id else None
        return AccountRef(platform=Platform.X, handle=handle, platform_id=known)
    if _HASHED.fullmatch(user_id):
        return AccountRef(platform=Platform.X, platform_id=f"hashed:{user_id}")
    raise RowError(f"{quoted(user_id)} is neither an id of X nor a hashed one (column userid)")


def _post(cells: _Cells, author: AccountRef, *, collected_at: datetime, now: datetime) -> Post:
    post_id = cells.post_id.strip()
    if not (post_id.isascii() and post_id.isdigit() and len(post_id) <= 19):
        raise RowError(f"{quoted(post_id)} cannot be the id of a post (column tweetid)")
    kind, refers_to = _kind(cells)
    return Post(
        platform=Platform.X,
        post_id=post_id,
        author=author,
        created_at=instant_utc(cells.time, now=now),
        kind=kind,
        text=plain(cells.text),
        counts=Counts() if kind is PostKind.REPOST else _counts(cells),
        counts_at=collected_at,
        language=cells.language.strip() or None,
        links=tuple(dict.fromkeys(_LINK.findall(cells.urls))) if len(cells.urls) > 2 else (),
        refers_to=refers_to,
        url=f"https://x.com/{author.handle or 'i/web'}/status/{post_id}",
    )


def _kind(cells: _Cells) -> tuple[PostKind, str | None]:
    if cells.is_repost.strip().lower() == "true":
        return PostKind.REPOST, _reference(cells.reposts_post)
    answered = _reference(cells.answers)
    if answered is not None:
        return PostKind.REPLY, answered
    shared = _reference(cells.quotes_post)
    return (PostKind.ORIGINAL, None) if shared is None else (PostKind.QUOTE, shared)


def _reference(text: str) -> str | None:
    text = text.strip()
    return text if text.isascii() and text.isdigit() else None


def _counts(cells: _Cells) -> Counts:
    """Return the counts; early releases leave them empty for whole accounts, which is not 0."""
    return Counts(
        likes=count(cells.likes, "like_count").value,
        reposts=count(cells.reposts, "retweet_count").value,
        replies=count(cells.replies, "reply_count").value,
        quotes=count(cells.quotes, "quote_count").value,
    )


def _snapshot(cells: _Cells, author: AccountRef, *, collected_at: datetime, now: datetime) -> Snapshot:
    return Snapshot(
        account=author,
        taken_at=collected_at,
        source=source_of(XInformationOperations.name),
        # Hashed accounts have the hash for a name.
        display_name=None if author.handle is None else cells.display_name.strip() or None,
        bio=plain(cells.bio).strip() or None,
        profile_link=web_address(cells.link),
        location=cells.location.strip() or None,
        created_at=instant_utc(cells.created, now=now) if cells.created.strip() else None,
        followers=count(cells.followers, "follower_count").value,
        following=count(cells.following, "following_count").value,
    )
