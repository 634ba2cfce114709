"""What a search is told of the store: rows by kind, what is new, what changed."""

from __future__ import annotations

import sqlite3

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import ensure_account
from bot.store.claims import put_name
from bot.store.purge import purge
from bot.store.searchable import Kind, Marks, changes_since, marks, number_of, row_of, search_key, texts_since
from tests.bot.registry.founding import NOW, add_account, add_entity, add_source, id_of


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Mundo\u00a0 Ejemplo ", "mundo ejemplo"),
        ("@＠ ｍｕｎｄｏ", "mundo"),
        ("\u200b\u2060", ""),
        ("@", ""),
        ("İSTANBUL", "i̇stanbul"),
        ("新华社", "新华社"),
    ],
)
def test_a_key_is_what_two_spellings_share(text: str, key: str) -> None:
    assert search_key(text) == key
    assert search_key(key) == key


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("row_id", [1, 7, 2**40])
def test_one_number_stands_for_a_row_of_a_kind(kind: Kind, row_id: int) -> None:
    assert row_of(number_of(kind, row_id)) == (kind, row_id)


def test_what_is_new_is_told_once(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    begin = marks(connection)
    assert list(texts_since(connection, begin)) == []
    put_name(connection, id_of(connection, "outlet"), name="Заря", source_id=add_source(connection))
    assert [text for text, _ in texts_since(connection, begin)] == ["заря", "zarya"]
    assert list(texts_since(connection, marks(connection))) == []


def test_an_account_counts_from_the_moment_something_is_said_of_it(connection: sqlite3.Connection) -> None:
    ref = AccountRef(platform=Platform.X, handle="ejemplo")
    ensure_account(connection, ref, seen=NOW)
    assert "ejemplo" not in {text for text, _ in texts_since(connection, Marks())}
    begin = marks(connection)
    add_entity(connection, "outlet")
    add_account(connection, "outlet", ref)
    assert "ejemplo" in {text for text, _ in texts_since(connection, begin)}


def test_changes_are_told_with_the_text_that_stands_now(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    for handle in ("uno", "dos"):
        add_account(connection, "outlet", AccountRef(platform=Platform.X, handle=handle))
    begin = marks(connection)
    assert changes_since(connection, begin) == []
    connection.execute("UPDATE account SET handle = 'tres' WHERE handle = 'uno'")
    (gone,) = connection.execute("SELECT account_id FROM account WHERE handle = 'dos'").fetchone()
    purge(connection, "account", ids=[gone])
    changed = changes_since(connection, begin)
    assert changed is not None
    assert sorted(text or "" for _, text in changed) == ["", "tres"]
    assert changes_since(connection, marks(connection)) == []


def test_whoever_is_too_far_behind_is_told_so(connection: sqlite3.Connection) -> None:
    begin = marks(connection)
    connection.executemany(
        "INSERT INTO text_change (kind, row_id) VALUES ('account', ?)", ((n,) for n in range(21_100))
    )
    (held,) = connection.execute("SELECT count(*) FROM text_change").fetchone()
    assert held <= 21_000
    assert changes_since(connection, begin) is None
    assert len(changes_since(connection, Marks(changes=21_000)) or ()) == 100


def test_looks_at_known_accounts_are_little_to_read() -> None:
    assert Marks().behind(Marks(looks=10_000)) == 500
    assert Marks(names=3).behind(Marks(names=5, accounts=4)) == 6
