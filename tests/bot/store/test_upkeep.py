"""Backup and restore: nothing that works is lost, whatever is handed in."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import InputError, StoreError
from bot.store.database import Database
from bot.store.upkeep import back_up, restore

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _mark(connection: sqlite3.Connection, text: str) -> None:
    connection.execute("INSERT INTO check_run (asked, ran_ms, dossier) VALUES (?, 0, '{}')", (text,))


def _marks(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("SELECT asked FROM check_run")]


async def _database(path: Path, *marks: str) -> Path:
    database = Database.open(path)
    for mark in marks:
        await database.write(_mark, mark)
    database.close()
    return path


async def test_a_copy_taken_while_in_use_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "masthead.db"
    database = Database.open(path)
    await database.write(_mark, "kept")
    await back_up(database, tmp_path / "copy.db")
    await database.write(_mark, "later")
    database.close()

    aside = restore(tmp_path / "copy.db", path, now=NOW)

    assert _marks(path) == ["kept"]
    assert aside is not None
    assert _marks(aside) == ["kept", "later"]


async def test_backup_never_overwrites(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "masthead.db")
    (tmp_path / "copy.db").write_text("something dear")
    with pytest.raises(StoreError, match="exists already"):
        await back_up(database, tmp_path / "copy.db")
    with pytest.raises(InputError, match="there is no folder"):
        await back_up(database, tmp_path / "nowhere" / "copy.db")
    database.close()
    assert (tmp_path / "copy.db").read_text() == "something dear"


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all" * 99, b"SQLite format 3\x00" + b"\xff" * 4096]
)
async def test_what_is_no_database_is_refused_and_the_present_one_stays(
    tmp_path: Path, content: bytes
) -> None:
    path = await _database(tmp_path / "masthead.db", "dear")
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"copy\.db is not a (usable|Masthead) database"):
        restore(tmp_path / "copy.db", path, now=NOW)
    assert _marks(path) == ["dear"]


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = await _database(tmp_path / "masthead.db", "dear")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE things (name TEXT)")
    with pytest.raises(StoreError, match="not a Masthead database"):
        restore(tmp_path / "other.db", path, now=NOW)
    assert _marks(path) == ["dear"]
    assert not (tmp_path / "masthead.db.restoring").exists()


async def test_a_database_in_use_is_not_pulled_away(tmp_path: Path) -> None:
    copy = await _database(tmp_path / "copy.db", "copy")
    path = tmp_path / "masthead.db"
    database = Database.open(path)
    await database.write(_mark, "dear")
    with pytest.raises(StoreError, match="is in use"):
        restore(copy, path, now=NOW)
    database.close()
    assert _marks(path) == ["dear"]


async def test_the_database_itself_is_no_copy(tmp_path: Path) -> None:
    path = await _database(tmp_path / "masthead.db", "dear")
    with pytest.raises(InputError, match="is the database in use"):
        restore(path, path, now=NOW)
    with pytest.raises(InputError, match="there is no file"):
        restore(tmp_path / "absent.db", path, now=NOW)
