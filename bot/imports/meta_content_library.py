"""Meta Content Library: CSV exports of Facebook and Instagram posts that were approved for download.

Columns: the library's data dictionary (developers.facebook.com/docs/content-library-and-api/appendix/
data-dictionary), whose API names are the columns; `creation_time` is UTC. The ids are the library's own and
lead to nothing outside it: posts keep them behind `mcl:`, accounts are known by `post_owner.username`
alone. No column says which platform it is: reactions and surfaces stand in Facebook's posts only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot.accounts import AccountRef, Platform
from bot.imports.common import Rejected, Row, RowError, Sample, count, handle_on, instant_utc, web_address
from bot.imports.csv_tables import Table
from bot.imports.files import ImportFile
from bot.store.records import Counts, Post, PostKind
from bot.text.inert import quoted
from bot.text.links import links as links_in

_ONLY_FACEBOOK = ("statistics.reaction_count", "surface.type", "surface.id")


class _Cells(NamedTuple):
    post_id: str
    created: str
    language: str
    text: str
    content: str
    handle: str
    likes: str
    reactions: str
    comments: str
    shares: str
    views: str
    url: str


_COLUMNS = {
    "post_id": ("id",),
    "created": ("creation_time",),
    "language": ("lang",),
    "text": ("text",),
    "content": ("content_type", "media_type"),
    "handle": ("post_owner.username",),
    "likes": ("statistics.like_count",),
    "reactions": ("statistics.reaction_count",),
    "comments": ("statistics.comment_count",),
    "shares": ("statistics.share_count",),
    "views": ("statistics.views",),
    "url": ("mcl_url",),
}


class MetaContentLibrary:
    name = "meta_content_library"
    title = "Meta Content Library CSV"

    _table = Table(
        _Cells._make, columns=_COLUMNS, marks=("id", "creation_time", "text", "post_owner.username")
    )

    def recognises(self, sample: Sample) -> bool:
        return self._table.recognises(sample)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        header = (next(file.lines()).content or b"").decode(errors="replace").lower()
        on = Platform.FACEBOOK if any(name in header for name in _ONLY_FACEBOOK) else Platform.INSTAGRAM

        def read(cells: _Cells, line: int) -> Row:
            post = _post(cells, on=on, collected_at=collected_at, now=now)
            return Row(line=line, posts=(post,))

        return self._table.rows(file, read)


def _post(cells: _Cells, *, on: Platform, collected_at: datetime, now: datetime) -> Post:
    post_id, name = cells.post_id.strip(), cells.handle.strip()
    if not (post_id.isascii() and post_id.isdigit() and len(post_id) <= 25):
        raise RowError(f"{quoted(post_id)} cannot be an id of the library (column id)")
    if not name:
        raise RowError("no post_owner.username; the library's own id names no account outside it")
    handle = handle_on(on, name)
    if handle is None:
        raise RowError(f"{quoted(name)} cannot be a handle on {on} (column post_owner.username)")
    reactions = count(cells.reactions, "statistics.reaction_count")
    likes = count(cells.likes, "statistics.like_count") if reactions.value is None else reactions
    comments = count(cells.comments, "statistics.comment_count")
    shares, views = count(cells.shares, "statistics.share_count"), count(cells.views, "statistics.views")
    return Post(
        platform=on,
        post_id=f"mcl:{post_id}",
        author=AccountRef(platform=on, handle=handle),
        created_at=instant_utc(cells.created, now=now),
        kind=PostKind.ORIGINAL,
        text=cells.text,
        counts=Counts(
            likes=likes.value,
            reposts=shares.value,
            replies=comments.value,
            views=views.value,
            rounded=likes.rounded or comments.rounded or shares.rounded or views.rounded,
        ),
        counts_at=collected_at,
        language=cells.language.strip() or None,
        links=tuple(link.url for link in links_in(cells.text)),
        media=_media(cells.content),
        url=web_address(cells.url),
    )


def _media(kind: str) -> tuple[str, ...]:
    kind = kind.lower()
    if "video" in kind or "reel" in kind:
        return ("video",)
    return ("photo",) if "photo" in kind or "image" in kind or "album" in kind else ()
