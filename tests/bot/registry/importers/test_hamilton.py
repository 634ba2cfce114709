from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.registry.importers import Format, ImportReport, import_file
from bot.store.chains import chains
from bot.store.registry import find_account
from tests.bot.registry.founding import NOW
from tests.shared import shared

# As published: byte order mark, unbreakable spaces in headers, empty columns at the end.
HEADER = (
    '\ufeffCategory,Account Type,Name,"Position, Notes, or Reason for Inclusion",Twitter ID,Facebook ID,'
    "YouTube ID,Instagram ID,\xa0TikTok,Telegram ID,\xa0Threads,\xa0VK,,\n"
)
CHANNEL = "UCabcdefghijklmnopqrstuv"
SEC_UID = "MS4wLjABAAAA" + "aB3" * 20


def _import(connection: sqlite3.Connection, folder: Path, *rows: str) -> ImportReport:
    file = folder / "accounts.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return import_file(connection, file, now=NOW)


def _x(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle)


def _claimed(connection: sqlite3.Connection, ref: AccountRef) -> list[tuple[str, str, str, str]]:
    return [
        (str(claim.relation), claim.entity.name, claim.locator, str(claim.grade))
        for claim in find_account(connection, ref).claims
    ]


def test_rows_of_one_account_are_merged_and_both_kept(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(
        connection,
        tmp_path,
        "China,Media,Example Service (ES) Agency,Work Department,ejemplo_es,,,,,,,,,",
        f"China,Media,Example Service,,Ejemplo_ES,,{CHANNEL},,,,,,,",
    )
    assert report.format is Format.HAMILTON
    assert (report.rows_read, report.accepted, report.merged) == (2, 1, 1)
    assert _claimed(connection, _x("ejemplo_es")) == [
        ("has_account", "Example Service (ES) Agency", "row 2", "B2"),
        ("has_account", "Example Service (ES) Agency", "row 3", "B2"),
        ("controls", "Work Department", "row 2", "B2"),
    ]
    channel = AccountRef(platform=Platform.YOUTUBE, platform_id=CHANNEL)
    assert find_account(connection, channel).claims[0].by_id


def test_a_body_belongs_to_the_account_and_not_to_the_name(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    _import(
        connection,
        tmp_path,
        "China,Media,Example Group,Work Department,ejemplo_uno,,,,,,,,,",
        "China,Media,Example Group,Publicity Department,ejemplo_dos,,,,,,,,,",
    )
    tops = [
        [chain.top.name for chain in chains(connection, _x(name))] for name in ("ejemplo_uno", "ejemplo_dos")
    ]
    assert tops == [["Work Department"], ["Publicity Department"]]


def test_a_handle_of_two_types_is_kept_with_both(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(
        connection,
        tmp_path,
        "China,Media,Information Office,,ejemplo_oficina,,,,,,,,,",
        "China,Diplomatic/Government,Information Office,,ejemplo_oficina,,,,,,,,,",
    )
    assert report.counts["two_types"] == 1
    assert report.in_conflict == 2
    match = find_account(connection, _x("ejemplo_oficina"))
    assert match.disagree
    assert {(entity.kind, entity.name) for entity in match.entities} == {
        ("outlet", "Information Office"),
        ("government", "Information Office"),
    }
    assert {str(claim.grade) for claim in match.claims} == {"C3"}


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ("Some Person,,,,,,,", "twitter id", "is no X account"),
        ("a_name,1.00076e+14,,,,,,", "facebook id", "a spreadsheet rounded; the id is lost"),
        ("a_name,100065000000000,,,,,,", "facebook id", "a spreadsheet rounded; the id is lost"),
        ("a_name,,,parody account,,,,", "instagram id", "is a parody; it names none"),
        ("a_name,,,,,with.dots,,", "telegram id", "is no Telegram account"),
    ],
)
def test_what_is_no_handle_is_named_with_its_row(
    connection: sqlite3.Connection, tmp_path: Path, cells: str, column: str, reason: str
) -> None:
    report = _import(
        connection, tmp_path, f"Iran,Media,Example,,{cells},", "Iran,Media,Other,,b_name,,,,,,,,"
    )
    rejected = next(entry for entry in report.rejected if entry.column == column)
    assert rejected.row == 2
    assert reason in rejected.reason


@pytest.mark.parametrize(
    ("cells", "platform", "handle", "platform_id", "grade"),
    [
        (",profile.php?id=100078441630290&eav=x,,,,,,", "facebook", None, "100078441630290", "B2"),
        (",Example-Title-104251674369966,,,,,,", "facebook", None, "104251674369966", "C3"),
        (",M%C3%A9dia-117780106328613,,,,,,", "facebook", None, "117780106328613", "C3"),
        (",Example.Name/,,,,,,", "facebook", "example.name", None, "B2"),
        (f",,{CHANNEL},,,,,", "youtube", None, CHANNEL, "B2"),
        (",,ExampleName,,,,,", "youtube", "examplename", None, "C3"),
        (f",,,,{SEC_UID},,,", "tiktok", None, SEC_UID, "B2"),
        (",,,,,s/Example_Name ,,", "telegram", "example_name", None, "B2"),
        (",,,,,,Example.Name,", "threads", "example.name", None, "B2"),
    ],
)
def test_cells_are_read_as_the_platform_writes_them(
    connection: sqlite3.Connection,
    tmp_path: Path,
    cells: str,
    platform: str,
    handle: str | None,
    platform_id: str | None,
    grade: str,
) -> None:
    report = _import(connection, tmp_path, f"Russia,Media,Example,,{cells},")
    assert report.rejected == []
    ref = AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id)
    (claim,) = find_account(connection, ref).claims
    assert (claim.account, str(claim.grade)) == (ref, grade)


def test_two_handles_in_one_cell_are_split(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(connection, tmp_path, 'China,Media,Example,,,,,"ejemplo\nejemplo_noticias",,,,,,')
    assert report.counts["cells_with_two_handles"] == 1
    for handle in ("ejemplo", "ejemplo_noticias"):
        match = find_account(connection, AccountRef(platform=Platform.INSTAGRAM, handle=handle))
        assert [str(claim.grade) for claim in match.claims] == ["C3"]


def test_a_row_without_a_name_goes_by_its_handle(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(
        connection, tmp_path, "China,Media,,,ejemplo_sin,,,,,,,,,", "Russia,Media,NA,,otro_sin,,,,,,,,,"
    )
    assert report.counts["unnamed"] == 2
    assert find_account(connection, _x("ejemplo_sin")).entities[0].name == "@ejemplo_sin"


def test_a_second_reading_adds_nothing(connection: sqlite3.Connection, tmp_path: Path) -> None:
    rows = (
        "China,Media,Example,Work Department,ejemplo,ejemplo.cn,,,,,,,,",
        "China,Media,,,ejemplo_sin,,,,,,,,,",
    )
    assert _import(connection, tmp_path, *rows).new.total > 0
    again = _import(connection, tmp_path, *rows)
    assert again.new.total == 0
    assert (again.rows_read, again.accepted) == (2, 2)


def test_an_unknown_account_type_is_refused_with_its_row(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    report = _import(connection, tmp_path, "China,Celebrity,Example,,ejemplo,,,,,,,,,", ",,,,,,,,,,,,,")
    assert [(entry.row, entry.reason) for entry in report.rejected] == [
        (2, "`Celebrity` is neither Media nor Diplomatic/Government"),
        (3, "the row is blank"),
    ]
    assert report.rows_rejected == 2


def test_the_published_list(connection: sqlite3.Connection) -> None:
    file = shared("data/registry/asd_hamilton/Hamilton_Account_List2024.csv")
    report = import_file(connection, file, now=NOW)
    assert report.rows_read == 2_546
    assert report.accepted + report.merged + report.rows_rejected == report.rows_read
    assert report.counts["repeated_x_handles"] == 396
    assert report.counts["two_types"] == 4
    # 1,532 distinct cells, two of which cannot be X handles.
    (on_x,) = connection.execute("SELECT count(*) FROM account WHERE platform = 'x'").fetchone()
    assert on_x == 1_530
    bad = {(entry.row, entry.column) for entry in report.rejected if entry.column is not None}
    assert {
        (1355, "twitter id"),
        (1410, "twitter id"),
        (1058, "instagram id"),
        (1813, "facebook id"),
        (1988, "telegram id"),
    } <= bad
    for handle in ("chinascio", "cidcaofficial", "chinacultureorg", "spokespersonhzm"):
        assert find_account(connection, _x(handle)).disagree, handle
    # Case-sensitive ids keep their case.
    kept = "MS4wLjABAAAAjFS_QqZGXMn9w7Ey9yZdsc-vjBGL8H8rxtUo37BCPiomar-19ilC2SOU6B2SJ2Fb"
    assert find_account(connection, AccountRef(platform=Platform.TIKTOK, platform_id=kept)).found
    assert import_file(connection, file, now=NOW).new.total == 0


def test_the_published_list_keeps_the_two_bodies_of_the_founding_case_apart(
    connection: sqlite3.Connection,
) -> None:
    import_file(connection, shared("data/registry/asd_hamilton/Hamilton_Account_List2024.csv"), now=NOW)
    bodies = [
        {chain.top.name for chain in chains(connection, _x(name))} for name in ("mundo_china", "cns1952")
    ]
    assert bodies == [{"Central Publicity Department"}, {"United Front Work Department"}]
