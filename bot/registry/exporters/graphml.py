"""GraphML (http://graphml.graphdrawing.org/) of chains: entities, their accounts and sites, the claims."""

from __future__ import annotations

import io
from datetime import datetime
from xml.etree import ElementTree as ET

from bot.registry.exporters.tables import Row, Tables, grade_of

_NS = "http://graphml.graphdrawing.org/xmlns"
_OF_NODES = ("label", "kind", "country")
_OF_EDGES = ("relation", "hedge", "source", "url", "grade", "locator", "valid_from", "valid_to")


def graphml(tables: Tables, now: datetime) -> str:
    """Return a directed graph. `now` is not written: the same registry gives the same file."""
    del now
    ET.register_namespace("", _NS)
    root = ET.Element(f"{{{_NS}}}graphml")
    for scope, names in (("node", _OF_NODES), ("edge", _OF_EDGES)):
        for name in names:
            key = {"id": f"{scope}_{name}", "for": scope, "attr.name": name, "attr.type": "string"}
            ET.SubElement(root, f"{{{_NS}}}key", key)
    graph = ET.SubElement(root, f"{{{_NS}}}graph", {"id": "registry", "edgedefault": "directed"})
    for row in tables.entities:
        node = {"label": tables.main_name(row["key"]), "kind": row["kind"], "country": row["country"]}
        _add(graph, "node", {"id": row["key"]}, node)
    for held in _held(tables):
        _add(graph, "node", {"id": held[0]}, {"label": held[1], "kind": held[2], "country": ""})
    for number, (row, upper, lower) in enumerate(_edges(tables)):
        ends = {"id": f"e{number}", "source": upper, "target": lower}
        _add(graph, "edge", ends, _edge(row, tables))
    ET.indent(root)
    written = io.BytesIO()
    ET.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return f"{written.getvalue().decode()}\n"


def _add(graph: ET.Element, tag: str, attributes: dict[str, str], data: dict[str, str]) -> None:
    made = ET.SubElement(graph, f"{{{_NS}}}{tag}", {key: _legal(value) for key, value in attributes.items()})
    for name, value in data.items():
        if value:
            cell = ET.SubElement(made, f"{{{_NS}}}data", {"key": f"{tag}_{name}"})
            cell.text = _legal(value)


def _held(tables: Tables) -> list[tuple[str, str, str]]:
    """Return the nodes of accounts and sites: id, label, kind; each once."""
    accounts = {
        _account_id(row): (f"{row['handle'] or row['platform_id']} on {row['platform']}", "account")
        for row in tables.accounts
    }
    sites = {f"site:{row['host']}": (row["host"], "site") for row in tables.domains}
    return [(key, label, kind) for key, (label, kind) in (accounts | sites).items()]


def _edges(tables: Tables) -> list[tuple[Row, str, str]]:
    return [
        *((row, row["subject"], row["object"]) for row in tables.claims),
        *((row, row["entity"], _account_id(row)) for row in tables.accounts),
        *((row, row["entity"], f"site:{row['host']}") for row in tables.domains),
    ]


def _edge(row: Row, tables: Tables) -> dict[str, str]:
    source = tables.sources[row["source"]]
    return {
        "relation": row["relation"],
        "hedge": row["hedge"],
        "source": source["title"],
        "url": source["url"],
        "grade": grade_of(row),
        "locator": row["locator"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


def _account_id(row: Row) -> str:
    return f"account:{row['platform']}:{row['handle'] or row['platform_id']}"


def _legal(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return "".join(
        char for char in text if char in "\t\n\r" or (ord(char) >= 0x20 and ord(char) not in {0xFFFE, 0xFFFF})
    )
