"""Spellings that look alike on screen (UTS #39), for matching handles and names; never for display.

The table covers what can pass for a letter, digit or sign of a handle. It also maps 1, l, I and | to one
character, 0 to o, and m to rn: two names with one skeleton are a hint to look, not a match.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from bot.text.normalise import fold, without_undrawn


def skeleton(text: str) -> str:
    """Return what a name looks like. Capital I looks like l here: see `skeletons` for names in any case."""
    looks = unicodedata.normalize("NFKC", without_undrawn(text))
    while True:
        # Lower-casing may leave a character that has a row of its own (M becomes m becomes rn).
        folded = unicodedata.normalize("NFKC", looks.translate(table()).lower())
        if folded == looks:
            return folded
        looks = folded


def skeletons(text: str) -> frozenset[str]:
    """Return the looks of a name as written and in lower case; platforms show handles in either."""
    return frozenset({skeleton(text), skeleton(text.lower())})


def resembles(name: str, other: str) -> bool:
    """Say whether two different names look alike. Names that differ in case or width alone are the same."""
    return fold(name) != fold(other) and not skeletons(name).isdisjoint(skeletons(other))


@cache
def table() -> dict[int, str]:
    """Return the look of each character that has another one's, as `str.translate` reads it."""
    looks: dict[int, str] = {}
    lines = (Path(__file__).parent / "data" / "skeleton.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            look, _, points = line.partition("\t")
            looks.update((int(point, 16), look) for point in points.split())
    return looks
