"""How much a mark that two sites share says: by kind, by how many sites carry it, and by a list of values.

"Same theme, same agency, same content network" puts one value on thousands of unrelated sites. What is known
to do that is a list with reasons and sources; the rest shows in the document frequency over the sites held.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log

from bot.text.indicators import KINDS, Mark, Tier

# The Information Laundromat's authors discount by hand; methods: a value on more than 20 unrelated
# registered domains says nothing (ours).
TOO_COMMON = 20
# Below this many sites looked at, nobody can tell what is rare (ours).
MIN_SAMPLE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A value that many unrelated sites carry, with the reason why and a page that says so."""

    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    mark: Mark
    starts: bool
    value: str
    discount: Discount

    def fits(self, value: str) -> bool:
        return value.startswith(self.value) if self.starts else value == self.value


def discount_of(mark: Mark, value: str) -> Discount | None:
    """Return why a value is discounted by the list; None where it is not on it."""
    return next((row.discount for row in _rows().get(mark, ()) if row.fits(value)), None)


def rarity(sites: int, *, sample: int) -> float:
    """Return 0..1: 1 for a value known on two of many sites, 0 for one on more than 20 or on all.

    The inverse document frequency log((N + 1) / (df + 1)), as a share of that of a pair.
    """
    if sites > TOO_COMMON:
        return 0.0
    pair = log((max(sample, 3) + 1) / 3)
    return min(1.0, max(0.0, log((sample + 1) / (sites + 1)) / pair)) if sample > 2 else 1.0


def speaks(mark: Mark, value: str, *, sites: int) -> bool:
    """Whether sharing a value can say anything: two sites or more, not too many, not discounted."""
    if KINDS[mark].tier is Tier.WEAK or discount_of(mark, value) is not None:
        return False
    return 2 <= sites <= TOO_COMMON


@cache
def _rows() -> dict[Mark, tuple[_Row, ...]]:
    text = resources.files("bot.checks").joinpath("data/discounted_marks.csv").read_text(encoding="utf-8")
    rows: dict[Mark, tuple[_Row, ...]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        mark = Mark(row["kind"])
        read = _Row(
            mark=mark,
            starts=row["match"] == "starts",
            value=row["value"],
            discount=Discount(reason=row["reason"], source=row["source"]),
        )
        rows[mark] = (*rows.get(mark, ()), read)
    return rows
