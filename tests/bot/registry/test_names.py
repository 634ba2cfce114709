from __future__ import annotations

import random
import sqlite3
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.registry.names import MAX_LABEL, NameIndex
from bot.store.accounts import ensure_account
from bot.store.claims import Basis, put_domain_claim, put_name
from bot.store.database import Database, migrate, transaction
from bot.store.layers import look_through_layers, seen_from
from bot.store.live import note_live_posts
from bot.store.posts import record
from bot.store.purge import purge
from bot.store.records import Counts, Post, PostKind, Relation, Snapshot
from tests.bot.registry.founding import B2, NOW, add_account, add_entity, add_source, id_of

DESK, OTHER = 1_001, 1_002


def _x(handle: str, platform_id: str | None = None) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


def _post(ref: AccountRef, number: int) -> Post:
    return Post(
        platform=Platform.X,
        post_id=str(number),
        author=ref,
        created_at=NOW + timedelta(minutes=number),
        kind=PostKind.ORIGINAL,
        text=f"an example {number}",
        counts=Counts(),
        counts_at=NOW,
    )


def _built(connection: sqlite3.Connection) -> NameIndex:
    names = NameIndex()
    names.build(connection)
    return names


def _handles(connection: sqlite3.Connection, names: NameIndex, typed: str) -> list[str | None]:
    return [suggestion.ref.handle for suggestion in names.suggest(connection, typed)]


@pytest.fixture
def held(connection: sqlite3.Connection) -> sqlite3.Connection:
    for key, handle, name in (
        ("mundo", "mundo_ejemplo", "Mundo Ejemplo"),
        ("agency", "xhejemplo", "新华示例社"),
        ("first", "primer_ejemplo", "РИА Пример"),
    ):
        add_entity(connection, key)
        put_name(connection, id_of(connection, key), name=name, source_id=add_source(connection))
        add_account(connection, key, _x(handle))
    record(connection, posts=[_post(_x("mundial"), 1)])
    return connection


@pytest.fixture
def index(held: sqlite3.Connection) -> NameIndex:
    return _built(held)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mundo", "mundo_ejemplo"),
        ("@MUNDO_E", "mundo_ejemplo"),
        ("＠ｍｕｎｄｏ", "mundo_ejemplo"),
        ("Mundo Ej", "mundo_ejemplo"),
        ("mundo_ejmplo", "mundo_ejemplo"),  # a letter left out
        ("mnudo ejemplo", "mundo_ejemplo"),  # two letters swapped
        ("ejemplo mundo", "mundo_ejemplo"),  # the other way round
        ("新华", "xhejemplo"),
        ("示例", "xhejemplo"),  # two Han characters from the middle
        ("риа", "primer_ejemplo"),
        ("ria primer", "primer_ejemplo"),
    ],
)
def test_what_was_meant_comes_first(
    held: sqlite3.Connection, index: NameIndex, text: str, first: str
) -> None:
    assert _handles(held, index, text)[0] == first


def test_a_label_names_handle_platform_and_entity(held: sqlite3.Connection, index: NameIndex) -> None:
    assert index.suggest(held, "mundo_e")[0].label == "@mundo_ejemplo · X · Mundo"
    assert index.suggest(held, "mundial")[0].label == "@mundial · X"


def test_labels_fit_discord(connection: sqlite3.Connection) -> None:
    add_entity(connection, "ministry-" * 30)
    add_account(connection, "ministry-" * 30, _x("a_name"))
    (found,) = _built(connection).suggest(connection, "a_name")
    assert len(found.label) <= MAX_LABEL
    assert found.label.endswith("…")


def test_each_account_once_and_no_more_than_asked_for(held: sqlite3.Connection, index: NameIndex) -> None:
    assert [each.ref.handle for each in index.suggest(held, "mundo", limit=1)] == ["mundo_ejemplo"]
    found = _handles(held, index, "mundo")
    assert len(found) == len(set(found))
    assert len(index.suggest(held, "", limit=2)) == 2
    assert index.suggest(held, "no such thing at all") == []


def test_a_name_stands_for_every_account_and_site_of_the_entity(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    source = add_source(connection)
    put_name(connection, id_of(connection, "outlet"), name="示例报", source_id=source, language="zh")
    add_account(connection, "outlet", _x("ejemplo"))
    put_domain_claim(
        connection,
        id_of(connection, "outlet"),
        Relation.HAS_SITE,
        host="news.example",
        basis=Basis(source_id=source, grade=B2),
        now=NOW,
    )
    index = _built(connection)
    labels = ["@ejemplo · X · Outlet", "news.example · website · Outlet"]
    assert [suggestion.label for suggestion in index.suggest(connection, "示例报")] == labels
    assert [suggestion.label for suggestion in index.suggest(connection, "news.ex")] == labels[1:]
    assert [suggestion.label for suggestion in index.suggest(connection, "")] == labels[:1]


def test_an_account_is_found_by_its_lasting_id(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", _x("ejemplo", "12345678"))
    add_account(connection, "outlet", AccountRef(platform=Platform.YOUTUBE, platform_id="UCexample"))
    index = _built(connection)
    assert _handles(connection, index, "12345678") == ["ejemplo"]
    assert [each.label for each in index.suggest(connection, "UCexam")] == ["UCexample · YouTube · Outlet"]


def test_accounts_are_followed_as_they_change(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    index = _built(connection)
    assert _handles(connection, index, "nuevo_ejemplo") == []
    add_account(connection, "outlet", _x("nuevo_ejemplo", "1"))
    assert _handles(connection, index, "nuevo_ejmplo") == ["nuevo_ejemplo"]
    # The same account bears another handle.
    renamed = _x("cambiado_ahora", "1")
    record(connection, snapshots=[Snapshot(account=renamed, taken_at=NOW, source="import:test")])
    assert _handles(connection, index, "cambiado_ahra") == ["cambiado_ahora"]
    assert _handles(connection, index, "nuevo_ejemplo") == []
    # The claim is taken back: the account is one of an imported file.
    connection.execute("UPDATE account_claim SET retracted_ms = 1")
    assert [each.label for each in index.suggest(connection, "cambiado")] == ["@cambiado_ahora · X"]
    purge(
        connection,
        "account",
        ids=[number for (number,) in connection.execute("SELECT account_id FROM account")],
    )
    assert _handles(connection, index, "cambiado_ahora") == []


def test_only_imported_and_registered_accounts_are_named(connection: sqlite3.Connection) -> None:
    record(connection, posts=[_post(_x("importado_uno"), 1)])
    ensure_account(connection, _x("seguidor_uno"), seen=NOW)  # a follower, a name in a post
    asked_for = _x("mirado_uno", "77")
    record(connection, snapshots=[Snapshot(account=asked_for, taken_at=NOW, source="api:x")])
    record(connection, posts=[_post(asked_for, 2)])
    note_live_posts(connection, Platform.X, post_ids='["2"]', source="api:x", fetched_at=NOW)
    index = _built(connection)
    for handle, known in (("importado_uno", True), ("seguidor_uno", False), ("mirado_uno", False)):
        assert (handle in _handles(connection, index, handle)) is known
    add_entity(connection, "outlet")
    for handle in ("seguidor_uno", "mirado_uno"):
        add_account(connection, "outlet", _x(handle))
        assert handle in _handles(connection, index, handle)


def test_what_one_server_added_is_offered_there_alone(connection: sqlite3.Connection) -> None:
    """Names, accounts and sites of a layer, from the index and from the tables."""
    add_entity(connection, "outlet")
    add_entity(connection, "theirs")
    source = add_source(connection)
    put_name(connection, id_of(connection, "outlet"), name="Geheimer Name", source_id=source)
    add_account(connection, "outlet", _x("geheim_konto"))
    basis = Basis(source_id=source, grade=B2)
    put_domain_claim(
        connection,
        id_of(connection, "outlet"),
        Relation.HAS_SITE,
        host="geheim.example",
        basis=basis,
        now=NOW,
    )
    for table in ("account_claim", "domain_claim"):
        connection.execute(f"UPDATE {table} SET layer = ?", (DESK,))  # noqa: S608 - our own tables
    connection.execute("UPDATE entity_name SET layer = ? WHERE name = 'Geheimer Name'", (DESK,))
    connection.execute("UPDATE entity SET layer = ? WHERE key = 'theirs'", (DESK,))
    connection.execute(
        "UPDATE entity_name SET layer = ? WHERE entity_id = ?", (DESK, id_of(connection, "theirs"))
    )
    built = _built(connection)
    look_through_layers(connection)
    for names in (built, NameIndex()):
        for layer, seen in ((DESK, True), (OTHER, False), (0, False)):
            with seen_from(connection, layer):
                for typed in ("geheim", "geheimer name", "geheim_konto", "geheim.example", "theirs"):
                    found = names.find(connection, typed, limit=5)
                    assert bool(found) is seen, (typed, layer)
                    if typed != "theirs":
                        assert bool(names.suggest(connection, typed)) is seen, (typed, layer)
                assert bool(names.suggest(connection, "")) is seen


def test_slips_find_their_account_among_many(connection: sqlite3.Connection) -> None:
    chosen = random.Random(7)  # noqa: S311 - a fixed seed, no secret
    letters = "abcdefghijklmnopqrstuvwxyz_"
    handles = ["".join(chosen.choices(letters, k=chosen.randint(6, 14))) for _ in range(1_500)]
    with transaction(connection):
        record(connection, posts=[_post(_x(handle), number) for number, handle in enumerate(handles)])
    index = _built(connection)
    found = 0
    for handle in handles[:150]:
        position = chosen.randrange(1, len(handle) - 1)
        slip = handle[:position] + handle[position + 1 :]
        found += handle in _handles(connection, index, slip)
    assert found >= 147


WORDS = st.sampled_from(
    [
        "sol",
        "solar",
        "новости",
        "новость",
        "新华社",
        "新华网",
        "sol nuevo",
        "nuevo sol",
        "español",
        "a",
        "ß",
        "İ",
    ]
)
ACTS = st.lists(
    st.tuples(st.sampled_from(["name", "account", "rename", "forget name", "forget account"]), WORDS),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(acts=ACTS, asked=st.lists(WORDS, min_size=1, max_size=3))
def test_following_changes_answers_as_building_anew_does(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]], asked: list[str]
) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, tmp_path_factory.getbasetemp() / "unused.db")
    add_entity(connection, "outlet")
    source = add_source(connection)
    followed = _built(connection)
    for number, (act, word) in enumerate(acts):
        match act:
            case "name":
                put_name(connection, id_of(connection, "outlet"), name=f"{word}", source_id=source)
            case "account":
                add_account(connection, "outlet", _x(f"{word}{number}", str(number % 3)))
            case "rename":
                ref = _x(f"{word}_{number}", str(number % 3))
                seen = NOW + timedelta(days=number)
                record(connection, snapshots=[Snapshot(account=ref, taken_at=seen, source="import:test")])
            case "forget name":
                rows = connection.execute(
                    "SELECT max(entity_name_id) FROM entity_name WHERE name = ?", (word,)
                )
                purge(connection, "entity_name", ids=[row for (row,) in rows if row is not None])
            case _:
                rows = connection.execute("SELECT max(account_id) FROM account")
                purge(connection, "account", ids=[row for (row,) in rows if row is not None])
        if number % 2:
            followed.suggest(connection, word)
    anew = _built(connection)
    for text in (*asked, *(word for _, word in acts)):
        assert followed.find(connection, text, limit=9) == anew.find(connection, text, limit=9)
        assert followed.suggest(connection, text) == anew.suggest(connection, text)
    connection.close()


def test_the_database_of_a_program_is_followed_across_connections(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("two") / "masthead.db"
    Database.open(path).close()
    ours, theirs = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
    index = _built(ours)
    add_entity(theirs, "outlet")
    add_account(theirs, "outlet", _x("ejemplo"))
    assert _handles(ours, index, "ejmplo") == ["ejemplo"]
    ours.close()
    theirs.close()


def test_the_same_question_again_sees_what_came_between(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    index = _built(connection)
    assert index.find(connection, "ejemplo", limit=25) == []
    assert index.suggest(connection, "ejemplo") == []
    add_account(connection, "outlet", _x("ejemplo"))
    assert [entity.key for entity, _ in index.find(connection, "ejemplo", limit=25)] == ["outlet"]
    assert _handles(connection, index, "ejemplo") == ["ejemplo"]
    connection.execute("UPDATE account_claim SET retracted_ms = 1")
    assert _handles(connection, index, "ejemplo") == []
