"""Token sets of many texts at once, as numbers: what `bot.text.tokens` does, on arrays.

Cutting posts one at a time costs 60 us each, most of it for single words; whole chunks of code points cost a
tenth. The rules are those of `bot.text.tokens` and its patterns decide about every character that is met;
a test compares the two on whatever it can think of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.text.characters import UNSPACED, marks
from bot.text.tokens import GRAM, MIN_CHARACTERS, MIN_WORDS

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

# What a character can be to a word; several at once.
_WORD, _UNSPACED, _MARK, _LETTER, _DIGIT, _JOINS_LETTERS, _JOINS_DIGITS, _HEBREW = (1 << n for n in range(8))
_KNOWN = 1 << 8
_NEWLINE, _UNDERSCORE, _APOSTROPHE, _QUOTE = (ord(sign) for sign in "\n_'\"")

# An odd number without structure; its powers weigh the characters of a token.
_BASE = 0x9E3779B97F4A7C15 | 1
_BITS = (1 << 64) - 1
_INVERSE = pow(_BASE, -1, 1 << 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The tokens of some texts, with repetition: `owner` is the number of the text each belongs to.

    `enough` says of every text whether it is long enough to be compared.
    """

    owner: Numbers
    hashes: Numbers
    enough: Flags


class Cutter:
    """Cuts texts into tokens, and remembers of each character that was met what it can be."""

    def __init__(self) -> None:
        self._kinds = np.zeros(0x110000, dtype=np.uint16)
        letter = rf"[^\W\d_{UNSPACED}]"
        self._patterns = (
            (re.compile(rf"[^\W{UNSPACED}]"), _WORD),
            (re.compile(rf"[{UNSPACED}]"), _UNSPACED),
            (re.compile(rf"[{marks()}]"), _MARK),
            (re.compile(letter), _LETTER),
            (re.compile(r"\d"), _DIGIT),
            (re.compile(r"['.·‧״]"), _JOINS_LETTERS),
            (re.compile(r"['.,;،٬⁄]"), _JOINS_DIGITS),
            (re.compile(r"[א-ת]"), _HEBREW),
        )
        self._powers = _powers(_BASE, 1)
        self._inverses = _powers(_INVERSE, 1)

    def cut(self, bodies: Sequence[str]) -> Cut:
        """Cut what `normalise.body` returned."""
        codes = np.frombuffer("\n".join([*bodies, ""]).encode("utf-32-le"), dtype=np.uint32).copy()
        # The typographic apostrophe is read as the plain one.
        codes[(codes == 0x2019) | (codes == 0x2018)] = _APOSTROPHE
        in_word, in_run = self._places(codes)
        ends_of_text = np.flatnonzero(codes == _NEWLINE)
        word_starts, word_ends = _stretches(in_word)
        solid = _counts(codes != _UNDERSCORE)
        real = solid[word_ends] > solid[word_starts]
        word_starts, word_ends = word_starts[real], word_ends[real]
        run_starts, run_ends = _stretches(in_run)
        words_of = np.searchsorted(ends_of_text, word_starts)
        runs_of = np.searchsorted(ends_of_text, run_starts)
        words = np.bincount(words_of, minlength=len(bodies))
        characters = np.bincount(runs_of, weights=run_ends - run_starts, minlength=len(bodies))
        short = run_ends - run_starts <= GRAM
        grams, owners = _grams(run_starts[~short], run_ends[~short], runs_of[~short])
        starts = np.concatenate((word_starts, run_starts[short], grams))
        ends = np.concatenate((word_ends, run_ends[short], grams + GRAM))
        return Cut(
            owner=np.concatenate((words_of, runs_of[short], owners)),
            hashes=self._hashed(codes, starts, ends),
            enough=(words >= MIN_WORDS) | (characters >= MIN_CHARACTERS),
        )

    def _places(self, codes: Codes) -> tuple[Flags, Flags]:
        """Say of every character whether it stands in a word, and whether in a run of unspaced script."""
        kinds = self._kinds[codes]
        if not kinds.all():
            self._learn(np.unique(codes[kinds == 0]))
            kinds = self._kinds[codes]
        before, after = np.zeros_like(kinds), np.zeros_like(kinds)
        before[1:], after[:-1] = kinds[:-1], kinds[1:]
        joins = (_has(kinds, _JOINS_LETTERS) & _has(before, _LETTER | _MARK) & _has(after, _LETTER)) | (
            _has(kinds, _JOINS_DIGITS) & _has(before, _DIGIT) & _has(after, _DIGIT)
        )
        joins |= (codes == _QUOTE) & _has(before, _HEBREW) & _has(after, _HEBREW)
        word = _has(kinds, _WORD)
        # Marks and joints go on with a word, and begin none.
        goes_on = (joins | _has(kinds, _MARK)) & ~word
        last = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(codes))))
        in_word = word[last]
        return in_word, _has(kinds, _UNSPACED) & ~in_word

    def _learn(self, characters: Codes) -> None:
        for code in characters.tolist():
            text = chr(code)
            self._kinds[code] = _KNOWN | sum(bit for pattern, bit in self._patterns if pattern.match(text))

    def _hashed(self, codes: Codes, starts: Numbers, ends: Numbers) -> Numbers:
        """Hash stretches by their characters: a polynomial over the powers of one number, then mixed."""
        if len(codes) >= len(self._powers):
            self._powers = _powers(_BASE, 2 * len(codes))
            self._inverses = _powers(_INVERSE, 2 * len(codes))
        # Never 0, so that length counts.
        sums: Hashes = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * self._powers[: len(codes)], out=sums[1:])
        mixed = (sums[ends] - sums[starts]) * self._inverses[starts]
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        # 63 bits: what every engine holds without a sign.
        return (mixed >> np.uint64(1)).astype(np.int64)


def _has(kinds: npt.NDArray[np.uint16], bits: int) -> Flags:
    return (kinds & np.uint16(bits)) != 0


def _counts(flags: Flags) -> Numbers:
    """Return how many flags stand before each place."""
    counted = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=counted[1:])
    return counted


def _stretches(inside: Flags) -> tuple[Numbers, Numbers]:
    """Return where stretches begin and end."""
    steps = np.diff(inside.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def _grams(starts: Numbers, ends: Numbers, owners: Numbers) -> tuple[Numbers, Numbers]:
    """Return where the character grams of long runs begin, and whose they are."""
    each = ends - starts - GRAM + 1
    total = int(each.sum())
    offsets = np.arange(total) - np.repeat(np.cumsum(each) - each, each)
    return np.repeat(starts, each) + offsets, np.repeat(owners, each)


def _powers(base: int, n: int) -> Hashes:
    powers: Hashes = np.full(n, base & _BITS, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)
