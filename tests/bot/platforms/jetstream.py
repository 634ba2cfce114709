"""A Jetstream on loopback, as its documentation describes it, with whatever misbehaviour a test asks for.

It keeps everything it was told, plays it back from a cursor, filters by account and collection, waits for the
first message where asked to (`requireHello`), and hangs up on options that cannot be.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.test_utils import TestServer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_ACCOUNTS = 10_000
MOST_COLLECTIONS = 100
# Nobody waits so long but for a fault.
PATIENCE_S = 60.0


@dataclass(slots=True)
class Subscriber:
    """One connection: what it asked for, and what still has to be sent to it."""

    socket: web.WebSocketResponse
    cursor: int | None
    request: web.Request
    collections: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    options: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    waiting: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])

    def wants(self, message: dict[str, Any]) -> bool:
        if self.accounts and message["did"] not in self.accounts:
            return False
        if message["kind"] != "commit" or not self.collections:
            return True
        return message["commit"]["collection"] in self.collections


class FakeJetstream:
    """`refuse` holds the answers to the next requests; `spoil` changes what goes out, or breaks the line."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.url = ""
        self.history: list[dict[str, Any]] = []
        self.subscribers: list[Subscriber] = []
        # Everybody who ever came, in order.
        self.visits: list[Subscriber] = []
        self.refuse: list[tuple[int, dict[str, str]]] = []
        self.answers_pings = True
        # Called before each message; returns what to send instead, None to break off in the middle of it.
        self.spoil: Callable[[str], str | bytes | None] = lambda text: text
        # Messages older than this are not played back any more.
        self.kept_from = 0
        self.closed_by_us = 0

    def tell(self, did: str, kind: str, what: dict[str, Any], at: datetime | None = None) -> dict[str, Any]:
        """Let something happen: kept for playback, and sent to whoever wants it."""
        last = self.history[-1]["time_us"] if self.history else 0
        time_us = max(_us(at or self._clock()), last + 1)
        message: dict[str, Any] = {"did": did, "time_us": time_us, "kind": kind, kind: what}
        self.history.append(message)
        for subscriber in self.subscribers:
            if subscriber.wants(message):
                subscriber.waiting.put_nowait(json.dumps(message))
        return message

    def post(self, did: str, rkey: str, at: datetime | None = None) -> dict[str, Any]:
        return self.commit(did, "app.bsky.feed.post", rkey, record={"text": "Hoy"}, at=at)

    def commit(
        self,
        did: str,
        collection: str,
        rkey: str,
        *,
        operation: str = "create",
        record: object = None,
        at: datetime | None = None,
    ) -> dict[str, Any]:
        what = {"rev": "3l3qo2vutsw2b", "operation": operation, "collection": collection, "rkey": rkey}
        return self.tell(did, "commit", what | ({"record": record} if record else {}), at)

    def identity(self, did: str, handle: str) -> dict[str, Any]:
        return self.tell(did, "identity", {"did": did, "handle": handle, "seq": 1})

    def account(self, did: str, *, active: bool) -> dict[str, Any]:
        return self.tell(did, "account", {"active": active, "did": did, "seq": 1})

    def say(self, text: str) -> None:
        """Send the same to everybody who listens, whatever it is."""
        for subscriber in self.subscribers:
            subscriber.waiting.put_nowait(text)

    def cut(self) -> None:
        """Break every connection without a word."""
        for subscriber in self.subscribers:
            assert subscriber.request.transport is not None
            subscriber.request.transport.abort()

    async def hang_up(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every connection as a server does that is restarted."""
        for subscriber in list(self.subscribers):
            await subscriber.socket.close(code=code)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refuse:
            status, headers = self.refuse.pop(0)
            return web.Response(status=status, headers=headers)
        raw = request.query.get("cursor")
        socket = web.WebSocketResponse(autoping=self.answers_pings, max_msg_size=10 * 1024**2, timeout=1)
        await socket.prepare(request)
        subscriber = Subscriber(socket=socket, cursor=None if raw is None else int(raw), request=request)
        self.visits.append(subscriber)
        sending: asyncio.Task[None] | None = None
        try:
            if request.query.get("requireHello") != "true":
                sending = self._begin(subscriber)
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                if not self._heed(subscriber, message.json()):
                    self.closed_by_us += 1
                    await socket.close(code=WSCloseCode.POLICY_VIOLATION)
                elif sending is None:
                    sending = self._begin(subscriber)
        finally:
            if subscriber in self.subscribers:
                self.subscribers.remove(subscriber)
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        return socket

    def _heed(self, subscriber: Subscriber, said: dict[str, Any]) -> bool:
        if said.get("type") != "options_update":
            return True
        options = said["payload"]
        subscriber.options.append(options)
        accounts: list[str] = options.get("wantedDids") or []
        collections: list[str] = options.get("wantedCollections") or []
        subscriber.accounts, subscriber.collections = frozenset(accounts), tuple(collections)
        return len(accounts) <= MOST_ACCOUNTS and len(collections) <= MOST_COLLECTIONS

    def _begin(self, subscriber: Subscriber) -> asyncio.Task[None]:
        """Play back, then go on live: in one step of the loop, so nothing falls between."""
        if subscriber.cursor is not None and subscriber.cursor <= _us(self._clock()):
            for message in self.history:
                if message["time_us"] >= max(subscriber.cursor, self.kept_from) and subscriber.wants(message):
                    subscriber.waiting.put_nowait(json.dumps(message))
        self.subscribers.append(subscriber)
        return asyncio.create_task(self._send(subscriber))

    async def _send(self, subscriber: Subscriber) -> None:
        while True:
            text = await subscriber.waiting.get()
            spoilt = self.spoil(text)
            if spoilt is None:
                # The head of a text frame of 100 bytes, and a part of what it announces.
                assert subscriber.request.transport is not None
                subscriber.request.transport.write(b"\x81\x64" + text.encode()[:40])
                await asyncio.sleep(0)
                subscriber.request.transport.close()
                return
            if isinstance(spoilt, bytes):
                await subscriber.socket.send_bytes(spoilt)
            else:
                await subscriber.socket.send_str(spoilt)


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


@asynccontextmanager
async def jetstream(clock: Callable[[], datetime]) -> AsyncGenerator[FakeJetstream]:
    """Serve one; its address is `url`."""
    fake = FakeJetstream(clock)
    app = web.Application()
    app.router.add_get("/subscribe", fake.serve)
    server = TestServer(app)
    await server.start_server()
    fake.url = str(server.make_url("/subscribe")).replace("http://", "ws://", 1)
    try:
        yield fake
    finally:
        await fake.hang_up()
        await server.close()


async def until(holds: Callable[[], object], *, what: str = "what was waited for") -> None:
    """Wait until something holds; how long that takes is no part of any test."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  # anything may be waited for
            await asyncio.sleep(0.005)
