"""Marks that somebody else collected, read from CSV."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ImportFileError
from bot.imports.site_marks import import_marks
from bot.store.site_marks import looks_held, marks_held, sites_held
from tests.bot.checks.worlds import an_empty_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

FILE = """host,kind,value,date,url,note
https://www.Gaceta.example/x,tag_manager,GTM-5EXMPLE,2026-11-01,https://gaceta.example/,x
mundo.example,tag_manager,GTM-5EXMPLE,,,
empty.example,,,2026-10-01,,
not a host,ga4,G-7QX0EXMPL2,,,
mundo.example,tarot,7,,,
mundo.example,ga4,,,,
mundo.example,ga4,G-7QX0EXMPL2,yesterday,,
later.example,ga4,G-7QX0EXMPL2,2090-01-01,,
"""


@pytest.fixture
def store(tmp_path: Path) -> sqlite3.Connection:
    return an_empty_store(tmp_path)


def test_rows_become_marks_with_their_dates(store: sqlite3.Connection, tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    file.write_text(FILE, encoding="utf-8-sig")
    report = import_marks(store, file, now=NOW)
    assert (report.rows, report.sites, report.new) == (8, 4, 3)
    assert [line.split(":")[0] for line in report.left_out] == ["line 5", "line 6", "line 7", "line 8"]
    gaceta, mundo = marks_held(store, ["gaceta.example", "mundo.example"])
    assert (gaceta.last_seen.date().isoformat(), gaceta.url, gaceta.sites) == (
        "2026-11-01",
        "https://gaceta.example/",
        2,
    )
    assert mundo.last_seen == NOW
    # Nobody has seen anything in the future.
    assert marks_held(store, ["later.example"])[0].last_seen == NOW
    # A site without a mark is part of the sample.
    assert sites_held(store) == 4
    assert looks_held(store, ["empty.example"])[0].source == "import:marks.csv"


def test_reading_a_file_twice_changes_nothing(store: sqlite3.Connection, tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    file.write_text(FILE, encoding="utf-8")
    import_marks(store, file, now=NOW)
    before = marks_held(store, ["gaceta.example", "mundo.example", "later.example"])
    assert import_marks(store, file, now=NOW).new == 0
    assert marks_held(store, ["gaceta.example", "mundo.example", "later.example"]) == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"domain,kind,value\na.example,ga4,G-7QX0EXMPL2\n", "lacks the columns host"),
        (b"", "lacks the columns host, kind, value"),
        (b"host,kind,value\n\xff\xfe,ga4,G\n", "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_none_is_refused(
    store: sqlite3.Connection, tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "marks.csv"
    file.write_bytes(content)
    with pytest.raises(ImportFileError, match=reason):
        import_marks(store, file, now=NOW)


def test_a_missing_file_is_refused(store: sqlite3.Connection, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="cannot be read"):
        import_marks(store, tmp_path / "none.csv", now=NOW)
