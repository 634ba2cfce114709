"""The shipped table of published figures: what each says, of whom, and who published it when."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from bot.accounts import Platform


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published figure. `over`: a lower bound in the source. `date` is ISO and may be partial."""

    platform: Platform
    measure: str
    year: int
    share: float
    source: str
    date: str
    covers: str
    over: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    figure: tuple[Figure, ...]


@cache
def figures() -> tuple[Figure, ...]:
    """Return the whole table in its order."""
    raw = (resources.files("bot.checks.engagement") / "baseline.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Table).figure


def published(measure: str) -> tuple[Figure, ...]:
    """Return the figures of one measure, oldest first."""
    return tuple(figure for figure in figures() if figure.measure == measure)
