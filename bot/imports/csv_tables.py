"""CSV files of one tool, whose header is known: rows as named tuples of the cells that are read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Generic, TypeVar

from bot.errors import ImportFileError
from bot.imports.common import Count, Rejected, Row, RowError, Sample, count
from bot.imports.csv_columns import DELIMITERS
from bot.imports.csv_rows import fitted, rows
from bot.imports.files import ImportFile

C = TypeVar("C", bound=tuple[str, ...])


class Table(Generic[C]):
    """The columns of one format. `columns` gives for each field of `cells` the header's names for it.

    A header is this format's if it has every column of `marks`; a field whose column is missing is empty.
    """

    def __init__(
        self,
        cells: Callable[[Sequence[str]], C],
        *,
        columns: Mapping[str, Sequence[str]],
        marks: Sequence[str],
    ) -> None:
        self._cells = cells
        self._columns = columns
        self._marks = frozenset(marks)

    def recognises(self, sample: Sample) -> bool:
        if sample.text is None:
            return False
        return self._marks <= set(_header(sample.text.split("\n", 1)[0])[1])

    def rows(self, file: ImportFile, read: Callable[[C, int], Row]) -> Iterator[Row | Rejected]:
        """Read every row under the header. Raises ImportFileError for the header of another format."""
        first = next(file.lines()).content or b""
        delimiter, header = _header(first.decode(errors="replace"))
        missing = sorted(self._marks - set(header))
        if missing:
            named = ", ".join(missing)
            raise ImportFileError(file.path, f"the header has no column {named}.", line=1)
        places = {name: place for place, name in reversed(list(enumerate(header)))}
        # The cell that is appended to every row stands for all columns that the file has not.
        pick = itemgetter(
            *(
                next((places[name] for name in names if name in places), -1)
                for names in self._columns.values()
            )
        )
        width = len(header)
        found = rows(file, delimiter=delimiter)
        next(found, None)
        for row in found:
            if isinstance(row, Rejected):
                yield row
                continue
            line, cells = row
            try:
                if len(cells) != width:
                    cells = fitted(cells, width=width)
                cells.append("")
                yield read(self._cells(pick(cells)), line)
            except RowError as error:
                yield Rejected(line=line, reason=str(error))


def counted(**cells: str) -> dict[str, Count]:
    """Read several counts; the names say in errors which cell was wrong."""
    return {name: count(text, name) for name, text in cells.items()}


def _header(line: str) -> tuple[str, list[str]]:
    """Return the delimiter that gives most columns, and the names without capitals and odd spaces."""
    line = line.rstrip("\r\n").lstrip("\ufeff")
    best: tuple[str, list[str]] = (DELIMITERS[0], [])
    for delimiter in DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter))
        except (csv.Error, StopIteration):
            continue
        if len(cells) > len(best[1]):
            best = delimiter, cells
    return best[0], [" ".join(cell.lower().split()) for cell in best[1]]
