"""The process that builds the index of names, as it is: spawned, read, and ended."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.registry.names import NameIndex
from bot.registry.names_kept import Keeper, names_kept
from bot.registry.names_worker import spell
from bot.store.claims import put_name
from bot.store.database import Database
from bot.store.records import Entity
from tests.bot.registry.founding import add_entity, add_source, id_of

PATIENCE_S = 60.0


async def _named(database: Database, name: str) -> None:
    def put(connection: sqlite3.Connection) -> None:
        put_name(connection, id_of(connection, "outlet"), name=name, source_id=add_source(connection))

    await database.write(put)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "masthead.db"


async def _until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not found():  # noqa: ASYNC110 - another process ends the wait
            await asyncio.sleep(0.02)


async def _find(database: Database, names: NameIndex, typed: str) -> list[str]:
    found: list[tuple[Entity, str]] = await database.read(names.find, typed, limit=5)
    return [entity.key for entity, _ in found]


async def test_a_serving_program_has_its_index_built_beside_it(path: Path) -> None:
    database = Database.open(path)
    await database.write(add_entity, "outlet")
    await _named(database, "重庆示例报")
    names = NameIndex()
    async with names_kept(names, path):
        await _until(lambda: names.ready)
        # A slip, and how the name is spoken, which letter by letter is not found.
        assert await _find(database, names, "chongqing shlibao") == ["outlet"]
        # What comes later is spoken as well, once the other process has looked it up.
        await _named(database, "长沙晨钟")
        assert await _find(database, names, "长沙晨钟") == ["outlet"]
        async with asyncio.timeout(PATIENCE_S):
            while await _find(database, names, "changsha chenzhong") != ["outlet"]:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
    database.close()


async def test_what_is_too_much_to_take_in_is_built_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.registry.names.MANY", 2)
    database = Database.open(path)
    await database.write(add_entity, "outlet")
    names = NameIndex()
    async with names_kept(names, path):
        await _until(lambda: names.ready)
        for name in ("Зеркало", "Вестник", "Курьер", "Маяк"):
            await _named(database, name)
        assert await _find(database, names, "курьер") == ["outlet"]
        await _until(lambda: names.ready)
        assert await _find(database, names, "курер") == ["outlet"]
    database.close()


async def test_the_end_does_not_wait_for_a_build(path: Path) -> None:
    Database.open(path).close()
    async with asyncio.timeout(PATIENCE_S):
        async with names_kept(NameIndex(), path):
            await asyncio.sleep(0)


async def test_a_failure_is_logged_and_the_tables_go_on_answering(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database.open(path)
    await database.write(add_entity, "outlet")
    names = NameIndex()
    (path.parent / "other.txt").write_text("no database")
    keeper = Keeper(names, path.parent / "other.txt")
    with caplog.at_level(logging.ERROR):
        task = asyncio.create_task(keeper.keep())
        await _until(lambda: "was not built" in caplog.text)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert "not a Masthead database" in caplog.text
    assert not names.ready
    assert await _find(database, names, "outl") == ["outlet"]
    database.close()


async def test_spelling_twice_finds_nothing_more(path: Path) -> None:
    database = Database.open(path)
    await database.write(add_entity, "outlet")
    for name in ("新华示例", "Заря", "Plain"):
        await _named(database, name)
    assert await spell(database) == 1
    assert await spell(database) == 0
    database.close()
