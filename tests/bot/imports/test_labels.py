"""Looks at account pages: a label, none, or no look at all are three things."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.common import Rejected
from bot.imports.detect import detect
from bot.imports.files import ImportFile
from bot.imports.service import import_files
from bot.store.database import Database
from bot.store.looks import LabelLook
from tests.bot.imports.reading import NOW, written

HEADER = "platform,account,state_label,looked_at,url"


def _read(path: Path) -> tuple[str, list[tuple[AccountRef, LabelLook]], list[tuple[int, str]]]:
    with ImportFile.open(path) as file:
        importer = detect(file)
        records = list(importer.records(file, now=NOW))
    rejected = [(each.line, each.reason) for each in records if isinstance(each, Rejected)]
    rows = [each for each in records if not isinstance(each, Rejected)]
    return importer.name, [label for row in rows for label in row.labels], rejected


def test_a_label_and_its_absence_are_read(tmp_path: Path) -> None:
    lines = [
        HEADER,
        "facebook,mundo.ejemplo,State-controlled media,2025-10-02T09:00:00Z,https://archive.example/1",
        "facebook,otro.ejemplo,None,2025-10-03T09:00:00Z,",
    ]
    name, labels, rejected = _read(written(tmp_path, lines))
    assert (name, rejected) == ("labels_csv", [])
    (account, shown), (_, none) = labels
    assert account == AccountRef(platform=Platform.FACEBOOK, handle="mundo.ejemplo")
    assert shown == LabelLook(
        looked_at=datetime(2025, 10, 2, 9, tzinfo=UTC),
        label="State-controlled media",
        source="import:labels_csv",
        url="https://archive.example/1",
    )
    assert none.label is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("facebook,mundo.ejemplo,,2025-10-02T09:00:00Z,", "write none where the page showed none"),
        ("facebook,mundo.ejemplo,none,,", "is no date"),
        ("facebook,mundo.ejemplo,none,2025-10-02,", "time zone"),
        ("facebook,,none,2025-10-02T09:00:00Z,", "neither a handle nor an id"),
        (f"facebook,mundo.ejemplo,{'x' * 300},2025-10-02T09:00:00Z,", "too long for a label"),
    ],
)
def test_a_look_without_its_facts_is_left_out(tmp_path: Path, row: str, reason: str) -> None:
    _, labels, rejected = _read(written(tmp_path, [HEADER, row]))
    assert labels == []
    assert reason in rejected[0][1]


def test_a_header_without_account_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, ["platform,state_label,looked_at", "x,none,2025-10-02T09:00:00Z"])
    with pytest.raises(ImportFileError, match="the header needs platform, account, state_label, looked_at"):
        _read(path)


async def test_looks_are_counted_once(tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, "facebook,mundo.ejemplo,none,2025-10-02T09:00:00Z,"])
    database = Database.open(tmp_path / "m.db")
    try:
        first = await import_files(database, [path], clock=lambda: NOW)
        again = await import_files(database, [path], clock=lambda: NOW)
    finally:
        database.close()
    assert (first.labels_new, again.labels_new, first.rejected) == (1, 0, ())
