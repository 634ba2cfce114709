"""Writing the registry as a set that can be read again."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

from bot.errors import InputError
from bot.store.export import FILES, exported


def export_csv(connection: sqlite3.Connection, folder: Path) -> dict[str, int]:
    """Write the seven files into `folder` and return the rows of each. Raises InputError where it cannot."""
    rows: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, columns in FILES.items():
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                # A lone carriage return ends a row for readers, but the writer does not quote it.
                quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
                writer.writerow(columns)
                rows[name] = 0
                for row in exported(connection, name):
                    (quoting if any("\r" in cell for cell in row) else writer).writerow(row)
                    rows[name] += 1
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    return rows
