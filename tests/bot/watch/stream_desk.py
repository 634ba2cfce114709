"""A desk that listens: a Jetstream and an AppView on loopback, real connector, poller, streams and store.

The clock is set by hand and looks are made by `work`; the streams run by themselves, in real time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.accounts import AccountRef, Platform
from bot.checks.gather import AliasCache
from bot.platforms.bluesky import Bluesky
from bot.platforms.bluesky_stream import Jetstream
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.platforms.stream_socket import SocketLimits, stream_session
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.database import Database
from bot.store.posts import posts_of
from bot.store.stream_records import StreamStanding
from bot.store.watch_alerts import alerts_of_list
from bot.store.watch_lists import create_list, items_of, put_items, take_items
from bot.store.watch_looks import next_look
from bot.store.watch_records import Alert, Watched, Watchlist, WatchlistId
from bot.store.watch_streams import streams
from bot.watch.live_look import PlatformLook
from bot.watch.poller import Poller
from bot.watch.stream_progress import Timing
from bot.watch.stream_runner import StreamRunner
from tests.bot.platforms.jetstream import PATIENCE_S, FakeJetstream, jetstream, until
from tests.bot.registry.founding import add_case

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GUILD = 1
CID = "bafyreibpsvu2m2f6sddh4y2h2vvcvs4c6zdq2iqs7znjwqdqmm5k3wpgua"
LIMITS = SocketLimits(connect_s=30, ping_s=30, close_s=1, frame_bytes=64 * 1024)


def did(name: str) -> str:
    """Return the DID of an invented account."""
    letters = "".join(letter for letter in name if letter.isalpha())
    return f"did:plc:{letters:a<24}"


@dataclass(slots=True)
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class AppView:
    """What Bluesky knows of accounts. `hidden` are posts that it has not taken in yet."""

    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    handles: dict[str, str] = field(default_factory=dict[str, str])
    away: set[str] = field(default_factory=set[str])
    hidden: set[str] = field(default_factory=set[str])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    broken: bool = False

    def looks(self, name: str, what: str = "getAuthorFeed") -> int:
        return self.asked.count((what, did(name)))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rpartition(".")[2]
        who = request.query.get("actor", "")
        who = next((each for each, handle in self.handles.items() if handle == who), who)
        self.asked.append((method, who))
        if self.broken:
            return web.json_response({"error": "UpstreamFailure", "message": "broken"}, status=502)
        if who in self.away:
            return web.json_response(
                {"error": "AccountDeactivated", "message": "Account is deactivated"}, status=400
            )
        if method == "getProfile":
            return web.json_response(self._person(who) | {"displayName": "Diario", "postsCount": 3})
        if method == "getAuthorFeed":
            shown = [post for post in self.posts.get(who, []) if post["uri"] not in self.hidden]
            return web.json_response({"feed": [{"post": post} for post in reversed(shown)]})
        name = {"getFollowers": "followers", "getFollows": "follows"}.get(method, "posts")
        return web.json_response({"subject": self._person(who), name: []})

    def _person(self, who: str) -> dict[str, Any]:
        return {"did": who, "handle": self.handles.get(who, "nadie.example.org"), "labels": []}


class StreamDesk:
    """One bot. `restart` ends its process and begins another on the same file."""

    def __init__(
        self, database: Database, clock: Clock, fake: FakeJetstream, view: AppView, service: PlatformService
    ) -> None:
        self.database, self.clock, self.fake, self.view = database, clock, fake, view
        self._service = service
        self.limits = LIMITS
        self.urls: tuple[str, ...] = (fake.url,)
        self.timing = Timing()
        self.slept: list[float] = []
        self.woken = 0
        self._session: ClientSession | None = None
        self._task: asyncio.Task[None] | None = None
        self.runner, self.poller = self._made()
        self.list_id = WatchlistId(0)

    def _made(self) -> tuple[StreamRunner, Poller]:
        self._session = stream_session("Masthead tests")
        source = Jetstream(self._session, urls=self.urls, clock=self.clock, limits=self.limits)
        random = Random(5)  # noqa: S311  # the same jitter in every run
        runner = StreamRunner(
            source,
            self.database,
            clock=self.clock,
            told=self._wake,
            random=random,
            timing=self.timing,
            sleep=self._sleep,
        )
        poller = Poller(
            self.database,
            PlatformLook(self._service, database=self.database, clock=self.clock),
            aliases=AliasCache(),
            clock=self.clock,
            told=lambda: None,
            random=random,
            safety_net=lambda account: timedelta(hours=1) if runner.covers(account) else None,
        )
        return runner, poller

    def _wake(self) -> None:
        self.woken += 1

    async def _sleep(self, seconds: float) -> None:
        """Waiting is noted, not done: the clock is in the test's hands."""
        self.slept.append(seconds)
        await asyncio.sleep(0.01)

    async def listen(self, *, up: bool = True) -> None:
        """Begin to listen, and wait until the stream is asked for what is watched."""
        before = len(self.fake.subscribers)
        self._task = asyncio.create_task(self.runner.run())
        if up:
            await until(lambda: len(self.fake.subscribers) > before, what="a subscriber")
            await until(lambda: self.runner.state == "up", what="the stream to be up")

    async def kill(self) -> None:
        """End the process: what it had heard and not kept is gone."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.gather(task, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        await until(lambda: not self.fake.subscribers, what="the connection to end")

    async def restart(self, *, up: bool = True) -> None:
        await self.kill()
        self.runner, self.poller = self._made()
        await self.listen(up=up)

    async def watch(self, *names: str) -> None:
        """Put accounts on the list, and make the first look at each."""
        for name in names:
            self.view.handles[did(name)] = f"{name}.example.org"
            self.view.posts.setdefault(did(name), [])
        if not self.list_id:
            draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=GUILD, name="Papers", created_at=START)
            made = await self.database.write(create_list, draft)
            assert made is not None
            self.list_id = made
        refs = [ref(name) for name in names]
        await self.database.write(put_items, self.list_id, refs=refs, added_by=None, now=self.clock.now)
        await self.work()

    async def unwatch(self, name: str) -> None:
        item = next(item for item in await self.items() if item.ref.platform_id == did(name))
        await self.database.write(take_items, self.list_id, accounts=[item.account_id])

    def publish(self, name: str, *rkeys: str, told: bool = True, indexed: bool = True) -> None:
        """Let an account post: the AppView knows, and Jetstream tells."""
        for rkey in rkeys:
            posted(self.view, name, rkey, self.clock.now)
            if not indexed:
                self.view.hidden.add(f"at://{did(name)}/app.bsky.feed.post/{rkey}")
            if told:
                self.fake.post(did(name), rkey)

    async def work(self) -> None:
        """Look at whatever is due at this moment."""
        while await self.poller.step():
            """Batch by batch."""

    async def after(self, **span: float) -> None:
        """Let time go by and make the looks that come due, a second at a time when it matters."""
        end = self.clock.now + timedelta(**span)
        while self.clock.now < end:
            upcoming = await self.database.read(next_look)
            self.clock.now = min(end, max(upcoming or end, self.clock.now + timedelta(milliseconds=50)))
            await self.work()

    async def items(self) -> list[Watched]:
        return await self.database.read(items_of, self.list_id)

    async def item(self, name: str) -> Watched:
        return next(item for item in await self.items() if item.ref.platform_id == did(name))

    async def other_look(self, name: str, *, than: datetime) -> datetime:
        """Wait until the next look of an account is planned for another time."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                planned = (await self.item(name)).next_look
                if planned is not None and planned != than:
                    return planned
                await asyncio.sleep(0.005)

    async def standing(self) -> StreamStanding:
        (found,) = await self.database.read(streams)
        return found

    async def settled(self) -> None:
        """Wait until everything that was told so far is stored."""
        last = self.fake.history[-1]["time_us"]
        async with asyncio.timeout(PATIENCE_S):
            while ((await self.standing()).cursor or 0) < last:  # noqa: ASYNC110  # the store has no bell
                await asyncio.sleep(0.005)

    async def heard(self, number: int) -> None:
        """Wait until so many messages about watched accounts came, those that came again counted again."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.standing()).messages < number:  # noqa: ASYNC110  # the store has no bell
                await asyncio.sleep(0.005)

    async def alerts(self) -> list[Alert]:
        return await self.database.read(alerts_of_list, self.list_id, limit=1_000)

    async def stored(self, name: str) -> list[str]:
        """Return the keys of an account's posts that the store holds."""
        item = await self.item(name)
        posts = await self.database.read(posts_of, item.account_id)
        return sorted(post.post_id.rpartition("/")[2] for post in posts)


def ref(name: str) -> AccountRef:
    return AccountRef(platform=Platform.BLUESKY, handle=f"{name}.example.org", platform_id=did(name))


@asynccontextmanager
async def appview(view: AppView) -> AsyncGenerator[str]:
    """Serve an AppView; yields its address."""
    app = web.Application()
    app.router.add_get("/xrpc/{method}", view.answer)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


def posted(view: AppView, name: str, rkey: str, at: datetime) -> None:
    """Let the AppView show a post."""
    written = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    post: dict[str, Any] = {
        "uri": f"at://{did(name)}/app.bsky.feed.post/{rkey}",
        "cid": CID,
        "author": {"did": did(name), "handle": view.handles[did(name)], "labels": []},
        "record": {"$type": "app.bsky.feed.post", "text": f"Noticia {rkey}", "createdAt": written},
        "likeCount": 3,
        "indexedAt": written,
        "labels": [],
    }
    view.posts[did(name)].append(post)


@asynccontextmanager
async def stream_desk(folder: Path) -> AsyncGenerator[StreamDesk]:
    clock, view = Clock(), AppView()
    database = Database.open(folder / "masthead.db")
    async with (
        appview(view) as url,
        jetstream(clock) as fake,
        api_session("Masthead tests") as session,
    ):
        allow = frozenset({("127.0.0.1", urlsplit(url).port or 0)})
        http = SafeHttp(clock=clock, lookup=_nobody, allow=allow)
        settings = BlueskySettings(enabled=True, url=url, fallback_url="", directory_url=url)
        service = PlatformService(
            database,
            connectors={Platform.BLUESKY: Bluesky(settings)},
            settings=PlatformsConfig(wait_s=60),
            api=ApiTransport(session, clock=clock),
            strangers=StrangersTransport(http),
            clock=clock,
        )
        await database.write(add_case)
        desk = StreamDesk(database, clock, fake, view, service)
        try:
            yield desk
        finally:
            await desk.kill()
            await service.close()
            http.close()
            database.close()


async def _nobody(host: str, port: int) -> list[str]:
    raise OSError(f"{host} is not known")
