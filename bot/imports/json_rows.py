"""Rows out of JSON values, one reader call a value: what every JSON format does in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, TypeAlias

import msgspec

from bot.imports.common import MAX_COUNT, Rejected, Row, RowError, Value
from bot.imports.files import ImportFile
from bot.imports.json_values import elements, values

# A count as a number or as digits, which many exports write.
Digits: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)]
    | Annotated[str, msgspec.Meta(pattern="^[0-9]{1,15}$")]
    | None
)
# An id as text, or as a number by tools that do not mind losing digits.
Id: TypeAlias = Annotated[int, msgspec.Meta(ge=0)] | str | None


def whole(value: Digits) -> int | None:
    """Return a count as a number; None stays "not reported"."""
    return None if value is None else int(value)


def text_id(value: Id) -> str:
    return "" if value is None else str(value)


def json_rows(file: ImportFile, read: Callable[[Value], Row]) -> Iterator[Row | Rejected]:
    """Read every value of a file, and every element of the arrays in it."""
    for value in values(file):
        if isinstance(value, Rejected):
            yield value
            continue
        try:
            inside = elements(value)
        except RowError as error:
            yield Rejected(line=value.line, reason=str(error))
            continue
        yield from read_each(inside, read)


def read_each(found: Iterable[Value], read: Callable[[Value], Row]) -> Iterator[Row | Rejected]:
    """Read values one by one; one that is wrong costs itself only."""
    for value in found:
        try:
            yield read(value)
        except RowError as error:
            yield Rejected(line=value.line, reason=str(error))
