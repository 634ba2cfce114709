from __future__ import annotations

import csv
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.accounts.handles import canonical_handle, canonical_id, match_key
from bot.accounts.hosts import canonical_host
from bot.registry.importers.cells import read_cell
from bot.registry.importers.hamilton import COLUMNS, SOURCE
from bot.registry.importers.matrix import COLUMNS as MATRIX_COLUMNS
from bot.registry.importers.matrix import SOURCE as MATRIX
from bot.registry.importers.own import import_own
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.tables import TableRow, table
from bot.registry.starter import load_starter, registry_version, starter_folder
from bot.registry.typology import INDEPENDENT, independent, state_controlled
from bot.store.chains import chains
from bot.store.database import migrate
from bot.store.export import FILES
from bot.store.loads import sizes
from bot.store.records import OWNERSHIP, Relation
from bot.store.registry import find_account, find_entity, typologies
from tests.bot.registry.founding import NOW
from tests.shared import shared

# Told by a source that the registry names for others to cite, or from which another source derives.
CITED_ONLY = {"state-media-monitor", "google-tag-2023"}


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    text = (starter_folder() / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def starter() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        migrate(opened, Path("m.db"))
        load_starter(opened, now=NOW)
        yield opened


def _account(row: dict[str, str]) -> AccountRef:
    return AccountRef(
        platform=Platform(row["platform"]),
        handle=row["handle"] or None,
        platform_id=row["platform_id"] or None,
    )


def _x(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle)


def test_it_is_large_enough_to_start_with(starter: sqlite3.Connection) -> None:
    counts, accounts = sizes(starter)
    assert counts["entities"] >= 150
    assert counts["domains"] >= 150
    assert sum(accounts.values()) >= 500
    assert len([platform for platform, n in accounts.items() if n >= 10]) >= 6


def test_every_row_is_taken(connection: sqlite3.Connection) -> None:
    report = import_own(starter_folder(), Recorder(connection, now=NOW))
    assert report.rejected == []
    assert report.merged == 0


@pytest.mark.parametrize("name", [name for name, columns in FILES.items() if "source" in columns])
def test_every_row_has_a_source_that_exists(name: str) -> None:
    known = {row["key"] for row in rows("sources.csv")}
    assert {row["source"] for row in rows(name)} <= known


def test_every_source_says_what_it_is() -> None:
    for row in rows("sources.csv"):
        assert row["title"], row
        assert row["publisher"], row
        assert row["url"].startswith("https://") or row["url"].startswith("http://"), row
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["retrieved_on"]), row
    assert {row["derived_from"] for row in rows("sources.csv")} <= {
        "",
        *(row["key"] for row in rows("sources.csv")),
    }


def test_no_source_is_idle() -> None:
    used = {row["source"] for name, columns in FILES.items() if "source" in columns for row in rows(name)}
    assert {row["key"] for row in rows("sources.csv")} - used == CITED_ONLY


@pytest.mark.parametrize("name", list(FILES))
def test_no_row_stands_twice(name: str) -> None:
    assert [row for row, n in Counter(tuple(row.values()) for row in rows(name)).items() if n > 1] == []


def test_no_handle_breaks_the_grammar_of_its_platform() -> None:
    for row in rows("accounts.csv"):
        account = _account(row)
        if account.handle is not None:
            assert canonical_handle(account.platform, account.handle) == account.handle, row
        if account.platform_id is not None:
            assert canonical_id(account.platform, account.platform_id) == account.platform_id, row
    for row in rows("domains.csv"):
        assert canonical_host(row["host"]) == row["host"], row
        assert not row["host"].startswith("www."), row


def test_no_entity_stands_alone() -> None:
    tied = {row[column] for row in rows("claims.csv") for column in ("subject", "object")}
    tied |= {row["entity"] for name in ("accounts.csv", "domains.csv") for row in rows(name)}
    assert {row["key"] for row in rows("entities.csv")} == tied
    assert {row["entity"] for row in rows("names.csv") if row["kind"] == "main"} == tied


def test_names_stand_in_the_scripts_of_their_outlets() -> None:
    scripts = {
        unicodedata.name(character).split()[0]
        for row in rows("names.csv")
        for character in row["name"]
        if character.isalpha()
    }
    assert {"LATIN", "CJK", "CYRILLIC", "ARABIC", "HANGUL"} <= scripts


def test_it_loads_once(connection: sqlite3.Connection) -> None:
    assert load_starter(connection, now=NOW)
    version = registry_version(connection)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-[0-9a-f]{8}", version)
    assert not load_starter(connection, now=NOW)
    assert registry_version(connection) == version


def test_the_credited_outlet_and_the_agency_stand_under_two_bodies(starter: sqlite3.Connection) -> None:
    owners = {
        handle: {chain.top.key for chain in chains(starter, _x(handle)) if chain.is_ownership}
        for handle in ("mundo_china", "cns1952")
    }
    assert owners == {
        "mundo_china": {"central-publicity-department"},
        "cns1952": {"united-front-work-department"},
    }


@pytest.mark.parametrize("key", ["hoy-chile", "hoy-costa-rica", "hoy-paraguay"])
def test_the_hoy_outlets_are_known_by_name_and_linked_with_the_sources_caution(
    starter: sqlite3.Connection, key: str
) -> None:
    assert [row for row in rows("accounts.csv") if row["entity"] == key] == []
    entity = find_entity(starter, key)
    assert entity is not None
    found = chains(starter, entity.entity_id)
    assert {chain.top.key for chain in found} >= {"china-news-service", "mundo-china", "sinoing"}
    assert not [chain.top.key for chain in found if chain.is_ownership]
    hedges = " ".join(row["hedge"] for row in rows("claims.csv") if row["subject"] == key)
    assert "likely" in hedges
    assert "unclear" in hedges


def test_a_developer_and_a_co_publisher_are_not_owners() -> None:
    network = "south-america-overseas-chinese-press-network"
    above = {(row["subject"], row["relation"]) for row in rows("claims.csv") if row["object"] == network}
    assert above == {("sinoing", "develops")}
    beside = {(row["relation"], row["object"]) for row in rows("claims.csv") if row["subject"] == network}
    assert ("co_publishes", "china-news-service") in beside


@pytest.mark.parametrize(
    ("handle", "key", "code"),
    [
        ("bbcworld", "bbc", "IP"),
        ("dwnews", "deutsche-welle", "ISF"),
        ("npr", "npr", "IP"),
        ("cbcnews", "cbc", "ISFM"),
        ("rfi", "rfi", "ISFM"),
        ("france24", "france-24", "ISFM"),
        ("voanews", "voice-of-america", "ISFM"),
        ("efenoticias", "efe", "ISFM"),
        ("ap", "associated-press", None),
        ("reuters", "reuters", None),
        ("afp", "afp", None),
    ],
)
def test_independent_outlets_are_never_called_state_controlled(
    starter: sqlite3.Connection, handle: str, key: str, code: str | None
) -> None:
    match = find_account(starter, _x(handle))
    assert [entity.key for entity in match.entities] == [key]
    known = match.typologies.get(key, ())
    assert {typology.code for typology in known} == ({code} if code else set())
    assert not state_controlled(known)
    assert independent(known) is (code is not None)
    # The class is shown with the edition and the list it comes from.
    assert all(typology.edition == "2024" and typology.source.published_on for typology in known)


def test_no_independent_outlet_of_the_set_is_state_controlled(starter: sqlite3.Connection) -> None:
    keys = {row["entity"] for row in rows("typology.csv") if row["code"] in INDEPENDENT}
    entities = [entity for key in keys if (entity := find_entity(starter, key)) is not None]
    assert len(entities) == len(keys) > 60
    assert [key for key, known in typologies(starter, entities).items() if state_controlled(known)] == []


def test_only_offices_are_listed_as_officials() -> None:
    # Holders of public office with an account of that office; journalists and staff are left out.
    officials = {row["key"] for row in rows("entities.csv") if row["kind"] == "official"}
    assert officials == {
        "cn-mfa-hua-chunying",
        "cn-mfa-zhao-lijian",
        "cn-spokesperson-hu-zhaoming",
        "ir-mfa-spokesperson",
        "ir-supreme-leader",
    }


def _list(path: str) -> dict[str, TableRow]:
    file = shared(path)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {f"row {row.number}": row for row in table(lines, file=file)}


@pytest.mark.parametrize(
    ("source", "path", "columns"),
    [
        (SOURCE.key, "data/registry/asd_hamilton/Hamilton_Account_List2024.csv", COLUMNS),
        (MATRIX.key, "data/registry/asd_state_media/State_Media_Matrix.csv", MATRIX_COLUMNS),
    ],
)
def test_every_account_stands_in_the_row_that_is_cited(
    source: str, path: str, columns: dict[str, Platform]
) -> None:
    listed = _list(path)
    wrong: list[dict[str, str]] = []
    for row in rows("accounts.csv"):
        if row["source"] != source:
            continue
        cited = listed[row["locator"]]
        there = {
            match_key(account)
            for column, platform in columns.items()
            for account in read_cell(platform, cited[column]).accounts
        }
        if match_key(_account(row)) not in there:
            wrong.append(row)
    assert wrong == []


def test_every_class_site_and_owner_stands_in_the_row_that_is_cited() -> None:
    listed = _list("data/registry/asd_state_media/State_Media_Matrix.csv")
    for row in rows("typology.csv"):
        assert listed[row["locator"]]["typology"] == row["code"], row
    for row in rows("domains.csv"):
        if row["source"] == MATRIX.key:
            assert row["host"] in listed[row["locator"]]["url"].lower(), row
    named: dict[str, set[str]] = {}
    for row in rows("names.csv"):
        named.setdefault(row["entity"], set()).add(row["name"].lower())
    for row in rows("claims.csv"):
        if row["source"] == MATRIX.key:
            company = listed[row["locator"]]["media company"].strip(" *").lower()
            assert company in named[row["subject"]], row


def test_every_body_stands_in_the_row_that_is_cited() -> None:
    listed = _list("data/registry/asd_hamilton/Hamilton_Account_List2024.csv")
    named: dict[str, set[str]] = {}
    for row in rows("names.csv"):
        named.setdefault(row["entity"], set()).add(row["name"])
    for name, body in (("claims.csv", "subject"), ("accounts.csv", "entity")):
        for row in rows(name):
            if row["source"] == SOURCE.key and Relation(row["relation"]) in OWNERSHIP:
                cell = listed[row["locator"]]["position, notes, or reason for inclusion"]
                assert cell in named[row[body]], row
