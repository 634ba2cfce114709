"""Mastodon's stream over real sockets: who is looked at, what is refused, what a gap costs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.accounts import AccountRef, Platform
from bot.platforms.mastodon_stream import MastodonStream
from bot.platforms.stream_contract import StreamServer
from bot.platforms.stream_socket import SocketLimits, stream_session
from bot.store.database import Database
from bot.store.stream_records import StreamState
from bot.store.times import to_ms
from bot.store.watch_lists import create_list, put_items
from bot.store.watch_looks import next_look
from bot.store.watch_records import Watchlist, WatchlistId
from bot.store.watch_streams import streams
from bot.watch.stream_runner import StreamRunner
from tests.bot.platforms.jetstream import PATIENCE_S, until
from tests.bot.platforms.mastodon_streaming import HOST, TOKEN, FakeMastodon, mastodon, status
from tests.bot.watch.stream_desk import START, Clock

LATER = START + timedelta(days=1)


def account(name: str) -> AccountRef:
    return AccountRef(platform=Platform.FEDIVERSE, handle=name)


class Listener:
    """A runner over a store of its own. No look is made here: what is due says what the stream came to."""

    def __init__(self, runner: StreamRunner, database: Database, clock: Clock) -> None:
        self.runner, self.database, self.clock = runner, database, clock

    async def watch(self, *handles: str) -> None:
        def put(connection: sqlite3.Connection) -> None:
            draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=1, name="Diarios", created_at=START)
            made = create_list(connection, draft)
            assert made is not None
            refs = [account(handle) for handle in handles]
            put_items(connection, made, refs=refs, added_by=None, now=LATER)

        await self.database.write(put)

    async def news(self) -> list[tuple[str, str, str | None]]:
        """Return what waits for a look: whose, of which kind, and what it must find."""

        def read(connection: sqlite3.Connection) -> list[tuple[str, str, str | None]]:
            return connection.execute(
                "SELECT handle, kind, expected FROM stream_news JOIN account USING (account_id)"
                " ORDER BY handle, kind, key"
            ).fetchall()

        return await self.database.read(read)

    async def problem(self, word: str) -> str:
        """Wait until the stream's problem holds a word; return it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for standing in await self.database.read(streams):
                    if standing.problem is not None and word in standing.problem:
                        return standing.problem
                await asyncio.sleep(0.005)

    async def due(self) -> datetime:
        """Return when the next account is looked at."""
        found = await self.database.read(next_look)
        assert found is not None
        return found

    async def looked(self) -> None:
        """Forget what waited and look much later, as looks would."""

        def forget(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM stream_news")
            connection.execute("UPDATE watch_account SET next_ms = ?", (to_ms(LATER),))

        await self.database.write(forget)

    async def has(self, number: int) -> Sequence[tuple[str, str, str | None]]:
        async with asyncio.timeout(PATIENCE_S):
            while len(found := await self.news()) < number:  # noqa: ASYNC110  # the store has no bell
                await asyncio.sleep(0.005)
        return found


@asynccontextmanager
async def listening(
    folder: Path, fake: FakeMastodon, *, token: str = TOKEN, watched: Sequence[str] = (f"gaceta@{HOST}",)
) -> AsyncGenerator[Listener]:
    clock = Clock()
    database = Database.open(folder / "masthead.db")
    server = StreamServer(host=HOST, origin=fake.origin, token=token)

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0.01)

    async with stream_session("Masthead tests") as session:
        limits = SocketLimits(connect_s=30, close_s=0.2)
        runner = StreamRunner(
            MastodonStream(session, server, clock=clock, limits=limits),
            database,
            clock=clock,
            told=lambda: None,
            random=Random(5),  # noqa: S311  # the same jitter in every run
            sleep=sleep,
        )
        listener = Listener(runner, database, clock)
        await listener.watch(*watched)
        task = asyncio.create_task(runner.run())
        try:
            yield listener
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            database.close()


async def test_a_post_makes_a_look_due_and_names_what_it_must_find(tmp_path: Path) -> None:
    async with mastodon() as fake, listening(tmp_path, fake) as desk:
        await until(lambda: fake.listeners and desk.runner.covers(account(f"gaceta@{HOST}")))
        await desk.has(1)
        await desk.looked()
        await fake.tell("update", status("otra", 1))
        await fake.tell("update", status("Gaceta", 2))
        await fake.tell("delete", "2")
        expected = f"https://{HOST}/@Gaceta/2"
        assert await desk.has(1) == [(f"gaceta@{HOST}", "post", expected)]


async def test_whom_the_tokens_account_follows_elsewhere_is_heard_too(tmp_path: Path) -> None:
    far = "lejos@otro.example.org"
    async with mastodon() as fake, listening(tmp_path, fake, watched=[far]) as desk:
        await until(lambda: fake.listeners and desk.runner.state is StreamState.UP)
        # It may come or not: such an account is not covered, and is looked at as usual.
        assert not desk.runner.covers(account(far))
        seen = status("lejos", 3, url="https://otro.example.org/@lejos/3")
        seen["account"]["acct"] = far
        await fake.tell("update", seen, "user")
        assert await desk.has(1) == [(far, "post", "https://otro.example.org/@lejos/3")]


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_public_is_not_kept(tmp_path: Path, visibility: str) -> None:
    async with mastodon() as fake, listening(tmp_path, fake) as desk:
        await until(lambda: fake.listeners)
        await desk.has(1)
        await desk.looked()
        await fake.tell("update", status("gaceta", 1, visibility=visibility), "user")
        await fake.tell("notification", {"id": "1", "type": "mention"}, "user")
        await fake.tell("status.update", status("gaceta", 2))
        # An edit of what is held: somebody looks, but nothing new must turn up.
        assert await desk.has(1) == [(f"gaceta@{HOST}", "gap", None)]


async def test_a_gap_makes_everybody_due_since_nothing_is_replayed(tmp_path: Path) -> None:
    watched = [f"gaceta@{HOST}", f"diario@{HOST}", "lejos@otro.example.org"]
    async with mastodon() as fake, listening(tmp_path, fake, watched=watched) as desk:
        await until(lambda: fake.listeners)
        await desk.has(2)
        await desk.looked()
        fake.cut()
        assert await desk.has(2) == [(f"diario@{HOST}", "gap", None), (f"gaceta@{HOST}", "gap", None)]


async def test_a_line_that_breaks_all_the_time_does_not_make_for_looks_all_the_time(tmp_path: Path) -> None:
    async with mastodon() as fake, listening(tmp_path, fake) as desk:
        await until(lambda: fake.listeners)
        await desk.has(1)
        await desk.looked()
        for _ in range(3):
            desk.clock.now += timedelta(minutes=1)
            fake.cut()
            await until(lambda: not fake.listeners)
            await until(lambda: fake.listeners and desk.runner.state is StreamState.UP)
        assert await desk.due() == START + timedelta(minutes=15)


async def test_the_token_goes_out_in_a_header_to_a_healthy_service_alone(tmp_path: Path) -> None:
    async with mastodon() as fake:
        fake.healthy = "<html>Service unavailable</html>"
        async with listening(tmp_path, fake) as desk:
            await until(lambda: len(fake.asked) > 1)
            assert all("Authorization" not in request.headers for request in fake.asked)
            assert desk.runner.state is StreamState.DOWN
            fake.healthy = "OK"
            await until(lambda: fake.listeners)
            assert not any(TOKEN in str(request.url) for request in fake.asked)
            assert fake.subscribed[:2] == ["public:local", "user"]


async def test_one_stream_that_the_token_may_not_have_leaves_the_other(tmp_path: Path) -> None:
    async with mastodon() as fake:
        fake.refused = {"user"}
        async with listening(tmp_path, fake) as desk:
            await until(lambda: fake.listeners)
            await desk.has(1)
            await desk.looked()
            await fake.tell("update", status("gaceta", 2))
            await desk.has(1)
            assert desk.runner.state is StreamState.UP


@pytest.mark.parametrize("way", ["scope", "token"])
async def test_a_token_that_may_nothing_is_told_without_it(tmp_path: Path, way: str) -> None:
    async with mastodon() as fake:
        fake.refused = {"user", "public:local"} if way == "scope" else set()
        async with listening(tmp_path, fake, token=TOKEN if way == "scope" else "another") as desk:
            problem = await desk.problem("token")
            assert TOKEN not in problem
            assert "another" not in problem


async def test_junk_and_a_strangers_shapes_are_passed_over(tmp_path: Path) -> None:
    async with mastodon() as fake, listening(tmp_path, fake) as desk:
        await until(lambda: fake.listeners)
        await desk.has(1)
        await desk.looked()
        for payload in ("", "{", "[]", '{"id":7}', "[" * 5_000):
            await fake.tell("update", payload)
        await fake.tell("update", status("gaceta", 2, account={"id": "1", "acct": "no name at all"}))
        await fake.tell("update", status("gaceta", 3))
        assert await desk.has(1) == [(f"gaceta@{HOST}", "post", f"https://{HOST}/@gaceta/3")]
