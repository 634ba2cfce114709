from __future__ import annotations

import random
import sqlite3

import pytest

from bot.accounts import AccountRef, Platform
from bot.registry.names import MAX_LABEL, NameIndex
from bot.store.accounts import ensure_account
from bot.store.claims import Basis, put_domain_claim, put_name
from bot.store.names import NamedAccount
from bot.store.records import Relation
from tests.bot.registry.founding import B2, NOW, add_account, add_entity, add_source, id_of


def _x(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle)


def _index(*accounts: tuple[str, str | None]) -> NameIndex:
    return NameIndex(
        NamedAccount(ref=_x(handle), name=name, names=(name,) if name else ()) for handle, name in accounts
    )


@pytest.fixture
def index() -> NameIndex:
    return _index(
        ("mundo_ejemplo", "Mundo Ejemplo"),
        ("xhejemplo", "新华示例社"),
        ("primer_ejemplo", "РИА Пример"),
        ("mundial", None),
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mundo", "mundo_ejemplo"),
        ("@MUNDO_E", "mundo_ejemplo"),
        ("＠ｍｕｎｄｏ", "mundo_ejemplo"),
        ("Mundo Ej", "mundo_ejemplo"),
        ("mundo_ejmplo", "mundo_ejemplo"),  # a letter left out
        ("mnudo ejemplo", "mundo_ejemplo"),  # two letters swapped
        ("新华", "xhejemplo"),
        ("示例", "xhejemplo"),  # two Han characters from the middle
        ("риа", "primer_ejemplo"),
    ],
)
def test_what_was_meant_comes_first(index: NameIndex, text: str, first: str) -> None:
    assert index.suggest(text)[0].ref.handle == first


def test_a_label_names_handle_platform_and_entity(index: NameIndex) -> None:
    assert index.suggest("mundo_e")[0].label == "@mundo_ejemplo · X · Mundo Ejemplo"
    assert index.suggest("mundial")[0].label == "@mundial · X"


def test_labels_fit_discord() -> None:
    (found,) = _index(("a_name", "Ministry " * 30)).suggest("a_name")
    assert len(found.label) <= MAX_LABEL
    assert found.label.endswith("…")


def test_each_account_once_and_no_more_than_asked_for(index: NameIndex) -> None:
    found = index.suggest("mundo", limit=2)
    assert [suggestion.ref.handle for suggestion in found] == ["mundo_ejemplo", "mundial"][: len(found)]
    assert len(index.suggest("", limit=3)) == 3
    assert index.suggest("no such thing at all") == []


def test_the_store_gives_registered_accounts_first(connection: sqlite3.Connection) -> None:
    ensure_account(connection, _x("seen_in_posts"), seen=NOW)
    add_entity(connection, "outlet")
    put_name(
        connection,
        id_of(connection, "outlet"),
        name="示例报",
        source_id=add_source(connection),
        language="zh",
    )
    add_account(connection, "outlet", _x("ejemplo"))
    basis = Basis(source_id=add_source(connection), grade=B2)
    put_domain_claim(
        connection, id_of(connection, "outlet"), Relation.HAS_SITE, host="news.example", basis=basis, now=NOW
    )
    index = NameIndex.build(connection)
    assert len(index) == 3
    assert [suggestion.label for suggestion in index.suggest("")] == [
        "@ejemplo · X · Outlet",
        "@seen_in_posts · X",
        "news.example · website · Outlet",
    ]
    assert {suggestion.ref.platform for suggestion in index.suggest("示例报")} == {
        Platform.X,
        Platform.WEBSITE,
    }


def test_slips_find_their_account_among_many() -> None:
    chosen = random.Random(7)  # noqa: S311 - a fixed seed, no secret
    letters = "abcdefghijklmnopqrstuvwxyz_"
    handles = ["".join(chosen.choices(letters, k=chosen.randint(6, 14))) for _ in range(3_000)]
    index = _index(*((handle, None) for handle in handles))
    found = 0
    for handle in handles[:200]:
        position = chosen.randrange(1, len(handle) - 1)
        slip = handle[:position] + handle[position + 1 :]
        found += handle in [suggestion.ref.handle for suggestion in index.suggest(slip)]
    assert found >= 196
