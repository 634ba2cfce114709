"""The few statistics that checks share, robust to the outliers that social counts are full of."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, sqrt
from statistics import median

# Wilson score interval at 95 %: an honest interval for small n, where p ± 2·se is not.
Z95 = 1.959964

# Scales the median absolute deviation to the standard deviation of a normal sample.
# Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993.
MAD_TO_SD = 0.6745


def wilson_interval(k: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson bounds, within 0..1, of a share seen as `k` of `n` > 0 trials."""
    if n <= 0 or not 0 <= k <= n:
        raise ValueError(f"a share needs 0 <= k <= n and n > 0, got {k} of {n}")
    share = k / n
    z2 = Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At 0 of n and n of n the bounds are 0 and 1 exactly; rounding would leave them a hair off.
    low = 0.0 if k == 0 else centre - half
    high = 1.0 if k == n else centre + half
    return low, high


def mad(values: Sequence[float]) -> float:
    """Return the median absolute deviation from the median of at least one value."""
    middle = median(values)
    return median([abs(value - middle) for value in values])


def robust_distance(value: float, among: Sequence[float]) -> float | None:
    """Return how far `value` lies from the median of others, in robust standard deviations.

    None when the others' deviation is 0.
    """
    spread = mad(among)
    return None if spread == 0 else MAD_TO_SD * (value - median(among)) / spread


def robust_z(values: Sequence[float]) -> list[float] | None:
    """Return each value's distance from the median in robust standard deviations.

    None when the deviation is 0 (more than half of the values are equal): no distance has a meaning then.
    """
    middle = median(values)
    spread = median([abs(value - middle) for value in values])
    if spread == 0:
        return None
    return [MAD_TO_SD * (value - middle) / spread for value in values]


def gini(counts: Sequence[int]) -> float:
    """Return how unevenly a sum is spread over at least one holder of it.

    0 where all hold the same, near 1 where one of many holds nearly everything.
    """
    ordered = sorted(counts)
    n, total = len(ordered), sum(ordered)
    if total <= 0:
        raise ValueError("nothing is spread over nobody")
    weighted = sum(rank * count for rank, count in enumerate(ordered, start=1))
    return 2 * weighted / (n * total) - (n + 1) / n


def hypergeometric_tail(k: int, *, drawn: int, marked: int, population: int) -> float:
    """Return the chance of `k` or more marked ones among `drawn` of a population that holds `marked`.

    1 where k is 0. Raises ValueError where the numbers cannot be counts of one population.
    """
    if not (0 <= marked <= population and 0 <= drawn <= population):
        raise ValueError(f"cannot draw {drawn} of {population} with {marked} marked")
    if k <= max(0, drawn + marked - population):
        return 1.0
    whole = _log_choose(population, drawn)
    terms = (
        exp(_log_choose(marked, hits) + _log_choose(population - marked, drawn - hits) - whole)
        for hits in range(k, min(drawn, marked) + 1)
    )
    return min(1.0, sum(terms))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
