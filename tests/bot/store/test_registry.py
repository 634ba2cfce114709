from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import FoundBy, ensure_account
from bot.store.claims import Basis, put_domain_claim, put_name
from bot.store.database import migrate
from bot.store.names import entities_named
from bot.store.records import Relation
from bot.store.registry import claims_about, find_account, find_entity, holdings
from bot.store.times import from_ms, to_ms
from tests.bot.registry.founding import (
    AGENCY,
    B2,
    NOW,
    OUTLET,
    add_account,
    add_case,
    add_entity,
    add_source,
    add_typology,
    id_of,
)

BY_ID = AccountRef(platform=Platform.YOUTUBE, platform_id="UCabcdefghijklmnopqrstuv")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        migrate(opened, tmp_path / "m.db")
        yield opened


def test_an_unknown_account_is_not_found(connection: sqlite3.Connection) -> None:
    add_case(connection)
    match = find_account(connection, AccountRef(platform=Platform.X, handle="nobody_here"))
    assert (match.found, match.by, match.entities) == (False, None, ())


def test_the_same_handle_on_another_platform_is_another_account(connection: sqlite3.Connection) -> None:
    add_case(connection)
    assert not find_account(connection, AccountRef(platform=Platform.TELEGRAM, handle="mundo_ejemplo")).found


def test_a_handle_finds_its_claims_with_source_and_class(connection: sqlite3.Connection) -> None:
    add_case(connection)
    add_typology(connection, "outlet", "SC", edition="2023")
    add_typology(connection, "outlet", "CaPu", edition="2024")
    match = find_account(connection, OUTLET)
    (claim,) = match.claims
    assert (match.by, claim.entity.key, claim.by_id) == (FoundBy.HANDLE, "outlet", False)
    assert (claim.source.title, str(claim.grade)) == ("Report report", "B2")
    assert [(known.code, known.edition) for known in match.typologies["outlet"]] == [
        ("CaPu", "2024"),
        ("SC", "2023"),
    ]


def test_a_lasting_id_is_the_stronger_match(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", BY_ID)
    match = find_account(connection, BY_ID)
    assert match.by is FoundBy.PLATFORM_ID
    assert match.claims[0].by_id


def test_claims_that_conflict_stand_side_by_side(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_entity(connection, "ministry", kind="government")
    add_account(connection, "outlet", OUTLET, locator="row 1")
    add_account(connection, "ministry", OUTLET, locator="row 2")
    match = find_account(connection, OUTLET)
    assert match.disagree
    assert [entity.key for entity in match.entities] == ["outlet", "ministry"]


def test_two_rows_about_one_entity_do_not_disagree(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", OUTLET, locator="row 1")
    add_account(connection, "outlet", OUTLET, locator="row 2")
    match = find_account(connection, OUTLET)
    assert (len(match.claims), match.disagree) == (2, False)


def _x(handle: str, platform_id: str | None = None) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


def test_a_renamed_account_is_found_by_the_handle_it_had(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", _x("old_name"))
    ensure_account(connection, _x("old_name", "77"), seen=NOW)
    ensure_account(connection, _x("new_name", "77"), seen=NOW + timedelta(days=1))
    assert find_account(connection, _x("new_name")).by is FoundBy.HANDLE
    former = find_account(connection, _x("old_name"))
    assert (former.by, former.entities[0].key) == (FoundBy.FORMER_HANDLE, "outlet")


def test_a_handle_taken_over_by_another_account_does_not_match_by_id(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_account(connection, "outlet", _x("a_name", "77"))
    assert not find_account(connection, _x("a_name", "88")).found


def test_an_older_export_does_not_undo_a_renaming(connection: sqlite3.Connection) -> None:
    account = ensure_account(connection, _x("new_name", "77"), seen=NOW)
    assert ensure_account(connection, _x("old_name", "77"), seen=NOW - timedelta(days=900)) == account
    (handle,) = connection.execute("SELECT handle FROM account").fetchone()
    assert handle == "new_name"


def test_accounts_are_made_once(connection: sqlite3.Connection) -> None:
    first = ensure_account(connection, _x("a_name"))
    assert ensure_account(connection, _x("a_name")) == first
    assert ensure_account(connection, _x("a_name", "77"), seen=NOW) == first
    assert ensure_account(connection, _x("a_name", "88"), seen=NOW) != first


def test_case_and_dots_are_no_difference_where_the_platform_sees_none(connection: sqlite3.Connection) -> None:
    first = ensure_account(connection, AccountRef(platform=Platform.FACEBOOK, handle="a.name"))
    assert ensure_account(connection, AccountRef(platform=Platform.FACEBOOK, handle="aname")) == first


def test_a_site_is_found_by_its_whole_host(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    basis = Basis(source_id=add_source(connection), grade=B2)
    put_domain_claim(
        connection, id_of(connection, "outlet"), Relation.HAS_SITE, host="news.example", basis=basis, now=NOW
    )
    site = AccountRef(platform=Platform.WEBSITE, handle="news.example")
    assert [claim.entity.key for claim in find_account(connection, site).claims] == ["outlet"]
    blog = AccountRef(platform=Platform.WEBSITE, handle="blog.news.example")
    assert not find_account(connection, blog).found
    assert [claim.account for claim in holdings(connection, id_of(connection, "outlet"))] == [site]


def test_a_withdrawn_claim_is_not_found(connection: sqlite3.Connection) -> None:
    add_case(connection)
    connection.execute("UPDATE account_claim SET retracted_ms = 1")
    assert not find_account(connection, AGENCY).found


def test_entities_are_found_by_names_in_any_script(connection: sqlite3.Connection) -> None:
    agency = add_entity(connection, "agency")
    put_name(connection, agency, name="新华示例社", source_id=add_source(connection), language="zh")
    assert [(entity.key, name) for entity, name in entities_named(connection, "华示例")] == [
        ("agency", "新华示例社")
    ]
    assert entities_named(connection, "AGENCY")[0][0].name == "Agency"
    # Signs of the query language are plain characters.
    assert entities_named(connection, "%") == []


def test_claims_about_an_entity(connection: sqlite3.Connection) -> None:
    add_case(connection)
    relations = [claim.relation for claim in claims_about(connection, id_of(connection, "agency"))]
    assert relations == [Relation.CO_PUBLISHES, Relation.OWNS, Relation.CONTROLS]
    assert find_entity(connection, "no-such-key") is None


@pytest.mark.parametrize("ms", [0, 1, 1_763_683_199_999, 253_402_300_799_999])
def test_instants_survive_the_store(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms
    assert from_ms(ms).tzinfo is UTC
    assert to_ms(datetime(1970, 1, 1, 0, 0, 0, 1999, tzinfo=UTC)) == 1
