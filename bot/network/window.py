"""The window estimated from the data: how fast the fastest things spread.

Of the things that several accounts share, the fastest tenth is taken, and of those the median time in which
half of the shares are reached (Giglietto et al. 2020, doi 10.1080/1369118X.2020.1739732, as CooRnet does it;
E8 of docs/methods.md). The window slides all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.network.results import MIN_SHARED

FASTEST = 0.1
FALLBACK_MS = 60_000
LEAST_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A window, at least a second, and of how many things it was read; FALLBACK_MS where they are too few."""

    window_ms: int
    shared: int


def estimated(taken_ms: npt.NDArray[np.int64]) -> Estimate:
    """Estimate the window from the times in which things reached half of their shares (`spreading`)."""
    if len(taken_ms) < MIN_SHARED:
        return Estimate(window_ms=FALLBACK_MS, shared=len(taken_ms))
    fastest = np.sort(taken_ms)[: max(1, round(len(taken_ms) * FASTEST))]
    return Estimate(window_ms=max(LEAST_MS, int(np.median(fastest))), shared=len(taken_ms))
