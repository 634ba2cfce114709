"""The answers of the Mastodon client API, and of the many servers that speak it, as records of ours.

Entities: https://docs.joinmastodon.org/entities/Account/ and https://docs.joinmastodon.org/entities/Status/.
Servers of other makes leave fields out, so that nothing but ids, names and dates is required.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec
from yarl import URL

from bot.accounts import AccountRef, Platform
from bot.imports.common import RowError, handle_on, instant, instant_or_none, web_address
from bot.imports.json_values import decode
from bot.platforms.contract import Part
from bot.store.live import AccountState
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted
from bot.text.markup import decode_html

SOURCE = "api:fediverse"
# How an error names whoever answered: every server is somebody else's.
SERVER = "The server"

# snac reports 0 followers, follows and posts whatever the truth is.
FALSE_ZEROS = frozenset({"snac"})
_MEDIA = {"image": "photo", "gifv": "video", "video": "video", "audio": "audio"}
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,<]*\brel="?next\b')


class Account(msgspec.Struct, kw_only=True):
    id: str
    acct: str
    uri: str | None = None
    url: str | None = None
    display_name: str | None = None
    note: str | None = None
    created_at: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    statuses_count: int | None = None
    noindex: bool | None = None
    suspended: bool | None = None
    limited: bool | None = None
    moved: Account | None = None
    fields: list[ProfileField] | None = None


class ProfileField(msgspec.Struct, kw_only=True):
    value: str = ""
    verified_at: str | None = None


class Mention(msgspec.Struct, kw_only=True):
    acct: str = ""
    url: str | None = None


class Media(msgspec.Struct, kw_only=True):
    type: str = "unknown"


class Quote(msgspec.Struct, kw_only=True):
    """A quotation; `quoted_status` is missing while its author has not agreed."""

    quoted_status: Quoted | None = None


class Quoted(msgspec.Struct, kw_only=True):
    uri: str
    url: str | None = None


class Status(msgspec.Struct, kw_only=True):
    id: str
    uri: str
    created_at: str
    account: Account
    url: str | None = None
    content: str = ""
    spoiler_text: str = ""
    visibility: str = "public"
    language: str | None = None
    in_reply_to_id: str | None = None
    favourites_count: int | None = None
    reblogs_count: int | None = None
    replies_count: int | None = None
    quotes_count: int | None = None
    reblog: Status | None = None
    quote: Quote | None = None
    mentions: list[Mention] | None = None
    media_attachments: list[Media] | None = None


ACCOUNT = msgspec.json.Decoder(Account)
STATUS = msgspec.json.Decoder(Status)
PAGE = msgspec.json.Decoder(list[msgspec.Raw])


def account_of(account: Account, *, host: str) -> AccountRef:
    """Return an account as the server at `host` names it. Raises RowError."""
    name = account.acct if "@" in account.acct else f"{account.acct}@{host}"
    handle = handle_on(Platform.FEDIVERSE, name)
    if handle is None:
        raise RowError(f"{quoted(name)} is no account of the fediverse")
    return AccountRef(platform=Platform.FEDIVERSE, handle=handle, platform_id=web_address(account.uri))


def profile_part(account: Account, *, named: AccountRef, dialect: str, at: datetime) -> Part:
    """Return what a profile says. `named` is the account as its own server introduced it."""
    reason = _reason(account)
    if account.suspended:
        return Part(account=named, state=AccountState.SUSPENDED, reason=reason)
    linked = next((field for field in account.fields or () if field.verified_at), None)
    snapshot = Snapshot(
        account=named,
        taken_at=at,
        source=SOURCE,
        display_name=account.display_name or None,
        bio=decode_html(account.note).text if account.note else None,
        profile_link=_first_link(account),
        created_at=instant_or_none(account.created_at, now=at),
        followers=_total(account.followers_count, dialect),
        following=_total(account.following_count, dialect),
        posts=_total(account.statuses_count, dialect),
        verified="a link of its profile is verified" if linked else None,
    )
    state = AccountState.LIMITED if reason else AccountState.PRESENT
    return Part(account=named, state=state, reason=reason, snapshots=(snapshot,))


def status_post(status: Status, *, host: str, at: datetime) -> Post | None:
    """Return a status as a post; None for one that is not public. Raises RowError."""
    if status.visibility not in {"public", "unlisted"}:
        return None
    author = account_of(status.account, host=host)
    shown = status.reblog or status
    decoded = decode_html(shown.content)
    links = [link for link in decoded.links if not decoded.text.startswith(("@", "#"), link.start)]
    addresses = (web_address(link.url) for link in links)
    quoted_status = status.quote.quoted_status if status.quote else None
    refers_to = shown if status.reblog else quoted_status
    return Post(
        platform=Platform.FEDIVERSE,
        # The id under which servers tell each other of a boost; its page is the page of what was boosted.
        post_id=status.uri if status.reblog else address_of(status),
        author=author,
        created_at=instant(status.created_at, now=at),
        kind=_kind(status, quotes=quoted_status is not None),
        text="\n\n".join(part for part in (shown.spoiler_text, decoded.text) if part),
        # The counts of a boosted post are its author's.
        counts=Counts() if status.reblog else _counts(status),
        counts_at=at,
        language=shown.language,
        links=tuple(dict.fromkeys(address for address in addresses if address)),
        mentions=_mentions(shown, host=host),
        media=tuple(_MEDIA[each.type] for each in shown.media_attachments or () if each.type in _MEDIA),
        refers_to=address_of(refers_to) if refers_to else None,
        url=address_of(status),
    )


def address_of(status: Status | Quoted) -> str:
    """Return the address under which people know a post: its page, or else its ActivityPub id."""
    return web_address(status.url) or status.uri


def status_of(piece: msgspec.Raw) -> Status:
    return decode(STATUS, piece)


def person_of(piece: msgspec.Raw, *, host: str) -> AccountRef:
    return account_of(decode(ACCOUNT, piece), host=host)


def next_page(link_header: str, *, page: str) -> str | None:
    """Return the address of the next page; None at the end, or where it leads to another server."""
    found = _NEXT.search(link_header)
    if found is None:
        return None
    try:
        target, here = URL(found[1]), URL(page)
    except ValueError:
        return None
    return str(target) if target.origin() == here.origin() else None


def _reason(account: Account) -> str | None:
    if account.suspended:
        return "Its server has suspended the account."
    if account.moved is not None:
        return f"The account has moved to {quoted(account.moved.acct, limit=100)}, as it says itself."
    return "Its server has limited the account." if account.limited else None


def _kind(status: Status, *, quotes: bool) -> PostKind:
    if status.reblog is not None:
        return PostKind.REPOST
    if status.in_reply_to_id is not None:
        return PostKind.REPLY
    return PostKind.QUOTE if quotes else PostKind.ORIGINAL


def _counts(status: Status) -> Counts:
    return Counts(
        likes=_count(status.favourites_count),
        reposts=_count(status.reblogs_count),
        replies=_count(status.replies_count),
        quotes=_count(status.quotes_count),
    )


def _count(number: int | None) -> int | None:
    # Some servers answer -1 for what they do not tell.
    return number if number is not None and number >= 0 else None


def _total(number: int | None, dialect: str) -> int | None:
    return None if number == 0 and dialect in FALSE_ZEROS else _count(number)


def _mentions(status: Status, *, host: str) -> tuple[str, ...] | None:
    if status.mentions is None:
        return None
    names = (each.acct if "@" in each.acct else f"{each.acct}@{host}" for each in status.mentions)
    handles = (handle_on(Platform.FEDIVERSE, name) for name in names)
    return tuple(dict.fromkeys(handle for handle in handles if handle))


def _first_link(account: Account) -> str | None:
    return next(_links(account), None)


def _links(account: Account) -> Iterator[str]:
    """Yield what a profile links to: its fields first, of which those with a verified link lead."""
    fields = sorted(account.fields or (), key=lambda field: field.verified_at is None)
    for html in (*(field.value for field in fields), account.note or ""):
        decoded = decode_html(html)
        for link in decoded.links:
            address = web_address(link.url)
            if address and not decoded.text.startswith(("@", "#"), link.start):
                yield address
