"""Activities of the fediverse (W3C ActivityStreams 2.0) as posts, from archives and from servers alike.

An outbox holds Create and Announce activities as a server federates them
(docs.joinmastodon.org/spec/activitypub). Only what was addressed to the public is read: archives hold
letters to single people too.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from bot.accounts import AccountRef, Platform
from bot.imports.common import RowError, handle_on, instant, web_address
from bot.imports.json_rows import Digits, whole
from bot.imports.json_values import decode
from bot.store.records import Counts, Post, PostKind
from bot.text.inert import quoted
from bot.text.markup import decode_html

_PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_NOTES = frozenset({"Note", "Article", "Question", "Page"})
_MEDIA = {"image": "photo", "video": "video", "audio": "audio"}


class _Collection(msgspec.Struct, kw_only=True, rename="camel"):
    total_items: Digits = None


class _Tag(msgspec.Struct, kw_only=True):
    type: str | None = None
    href: str | None = None
    name: str | None = None


class _Attachment(msgspec.Struct, kw_only=True, rename="camel"):
    media_type: str | None = None


class _Note(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    type: str | None = None
    url: str | None = None
    published: str | None = None
    summary: str | None = None
    content: str | None = None
    content_map: dict[str, str | None] | None = None
    in_reply_to: str | None = None
    quote: str | None = None
    quote_url: str | None = None
    to: str | list[str] | None = None
    cc: str | list[str] | None = None
    tag: list[_Tag] | None = None
    attachment: list[_Attachment] | None = None
    likes: _Collection | str | None = None
    shares: _Collection | str | None = None


class Activity(msgspec.Struct, kw_only=True, rename="camel"):
    type: str
    id: str | None = None
    actor: str
    published: str | None = None
    to: str | list[str] | None = None
    cc: str | list[str] | None = None
    object: msgspec.Raw


_activity = msgspec.json.Decoder(Activity)
_note = msgspec.json.Decoder(_Note)
_address = msgspec.json.Decoder(str)


def read_activity(text: bytes | msgspec.Raw) -> Activity:
    """Decode an activity. Raises RowError."""
    return decode(_activity, text)


def activity_post(
    activity: Activity, *, author: AccountRef, collected_at: datetime, now: datetime
) -> Post | None:
    """Return what an activity published; None for what is not public or no post. Raises RowError."""
    is_note = bytes(activity.object).startswith(b"{")
    if activity.type == "Announce":
        target = decode(_note, activity.object).id if is_note else decode(_address, activity.object)
        return _repost(activity, author, target, collected_at=collected_at, now=now)
    if activity.type not in {"Create", "Update"} or not is_note:
        # Deleted posts, moves and the like are no posts.
        return None
    note = decode(_note, activity.object)
    if note.type not in _NOTES or not _is_public(note.to, note.cc):
        return None
    return _post(note, author, collected_at=collected_at, now=now)


def _repost(
    activity: Activity, author: AccountRef, target: str, *, collected_at: datetime, now: datetime
) -> Post:
    post_id = web_address(activity.id)
    if post_id is None or activity.published is None:
        raise RowError("a repost without an address or a date")
    return Post(
        platform=Platform.FEDIVERSE,
        post_id=post_id,
        author=author,
        created_at=instant(activity.published, now=now),
        kind=PostKind.REPOST,
        # An activity holds the address of what was shared, not its text.
        text="",
        counts_at=collected_at,
        refers_to=target,
    )


def _post(note: _Note, author: AccountRef, *, collected_at: datetime, now: datetime) -> Post:
    if note.published is None:
        raise RowError("a post without a date")
    address = web_address(note.url) or web_address(note.id)
    if address is None:
        raise RowError(f"{quoted(note.id)} is no address of a post")
    shown = decode_html(note.content or "")
    text = f"{note.summary}\n\n{shown.text}" if note.summary else shown.text
    shared = note.quote or note.quote_url
    kind = PostKind.REPLY if note.in_reply_to else PostKind.QUOTE if shared else PostKind.ORIGINAL
    mentions = [tag for tag in note.tag or () if tag.type == "Mention"]
    people = {tag.href for tag in mentions}
    tags = {tag.href for tag in note.tag or () if tag.type == "Hashtag"}
    links = (web_address(link.url) for link in shown.links if link.url not in people | tags)
    return Post(
        platform=Platform.FEDIVERSE,
        post_id=address,
        author=author,
        created_at=instant(note.published, now=now),
        kind=kind,
        text=text,
        counts=Counts(likes=_total(note.likes), reposts=_total(note.shares)),
        counts_at=collected_at,
        language=next(iter(note.content_map), None) if note.content_map else None,
        links=tuple(dict.fromkeys(link for link in links if link is not None)),
        mentions=_mentions(mentions),
        media=_media(note.attachment),
        refers_to=note.in_reply_to or shared,
        url=address,
    )


def _total(collection: _Collection | str | None) -> int | None:
    """Return a count; servers before 4.4 write none, or the address of the collection alone."""
    return whole(collection.total_items) if isinstance(collection, _Collection) else None


def _is_public(*audiences: str | list[str] | None) -> bool:
    named = (([each] if isinstance(each, str) else each or []) for each in audiences)
    return any(address in _PUBLIC for audience in named for address in audience)


def _mentions(tags: list[_Tag]) -> tuple[str, ...]:
    """Return the handles; a tag of somebody on the same server may leave the server out."""
    found: list[str] = []
    for tag in tags:
        name = (tag.name or "").lstrip("@")
        if "@" not in name and tag.href:
            name = f"{name}@{urlsplit_host(tag.href)}"
        handle = handle_on(Platform.FEDIVERSE, name)
        if handle is not None:
            found.append(handle)
    return tuple(dict.fromkeys(found))


def _media(attachments: list[_Attachment] | None) -> tuple[str, ...]:
    kinds = ((each.media_type or "").partition("/")[0] for each in attachments or ())
    return tuple(_MEDIA[kind] for kind in kinds if kind in _MEDIA)


def urlsplit_host(address: str) -> str:
    """Return the host of an address, empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
