"""Marks of web sites that somebody else collected, as CSV: host, kind, value, when and where it was seen."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from bot.accounts import host_of
from bot.errors import ImportFileError
from bot.store.site_marks import SeenMark, SiteMarks, record_marks
from bot.text.indicators import Mark

COLUMNS = ("host", "kind", "value")
MAX_VALUE = 120
# More than a team collects; a file beyond that is of another kind.
MAX_ROWS = 1_000_000
MAX_LEFT_OUT = 1_000


class MarksImport(msgspec.Struct, frozen=True, kw_only=True):
    """What a file gave. `left_out` says for each row that was not read which and why."""

    rows: int
    sites: int
    new: int
    left_out: tuple[str, ...]


def import_marks(connection: sqlite3.Connection, file: Path, *, now: datetime) -> MarksImport:
    """Read a CSV into the store. Run it inside one write transaction. Raises ImportFileError.

    Columns: `host`, `kind` (a kind of bot.text.indicators, or empty for a site that was looked at without
    any), `value`; optional `date` (ISO, today when absent) and `url`.
    """
    seen: dict[tuple[str, datetime], list[SeenMark]] = {}
    left_out: list[str] = []
    rows = 0
    for number, row in _rows(file):
        rows += 1
        try:
            host, at, mark = _read(row, now=now)
        except ValueError as error:
            if len(left_out) < MAX_LEFT_OUT:
                left_out.append(f"line {number}: {error}")
            continue
        marks = seen.setdefault((host, at), [])
        if mark is not None:
            marks.append(mark)
    new = sum(
        record_marks(
            connection,
            SiteMarks(host=host, looked_at=at, source=f"import:{file.name}", marks=tuple(marks)),
        )
        for (host, at), marks in seen.items()
    )
    hosts = {host for host, _at in seen}
    return MarksImport(rows=rows, sites=len(hosts), new=new, left_out=tuple(left_out))


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="")
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise ImportFileError(file, f"lacks the columns {', '.join(lacking)}.", line=1)
            for number, row in enumerate(reader, start=2):
                if number > MAX_ROWS:
                    raise ImportFileError(file, f"has more than {MAX_ROWS:,} rows.")
                yield number, {key: value for key, value in row.items() if isinstance(value, str)}
    except UnicodeDecodeError as error:
        raise ImportFileError(file, f"is not UTF-8 text (byte {error.start}).") from error
    except csv.Error as error:
        raise ImportFileError(file, f"is no CSV: {error}.") from error
    except OSError as error:
        raise ImportFileError(file, f"cannot be read: {error.strerror}.") from error


def _read(row: dict[str, str], *, now: datetime) -> tuple[str, datetime, SeenMark | None]:
    host = host_of(row["host"].strip())
    if host is None:
        raise ValueError(f"{row['host'][:60]!r} is no host name.")
    at = now
    if row.get("date", "").strip():
        try:
            day = date.fromisoformat(row["date"].strip()[:10])
        except ValueError:
            raise ValueError(f"{row['date'][:20]!r} is no ISO date.") from None
        at = min(now, datetime(day.year, day.month, day.day, tzinfo=UTC))
    kind, value = row["kind"].strip(), row["value"].strip()
    if not kind:
        return host, at, None
    if kind not in set(Mark):
        raise ValueError(f"{kind[:40]!r} is no kind of mark; known: {', '.join(Mark)}.")
    if not 1 <= len(value) <= MAX_VALUE or not value.isprintable():
        raise ValueError(f"a value has 1 to {MAX_VALUE} characters.")
    return host, at, SeenMark(mark=Mark(kind), value=value, url=row.get("url", "") or f"https://{host}/")
