"""Pairs of posts that share something within a window: sliding, both ends included, exact.

Two posts at most W apart lie in the same or in neighbouring stretches of length W. Joining on the thing
shared and the stretch looks at no others, so one object in a million posts costs what is near in time
and not its square.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table, Value

# Guards against 0.8 * 15 = 12.000000000000002, which would cut a prefix one short.
_ROUNDING = 1e-9

# A column of each of the two posts, earlier first.
PAIR = ("first", "second", "first_account", "second_account", "first_key", "second_key", "at_ms", "lag_ms")


def in_reach(table: Table, *, start_ms: Value, end_ms: Value, window_ms: Value) -> Table:
    """Return the rows that pairs are made of whose later post lies from `start_ms` on, before `end_ms`."""
    at = table["at_ms"]
    return table.filter(at >= start_ms - window_ms, at < end_ms)


def repeated(rows: Table) -> Table:
    """Return the rows whose key stands in more than one: nothing else can be shared."""
    counted = rows.group_by("key").aggregate(n=rows.count())
    return rows.semi_join(counted.filter(counted["n"] > 1).select("key"), "key")


def crowds(rows: Table, *, stretch_ms: Value, cap: Value) -> Table:
    """Return how many (key, stretch) hold more rows than `cap`, and how many rows these hold."""
    placed = _placed(rows, stretch_ms)
    counted = placed.group_by("key", "stretch").aggregate(n=placed.count())
    counted = counted.filter(counted["n"] > cap)
    return counted.aggregate(crowds=counted.count(), rows=counted["n"].sum().cast("int64"))


def thinned(rows: Table, *, stretch_ms: Value, cap: Value) -> Table:
    """Keep the first `cap` rows of every (key, stretch)."""
    placed = _placed(rows, stretch_ms)
    order = ibis.window(
        group_by=[placed["key"], placed["stretch"]], order_by=[placed["at_ms"], placed["post"]]
    )
    ranked = placed.mutate(rank=ibis.row_number().over(order))
    return ranked.filter(ranked["rank"] < cap).drop("rank", "stretch")


def together(rows: Table, *, start_ms: Value, window_ms: Value, stretch_ms: Value) -> Table:
    """Return the PAIRs of rows (post, account, at_ms, key) with one key within the window."""
    first, second, near = _neighbours(rows, start_ms=start_ms, window_ms=window_ms, stretch_ms=stretch_ms)
    joined = first.join(second, near)
    return joined.select(
        "first",
        "second",
        "first_account",
        "second_account",
        first_key=joined["key"],
        second_key=joined["key"],
        at_ms=joined["first_ms"],
        lag_ms=joined["second_ms"] - joined["first_ms"],
    )


def prefixes(posts: Table, *, similarity: Value) -> Table:
    """Return (post, account, at_ms, key, n): the rarest tokens of each post, one a row.

    Of two sets whose Jaccard value reaches `similarity`, each has a token of the other's among its
    n - ceil(similarity * n) + 1 first in any order that is one for all sets (Bayardo, Ma, Srikant 2007,
    doi 10.1145/1242572.1242591): looking there alone loses nothing.
    """
    n = posts["tokens"].length().cast("int64")
    shared = (n * similarity - _ROUNDING).ceil().cast("int64")
    cut = posts.mutate(n=n, key=posts["tokens"][: n - shared + 1])
    return cut.select("post", "account", "at_ms", "n", key=cut["key"].unnest())


def similar(
    posts: Table,
    prefixes: Table,
    *,
    start_ms: Value,
    window_ms: Value,
    stretch_ms: Value,
    similarity: Value,
) -> Table:
    """Return the PAIRs of posts whose token sets have a Jaccard value of at least `similarity`."""
    first, second, near = _neighbours(prefixes, start_ms=start_ms, window_ms=window_ms, stretch_ms=stretch_ms)
    long_enough = [
        first["first_n"] >= second["second_n"] * similarity - _ROUNDING,
        second["second_n"] >= first["first_n"] * similarity - _ROUNDING,
    ]
    candidates = first.join(second, [*near, *long_enough]).select("first", "second").distinct()
    one = posts.select(
        first="post", first_account="account", first_key="text_key", first_ms="at_ms", first_tokens="tokens"
    )
    other = posts.select(
        second="post",
        second_account="account",
        second_key="text_key",
        second_ms="at_ms",
        second_tokens="tokens",
    )
    both = candidates.join(one, "first").join(other, "second")
    shared = both["first_tokens"].intersect(both["second_tokens"]).length()
    both = both.mutate(shared=shared)
    union = both["first_tokens"].length() + both["second_tokens"].length() - both["shared"]
    both = both.filter(both["shared"] / union >= similarity)
    return both.select(
        "first",
        "second",
        "first_account",
        "second_account",
        "first_key",
        "second_key",
        at_ms=both["first_ms"],
        lag_ms=both["second_ms"] - both["first_ms"],
    )


def _placed(rows: Table, stretch_ms: Value) -> Table:
    return rows.mutate(stretch=(rows["at_ms"] // stretch_ms).cast("int64"))


def _neighbours(
    rows: Table, *, start_ms: Value, window_ms: Value, stretch_ms: Value
) -> tuple[Table, Table, list[str | Value]]:
    """Return the rows as earlier and as later ones, and when two of them are neighbours."""
    placed = _placed(rows, stretch_ms)
    counts = "n" in placed.columns
    first = placed.select(
        "key",
        "stretch",
        first="post",
        first_account="account",
        first_ms="at_ms",
        **({"first_n": "n"} if counts else {}),
    )
    later = placed.filter(placed["at_ms"] >= start_ms).select(
        "key",
        "stretch",
        second="post",
        second_account="account",
        second_ms="at_ms",
        **({"second_n": "n"} if counts else {}),
    )
    # A later row is the neighbour of earlier ones in its own stretch and in the one before.
    second = later.union(later.mutate(stretch=later["stretch"] - 1))
    after = second["second_ms"] - first["first_ms"]
    near: list[str | Value] = [
        "key",
        "stretch",
        after <= window_ms,
        (after > 0) | ((after == 0) & (second["second"] > first["first"])),
    ]
    return first, second, near
