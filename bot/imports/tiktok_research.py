"""TikTok Research API: answers of video/query, whole or one a line, or their videos one a line.

Field names: developers.tiktok.com/doc/research-api-specs-query-videos and the codebook. Answers about users
are not read: they do not say which user they are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.accounts import RULES, AccountRef, Platform
from bot.imports.common import Rejected, Row, RowError, Sample, Value, handle_on, instant_unix
from bot.imports.files import ImportFile
from bot.imports.json_rows import Digits, Id, json_rows, read_each, text_id, whole
from bot.imports.json_values import decode, located
from bot.store.records import Counts, Post, PostKind
from bot.text.inert import quoted
from bot.text.links import links as links_in

_NAMED = frozenset(
    {"video_description", "region_code", "music_id", "hashtag_names", "voice_to_text", "view_count"}
)


class _Video(msgspec.Struct, kw_only=True):
    id: Id = None
    create_time: float | None = None
    username: str | None = None
    video_description: str | None = None
    like_count: Digits = None
    comment_count: Digits = None
    share_count: Digits = None
    view_count: Digits = None


class _Videos(msgspec.Struct, kw_only=True):
    videos: list[msgspec.Raw]


class _Answer(msgspec.Struct, kw_only=True):
    data: _Videos


_video = msgspec.json.Decoder(_Video)
_answer = msgspec.json.Decoder(_Answer)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class TikTokResearch:
    name = "tiktok_research"
    title = "TikTok Research API JSON (answers of video/query)"

    def recognises(self, sample: Sample) -> bool:
        if sample.json is None:
            return False
        try:
            keys = decode(_keys, sample.json.text)
            if _is_video(keys):
                return True
            inside = decode(_answer, sample.json.text).data.videos
            return not inside or _is_video(decode(_keys, inside[0]))
        except RowError:
            return False

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(collected_at=min(file.changed_at, now), now=now)
        for each in json_rows(file, reader.page_or_row):
            if isinstance(each, Row) and reader.page:
                page, reader.page = reader.page, []
                yield from read_each(page, reader.row)
            else:
                yield each


def _is_video(keys: dict[str, msgspec.Raw]) -> bool:
    return {"id", "create_time"} <= keys.keys() and bool(_NAMED & keys.keys())


class _Reader:
    def __init__(self, *, collected_at: datetime, now: datetime) -> None:
        self.page: list[Value] = []
        self._collected_at = collected_at
        self._now = now

    def page_or_row(self, value: Value) -> Row:
        """Read a video; those of an answer are put into `page`."""
        if "data" in decode(_keys, value.text):
            inside = located(value, decode(_answer, value.text).data.videos)
            self.page = [Value(line=line, text=bytes(piece)) for line, piece in inside]
            return Row(line=value.line)
        return self.row(value)

    def row(self, value: Value) -> Row:
        video = decode(_video, value.text)
        post_id = text_id(video.id)
        if RULES[Platform.TIKTOK].post_id(post_id) is None:
            raise RowError(f"{quoted(post_id)} is no id of a video")
        if video.username is None:
            raise RowError("it does not say who published it; collect it again with the field username")
        handle = handle_on(Platform.TIKTOK, video.username)
        if handle is None:
            raise RowError(f"{quoted(video.username)} cannot be a handle on TikTok")
        text = video.video_description or ""
        post = Post(
            platform=Platform.TIKTOK,
            post_id=post_id,
            author=AccountRef(platform=Platform.TIKTOK, handle=handle),
            created_at=instant_unix(video.create_time, now=self._now),
            kind=PostKind.ORIGINAL,
            text=text,
            counts=Counts(
                likes=whole(video.like_count),
                reposts=whole(video.share_count),
                replies=whole(video.comment_count),
                views=whole(video.view_count),
            ),
            counts_at=self._collected_at,
            links=tuple(link.url for link in links_in(text)),
            media=("video",),
            url=f"https://www.tiktok.com/@{handle}/video/{post_id}",
        )
        return Row(line=value.line, posts=(post,))
