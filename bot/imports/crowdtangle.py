"""CrowdTangle: historical reports of Facebook pages and Instagram accounts as CSV. The tool closed in 2024.

Columns: the header of the historical report, and those that 4CAT names for its CrowdTangle imports
(digitalmethodsinitiative/4cat, datasources/custom/import_formats.py). Exports have no id of the post; the
last part of its address stands for it. "Post Created" names its zone, as EST or EDT.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from bot.accounts import RULES, AccountRef, Platform
from bot.imports.common import (
    Count,
    Rejected,
    Row,
    RowError,
    Sample,
    account_id_on,
    count,
    handle_on,
    plausible,
    source_of,
    web_address,
)
from bot.imports.csv_tables import Table
from bot.imports.files import ImportFile
from bot.imports.seen_profiles import SeenProfiles
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted

_ZONES = {
    "UTC": UTC,
    "GMT": UTC,
    "EST": timezone(timedelta(hours=-5)),
    "EDT": timezone(timedelta(hours=-4)),
    "CST": timezone(timedelta(hours=-6)),
    "CDT": timezone(timedelta(hours=-5)),
    "PST": timezone(timedelta(hours=-8)),
    "PDT": timezone(timedelta(hours=-7)),
}


class _Facebook(NamedTuple):
    page: str
    handle: str
    page_id: str
    description: str
    page_created: str
    followers: str
    created: str
    type: str
    likes: str
    comments: str
    shares: str
    love: str
    wow: str
    haha: str
    sad: str
    angry: str
    care: str
    views: str
    url: str
    message: str
    link: str
    final_link: str


_FACEBOOK = {
    "page": ("page name",),
    "handle": ("user name",),
    "page_id": ("facebook id",),
    "description": ("page description",),
    "page_created": ("page created",),
    "followers": ("followers at posting",),
    "created": ("post created", "created"),
    "type": ("type",),
    "likes": ("likes",),
    "comments": ("comments",),
    "shares": ("shares",),
    "love": ("love",),
    "wow": ("wow",),
    "haha": ("haha",),
    "sad": ("sad",),
    "angry": ("angry",),
    "care": ("care",),
    "views": ("post views",),
    "url": ("url",),
    "message": ("message",),
    "link": ("link",),
    "final_link": ("final link",),
}


class _Instagram(NamedTuple):
    account: str
    handle: str
    followers: str
    created: str
    type: str
    likes: str
    comments: str
    views: str
    url: str
    description: str


_INSTAGRAM = {
    "account": ("account",),
    "handle": ("user name",),
    "followers": ("followers at posting",),
    "created": ("post created", "created"),
    "type": ("type",),
    "likes": ("likes",),
    "comments": ("comments",),
    "views": ("views",),
    "url": ("url",),
    "description": ("description",),
}


class CrowdTangle:
    name = "crowdtangle"
    title = "CrowdTangle CSV (Facebook pages, Instagram)"

    _facebook = Table(_Facebook._make, columns=_FACEBOOK, marks=("page name", "user name", "url", "message"))
    _instagram = Table(_Instagram._make, columns=_INSTAGRAM, marks=("account", "user name", "url", "photo"))

    def recognises(self, sample: Sample) -> bool:
        return self._facebook.recognises(sample) or self._instagram.recognises(sample)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(collected_at=min(file.changed_at, now), now=now)
        header = (next(file.lines()).content or b"").decode(errors="replace")
        if self._instagram.recognises(Sample(text=header)):
            return self._instagram.rows(file, reader.instagram)
        return self._facebook.rows(file, reader.facebook)


class _Reader:
    def __init__(self, *, collected_at: datetime, now: datetime) -> None:
        self._collected_at = collected_at
        self._now = now
        self._profiles = SeenProfiles()

    def facebook(self, cells: _Facebook, line: int) -> Row:
        author = _page(cells.handle, cells.page_id)
        created_at = _instant(cells.created, now=self._now)
        reactions = [
            count(text, name)
            for name, text in zip(
                ("Likes", "Love", "Wow", "Haha", "Sad", "Angry", "Care"),
                (cells.likes, cells.love, cells.wow, cells.haha, cells.sad, cells.angry, cells.care),
                strict=True,
            )
        ]
        likes = _sum(reactions)
        shares, comments = count(cells.shares, "Shares"), count(cells.comments, "Comments")
        views = count(cells.views, "Post Views")
        post = Post(
            platform=Platform.FACEBOOK,
            post_id=_post_id(Platform.FACEBOOK, cells.url),
            author=author,
            created_at=created_at,
            kind=PostKind.ORIGINAL,
            text=cells.message,
            counts=Counts(
                likes=likes.value,
                reposts=shares.value,
                replies=comments.value,
                # Written as 0 for what is no video.
                views=views.value if "video" in cells.type.lower() else None,
                rounded=likes.rounded or shares.rounded or comments.rounded or views.rounded,
            ),
            counts_at=self._collected_at,
            links=_links(cells.final_link or cells.link),
            media=_media(cells.type),
            url=web_address(cells.url),
        )
        snapshots = self._snapshot(
            author,
            name=cells.page,
            bio=cells.description,
            followers=count(cells.followers, "Followers at Posting"),
            at=created_at,
            created=cells.page_created,
        )
        return Row(line=line, snapshots=snapshots, posts=(post,))

    def instagram(self, cells: _Instagram, line: int) -> Row:
        handle = handle_on(Platform.INSTAGRAM, cells.handle.strip())
        if handle is None:
            raise RowError(f"{quoted(cells.handle)} cannot be a handle on Instagram (column User Name)")
        author = AccountRef(platform=Platform.INSTAGRAM, handle=handle)
        created_at = _instant(cells.created, now=self._now)
        likes, comments = count(cells.likes, "Likes"), count(cells.comments, "Comments")
        views = count(cells.views, "Views")
        post = Post(
            platform=Platform.INSTAGRAM,
            post_id=_post_id(Platform.INSTAGRAM, cells.url),
            author=author,
            created_at=created_at,
            kind=PostKind.ORIGINAL,
            text=cells.description,
            counts=Counts(
                likes=likes.value,
                replies=comments.value,
                views=views.value if "video" in cells.type.lower() or "igtv" in cells.type.lower() else None,
                rounded=likes.rounded or comments.rounded or views.rounded,
            ),
            counts_at=self._collected_at,
            media=_media(cells.type),
            url=web_address(cells.url),
        )
        snapshots = self._snapshot(
            author,
            name=cells.account,
            bio="",
            followers=count(cells.followers, "Followers at Posting"),
            at=created_at,
            created="",
        )
        return Row(line=line, snapshots=snapshots, posts=(post,))

    def _snapshot(
        self, author: AccountRef, *, name: str, bio: str, followers: Count, at: datetime, created: str
    ) -> tuple[Snapshot, ...]:
        """Return the audience at the time of the post, once a day for each account."""
        if not self._profiles.first((author, at.date())):
            return ()
        snapshot = Snapshot(
            account=author,
            taken_at=at,
            source=source_of(CrowdTangle.name),
            display_name=name.strip() or None,
            bio=bio.strip() or None,
            created_at=_instant(created, now=self._now) if created.strip() else None,
            followers=followers.value,
            rounded=followers.rounded,
        )
        return (snapshot,)


@lru_cache(maxsize=16_384)
def _page(handle: str, page_id: str) -> AccountRef:
    known = handle_on(Platform.FACEBOOK, handle.strip()) if handle.strip() else None
    known_id = account_id_on(Platform.FACEBOOK, page_id.strip())
    if page_id.strip() and known_id is None:
        raise RowError(f"{quoted(page_id)} cannot be the id of a page (column Facebook Id)")
    if known is None and known_id is None:
        raise RowError(f"{quoted(handle)} cannot be a handle on Facebook (column User Name)")
    return AccountRef(platform=Platform.FACEBOOK, handle=known, platform_id=known_id)


def _post_id(platform: Platform, url: str) -> str:
    last = url.strip().partition("?")[0].rstrip("/").rpartition("/")[2]
    post_id = RULES[platform].post_id(last)
    if post_id is None:
        raise RowError(f"{quoted(url)} is no address of a post (column URL)")
    return post_id


def _instant(text: str, *, now: datetime) -> datetime:
    """Read `2021-03-04 12:00:00 EST`. Raises RowError."""
    when, _, zone = text.strip().rpartition(" ")
    known = _ZONES.get(zone)
    if known is None:
        raise RowError(f"the date {quoted(text)} does not end in a time zone such as EST or EDT")
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        raise RowError(f"{quoted(text)} is no date; CrowdTangle writes 2021-03-04 12:00:00 EST") from None
    return plausible(moment.replace(tzinfo=known).astimezone(UTC), text, now=now)


def _sum(reactions: list[Count]) -> Count:
    reported = [each.value for each in reactions if each.value is not None]
    return Count(value=sum(reported) if reported else None, rounded=any(each.rounded for each in reactions))


def _links(text: str) -> tuple[str, ...]:
    address = web_address(text)
    # Pictures and videos of the page itself are "links" to Facebook.
    if address is None or "//www.facebook.com/" in address:
        return ()
    return (address,)


def _media(kind: str) -> tuple[str, ...]:
    kind = kind.lower()
    if "video" in kind or "igtv" in kind:
        return ("video",)
    return ("photo",) if "photo" in kind or "album" in kind else ()
