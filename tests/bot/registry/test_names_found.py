"""Names of entities as people type them: other words first, Latin letters, slips, additions, what changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.accounts import AccountRef, Platform
from bot.registry.names import NameIndex
from bot.registry.search import search
from bot.registry.starter import load_starter
from bot.store.claims import put_name
from bot.store.database import migrate
from bot.store.purge import purge
from bot.store.searchable import put_all_spellings, unspelt_names
from bot.text.romanise import pronounced
from tests.bot.registry.founding import NOW, add_account, add_entity, add_source, id_of


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The shipped registry, loaded and spelt once: these tests only read."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened, tmp_path_factory.mktemp("starter") / "m.db")
        load_starter(opened, now=NOW)
        unspelt = unspelt_names(opened, after=0, limit=100_000)
        put_all_spellings(opened, [(number, name, pronounced(name)) for number, name in unspelt])
        yield opened


@pytest.fixture(scope="module")
def names(starter: sqlite3.Connection) -> NameIndex:
    built = NameIndex()
    built.build(starter)
    return built


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("новости риа", "ria-novosti"),
        ("xinhua", "xinhua"),
        ("新华社", "xinhua"),
        ("hsinhua", "xinhua"),
        ("HSIN-HUA", "xinhua"),
        ("инхуа", "xinhua"),
        ("CGTN en español", "cgtn"),
        ("cctv西班牙语", "cctv"),
        ("新華社", "xinhua"),  # the other way to write it
        ("sputnk", "sputnik"),
        ("RIA Nowosti", "ria-novosti"),
        ("ria-novosti", "ria-novosti"),  # its key
        ("\u200bspu\u200dtnik\u2060", "sputnik"),  # what is not drawn
        ("\u202espu\u202ctnik", "sputnik"),  # turned around
        ("ＳＰＵＴＮＩＫ", "sputnik"),
        ("  sputnik  ", "sputnik"),
    ],
)
def test_what_should_be_found_comes_first(
    starter: sqlite3.Connection, names: NameIndex, typed: str, key: str
) -> None:
    assert search(starter, typed, names=names)[0].entity.key == key


def test_one_han_character_finds_what_begins_with_it(starter: sqlite3.Connection, names: NameIndex) -> None:
    hits = search(starter, "新", names=names)
    assert {hit.entity.key for hit in hits} >= {"xinhua"}
    assert hits[0].name.startswith("新")


@pytest.mark.parametrize(
    "typed",
    [
        "quite another thing",
        "zzzzzzzz",
        "",
        "   ",
        "%",
        "\u200b\u2060",
        "\u202e",
        "@",
        "q" * 500,
        "%_\\" * 100,
    ],
)
def test_what_nobody_is_called_finds_nobody(
    starter: sqlite3.Connection, names: NameIndex, typed: str
) -> None:
    assert search(starter, typed, names=names) == []


LONG = {
    "Latin": "sputnik " + "x" * 500,
    "Han": "新华社" * 170,
    "Arabic": "\u0627\u0644" * 250,
    "words": "a b " * 125,
}


@pytest.mark.parametrize("typed", LONG.values(), ids=LONG)
def test_any_length_and_script_is_answered(starter: sqlite3.Connection, names: NameIndex, typed: str) -> None:
    assert len(search(starter, typed, limit=10, names=names)) <= 10


def _built(connection: sqlite3.Connection) -> NameIndex:
    names = NameIndex()
    names.build(connection)
    return names


def _keys(connection: sqlite3.Connection, typed: str, names: NameIndex) -> list[str]:
    return [hit.entity.key for hit in search(connection, typed, names=names)]


def test_a_name_is_found_as_soon_as_it_is_held(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    names = _built(connection)
    assert search(connection, "зеркало недели", names=names) == []
    source = add_source(connection)
    put_name(connection, id_of(connection, "outlet"), name="Зеркало Недели", source_id=source, language="ru")
    for typed in ("зеркало недели", "недели зеркало", "zerkalo nedeli", "зиркало недели"):
        assert _keys(connection, typed, names) == ["outlet"]


def test_a_name_that_went_is_found_no_more_and_its_number_means_the_next_one(
    connection: sqlite3.Connection,
) -> None:
    for key in ("first", "second"):
        add_entity(connection, key)
    source = add_source(connection)
    put_name(connection, id_of(connection, "first"), name="Зеркало Недели", source_id=source)
    names = _built(connection)
    (number,) = connection.execute("SELECT max(entity_name_id) FROM entity_name").fetchone()
    purge(connection, "entity_name", ids=[number])
    # SQLite gives the highest number again.
    put_name(connection, id_of(connection, "second"), name="Утренний Вестник", source_id=source)
    assert connection.execute("SELECT max(entity_name_id) FROM entity_name").fetchone() == (number,)
    for typed in ("зеркало недели", "zerkalo nedeli"):
        assert _keys(connection, typed, names) == []
    for typed in ("утренний вестник", "utrennij vestnik"):
        assert _keys(connection, typed, names) == ["second"]


def test_an_entity_is_found_by_the_address_of_its_account(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", AccountRef(platform=Platform.X, handle="ejemplo"))
    names = _built(connection)
    for typed in ("https://x.com/ejemplo", "@ejemplo", "ejempl", "EJEMPLO"):
        assert _keys(connection, typed, names) == ["outlet"]
    assert _keys(connection, "https://x.com/nadie", names) == []


def test_before_it_is_built_the_tables_answer_with_beginnings(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", AccountRef(platform=Platform.X, handle="ejemplo_hoy"))
    put_name(connection, id_of(connection, "outlet"), name="Зеркало Недели", source_id=add_source(connection))
    names = NameIndex()
    assert not names.ready
    for typed in ("зеркало", "Зеркало Недели", "@ejemplo_h"):
        assert _keys(connection, typed, names) == ["outlet"]
    assert [found.ref.handle for found in names.suggest(connection, "зерк")] == ["ejemplo_hoy"]
    assert _keys(connection, "зиркало недели", names) == []


def test_much_at_once_is_left_to_whoever_builds(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.registry.names.MANY", 3)
    add_entity(connection, "outlet")
    names = _built(connection)
    asked: list[str] = []
    names.when_behind = lambda: asked.append("behind")
    source = add_source(connection)
    for name in ("Зеркало", "Вестник", "Курьер", "Заря", "Маяк"):
        put_name(connection, id_of(connection, "outlet"), name=name, source_id=source)
    assert _keys(connection, "маяк", names) == ["outlet"]
    assert _keys(connection, "заря", names) == ["outlet"]
    assert (asked, names.ready) == (["behind"], False)
    names.build(connection)
    assert _keys(connection, "курер", names) == ["outlet"]
    assert (asked, names.ready) == (["behind"], True)


def test_han_names_ask_for_their_pronunciation(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    names = _built(connection)
    asked: list[str] = []
    names.when_unspelt = lambda: asked.append("unspelt")
    source = add_source(connection)
    put_name(connection, id_of(connection, "outlet"), name="Заря", source_id=source)
    assert _keys(connection, "zarja", names) == ["outlet"]
    assert asked == []
    put_name(connection, id_of(connection, "outlet"), name="重庆示例报", source_id=source)
    assert _keys(connection, "重庆示例报", names) == ["outlet"]
    assert asked == ["unspelt"]
    unspelt = unspelt_names(connection, after=0, limit=10)
    assert [name for _, name in unspelt] == ["重庆示例报"]
    put_all_spellings(connection, [(number, name, pronounced(name)) for number, name in unspelt])
    assert unspelt_names(connection, after=0, limit=10) == []
    assert _keys(connection, "chongqing shilibao", names) == ["outlet"]
    assert _keys(connection, "chungching shihlipao", names) == ["outlet"]
