"""Groups: which accounts hang together, which of them matter, and what they did when.

The graph algorithms are NetworkX's: connected components and Louvain communities (Blondel et al. 2008, doi
10.1088/1742-5468/2008/10/P10008). An account matters by the objects it shares, over all its edges: a figure
that everybody can count again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ibis
import networkx as nx
import pyarrow as pa
from ibis.expr.types import Table

from bot.network.engines import Engine
from bot.network.results import Edge, Example, Group
from bot.store.corpus import DAY_MS
from bot.store.times import from_ms

MAX_GROUPS = 50
# More are a grey cloud.
DRAWN = 60
EXAMPLES = 3
_SEED = 7
# Larger ones are not cut into communities of communities: the figure would take minutes.
_MAX_COMMUNITY_NODES = 50_000


def graph_of(edges: Iterable[Edge]) -> nx.Graph:
    """Return the graph of some edges, weighted by distinct objects."""
    graph = nx.Graph()
    for edge in edges:
        graph.add_edge(edge.a, edge.b, weight=edge.objects)
    return graph


def groups_of(edges: Sequence[Edge], *, pairs: Table, posts: Table, engine: Engine) -> tuple[Group, ...]:
    """Return the components of the edges, largest first, at most MAX_GROUPS."""
    graph = graph_of(edges)
    components = sorted(nx.connected_components(graph), key=lambda nodes: (-len(nodes), min(nodes)))
    shown = components[:MAX_GROUPS]
    if not shown:
        return ()
    group_of = {account: number for number, nodes in enumerate(shown, start=1) for account in nodes}
    members = engine.given(
        "members",
        pa.table({"account": list(group_of), "number": list(group_of.values())}),
    )
    inside = _inside(pairs, members, edges, engine=engine)
    timelines = _timelines(inside)
    examples = _examples(inside, posts)
    return tuple(
        _group(
            number,
            graph.subgraph(nodes),
            edges=[edge for edge in edges if group_of.get(edge.a) == number],
            timeline=timelines.get(number, ()),
            examples=examples.get(number, ()),
        )
        for number, nodes in enumerate(shown, start=1)
    )


def _group(
    number: int,
    graph: nx.Graph,
    *,
    edges: Sequence[Edge],
    timeline: tuple[tuple[str, int], ...],
    examples: tuple[Example, ...],
) -> Group:
    shared: dict[int, int] = dict.fromkeys(graph.nodes, 0)
    for edge in edges:
        shared[edge.a] += edge.objects
        shared[edge.b] += edge.objects
    accounts = tuple(sorted(shared, key=lambda node: (-shared[node], node)))
    return Group(
        number=number,
        accounts=accounts,
        places=_places(graph.subgraph(accounts[:DRAWN])),
        edges=len(edges),
        density=round(nx.density(graph), 3),
        pairs=sum(edge.pairs for edge in edges),
        objects=max(edge.objects for edge in edges),
        communities=_communities(graph),
        timeline=timeline,
        examples=examples,
    )


def _places(graph: nx.Graph) -> tuple[tuple[int, float, float], ...]:
    """Lay the accounts out between 0 and 1, neighbours near each other."""
    placed = nx.spring_layout(graph, weight=None, seed=_SEED)
    across = _spread({node: float(at[0]) for node, at in placed.items()})
    down = _spread({node: float(at[1]) for node, at in placed.items()})
    return tuple((node, across[node], down[node]) for node in sorted(placed))


def _spread(at: dict[int, float]) -> dict[int, float]:
    """Place values between 0 and 1, half by what they are and half by their order.

    Close-knit groups end up in a heap, where nobody can be told from anybody.
    """
    low, high = min(at.values()), max(at.values())
    if low == high:
        return dict.fromkeys(at, 0.5)
    rank = {node: place / (len(at) - 1) for place, node in enumerate(sorted(at, key=lambda each: at[each]))}
    return {node: round(((value - low) / (high - low) + rank[node]) / 2, 3) for node, value in at.items()}


def _communities(graph: nx.Graph) -> tuple[tuple[int, ...], ...]:
    if not 3 < graph.number_of_nodes() <= _MAX_COMMUNITY_NODES:
        return ()
    found = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    if len(found) < 2:
        return ()
    ordered = sorted(found, key=lambda nodes: (-len(nodes), min(nodes)))
    return tuple(tuple(sorted(nodes)) for nodes in ordered)


def _inside(pairs: Table, members: Table, edges: Sequence[Edge], *, engine: Engine) -> Table:
    """Return the pairs of posts behind the edges, with the number of their group."""
    kept = engine.given("kept", pa.table({"a": [edge.a for edge in edges], "b": [edge.b for edge in edges]}))
    turned = pairs.mutate(
        a=ibis.least(pairs["first_account"], pairs["second_account"]),
        b=ibis.greatest(pairs["first_account"], pairs["second_account"]),
    )
    turned = turned.semi_join(kept, ["a", "b"])
    return turned.join(members, [turned["a"] == members["account"]]).drop("account")


def _timelines(inside: Table) -> dict[int, tuple[tuple[str, int], ...]]:
    placed = inside.mutate(day=(inside["at_ms"] // DAY_MS).cast("int64"))
    rows = placed.group_by("number", "day").aggregate(n=placed.count()).to_pyarrow()
    found: dict[int, list[tuple[str, int]]] = {}
    for row in rows.sort_by([("number", "ascending"), ("day", "ascending")]).to_pylist():
        day = from_ms(_int(row["day"]) * DAY_MS).date().isoformat()
        found.setdefault(_int(row["number"]), []).append((day, _int(row["n"])))
    return {number: tuple(days) for number, days in found.items()}


def _examples(inside: Table, posts: Table) -> dict[int, tuple[Example, ...]]:
    """Return for each group the first post of each of the objects that most of its accounts share."""
    one = inside.select("number", key="first_key", account="first_account", post="first", at_ms="at_ms")
    other = inside.select(
        "number",
        key="second_key",
        account="second_account",
        post="second",
        at_ms=inside["at_ms"] + inside["lag_ms"],
    )
    both = one.union(other)
    shared = both.group_by("number", "key").aggregate(
        accounts=both["account"].nunique(), first=both["at_ms"].min()
    )
    order = ibis.window(
        group_by=[shared["number"]],
        order_by=[ibis.desc(shared["accounts"]), ibis.asc(shared["first"]), ibis.asc(shared["key"])],
    )
    best = shared.mutate(rank=ibis.row_number().over(order))
    best = best.filter(best["rank"] < EXAMPLES).drop("rank")
    first = both.join(best, ["number", "key"])
    first = (
        first.filter(first["at_ms"] == first["first"])
        .group_by("number", "key")
        .aggregate(post=first["post"].min(), accounts=first["accounts"].max())
    )
    texts = first.join(posts.select("post", "account", "at_ms", "text", "url"), "post")
    rows = texts.select("number", "accounts", "account", "at_ms", "text", "url").to_pyarrow()
    found: dict[int, list[Example]] = {}
    for row in rows.sort_by(
        [("number", "ascending"), ("accounts", "descending"), ("at_ms", "ascending")]
    ).to_pylist():
        found.setdefault(_int(row["number"]), []).append(
            Example(
                account=_int(row["account"]),
                at=from_ms(_int(row["at_ms"])),
                text=str(row["text"]),
                url=None if row["url"] is None else str(row["url"]),
                shared_by=_int(row["accounts"]),
            )
        )
    return {number: tuple(examples) for number, examples in found.items()}


def _int(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - the column is one of whole numbers
    return value
