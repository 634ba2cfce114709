"""What servers tell each other (ActivityPub), for those whose API answers nobody without a token.

An actor, the totals of its collections and its outbox: https://www.w3.org/TR/activitypub/. Servers that
demand signed requests refuse this too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import msgspec
from yarl import URL

from bot.accounts import AccountRef, Platform
from bot.errors import PlatformError, ShapeChangedError
from bot.imports.common import RowError, handle_on, instant, instant_or_none, web_address
from bot.imports.json_values import decode
from bot.platforms import mastodon_answers as answers
from bot.platforms.answers import each, unread_remark
from bot.platforms.contract import Pages, Part, Wish
from bot.platforms.visit import Answer, Visit
from bot.store.live import AccountState
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.markup import decode_html

SOURCE = f"{answers.SOURCE}-activitypub"
REMARK = "Its server answers nobody without a token, so what servers tell each other was read."

_HEADERS = {"Accept": "application/activity+json"}
_REFUSED = frozenset({401, 403, 404, 406, 410})
_PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
_MEDIA = {"image": "photo", "video": "video", "audio": "audio"}


class Actor(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    preferred_username: str
    name: str | None = None
    summary: str | None = None
    url: msgspec.Raw = msgspec.Raw(b"null")
    published: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    moved_to: str | None = None
    suspended: bool | None = None


class _Collection(msgspec.Struct, kw_only=True, rename="camel"):
    total_items: int | None = None
    first: msgspec.Raw = msgspec.Raw(b"null")


class _Page(msgspec.Struct, kw_only=True, rename="camel"):
    ordered_items: list[msgspec.Raw] = msgspec.field(default_factory=list[msgspec.Raw])
    next: str | None = None


class _Activity(msgspec.Struct, kw_only=True):
    type: str
    id: str = ""
    published: str | None = None
    object: msgspec.Raw = msgspec.Raw(b"null")


class _Tag(msgspec.Struct, kw_only=True):
    type: str = ""
    name: str = ""


class _Attachment(msgspec.Struct, kw_only=True, rename="camel"):
    media_type: str = ""


class _Note(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    published: str
    url: msgspec.Raw = msgspec.Raw(b"null")
    content: str | None = None
    summary: str | None = None
    in_reply_to: str | None = None
    quote: str | None = None
    quote_url: str | None = None
    to: list[str] | str = ""
    cc: list[str] | str = ""
    tag: list[_Tag] = msgspec.field(default_factory=list[_Tag])
    attachment: list[_Attachment] = msgspec.field(default_factory=list[_Attachment])
    likes: msgspec.Raw = msgspec.Raw(b"null")
    shares: msgspec.Raw = msgspec.Raw(b"null")


ACTOR = msgspec.json.Decoder(Actor)
_collection = msgspec.json.Decoder(_Collection)
_page = msgspec.json.Decoder(_Page)
_activity = msgspec.json.Decoder(_Activity)
_note = msgspec.json.Decoder(_Note)
_text = msgspec.json.Decoder(str)


async def ask_actor(address: str, *, visit: Visit) -> Answer:
    """Ask for an actor; refusals come back for the caller to read. Raises PlatformError."""
    return await visit.get(address, headers=_HEADERS, accept=_REFUSED, stranger=True, source=SOURCE)


async def profile(actor: Actor, account: AccountRef, *, at: datetime, visit: Visit) -> Part:
    """Give what an actor says of itself, with the totals of its collections where they are shown."""
    if actor.suspended:
        reason = "Its server has suspended the account."
        return Part(account=account, state=AccountState.SUSPENDED, reason=reason)
    snapshot = Snapshot(
        account=account,
        taken_at=at,
        source=SOURCE,
        display_name=actor.name or None,
        bio=decode_html(actor.summary).text if actor.summary else None,
        created_at=instant_or_none(actor.published, now=at),
        followers=await _total(actor.followers, visit),
        following=await _total(actor.following, visit),
        posts=await _total(actor.outbox, visit),
    )
    return Part(account=account, state=AccountState.PRESENT, snapshots=(snapshot,), remark=REMARK)


async def posts(account: AccountRef, outbox: str, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
    """Give the public posts of an outbox, newest first. Raises PlatformError."""
    got = await _get(outbox, visit)
    first = got.read(_collection).first
    url = _address(first)
    entries = decode(_page, first) if url is None and bytes(first) != b"null" else None
    pages = Pages(most=200, items=wish.posts)
    given, page = 0, 0
    while url is not None or entries is not None:
        if entries is None:
            got = await _get(_beside(url or "", got.url), visit)
            entries = got.read(_page)
        read, unread = each(
            entries.ordered_items,
            partial(activity_post, author=account, at=got.at),
            name=answers.SERVER,
        )
        found = tuple(post for post in read if post is not None)
        given, page = given + len(entries.ordered_items), page + 1
        newest = max((post.created_at for post in found), default=None)
        ended = (newest is not None and newest < wish.since) or not entries.next
        yield Part(
            account=account,
            posts=found,
            reached=wish.since if ended else min((post.created_at for post in found), default=None),
            remark=unread_remark(unread) or REMARK,
        )
        url = None if ended else entries.next
        entries = None
        if url is None or not pages.goes_on(url, given=given, pages=page):
            return


def activity_post(piece: msgspec.Raw, *, author: AccountRef, at: datetime) -> Post | None:
    """Return the post of an activity; None for what is not public or no post. Raises RowError."""
    activity = decode(_activity, piece)
    target = _address(activity.object)
    if activity.type == "Announce" and target is not None:
        return Post(
            platform=Platform.FEDIVERSE,
            post_id=f"repost:{activity.id}",
            author=author,
            created_at=instant(activity.published or "", now=at),
            kind=PostKind.REPOST,
            text="",
            refers_to=target,
            url=target,
        )
    if activity.type != "Create" or target is not None:
        return None
    return _note_post(decode(_note, activity.object), author=author, at=at)


def _note_post(note: _Note, *, author: AccountRef, at: datetime) -> Post | None:
    to = (note.to, note.cc)
    if not any(_PUBLIC.intersection([names] if isinstance(names, str) else names) for names in to):
        return None
    decoded = decode_html(note.content or "")
    links = (link for link in decoded.links if not decoded.text.startswith(("@", "#"), link.start))
    addresses = (web_address(link.url) for link in links)
    cited = note.quote or note.quote_url
    named = (handle_on(Platform.FEDIVERSE, tag.name.removeprefix("@")) for tag in note.tag if _mentions(tag))
    kinds = (_MEDIA.get(each.media_type.partition("/")[0]) for each in note.attachment)
    kind = PostKind.REPLY if note.in_reply_to else PostKind.QUOTE if cited else PostKind.ORIGINAL
    return Post(
        platform=Platform.FEDIVERSE,
        post_id=_address(note.url) or note.id,
        author=author,
        created_at=instant(note.published, now=at),
        kind=kind,
        text="\n".join(part for part in (note.summary, decoded.text) if part),
        counts=Counts(likes=_held(note.likes), reposts=_held(note.shares)),
        counts_at=at,
        links=tuple(dict.fromkeys(address for address in addresses if address)),
        mentions=tuple(dict.fromkeys(handle for handle in named if handle)),
        media=tuple(each for each in kinds if each),
        refers_to=note.in_reply_to or cited,
        url=_address(note.url) or note.id,
    )


def _mentions(tag: _Tag) -> bool:
    return tag.type == "Mention"


def _held(piece: msgspec.Raw) -> int | None:
    """Return the total of a collection that stands inside a note."""
    if not bytes(piece).startswith(b"{"):
        return None
    total = decode(_collection, piece).total_items
    return total if total is not None and total >= 0 else None


async def _total(address: str | None, visit: Visit) -> int | None:
    """Return how long a collection is; None where it is hidden, which is not 0."""
    if address is None:
        return None
    try:
        total = (await _get(address, visit)).read(_collection).total_items
    except PlatformError:
        # A hidden list costs its own count and nothing else.
        return None
    return total if total is not None and total >= 0 else None


async def _get(address: str, visit: Visit) -> Answer:
    return await visit.get(address, headers=_HEADERS, stranger=True, source=SOURCE)


def _address(piece: msgspec.Raw) -> str | None:
    """Return a value that is an address, None for an object, a list or nothing."""
    try:
        return web_address(decode(_text, piece))
    except RowError:
        return None


def _beside(address: str, page: str) -> str:
    """Return an address on the server that named it. Raises ShapeChangedError for another one."""
    if URL(address).origin() != URL(page).origin():
        raise ShapeChangedError("The server continues its list of posts on another server.")
    return address
