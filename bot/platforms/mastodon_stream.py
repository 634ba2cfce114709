"""Mastodon's streaming API: what one server publishes as it happens, for whoever has a token of it.

Described at https://docs.joinmastodon.org/methods/streaming/ (read 2026-11-22). One connection, two
subscriptions: `public:local`, the public posts of the server's own accounts, and `user`, what the token's
account follows, wherever it is. Replies to others, boosts and unlisted posts are not in the first, replies to
people whom the token's account does not follow not in the second. Nothing is replayed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.accounts import AccountRef, Platform
from bot.errors import ShapeChangedError
from bot.imports.common import RowError
from bot.platforms import mastodon_answers as answers
from bot.platforms.pacing import Clock
from bot.platforms.stream_contract import StreamServer
from bot.platforms.stream_socket import (
    Socket,
    SocketLimits,
    StreamError,
    Trouble,
    host_of,
    open_socket,
    refused,
    unreachable,
)
from bot.store.stream_records import News, NewsKind

SUBSCRIPTIONS = ("public:local", "user")
_POSTED = frozenset({"update", "status.update"})
_HEALTH_BYTES = 64


class _Frame(msgspec.Struct, kw_only=True):
    event: str | None = None
    payload: str | None = None
    error: str | None = None


_frame = msgspec.json.Decoder(_Frame)


class MastodonStream:
    """The stream of one server."""

    platform = Platform.FEDIVERSE
    replays = False
    # It sends what all its accounts publish; ours are picked out here.
    most = 1_000_000

    def __init__(
        self,
        session: ClientSession,
        server: StreamServer,
        *,
        clock: Clock,
        limits: SocketLimits | None = None,
    ) -> None:
        self._session = session
        self._server = server
        self._clock = clock
        self._limits = limits or SocketLimits()
        self._refused = 0

    @property
    def name(self) -> str:
        return self._server.name

    def named(self, account: AccountRef) -> str | None:
        return None if account.handle is None else account.handle.casefold()

    def covers(self, account: AccountRef) -> bool:
        return (self.named(account) or "").rpartition("@")[2] == self._server.host

    @asynccontextmanager
    async def open(self, wanted: Sequence[str], *, cursor: int | None, anew: bool) -> AsyncGenerator[Socket]:
        await self._ask_health()
        # In a header, not in the address: addresses are written into logs.
        secret = {"Authorization": f"Bearer {self._server.token}"}
        url = f"{self._server.origin}/api/v1/streaming"
        async with open_socket(
            self._session, url, secret=secret, limits=self._limits, clock=self._clock
        ) as socket:
            self._refused = 0
            for stream in SUBSCRIPTIONS:
                await socket.send(msgspec.json.encode({"type": "subscribe", "stream": stream}).decode())
            yield socket

    async def change(self, socket: Socket, wanted: Sequence[str]) -> None:
        """Do nothing: all of it comes anyway."""

    def read(self, frame: str) -> News | None:
        try:
            message = _frame.decode(frame)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ShapeChangedError("The server sent what is no message.") from error
        if message.error is not None:
            self._heed_refusal()
            return None
        if message.event not in _POSTED or message.payload is None:
            return None
        return self._posted(message.payload, edited=message.event == "status.update")

    def _posted(self, payload: str, *, edited: bool) -> News | None:
        now = self._clock()
        try:
            status = answers.STATUS.decode(payload)
            post = answers.status_post(status, host=self._server.host, at=now)
        except (msgspec.DecodeError, RecursionError, RowError) as error:
            raise ShapeChangedError("The server sent what is no post.") from error
        if post is None or post.author.handle is None:
            return None
        # The text of a post that was edited is held already, in its old form.
        kind, expected = (NewsKind.GAP, None) if edited else (NewsKind.POST, post.post_id)
        return News(
            who=post.author.handle.casefold(),
            kind=kind,
            key=post.post_id,
            expected=expected,
            at=post.created_at,
        )

    def _heed_refusal(self) -> None:
        """One subscription may be refused, for a token that may not read; without both there is nothing."""
        self._refused += 1
        if self._refused == len(SUBSCRIPTIONS):
            where = host_of(self._server.origin)
            raise StreamError(Trouble.REFUSED, f"{where} gives our token no stream.")

    async def _ask_health(self) -> None:
        """Ask whether the streaming service is alive, before the token goes out. Raises StreamError."""
        name = host_of(self._server.origin)
        url = f"{self._server.origin}/api/v1/streaming/health"
        total = ClientTimeout(total=self._limits.connect_s)
        try:
            async with self._session.get(url, timeout=total) as response:
                if response.status != 200:
                    raise refused(name, response.status, headers=response.headers, now=self._clock())
                if (await response.content.read(_HEALTH_BYTES)).strip() != b"OK":
                    raise StreamError(Trouble.REFUSED, f"{name} is no streaming service.")
        except TimeoutError as error:
            raise StreamError(Trouble.UNREACHABLE, f"{name} did not answer in time.") from error
        except (ClientError, OSError) as error:
            raise unreachable(name, error) from error
