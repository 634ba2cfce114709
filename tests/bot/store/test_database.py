"""The database file under everything that can happen to a file."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import database
from bot.store.database import Database, backup, migrate

# The schema that this program ships.
SHIPPED = len(list((Path(database.__file__).parent / "migrations").glob("*.sql")))
LATER = "-- Reason: a test.\nALTER TABLE source ADD COLUMN note TEXT;\n"
BROKEN = "CREATE TABLE half (a TEXT) STRICT;\nCREATE TABLE source (twice TEXT) STRICT;\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "masthead.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Database]:
    opened = Database.open(path)
    yield opened
    opened.close()


def later_schema(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let this program know one migration more than it ships."""
    folder = Path(database.__file__).parent / "migrations"
    shipped = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))]
    monkeypatch.setattr(database, "_migrations", lambda: [*shipped, script])


def add_source(connection: sqlite3.Connection, key: str) -> None:
    connection.execute(
        "INSERT INTO source (key, title, publisher, url, retrieved_on, reliability, credibility)"
        " VALUES (?, 'A list', 'A publisher', 'https://lists.example', '2026-01-01', 'B', '2')",
        (key,),
    )


def source_keys(connection: sqlite3.Connection) -> list[str]:
    return [key for (key,) in connection.execute("SELECT key FROM source ORDER BY source_id")]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_new_file_has_the_schema_and_keeps_what_is_written(path: Path) -> None:
    first = Database.open(path)
    await first.write(add_source, "list-1")
    first.close()
    second = Database.open(path)
    assert await second.read(source_keys) == ["list-1"]
    second.close()
    assert list(path.parent.glob("*.before-*")) == []


async def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deeper" / "masthead.db"
    Database.open(path).close()
    assert path.exists()


async def test_a_migration_keeps_the_old_file_beside_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Database.open(path)
    await before.write(add_source, "list-1")
    before.close()

    later_schema(monkeypatch, LATER)
    after = Database.open(path)
    assert await after.read(source_keys) == ["list-1"]
    assert await after.read(lambda c: c.execute("SELECT note FROM source").fetchone()) == (None,)
    after.close()

    kept = path.with_name(f"masthead.db.before-{SHIPPED + 1:04d}")
    with contextlib.closing(sqlite3.connect(kept)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (SHIPPED,)
        assert source_keys(old) == ["list-1"]
        with pytest.raises(sqlite3.OperationalError, match="note"):
            old.execute("SELECT note FROM source")


async def test_a_migration_that_fails_changes_nothing_and_can_be_repeated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Database.open(path)
    await before.write(add_source, "list-1")
    before.close()
    with monkeypatch.context() as patch:
        later_schema(patch, BROKEN)
        with pytest.raises(StoreError, match="source already exists"):
            Database.open(path)
    with contextlib.closing(sqlite3.connect(path)) as untouched:
        assert untouched.execute("PRAGMA user_version").fetchone() == (SHIPPED,)
        assert untouched.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)

    # The copy of the failed attempt stays; the next attempt is not stopped by it.
    later_schema(monkeypatch, LATER)
    after = Database.open(path)
    assert await after.read(source_keys) == ["list-1"]
    after.close()
    assert sorted(each.name for each in path.parent.glob("*.before-*")) == [
        f"masthead.db.before-{SHIPPED + 1:04d}",
        f"masthead.db.before-{SHIPPED + 1:04d}-2",
    ]


def test_a_second_process_does_not_repeat_a_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It read the old version, then waited while the first process migrated."""
    Database.open(path).close()
    later_schema(monkeypatch, LATER)

    class Late(sqlite3.Connection):
        raced = False

        def execute(self, sql: str, *args: object) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE" and not Late.raced:
                Late.raced = True
                with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as first:
                    migrate(first, path)
            return super().execute(sql, *args)  # pyright: ignore[reportArgumentType]  # handed on as it came

    with contextlib.closing(sqlite3.connect(path, isolation_level=None, factory=Late)) as second:
        migrate(second, path)
        assert Late.raced
        assert second.execute("PRAGMA user_version").fetchone() == (SHIPPED + 1,)


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_newer_schema_is_refused_and_left_untouched(path: Path, journal: str) -> None:
    Database.open(path).close()
    with contextlib.closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA journal_mode = {journal}")
        newer.execute("PRAGMA user_version = 99")
    before = digest(path)
    with pytest.raises(StoreError, match=rf"newer Masthead \(schema 99; this one knows {SHIPPED}\)"):
        Database.open(path)
    assert digest(path) == before


def test_another_programs_database_is_refused_and_left_untouched(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = digest(path)
    with pytest.raises(StoreError, match="another program's"):
        Database.open(path)
    assert digest(path) == before


@pytest.mark.parametrize(
    "content", [b"these are not the pages you look for\n" * 200, b"\x00" * 8192, b"\x89PNG\r\n"]
)
def test_a_file_that_is_no_database_is_refused_and_left_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a Masthead database"):
        Database.open(path)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_file_is_named(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError, match=r"masthead\.db cannot be opened"):
        Database.open(path)


def test_a_path_through_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be created"):
        Database.open(tmp_path / "file" / "masthead.db")


def overwrite_all_but_the_first_page(path: Path) -> None:
    content = path.read_bytes()
    page = 4096
    path.write_bytes(content[:page] + b"\xff" * (len(content) - page))


async def test_damage_inside_the_file_is_named(path: Path) -> None:
    before = Database.open(path)
    await before.write(add_source, "list-1")
    before.close()
    overwrite_all_but_the_first_page(path)
    with pytest.raises(StoreError, match=r"damaged.*masthead restore"):
        Database.open(path)


async def test_a_transaction_that_raises_leaves_nothing(opened: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        add_source(connection, "list-1")
        raise LookupError

    with pytest.raises(LookupError):
        await opened.write(half)
    assert await opened.read(source_keys) == []
    await opened.write(add_source, "list-2")
    assert await opened.read(source_keys) == ["list-2"]


async def test_a_commit_that_fails_leaves_nothing_and_blocks_nobody(opened: Database) -> None:
    def dangling(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("INSERT INTO post_counts (post_id, taken_ms) VALUES (404, 0)")

    with pytest.raises(sqlite3.IntegrityError):
        await opened.write(dangling)
    await opened.write(add_source, "list-1")
    assert await opened.read(lambda c: c.execute("SELECT count(*) FROM post_counts").fetchone()) == (0,)


async def test_a_full_disk_is_named_and_loses_nothing(opened: Database) -> None:
    await opened.write(add_source, "before")

    def limit(connection: sqlite3.Connection, extra: int) -> None:
        pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + extra}")

    def fill(connection: sqlite3.Connection) -> None:
        for number in range(10_000):
            add_source(connection, f"list-{number}")

    await opened.write(limit, 2)
    with pytest.raises(StoreError, match=r"disk that holds .* is full\. Nothing was half-written"):
        await opened.write(fill)
    assert await opened.read(source_keys) == ["before"]
    await opened.write(limit, 10_000)
    await opened.write(add_source, "after")
    assert await opened.read(source_keys) == ["before", "after"]


async def test_a_locked_file_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    opened = Database.open(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="held for writing by another program"):
            await opened.write(add_source, "list-1")
        # Readers go on meanwhile.
        assert await opened.read(source_keys) == []
        other.execute("ROLLBACK")
    await opened.write(add_source, "list-1")
    assert await opened.read(source_keys) == ["list-1"]
    opened.close()


async def test_a_refused_write_is_named(opened: Database) -> None:
    """`query_only` makes SQLite answer as it does for a file on a read-only disk, also for root."""

    def read_only(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = ON")

    await opened.write(read_only)
    with pytest.raises(StoreError, match="may not be written to"):
        await opened.write(add_source, "list-1")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every file")
def test_a_read_only_folder_is_named(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="cannot be opened"):
            Database.open(path)
    finally:
        path.parent.chmod(0o700)


async def test_a_mistake_in_a_statement_is_not_blamed_on_the_file(opened: Database) -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        await opened.read(lambda c: c.execute("SELECT ?", ()))


async def test_readers_see_the_last_commit_while_a_write_goes_on(opened: Database) -> None:
    loop = asyncio.get_running_loop()
    inside = asyncio.Event()
    seen: list[list[str]] = []

    def slow(connection: sqlite3.Connection) -> None:
        add_source(connection, "list-1")
        loop.call_soon_threadsafe(inside.set)
        asyncio.run_coroutine_threadsafe(look(), loop).result(timeout=60)

    async def look() -> None:
        seen.append(await opened.read(source_keys))

    writing = asyncio.ensure_future(opened.write(slow))
    await inside.wait()
    await writing
    assert seen == [[]]
    assert await opened.read(source_keys) == ["list-1"]


def test_a_backup_holds_everything_and_never_overwrites(path: Path, tmp_path: Path) -> None:
    Database.open(path).close()
    target = tmp_path / "copy.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        add_source(connection, "list-1")
        connection.commit()
        backup(connection, target)
        with pytest.raises(StoreError, match="exists already"):
            backup(connection, target)
    with contextlib.closing(sqlite3.connect(target)) as copy:
        assert source_keys(copy) == ["list-1"]
    assert [each.name for each in tmp_path.glob("*.partial")] == []
