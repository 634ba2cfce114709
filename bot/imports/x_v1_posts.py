"""One status or user of the X API v1.1, as a post or snapshot of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from bot.accounts import AccountRef, Platform
from bot.imports.common import RowError, account_id_on, handle_on, plausible, web_address
from bot.imports.json_rows import whole
from bot.imports.pictures import of_x
from bot.imports.x_posts import plain
from bot.imports.x_v1_shapes import V1Entities, V1Status, V1User
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted

_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
# In data without the original post this prefix alone marks a repost; X cuts the rest.
_REPOST = re.compile(r"RT @(\w{1,15}): ")


def x_instant(text: str | None, *, now: datetime) -> datetime:
    """Read `Wed Oct 10 20:19:24 +0000 2018`, as X wrote dates before 2020. Raises RowError."""
    if text is None:
        raise RowError("no created_at")
    try:
        moment = datetime(
            int(text[26:30]),
            _MONTHS[text[4:7]],
            int(text[8:10]),
            int(text[11:13]),
            int(text[14:16]),
            int(text[17:19]),
            tzinfo=UTC,
        )
    except (ValueError, KeyError):
        raise RowError(f"{quoted(text)} is no date as X writes it") from None
    if text[20:25] != "+0000":
        raise RowError(f"the date {quoted(text)} is not in UTC, which X always writes")
    return plausible(moment, text, now=now)


@lru_cache(maxsize=65_536)
def account_on_x(platform_id: str, handle: str) -> AccountRef | None:
    known_id = account_id_on(Platform.X, platform_id)
    known = handle_on(Platform.X, handle)
    if known_id is None and known is None:
        return None
    return AccountRef(platform=Platform.X, handle=known, platform_id=known_id)


def v1_account(user: V1User | None) -> AccountRef:
    """Return whom a user object names. Raises RowError."""
    account = account_on_x(user.id_str or "", user.screen_name or "") if user is not None else None
    if account is None:
        raise RowError("it does not say who wrote it")
    return account


def v1_post(
    status: V1Status,
    author: AccountRef,
    *,
    collected_at: datetime,
    now: datetime,
    original: V1Status | None = None,
    views: int | None = None,
    shared: str | None = None,
) -> Post:
    """Return a status as a post. `original` is what it reposts, `shared` the id of what it quotes."""
    post_id = status.id_str or ""
    if not (post_id.isascii() and post_id.isdigit() and len(post_id) <= 19):
        raise RowError("a post without an id")
    original = original or status.retweeted_status
    text, entities = _text(original or status)
    kind, refers_to = _kind(status, original, text, shared=shared)
    sources = [each for each in (entities, status.entities) if each is not None]
    return Post(
        platform=Platform.X,
        post_id=post_id,
        author=author,
        created_at=x_instant(status.created_at, now=now),
        kind=kind,
        text=text,
        # A repost shows the counts of the original.
        counts=Counts() if kind is PostKind.REPOST else _counts(status, views=views),
        counts_at=collected_at,
        language=status.lang,
        links=_links(sources),
        mentions=_mentions(sources) if sources else None,
        media=_media(original or status),
        pictures=() if kind is PostKind.REPOST else _pictures(status),
        refers_to=refers_to,
        url=f"https://x.com/{author.handle or 'i/web'}/status/{post_id}",
    )


def _text(status: V1Status) -> tuple[str, V1Entities | None]:
    extended = status.extended_tweet
    if extended is not None and extended.full_text is not None:
        return plain(extended.full_text), extended.entities or status.entities
    text = status.text if status.full_text is None else status.full_text
    if text is None:
        raise RowError("a post without text")
    return plain(text), status.entities


def _kind(
    status: V1Status, original: V1Status | None, text: str, *, shared: str | None
) -> tuple[PostKind, str | None]:
    if original is not None:
        return PostKind.REPOST, original.id_str
    if text.startswith("RT @") and _REPOST.match(text):
        return PostKind.REPOST, None
    if status.in_reply_to_status_id_str:
        return PostKind.REPLY, status.in_reply_to_status_id_str
    quoted_id = shared or status.quoted_status_id_str
    return (PostKind.QUOTE, quoted_id) if quoted_id else (PostKind.ORIGINAL, None)


def _counts(status: V1Status, *, views: int | None) -> Counts:
    return Counts(
        likes=whole(status.favorite_count),
        reposts=whole(status.retweet_count),
        replies=whole(status.reply_count),
        quotes=whole(status.quote_count),
        views=views,
    )


def _links(sources: list[V1Entities]) -> tuple[str, ...]:
    found = (web_address(url.expanded_url or url.url) for entities in sources for url in entities.urls or ())
    return tuple(dict.fromkeys(address for address in found if address is not None))


def _mentions(sources: list[V1Entities]) -> tuple[str, ...]:
    names = (each.screen_name for entities in sources for each in entities.user_mentions or ())
    handles = (handle_on(Platform.X, name) for name in names if name)
    return tuple(dict.fromkeys(handle for handle in handles if handle is not None))


def _media(status: V1Status) -> tuple[str, ...]:
    entities = status.extended_entities or status.entities
    return tuple(each.type for each in (entities.media if entities else None) or () if each.type)


def _pictures(status: V1Status) -> tuple[str, ...]:
    entities = status.extended_entities or status.entities
    return of_x(each.id_str for each in (entities.media if entities else None) or ())


def v1_snapshot(user: V1User, *, source: str, collected_at: datetime, now: datetime) -> Snapshot | None:
    """Return what a user object says of a profile; None where it is no more than a name."""
    account = account_on_x(user.id_str or "", user.screen_name or "")
    if account is None or (user.followers_count is None and user.description is None):
        return None
    urls = user.entities.url.urls if user.entities is not None and user.entities.url is not None else None
    link = urls[0].expanded_url or urls[0].url if urls else user.url
    try:
        created_at = x_instant(user.created_at, now=now)
    except RowError:
        created_at = None
    return Snapshot(
        account=account,
        taken_at=collected_at,
        source=source,
        display_name=None if user.name is None else plain(user.name),
        bio=None if user.description is None else plain(user.description),
        profile_link=web_address(link),
        location=user.location,
        created_at=created_at,
        followers=whole(user.followers_count),
        following=whole(user.friends_count),
        posts=whole(user.statuses_count),
        verified="verified" if user.verified else None,
    )
