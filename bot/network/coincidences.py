"""Pairs of posts that share something within a window: sliding, both ends included, exact.

Two posts at most W apart lie in the same or in neighbouring stretches of length W. Joining on the thing
shared and the stretch looks at no others, so one object in a million posts costs what is near in time
and not its square.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import Table, Value

# Guards against 0.8 * 15 = 12.000000000000002, which would cut a prefix one short.
_ROUNDING = 1e-9

# A column of each of the two posts, earlier first.
PAIR = ("first", "second", "first_account", "second_account", "first_key", "second_key", "at_ms", "lag_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """A stretch of time: the pairs whose later post lies in it, `start_ms` included, `end_ms` not."""

    start_ms: int
    end_ms: int


def in_reach(table: Table, slab: Slab, *, window_ms: int) -> Table:
    """Return the rows that a pair of the slab can be made of."""
    at = table["at_ms"]
    return table.filter(at >= slab.start_ms - window_ms, at < slab.end_ms)


def crowds(rows: Table, *, window_ms: int, cap: int) -> Table:
    """Return the (key, stretch) that hold more rows than `cap`, with how many they hold."""
    placed = _placed(rows, window_ms)
    counted = placed.group_by("key", "stretch").aggregate(n=placed.count())
    return counted.filter(counted["n"] > cap)


def thinned(rows: Table, *, window_ms: int, cap: int) -> Table:
    """Keep the first `cap` rows of every (key, stretch)."""
    placed = _placed(rows, window_ms)
    order = ibis.window(
        group_by=[placed["key"], placed["stretch"]], order_by=[placed["at_ms"], placed["post"]]
    )
    ranked = placed.mutate(rank=ibis.row_number().over(order))
    return ranked.filter(ranked["rank"] < cap).drop("rank", "stretch")


def together(rows: Table, slab: Slab, *, window_ms: int) -> Table:
    """Return the PAIRs of rows (post, account, at_ms, key) with one key within the window."""
    first, second, near = _neighbours(rows, slab, window_ms=window_ms)
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


def prefixes(posts: Table, *, similarity: float) -> Table:
    """Return (post, account, at_ms, key, n): the rarest tokens of each post, one a row.

    Of two sets whose Jaccard value reaches `similarity`, each has a token of the other's among its
    n - ceil(similarity * n) + 1 first in any order that is one for all sets (Bayardo, Ma, Srikant 2007,
    doi 10.1145/1242572.1242591): looking there alone loses nothing.
    """
    n = posts["tokens"].length().cast("int64")
    shared = (n * similarity - _ROUNDING).ceil().cast("int64")
    cut = posts.mutate(n=n, key=posts["tokens"][: n - shared + 1])
    return cut.select("post", "account", "at_ms", "n", key=cut["key"].unnest())


def similar(posts: Table, prefixes: Table, slab: Slab, *, window_ms: int, similarity: float) -> Table:
    """Return the PAIRs of posts whose token sets have a Jaccard value of at least `similarity`."""
    first, second, near = _neighbours(prefixes, slab, window_ms=window_ms)
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


def _placed(rows: Table, window_ms: int) -> Table:
    return rows.mutate(stretch=(rows["at_ms"] // max(window_ms, 1)).cast("int64"))


def _neighbours(rows: Table, slab: Slab, *, window_ms: int) -> tuple[Table, Table, list[str | Value]]:
    """Return the rows as earlier and as later ones, and when two of them are neighbours."""
    placed = _placed(rows, window_ms)
    counts = "n" in placed.columns
    first = placed.select(
        "key",
        "stretch",
        first="post",
        first_account="account",
        first_ms="at_ms",
        **({"first_n": "n"} if counts else {}),
    )
    later = placed.filter(placed["at_ms"] >= slab.start_ms).select(
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
