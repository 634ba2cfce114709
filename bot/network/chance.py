"""How often two accounts would meet by chance, and at which false-discovery rate an edge stands.

Two readings of chance, both with the times of posts shuffled within a stretch of days and everything else
left as it is (methods §5.2). By the pool: any two posts of other accounts share an object of that stretch
with some probability. By the pair: what the two accounts themselves share in a stretch, at whatever time.
The first guards against objects that everybody shares, the second against two accounts that draw on the
same source. False-discovery rates after Benjamini and Hochberg 1995: by the pool over all pairs of accounts
that could have become an edge, by the pair over the edges, given that they are edges. The worse one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bot.store.corpus import DAY_MS

if TYPE_CHECKING:
    # A second of importing, which a sweep on DuckDB does without (bot.network.plans).
    from ibis.expr.types import Table, Value

# [P] methods §5.2: fewer accounts beside the two say nothing about what is usual.
MIN_POOL = 20
# How many bins the density of posts is measured in, at most.
_MAX_BINS = 500_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual among the posts that could take part.

    `posts` are by account. `agreeing` counts ordered pairs of posts that share an object within a stretch,
    `of_account` those of them that each account of an edge is part of. `near` is the chance that two posts
    of one stretch lie within the window. `ratio` is how many near-identical pairs come on an identical one.
    """

    posts: Mapping[int, int]
    agreeing: int
    of_account: Mapping[int, int]
    near: float
    ratio: float = 1.0

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(self.posts)

    @property
    def total(self) -> int:
        """How many posts there are."""
        return sum(self.posts.values())


def stretch_ms(window_ms: int) -> int:
    """Return how long a stretch is within which times are shuffled: whole days, eight windows or more."""
    return DAY_MS * max(1, -(-8 * window_ms // DAY_MS))


def stretched(objects: Table, *, day_ms: Value) -> Table:
    """Count the posts of every (key, stretch, account); `day_ms` is what `stretch_ms` returned."""
    stretch = (objects["at_ms"] // day_ms).cast("int64")
    placed = objects.mutate(day=stretch)
    return placed.group_by("key", "day", "account").aggregate(m=placed.count())


def agreeing(counts: Table) -> Table:
    """Return (key, day, k) of what several posts share: k posts."""
    by_key = counts.group_by("key", "day").aggregate(k=counts["m"].sum().cast("int64"))
    return by_key.filter(by_key["k"] > 1)


def agreements(shared: Table) -> Table:
    """Return (n): how many ordered pairs of posts share an object within a stretch."""
    return shared.aggregate(n=(shared["k"] * (shared["k"] - 1)).sum().cast("int64"))


def ends(edges: Table) -> Table:
    """Return (account): those that have an edge."""
    return edges.select(account="a").union(edges.select(account="b"), distinct=True)


def of_accounts(counts: Table, shared: Table, accounts: Table) -> Table:
    """Return for each of the accounts how many ordered agreeing pairs it is part of."""
    its = counts.semi_join(accounts, "account").join(shared, ["key", "day"])
    part = its["m"] * (its["k"] - its["m"]) * 2 + its["m"] * (its["m"] - 1)
    its = its.mutate(part=part)
    return its.group_by("account").aggregate(n=its["part"].sum().cast("int64"))


def of_pairs(counts: Table, edges: Table, *, cap: Value) -> Table:
    """Return (a, b, n): how many pairs of posts two accounts of an edge share within a stretch.

    What more than `cap` of the accounts share is left to the pool, which knows it well.
    """
    its = counts.semi_join(ends(edges), "account")
    crowds = its.group_by("key", "day").aggregate(accounts=its.count())
    few = crowds.filter(crowds["accounts"] > 1, crowds["accounts"] <= cap).select("key", "day")
    its = its.semi_join(few, ["key", "day"])
    one = its.select("key", "day", a="account", m_a="m")
    other = its.select("key", "day", b="account", m_b="m")
    both = one.join(other, ["key", "day", one["a"] < other["b"]])
    both = both.semi_join(edges, ["a", "b"])
    both = both.mutate(n=both["m_a"] * both["m_b"])
    return both.group_by("a", "b").aggregate(n=both["n"].sum().cast("int64"))


def bins(objects: Table, *, bin_ms: Value) -> Table:
    """Count the distinct posts of every bin of time."""
    posts = objects.select("post", "at_ms").distinct()
    placed = posts.mutate(bin=(posts["at_ms"] // bin_ms).cast("int64"))
    return placed.group_by("bin").aggregate(n=placed.count())


def bin_ms(window_ms: int, *, span_ms: int, unit_ms: int) -> int:
    """Return how wide the bins are: as the window, or wider where there would be too many of them."""
    return max(round(_reach(window_ms, unit_ms)), -(-span_ms // _MAX_BINS), 1)


def near(counts: Mapping[int, int], *, width_ms: int, window_ms: int, unit_ms: int) -> float:
    """Return the chance that two posts of one stretch lie within the window, from posts by bin.

    Two posts of one bin, c windows wide, are near with (2c - 1) / c^2, of neighbouring bins with 1 / 2c^2.
    """
    c = width_ms / _reach(window_ms, unit_ms)
    per_stretch: dict[int, int] = {}
    stretch = stretch_ms(window_ms)
    same = next_to = 0.0
    for place, n in counts.items():
        same += n * (n - 1)
        next_to += n * counts.get(place + 1, 0)
        day = place * width_ms // stretch
        per_stretch[day] = per_stretch.get(day, 0) + n
    possible = sum(n * (n - 1) for n in per_stretch.values())
    if not possible:
        return 1.0
    return min(1.0, (same * (2 * c - 1) + next_to) / (c * c) / possible)


def _reach(window_ms: int, unit_ms: int) -> float:
    # Times in whole seconds: a window of 60 s, both ends included, has 121 places and not 120.
    return window_ms + unit_ms / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Parallel to the edges: pairs expected by the pool, and the worse of the two rates."""

    expected: Floats
    q: Floats


def tested(
    usual: Usual,
    *,
    a: Ints,
    b: Ints,
    objects: Ints,
    pairs: Ints,
    shared: Mapping[tuple[int, int], int],
    min_weight: int,
) -> Tested:
    """Test every edge. `shared` is `of_pairs`; `pairs` are those found within the window."""
    from bot.checks.chance import poisson_tail  # it brings much along, and sweeps without edges do without

    expected = np.empty(len(a))
    by_pool = np.empty(len(a))
    by_pair = np.empty(len(a))
    for at, (one, other, k, found) in enumerate(zip(a, b, objects, pairs, strict=True)):
        both = shared.get((int(one), int(other)), 0)
        expected[at] = _expected(usual, int(one), int(other), together=max(int(found), both))
        by_pool[at] = poisson_tail(int(k), float(expected[at]))
        # Edges were chosen for having `min_weight` objects; the chance is that of more, given so many.
        mean = both * usual.ratio * usual.near
        by_pair[at] = poisson_tail(int(k), mean) / poisson_tail(min_weight, mean) if mean else 0.0
    able = sum(n >= min_weight for n in usual.posts.values())
    of_pool = false_discovery(by_pool, tests=able * (able - 1) // 2)
    return Tested(expected=expected, q=np.maximum(of_pool, false_discovery(by_pair, tests=len(by_pair))))


def _expected(usual: Usual, a: int, b: int, *, together: int) -> float:
    """Return how many pairs of posts of two accounts the pool without them would give."""
    own = usual.posts.get(a, 0), usual.posts.get(b, 0)
    others = max(usual.total - own[0] - own[1], 2)
    # What the two share with each other was taken off twice.
    off = usual.of_account.get(a, 0) + usual.of_account.get(b, 0) - 2 * together
    # One agreeing pair more than was seen is counted: a pool in which nothing agrees shows no certainty.
    same = min(1.0, (max(usual.agreeing - off, 0) + 2) / (others * others)) * usual.ratio
    return own[0] * own[1] * same * usual.near


def false_discovery(chances: Floats, *, tests: int) -> Floats:
    """Return q for each chance, where `tests` pairs were looked at; those not given count as 1."""
    order = np.argsort(chances, kind="stable")
    ranks = np.arange(1, len(chances) + 1)
    stepped = chances[order] * max(tests, len(chances)) / ranks
    least = np.minimum.accumulate(stepped[::-1])[::-1]
    found = np.empty(len(chances))
    found[order] = np.minimum(least, 1.0)
    return found
