"""Names of entities as people type them: other words first, Latin letters, slips, additions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.registry.entity_names import EntityNames
from bot.registry.search import search
from bot.registry.starter import load_starter
from bot.store.claims import put_name
from bot.store.database import migrate
from tests.bot.registry.founding import NOW, add_entity, add_source, id_of


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The shipped registry, loaded once: these tests only read."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened, tmp_path_factory.mktemp("starter") / "m.db")
        load_starter(opened, now=NOW)
        yield opened


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("новости риа", "ria-novosti"),
        ("xinhua", "xinhua"),
        ("新华社", "xinhua"),
        ("hsinhua", "xinhua"),
        ("инхуа", "xinhua"),
        ("CGTN en español", "cgtn"),
        ("cctv西班牙语", "cctv"),
        ("sputnk", "sputnik"),
        ("RIA Nowosti", "ria-novosti"),
    ],
)
def test_what_should_be_found_comes_first(starter: sqlite3.Connection, typed: str, key: str) -> None:
    assert search(starter, typed, names=EntityNames())[0].entity.key == key


@pytest.mark.parametrize("typed", ["quite another thing", "zzzzzzzz", "", "   ", "%"])
def test_what_nobody_is_called_finds_nobody(starter: sqlite3.Connection, typed: str) -> None:
    assert search(starter, typed, names=EntityNames()) == []


def test_a_name_is_found_as_soon_as_it_is_held(connection: sqlite3.Connection) -> None:
    names = EntityNames()
    add_entity(connection, "outlet")
    assert search(connection, "зеркало недели", names=names) == []
    source = add_source(connection)
    put_name(connection, id_of(connection, "outlet"), name="Зеркало Недели", source_id=source, language="ru")
    for typed in ("зеркало недели", "недели зеркало", "zerkalo nedeli", "зиркало недели"):
        assert [hit.entity.key for hit in search(connection, typed, names=names)] == ["outlet"]
