"""The registry in the formats of others: nothing lost they can say, nothing said it does not hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import InputError
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.exporters.tables import Tables
from bot.registry.importers import import_file, preview_file
from bot.store.claims import Basis, put_domain_claim, put_name
from bot.store.database import migrate
from bot.store.records import Relation
from tests.bot.registry.founding import B2, NOW, add_account, add_case, add_source, id_of

NS = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture
def registry(connection: sqlite3.Connection) -> sqlite3.Connection:
    add_case(connection)
    source = add_source(connection)
    agency = id_of(connection, "agency")
    put_name(connection, agency, name="示例通讯社 <&> \x0b", source_id=source, language="zh")
    basis = Basis(source_id=source, grade=B2)
    put_domain_claim(connection, agency, Relation.HAS_SITE, host="agency.example", basis=basis, now=NOW)
    add_account(connection, "agency", AccountRef(platform=Platform.TELEGRAM, handle="agencia_ejemplo"))
    return connection


def written(connection: sqlite3.Connection, folder: Path, form: ExportFormat) -> str:
    path = folder / f"registry.{form}"
    size = export_file(connection, path, form=form, now=NOW).size
    text = path.read_text(encoding="utf-8")
    assert size == len(text.encode())
    return text


def objects(text: str) -> list[dict[str, Any]]:
    return json.loads(text)["objects"]


def test_stix_names_entities_accounts_and_sites_and_calls_nobody_a_threat(
    registry: sqlite3.Connection, tmp_path: Path
) -> None:
    made = objects(written(registry, tmp_path, ExportFormat.STIX))
    kinds = {each["type"] for each in made}
    assert kinds == {
        "identity",
        "relationship",
        "user-account",
        "domain-name",
        "grouping",
        "extension-definition",
    }
    ids = [each["id"] for each in made]
    assert len(ids) == len(set(ids))
    for each in made:
        prefix, _, number = each["id"].partition("--")
        assert prefix == each["type"]
        assert UUID(number).version == 5
        assert each["spec_version"] == "2.1"
    ties = [each for each in made if each["type"] == "relationship"]
    assert all({tie["source_ref"], tie["target_ref"]} <= set(ids) for tie in ties)
    # B2: credibility 2 is 70 in the standard's table.
    assert {tie["confidence"] for tie in ties if "grade B2" in tie["description"]} == {70}
    assert all(tie["external_references"][0]["source_name"] for tie in ties)
    (grouping,) = (each for each in made if each["type"] == "grouping")
    assert {tie["id"] for tie in ties} <= set(grouping["object_refs"])


def test_two_stix_exports_of_one_registry_can_be_merged(registry: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = objects(written(registry, tmp_path / "a", ExportFormat.STIX))
    second = objects(written(registry, tmp_path / "b", ExportFormat.STIX))
    assert [each["id"] for each in first] == [each["id"] for each in second]


def test_misp_holds_every_site_and_account_with_its_grade(
    registry: sqlite3.Connection, tmp_path: Path
) -> None:
    event = json.loads(written(registry, tmp_path, ExportFormat.MISP))["Event"]
    (site,) = event["Attribute"]
    assert (site["type"], site["value"], site["to_ids"]) == ("domain", "agency.example", False)
    assert "according to" in site["comment"]
    tags = {
        'admiralty-scale:source-reliability="b"',
        'admiralty-scale:information-credibility="2"',
    }
    assert {tag["name"] for tag in site["Tag"]} == tags
    (account,) = (each for each in event["Object"] if each["name"] == "telegram-account")
    (handle,) = account["Attribute"]
    assert (handle["object_relation"], handle["value"]) == ("username", "agencia_ejemplo")
    assert {tag["name"] for tag in handle["Tag"]} == tags
    values = [each["to_ids"] for made in event["Object"] for each in made["Attribute"]]
    assert not any(values)
    uuids = [each["uuid"] for each in (*event["Object"], *event["Attribute"])]
    assert len(uuids) == len(set(uuids))
    ends = {end["referenced_uuid"] for made in event["Object"] for end in made.get("ObjectReference", [])}
    assert ends <= set(uuids)


def test_graphml_joins_whom_the_claims_join(registry: sqlite3.Connection, tmp_path: Path) -> None:
    graph = ElementTree.fromstring(written(registry, tmp_path, ExportFormat.GRAPHML))  # noqa: S314  # our own file
    keys = {key.get("id"): key.get("attr.name") for key in graph.iter(f"{NS}key")}
    nodes = [node.get("id") for node in graph.iter(f"{NS}node")]
    assert len(nodes) == len(set(nodes))
    assert {"agency", "site:agency.example", "account:telegram:agencia_ejemplo"} <= set(nodes)
    edges = list(graph.iter(f"{NS}edge"))
    claims = registry.execute(
        "SELECT (SELECT count(*) FROM claim) + (SELECT count(*) FROM account_claim) + "
        "(SELECT count(*) FROM domain_claim)"
    ).fetchone()[0]
    assert len(edges) == claims
    assert all({edge.get("source"), edge.get("target")} <= set(nodes) for edge in edges)
    for edge in edges:
        said = {keys[cell.get("key")] for cell in edge.iter(f"{NS}data")}
        assert {"relation", "grade", "source"} <= said


def test_graphml_is_read_by_the_tools_that_draw_it(registry: sqlite3.Connection, tmp_path: Path) -> None:
    networkx: Any = pytest.importorskip("networkx", reason="networkx is not installed")
    written(registry, tmp_path, ExportFormat.GRAPHML)
    graph = networkx.read_graphml(tmp_path / "registry.graphml", force_multigraph=True)
    assert graph.is_directed()
    # The controlling body is found by walking the edges backwards, as the chain on a card is.
    above = networkx.ancestors(graph, "account:x:mundo_ejemplo")
    assert {"outlet", "publicity-department"} <= above
    (edge,) = graph.get_edge_data("publicity-department", "outlet").values()
    assert (edge["relation"], edge["grade"], edge["source"]) == ("controls", "B2", "Report report")
    assert graph.nodes["publicity-department"]["kind"] == "party"


@pytest.mark.parametrize(
    ("hops", "near"),
    [
        (0, {"outlet"}),
        (1, {"outlet", "news", "broadcaster", "publicity-department"}),
        (2, {"outlet", "news", "broadcaster", "publicity-department", "paper"}),
    ],
)
@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.MASTHEAD])
def test_an_export_about_one_entity_holds_what_is_tied_to_it(
    registry: sqlite3.Connection, tmp_path: Path, form: ExportFormat, hops: int, near: set[str]
) -> None:
    tables = Tables.read(registry).around("outlet", hops=hops)
    assert {row["key"] for row in tables.entities} == near
    assert all({row["subject"], row["object"]} <= near for row in tables.claims)
    path = tmp_path / "out"
    assert export_file(registry, path, form=form, now=NOW, about="outlet", hops=hops).size > 0
    text = path.read_text(encoding="utf-8")
    assert "Outlet" in text
    assert "Developer" not in text
    with pytest.raises(InputError, match="no entity `nobody`"):
        export_file(registry, tmp_path / "other", form=form, now=NOW, about="nobody")


@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.MASTHEAD])
def test_a_hedge_survives_in_every_format(
    registry: sqlite3.Connection, tmp_path: Path, form: ExportFormat
) -> None:
    """Not only in what Masthead reads back: a reader of the file sees how strongly the source says it."""
    text = written(registry, tmp_path, form)
    if form is ExportFormat.GRAPHML:
        assert '<data key="edge_hedge">seem to be associated</data>' in text
    else:
        assert "links to (seem to be associated)" in text


def test_followthemoney_comes_back_with_its_organisations(
    registry: sqlite3.Connection, tmp_path: Path, empty: sqlite3.Connection
) -> None:
    written(registry, tmp_path, ExportFormat.FTM)
    report = import_file(empty, tmp_path / "registry.followthemoney", now=NOW)
    assert report.rejected == []
    assert sorted(_ties(empty)) == sorted(_ties(registry))
    held = {name for (name,) in empty.execute("SELECT name FROM entity_name")}
    assert {name for (name,) in registry.execute("SELECT name FROM entity_name WHERE kind = 'main'")} <= held


def _ties(connection: sqlite3.Connection) -> list[str]:
    return [relation for (relation,) in connection.execute("SELECT relation FROM claim")]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened, tmp_path / "other.db")
        yield opened


def test_the_models_own_library_reads_our_lines(registry: sqlite3.Connection, tmp_path: Path) -> None:
    model: Any = pytest.importorskip("followthemoney", reason="followthemoney is not installed").model
    for line in written(registry, tmp_path, ExportFormat.FTM).splitlines():
        said = json.loads(line)
        schema = model.get(said["schema"])
        schema.validate(said)
        for name, values in said["properties"].items():
            kind = schema.get(name).type
            assert all(kind.clean(value) is not None for value in values), (name, values)


@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.MASTHEAD])
def test_a_file_that_is_there_is_not_written_over(
    registry: sqlite3.Connection, tmp_path: Path, form: ExportFormat
) -> None:
    path = tmp_path / "kept"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        export_file(registry, path, form=form, now=NOW)
    assert path.read_text() == "mine"


def test_a_dry_run_says_what_would_come_in_and_changes_nothing(
    registry: sqlite3.Connection, tmp_path: Path
) -> None:
    line = {"id": "x", "schema": "Company", "properties": {"name": ["New Media Ltd"]}, "datasets": ["d"]}
    file = tmp_path / "list.jsonl"
    file.write_text(json.dumps(line))
    before = list(registry.iterdump())
    seen = preview_file(registry, file, now=NOW)
    assert (seen.new.entities, seen.new.names) == (1, 1)
    assert list(registry.iterdump()) == before
    told = import_file(registry, file, now=NOW)
    assert told.new == seen.new
