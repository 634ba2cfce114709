"""Finding a text among a million by a slip of the finger, in a few milliseconds and without the disk.

Prefixes are found by bisection. Else grams of the text (three characters; for Han one and two, since two are
a whole word there) select a few dozen candidates, rarest grams first; whoever asks compares those. Scanning
all was measured at more than 50 times that.

`GramIndex` grows and shrinks. `PackedGrams` (packed.py) holds the same in a fifth of the memory and stays as
it is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from typing import Protocol

# Postings read for one question, those of them that may name a candidate, and texts compared after that.
# Of 1,000 slips among 1.75 million texts these find 95 in 100 in 2.9 ms (p99); naming from 20,000 and reading
# no more finds 93 in 3.6 ms.
POSTINGS = 30_000
NAMING = 8_000
CANDIDATES = 80


class Grams(Protocol):
    """Texts and the numbers they stand for. Texts are compared as they are given: fold them first."""

    def __len__(self) -> int: ...

    def starting_with(self, asked: str) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield the texts that begin so, in their order, with what they stand for."""
        ...

    def named(self, text: str) -> Sequence[int]:
        """Return what this very text stands for; nothing where it is not held."""
        ...

    def like(self, asked: str) -> list[tuple[str, Sequence[int]]]:
        """Return the texts that share most grams with this one, at most CANDIDATES."""
        ...


class GramIndex:
    """Grams that change."""

    def __init__(self, pairs: Iterable[tuple[str, int]] = ()) -> None:
        self._texts: list[str] = []
        self._numbers: list[array[int]] = []
        self._grams: dict[str, array[int]] = {}
        # Places in the order of their texts.
        self._order: list[int] = []
        self._of: dict[int, list[int]] = {}
        for text, number in pairs:
            self.add(text, number)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, number: int) -> bool:
        return number in self._of

    def add(self, text: str, number: int) -> None:
        """Add one text, or another number to a text that is there."""
        at = self._first_from(text)
        if at < len(self._order) and self._texts[self._order[at]] == text:
            place = self._order[at]
            if number in self._numbers[place]:
                return
        else:
            place = self._append(text)
            self._order.insert(at, place)
        self._numbers[place].append(number)
        self._of.setdefault(number, []).append(place)

    def remove(self, number: int) -> None:
        """Let a number stand for nothing any more. The room of its text is not given back."""
        for place in self._of.pop(number, ()):
            self._numbers[place].remove(number)

    def starting_with(self, asked: str) -> Iterator[tuple[str, Sequence[int]]]:
        for at in range(self._first_from(asked), len(self._order)):
            place = self._order[at]
            if not self._texts[place].startswith(asked):
                return
            if self._numbers[place]:
                yield self._texts[place], self._numbers[place]

    def named(self, text: str) -> Sequence[int]:
        return next((numbers for found, numbers in self.starting_with(text) if found == text), ())

    def like(self, asked: str) -> list[tuple[str, Sequence[int]]]:
        postings = [self._grams[gram] for gram in grams(asked) if gram in self._grams]
        places = sharing_most(postings)
        return [(self._texts[place], self._numbers[place]) for place in places if self._numbers[place]]

    def _append(self, text: str) -> int:
        place = len(self._texts)
        self._texts.append(text)
        self._numbers.append(array("Q"))
        for gram in grams(text):
            posting = self._grams.get(gram)
            if posting is None:
                self._grams[gram] = array("I", (place,))
            else:
                posting.append(place)
        return place

    def _first_from(self, text: str) -> int:
        return bisect_left(self._order, text, key=self._texts.__getitem__)


def sharing_most(postings: Iterable[array[int] | memoryview[int]]) -> list[int]:
    """Return the places that stand in most of these postings, CANDIDATES at most.

    Short postings, which say most, bring candidates; long ones are read only to choose among those.
    """
    shared: Counter[int] = Counter()
    read = 0
    for posting in sorted(postings, key=len):
        read += len(posting)
        if read <= NAMING or not shared:
            shared.update(posting[:NAMING].tolist())
        elif read <= POSTINGS:
            shared.update(list(filter(shared.__contains__, posting.tolist())))
        else:
            break
    if not shared:
        return []
    least = _least_of_most(Counter(shared.values()))
    chosen = list(compress(shared, map(least.__le__, shared.values())))
    if len(chosen) > CANDIDATES:
        chosen.sort(key=shared.__getitem__, reverse=True)
    return chosen[:CANDIDATES]


def _least_of_most(places: Counter[int]) -> int:
    """Return how many grams a place must share to be among CANDIDATES; `places` counts places by that."""
    enough = 0
    for least in sorted(places, reverse=True):
        enough += places[least]
        if enough >= CANDIDATES:
            return least
    return min(places)


def grams(text: str) -> set[str]:
    """Return the grams of a text; its beginning and end count as characters."""
    found = {f" {text} "[start : start + 3] for start in range(len(text))}
    if not text.isascii():
        han = [character for character in text if "\u3400" <= character <= "\u9fff"]
        found.update(han)
        found.update(first + second for first, second in pairwise(han))
    return found
