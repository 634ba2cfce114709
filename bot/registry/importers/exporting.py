"""Writing the registry as a set that can be read again."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from bot.errors import InputError
from bot.registry.whole_files import replacing
from bot.store.export import FILES, exported


def export_csv(connection: sqlite3.Connection, folder: Path) -> dict[str, int]:
    """Write the seven files into `folder` and return the rows of each. Raises InputError where it cannot."""
    rows: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing([folder / name for name in FILES]) as parts:
            for part, (name, columns) in zip(parts, FILES.items(), strict=True):
                rows[name] = _write(part, columns, exported(connection, name))
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    return rows


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> int:
    n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        # A lone carriage return ends a row for readers, but the writer does not quote it.
        quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for row in rows:
            (quoting if any("\r" in cell for cell in row) else writer).writerow(row)
            n += 1
    return n
