"""Grams in a few long arrays: a fifth of the memory of objects, nothing for the garbage collector to walk
through, and one run of bytes that goes from the process that made it to the one that reads it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import IO, BinaryIO, Literal

import msgspec

from bot.errors import MastheadError
from bot.registry.grams import grams, sharing_most

# Read and written in pieces, so that no other thread waits for the lock of the interpreter.
PIECE = 1 << 18


class BrokenPackError(MastheadError):
    """What was read is not a whole pack: whoever wrote it ended early."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How many items each part has. Eight-byte parts come first, so that all lie on their own width."""

    codes: int
    numbers: int
    starts: int
    postings: int
    offsets: int
    firsts: int
    letters: int

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        eight, four = self.codes + self.numbers, self.starts + self.postings + self.offsets + self.firsts
        return 8 * eight + 4 * four + self.letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The arrays as they were made."""

    codes: array[int]
    numbers: array[int]
    starts: array[int]
    postings: array[int]
    offsets: array[int]
    firsts: array[int]
    letters: bytes

    @property
    def shape(self) -> Shape:
        return Shape(
            codes=len(self.codes),
            numbers=len(self.numbers),
            starts=len(self.starts),
            postings=len(self.postings),
            offsets=len(self.offsets),
            firsts=len(self.firsts),
            letters=len(self.letters),
        )

    def write(self, target: BinaryIO) -> None:
        """Write all parts, one after the other."""
        parts = (self.codes, self.numbers, self.starts, self.postings, self.offsets, self.firsts)
        for part in (*parts, self.letters):
            whole = memoryview(part).cast("B")
            target.writelines(whole[at : at + PIECE] for at in range(0, len(whole), PIECE))

    def packed(self) -> PackedGrams:
        """Return them ready to be asked, in this process."""
        whole = bytearray()
        parts = (self.codes, self.numbers, self.starts, self.postings, self.offsets, self.firsts)
        for part in parts:
            whole += part.tobytes()
        return PackedGrams(whole + self.letters, shape=self.shape)


class PackedGrams:
    """Grams that stay as they are. Texts lie in their order, each once, with the numbers it stands for."""

    def __init__(self, whole: bytearray, *, shape: Shape) -> None:
        rest = memoryview(whole).toreadonly()

        def cut(kind: Literal["Q", "I"], items: int) -> memoryview[int]:
            nonlocal rest
            width = array(kind).itemsize
            part, rest = rest[: items * width], rest[items * width :]
            return part.cast(kind)

        self._codes = cut("Q", shape.codes)
        self._numbers = cut("Q", shape.numbers)
        self._starts = cut("I", shape.starts)
        self._postings = cut("I", shape.postings)
        self._offsets = cut("I", shape.offsets)
        self._firsts = cut("I", shape.firsts)
        self._letters = rest
        self.size = len(whole)

    @classmethod
    def read(cls, source: IO[bytes], *, shape: Shape) -> PackedGrams:
        """Read what `Parts.write` wrote. Raises BrokenPackError where it ends too early."""
        whole = bytearray(shape.size)
        view, at = memoryview(whole), 0
        while at < len(view):
            piece = source.read(min(PIECE, len(view) - at))
            if not piece:
                raise BrokenPackError("the names were not packed to their end.")
            view[at : at + len(piece)] = piece
            at += len(piece)
        return cls(whole, shape=shape)

    def __len__(self) -> int:
        return max(0, len(self._offsets) - 1)

    def starting_with(self, asked: str) -> Iterator[tuple[str, Sequence[int]]]:
        # The order of UTF-8 is that of the characters.
        beginning = asked.encode()
        for place in range(bisect_left(range(len(self)), beginning, key=self._bytes), len(self)):
            text = self._bytes(place)
            if not text.startswith(beginning):
                return
            yield text.decode(), self._stands_for(place)

    def named(self, text: str) -> Sequence[int]:
        wanted = text.encode()
        place = bisect_left(range(len(self)), wanted, key=self._bytes)
        return self._stands_for(place) if place < len(self) and self._bytes(place) == wanted else ()

    def like(self, asked: str) -> list[tuple[str, Sequence[int]]]:
        found: list[memoryview[int]] = []
        for gram in grams(asked):
            code = _code(gram)
            at = bisect_left(self._codes, code)
            if at < len(self._codes) and self._codes[at] == code:
                found.append(self._postings[self._starts[at] : self._starts[at + 1]])
        places = sharing_most(found)
        return [(self._text(place), self._stands_for(place)) for place in places]

    def _bytes(self, place: int) -> bytes:
        return bytes(self._letters[self._offsets[place] : self._offsets[place + 1]])

    def _text(self, place: int) -> str:
        return self._bytes(place).decode()

    def _stands_for(self, place: int) -> Sequence[int]:
        return self._numbers[self._firsts[place] : self._firsts[place + 1]].tolist()


def pack(pairs: Iterable[tuple[str, int]]) -> Parts:
    """Lay out texts and what they stand for. A million texts take half a gigabyte while this lasts."""
    ordered = sorted({(text.encode(), number) for text, number in pairs})
    letters = bytearray()
    offsets, firsts, numbers = array("I", [0]), array("I"), array("Q")
    slots: dict[str, int] = {}
    counts = array("I")
    # The slots of all grams of the first text, then those of the next one; `ends` tells the texts apart.
    met, ends = array("I"), array("I")
    before: bytes | None = None
    for raw, number in ordered:
        if raw != before:
            before = raw
            letters += raw
            offsets.append(len(letters))
            firsts.append(len(numbers))
            for gram in grams(raw.decode()):
                slot = slots.get(gram)
                if slot is None:
                    slot = slots[gram] = len(counts)
                    counts.append(0)
                counts[slot] += 1
                met.append(slot)
            ends.append(len(met))
        numbers.append(number)
    firsts.append(len(numbers))
    del ordered
    coded = sorted((_code(gram), slot) for gram, slot in slots.items())
    slots.clear()
    starts = array("I", accumulate((counts[slot] for _, slot in coded), initial=0))
    # Where the next posting of each slot goes.
    for (_, slot), start in zip(coded, starts, strict=False):
        counts[slot] = start
    codes = array("Q", (code for code, _ in coded))
    del coded
    return Parts(
        codes=codes,
        numbers=numbers,
        starts=starts,
        postings=_postings(met, ends=ends, following=counts),
        offsets=offsets,
        firsts=firsts,
        letters=bytes(letters),
    )


def _postings(met: array[int], *, ends: array[int], following: array[int]) -> array[int]:
    """Sort places by slot, counting: `following` says where the first of each slot goes, and is used up."""
    postings = array("I", bytes(met.itemsize)) * len(met)
    first = 0
    for place, end in enumerate(ends):
        for slot in met[first:end]:
            at = following[slot]
            postings[at] = place
            following[slot] = at + 1
        first = end
    return postings


def _code(gram: str) -> int:
    """Return one number for up to three characters, which have 21 bits each."""
    code = 0
    for character in gram:
        code = code << 21 | ord(character)
    return code
