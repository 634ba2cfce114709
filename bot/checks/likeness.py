"""How much two texts share, measured exactly; fingerprints only propose what to measure.

Order decides first (rapidfuzz over lists of words, and of characters where a script has no spaces), so
that the same words in another order are another text. Then either most of one text stands in the other
(Broder's containment, over 5-grams of characters) or both are nearly the same (Jaccard over tokens).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from rapidfuzz import fuzz

from bot.text.fingerprints import containment, jaccard
from bot.text.tokens import tokens, units

# [P] methods A5 and A7: the border between sharing a phrase and repeating a text.
MIN_CONTAINMENT = 0.6
MIN_JACCARD = 0.8
# Below it two texts do not run in parallel at all, whatever words they share (0..100).
MIN_ALIGNED = 50
# A text that is so much longer is searched for the part that fits best.
LONGER = 1.6
GRAM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A body (`text.normalise.body`) cut in the three ways that texts are compared by."""

    sequence: list[str]
    grams: frozenset[str]
    tokens: frozenset[str]

    @classmethod
    def of(cls, prepared: str) -> Self:
        sequence: list[str] = []
        for run, word in units(prepared):
            if run:
                sequence += run
            else:
                sequence.append(word)
        ends = max(1, len(prepared) - GRAM + 1) if prepared else 0
        return cls(
            sequence=sequence,
            grams=frozenset(prepared[at : at + GRAM] for at in range(ends)),
            tokens=frozenset(tokens(prepared)),
        )


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
    longer = len(other.sequence) > LONGER * len(text.sequence)
    ratio = fuzz.partial_ratio if longer else fuzz.ratio
    return ratio(text.sequence, other.sequence, score_cutoff=MIN_ALIGNED) >= MIN_ALIGNED


def likeness(text: Wording, other: Wording) -> Likeness:
    """Measure how much of `text` repeats `other`. An empty text is like nothing, not even an empty one."""
    if not text.tokens or not other.tokens or not aligned(text, other):
        return UNLIKE
    return Likeness(
        containment=containment(text.grams, other.grams), jaccard=jaccard(text.tokens, other.tokens)
    )
