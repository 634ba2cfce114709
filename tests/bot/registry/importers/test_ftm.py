from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.registry.importers import Format, ImportReport, import_file
from bot.registry.importers.recorder import grade
from bot.registry.search import show
from bot.store.chains import chains
from bot.store.records import Grade
from bot.store.registry import find_account
from tests.bot.registry.founding import NOW

Entity = dict[str, object]


def _entity(key: str, schema: str, **properties: str | list[str]) -> Entity:
    values = {name: [value] if isinstance(value, str) else value for name, value in properties.items()}
    return {"id": key, "schema": schema, "properties": values, "datasets": ["example_companies"]}


OWNERSHIP = _entity(
    "tie-1", "Ownership", owner="group", asset="paper", percentage="51", startDate="2019-03", endDate="2024"
)
GROUP = _entity(
    "group", "Company", name=["Example Group", "示例集团"], country="cn", website="https://group.example/"
)
PAPER = _entity("paper", "Organization", name="Example Paper", alias="EP", previousName="Old Paper")


def _import(
    connection: sqlite3.Connection, folder: Path, *entities: Entity, rating: Grade | None = None
) -> ImportReport:
    file = folder / "entities.ftm.json"
    file.write_text("".join(json.dumps(entity) + "\n" for entity in entities), encoding="utf-8")
    return import_file(connection, file, now=NOW, rating=rating)


def test_organisations_and_what_ties_them(connection: sqlite3.Connection, tmp_path: Path) -> None:
    # The tie stands before its ends, as it may in an export.
    report = _import(connection, tmp_path, OWNERSHIP, GROUP, PAPER)
    assert (report.format, report.accepted, report.rejected) == (Format.FTM, 3, [])
    assert report.sources == ("ftm-example_companies",)
    paper = show(connection, "ftm:paper")
    assert paper is not None
    assert paper.names == ("Example Paper", "EP", "Old Paper")
    (claim,) = paper.claims
    assert (claim.subject.name, claim.relation, claim.hedge) == ("Example Group", "owns", "51 %")
    assert (claim.valid_from, claim.valid_to, claim.locator) == ("2019-03", "2024", "tie-1")


def test_a_dataset_of_unknown_quality_cannot_carry_a_chain(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    _import(connection, tmp_path, OWNERSHIP, GROUP, PAPER)
    paper = show(connection, "ftm:paper")
    assert paper is not None
    assert [str(chain.grade) for chain in paper.chains] == ["F6"]


def test_the_caller_may_know_how_good_it_is(connection: sqlite3.Connection, tmp_path: Path) -> None:
    _import(connection, tmp_path, OWNERSHIP, GROUP, PAPER, rating=grade("A2"))
    paper = show(connection, "ftm:paper")
    assert paper is not None
    assert str(paper.chains[0].grade) == "A2"


def test_people_are_left_out_and_counted(connection: sqlite3.Connection, tmp_path: Path) -> None:
    director = _entity("tie-2", "Directorship", director="someone", organization="group")
    owner = _entity("tie-3", "Ownership", owner="someone", asset="group")
    report = _import(
        connection, tmp_path, _entity("someone", "Person", name="A Person"), director, owner, GROUP
    )
    assert report.counts["people"] == 1
    assert [(entry.row, entry.reason) for entry in report.rejected] == [
        (1, "Person: people are not imported"),
        (2, "`Directorship`: this kind of entity is not read"),
        (3, "Ownership: the owner is no organisation in this file"),
    ]
    (names,) = connection.execute("SELECT count(*) FROM entity_name WHERE name = 'A Person'").fetchone()
    assert names == 0


def test_a_website_may_be_an_account(connection: sqlite3.Connection, tmp_path: Path) -> None:
    entity = _entity(
        "outlet",
        "Organization",
        name="Outlet",
        website=["https://t.me/example_outlet", "outlet.example", "n"],
    )
    report = _import(connection, tmp_path, entity)
    assert find_account(connection, AccountRef(platform=Platform.TELEGRAM, handle="example_outlet")).found
    assert find_account(connection, AccountRef(platform=Platform.WEBSITE, handle="outlet.example")).found
    assert [entry.reason for entry in report.rejected] == ["`n` is neither a site nor an account"]


@pytest.mark.parametrize(
    ("role", "held"),
    [
        ("controls", ("Example Group", "controls", "Example Paper")),
        ("co publishes", ("Example Group", "co_publishes", "Example Paper")),
        ("Owned by", ("Example Paper", "owns", "Example Group")),
        ("golf partner", None),
        ("has account", None),
    ],
)
def test_a_tie_without_a_schema_is_read_by_its_role(
    connection: sqlite3.Connection, tmp_path: Path, role: str, held: tuple[str, str, str] | None
) -> None:
    tie = _entity("tie-2", "UnknownLink", subject="group", object="paper", role=role)
    report = _import(connection, tmp_path, GROUP, PAPER, tie)
    paper = show(connection, "ftm:paper")
    assert paper is not None
    said = [(claim.subject.name, str(claim.relation), claim.object.name) for claim in paper.claims]
    assert said == ([] if held is None else [held])
    assert report.rows_rejected == (held is None)


def test_an_account_of_an_organisation_is_read(connection: sqlite3.Connection, tmp_path: Path) -> None:
    accounts = [
        _entity("a1", "UserAccount", owner="paper", service="Twitter", username="ejemplo_papel"),
        _entity("a2", "UserAccount", owner="paper", service="MySpace", username="papel"),
        _entity("a3", "UserAccount", owner="nobody", service="telegram", username="papel"),
        _entity("a4", "UserAccount", owner="paper", service="telegram", username="no handle at all"),
    ]
    report = _import(connection, tmp_path, *accounts, PAPER)
    assert (report.accepted, report.rows_rejected) == (2, 3)
    found = find_account(connection, AccountRef(platform=Platform.X, handle="ejemplo_papel"))
    assert [entity.name for entity in found.entities] == ["Example Paper"]


@pytest.mark.parametrize(
    ("date", "kept"), [("2019-03-01T10:00:00", "2019-03-01"), ("March 2019", None), (" 2019 ", "2019")]
)
def test_dates_are_days_months_or_years(
    connection: sqlite3.Connection, tmp_path: Path, date: str, kept: str | None
) -> None:
    tie = _entity("tie-3", "Ownership", owner="group", asset="paper", startDate=date)
    report = _import(connection, tmp_path, GROUP, PAPER, tie)
    assert connection.execute("SELECT valid_from FROM claim").fetchall() == [(kept,)]
    assert len(report.rejected) == (kept is None)


def test_a_broken_line_is_named_and_nothing_of_it_guessed(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "entities.json"
    file.write_text(json.dumps(GROUP) + "\n" + json.dumps(PAPER)[:40] + "\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"entities\.json, line 2: this is not JSON"):
        import_file(connection, file, now=NOW)


def test_a_second_reading_adds_nothing(connection: sqlite3.Connection, tmp_path: Path) -> None:
    _import(connection, tmp_path, OWNERSHIP, GROUP, PAPER)
    assert _import(connection, tmp_path, OWNERSHIP, GROUP, PAPER).new.total == 0
    assert chains(connection, AccountRef(platform=Platform.WEBSITE, handle="group.example")) == ()
