"""How much two texts share, measured exactly; fingerprints only propose what to measure.

Order decides first (rapidfuzz over lists of words, and of characters where a script has no spaces), so
that the same words in another order are another text. Then either most of one text stands in the other
(Broder's containment, over 5-grams of characters) or both are nearly the same (Jaccard over tokens).
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.text.fingerprints import jaccard
from bot.text.tokens import enough, tokens_of, units

# [P] methods A5 and A7: the border between sharing a phrase and repeating a text.
MIN_CONTAINMENT = 0.6
MIN_JACCARD = 0.8
# Below it two texts do not run in parallel at all, whatever words they share (0..100).
MIN_ALIGNED = 50
# A text that is so much longer is searched for the part that fits best.
LONGER = 1.6
GRAM = 5


class Wording:
    """A body (`text.normalise.body`) as it is compared; what is not asked for is not computed.

    `sequence` holds its words, and its characters where a script has no spaces, in order.
    """

    __slots__ = ("_sequence", "_tokens", "prepared", "units")

    def __init__(self, prepared: str) -> None:
        self.prepared = prepared
        self.units = units(prepared)
        self._sequence: list[str] | None = None
        self._tokens: frozenset[str] | None = None

    @property
    def sequence(self) -> list[str]:
        if self._sequence is None:
            self._sequence = []
            for run, word in self.units:
                if run:
                    self._sequence += run
                else:
                    self._sequence.append(word)
        return self._sequence

    @property
    def long_enough(self) -> bool:
        return enough(self.units)

    @property
    def tokens(self) -> frozenset[str]:
        if self._tokens is None:
            self._tokens = frozenset(tokens_of(self.units))
        return self._tokens

    def found_in(self, other: Wording) -> float:
        """Return the share of its distinct 5-grams of characters that stand in another text, 0..1."""
        text = self.prepared
        grams = {text[at : at + GRAM] for at in range(max(1, len(text) - GRAM + 1))}
        return sum(map(other.prepared.__contains__, grams)) / len(grams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`containment` is the share of the first text found in the second, `jaccard` what both share; 0..1."""

    containment: float
    jaccard: float

    @property
    def is_copy(self) -> bool:
        return self.containment >= MIN_CONTAINMENT or self.is_near_duplicate

    @property
    def is_near_duplicate(self) -> bool:
        return self.jaccard >= MIN_JACCARD


UNLIKE = Likeness(containment=0.0, jaccard=0.0)


def aligned(text: Wording, other: Wording) -> bool:
    """Whether `text` runs in parallel to `other`, or to a part of it where that is much longer."""
    ratio = fuzz.partial_ratio if _much_longer(other, text) else fuzz.ratio
    return ratio(text.sequence, other.sequence, score_cutoff=MIN_ALIGNED) >= MIN_ALIGNED


def likeness(text: Wording, other: Wording) -> Likeness:
    """Measure how much of `text` repeats `other`. An empty text is like nothing, not even an empty one.

    Where one is much longer they are no near-duplicates and `jaccard` is not computed: 0.
    """
    if not text.sequence or not other.sequence or not aligned(text, other):
        return UNLIKE
    far = _much_longer(text, other) or _much_longer(other, text)
    return Likeness(
        containment=text.found_in(other), jaccard=0.0 if far else jaccard(text.tokens, other.tokens)
    )


def _much_longer(one: Wording, other: Wording) -> bool:
    return len(one.sequence) > LONGER * len(other.sequence)
