from __future__ import annotations

import sqlite3

import pytest

from bot.registry.names import NameIndex
from bot.registry.search import search, show, stats
from bot.store.claims import Basis, put_domain_claim, put_name
from bot.store.records import Relation
from tests.bot.registry.founding import B2, NOW, add_case, add_source, add_typology, id_of


@pytest.fixture
def registry(connection: sqlite3.Connection) -> sqlite3.Connection:
    add_case(connection)
    add_typology(connection, "agency", "SC")
    source = add_source(connection)
    put_name(connection, id_of(connection, "agency"), name="示例通讯社", source_id=source, language="zh")
    put_domain_claim(
        connection,
        id_of(connection, "agency"),
        Relation.HAS_SITE,
        host="agency.example",
        basis=Basis(source_id=source, grade=B2),
        now=NOW,
    )
    return connection


@pytest.mark.parametrize(
    ("text", "key", "name"),
    [
        ("WORK-DEP", "work-department", "Work-Department"),
        ("通讯", "agency", "示例通讯社"),
        ("@agencia_ejemplo", "agency", "agencia_ejemplo"),
        ("agencia_ej", "agency", "agencia_ejemplo"),
        ("agency.example", "agency", "agency.example"),
        ("Develper", "developer", "Developer"),  # nothing is named so: the nearest
    ],
)
def test_an_entity_is_found_by_name_handle_or_site(
    registry: sqlite3.Connection, text: str, key: str, name: str
) -> None:
    hit = search(registry, text)[0]
    assert (hit.entity.key, hit.name) == (key, name)


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "quite another thing"])
def test_what_is_not_there_is_not_found(registry: sqlite3.Connection, text: str) -> None:
    assert search(registry, text) == []


def test_a_hit_is_given_once_and_no_more_than_asked_for(registry: sqlite3.Connection) -> None:
    keys = [hit.entity.key for hit in search(registry, "p")]
    assert len(keys) == len(set(keys)) > 2
    assert len(search(registry, "p", limit=2)) == 2


def test_everything_about_an_entity(registry: sqlite3.Connection) -> None:
    record = show(registry, "agency")
    assert record is not None
    assert record.names == ("Agency", "示例通讯社")
    assert [known.code for known in record.typologies] == ["SC"]
    assert {claim.account.handle for claim in record.holdings} == {"agencia_ejemplo", "agency.example"}
    assert [chain.top.key for chain in record.chains] == ["work-department"]
    assert {claim.relation for claim in record.claims} == {"co_publishes", "owns", "controls"}
    assert show(registry, "no-such-key") is None


def test_stats_count_what_is_held_and_not_what_was_withdrawn(registry: sqlite3.Connection) -> None:
    before = stats(registry)
    assert (before.version, before.rows["entities"], before.accounts) == ("empty", 9, {"x": 3})
    registry.execute("UPDATE account_claim SET retracted_ms = 1")
    after = stats(registry)
    assert (after.rows["account_claims"], after.accounts) == (0, {})


def test_one_question_to_a_large_registry_reads_its_tables_first(
    registry: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[bool] = []
    build = NameIndex.build

    def noted(self: NameIndex, connection: sqlite3.Connection) -> None:
        built.append(True)
        build(self, connection)

    monkeypatch.setattr(NameIndex, "build", noted)
    monkeypatch.setattr("bot.registry.search.READ_AT_ONCE", 0)
    assert search(registry, "work-dep")[0].entity.key == "work-department"
    assert built == []
    assert search(registry, "wrok-department")[0].entity.key == "work-department"
    assert built == [True]
