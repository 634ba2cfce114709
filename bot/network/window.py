"""The window estimated from the data: how fast the fastest things spread.

Of the things that several accounts share, the fastest tenth is taken, and of those the median time in which
half of the shares are reached (Giglietto et al. 2020, doi 10.1080/1369118X.2020.1739732, as CooRnet does it;
E8 of docs/methods.md). The window slides all the same.
"""

from __future__ import annotations

import ibis
import numpy as np
from ibis.expr.types import Table

FASTEST = 0.1
HALF = 0.5
# [P] Fewer shared things say nothing about how fast things spread.
MIN_SHARED = 50
FALLBACK_MS = 60_000
LEAST_MS = 1_000


def estimated(things: Table) -> int:
    """Return the window in milliseconds, at least a second; FALLBACK_MS where too few things are shared."""
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
    taken = np.sort(reached.to_pyarrow().column("taken").to_numpy().astype(np.int64))
    if len(taken) < MIN_SHARED:
        return FALLBACK_MS
    fastest = taken[: max(1, round(len(taken) * FASTEST))]
    return max(LEAST_MS, int(np.median(fastest)))
