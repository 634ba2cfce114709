from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest

from bot.errors import ImportFileError, InputError, UnknownFormatError
from bot.registry.importers import Format, export_csv, import_file
from bot.registry.importers.importing import recognise
from bot.registry.starter import registry_version
from bot.store.database import migrate
from bot.store.export import FILES
from tests.bot.registry.founding import NOW, add_case, add_typology

GOOD = {
    "sources.csv": "report,A report,An institute,https://report.example/,2024-02,2026-11-21,B,2,,\n",
    "entities.csv": "outlet,outlet,CN\nbody,party,CN\n",
    "names.csv": "outlet,新闻,zh,main,report\n",
    "typology.csv": "outlet,SC,2024,report,row 3\n",
    "claims.csv": "body,controls,outlet,report,row 3,B,2,likely,2020,\n",
    "accounts.csv": "outlet,x,ejemplo,,has_account,report,row 3,B,2,,,\n",
    "domains.csv": "outlet,www.news.example,has_site,report,row 3,B,2,,,\n",
}


def _write(folder: Path, **changed: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in FILES.items():
        rows = changed.get(name.removesuffix(".csv"), GOOD[name])
        (folder / name).write_text(",".join(columns) + "\n" + rows, encoding="utf-8")
    return folder


def _tables(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


def test_a_set_is_read_from_a_folder_and_from_a_zip(connection: sqlite3.Connection, tmp_path: Path) -> None:
    folder = _write(tmp_path / "set")
    packed = tmp_path / "set.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name in FILES:
            archive.write(folder / name, f"registry/{name}")
    report = import_file(connection, folder, now=NOW)
    assert (report.format, report.rows_read, report.accepted, report.rejected) == (Format.OWN, 8, 8, [])
    again = import_file(connection, packed, now=NOW)
    assert (again.new.total, again.merged) == (0, 8)


def test_what_is_exported_can_be_read_again(connection: sqlite3.Connection, tmp_path: Path) -> None:
    add_case(connection)
    add_typology(connection, "outlet", "ISFM?")
    rows = export_csv(connection, tmp_path / "out")
    assert rows["accounts.csv"] == 3
    other = sqlite3.connect(tmp_path / "other.db", isolation_level=None)
    migrate(other, tmp_path / "other.db")
    report = import_file(other, tmp_path / "out", now=NOW)
    assert report.rejected == []
    export_csv(other, tmp_path / "again")
    other.close()
    assert _tables(tmp_path / "again") == _tables(tmp_path / "out")


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("accounts", "outlet,x,ejemplo,,has_account,,row 3,B,2,,,\n", "the row names no source"),
        (
            "accounts",
            "outlet,x,ejemplo,,has_account,rumour,,B,2,,,\n",
            "the source `rumour` is not in sources.csv",
        ),
        (
            "accounts",
            "outlet,x,far_too_long_for_x,,has_account,report,,B,2,,,\n",
            "`far_too_long_for_x` cannot be a handle on x",
        ),
        ("accounts", "outlet,x,,,has_account,report,,B,2,,,\n", "both handle and platform_id are missing"),
        (
            "accounts",
            "nobody,x,a,,has_account,report,,B,2,,,\n",
            "the entity `nobody` is not in entities.csv",
        ),
        (
            "claims",
            "body,befriends,outlet,report,,B,2,,,\n",
            "the relation `befriends` is none of owns, controls",
        ),
        ("claims", "body,has_account,outlet,report,,B,2,,,\n", "ties an entity to an account or site"),
        ("claims", "body,owns,outlet,report,,B,9,,,\n", "the credibility `9` is none of 1, 2"),
        ("claims", "body,owns,outlet,report,,B,2,,soon,\n", "the valid_from `soon` is no date"),
        ("typology", "outlet,STATE,2024,report,\n", "the code `STATE` is none of SC, CaPu"),
        ("domains", "outlet,not a host,has_site,report,,B,2,,,\n", "`not a host` is no host name"),
        ("names", "outlet,,zh,main,report\n", "the name is missing"),
        ("sources", "report,,Institute,,,2026-11-21,B,2,,\n", "the title is missing"),
    ],
)
def test_a_row_that_cannot_stand_is_refused_with_its_number(
    connection: sqlite3.Connection, tmp_path: Path, file: str, row: str, reason: str
) -> None:
    report = import_file(connection, _write(tmp_path / "set", **{file: row}), now=NOW)
    refused = next(entry for entry in report.rejected if entry.file == f"{file}.csv")
    assert refused.row == 2
    assert reason in refused.reason


def test_a_set_with_a_file_missing_says_which(connection: sqlite3.Connection, tmp_path: Path) -> None:
    folder = _write(tmp_path / "set")
    (folder / "domains.csv").unlink()
    with pytest.raises(ImportFileError, match=r"domains\.csv: the set lacks this file"):
        import_file(connection, folder, now=NOW)


def test_a_column_missing_is_named(connection: sqlite3.Connection, tmp_path: Path) -> None:
    folder = _write(tmp_path / "set")
    (folder / "claims.csv").write_text("subject,object,source\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"claims\.csv, line 1: the column `relation` is missing"):
        import_file(connection, folder, now=NOW)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello\n",
        b"a,b,c\n1,2,3\n",
        b'{"id": "1"}\n',
        b"\xff\xfe\x00broken",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 99,
    ],
)
def test_a_file_of_another_kind_is_told_what_is_accepted(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(UnknownFormatError, match=r"Hamilton account list .* FollowTheMoney") as caught:
        recognise(file)
    assert isinstance(caught.value, InputError)


def test_an_unknown_format_is_told_which_there_are(connection: sqlite3.Connection, tmp_path: Path) -> None:
    known = "hamilton, state_media_matrix, followthemoney, wikidata, stix, misp, masthead"
    with pytest.raises(UnknownFormatError, match=known):
        import_file(connection, tmp_path / "x.csv", now=NOW, format="excel")


def test_a_format_that_is_forced_still_needs_its_columns(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("country,url\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"list\.csv, line 1: the column"):
        import_file(connection, file, now=NOW, format="state_media_matrix")


def test_a_missing_file_is_a_sentence(connection: sqlite3.Connection, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"gone\.csv: the file cannot be read: No such file"):
        import_file(connection, tmp_path / "gone.csv", now=NOW)


def test_a_zip_without_a_set_is_of_no_known_format(tmp_path: Path) -> None:
    packed = tmp_path / "set.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    with pytest.raises(UnknownFormatError):
        recognise(packed)


def test_every_new_file_changes_the_version(connection: sqlite3.Connection, tmp_path: Path) -> None:
    assert registry_version(connection) == "empty"
    import_file(connection, _write(tmp_path / "one"), now=NOW)
    assert registry_version(connection) == "empty+1"
    import_file(connection, _write(tmp_path / "one"), now=NOW)
    assert registry_version(connection) == "empty+1"
    more = GOOD["names.csv"] + "outlet,News,en,alias,report\n"
    import_file(connection, _write(tmp_path / "two", names=more), now=NOW)
    assert registry_version(connection) == "empty+2"
