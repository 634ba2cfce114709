"""The window estimated from the data: how fast the fastest things spread.

Of the things that several accounts share, the fastest tenth is taken, and of those the median time in which
half of the shares are reached (Giglietto et al. 2020, doi 10.1080/1369118X.2020.1739732, as CooRnet does it;
E8 of docs/methods.md). The window slides all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
from ibis.expr.types import Table

from bot.network.results import MIN_SHARED

FASTEST = 0.1
HALF = 0.5
FALLBACK_MS = 60_000
LEAST_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A window, at least a second, and of how many things it was read; FALLBACK_MS where they are too few."""

    window_ms: int
    shared: int


def estimated(taken_ms: npt.NDArray[np.int64]) -> Estimate:
    """Estimate the window from the times in which shared things reached half of their shares (`halves`)."""
    if len(taken_ms) < MIN_SHARED:
        return Estimate(window_ms=FALLBACK_MS, shared=len(taken_ms))
    fastest = np.sort(taken_ms)[: max(1, round(len(taken_ms) * FASTEST))]
    return Estimate(window_ms=max(LEAST_MS, int(np.median(fastest))), shared=len(taken_ms))


def halves(things: Table) -> npt.NDArray[np.int64]:
    """Return how long each thing that several accounts share took to half of its shares, in milliseconds."""
    counted = things.group_by("key").aggregate(
        n=things.count(), accounts=things["account"].nunique(), first=things["at_ms"].min()
    )
    shared = counted.filter(counted["accounts"] > 1)
    # The second share at the earliest: nothing spreads before anybody shares it.
    shared = shared.mutate(half=ibis.greatest((shared["n"] * HALF).ceil().cast("int64"), 2))
    rows = things.select("key", "post", "at_ms").join(shared, "key")
    order = ibis.window(group_by=[rows["key"]], order_by=[rows["at_ms"], rows["post"]])
    ranked = rows.mutate(rank=ibis.row_number().over(order))
    reached = ranked.filter(ranked["rank"] == ranked["half"] - 1)
    reached = reached.select(taken=reached["at_ms"] - reached["first"])
    return reached.to_pyarrow().column("taken").to_numpy().astype(np.int64)
