from __future__ import annotations

import csv
import io
import re

import msgspec
from hypothesis import HealthCheck, given, settings

from bot.checks.dossier import Dossier
from bot.checks.export import COLUMNS, csv_of, file_stem
from tests.bot.cards.charts.drawn import a_dossier, posts
from tests.bot.cards.hostile import dossiers
from tests.bot.cards.samples import LINKED


def rows(dossier: Dossier) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(dossier).decode("utf-8-sig"), newline="")))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(dossiers)
def test_no_stranger_runs_a_formula_or_breaks_a_row(dossier: Dossier) -> None:
    table = rows(dossier)
    pieces = sum(1 + len(finding.evidence) for finding in dossier.findings)
    assert len(table) == pieces
    for row in table:
        assert tuple(row) == COLUMNS
        for cell in row.values():
            assert "\n" not in cell
            numeric = re.fullmatch(r"-?[0-9.e-]+", cell)
            assert numeric or not cell.startswith(("=", "+", "-", "@"))


def test_a_formula_gets_an_apostrophe() -> None:
    finding = msgspec.structs.replace(LINKED.findings[0], check='=HYPERLINK("https://a.example")')
    dossier = msgspec.structs.replace(LINKED, findings=(finding,))
    assert rows(dossier)[0]["check"] == """'=HYPERLINK("https://a.example")"""


def test_days_and_hours_add_up_and_what_is_not_known_is_empty() -> None:
    dossier = a_dossier(posts(60, every_hours=11.3))
    table = rows(dossier)
    days = [row for row in table if row["part"] == "day"]
    hours = [row for row in table if row["part"] == "hour"]
    assert sum(int(row["n"]) for row in days) == sum(int(row["n"]) for row in hours) == 60
    assert len(hours) == 7 * 24
    assert {row["engagement"] for row in days if row["n"] == "0"} <= {""}
    assert {row["engagement"] for row in days if row["n"] != "0"} == {"15.0"}


def test_the_name_of_a_file_is_one_that_every_system_takes() -> None:
    assert file_stem(LINKED) == "masthead-x-ejemplo_hoy_1-2026-11-21"
    for handle in ("../../etc/passwd", "例え", "a" * 300, "con|:*?", "."):
        account = msgspec.structs.replace(LINKED.account, handle=handle)
        stem = file_stem(msgspec.structs.replace(LINKED, account=account))
        assert re.fullmatch(r"masthead-x-[A-Za-z0-9][A-Za-z0-9_.-]{0,59}-2026-11-21", stem)
