"""Mastodon: `outbox.json` of an account's archive, with `actor.json` beside it, or the archive as a whole.

The archive is made by the server (mastodon/mastodon, app/services/backup_service.rb): the outbox is an
ActivityStreams OrderedCollection whose `orderedItems` are Create and Announce activities as the server
federates them (docs.joinmastodon.org/spec/activitypub; W3C ActivityStreams 2.0 vocabulary). Only what was
addressed to the public is read: archives hold letters to single people too. A page of any public outbox has
the same form.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    Value,
    handle_on,
    instant,
    instant_or_none,
    source_of,
    web_address,
)
from bot.imports.files import MAX_LINE, ImportFile
from bot.imports.json_rows import Digits, read_each, whole
from bot.imports.json_stream import Document
from bot.imports.json_values import decode
from bot.store.records import Counts, Post, PostKind, Snapshot
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


class _Activity(msgspec.Struct, kw_only=True, rename="camel"):
    type: str
    id: str | None = None
    actor: str
    published: str | None = None
    to: str | list[str] | None = None
    cc: str | list[str] | None = None
    object: msgspec.Raw


class _Actor(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    preferred_username: str
    name: str | None = None
    summary: str | None = None
    url: str | None = None
    published: str | None = None


_activity = msgspec.json.Decoder(_Activity)
_actor = msgspec.json.Decoder(_Actor)
_note = msgspec.json.Decoder(_Note)
_address = msgspec.json.Decoder(str)


class MastodonOutbox:
    name = "mastodon"
    title = "Mastodon archive or outbox.json"

    def recognises(self, sample: Sample) -> bool:
        opening = sample.opening
        if opening is None or not opening.startswith("{"):
            return False
        return '"orderedItems"' in opening and ('"OrderedCollection' in opening or '"outbox' in opening)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        owner = _owner(file)
        if owner is not None:
            snapshot = _snapshot(owner, collected_at=collected_at, now=now)
            yield Row(line=1, snapshots=(snapshot,))
        reader = _Reader(owner, collected_at=collected_at, now=now)
        yield from read_each(Document(file).elements("orderedItems"), reader.row)


class _Reader:
    def __init__(self, owner: _Actor | None, *, collected_at: datetime, now: datetime) -> None:
        self._known = None if owner is None else (owner.id, _account_of(owner))
        self._collected_at = collected_at
        self._now = now

    def row(self, value: Value) -> Row:
        activity = decode(_activity, value.text)
        author = self._account(activity.actor)
        is_note = bytes(activity.object).startswith(b"{")
        if activity.type == "Announce":
            target = decode(_note, activity.object).id if is_note else decode(_address, activity.object)
            return Row(line=value.line, posts=(self._repost(activity, author, target),))
        if activity.type not in {"Create", "Update"} or not is_note:
            # Deleted posts, moves and the like are no posts.
            return Row(line=value.line)
        note = decode(_note, activity.object)
        if note.type not in _NOTES or not _is_public(note.to, note.cc):
            return Row(line=value.line)
        return Row(line=value.line, posts=(self._post(note, author),))

    def _account(self, actor: str) -> AccountRef:
        if self._known is not None and self._known[0] == actor:
            return self._known[1]
        account = account_at(actor)
        if account is None:
            raise RowError(
                f"{quoted(actor)} does not say which account it is; keep actor.json beside the file"
            )
        return account

    def _repost(self, activity: _Activity, author: AccountRef, target: str) -> Post:
        if activity.id is None or activity.published is None:
            raise RowError("a repost without an id or a date")
        return Post(
            platform=Platform.FEDIVERSE,
            post_id=activity.id,
            author=author,
            created_at=instant(activity.published, now=self._now),
            kind=PostKind.REPOST,
            # The archive holds the address of what was shared, not its text.
            text="",
            counts_at=self._collected_at,
            refers_to=target,
        )

    def _post(self, note: _Note, author: AccountRef) -> Post:
        if note.published is None:
            raise RowError("a post without a date")
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
            post_id=web_address(note.url) or note.id,
            author=author,
            created_at=instant(note.published, now=self._now),
            kind=kind,
            text=text,
            counts=Counts(likes=_total(note.likes), reposts=_total(note.shares)),
            counts_at=self._collected_at,
            language=next(iter(note.content_map), None) if note.content_map else None,
            links=tuple(dict.fromkeys(link for link in links if link is not None)),
            mentions=_mentions(mentions),
            media=_media(note.attachment),
            refers_to=note.in_reply_to or shared,
            url=web_address(note.url) or web_address(note.id),
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


@lru_cache(maxsize=4_096)
def account_at(actor: str) -> AccountRef | None:
    """Return the account of an actor's address, `/users/name` or `/@name`; None for one with a number."""
    try:
        path = urlsplit(actor).path
    except ValueError:
        return None
    parts = path.strip("/").split("/")
    if len(parts) == 2 and parts[0] == "users":
        name = parts[1]
    elif len(parts) == 1 and parts[0].startswith("@"):
        name = parts[0][1:]
    else:
        return None
    handle = handle_on(Platform.FEDIVERSE, f"{name}@{urlsplit_host(actor)}")
    return None if handle is None else AccountRef(platform=Platform.FEDIVERSE, handle=handle)


def urlsplit_host(address: str) -> str:
    """Return the host of an address, empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _account_of(actor: _Actor) -> AccountRef:
    """Return the owner. Raises RowError where the profile names no account."""
    handle = handle_on(Platform.FEDIVERSE, f"{actor.preferred_username}@{urlsplit_host(actor.id)}")
    if handle is None:
        raise RowError(f"actor.json beside it: {quoted(actor.preferred_username)} is no name of an account")
    return AccountRef(platform=Platform.FEDIVERSE, handle=handle)


def _owner(file: ImportFile) -> _Actor | None:
    other = file.beside("actor.json")
    if other is None:
        return None
    with other:
        other.rewind()
        text = other.read(MAX_LINE)
    try:
        actor = decode(_actor, text)
        _account_of(actor)
    except RowError as error:
        raise ImportFileError(file.path, f"actor.json beside it: {error}.") from None
    return actor


def _snapshot(actor: _Actor, *, collected_at: datetime, now: datetime) -> Snapshot:
    return Snapshot(
        account=_account_of(actor),
        taken_at=collected_at,
        source=source_of(MastodonOutbox.name),
        display_name=actor.name or None,
        bio=decode_html(actor.summary or "").text or None,
        created_at=instant_or_none(actor.published, now=now),
    )
