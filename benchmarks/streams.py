"""How long a post takes from a stream to the store and to an alert, and what listening costs.

A Jetstream and an AppView on loopback in this same process, so the figures hold their work too. *Stored* is
the time from a message's own time to its transaction; *told* that to the alert, over the look in between,
which waits 2 s on purpose (a burst costs one look, and the platform takes posts in meanwhile).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web

from benchmarks.measure import rss_mib, spread, table
from bot.accounts import AccountRef, Platform
from bot.checks.gather import AliasCache
from bot.platforms.bluesky import Bluesky
from bot.platforms.bluesky_stream import Jetstream
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.platforms.stream_socket import stream_session
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.database import Database
from bot.store.watch_lists import create_list, put_items
from bot.store.watch_records import Watchlist, WatchlistId
from bot.watch.live_look import PlatformLook
from bot.watch.poller import Poller
from bot.watch.stream_runner import StreamRunner

ACCOUNTS = 5_000
FLOOD = 50_000
PACED, PACED_PER_S = 2_000, 100
TOLD, TOLD_PER_S, TOLD_ACCOUNTS = 240, 4, 200
SAMPLE_S = 0.005
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)


def _did(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    tail = "".join(letters[number // 26**place % 26] for place in range(4))
    return f"did:plc:{'a' * 20}{tail}"


@dataclass
class Network:
    """Sends whatever is put into `out`, and shows what was posted from half a second later on."""

    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    out: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    requests: int = 0

    async def stream(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        self.listening.set()
        while not socket.closed:
            await socket.send_str(await self.out.get())
        return socket

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        who = request.query.get("actor", "")
        person: dict[str, Any] = {"did": who, "handle": f"a{who[-4:]}.example.org", "labels": []}
        name = request.path.rpartition(".")[2]
        if name == "getProfile":
            return web.json_response(person)
        if name == "getAuthorFeed":
            indexed = (_now() - timedelta(seconds=0.5)).isoformat()
            shown = [post for post in self.posts.get(who, []) if post["indexedAt"] <= indexed]
            return web.json_response({"feed": [{"post": {**post, "author": person}} for post in shown]})
        empty = {"getFollowers": "followers", "getFollows": "follows"}.get(name, "posts")
        return web.json_response({"subject": person, empty: []})

    def publish(self, who: str, number: int) -> None:
        at = _now()
        rkey = f"p{number:06d}"
        record = {"$type": "app.bsky.feed.post", "text": f"Noticia {number}", "createdAt": at.isoformat()}
        uri = f"at://{who}/app.bsky.feed.post/{rkey}"
        post: dict[str, Any] = {
            "uri": uri,
            "cid": "bafy",
            "record": record,
            "indexedAt": at.isoformat(),
            "labels": [],
        }
        self.posts.setdefault(who, []).insert(0, post)
        commit = {
            "rev": "3l3",
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": rkey,
            "record": record,
        }
        time_us = (at - _EPOCH) // timedelta(microseconds=1)
        message = {"did": who, "time_us": time_us, "kind": "commit", "commit": commit}
        self.out.put_nowait(json.dumps(message))


@asynccontextmanager
async def _opened(accounts: int) -> AsyncGenerator[tuple[Network, Database, StreamRunner, Poller]]:
    network = Network()
    app = web.Application()
    app.router.add_get("/subscribe", network.stream)
    app.router.add_get("/xrpc/{method}", network.answer)
    serving = web.AppRunner(app, shutdown_timeout=0.1)
    await serving.setup()
    site = web.TCPSite(serving, "127.0.0.1", 0)
    await site.start()
    port = serving.addresses[0][1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "masthead.db")
        await database.write(_watch, accounts)
        http = SafeHttp(clock=_now)
        settings = PlatformsConfig(wait_s=60, requests_per_hour=1_000_000, requests_per_server_hour=1_000_000)
        random = Random(5)  # the same jitter in every run
        async with stream_session("Masthead") as streaming, api_session("Masthead") as session:
            connector = Bluesky(BlueskySettings(enabled=True, url=url, fallback_url="", directory_url=url))
            service = PlatformService(
                database,
                connectors={Platform.BLUESKY: connector},
                settings=settings,
                api=ApiTransport(session, clock=_now),
                strangers=StrangersTransport(http),
                clock=_now,
            )
            poller = Poller(
                database,
                PlatformLook(service, database=database, clock=_now),
                aliases=AliasCache(),
                clock=_now,
                told=lambda: None,
                random=random,
                safety_net=lambda account: timedelta(hours=6),
            )
            stream_url = f"ws://127.0.0.1:{port}/subscribe"
            runner = StreamRunner(
                Jetstream(streaming, urls=(stream_url,), clock=_now),
                database,
                clock=_now,
                told=poller.wake,
                random=random,
            )
            try:
                yield network, database, runner, poller
            finally:
                await service.close()
                http.close()
                database.close()
    await serving.cleanup()


def _watch(connection: sqlite3.Connection, accounts: int) -> None:
    draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=1, name="Papers", created_at=_now())
    made = create_list(connection, draft)
    assert made is not None
    refs = [
        AccountRef(platform=Platform.BLUESKY, handle=f"a{_did(n)[-4:]}.example.org", platform_id=_did(n))
        for n in range(accounts)
    ]
    put_items(connection, made, refs=refs, added_by=None, now=_now())


def _messages(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT ifnull(max(messages), 0) FROM stream").fetchone()[0]


def _lags(connection: sqlite3.Connection, after: str) -> list[float]:
    rows = connection.execute(
        "SELECT heard_ms - happened_ms FROM stream_news WHERE kind = 'post' AND key >= ?", (after,)
    )
    return [float(lag) for (lag,) in rows]


async def _until_heard(database: Database, number: int) -> None:
    while await database.read(_messages) < number:  # noqa: ASYNC110 - counters have no event
        await asyncio.sleep(0.005)


async def _away(stop: asyncio.Event) -> list[float]:
    """Sample how late the loop is, in milliseconds."""
    late: list[float] = []
    while not stop.is_set():
        begun = time.perf_counter()
        await asyncio.sleep(SAMPLE_S)
        late.append((time.perf_counter() - begun - SAMPLE_S) * 1000)
    return late


async def _stored() -> list[tuple[str, str]]:
    """Measure the way from the stream to the store; no look is made meanwhile."""
    async with _opened(ACCOUNTS) as (network, database, runner, _):
        listening = asyncio.create_task(runner.run())
        await network.listening.wait()
        for number in range(FLOOD):
            network.publish(_did(number % ACCOUNTS), number)
        begun, cpu = time.perf_counter(), time.process_time()
        await _until_heard(database, FLOOD)
        flood_s, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
        stop = asyncio.Event()
        away = asyncio.create_task(_away(stop))
        for number in range(FLOOD, FLOOD + PACED):
            network.publish(_did(number % ACCOUNTS), number)
            await asyncio.sleep(1 / PACED_PER_S)
        await _until_heard(database, FLOOD + PACED)
        stop.set()
        late = spread(await away)
        lag = spread(await database.read(_lags, f"app.bsky.feed.post/p{FLOOD:06d}"))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    return [
        (f"flood of {FLOOD:,} messages, {ACCOUNTS:,} accounts", f"{FLOOD / flood_s:,.0f} messages/s"),
        ("CPU for one of them, server included", f"{cpu_s / FLOOD * 1e6:,.0f} us"),
        (f"post to store at {PACED_PER_S}/s, p50 / p99", f"{lag.p50:.0f} ms / {lag.p99:.0f} ms"),
        ("loop away meanwhile, p50 / p99", f"{late.p50:.1f} ms / {late.p99:.1f} ms"),
        ("resident memory after it", f"{rss_mib():.0f} MiB"),
    ]


def _told(connection: sqlite3.Connection) -> list[float]:
    rows = connection.execute("SELECT made_ms - happened_ms FROM alert WHERE kind = 'new_post'")
    return [float(lag) / 1000 for (lag,) in rows]


def _waiting(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT count(*) FROM stream_news").fetchone()[0]


def _held(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT count(*) FROM post").fetchone()[0]


async def _to_alert() -> list[tuple[str, str]]:
    """Measure the whole way, looks included."""
    async with _opened(TOLD_ACCOUNTS) as (network, database, runner, poller):
        while await poller.step():
            """The first looks, which tell nothing."""
        tasks = [asyncio.create_task(runner.run())]
        await network.listening.wait()
        # Looks that a first connection asks for.
        while await database.read(_waiting):
            await poller.step()
            await asyncio.sleep(0.05)
        tasks.append(asyncio.create_task(poller.run()))
        before = network.requests
        for number in range(TOLD):
            network.publish(_did(number % TOLD_ACCOUNTS), number)
            await asyncio.sleep(1 / TOLD_PER_S)
        while await database.read(_waiting):  # noqa: ASYNC110 - counters have no event
            await asyncio.sleep(0.1)
        held = await database.read(_held)
        lag = spread(await database.read(_told))
        asked = network.requests - before
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [
        (f"{TOLD} posts of {TOLD_ACCOUNTS} accounts at {TOLD_PER_S}/s, found", f"{held}"),
        ("post to alert, p50 / p99", f"{lag.p50:.2f} s / {lag.p99:.2f} s"),
        ("requests for a post", f"{asked / TOLD:.2f}"),
    ]


def main() -> None:
    rows = [*asyncio.run(_stored()), *asyncio.run(_to_alert())]
    table("Streams: from a post to the store and to an alert", ("what", "measured"), rows)


if __name__ == "__main__":
    main()
