"""One post or profile of the X API v2, as a post or snapshot of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from bot.accounts import AccountRef, Platform
from bot.imports.common import RowError, account_id_on, handle_on, instant, instant_or_none, web_address
from bot.imports.pictures import of_x
from bot.imports.x_shapes import Entities, Tweet, Url, User
from bot.store.records import Counts, Post, PostKind, Snapshot

_KINDS = {
    "retweeted": PostKind.REPOST,
    "reposted": PostKind.REPOST,
    "replied_to": PostKind.REPLY,
    "quoted": PostKind.QUOTE,
}
# A quote inside a thread is a reply: that decides who gets to see it.
_STRONGEST_FIRST = (PostKind.REPOST, PostKind.REPLY, PostKind.QUOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the posts of one line refer to. Empty for a flattened line, which carries everything itself."""

    collected_at: datetime
    users: dict[str, User] = field(default_factory=dict[str, User])
    tweets: dict[str, Tweet] = field(default_factory=dict[str, Tweet])
    media: dict[str, str] = field(default_factory=dict[str, str])


def people_in(tweet: Tweet) -> Iterator[User]:
    """Yield every person in a flattened post."""
    waiting = [tweet]
    while waiting:
        each = waiting.pop()
        if each.author is not None:
            yield each.author
        if each.in_reply_to_user is not None:
            yield each.in_reply_to_user
        if each.entities is not None:
            yield from each.entities.mentions or ()
        waiting += _references(each)


def _references(tweet: Tweet) -> list[Tweet]:
    return [*(tweet.referenced_tweets or ()), *(tweet.referenced_posts or ())]


def post_of(tweet: Tweet, page: Page, *, now: datetime) -> Post:
    post_id = tweet.id or ""
    user = tweet.author or page.users.get(tweet.author_id or "")
    author = _author(tweet, user)
    if tweet.created_at is None:
        raise RowError("no created_at; collect it again with that field")
    kind, reference = _kind(tweet)
    original = _original(reference, page) if kind is PostKind.REPOST else None
    # The API cuts a repost's text; what it refers to has the whole.
    text, entities = _text(original or tweet)
    sources = [each for each in (entities, tweet.entities if original else None) if each is not None]
    return Post(
        platform=Platform.X,
        post_id=_first_id(tweet.edit_history_tweet_ids or tweet.edit_history_post_ids) or post_id,
        author=author,
        created_at=instant(tweet.created_at, now=now),
        kind=kind,
        text=text,
        counts=Counts() if kind is PostKind.REPOST else _counts(tweet),
        counts_at=page.collected_at,
        language=tweet.lang,
        links=_links(sources),
        mentions=_mentions(sources) if sources else None,
        media=_media_kinds(original or tweet, page),
        pictures=() if kind is PostKind.REPOST else _pictures(tweet),
        refers_to=reference.id if reference is not None else None,
        url=f"https://x.com/{author.handle or 'i/web'}/status/{post_id}",
    )


def _first_id(edits: list[str] | None) -> str | None:
    """An edited post gets a new id with each edit; the first stands for all of them."""
    if not edits:
        return None
    return edits[0] if len(edits) == 1 else min(edits, key=_age)


def _age(post_id: str) -> tuple[int, str]:
    """Order ids by time: they grow, and are written without leading zeros."""
    return (len(post_id), post_id)


def _author(tweet: Tweet, user: User | None) -> AccountRef:
    """Return who wrote it; the id alone where the account was gone when the page was collected."""
    return _account(tweet.author_id or (user.id if user else None) or "", user.username if user else None)


@lru_cache(maxsize=65_536)
def _account(author_id: str, username: str | None) -> AccountRef:
    platform_id = account_id_on(Platform.X, author_id)
    if platform_id is None:
        raise RowError("it does not say who wrote it; collect it again with author_id")
    handle = handle_on(Platform.X, username) if username else None
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


def _kind(tweet: Tweet) -> tuple[PostKind, Tweet | None]:
    if not tweet.referenced_tweets and not tweet.referenced_posts:
        return PostKind.ORIGINAL, None
    found = {_KINDS[each.type]: each for each in _references(tweet) if each.type in _KINDS}
    kind = next((kind for kind in _STRONGEST_FIRST if kind in found), PostKind.ORIGINAL)
    return kind, found.get(kind)


def _original(reference: Tweet | None, page: Page) -> Tweet | None:
    """Return the whole reposted post, or None where it was not collected."""
    if reference is None:
        return None
    return reference if reference.text is not None else page.tweets.get(reference.id or "")


def _text(tweet: Tweet) -> tuple[str, Entities | None]:
    note = tweet.note_tweet or tweet.note_post
    if note is not None and note.text is not None:
        return plain(note.text), note.entities or tweet.entities
    return plain(tweet.text or ""), tweet.entities


def plain(text: str) -> str:
    """Undo what X escapes, and only that: `&copy` in a post is what somebody typed."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _counts(tweet: Tweet) -> Counts:
    metrics = tweet.public_metrics
    if metrics is None:
        return Counts()
    reposts = metrics.retweet_count if metrics.repost_count is None else metrics.repost_count
    earned = (metrics.like_count, reposts, metrics.reply_count, metrics.quote_count)
    views = metrics.impression_count
    # Somebody who likes a post has seen it: X writes 0 for posts older than its count of views.
    if views == 0 and any(earned):
        views = None
    return Counts(
        likes=metrics.like_count,
        reposts=reposts,
        replies=metrics.reply_count,
        quotes=metrics.quote_count,
        views=views,
    )


def _links(sources: Iterable[Entities]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for entities in sources:
        for url in entities.urls or ():
            address = web_address(_target(url))
            if address is not None:
                found[address] = None
    return tuple(found)


def _target(url: Url) -> str | None:
    """Return where a link leads; None for the address of the post's own picture."""
    shown = url.display_url or ""
    if url.media_key is not None or shown.startswith(("pic.twitter.com/", "pic.x.com/")):
        return None
    return url.unwound_url or url.expanded_url or url.url


def _mentions(sources: Iterable[Entities]) -> tuple[str, ...]:
    names = (each.username for entities in sources for each in entities.mentions or ())
    handles = (handle_on(Platform.X, name) for name in names if name)
    return tuple(dict.fromkeys(handle for handle in handles if handle is not None))


def _media_kinds(tweet: Tweet, page: Page) -> tuple[str, ...]:
    attachments = tweet.attachments
    if attachments is None:
        return ()
    inlined = [each.type for each in attachments.media or () if each.type]
    return tuple(inlined or (page.media[key] for key in attachments.media_keys or () if key in page.media))


def _pictures(tweet: Tweet) -> tuple[str, ...]:
    attachments = tweet.attachments
    if attachments is None:
        return ()
    return of_x(attachments.media_keys or [each.media_key for each in attachments.media or ()])


def snapshot_of(user: User, *, collected_at: datetime, now: datetime) -> Snapshot | None:
    """Return what the profile says; None where its id is none that X gives."""
    platform_id = account_id_on(Platform.X, user.id or "")
    if platform_id is None:
        return None
    metrics = user.public_metrics
    links = user.entities.url.urls if user.entities is not None and user.entities.url is not None else None
    posts = None
    if metrics is not None:
        posts = metrics.tweet_count if metrics.post_count is None else metrics.post_count
    return Snapshot(
        account=AccountRef(
            platform=Platform.X, handle=handle_on(Platform.X, user.username or ""), platform_id=platform_id
        ),
        taken_at=collected_at,
        source="import:x_api_v2",
        display_name=None if user.name is None else plain(user.name),
        bio=None if user.description is None else plain(user.description),
        profile_link=web_address(_target(links[0]) if links else user.url),
        location=user.location,
        created_at=instant_or_none(user.created_at, now=now),
        followers=None if metrics is None else metrics.followers_count,
        following=None if metrics is None else metrics.following_count,
        posts=posts,
        verified=_verified(user),
    )


def _verified(user: User) -> str | None:
    """Return the kind of X's badge; before 2023 there was one kind only."""
    if user.verified_type is not None:
        return None if user.verified_type == "none" else user.verified_type
    return "verified" if user.verified else None
