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
from bot.imports.activitystreams import activity_post, read_activity, urlsplit_host
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    Value,
    handle_on,
    instant_or_none,
    source_of,
)
from bot.imports.files import MAX_LINE, ImportFile
from bot.imports.json_rows import read_each
from bot.imports.json_stream import Document
from bot.imports.json_values import decode
from bot.store.records import Snapshot
from bot.text.inert import quoted
from bot.text.markup import decode_html


class _Actor(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    preferred_username: str
    name: str | None = None
    summary: str | None = None
    url: str | None = None
    published: str | None = None


_actor = msgspec.json.Decoder(_Actor)


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
        activity = read_activity(value.text)
        author = self._account(activity.actor)
        post = activity_post(activity, author=author, collected_at=self._collected_at, now=self._now)
        return Row(line=value.line, posts=(post,) if post else ())

    def _account(self, actor: str) -> AccountRef:
        if self._known is not None and self._known[0] == actor:
            return self._known[1]
        account = account_at(actor)
        if account is None:
            raise RowError(
                f"{quoted(actor)} does not say which account it is; keep actor.json beside the file"
            )
        return account


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
