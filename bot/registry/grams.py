"""Finding a text among a million by a slip of the finger, in a few milliseconds and without the disk.

Prefixes are found by bisection. Else grams of the text (three characters; for Han one and two, since two are
a whole word there) select a few dozen candidates, rarest grams first, and the edit distance orders those.
Scanning all was measured at more than 50 times that, and partial scorers rank by ties.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from rapidfuzz import fuzz

# Postings read for one question, and texts compared after that.
POSTINGS = 20_000
CANDIDATES = 60
# A word from the middle of a long text was meant, however unlike the whole it is.
CONTAINED = 75.0


class GramIndex:
    """Texts and the numbers they stand for. Texts are compared as they are given: fold them first.

    Measured with 1,000,000 names in four scripts: see benchmarks/results/names.txt.
    """

    def __init__(self, pairs: Iterable[tuple[str, int]] = ()) -> None:
        self._texts: list[str] = []
        self._numbers: list[array[int]] = []
        self._grams: dict[str, array[int]] = {}
        places: dict[str, int] = {}
        for text, number in pairs:
            place = places.get(text)
            if place is None:
                places[text] = place = self._append(text)
            self._numbers[place].append(number)
        # Places by text; a text's own place is found by bisection, without a table of all texts.
        self._order = sorted(places.values(), key=self._texts.__getitem__)

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str, number: int) -> None:
        """Add one text, or another number to a text that is there."""
        at = self._first_from(text)
        if at < len(self._order) and self._texts[self._order[at]] == text:
            numbers = self._numbers[self._order[at]]
            if number not in numbers:
                numbers.append(number)
            return
        place = self._append(text)
        self._numbers[place].append(number)
        insort(self._order, place, key=self._texts.__getitem__)

    def starting_with(self, asked: str) -> Iterator[tuple[str, array[int]]]:
        """Yield the texts that begin so, in their order, with what they stand for."""
        for at in range(self._first_from(asked), len(self._order)):
            place = self._order[at]
            if not self._texts[place].startswith(asked):
                return
            yield self._texts[place], self._numbers[place]

    def similar_to(self, asked: str, *, at_least: float) -> list[tuple[float, str, array[int]]]:
        """Return the texts most like this one with their similarity (0 to 100), most similar first."""
        scored: list[tuple[float, int]] = []
        for place in self._candidates(asked):
            text = self._texts[place]
            ratio = max(fuzz.ratio(asked, text), CONTAINED if asked in text else 0.0)
            if ratio >= at_least:
                scored.append((ratio, place))
        scored.sort(key=lambda pair: (-pair[0], self._texts[pair[1]]))
        return [(ratio, self._texts[place], self._numbers[place]) for ratio, place in scored]

    def _append(self, text: str) -> int:
        place = len(self._texts)
        self._texts.append(text)
        self._numbers.append(array("I"))
        for gram in grams(text):
            posting = self._grams.get(gram)
            if posting is None:
                self._grams[gram] = array("I", (place,))
            else:
                posting.append(place)
        return place

    def _first_from(self, text: str) -> int:
        return bisect_left(self._order, text, key=self._texts.__getitem__)

    def _candidates(self, asked: str) -> list[int]:
        """Return the places that share most grams with `asked`, counting rare grams first."""
        postings = sorted((self._grams[gram] for gram in grams(asked) if gram in self._grams), key=len)
        shared: Counter[int] = Counter()
        read = 0
        for posting in postings:
            read += len(posting)
            if read > POSTINGS and shared:
                break
            shared.update(posting)
        # Nearly all share one gram by chance; where enough share more, those need not be sorted.
        often = [pair for pair in shared.items() if pair[1] > 1]
        most = often if len(often) >= CANDIDATES else list(shared.items())
        most.sort(key=lambda pair: -pair[1])
        return [place for place, _ in most[:CANDIDATES]]


def grams(text: str) -> set[str]:
    """Return the grams of a text; its beginning and end count as characters."""
    found = {f" {text} "[start : start + 3] for start in range(len(text))}
    if not text.isascii():
        han = [character for character in text if "\u3400" <= character <= "\u9fff"]
        found.update(han)
        found.update(first + second for first, second in pairwise(han))
    return found
