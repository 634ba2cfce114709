"""Reports and pictures: whole, readable, and inert whatever accounts call themselves."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.charts.network import network_picture
from bot.network import drawing
from bot.network.exports import EDGE_COLUMNS, NODE_COLUMNS, edge_rows, node_rows, write_all
from bot.network.labels import Dot, labels
from bot.network.recipe import Method, Recipe
from bot.network.report import html, markdown
from bot.network.results import Cut, Edge, Example, Group, Level, Looked, Node, Sweep

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = '</svg><script>alert(1)</script>|"x" & `y`'
NAMES = ("norte", "sur|este", HOSTILE, "北京日报", "a" * 300)


def a_sweep(*, names: tuple[str, ...] = NAMES) -> Sweep:
    """Everybody with everybody, the more things the smaller the numbers."""
    accounts = range(1, len(names) + 1)
    edges = tuple(
        Edge(
            a=a,
            b=b,
            pairs=20,
            objects=16 - a - b,
            n_a=20,
            n_b=20,
            a_first=12,
            b_first=8,
            median_lag_s=2.5,
            first_at=AT,
            last_at=AT,
            expected=0.01,
            q=0.0001,
        )
        for a, b in combinations(accounts, 2)
    )
    group = Group(
        number=1,
        accounts=tuple(accounts),
        edges=len(edges),
        density=1.0,
        pairs=200,
        objects=13,
        timeline=(("2026-03-01", 120), ("2026-03-09", 80)),
        examples=(Example(account=1, at=AT, text=HOSTILE, url=None, shared_by=3),),
        places=tuple((account, account / 10, 1 - account / 10) for account in accounts),
    )
    return Sweep(
        recipe=Recipe(method=Method.IDENTICAL_TEXT),
        name=None,
        engine="duckdb",
        window_s=60,
        looked=Looked(held=500, posts=400, accounts=40, first_day="2026-03-01", last_day="2026-03-09"),
        pairs=300,
        cut=Cut(),
        level=Level.FINDING,
        nodes=tuple(
            Node(
                account=account,
                platform="x",
                handle=name,
                platform_id=None,
                entities=(("agencia", "Agencia | <b>"),) if account == 1 else (),
            )
            for account, name in zip(accounts, names, strict=True)
        ),
        edges=edges,
        groups=(group,),
        ran_at=AT,
        timings_s={},
        pool=40,
    )


def test_pictures_of_a_report_are_whole_and_name_nobody_as_markup() -> None:
    sweep = a_sweep()
    graph, days = drawing.graph(sweep, sweep.groups[0]), drawing.days(sweep.groups[0])
    for picture in (graph, days):
        ET.fromstring(picture)  # noqa: S314 - our own text; broken nesting raises
    assert graph.count("<circle") == 5
    assert graph.count("<line") == 10
    assert "<script" not in html(sweep)
    # Two days of nine have pairs.
    assert days.count("<rect") == 2
    assert "2026-03-09: 80" in days


def test_two_accounts_need_no_picture() -> None:
    sweep = a_sweep(names=("uno", "dos"))
    assert drawing.graph(sweep, sweep.groups[0]) == ""
    assert network_picture(sweep) is None


def test_tables_in_markdown_keep_their_columns() -> None:
    text = markdown(a_sweep())
    rows = [line for line in text.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows}
    # Accounts have six columns, pairs thirteen.
    assert widths == {6, 13}
    assert "`Agencia \\| <b>`" in text


def test_a_report_has_accounts_pairs_pictures_and_the_way_to_repeat_it() -> None:
    page = html(a_sweep())
    for part in (
        "things shared, over all its pairs",
        "false-discovery rate",
        "<svg",
        "masthead sweep identical-text --window 60s --min-weight 2",
        "masthead sweep run recipe.json",
        "&quot;method&quot;: &quot;identical-text&quot;",
        "Posts held: 500, of which 400 of 40 accounts could take part",
    ):
        assert part in page


def test_graph_files_read_back_with_every_figure(tmp_path: Path) -> None:
    sweep = a_sweep()
    paths = {path.name: path for path in write_all(sweep, tmp_path)}
    for read in (nx.read_graphml(paths["network.graphml"]), nx.read_gexf(paths["network.gexf"])):
        assert read.number_of_nodes() == 5
        edges = {frozenset((a, b)): data for a, b, data in read.edges.data()}
        for row in edge_rows(sweep):
            data = edges[frozenset((str(row["a"]), str(row["b"])))]
            for column in ("objects", "pairs", "symmetry", "median_lag_s", "expected", "q", "level"):
                assert data[column] == row[column]
            assert float(data["weight"]) == row["objects"]
        nodes = dict(read.nodes.data())
        for row in node_rows(sweep):
            assert nodes[str(row["account"])]["handle"] == row["handle"]
            assert nodes[str(row["account"])]["group"] == 1
    assert paths["edges.csv"].read_text(encoding="utf-8-sig").splitlines()[0] == ",".join(EDGE_COLUMNS)
    assert paths["nodes.csv"].read_text(encoding="utf-8-sig").splitlines()[0] == ",".join(NODE_COLUMNS)


def test_the_picture_for_discord_tells_what_it_shows() -> None:
    picture = network_picture(a_sweep(), account=2)
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert "Graph of 5 accounts, 10 pairs joined." in picture.alt


Spots = st.tuples(st.integers(0, 600), st.integers(0, 300), st.integers(0, 20))


@settings(max_examples=60, deadline=None)
@given(spots=st.lists(Spots, max_size=12))
def test_names_never_stand_upon_each_other(spots: list[tuple[int, int, int]]) -> None:
    dots = [Dot(x=x, y=y, radius=6, label="n" * length, wide=6 * length) for x, y, length in spots]
    placed = labels(dots, high=12, width=600, height=300)
    boxes = [(label.x, label.y - 6, label.x + 6 * len(label.text), label.y + 6) for label in placed]
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for left, top, right, bottom in boxes:
        assert 0 <= left <= right <= 600
        assert 0 <= top <= bottom <= 300
    assert all(label.text for label in placed)
