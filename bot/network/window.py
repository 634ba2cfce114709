"""The window estimated from the data: how fast the fastest things spread.

Of the things that several accounts share, the fastest tenth is taken, and of those the median time in which
half of the shares are reached (Giglietto et al. 2020, doi 10.1080/1369118X.2020.1739732, as CooRnet does it;
E8 of docs/methods.md). The window slides all the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FASTEST = 0.1
# [P] Fewer shared things say nothing about how fast things spread.
MIN_SHARED = 50
FALLBACK_MS = 60_000
LEAST_MS = 1_000


def estimated(taken_ms: npt.NDArray[np.int64]) -> int:
    """Return the window in milliseconds, at least a second, from what `spreading.halves` found.

    FALLBACK_MS where too few things are shared.
    """
    if len(taken_ms) < MIN_SHARED:
        return FALLBACK_MS
    taken = np.sort(taken_ms)
    fastest = taken[: max(1, round(len(taken) * FASTEST))]
    return max(LEAST_MS, int(np.median(fastest)))
