"""YouTube Data API v3: answers of channels.list, videos.list and playlistItems.list, as they are.

Field names: developers.google.com/youtube/v3/docs/{channels,videos,playlistItems}. Counts are text there.
`subscriberCount` is rounded down to three significant figures by YouTube and absent where it is hidden;
likes are absent where the channel hides them. Search answers are not read: their texts are cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.accounts import RULES, AccountRef, Platform
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    Value,
    account_id_on,
    handle_on,
    instant,
    instant_or_none,
    source_of,
)
from bot.imports.files import ImportFile
from bot.imports.json_rows import Digits, json_rows, read_each, whole
from bot.imports.json_values import decode, located
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted

_CHANNEL, _VIDEO, _ITEM = "youtube#channel", "youtube#video", "youtube#playlistItem"
_LISTS = frozenset(f"{kind}ListResponse" for kind in (_CHANNEL, _VIDEO, _ITEM))
# YouTube writes every digit below this number.
_EXACT_BELOW = 1_000
# What stands in a playlist for videos that are gone, in every language of the API the same.
_GONE = frozenset({"Deleted video", "Private video"})


class _Resource(msgspec.Struct, kw_only=True, rename="camel"):
    video_id: str | None = None


class _Snippet(msgspec.Struct, kw_only=True, rename="camel"):
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
    resource_id: _Resource | None = None
    video_owner_channel_id: str | None = None


class _Statistics(msgspec.Struct, kw_only=True, rename="camel"):
    view_count: Digits = None
    like_count: Digits = None
    comment_count: Digits = None
    subscriber_count: Digits = None
    hidden_subscriber_count: bool | None = None
    video_count: Digits = None


class _Details(msgspec.Struct, kw_only=True, rename="camel"):
    video_id: str | None = None
    video_published_at: str | None = None


class _Thing(msgspec.Struct, kw_only=True, rename="camel"):
    """A channel, a video or an item of a playlist; or a page of them."""

    kind: str
    id: str | None = None
    snippet: _Snippet | None = None
    statistics: _Statistics | None = None
    content_details: _Details | None = None
    items: list[msgspec.Raw] | None = None


_thing = msgspec.json.Decoder(_Thing)


class YouTubeApi:
    name = "youtube_api"
    title = "YouTube Data API JSON (channels, videos, playlistItems)"

    def recognises(self, sample: Sample) -> bool:
        if sample.json is None:
            return False
        try:
            kind = decode(_thing, sample.json.text).kind
        except RowError:
            return False
        return kind in _LISTS or kind in {_CHANNEL, _VIDEO, _ITEM}

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(collected_at=min(file.changed_at, now), now=now)
        for each in json_rows(file, reader.page_or_row):
            if isinstance(each, Row) and reader.page:
                page, reader.page = reader.page, []
                yield from read_each(page, reader.page_or_row)
            else:
                yield each


class _Reader:
    def __init__(self, *, collected_at: datetime, now: datetime) -> None:
        self.page: list[Value] = []
        self._collected_at = collected_at
        self._now = now

    def page_or_row(self, value: Value) -> Row:
        """Read one thing; those of a page are put into `page`."""
        thing = decode(_thing, value.text)
        if thing.kind in _LISTS:
            self.page = [
                Value(line=line, text=bytes(piece)) for line, piece in located(value, thing.items or ())
            ]
            return Row(line=value.line)
        if thing.kind == _CHANNEL:
            return Row(line=value.line, snapshots=(self._snapshot(thing),))
        if thing.kind == _VIDEO:
            return Row(line=value.line, posts=(self._video(thing),))
        if thing.kind == _ITEM:
            return Row(line=value.line, posts=(self._item(thing),))
        raise RowError(f"{quoted(thing.kind)} is neither a channel nor a video")

    def _snapshot(self, thing: _Thing) -> Snapshot:
        snippet, counts = thing.snippet or _Snippet(), thing.statistics or _Statistics()
        handle = snippet.custom_url or ""
        # Before 2022 this was a name of another kind, without "@".
        known = handle_on(Platform.YOUTUBE, handle[1:]) if handle.startswith("@") else None
        followers = None if counts.hidden_subscriber_count else whole(counts.subscriber_count)
        return Snapshot(
            account=_channel(thing.id, handle=known),
            taken_at=self._collected_at,
            source=source_of(YouTubeApi.name),
            display_name=snippet.title or None,
            bio=snippet.description or None,
            location=snippet.country,
            created_at=instant_or_none(snippet.published_at, now=self._now),
            followers=followers,
            posts=whole(counts.video_count),
            rounded=followers is not None and followers >= _EXACT_BELOW,
        )

    def _video(self, thing: _Thing) -> Post:
        snippet = thing.snippet
        if snippet is None:
            raise RowError("a video without its snippet; collect it again with part=snippet")
        counts = thing.statistics or _Statistics()
        return self._post(
            snippet,
            video=thing.id,
            author=_channel(snippet.channel_id),
            published=snippet.published_at,
            counts=Counts(
                likes=whole(counts.like_count),
                replies=whole(counts.comment_count),
                views=whole(counts.view_count),
            ),
        )

    def _item(self, thing: _Thing) -> Post:
        """Read a video in a playlist: whoever made the list need not have made the video."""
        snippet, details = thing.snippet, thing.content_details or _Details()
        if snippet is None:
            raise RowError("a video without its snippet; collect it again with part=snippet")
        if snippet.title in _GONE and snippet.video_owner_channel_id is None:
            raise RowError("a video that was deleted or made private")
        owner, published = snippet.video_owner_channel_id, details.video_published_at
        uploads = (snippet.playlist_id or "")[:2] == "UU"
        if uploads:
            owner = owner or snippet.channel_id
            published = published or snippet.published_at
        if owner is None or published is None:
            raise RowError(
                "it does not say whose video it is or when it was published; "
                "collect it again with part=snippet,contentDetails"
            )
        resource = snippet.resource_id.video_id if snippet.resource_id is not None else None
        video = details.video_id or resource
        return self._post(snippet, video=video, author=_channel(owner), published=published, counts=Counts())

    def _post(
        self,
        snippet: _Snippet,
        *,
        video: str | None,
        author: AccountRef,
        published: str | None,
        counts: Counts,
    ) -> Post:
        if video is None or RULES[Platform.YOUTUBE].post_id(video) is None:
            raise RowError(f"{quoted(video or '')} is no id of a video")
        if published is None:
            raise RowError("a video without a date")
        title, description = snippet.title, snippet.description
        return Post(
            platform=Platform.YOUTUBE,
            post_id=video,
            author=author,
            created_at=instant(published, now=self._now),
            kind=PostKind.ORIGINAL,
            text=f"{title}\n\n{description}" if title and description else title or description,
            counts=counts,
            counts_at=self._collected_at,
            language=snippet.default_audio_language or snippet.default_language,
            media=("video",),
            url=f"https://www.youtube.com/watch?v={video}",
        )


def _channel(text: str | None, *, handle: str | None = None) -> AccountRef:
    platform_id = account_id_on(Platform.YOUTUBE, text or "")
    if platform_id is None:
        raise RowError(f"{quoted(text or '')} is no id of a channel")
    return AccountRef(platform=Platform.YOUTUBE, handle=handle, platform_id=platform_id)
