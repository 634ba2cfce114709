"""Reading CSV as people publish it: byte order marks, spaces in headers, line breaks in cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ImportFileError
from bot.text.normalise import fold

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row: its number as a spreadsheet shows it (the header is row 1) and its cells by folded header."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, header: str) -> str:
        return self.cells.get(header, "")

    @property
    def blank(self) -> bool:
        return not any(self.cells.values())


def header_key(header: str) -> str:
    """Return a header without case, outer spaces (also unbreakable ones) and doubled spaces."""
    return _SPACE.sub(" ", fold(header.removeprefix("\ufeff"))).strip()


def table(lines: Iterable[str], *, file: Path, needed: Iterable[str] = ()) -> Iterator[TableRow]:
    """Yield the rows below the header, which must name the columns `needed` (as `header_key` has them).

    Raises ImportFileError with the line where the CSV breaks.
    """
    reader = csv.reader(lines, strict=True)
    try:
        headers = [header_key(header) for header in next(reader, list[str]())]
        for column in needed:
            if column not in headers:
                raise ImportFileError(file, f"the column `{column}` is missing", line=1)
        for number, cells in enumerate(reader, start=2):
            named = zip(headers, cells, strict=False)
            yield TableRow(number=number, cells={key: cell.strip() for key, cell in named if key})
    except csv.Error as error:
        raise ImportFileError(file, f"this is not valid CSV ({error})", line=reader.line_num) from error
    except UnicodeDecodeError as error:
        raise ImportFileError(file, "this is not UTF-8 text", line=reader.line_num + 1) from error
