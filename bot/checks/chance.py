"""How often posts agree by chance, and how surprising it is that they agree as often as they do.

Source of the shape: methods §5.2; Benjamini and Hochberg 1995 for many pairs at once. Ours: the pool is a
sample of what is held, which never shows too little agreement (see `Background.same_text`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Self

from bot.store.records import AccountId
from bot.store.twins import Pool
from bot.text.normalise import body
from bot.text.tokens import long_enough

# [P] Fewer accounts beside the two say nothing about what is usual.
MIN_POOL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is usual among the accounts held: which of them posted each text that several posts have."""

    fraction: float
    posts: Mapping[AccountId, int]
    repeated: tuple[tuple[AccountId, ...], ...]

    @classmethod
    def of(cls, pool: Pool) -> Self:
        """Take over a pool; texts too short to compare are no object and agree all the time."""
        repeated = tuple(accounts for text, accounts in pool.repeated if long_enough(body(text)))
        return cls(fraction=pool.fraction, posts=pool.posts, repeated=repeated)

    def accounts(self, *without: AccountId) -> int:
        """Count the accounts sampled, but for these."""
        return len(self.posts.keys() - set(without))

    def same_text(self, *without: AccountId) -> float:
        """Return the chance that two posts of the pool have one text, estimated without some accounts.

        One agreeing pair more than was seen is counted: a sample in which nothing agrees does not show that
        nothing ever does.
        """
        n = sum(posts for account, posts in self.posts.items() if account not in without)
        if n < 2:
            return 0.0
        pairs = 2
        for accounts in self.repeated:
            k = sum(account not in without for account in accounts)
            pairs += k * (k - 1)
        return min(1.0, pairs * self.fraction / (n * n))


def expected_pairs(*, posts: int, others: int, window_s: int, span_s: float, same_text: float) -> float:
    """Return λ: how many agreeing pairs two independent accounts give within a window, by chance.

    `span_s` is the time over which the posts are spread; each pair falls into a sliding window of both sides.
    """
    near = min(1.0, (2 * window_s + 1) / max(span_s, 1.0))
    return posts * others * near * same_text


def poisson_tail(k: int, mean: float) -> float:
    """Return the chance of `k` or more events where `mean` are expected."""
    if k <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if k <= mean:
        return max(0.0, 1.0 - sum(_poisson(n, mean) for n in range(k)))
    # Summed from k upward: 1 minus the sum below would drown small chances in rounding.
    total, n = 0.0, k
    term = _poisson(k, mean)
    while term > total * 1e-15:
        total += term
        n += 1
        term *= mean / n
    return min(1.0, total)


def _poisson(n: int, mean: float) -> float:
    return exp(n * log(mean) - mean - lgamma(n + 1))


def benjamini_hochberg(chances: Sequence[float], *, tests: int) -> list[float]:
    """Return q for each chance, where `tests` pairs were looked at; those not given count as 1."""
    if tests < len(chances):
        raise ValueError(f"{len(chances)} chances cannot come from {tests} tests")
    order = sorted(range(len(chances)), key=lambda at: chances[at], reverse=True)
    found = [1.0] * len(chances)
    least = 1.0
    for at, rank in zip(order, range(len(chances), 0, -1), strict=True):
        least = min(least, chances[at] * tests / rank)
        found[at] = least
    return found
