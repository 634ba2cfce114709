"""Pages of answers, entry by entry: one that cannot be read costs itself and is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from bot.errors import ShapeChangedError
from bot.imports.common import RowError

T = TypeVar("T")


def each(
    pieces: Iterable[msgspec.Raw], read: Callable[[msgspec.Raw], T], *, name: str
) -> tuple[list[T], int]:
    """Read every entry that can be read; return them and how many could not.

    Raises ShapeChangedError, in which `name` is who answered, where none could.
    """
    found: list[T] = []
    reasons: list[str] = []
    for piece in pieces:
        try:
            found.append(read(piece))
        except RowError as error:
            reasons.append(str(error))
    if reasons and not found:
        raise ShapeChangedError(f"{name} answered in an unknown shape ({reasons[0]}).")
    return found, len(reasons)


def unread_remark(count: int) -> str | None:
    """Return what to say of entries that could not be read."""
    return f"{count:,} entries of an unknown shape were left out." if count else None
