"""A sweep as files: GraphML and GEXF for graph programs, CSV and Parquet tables, JSON, and a report."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq

from bot.errors import InputError
from bot.network.report import html, markdown
from bot.network.results import Sweep, to_json
from bot.text.normalise import strip_controls

NODE_COLUMNS = (
    "account",
    "platform",
    "handle",
    "platform_id",
    "name",
    "entities",
    "posts",
    "repeats",
    "group",
)
EDGE_COLUMNS = (
    "a",
    "b",
    "a_handle",
    "b_handle",
    "objects",
    "pairs",
    "n_a",
    "n_b",
    "symmetry",
    "a_first",
    "b_first",
    "median_lag_s",
    "first_at",
    "last_at",
    "expected",
    "q",
    "level",
    "benign",
)

Cell = int | float | str | None


def node_rows(sweep: Sweep) -> list[dict[str, Cell]]:
    """Return the accounts as rows of NODE_COLUMNS. `group` is 0 outside the groups shown."""
    group_of = {account: group.number for group in sweep.groups for account in group.accounts}
    return [
        {
            "account": node.account,
            "platform": node.platform,
            "handle": node.handle,
            "platform_id": node.platform_id,
            "name": None if node.name is None else strip_controls(node.name),
            "entities": "; ".join(key for key, _name in node.entities),
            "posts": node.posts,
            "repeats": node.repeats,
            "group": group_of.get(node.account, 0),
        }
        for node in sweep.nodes
    ]


def edge_rows(sweep: Sweep) -> list[dict[str, Cell]]:
    """Return the edges as rows of EDGE_COLUMNS."""
    handle = {node.account: node.handle or node.platform_id for node in sweep.nodes}
    return [
        {
            "a": edge.a,
            "b": edge.b,
            "a_handle": handle[edge.a],
            "b_handle": handle[edge.b],
            "objects": edge.objects,
            "pairs": edge.pairs,
            "n_a": edge.n_a,
            "n_b": edge.n_b,
            "symmetry": round(edge.symmetry, 4),
            "a_first": edge.a_first,
            "b_first": edge.b_first,
            "median_lag_s": edge.median_lag_s,
            "first_at": edge.first_at.isoformat(),
            "last_at": edge.last_at.isoformat(),
            "expected": edge.expected,
            "q": edge.q,
            "level": edge.level.value,
            "benign": "; ".join(edge.benign),
        }
        for edge in sweep.edges
    ]


def graph(sweep: Sweep) -> nx.Graph:
    """Return the network with every figure as an attribute; what is not known is left out."""
    drawn = nx.Graph()
    for row in node_rows(sweep):
        label = str(row["handle"] or row["platform_id"] or row["account"])
        drawn.add_node(_number(row["account"]), label=label, **_known(row, without="account"))
    for row in edge_rows(sweep):
        attributes = {name: value for name, value in _known(row, without="a").items() if name != "b"}
        drawn.add_edge(_number(row["a"]), _number(row["b"]), weight=_number(row["objects"]), **attributes)
    return drawn


def write_all(sweep: Sweep, folder: Path) -> list[Path]:
    """Write the sweep in every form. Raises InputError where the folder cannot be written to."""
    nodes, edges = node_rows(sweep), edge_rows(sweep)
    drawn = graph(sweep)
    writers: dict[str, Callable[[Path], object]] = {
        "sweep.json": lambda path: path.write_bytes(msgspec.json.format(to_json(sweep))),
        "recipe.json": lambda path: path.write_bytes(msgspec.json.format(msgspec.json.encode(sweep.recipe))),
        "edges.csv": lambda path: _csv(path, EDGE_COLUMNS, edges),
        "nodes.csv": lambda path: _csv(path, NODE_COLUMNS, nodes),
        "edges.parquet": lambda path: pq.write_table(_table(EDGE_COLUMNS, edges), path),
        "nodes.parquet": lambda path: pq.write_table(_table(NODE_COLUMNS, nodes), path),
        "network.graphml": lambda path: _lines(path, list(nx.generate_graphml(drawn))),
        "network.gexf": lambda path: _lines(path, list(nx.generate_gexf(drawn))),
        "report.md": lambda path: path.write_text(markdown(sweep), encoding="utf-8"),
        "report.html": lambda path: path.write_text(html(sweep), encoding="utf-8"),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, write in writers.items():
            write(folder / name)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror or error}.") from error
    return [folder / name for name in writers]


def _csv(path: Path, columns: Sequence[str], rows: Sequence[dict[str, Cell]]) -> None:
    # With a byte order mark, so that spreadsheets read names in every script.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)


def _harmless(value: Cell) -> Cell:
    """Keep a spreadsheet from taking somebody's name for a formula."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


def _table(columns: Sequence[str], rows: Sequence[dict[str, Cell]]) -> pa.Table:
    return pa.table({name: [row[name] for row in rows] for name in columns})


def _lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _known(row: dict[str, Cell], *, without: str) -> dict[str, int | float | str]:
    return {name: value for name, value in row.items() if value is not None and name != without}


def _number(value: Cell) -> int:
    return int(value or 0)
