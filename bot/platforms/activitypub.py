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

from bot.accounts import AccountRef
from bot.errors import PlatformError, ShapeChangedError
from bot.imports.activitystreams import activity_post, read_activity
from bot.imports.common import RowError, instant_or_none, web_address
from bot.imports.json_values import decode
from bot.platforms import mastodon_answers as answers
from bot.platforms.answers import each, unread_remark
from bot.platforms.contract import Pages, Part, Wish
from bot.platforms.visit import Answer, Visit
from bot.store.live import AccountState
from bot.store.records import Post, Snapshot
from bot.text.markup import decode_html

SOURCE = f"{answers.SOURCE}-activitypub"
REMARK = "Its server answers nobody without a token, so what servers tell each other was read."

_HEADERS = {"Accept": "application/activity+json"}
_REFUSED = frozenset({401, 403, 404, 406, 410})


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


ACTOR = msgspec.json.Decoder(Actor)
_collection = msgspec.json.Decoder(_Collection)
_page = msgspec.json.Decoder(_Page)
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
            partial(_read, author=account, at=got.at),
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


def _read(piece: msgspec.Raw, *, author: AccountRef, at: datetime) -> Post | None:
    return activity_post(read_activity(piece), author=author, collected_at=at, now=at)


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
