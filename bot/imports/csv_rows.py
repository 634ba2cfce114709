"""CSV rows with the line where each begins, past damage that stays within a row.

The standard reader loses its place when a quotation mark is missing: it takes the following rows into
one cell. Here the damaged line alone is given up and reading starts again on the line after it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from bot.errors import ImportFileError
from bot.imports.common import Rejected, RowError, size_words
from bot.imports.files import ImportFile, Line

# Cells hold line breaks, but a row beyond these limits has lost a quotation mark.
MAX_ROW = 4 * 1024**2
_MAX_LINES = 2_000
# Each broken row costs the reading of what follows, up to the limits above.
_MAX_BROKEN = 100

_MISPLACED = "a quotation mark is missing or too many"


def rows(file: ImportFile, *, delimiter: str) -> Iterator[tuple[int, list[str]] | Rejected]:
    """Yield rows, the header first. Raises ImportFileError when quotation marks are broken throughout."""
    feed = _Feed(file)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    broken = 0
    while True:
        feed.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            broken += 1
            if broken > _MAX_BROKEN:
                reason = f"more than {_MAX_BROKEN} rows with broken quotation marks; export the file again."
                raise ImportFileError(file.path, reason, line=feed.first) from None
            on_this_line = feed.flaw is not None and feed.flaw.line == feed.first
            yield feed.flaw if feed.flaw and on_this_line else Rejected(line=feed.first, reason=_MISPLACED)
            feed.give_up_first_line()
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            continue
        if feed.flaw is not None:
            yield feed.flaw
        elif any(cells):
            yield feed.first, cells


def fitted(row: list[str], *, width: int) -> list[str]:
    """Cut empty cells off the end, which spreadsheets add. Raises RowError where cells are amiss."""
    if len(row) > width and not any(row[width:]):
        return row[:width]
    why = (
        "the line is cut short, or a cell with line breaks has no quotation marks"
        if len(row) < width
        else "a cell that holds the delimiter needs quotation marks"
    )
    raise RowError(f"{len(row)} cells where the header has {width}; {why}")


class _Feed:
    """Hands lines to the reader and keeps those of the present row, so that they can be read again."""

    def __init__(self, file: ImportFile) -> None:
        self._lines = file.lines()
        self._again: deque[Line] = deque()
        self._row: list[Line] = []
        self._size = 0
        # What makes the present row useless, if anything.
        self.flaw: Rejected | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._row.append(line)
        self._size += len(line.content or b"")
        if len(self._row) > 1 and (self._size > MAX_ROW or len(self._row) > _MAX_LINES):
            raise csv.Error
        return self._text(line)

    @property
    def first(self) -> int:
        """The number of the line on which the present row begins."""
        return self._row[0].number if self._row else 1

    def start_row(self) -> None:
        self._row.clear()
        self._size = 0
        self.flaw = None

    def give_up_first_line(self) -> None:
        self._again.extendleft(reversed(self._row[1:]))

    def _text(self, line: Line) -> str:
        content = line.content
        if content is None or len(content) > MAX_ROW:
            self._find(line, f"the line is longer than {size_words(MAX_ROW)}")
            return "\n"
        try:
            text = content.decode()
        except UnicodeDecodeError:
            self._find(line, "the line is not UTF-8 text; save the file as UTF-8")
            text = content.decode(errors="replace")
        if "\x00" in text:
            self._find(line, "the line holds a NUL byte")
            text = text.replace("\x00", "")
        return text

    def _find(self, line: Line, reason: str) -> None:
        self.flaw = self.flaw or Rejected(line=line.number, reason=reason)
