"""Sockets that break in every way a server can break them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms.stream_socket import SocketLimits, StreamError, Trouble, open_socket, stream_session

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIMITS = SocketLimits(connect_s=30, ping_s=30, close_s=0.2, frame_bytes=1_000)

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncGenerator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", behave)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("/stream")).replace("http", "ws", 1)
    finally:
        await server.close()


async def read(url: str, *, limits: SocketLimits, secret: dict[str, str] | None) -> None:
    async with (
        stream_session("Masthead tests") as session,
        open_socket(session, url, limits=limits, clock=lambda: NOW, secret=secret) as socket,
    ):
        async for _ in socket.frames():
            """To the end."""


async def ended(
    url: str, *, limits: SocketLimits = LIMITS, secret: dict[str, str] | None = None
) -> StreamError:
    """Read a stream to its end."""
    with pytest.raises(StreamError) as caught:
        await read(url, limits=limits, secret=secret)
    return caught.value


def answers(status: int, **headers: str) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    return behave


def sends(what: Callable[[web.WebSocketResponse, web.Request], Awaitable[None]]) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(timeout=0.2)
        await socket.prepare(request)
        await what(socket, request)
        return socket

    return behave


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (200, Trouble.REFUSED),
        (400, Trouble.REFUSED),
        (401, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (404, Trouble.REFUSED),
        (429, Trouble.BUSY),
        (500, Trouble.BUSY),
        (502, Trouble.BUSY),
        (503, Trouble.BUSY),
    ],
)
async def test_an_answer_that_is_no_stream_has_a_class(status: int, trouble: Trouble) -> None:
    async with serving(answers(status)) as url:
        assert (await ended(url)).trouble is trouble


async def test_a_busy_server_says_when_to_come_back() -> None:
    async with serving(answers(429, **{"Retry-After": "90"})) as url:
        assert (await ended(url)).retry_at == NOW + timedelta(seconds=90)


async def test_a_token_is_not_carried_elsewhere() -> None:
    seen: list[str | None] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Authorization"))
        return web.Response()

    async with (
        serving(elsewhere) as other,
        serving(answers(302, Location=other.replace("ws", "http", 1))) as url,
    ):
        error = await ended(url, secret={"Authorization": "Bearer invented"})
    assert error.trouble is Trouble.REFUSED
    assert seen == []


async def test_nobody_there() -> None:
    async with serving(answers(200)) as url:
        pass
    assert (await ended(url)).trouble is Trouble.UNREACHABLE


async def _closes(socket: web.WebSocketResponse, request: web.Request) -> None:
    await socket.send_str("one")
    await socket.close(code=1001)


async def _aborts(socket: web.WebSocketResponse, request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


async def _breaks_off(socket: web.WebSocketResponse, request: web.Request) -> None:
    """The head of a frame of 100 bytes, and half of it."""
    assert request.transport is not None
    request.transport.write(b"\x81\x64" + b"x" * 50)
    request.transport.close()


async def _sends_much(socket: web.WebSocketResponse, request: web.Request) -> None:
    await socket.send_str("x" * 2_000)
    await socket.receive()


async def _sends_bytes(socket: web.WebSocketResponse, request: web.Request) -> None:
    await socket.send_bytes(b"\x00")
    await socket.receive()


async def _sends_no_frame(socket: web.WebSocketResponse, request: web.Request) -> None:
    """Reserved bits that nobody agreed on."""
    assert request.transport is not None
    request.transport.write(b"\xff\xff\xff\xff")
    await socket.receive()


async def _sends_no_text(socket: web.WebSocketResponse, request: web.Request) -> None:
    """A text frame that is not UTF-8."""
    assert request.transport is not None
    request.transport.write(b"\x81\x02\xc3\x28")
    await socket.receive()


@pytest.mark.parametrize(
    ("what", "trouble"),
    [
        (_closes, Trouble.DROPPED),
        (_aborts, Trouble.DROPPED),
        (_breaks_off, Trouble.DROPPED),
        (_sends_much, Trouble.UNREADABLE),
        (_sends_bytes, Trouble.UNREADABLE),
        (_sends_no_frame, Trouble.UNREADABLE),
        (_sends_no_text, Trouble.UNREADABLE),
    ],
)
async def test_a_stream_that_breaks_has_a_class(
    what: Callable[[web.WebSocketResponse, web.Request], Awaitable[None]], trouble: Trouble
) -> None:
    async with serving(sends(what)) as url:
        assert (await ended(url)).trouble is trouble


async def test_a_server_that_does_not_answer_pings_is_gone() -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False, timeout=0.2)
        await socket.prepare(request)
        async for _ in socket:
            """Pings come, and nobody answers."""
        return socket

    async with serving(silent) as url:
        error = await ended(url, limits=SocketLimits(connect_s=30, ping_s=0.2, close_s=0.1))
    assert error.trouble is Trouble.DROPPED
    assert "fell silent" in str(error)
