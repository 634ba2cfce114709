"""What the websites of X, TikTok, Instagram and Threads answer to their own pages, as browser tools keep it.

Field names: `map_item` of the data sources twitter-import, tiktok, instagram and threads in
digitalmethodsinitiative/4cat, which reads what Zeeschuimer collects. The sites change these answers without
notice; what does not fit is rejected line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.accounts import RULES, AccountRef, Platform
from bot.imports.common import RowError, handle_on, instant_unix
from bot.imports.json_rows import Digits, Id, text_id, whole
from bot.imports.json_values import decode
from bot.imports.x_v1_posts import v1_account, v1_post, v1_snapshot
from bot.imports.x_v1_shapes import V1Status, V1User
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted
from bot.text.links import links as links_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When and with which tool an item was collected."""

    source: str
    collected_at: datetime
    now: datetime


Reader = Callable[[msgspec.Raw, Seen], tuple[Post, Snapshot | None]]


class _XUser(msgspec.Struct, kw_only=True):
    rest_id: str | None = None
    legacy: V1User | None = None


class _XUserResult(msgspec.Struct, kw_only=True):
    result: _XUser | None = None


class _XCore(msgspec.Struct, kw_only=True):
    user_results: _XUserResult


class _XViews(msgspec.Struct, kw_only=True):
    count: Digits = None


class _XResult(msgspec.Struct, kw_only=True):
    """What is reposted or quoted; limited posts stand one level deeper."""

    legacy: V1Status | None = None
    rest_id: str | None = None
    tweet: _XResult | None = None


class _XOriginal(msgspec.Struct, kw_only=True):
    result: _XResult | None = None


class _XLegacy(V1Status, kw_only=True):
    retweeted_status_result: _XOriginal | None = None


class _XItem(msgspec.Struct, kw_only=True):
    rest_id: str | None = None
    core: _XCore | None = None
    legacy: _XLegacy
    views: _XViews | None = None
    # In place of `core` and `views` in answers of before 2023.
    user: V1User | None = None
    ext_views: _XViews | None = None
    quoted_status_result: _XOriginal | None = None


class _TikTokAuthor(msgspec.Struct, kw_only=True, rename="camel"):
    unique_id: str | None = None
    nickname: str | None = None
    signature: str | None = None


class _TikTokStats(msgspec.Struct, kw_only=True, rename="camel"):
    digg_count: Digits = None
    share_count: Digits = None
    comment_count: Digits = None
    play_count: Digits = None


class _TikTokAuthorStats(msgspec.Struct, kw_only=True, rename="camel"):
    follower_count: Digits = None
    following_count: Digits = None
    video_count: Digits = None


class _TikTokItem(msgspec.Struct, kw_only=True, rename="camel"):
    id: Id = None
    desc: str = ""
    create_time: float | str | None = None
    # The name alone where the item was part of the page itself.
    author: _TikTokAuthor | str
    nickname: str | None = None
    stats: _TikTokStats | None = None
    author_stats: _TikTokAuthorStats | None = None


class _Caption(msgspec.Struct, kw_only=True):
    text: str | None = None


class _MetaUser(msgspec.Struct, kw_only=True):
    username: str | None = None
    full_name: str | None = None


class _ThreadsInfo(msgspec.Struct, kw_only=True):
    repost_count: Digits = None
    direct_reply_count: Digits = None
    quote_count: Digits = None


class _MetaItem(msgspec.Struct, kw_only=True):
    code: str
    taken_at: float | None = None
    caption: _Caption | None = None
    user: _MetaUser | None = None
    owner: _MetaUser | None = None
    # -1 where the account hides its likes.
    like_count: int | None = None
    comment_count: int | None = None
    media_type: int | None = None
    text_post_app_info: _ThreadsInfo | None = None


_x_item = msgspec.json.Decoder(_XItem)
_tiktok_item = msgspec.json.Decoder(_TikTokItem)
_meta_item = msgspec.json.Decoder(_MetaItem)

_MEDIA = {1: ("photo",), 2: ("video",), 8: ("photo",)}


def reader_for(platform: str) -> Reader | None:
    """Return what reads items of a site by its host, None for a site that is not read."""
    return _READERS.get(platform.lower().removeprefix("www."))


def _read_x(data: msgspec.Raw, seen: Seen) -> tuple[Post, Snapshot | None]:
    item = decode(_x_item, data)
    status = item.legacy
    result = item.core.user_results.result if item.core is not None else None
    user = item.user if result is None else result.legacy
    if user is not None and user.id_str is None:
        user.id_str = (result.rest_id if result is not None else None) or status.user_id_str
    author = v1_account(user)
    status.id_str = status.id_str or item.rest_id
    views = item.views or item.ext_views
    original = _inside(status.retweeted_status_result)
    if original is not None and original.legacy is not None:
        original.legacy.id_str = original.legacy.id_str or original.rest_id
    shared = _inside(item.quoted_status_result)
    post = v1_post(
        status,
        author,
        collected_at=seen.collected_at,
        now=seen.now,
        original=original.legacy if original is not None else None,
        views=None if views is None else whole(views.count),
        shared=shared.rest_id if shared is not None else None,
    )
    if user is None:
        return post, None
    return post, v1_snapshot(user, source=seen.source, collected_at=seen.collected_at, now=seen.now)


def _inside(found: _XOriginal | None) -> _XResult | None:
    result = found.result if found is not None else None
    return result if result is None or result.tweet is None else result.tweet


def _read_tiktok(data: msgspec.Raw, seen: Seen) -> tuple[Post, Snapshot | None]:
    item = decode(_tiktok_item, data)
    author = item.author if isinstance(item.author, _TikTokAuthor) else _TikTokAuthor(unique_id=item.author)
    account = _account(Platform.TIKTOK, author.unique_id)
    stats, sizes = item.stats or _TikTokStats(), item.author_stats or _TikTokAuthorStats()
    post_id = text_id(item.id)
    post = Post(
        platform=Platform.TIKTOK,
        post_id=_post_id(Platform.TIKTOK, post_id),
        author=account,
        created_at=instant_unix(_seconds(item.create_time), now=seen.now),
        kind=PostKind.ORIGINAL,
        text=item.desc,
        counts=Counts(
            likes=whole(stats.digg_count),
            reposts=whole(stats.share_count),
            replies=whole(stats.comment_count),
            views=whole(stats.play_count),
        ),
        counts_at=seen.collected_at,
        links=tuple(link.url for link in links_in(item.desc)),
        media=("video",),
        url=f"https://www.tiktok.com/@{account.handle}/video/{post_id}",
    )
    snapshot = Snapshot(
        account=account,
        taken_at=seen.collected_at,
        source=seen.source,
        display_name=author.nickname or item.nickname,
        bio=author.signature,
        followers=whole(sizes.follower_count),
        following=whole(sizes.following_count),
        posts=whole(sizes.video_count),
    )
    return post, snapshot


def _read_meta(platform: Platform, data: msgspec.Raw, seen: Seen) -> tuple[Post, Snapshot | None]:
    item = decode(_meta_item, data)
    user = item.user or item.owner or _MetaUser()
    account = _account(platform, user.username)
    info = item.text_post_app_info or _ThreadsInfo()
    text = (item.caption.text if item.caption is not None else None) or ""
    replies = (
        _hidden(item.comment_count) if item.text_post_app_info is None else whole(info.direct_reply_count)
    )
    post = Post(
        platform=platform,
        post_id=_post_id(platform, item.code),
        author=account,
        created_at=instant_unix(item.taken_at, now=seen.now),
        kind=PostKind.ORIGINAL,
        text=text,
        counts=Counts(
            likes=_hidden(item.like_count),
            reposts=whole(info.repost_count),
            replies=replies,
            quotes=whole(info.quote_count),
        ),
        counts_at=seen.collected_at,
        links=tuple(link.url for link in links_in(text)),
        media=_MEDIA.get(item.media_type or 0, ()),
        url=(
            f"https://www.instagram.com/p/{item.code}/"
            if platform is Platform.INSTAGRAM
            else f"https://www.threads.com/@{account.handle}/post/{item.code}"
        ),
    )
    if user.full_name is None:
        return post, None
    snapshot = Snapshot(
        account=account, taken_at=seen.collected_at, source=seen.source, display_name=user.full_name
    )
    return post, snapshot


def _read_instagram(data: msgspec.Raw, seen: Seen) -> tuple[Post, Snapshot | None]:
    return _read_meta(Platform.INSTAGRAM, data, seen)


def _read_threads(data: msgspec.Raw, seen: Seen) -> tuple[Post, Snapshot | None]:
    return _read_meta(Platform.THREADS, data, seen)


def _hidden(value: int | None) -> int | None:
    if value is None or value == -1:
        return None
    if not 0 <= value <= 10**15:
        raise RowError(f"`{value}` is no count")
    return value


def _account(platform: Platform, name: str | None) -> AccountRef:
    handle = handle_on(platform, name) if name else None
    if handle is None:
        raise RowError(f"{quoted(name or '')} cannot be a handle on {platform}")
    return AccountRef(platform=platform, handle=handle)


def _post_id(platform: Platform, text: str) -> str:
    if RULES[platform].post_id(text) is None:
        raise RowError(f"{quoted(text)} is no id of a post on {platform}")
    return text


def _seconds(value: float | str | None) -> float | None:
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= 13):
            raise RowError(f"{quoted(value)} is no date")
        return float(value)
    return value


_READERS: dict[str, Reader] = {
    "twitter.com": _read_x,
    "x.com": _read_x,
    "tiktok.com": _read_tiktok,
    "instagram.com": _read_instagram,
    "threads.net": _read_threads,
    "threads.com": _read_threads,
}
