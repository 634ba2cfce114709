"""Text that strangers wrote, made fit to stand in a sentence of ours: one visible line that ends nothing.

Backticks mark such text in every sentence of Masthead; `quoted` keeps them closed whatever is inside.
"""

from __future__ import annotations

import unicodedata

# Scripts stack two or three marks on a letter; more is text made to spill over its neighbours.
MAX_MARKS = 4
# Format characters that Persian, Indic scripts and emoji need; the others hide text or turn it round.
JOINERS = frozenset("\u200c\u200d")
# Letters by category that draw nothing: the Hangul fillers and the empty Braille cell.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
BREAKS = frozenset({"Cc", "Zl", "Zp"})
UNDRAWN = frozenset({"Cf", "Cs"})

EMPTY = "(empty)"


def inert(text: str, *, limit: int = 64) -> str:
    """Return one visible line of at most `limit` characters; "(empty)" where nothing would be seen.

    Control and format characters go, and marks that have no letter of their own to stand on.
    """
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if character in BLANKS or character.isspace() or category in BREAKS:
            character, category = " ", "Zs"
        if category in UNDRAWN and character not in JOINERS:
            continue
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        # A mark at the beginning would sit on our own sign before it.
        if marks > MAX_MARKS or (marks and (not kept or kept[-1] == " ")):
            continue
        kept.append(character)
    line = " ".join("".join(kept).split())
    return shortened(line, limit=limit) if line.strip("".join(JOINERS)) else EMPTY


def visible(character: str) -> bool:
    """Whether a character may stand in a line at all."""
    if character in JOINERS:
        return True
    return unicodedata.category(character) not in BREAKS | UNDRAWN and character not in BLANKS


def shortened(line: str, *, limit: int) -> str:
    """Return `line` cut to `limit` characters with "…", never between a letter and its marks."""
    if len(line) <= limit:
        return line
    end = limit - 1
    while end > 0 and unicodedata.category(line[end])[0] == "M":
        end -= 1
    return f"{line[:end].rstrip()}…"


def quoted(text: str, *, limit: int = 64) -> str:
    """Return strangers' text between backticks, its own exchanged for a look-alike; "(empty)" unmarked."""
    line = inert(text.replace("`", "ˋ"), limit=limit)
    return line if line == EMPTY else f"`{line}`"
