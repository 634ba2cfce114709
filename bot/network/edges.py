"""From pairs of posts to pairs of accounts: unordered, with what each side contributed.

Definitions: methods §5.1. A pair of accounts is written a < b. Weight is the number of distinct objects, so
that one repeated headline is one; both directions stand beside it, since one of the two may do all the work.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table, Value

EDGE = (
    "a",
    "b",
    "pairs",
    "objects",
    "n_a",
    "n_b",
    "a_first",
    "b_first",
    "median_lag_ms",
    "first_ms",
    "last_ms",
)


def edges(pairs: Table, *, min_weight: Value) -> Table:
    """Return one row of EDGE for each two accounts that share at least `min_weight` distinct objects.

    `pairs` are post pairs, `n_a` and `n_b` the distinct posts of each side that take part, `a_first` how
    often a came first; equal times count for neither. `median_lag_ms` is signed: positive where b follows.
    Near-identical texts have no common object: there the fewer distinct texts of the two sides count.
    """
    others = pairs.filter(pairs["first_account"] != pairs["second_account"])
    a_first = others["first_account"] < others["second_account"]
    turned = others.select(
        a=ibis.least(others["first_account"], others["second_account"]),
        b=ibis.greatest(others["first_account"], others["second_account"]),
        post_a=ibis.ifelse(a_first, others["first"], others["second"]),
        post_b=ibis.ifelse(a_first, others["second"], others["first"]),
        key_a=ibis.ifelse(a_first, others["first_key"], others["second_key"]),
        key_b=ibis.ifelse(a_first, others["second_key"], others["first_key"]),
        lag_ms=ibis.ifelse(a_first, others["lag_ms"], -others["lag_ms"]),
        at_ms=others["at_ms"],
        end_ms=others["at_ms"] + others["lag_ms"],
    )
    # Most pairs of accounts meet once, by chance; counting distinct things is for the others.
    enough = turned.group_by("a", "b").aggregate(pairs=turned.count())
    enough = enough.filter(enough["pairs"] >= min_weight).select("a", "b")
    kept = turned.semi_join(enough, ["a", "b"])
    grouped = kept.group_by("a", "b").aggregate(
        pairs=kept.count(),
        keys_a=kept["key_a"].nunique(),
        keys_b=kept["key_b"].nunique(),
        n_a=kept["post_a"].nunique(),
        n_b=kept["post_b"].nunique(),
        a_first=(kept["lag_ms"] > 0).sum(),
        b_first=(kept["lag_ms"] < 0).sum(),
        median_lag_ms=kept["lag_ms"].median(),
        first_ms=kept["at_ms"].min(),
        last_ms=kept["end_ms"].max(),
    )
    weighed = grouped.mutate(objects=ibis.least(grouped["keys_a"], grouped["keys_b"]))
    return weighed.filter(weighed["objects"] >= min_weight).select(*EDGE)


def similar_on_identical(pairs: Table) -> Table:
    """Return (n, same): pairs of posts of two accounts, and those of them with one key."""
    others = pairs.filter(pairs["first_account"] != pairs["second_account"])
    same = (others["first_key"] == others["second_key"]).sum().cast("int64")
    return others.aggregate(n=others.count(), same=same)


def repeats(pairs: Table) -> Table:
    """Return how many pairs of posts each account made with itself: never an edge, told apart."""
    own = pairs.filter(pairs["first_account"] == pairs["second_account"])
    return own.group_by(account=own["first_account"]).aggregate(pairs=own.count())
