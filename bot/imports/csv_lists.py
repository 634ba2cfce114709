"""Small CSV lists about accounts: a header that names the columns, one fact a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.common import Rejected, Row, RowError, account_id_on, handle_on
from bot.imports.csv_columns import DELIMITERS
from bot.imports.csv_rows import rows
from bot.imports.files import ImportFile
from bot.text.inert import quoted

# Each column with the names that are taken for it, the first of which is its own.
Columns: TypeAlias = Mapping[str, Sequence[str]]
# What is in a column of a row; empty where there is no such column.
Cell: TypeAlias = Callable[[str], str]


def columns_in(header: str, known: Columns) -> dict[str, int]:
    """Return the places of the known columns of a header, under the delimiter that gives most of them."""
    return _places(header.split(_delimiter(header, known)), known)


def list_rows(
    file: ImportFile, known: Columns, *, needed: Sequence[str], read: Callable[[Cell, int], Row]
) -> Iterator[Row | Rejected]:
    """Read every row under the header. Raises ImportFileError for a header without the needed columns."""
    header = (next(file.lines()).content or b"").decode(errors="replace")
    places: dict[str, int] | None = None
    for row in rows(file, delimiter=_delimiter(header, known)):
        if isinstance(row, Rejected):
            yield row
            continue
        line, cells = row
        if places is None:
            places = _places(cells, known)
            if not set(needed) <= set(places):
                raise ImportFileError(file.path, f"the header needs {', '.join(needed)}.", line=line)
            continue
        try:
            yield read(_cell_of(cells, places), line)
        except RowError as error:
            yield Rejected(line=line, reason=str(error))


def platform_of(text: str) -> Platform:
    """Read the name of a platform. Raises RowError."""
    name = text.lower()
    try:
        return Platform("x" if name == "twitter" else name)
    except ValueError:
        known = ", ".join(each.value for each in Platform)
        raise RowError(f"{quoted(text)} is not a platform that Masthead knows ({known})") from None


def account_named(platform: Platform, *, handle: str, platform_id: str) -> AccountRef:
    """Return an account by what cells say of it. Raises RowError for what cannot be one."""
    known = handle_on(platform, handle) if handle else None
    known_id = account_id_on(platform, platform_id) if platform_id else None
    if handle and known is None:
        raise RowError(f"{quoted(handle)} cannot be a handle on {platform}")
    if platform_id and known_id is None:
        raise RowError(f"{quoted(platform_id)} cannot be the id of an account on {platform}")
    if known is None and known_id is None:
        raise RowError("neither a handle nor an id")
    return AccountRef(platform=platform, handle=known, platform_id=known_id)


def _cell_of(cells: Sequence[str], places: Mapping[str, int]) -> Cell:
    def cell(column: str) -> str:
        at = places.get(column)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    return cell


def _delimiter(header: str, known: Columns) -> str:
    return max(DELIMITERS, key=lambda delimiter: len(_places(header.split(delimiter), known)))


def _places(cells: Sequence[str], known: Columns) -> dict[str, int]:
    names = [re.sub(r"[\s\-]+", "_", cell.strip(' "\ufeff\r\n').lower()) for cell in cells]
    found: dict[str, int] = {}
    for column, aliases in known.items():
        present = [alias for alias in aliases if alias in names]
        if present:
            found[column] = names.index(present[0])
    return found
