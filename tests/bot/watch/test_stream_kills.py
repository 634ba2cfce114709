"""The listening process is killed at random moments, and nothing that was told is missing afterwards."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.store.database import Database
from bot.store.watch_lists import create_list, put_items
from bot.store.watch_records import Watchlist, WatchlistId
from tests.bot.platforms.jetstream import PATIENCE_S, FakeJetstream, jetstream, until
from tests.bot.watch.stream_desk import did, ref

ROOT = Path(__file__).parents[3]
KILLS = 3
# Of one life: the last of them are told while the process dies.
POSTS = 120


async def test_a_listener_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    random = Random(7)  # noqa: S311  # as random in every run
    path = tmp_path / "masthead.db"
    await _watched(path)
    told: list[str] = []
    async with jetstream(lambda: datetime.now(UTC)) as fake:
        for _ in range(KILLS):
            process = await _listening(path, fake)
            for _ in range(POSTS):
                told.append(f"p{len(told):05d}")
                fake.post(did("diario"), told[-1])
                if random.random() < 0.2:
                    await asyncio.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            await process.wait()
            await until(lambda: not fake.subscribers)
        process = await _listening(path, fake)
        async with asyncio.timeout(PATIENCE_S):
            while _kept(path) != told:  # noqa: ASYNC110  # the store has no bell
                await asyncio.sleep(0.02)
        process.terminate()
        await process.wait()


async def _listening(path: Path, fake: FakeJetstream) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.watch.stream_child", str(path), fake.url, cwd=ROOT
    )
    await until(lambda: fake.subscribers)
    return process


async def _watched(path: Path) -> None:
    def put(connection: sqlite3.Connection) -> None:
        now = datetime.now(UTC)
        draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=1, name="Papers", created_at=now)
        made = create_list(connection, draft)
        assert made is not None
        put_items(connection, made, refs=[ref("diario")], added_by=None, now=now)

    database = Database.open(path)
    await database.write(put)
    database.close()


def _kept(path: Path) -> list[str]:
    """Return the keys of the posts that wait for a look, in order; each can be there once only."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT key FROM stream_news WHERE kind = 'post' ORDER BY key").fetchall()
    return [key.rpartition("/")[2] for (key,) in rows]
