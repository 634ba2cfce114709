"""Servers on loopback that do what a script says, and a time that passes only when somebody sleeps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from aiohttp import web
from aiohttp.test_utils import TestServer

Behaviour: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

BEGAN = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class FakeTime:
    """A clock, a sleep and a timer that belong together."""

    def __init__(self, now: datetime = BEGAN) -> None:
        self.now = now
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def timer(self) -> float:
        return self.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Script:
    """What a server does with each path: one behaviour after the other, the last one for ever."""

    def __init__(self, **behaviours: Sequence[Behaviour]) -> None:
        self._left = {name: list(each) for name, each in behaviours.items()}
        self.asked: list[web.Request] = []

    def set(self, name: str, *behaviours: Behaviour) -> None:
        """Let `name`, the last part of a path, be answered so from now on."""
        self._left[name] = list(behaviours)

    def questions(self, name: str) -> list[Mapping[str, str]]:
        """Return the parameters with which `name` was asked for, in order."""
        return [request.query for request in self.asked if request.path.rpartition("/")[2] == name]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        name = request.path.rpartition("/")[2]
        left = self._left.get(name)
        if not left:
            return web.json_response(
                {"error": "InvalidRequest", "message": f"no script for {name}"}, status=400
            )
        behaviour = left.pop(0) if len(left) > 1 else left[0]
        return await behaviour(request)


@asynccontextmanager
async def serving(script: Script) -> AsyncGenerator[str]:
    """Serve a script; yields the address of the server."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


def says(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer JSON."""

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return behave


def writes(text: str | bytes, *, status: int = 200, kind: str = "application/json") -> Behaviour:
    """Answer any text under any type."""

    async def behave(request: web.Request) -> web.StreamResponse:
        body = text if isinstance(text, bytes) else text.encode()
        return web.Response(body=body, status=status, content_type=kind)

    return behave


def sends_to(location: str, *, status: int = 302) -> Behaviour:
    """Redirect."""

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": location})

    return behave


def breaks_off(body: object) -> Behaviour:
    """Promise a whole answer and close the connection in the middle of it."""

    async def behave(request: web.Request) -> web.StreamResponse:
        text = json.dumps(body).encode()
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = len(text)
        await response.prepare(request)
        await response.write(text[: len(text) // 2])
        assert request.transport is not None
        request.transport.abort()
        return response

    return behave


def waits_for(door: asyncio.Event, then: Behaviour, *, reached: asyncio.Event | None = None) -> Behaviour:
    """Answer only when a test opens the door; sets `reached` when somebody stands before it."""

    async def behave(request: web.Request) -> web.StreamResponse:
        if reached is not None:
            reached.set()
        await door.wait()
        return await then(request)

    return behave
