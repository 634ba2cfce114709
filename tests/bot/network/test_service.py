"""A sweep over the store: explained, kept, compared with the one before, written into files."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import networkx as nx
import pyarrow.parquet as pq
import pytest
import pytest_asyncio

from bot.accounts import AccountRef, Platform
from bot.errors import InputError, NothingFoundError
from bot.network.corpus import nothing
from bot.network.exports import graph, write_all
from bot.network.recipe import Method, Recipe
from bot.network.results import Benign, Level, Sweep, from_json, to_json
from bot.network.running import Job, Runner
from bot.network.service import Swept, sweep_store
from bot.network.wording import summary
from bot.store.database import Database
from bot.store.posts import record
from bot.store.purge import purge
from bot.store.records import Post, PostKind
from bot.store.sweeps import load_sweep, runs
from tests.bot.network.made import LIMITS
from tests.bot.registry.founding import add_account, add_entity
from tests.cogs.posting import long_text

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
RECIPE = Recipe(method=Method.IDENTICAL_TEXT)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "masthead.db")
    yield opened
    opened.close()


def who(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=f"id-{handle}")


def said(handle: str, number: int, text: str, *, second: float = 0) -> Post:
    return Post(
        platform=Platform.X,
        post_id=f"{handle}-{number}",
        author=who(handle),
        created_at=NOW - timedelta(hours=13 * number + 5) + timedelta(seconds=second),
        kind=PostKind.ORIGINAL,
        text=text,
    )


def together(*handles: str, texts: Iterable[int]) -> list[Post]:
    """The accounts publish the same texts, seven seconds after each other."""
    return [
        said(handle, number, long_text(f"shared {number}"), second=7 * place)
        for number in texts
        for place, handle in enumerate(handles)
    ]


def crowd() -> list[Post]:
    """Others with texts of their own, so that it is known what is usual."""
    return [said(f"other{n}", k, long_text(f"{n} {k}"), second=31 * n) for n in range(30) for k in range(8)]


async def sweep(database: Database, *, recipe: Recipe = RECIPE, later: int = 0) -> Swept:
    return await sweep_store(
        database,
        recipe,
        folder=database.path.parent / "corpus",
        limits=LIMITS,
        clock=lambda: NOW + timedelta(hours=later),
    )


async def test_accounts_that_act_together_are_a_finding_with_its_figures(database: Database) -> None:
    await database.write(record, posts=[*together("uno", "dos", texts=range(6)), *crowd()])
    swept = await sweep(database)
    (edge,) = swept.sweep.edges
    assert (edge.objects, edge.pairs, edge.symmetry, edge.median_lag_s) == (6, 6, 1.0, 7.0)
    assert edge.level is Level.FINDING
    assert edge.expected is not None
    assert edge.expected < 0.01
    (group,) = swept.sweep.groups
    assert len(group.accounts) == 2
    assert sum(pairs for _day, pairs in group.timeline) == 6
    assert len(group.examples) == 3
    assert {node.handle for node in swept.sweep.nodes} == {"uno", "dos"}


async def test_a_result_is_kept_and_compared_with_the_one_before(database: Database) -> None:
    await database.write(record, posts=[*together("uno", "dos", texts=range(6)), *crowd()])
    first = await sweep(database)
    assert first.sweep.change is None
    await database.write(record, posts=together("tres", "cuatro", texts=range(10, 13)))
    second = await sweep(database, later=1)
    change = second.sweep.change
    assert change is not None
    assert (change.before, change.new_edges, change.gone_edges) == (first.run_id, 1, 0)
    assert len(change.new_accounts) == 2
    assert second.run_id is not None
    raw = await database.read(load_sweep, second.run_id)
    assert raw is not None
    assert from_json(raw) == second.sweep
    assert [run.edges for run in await database.read(runs)] == [2, 1]


async def test_too_few_accounts_are_never_a_finding(database: Database) -> None:
    await database.write(record, posts=together("uno", "dos", texts=range(8)))
    (edge,) = (await sweep(database)).sweep.edges
    assert (edge.objects, edge.q, edge.level) == (8, None, Level.NOTE)


async def test_sisters_and_sources_are_marked_and_no_finding(database: Database) -> None:
    posts = [*together("uno", "dos", texts=range(6)), *together("agencia", "lector", texts=range(20, 26))]
    await database.write(record, posts=[*posts, *crowd()])

    def register(connection: sqlite3.Connection) -> None:
        for key in ("casa", "agencia"):
            add_entity(connection, key)
        for handle, key in (("uno", "casa"), ("dos", "casa"), ("agencia", "agencia")):
            add_account(connection, key, who(handle))

    await database.write(register)
    found = (await sweep(database)).sweep
    names = {node.account: node.handle for node in found.nodes}
    reasons = {frozenset((names[edge.a], names[edge.b])): edge.benign for edge in found.edges}
    assert Benign.SISTERS in reasons[frozenset(("uno", "dos"))]
    assert reasons[frozenset(("agencia", "lector"))] == (Benign.SOURCE,)
    assert {edge.level for edge in found.edges} == {Level.NOTE}


async def test_an_empty_store_says_what_to_do(database: Database) -> None:
    with pytest.raises(NothingFoundError, match="masthead import"):
        await sweep(database)


async def a_sweep(database: Database) -> Sweep:
    hostile = said("=cmd", 40, "`<script>`alert(1) | # [x](http://example.org) and some more words")
    other = said("dos", 40, "`<script>`alert(1) | # [x](http://example.org) and some more words", second=9)
    posts = [*together("=cmd", "dos", texts=range(6)), hostile, other, *crowd()]
    await database.write(record, posts=posts)
    return (await sweep(database)).sweep


async def test_every_file_can_be_read_again(database: Database, tmp_path: Path) -> None:
    found = await a_sweep(database)
    paths = {path.name: path for path in write_all(found, tmp_path / "out")}
    for name in ("network.graphml", "network.gexf"):
        read = nx.read_graphml(paths[name]) if name.endswith("graphml") else nx.read_gexf(paths[name])
        assert read.number_of_nodes() == len(found.nodes)
        assert read.number_of_edges() == len(found.edges)
    assert pq.read_table(paths["edges.parquet"]).num_rows == len(found.edges)
    with paths["edges.csv"].open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["objects"] == str(found.edges[0].objects)
    # A spreadsheet takes no name for a formula.
    assert "'=cmd" in {row["a_handle"], row["b_handle"]}
    assert from_json(paths["sweep.json"].read_bytes()) == found
    assert msgspec.json.decode(paths["recipe.json"].read_bytes(), type=Recipe) == RECIPE
    assert graph(found).number_of_nodes() == 2


async def test_reports_name_every_parameter_and_run_nothing(database: Database, tmp_path: Path) -> None:
    found = await a_sweep(database)
    write_all(found, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    for parameter in ("identical-text", "within 60 s", "at least 2 distinct objects", "2,000", "duckdb"):
        assert parameter in text
        assert parameter in page


async def test_json_goes_there_and_back(database: Database) -> None:
    found = await a_sweep(database)
    assert from_json(to_json(found)) == found


def a_job(database: Database) -> Job:
    return Job(
        store=str(database.path),
        corpus=str(database.path.parent / "corpus"),
        recipe=RECIPE,
        engine="duckdb",
        threads=1,
        memory_mib=512,
    )


async def test_a_worker_keeps_its_result_and_tells_how_far_it_is(database: Database) -> None:
    await database.write(record, posts=[*together("uno", "dos", texts=range(6)), *crowd()])
    told: list[str] = []

    def tell(what: str, _done: int, _of: int) -> None:
        told.append(what)

    run = await Runner().run(a_job(database), progress=tell)
    assert (await database.read(runs))[0].run_id == run
    assert "posts prepared" in told


async def test_a_cancelled_worker_ends_and_keeps_nothing(database: Database) -> None:
    await database.write(record, posts=[*together("uno", "dos", texts=range(6)), *crowd()])
    runner = Runner()
    started = asyncio.Event()

    def tell(_what: str, _done: int, _of: int) -> None:
        started.set()

    task = asyncio.create_task(runner.run(a_job(database), progress=tell))
    await started.wait()
    with pytest.raises(InputError, match="under way"):
        await runner.run(a_job(database), progress=nothing)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.read(runs) == []


async def test_a_sweep_that_nobody_waits_for_ends_and_keeps_nothing(database: Database) -> None:
    """As Ctrl-C does: the thread is told, since the program waits for it."""
    await database.write(record, posts=[*together("uno", "dos", texts=range(6)), *crowd()])
    working, go_on = threading.Event(), threading.Event()
    told: list[str] = []

    def tell(what: str, _done: int, _of: int) -> None:
        told.append(what)
        if what == "stretches of time compared" and not working.is_set():
            working.set()
            assert go_on.wait(60)

    waiting = asyncio.create_task(
        sweep_store(
            database,
            RECIPE,
            folder=database.path.parent / "corpus",
            limits=LIMITS,
            clock=lambda: NOW,
            progress=tell,
        )
    )
    await asyncio.to_thread(working.wait, 60)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    # Ends when the thread has.
    await asyncio.get_running_loop().shutdown_default_executor()
    assert "groups drawn" not in told
    assert await database.read(runs) == []


async def test_what_a_worker_refuses_is_told(database: Database) -> None:
    with pytest.raises(InputError, match="masthead import"):
        await Runner().run(a_job(database), progress=nothing)


async def test_what_is_purged_leaves_the_results_of_old_sweeps(database: Database) -> None:
    await database.write(record, posts=[*together("uno", "dos", "tres", texts=range(6)), *crowd()])
    swept = await sweep(database)
    assert swept.run_id is not None
    account = {node.handle: node.account for node in swept.sweep.nodes}
    before = to_json(swept.sweep).decode()
    assert '"uno"' in before
    await database.write(purge, "account", ids=[account["uno"]])
    raw = await database.read(load_sweep, swept.run_id)
    assert raw is not None
    assert '"uno"' not in raw.decode()
    left = from_json(raw)
    assert {node.handle for node in left.nodes} == {"dos", "tres"}
    (edge,) = left.edges
    (group,) = left.groups
    assert {edge.a, edge.b} == set(group.accounts) == {account["dos"], account["tres"]}
    assert (group.edges, group.density, left.purged) == (1, 1.0, 1)
    # It was the first to say all that is shared, so its posts were the examples.
    assert group.examples == ()
    assert "1 account was deleted since" in "\n".join(summary(left))
    (run,) = await database.read(runs)
    assert (run.accounts, run.edges, run.findings) == (2, 1, 1)
    await database.write(purge, "account", ids=[account["dos"]])
    raw = await database.read(load_sweep, swept.run_id)
    assert raw is not None
    empty = from_json(raw)
    assert (empty.nodes, empty.edges, empty.groups) == ((), (), ())


async def test_a_post_that_is_purged_is_no_example_any_more(database: Database) -> None:
    await database.write(record, posts=[*together("uno", "dos", texts=range(6)), *crowd()])
    swept = await sweep(database)
    assert swept.run_id is not None
    shown = swept.sweep.groups[0].examples[0]

    def take_down(connection: sqlite3.Connection) -> None:
        found = connection.execute("SELECT post_id FROM post WHERE text = ?", (shown.text,)).fetchall()
        purge(connection, "post", ids=[post for (post,) in found])

    await database.write(take_down)
    raw = await database.read(load_sweep, swept.run_id)
    assert raw is not None
    assert shown.text not in raw.decode()
    left = from_json(raw)
    assert left.edges == swept.sweep.edges
    assert len(left.groups[0].examples) == 2
