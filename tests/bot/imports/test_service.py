"""Importing into a store: batches, progress, repetition, and what happens when it breaks half-way."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.errors import ImportFileError, InputError, StoreError
from bot.imports import service
from bot.imports.service import ImportResult, Progress, import_files
from bot.store.database import Database
from tests.bot.imports.reading import DATA, written

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "platform,handle,post_id,created_at,text"
ROW = "x,ejemplo_{0},{0},2023-05-31T10:00:00Z,Hoy sale el sol"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "masthead.db")
    yield database
    database.close()


def clock() -> datetime:
    return NOW


def rows(count: int) -> list[str]:
    return [HEADER, *(ROW.format(number) for number in range(count))]


async def held(database: Database) -> int:
    return await database.read(lambda c: c.execute("SELECT count(*) FROM post").fetchone()[0])


async def test_a_file_is_imported_once_however_often_it_is_given(database: Database) -> None:
    path = DATA / "x_flat.jsonl"
    first = await import_files(database, [path], clock=clock)
    assert first == ImportResult(
        files=1, posts_new=20, posts_seen=0, accounts_new=3, snapshots_new=3, rejected=()
    )
    again = await import_files(database, [path], clock=clock)
    assert again == ImportResult(
        files=1, posts_new=0, posts_seen=20, accounts_new=0, snapshots_new=0, rejected=()
    )
    assert await held(database) == 20


async def test_several_files_of_several_formats(database: Database) -> None:
    paths = [DATA / "x_flat.jsonl", DATA / "bluesky_feed.json", DATA / "posts.csv"]
    result = await import_files(database, paths, clock=clock)
    # Three posts of the CSV are in the JSON lines too, and a pinned post stands twice in the feed.
    assert (result.files, result.posts_new, result.posts_seen) == (3, 20 + 5 + 2, 1 + 3)


async def test_the_printed_result_is_the_documented_one(database: Database, tmp_path: Path) -> None:
    lines = (DATA / "x_flat.jsonl").read_text(encoding="utf-8").splitlines()
    lines[16] = lines[16][:100]
    path = written(tmp_path, lines, name="export.jsonl")
    result = await import_files(database, [path], clock=clock)
    assert json.loads(msgspec.json.encode(result)) == {
        "files": 1,
        "posts_new": 19,
        "posts_seen": 0,
        "accounts_new": 3,
        "snapshots_new": 3,
        "follows_new": 0,
        "labels_new": 0,
        "rejected": [{"file": str(path), "line": 17, "reason": "the JSON breaks off before its end."}],
        "rejected_more": 0,
        "notes": [],
    }


async def test_a_useless_file_stops_the_import_before_anything_is_kept(
    database: Database, tmp_path: Path
) -> None:
    useless = written(tmp_path, ["Hello, world"])
    with pytest.raises(ImportFileError, match="does not know this format"):
        await import_files(database, [DATA / "x_flat.jsonl", useless], clock=clock)
    with pytest.raises(ImportFileError, match="no such file"):
        await import_files(database, [DATA / "x_flat.jsonl", tmp_path / "nowhere"], clock=clock)
    with pytest.raises(ImportFileError, match="no column for platform"):
        await import_files(
            database, [DATA / "x_flat.jsonl", written(tmp_path, ["id,text,likes"])], clock=clock
        )
    assert await held(database) == 0


async def test_a_format_can_be_named(database: Database) -> None:
    assert (await import_files(database, [DATA / "posts.csv"], format="csv", clock=clock)).posts_new == 5
    with pytest.raises(InputError, match="no import format"):
        await import_files(database, [DATA / "posts.csv"], format="xml", clock=clock)
    with pytest.raises(ImportFileError, match="no column for"):
        await import_files(database, [DATA / "bluesky_feed.json"], format="csv", clock=clock)
    with pytest.raises(ImportFileError, match="this is no JSON"):
        await import_files(database, [DATA / "posts.csv"], format="bluesky", clock=clock)


async def test_a_file_that_breaks_keeps_whole_batches_and_can_be_run_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 10)
    broken = 'x,ejemplo_hoy_1,{},2023-05-31T10:00:00Z,"Hola"!'
    path = written(tmp_path, [*rows(25), *(broken.format(number) for number in range(101)), ROW.format(900)])
    other = written(tmp_path, rows(40), name="other")
    result = await import_files(database, [path, other], clock=clock)
    # Two batches and the five rows before the first ten rejections; the other file has all forty.
    assert (result.posts_new, result.posts_seen) == (25 + 15, 25)
    assert result.rejected[-1].line == 127
    assert result.rejected[-1].reason.startswith("more than 100 rows with broken quotation marks")

    mended = written(tmp_path, [*rows(25), ROW.format(900)])
    result = await import_files(database, [mended], clock=clock)
    assert (result.posts_new, result.posts_seen, result.rejected) == (1, 25, ())


async def test_rejections_beyond_a_thousand_are_counted(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 100)
    path = written(
        tmp_path, [HEADER, *("x,,1,2023-05-31T10:00:00Z,Hola" for _ in range(1_500)), ROW.format(1)]
    )
    result = await import_files(database, [path], clock=clock)
    assert (len(result.rejected), result.rejected_more, result.posts_new) == (1_000, 500, 1)
    assert result.rejected[0].line == 2


async def test_progress_ends_at_the_size_of_the_file(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 200)
    path = written(tmp_path, rows(20_000))
    seen: list[Progress] = []
    await import_files(database, [path], progress=seen.append, clock=clock)
    done = [each.bytes_done for each in seen]
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] == seen[-1].bytes_total == path.stat().st_size
    assert [each.posts for each in seen][:2] == [200, 400]


async def test_the_event_loop_goes_on_meanwhile(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of an import runs on the loop's own thread."""
    threads: set[int] = set()
    whole = service.record

    def recorded(connection: sqlite3.Connection, **kwargs: object) -> object:
        threads.add(threading.get_ident())
        return whole(connection, **kwargs)  # pyright: ignore[reportArgumentType]  # handed on as it came

    monkeypatch.setattr(service, "record", recorded)
    await import_files(database, [written(tmp_path, rows(10))], clock=clock)
    assert threads
    assert threading.get_ident() not in threads


async def test_a_cancelled_import_keeps_whole_batches_and_leaves_the_store_usable(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 50)
    path = written(tmp_path, rows(5_000))
    started = asyncio.Event()

    def note(_: Progress) -> None:
        started.set()

    running = asyncio.create_task(import_files(database, [path], progress=note, clock=clock))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    kept = await held(database)
    assert 0 < kept < 5_000
    assert kept % 50 == 0
    result = await import_files(database, [path], clock=clock)
    assert result.posts_new + result.posts_seen == 5_000
    assert await held(database) == 5_000


async def test_others_write_between_two_batches(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 50)
    during: list[int] = []

    async def look() -> None:
        for _ in range(5):
            await database.write(lambda c: c.execute("UPDATE account SET handle = handle WHERE 0"))
            during.append(await held(database))

    importing = asyncio.create_task(import_files(database, [written(tmp_path, rows(5_000))], clock=clock))
    await look()
    assert not importing.done()
    await importing
    assert during[-1] < 5_000


async def test_a_full_disk_ends_the_import_with_a_sentence_and_loses_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, rows(6_000))
    await import_files(database, [DATA / "x_flat.jsonl"], clock=clock)

    def limit(connection: sqlite3.Connection, pages: int) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def size(connection: sqlite3.Connection) -> int:
        return connection.execute("PRAGMA page_count").fetchone()[0]

    await database.write(limit, await database.read(size) + 200)
    with pytest.raises(StoreError, match=r"is full\. Nothing was half-written"):
        await import_files(database, [path], clock=clock)
    kept = await held(database)
    assert kept in {20, 2_020, 4_020}
    await database.write(limit, 1_000_000)
    result = await import_files(database, [path], clock=clock)
    assert (result.posts_new, result.posts_seen) == (6_000 - kept + 20, kept - 20)
    check = await database.read(lambda c: c.execute("PRAGMA integrity_check").fetchone())
    assert check == ("ok",)
