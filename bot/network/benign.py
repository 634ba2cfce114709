"""Innocent explanations of an edge, as far as the registry and the posts show them.

Regional editions of one publisher, customers of a news agency and readers of one outlet post the same things
at the same time and hide nothing (methods §5.3). An edge with such an explanation is shown and is no finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from bot.network.engines import Engine
from bot.network.results import Benign, Edge

# [P] The share of pairs in which one side comes first that makes a registered one the source.
ONE_SIDED = 0.9
# [P] The share of objects that somebody registered had published before both.
SUPPLIED = 0.5


def explained(
    edges: Sequence[Edge],
    *,
    entities: Mapping[int, Sequence[tuple[str, str]]],
    houses: Mapping[str, Set[str]],
    supplied: Mapping[tuple[int, int], int],
) -> dict[tuple[int, int], tuple[Benign, ...]]:
    """Return the explanations that hold for each edge, where there is any.

    `entities` are those said to have an account, `houses` whom each entity stands under (itself included),
    `supplied` how many objects of an edge a registered account outside it had first.
    """
    found: dict[tuple[int, int], tuple[Benign, ...]] = {}
    for edge in edges:
        one = _houses(entities.get(edge.a, ()), houses)
        other = _houses(entities.get(edge.b, ()), houses)
        reasons: list[Benign] = []
        if one & other:
            reasons.append(Benign.SISTERS)
        if (one and edge.a_first >= ONE_SIDED * edge.pairs) or (
            other and edge.b_first >= ONE_SIDED * edge.pairs
        ):
            reasons.append(Benign.SOURCE)
        if supplied.get((edge.a, edge.b), 0) >= SUPPLIED * edge.objects:
            reasons.append(Benign.SUPPLIED)
        if reasons:
            found[edge.a, edge.b] = tuple(reasons)
    return found


def supplied(
    things: Table, pairs: Table, edges: Sequence[Edge], *, registered: Sequence[int], engine: Engine
) -> dict[tuple[int, int], int]:
    """Count for each edge the objects that a registered account outside it published before both."""
    if not registered or not edges:
        return {}
    kept = engine.given("examined", pa.table({"a": [e.a for e in edges], "b": [e.b for e in edges]}))
    known = engine.given("registered", pa.table({"account": sorted(registered)}))
    published = things.semi_join(known, "account")
    published = published.group_by("key", source="account").aggregate(since=published["at_ms"].min())
    turned = pairs.select(
        key="first_key",
        a=ibis.least(pairs["first_account"], pairs["second_account"]),
        b=ibis.greatest(pairs["first_account"], pairs["second_account"]),
        at_ms="at_ms",
    ).semi_join(kept, ["a", "b"])
    both = turned.join(published, "key")
    both = both.filter(
        both["since"] < both["at_ms"], both["source"] != both["a"], both["source"] != both["b"]
    )
    rows = both.group_by("a", "b").aggregate(n=both["key"].nunique()).to_pyarrow().to_pylist()
    return {(_int(row["a"]), _int(row["b"])): _int(row["n"]) for row in rows}


def _houses(entities: Sequence[tuple[str, str]], houses: Mapping[str, Set[str]]) -> set[str]:
    return {house for key, _name in entities for house in houses.get(key, {key})}


def _int(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
