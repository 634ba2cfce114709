"""A dossier as a table that opens in any spreadsheet: findings, their evidence, posts by day and by hour."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from bot.checks.dossier import Dossier, Finding, Series
from bot.checks.series import days_of
from bot.checks.wording import quoted

# One table for all parts, so that one file holds everything; `part` says which columns a row fills.
COLUMNS = (
    "part",
    "check",
    "line",
    "category",
    "state",
    "n",
    "of",
    "weight",
    "text",
    "at",
    "url",
    "source",
    "grade",
    "engagement",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# A cell that begins with one of these is run as a formula by spreadsheets (OWASP, "CSV Injection").
_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


def csv_of(dossier: Dossier) -> bytes:
    """Return the table in UTF-8 with a byte order mark, without which Excel garbles most scripts.

    An empty cell means "not known" or "does not apply", never 0. A text that a spreadsheet would run as a
    formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(dossier):
        writer.writerow([_cell(row.get(name)) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def file_stem(dossier: Dossier) -> str:
    """Return a file name without its ending, in letters that every system takes."""
    account = dossier.account
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", account.handle or account.platform_id or "account").strip(".-")
    return f"masthead-{account.platform}-{name[:60] or 'account'}-{dossier.checked_at:%Y-%m-%d}"


def _rows(dossier: Dossier) -> Iterator[dict[str, object]]:
    for finding in dossier.findings:
        yield from _finding_rows(finding)
    if dossier.series is not None:
        yield from _day_rows(dossier.series)
        yield from _hour_rows(dossier.series)


def _finding_rows(finding: Finding) -> Iterator[dict[str, object]]:
    about: dict[str, object] = {
        "check": finding.check,
        "line": finding.line,
        "category": finding.category,
        "state": finding.state,
    }
    yield {
        "part": "finding",
        **about,
        "n": finding.n,
        "of": finding.of,
        "weight": finding.weight,
        "text": finding.summary,
    }
    for evidence in finding.evidence:
        yield {
            "part": "evidence",
            **about,
            "text": evidence.text,
            "at": evidence.at.isoformat() if evidence.at else None,
            "url": evidence.url,
            "source": evidence.source,
            "grade": evidence.grade,
        }
    for bond in finding.bonds:
        names = [bond.other] if bond.one is None else [bond.one, bond.other]
        yield {"part": "bond", **about, "n": bond.shared, "text": " ".join(map(quoted, names))}


def _day_rows(series: Series) -> Iterator[dict[str, object]]:
    for day, posts, engagement in zip(days_of(series), series.posts, series.engagement, strict=True):
        yield {"part": "day", "at": day.isoformat(), "n": posts, "engagement": engagement}


def _hour_rows(series: Series) -> Iterator[dict[str, object]]:
    for weekday, row in zip(WEEKDAYS, series.hours, strict=True):
        for hour, posts in enumerate(row):
            yield {"part": "hour", "at": f"{weekday} {hour:02d}:00", "n": posts}


def _cell(value: object) -> object:
    if isinstance(value, str):
        # A line break inside a cell is legal and yet breaks half of the readers.
        text = " ".join(value.split())
        return f"'{text}" if _FORMULA.match(text) else text
    return "" if value is None else value
