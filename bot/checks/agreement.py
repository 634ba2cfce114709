"""How an account's posts agree with another's: counted in sliding windows, with a level for each.

Definitions: methods §5.1. Texts count and not pairs, so that one repeated headline is one; symmetry keeps
one hyper-active account apart (CooRTweet); windows are inclusive and slide, never bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from bot.checks.twins import Twin

WINDOWS_S = (60, 3600, 86_400)
# [P] methods A7 and §5.1.
NOTE_TEXTS = 2
FINDING_TEXTS = 5
MIN_SYMMETRY = 0.3
MAX_EXPECTED = 0.5
MAX_Q = 0.01
# [P] The share of agreements in which one side comes first that makes a registered one the source.
ONE_SIDED = 0.9


class Level(IntEnum):
    """What an agreement amounts to."""

    NONE = 0
    NOTE = 1
    FINDING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreeing pairs of posts of two accounts within `window_s`.

    `texts` counts distinct texts of the subject, `pairs` pairs of posts; `own` and `others` count the posts
    of each side that take part. `first` is how often the subject came first, `second` how often the other;
    equal times count for neither. `near` of the texts agree nearly, none of their pairs exactly.
    """

    window_s: int
    texts: int
    near: int
    pairs: int
    own: int
    others: int
    first: int
    second: int

    @property
    def symmetry(self) -> float:
        """The smaller side as a share of the larger, 0..1; 0 where nothing agrees."""
        return min(self.own, self.others) / max(self.own, self.others) if self.pairs else 0.0

    @property
    def follows(self) -> bool:
        """Whether the other account came first nearly always."""
        return self.pairs > 0 and self.second >= ONE_SIDED * self.pairs

    @property
    def leads(self) -> bool:
        """Whether the subject came first nearly always."""
        return self.pairs > 0 and self.first >= ONE_SIDED * self.pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """What independent accounts would give: `expected` agreeing pairs, and q over all pairs of accounts."""

    expected: float
    q: float
    accounts: int


def agreement(twins: Sequence[Twin], *, window_s: int) -> Agreement:
    """Count what agrees within a window, both ends included. `twins` are of one other account."""
    window = timedelta(seconds=window_s)
    within = [twin for twin in twins if abs(twin.lag) <= window]
    exact = {twin.words for twin in within if twin.exact}
    texts = {twin.words for twin in within}
    return Agreement(
        window_s=window_s,
        texts=len(texts),
        near=len(texts - exact),
        pairs=len(within),
        own=len({twin.post.post_id for twin in within}),
        others=len({twin.other.post_id for twin in within}),
        first=sum(twin.lag < timedelta() for twin in within),
        second=sum(twin.lag > timedelta() for twin in within),
    )


def level(found: Agreement, *, chance: Chance | None) -> Level:
    """Return the level of an agreement for which no benign explanation is known.

    `chance` is None where too few accounts are held to say what is usual; the figures then stand alone.
    """
    if found.texts < NOTE_TEXTS:
        return Level.NONE
    surprising = chance is None or (chance.expected <= MAX_EXPECTED and chance.q < MAX_Q)
    if found.texts >= FINDING_TEXTS and found.symmetry >= MIN_SYMMETRY and surprising:
        return Level.FINDING
    return Level.NOTE
