"""Bodies of many texts at once: what `bot.text.normalise.body` does, for what most texts are made of.

Folding a text costs some 10 us, cutting its references as much again. Of most characters the folded form
depends on nothing beside them, and most texts hold no link, mention or tag: for those a chunk of code
points is looked up in one table. Everything else goes to `body`; a test compares the two on whatever it
can think of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from bot.text.normalise import body, fold

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]

_NEWLINE, _SPACE, _AT, _DOT, _TAG = (ord(sign) for sign in "\n @.#")
# What stands for a character whose folded form is not one character, or depends on its neighbours.
_ALONE = 0
# No code point is so large.
_UNKNOWN = 0xFFFFFFFF
# Greek's small sigma has another form at the end of a word.
_SIGMA = "\u03a3"
# Vowels and endings of Hangul join the letter before them; beside these only marks do (Unicode, NFC_QC).
_JAMO = range(0x1100, 0x1200)
# One mention before everything else, on X and wherever handles look as there.
_ADDRESSED = re.compile(r"@[a-z0-9_]{1,20} ")


class Folder:
    """Makes bodies, and remembers of each character that was met what it folds to."""

    def __init__(self) -> None:
        self._folded: Codes = np.full(0x110000, _UNKNOWN, dtype=np.uint32)
        self._folded[_NEWLINE] = _NEWLINE

    def bodies(self, texts: Sequence[str]) -> list[str]:
        """Return the body of every text. A few thousand at a time stay within the processor's caches."""
        if not texts:
            return []
        # Lone surrogates come from broken exports, and have no code points of their own.
        codes = np.frombuffer(
            "\n".join([*texts, ""]).encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32
        )
        ends = np.flatnonzero(codes == _NEWLINE)
        if len(ends) != len(texts):
            return self._halves(texts)
        folded = self._folded[codes]
        if (new := folded == _UNKNOWN).any():
            self._learn(np.unique(codes[new]))
            folded = self._folded[codes]
        whole = folded.tobytes().decode("utf-32-le")
        found = whole[:-1].split("\n")
        if "  " in whole or "\n " in whole or " \n" in whole or whole.startswith(" "):
            found = [" ".join(line.split()) for line in found]
        strange, addressed = _strange(folded)
        for number in _texts_of(ends, strange):
            found[number] = body(texts[number])
        for number in _texts_of(ends, addressed):
            line = found[number]
            if (named := _ADDRESSED.match(line)) is not None:
                found[number] = line[named.end() :]
            elif line.startswith("@"):
                found[number] = body(texts[number])
        return found

    def _halves(self, texts: Sequence[str]) -> list[str]:
        """Take the texts with line breaks out of the way."""
        broken = {number for number, text in enumerate(texts) if "\n" in text}
        found = self.bodies(["" if number in broken else text for number, text in enumerate(texts)])
        for number in broken:
            found[number] = body(texts[number])
        return found

    def _learn(self, characters: Codes) -> None:
        for code in characters.tolist():
            self._folded[code] = _folded(chr(code))


def _texts_of(ends: Places, places: Places) -> list[int]:
    """Return the numbers of the texts that some places lie in."""
    return cast("list[int]", np.unique(np.searchsorted(ends, places)).tolist())


def _folded(character: str) -> int:
    """Return the code point that a character folds to wherever it stands, or _ALONE."""
    whole = fold(character)
    if len(whole) != 1 or character == _SIGMA or ord(character) in _JAMO or ord(whole) in _JAMO:
        return _ALONE
    if unicodedata.category(whole)[0] == "M" or unicodedata.category(character)[0] == "M":
        return _ALONE
    # White space becomes one space, and the Braille blank is drawn as one.
    return _ALONE if whole == "\u2800" or (whole != " " and whole.isspace()) else ord(whole)


def _strange(folded: Codes) -> tuple[Places, Places]:
    """Return the places of what takes more than looking up, and of mentions before everything else."""
    dots = np.flatnonzero(folded[:-1] == _DOT)
    after = folded[dots + 1]
    # No address has a dot before a space.
    dots = dots[(after != _SPACE) & (after != _NEWLINE)]
    signs = np.flatnonzero(folded == _AT)
    first = (signs == 0) | (folded[signs - 1] == _NEWLINE)
    others = np.flatnonzero((folded == _ALONE) | (folded == _TAG))
    return np.concatenate((dots, signs[~first], others)), signs[first]
