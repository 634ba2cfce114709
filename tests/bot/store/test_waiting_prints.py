"""Fingerprints made after an import are those that would have been made with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store import waiting_prints
from bot.store.accounts import ensure_account
from bot.store.database import Database
from bot.store.posts import record
from bot.store.prints import prints_of
from bot.store.purge import purge
from bot.store.records import Post, PostKind
from bot.store.waiting_prints import print_waiting, waiting
from bot.text.normalise import body
from tests.bot.checks.worlds import a_post
from tests.bot.registry.founding import add_account, add_entity

OUTLET = AccountRef(platform=Platform.X, handle="mundo_ejemplo", platform_id="77")
STRANGER = AccountRef(platform=Platform.X, handle="otro_ejemplo", platform_id="78")
POSTS = [
    a_post(1, "El ministro abrió ayer el puente nuevo del norte", author=OUTLET),
    a_post(2, "@otro_ejemplo", author=OUTLET),
    a_post(3, "El puente nuevo del norte ya estaba abierto", author=STRANGER),
    a_post(4, "El ministro abrió ayer el puente", author=OUTLET, kind=PostKind.REPOST),
    a_post(5, "今天北京下大雪出门要小心路滑", author=OUTLET),
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database.open(tmp_path / "m.db")) as opened:
        yield opened


def _registered(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", OUTLET)


def _later(connection: sqlite3.Connection, posts: list[Post]) -> None:
    record(connection, posts=posts, prints_later=True)


def _printed(connection: sqlite3.Connection) -> set[tuple[int, str]]:
    rows = connection.execute(
        "SELECT h, platform_post_id FROM post_print JOIN post ON post_id = post_print.post"
    )
    return set(rows)


def _expected() -> set[tuple[int, str]]:
    return {(h, post.post_id) for post in (POSTS[0], POSTS[4]) for h in prints_of(body(post.text))}


async def test_what_waits_is_printed_like_anything_else(database: Database) -> None:
    await database.write(_registered)
    await database.write(_later, POSTS)
    assert await database.read(waiting) == 2
    assert await database.read(_printed) == set()
    heard: list[int] = []
    assert await print_waiting(database, progress=heard.append) == 2
    assert heard == [2]
    assert await database.read(waiting) == 0
    assert await database.read(_printed) == _expected()
    assert await print_waiting(database) == 0


async def test_posts_held_before_their_account_was_registered_wait_with_the_next_ones(
    database: Database,
) -> None:
    await database.write(_later, POSTS[:3])
    assert await database.read(waiting) == 0
    await database.write(_registered)
    # Registering prints what is held at once; the import that follows adds what is new.
    await database.write(_later, POSTS[3:])
    assert await database.read(waiting) == 1
    await print_waiting(database)
    assert await database.read(_printed) == _expected()


async def test_work_that_broke_off_goes_on_where_it_stood(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(_registered)
    await database.write(_later, POSTS)
    monkeypatch.setattr(waiting_prints, "SLICE", 3)

    def forget(connection: sqlite3.Connection, posts: list[int]) -> None:
        raise RuntimeError(f"broken off before {len(posts)} posts were forgotten")

    with monkeypatch.context() as broken:
        broken.setattr(waiting_prints, "_forget", forget)
        with pytest.raises(RuntimeError, match="broken off"):
            await print_waiting(database)
    assert await database.read(waiting) == 2
    monkeypatch.setattr(waiting_prints, "TOGETHER", 1)
    assert await print_waiting(database) == 2
    assert await database.read(_printed) == _expected()


async def test_a_post_that_is_purged_waits_no_longer(database: Database) -> None:
    await database.write(_registered)
    await database.write(_later, POSTS)

    def purged(connection: sqlite3.Connection) -> None:
        purge(connection, "account", ids=[ensure_account(connection, OUTLET)])

    await database.write(purged)
    assert await database.read(waiting) == 0
    assert await print_waiting(database) == 0
