"""Resources of the YouTube Data API v3 as records of ours, for files of them and for the live connector.

Field names: developers.google.com/youtube/v3/docs/{channels,videos,playlistItems}. Counts are text there.
`subscriberCount` is rounded down to three significant figures by YouTube and absent where it is hidden;
likes are absent where the channel hides them.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.accounts import RULES, AccountRef, Platform
from bot.imports.common import RowError, account_id_on, handle_on, instant, instant_or_none
from bot.imports.json_rows import Digits, whole
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted

# YouTube writes every digit below this number.
_EXACT_BELOW = 1_000


class Resource(msgspec.Struct, kw_only=True, rename="camel"):
    video_id: str | None = None


class Snippet(msgspec.Struct, kw_only=True, rename="camel"):
    published_at: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    title: str = ""
    description: str = ""
    custom_url: str | None = None
    country: str | None = None
    default_language: str | None = None
    default_audio_language: str | None = None
    playlist_id: str | None = None
    resource_id: Resource | None = None
    video_owner_channel_id: str | None = None


class Statistics(msgspec.Struct, kw_only=True, rename="camel"):
    view_count: Digits = None
    like_count: Digits = None
    comment_count: Digits = None
    subscriber_count: Digits = None
    hidden_subscriber_count: bool | None = None
    video_count: Digits = None


class Details(msgspec.Struct, kw_only=True, rename="camel"):
    video_id: str | None = None
    video_published_at: str | None = None


class Thing(msgspec.Struct, kw_only=True, rename="camel"):
    """A channel, a video or an item of a playlist; or a page of them."""

    kind: str
    id: str | None = None
    snippet: Snippet | None = None
    statistics: Statistics | None = None
    content_details: Details | None = None
    items: list[msgspec.Raw] | None = None


def channel_snapshot(thing: Thing, *, taken_at: datetime, now: datetime, source: str) -> Snapshot:
    """Return what a channel says of itself. Raises RowError where it has no id."""
    snippet, counts = thing.snippet or Snippet(), thing.statistics or Statistics()
    handle = snippet.custom_url or ""
    # Before 2022 this was a name of another kind, without "@".
    known = handle_on(Platform.YOUTUBE, handle[1:]) if handle.startswith("@") else None
    followers = None if counts.hidden_subscriber_count else whole(counts.subscriber_count)
    return Snapshot(
        account=channel_account(thing.id, handle=known),
        taken_at=taken_at,
        source=source,
        display_name=snippet.title or None,
        bio=snippet.description or None,
        location=snippet.country,
        created_at=instant_or_none(snippet.published_at, now=now),
        followers=followers,
        posts=whole(counts.video_count),
        rounded=followers is not None and followers >= _EXACT_BELOW,
    )


def video_post(thing: Thing, *, collected_at: datetime, now: datetime) -> Post:
    """Return a video as a post. Raises RowError where something is missing that cannot be guessed."""
    snippet = thing.snippet
    if snippet is None:
        raise RowError("a video without its snippet; collect it again with part=snippet")
    counts = thing.statistics or Statistics()
    return post_of(
        snippet,
        video=thing.id,
        author=channel_account(snippet.channel_id),
        published=snippet.published_at,
        counts=Counts(
            likes=whole(counts.like_count),
            replies=whole(counts.comment_count),
            views=whole(counts.view_count),
        ),
        collected_at=collected_at,
        now=now,
    )


def post_of(
    snippet: Snippet,
    *,
    video: str | None,
    author: AccountRef,
    published: str | None,
    counts: Counts,
    collected_at: datetime,
    now: datetime,
) -> Post:
    """Return a video described by a snippet. Raises RowError."""
    if video is None or RULES[Platform.YOUTUBE].post_id(video) is None:
        raise RowError(f"{quoted(video or '')} is no id of a video")
    if published is None:
        raise RowError("a video without a date")
    title, description = snippet.title, snippet.description
    return Post(
        platform=Platform.YOUTUBE,
        post_id=video,
        author=author,
        created_at=instant(published, now=now),
        kind=PostKind.ORIGINAL,
        text=f"{title}\n\n{description}" if title and description else title or description,
        counts=counts,
        counts_at=collected_at,
        language=snippet.default_audio_language or snippet.default_language,
        media=("video",),
        url=f"https://www.youtube.com/watch?v={video}",
    )


def channel_account(text: str | None, *, handle: str | None = None) -> AccountRef:
    """Return the account of a channel's id. Raises RowError where it is none."""
    platform_id = account_id_on(Platform.YOUTUBE, text or "")
    if platform_id is None:
        raise RowError(f"{quoted(text or '')} is no id of a channel")
    return AccountRef(platform=Platform.YOUTUBE, handle=handle, platform_id=platform_id)
