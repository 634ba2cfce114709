"""YouTube Data API v3: answers of channels.list, videos.list and playlistItems.list, as they are.

What their fields mean stands in youtube_things.py. Search answers are not read: their texts are cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.imports.common import Rejected, Row, RowError, Sample, Value, source_of
from bot.imports.files import ImportFile
from bot.imports.json_rows import json_rows, read_each
from bot.imports.json_values import decode, located
from bot.imports.youtube_things import (
    Details,
    Thing,
    channel_account,
    channel_snapshot,
    post_of,
    video_post,
)
from bot.store.records import Counts, Post, Snapshot
from bot.text.inert import quoted

_CHANNEL, _VIDEO, _ITEM = "youtube#channel", "youtube#video", "youtube#playlistItem"
_LISTS = frozenset(f"{kind}ListResponse" for kind in (_CHANNEL, _VIDEO, _ITEM))
# What stands in a playlist for videos that are gone, in every language of the API the same.
_GONE = frozenset({"Deleted video", "Private video"})


_thing = msgspec.json.Decoder(Thing)


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
            return Row(line=value.line, snapshots=(self._channel(thing),))
        if thing.kind == _VIDEO:
            return Row(
                line=value.line, posts=(video_post(thing, collected_at=self._collected_at, now=self._now),)
            )
        if thing.kind == _ITEM:
            return Row(line=value.line, posts=(self._item(thing),))
        raise RowError(f"{quoted(thing.kind)} is neither a channel nor a video")

    def _channel(self, thing: Thing) -> Snapshot:
        source = source_of(YouTubeApi.name)
        return channel_snapshot(thing, taken_at=self._collected_at, now=self._now, source=source)

    def _item(self, thing: Thing) -> Post:
        """Read a video in a playlist: whoever made the list need not have made the video."""
        snippet, details = thing.snippet, thing.content_details or Details()
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
        return post_of(
            snippet,
            video=video,
            author=channel_account(owner),
            published=published,
            counts=Counts(),
            collected_at=self._collected_at,
            now=self._now,
        )
