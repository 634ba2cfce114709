"""A saved answer of Wikidata's query service, with invented items."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError, UnknownFormatError
from bot.registry.importers import Format, import_file
from bot.registry.search import show
from bot.store.registry import find_entity
from tests.bot.registry.founding import NOW

ITEM = "http://www.wikidata.org/entity/"
CHANNEL = "UCejemploejemploejemplo0"


def saved(folder: Path, *rows: dict[str, str], indent: int | None = 2) -> Path:
    cells = [{name: {"type": "literal", "value": value} for name, value in row.items()} for row in rows]
    names = sorted({name for row in rows for name in row})
    file = folder / "query.json"
    file.write_text(json.dumps({"head": {"vars": names}, "results": {"bindings": cells}}, indent=indent))
    return file


AGENCY = {"item": f"{ITEM}Q900000001", "itemLabel": "Agencia Ejemplo", "country": "MX"}


@pytest.mark.parametrize("indent", [None, 2])
def test_items_become_entities_with_accounts_and_owners(
    connection: sqlite3.Connection, tmp_path: Path, indent: int | None
) -> None:
    owner = {"owner": f"{ITEM}Q900000002", "ownerLabel": "Ministerio de Ejemplo"}
    file = saved(
        tmp_path,
        {**AGENCY, "x": "Agencia_Ejemplo", "youtube": CHANNEL, "site": "https://www.agencia.example.org/"},
        {**AGENCY, "telegram": "agencia_ejemplo", **owner},
        indent=indent,
    )
    report = import_file(connection, file, now=NOW)
    assert (report.format, report.rows_read, report.accepted, report.merged) == (Format.WIKIDATA, 2, 1, 1)
    entity = find_entity(connection, "wikidata:q900000001")
    assert entity is not None
    assert (entity.name, entity.country) == ("Agencia Ejemplo", "MX")
    record = show(connection, "wikidata:q900000001")
    assert record is not None
    held = {claim.account for claim in record.holdings}
    assert {
        AccountRef(platform=Platform.X, handle="agencia_ejemplo"),
        AccountRef(platform=Platform.YOUTUBE, platform_id=CHANNEL),
        AccountRef(platform=Platform.TELEGRAM, handle="agencia_ejemplo"),
        AccountRef(platform=Platform.WEBSITE, handle="agencia.example.org"),
    } <= held
    (claim,) = record.claims
    assert (claim.subject.name, claim.relation, str(claim.grade)) == ("Ministerio de Ejemplo", "owns", "C3")
    assert claim.locator == "Q900000001"
    assert import_file(connection, file, now=NOW).new.total == 0


def test_the_shorter_form_of_an_answer_is_read_as_well(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    """ "JSON file" beside "JSON file (verbose)": the same rows without types."""
    file = tmp_path / "query.json"
    file.write_text(
        json.dumps([{**AGENCY, "x": "Agencia_Ejemplo", "youtube": CHANNEL}, {**AGENCY, "x": "b"}])
    )
    report = import_file(connection, file, now=NOW)
    assert (report.format, report.rows_read, report.new.account_claims) == (Format.WIKIDATA, 2, 3)
    entity = find_entity(connection, "wikidata:q900000001")
    assert entity is not None
    assert (entity.name, entity.country) == ("Agencia Ejemplo", "MX")


def test_cells_that_name_nobody_are_left_out_with_a_reason(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = saved(tmp_path, {**AGENCY, "x": "not a handle", "site": "http://localhost/"}, {"item": "Q5"})
    report = import_file(connection, file, now=NOW)
    assert report.rows_rejected == 1
    assert {(each.row, each.column) for each in report.rejected} == {(1, "x"), (1, "site"), (2, None)}


def test_an_item_without_a_label_has_no_invented_name(connection: sqlite3.Connection, tmp_path: Path) -> None:
    import_file(connection, saved(tmp_path, {**AGENCY, "itemLabel": "Q900000001"}), now=NOW)
    assert connection.execute("SELECT count(*) FROM entity_name").fetchone() == (0,)


@pytest.mark.parametrize(
    "text", ['{"head": {"vars": ["item"]}, "results": {', '{"head": {"vars": ["item"]}}']
)
def test_a_broken_answer_is_refused_and_nothing_is_kept(
    connection: sqlite3.Connection, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "query.json"
    file.write_text(text)
    with pytest.raises(ImportFileError, match="Wikidata"):
        import_file(connection, file, now=NOW)
    assert connection.execute("SELECT count(*) FROM entity").fetchone() == (0,)


def test_another_answer_of_the_service_is_no_list(connection: sqlite3.Connection, tmp_path: Path) -> None:
    file = tmp_path / "query.json"
    file.write_text('{"head": {"vars": ["person"]}, "results": {"bindings": []}}')
    with pytest.raises(UnknownFormatError):
        import_file(connection, file, now=NOW)
