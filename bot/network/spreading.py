"""How long things take to reach half of their shares, as an expression; `window` makes a window of it."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

HALF = 0.5


def halves(things: Table) -> Table:
    """Return (taken): milliseconds from the first share to the middle one, of what several accounts share."""
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
    return reached.select(taken=reached["at_ms"] - reached["first"])
