"""Writes that outlive a power cut: they share transactions, and each has its own outcome."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import InputError, StoreError
from bot.store.database import Database
from bot.store.jobs import Job

FULL, NORMAL = 2, 1


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "masthead.db")
    await opened.write(lambda connection: connection.execute("CREATE TABLE kept (n INTEGER UNIQUE)"))
    try:
        yield opened
    finally:
        opened.close()


def keep(connection: sqlite3.Connection, n: int) -> int:
    connection.execute("INSERT INTO kept VALUES (?)", (n,))
    if n < 0:
        raise InputError("no")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    return synchronous


async def kept(database: Database) -> list[int]:
    return await database.read(
        lambda connection: [n for (n,) in connection.execute("SELECT n FROM kept ORDER BY n")]
    )


@contextlib.asynccontextmanager
async def held_up(database: Database) -> AsyncGenerator[list[asyncio.Task[int]]]:
    """Hold the writer up, so that what is asked for in the block waits together; then wait for it."""
    held, let_go = threading.Event(), threading.Event()

    def hold(connection: sqlite3.Connection) -> None:
        held.set()
        let_go.wait(timeout=60)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(held.wait, 60)
    tasks: list[asyncio.Task[int]] = []
    try:
        yield tasks
        # Each task asks when it has its first turn.
        await asyncio.sleep(0)
    finally:
        let_go.set()
        await holding
    await asyncio.gather(*tasks, return_exceptions=True)


async def together(database: Database, *numbers: int) -> list[int | BaseException]:
    """Return what came of several writes that waited together."""
    async with held_up(database) as tasks:
        tasks += [asyncio.create_task(database.write_lasting(keep, number)) for number in numbers]
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_each_is_synced_and_later_writes_are_not(database: Database) -> None:
    assert await together(database, 1, 2, 3) == [FULL, FULL, FULL]
    assert await database.write(keep, 4) == NORMAL
    assert await kept(database) == [1, 2, 3, 4]


async def test_what_waits_together_shares_a_transaction(database: Database) -> None:
    def counts(connection: sqlite3.Connection) -> tuple[int, int]:
        """Count what is written so far, and what of it anybody else can see yet."""
        query = "SELECT count(*) FROM kept"
        with contextlib.closing(sqlite3.connect(database.path)) as other:
            return connection.execute(query).fetchone()[0], other.execute(query).fetchone()[0]

    async with held_up(database) as tasks:
        tasks += [asyncio.create_task(database.write_lasting(keep, n)) for n in range(20)]
        counted = asyncio.create_task(database.write_lasting(counts))
    assert await counted == (20, 0)
    assert await database.write_lasting(counts) == (20, 20)


async def test_one_that_fails_takes_back_its_own_changes_alone(database: Database) -> None:
    first, refused, twice, last = await together(database, 1, -2, 1, 3)
    assert (first, last) == (FULL, FULL)
    assert isinstance(refused, InputError)
    assert isinstance(twice, sqlite3.IntegrityError)
    assert await kept(database) == [1, 3]


async def test_an_error_of_the_database_is_told_in_a_sentence(database: Database) -> None:
    with pytest.raises(StoreError, match="no such table"):
        await database.write_lasting(lambda connection: connection.execute("INSERT INTO nowhere VALUES (1)"))
    assert await database.write_lasting(keep, 1) == FULL


async def test_when_the_transaction_is_lost_nobody_is_told_otherwise(database: Database) -> None:
    def lose(connection: sqlite3.Connection) -> int:
        connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk is full")

    async with held_up(database) as tasks:
        tasks += [
            asyncio.create_task(database.write_lasting(keep, 1)),
            asyncio.create_task(database.write_lasting(lose)),
            asyncio.create_task(database.write_lasting(keep, 2)),
        ]
    for task in tasks:
        with pytest.raises(StoreError, match="disk is full"):
            await task
    assert await kept(database) == []
    assert await database.write_lasting(keep, 3) == FULL


async def test_more_than_fit_into_one_transaction_are_all_kept(database: Database) -> None:
    assert await together(database, *range(100)) == [FULL] * 100
    assert await kept(database) == list(range(100))


async def test_who_gave_up_waiting_is_passed_over(database: Database) -> None:
    job = Job(lambda connection: keep(connection, 1))
    assert job.future.cancel()
    await database.write(job.run)
    job.finish()
    job.fail(StoreError("lost"))
    assert await kept(database) == []
