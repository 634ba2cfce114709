"""A look at a connector's platform as the program does it, with the platform's server on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.accounts import AccountRef, Platform, PostRef
from bot.platforms.contract import Connector
from bot.platforms.guard import Lookup
from bot.platforms.look import Look
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import PlatformsConfig
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.database import Database
from bot.store.follows import Circle, followers_of
from bot.store.live_parts import held_account
from bot.store.posts import newest_snapshot, posts_of
from bot.store.records import Post, Snapshot
from tests.bot.platforms.scripted import FakeTime, Script
from tests.bot.platforms.strangers import Names

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

Handler = Callable[[web.Request], web.StreamResponse]


@dataclass(kw_only=True)
class FakeServer:
    """A server on loopback that answers from a table of paths, and notes what it was asked."""

    table: dict[str, Handler] = field(default_factory=dict[str, Handler])
    asked: list[str] = field(default_factory=list[str])
    heads: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    bodies: list[bytes] = field(default_factory=list[bytes])
    port: int = 0

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path_qs}")
        self.heads.append({name.lower(): value for name, value in request.headers.items()})
        self.bodies.append(await request.read())
        answer = self.table.get(request.path)
        return answer(request) if answer else web.Response(status=404, text="no such page")


def as_json(value: object, *, kind: str = "application/json", status: int = 200, **headers: str) -> Handler:
    """Answer with JSON; header names are given with underscores."""
    body = json.dumps(value).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}

    def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, status=status, headers=named)

    return answer


@asynccontextmanager
async def fake_server() -> AsyncGenerator[FakeServer]:
    fake = FakeServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", fake.handle)
    async with TestServer(application, host="127.0.0.1") as server:
        fake.port = server.make_url("/").port or 0
        yield fake


@dataclass(kw_only=True)
class Desk:
    """The service, what it has stored, and its time; `script` is its server's, where that follows one."""

    service: PlatformService
    database: Database
    time: FakeTime
    script: Script = field(default_factory=Script)

    def later(self, time: timedelta) -> None:
        """Let time pass, so that what was fetched is no longer fresh."""
        self.time.now += time

    async def look(self, target: AccountRef | PostRef, *, days: int = 90, pays: bool = True) -> Look:
        return await self.service.look(target, days=days, wait_s=60, pays=pays)

    async def snapshot(self, account: AccountRef) -> Snapshot | None:
        held = await self.database.read(held_account, account)
        return await self.database.read(newest_snapshot, held.account_id) if held else None

    async def posts(self, account: AccountRef) -> tuple[Post, ...]:
        held = await self.database.read(held_account, account)
        return await self.database.read(posts_of, held.account_id) if held else ()

    async def followers(self, account: AccountRef) -> Circle | None:
        held = await self.database.read(held_account, account)
        if held is None:
            return None
        return await self.database.read(followers_of, held.account_id, platform=account.platform)


@asynccontextmanager
async def opened(
    folder: Path,
    connectors: Mapping[Platform, Connector],
    *,
    port: int,
    settings: PlatformsConfig,
    time: FakeTime,
    lookup: Lookup,
    script: Script | None = None,
) -> AsyncGenerator[Desk]:
    """Open the service over one server of this machine; waits take no time, and nothing else is reached."""
    database = Database.open(folder / "masthead.db")
    http = SafeHttp(clock=time.clock, lookup=lookup, allow=frozenset({("127.0.0.1", port)}))
    try:
        async with api_session("Masthead tests") as session:
            service = PlatformService(
                database,
                connectors=connectors,
                settings=settings,
                api=ApiTransport(session, clock=time.clock),
                strangers=StrangersTransport(http),
                clock=time.clock,
                sleep=time.sleep,
                timer=time.timer,
            )
            try:
                yield Desk(service=service, database=database, time=time, script=script or Script())
            finally:
                await service.close()
    finally:
        http.close()
        database.close()


@asynccontextmanager
async def desk(
    folder: Path, connector: Connector, *, server: FakeServer, settings: PlatformsConfig | None = None
) -> AsyncGenerator[Desk]:
    """Open the service with one connector; all names lead to `server`."""
    async with opened(
        folder,
        {connector.terms.platform: connector},
        port=server.port,
        settings=settings or PlatformsConfig(),
        time=FakeTime(NOW),
        lookup=Names(),
    ) as at:
        yield at
