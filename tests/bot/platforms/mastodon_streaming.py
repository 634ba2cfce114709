"""Mastodon's streaming server on loopback, as its documentation describes it, for one token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

HOST = "diarios.example.org"
TOKEN = "an-invented-token"  # for a server of ours


def status(user: str, number: int, **more: object) -> dict[str, Any]:
    """A post of somebody on this server, as its API gives it."""
    return {
        "id": str(number),
        "uri": f"https://{HOST}/users/{user}/statuses/{number}",
        "url": f"https://{HOST}/@{user}/{number}",
        "created_at": "2026-11-22T09:00:00.000Z",
        "content": f"<p>Noticia {number}</p>",
        "visibility": "public",
        "account": {
            "id": "1",
            "acct": user,
            "uri": f"https://{HOST}/users/{user}",
            "url": f"https://{HOST}/@{user}",
        },
        **more,
    }


class FakeMastodon:
    """`refused` are streams that the token may not have; `healthy` is what the health check says."""

    def __init__(self) -> None:
        self.origin = ""
        self.healthy = "OK"
        self.refused: set[str] = set()
        self.asked: list[web.Request] = []
        self.subscribed: list[str] = []
        self._sockets: list[tuple[web.WebSocketResponse, web.Request, set[str]]] = []

    @property
    def listeners(self) -> int:
        """How many have subscribed to everything that they may have."""
        allowed = {"public:local", "user"} - self.refused
        return len([1 for _, _, streams in self._sockets if streams and streams == allowed])

    async def health(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return web.Response(text=self.healthy)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        socket = web.WebSocketResponse(timeout=0.2)
        await socket.prepare(request)
        entry = (socket, request, set[str]())
        self._sockets.append(entry)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._heed(entry, message.json())
        finally:
            self._sockets.remove(entry)
        return socket

    async def _heed(
        self, entry: tuple[web.WebSocketResponse, web.Request, set[str]], said: dict[str, Any]
    ) -> None:
        if said.get("type") != "subscribe":
            return
        stream = str(said["stream"])
        self.subscribed.append(stream)
        if stream in self.refused:
            error = {"error": "Access token does not have the required scopes", "status": 401}
            await entry[0].send_str(json.dumps(error))
            return
        entry[2].add(stream)

    async def tell(self, event: str, payload: object, stream: str = "public:local") -> None:
        """Send an event to whoever subscribed."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        for socket, _, streams in list(self._sockets):
            if stream in streams:
                await socket.send_str(json.dumps({"stream": [stream], "event": event, "payload": text}))

    def cut(self) -> None:
        for _, request, _ in self._sockets:
            assert request.transport is not None
            request.transport.abort()

    async def hang_up(self) -> None:
        await asyncio.gather(*(socket.close() for socket, _, _ in list(self._sockets)))


@asynccontextmanager
async def mastodon() -> AsyncGenerator[FakeMastodon]:
    fake = FakeMastodon()
    app = web.Application()
    app.router.add_get("/api/v1/streaming/health", fake.health)
    app.router.add_get("/api/v1/streaming", fake.serve)
    server = TestServer(app)
    await server.start_server()
    fake.origin = str(server.make_url("")).rstrip("/")
    try:
        yield fake
    finally:
        await fake.hang_up()
        await server.close()
