"""Jetstream: the firehose of Bluesky as JSON, for the accounts that are asked for.

Described at https://github.com/bluesky-social/jetstream (read 2026-11-22): at most 10,000 accounts a
connection; commits of the collections that are asked for, identity and account events always; a cursor in
Unix microseconds, which it says to set back a few seconds where messages that come twice do no harm.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
from aiohttp import ClientSession

from bot.accounts import AccountRef, Platform
from bot.errors import ShapeChangedError
from bot.imports.common import handle_on
from bot.platforms.pacing import Clock
from bot.platforms.stream_contract import BLUESKY
from bot.platforms.stream_socket import Socket, SocketLimits, open_socket
from bot.store.stream_records import ACTIVE, INACTIVE, News, NewsKind

MOST = 10_000
POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
PROFILE = "app.bsky.actor.profile"
COLLECTIONS = (POST, REPOST, PROFILE)
REWIND = timedelta(seconds=5)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A cursor outside of these years is no time.
_CURSORS = range(10**15, 10**16)


class _Subject(msgspec.Struct, kw_only=True):
    uri: str | None = None


class _Record(msgspec.Struct, kw_only=True):
    subject: _Subject | None = None


class _Commit(msgspec.Struct, kw_only=True):
    operation: str
    collection: str
    rkey: str
    # Posts have records of any form, which nobody reads here.
    record: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Identity(msgspec.Struct, kw_only=True):
    handle: str | None = None


class _Account(msgspec.Struct, kw_only=True):
    active: bool


class _Message(msgspec.Struct, kw_only=True):
    kind: str
    did: str = ""
    time_us: int = 0
    commit: _Commit | None = None
    identity: _Identity | None = None
    account: _Account | None = None


_message = msgspec.json.Decoder(_Message)
_record = msgspec.json.Decoder(_Record)


class Jetstream:
    """One connection to one of several servers that tell the same."""

    name = BLUESKY
    platform = Platform.BLUESKY
    replays = True
    most = MOST

    def __init__(
        self, session: ClientSession, *, urls: Sequence[str], clock: Clock, limits: SocketLimits | None = None
    ) -> None:
        self._session = session
        self._urls = tuple(urls)
        self._clock = clock
        self._limits = limits or SocketLimits()
        self._turn = 0

    def named(self, account: AccountRef) -> str | None:
        return account.platform_id

    def covers(self, account: AccountRef) -> bool:
        return account.platform_id is not None

    @asynccontextmanager
    async def open(self, wanted: Sequence[str], *, cursor: int | None, anew: bool) -> AsyncGenerator[Socket]:
        self._turn += anew
        # Addresses of 10,000 accounts fit into no request line, so the server waits for our first message.
        params = {"requireHello": "true"}
        if cursor is not None:
            params["cursor"] = str(cursor - REWIND // timedelta(microseconds=1))
        url = self._urls[self._turn % len(self._urls)]
        async with open_socket(
            self._session, url, params=params, limits=self._limits, clock=self._clock
        ) as socket:
            await self.change(socket, wanted)
            yield socket

    async def change(self, socket: Socket, wanted: Sequence[str]) -> None:
        if not wanted or len(wanted) > MOST:
            # Without a filter it would send the whole network.
            raise ValueError(f"{len(wanted)} accounts cannot be asked for")
        payload = {
            "wantedCollections": COLLECTIONS,
            "wantedDids": wanted,
            "maxMessageSizeBytes": self._limits.frame_bytes,
        }
        await socket.send(msgspec.json.encode({"type": "options_update", "payload": payload}).decode())

    def read(self, frame: str) -> News | None:
        try:
            message = _message.decode(frame)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ShapeChangedError("Jetstream sent what is no message.") from error
        if message.kind not in {"commit", "identity", "account"}:
            # Heartbeats, and kinds that come to be later.
            return None
        if message.time_us not in _CURSORS or not message.did:
            raise ShapeChangedError("Jetstream sent a message without time or account.")
        return _news(message)


def moment_of(cursor: int) -> datetime:
    """Return the instant of a cursor."""
    return _EPOCH + timedelta(microseconds=cursor)


def _news(message: _Message) -> News | None:
    at = moment_of(message.time_us)
    who, cursor = message.did, message.time_us
    if message.commit is not None:
        if message.commit.collection not in COLLECTIONS:
            return None
        return _of_commit(message.commit, who, at=at, cursor=cursor)
    if message.identity is not None:
        handle = handle_on(Platform.BLUESKY, message.identity.handle or "")
        # Without a handle it says only that something about the identity is new.
        kind = NewsKind.PROFILE if handle is None else NewsKind.HANDLE
        return News(who=who, kind=kind, key=f"identity:{cursor}", expected=handle, at=at, cursor=cursor)
    if message.account is not None:
        expected = ACTIVE if message.account.active else INACTIVE
        return News(
            who=who, kind=NewsKind.STATE, key=f"account:{cursor}", expected=expected, at=at, cursor=cursor
        )
    raise ShapeChangedError("Jetstream sent a message without what it announces.")


def _of_commit(commit: _Commit, who: str, *, at: datetime, cursor: int) -> News:
    key = f"{commit.collection}/{commit.rkey}"
    if commit.collection == PROFILE:
        return News(who=who, kind=NewsKind.PROFILE, key=f"profile:{cursor}", at=at, cursor=cursor)
    if commit.operation == "delete":
        return News(who=who, kind=NewsKind.POST, key=key, at=at, cursor=cursor, taken_back=True)
    expected: str | None = f"at://{who}/{key}"
    if commit.collection == REPOST:
        # The AppView gives reposts without an address of their own.
        subject = _subject(commit.record)
        expected = f"repost:{who}:{subject}" if subject else None
    kind = NewsKind.POST if expected else NewsKind.GAP
    return News(who=who, kind=kind, key=key, expected=expected, at=at, cursor=cursor)


def _subject(record: msgspec.Raw) -> str | None:
    try:
        found = _record.decode(record)
    except (msgspec.DecodeError, RecursionError):
        # Any program may write any record; a look shows what Bluesky makes of it.
        return None
    return found.subject.uri if found.subject else None
