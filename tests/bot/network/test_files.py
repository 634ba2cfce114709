"""Files that are swept over without being imported give what importing them gives."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import InputError, NothingFoundError
from bot.imports.service import import_files
from bot.network.engines import Limits
from bot.network.files import OfFiles, sweep_files
from bot.network.recipe import Method, Recipe
from bot.network.results import Sweep
from bot.network.service import sweep_store
from bot.store.database import Database

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIMITS = Limits(threads=1, memory_mib=512)
HEADER = ("platform", "handle", "post_id", "created_at", "text", "kind", "links", "refers_to")
LONG = "a text that is long enough to be compared"
# An account, seconds after the first post, and what it posts.
ROWS: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("alpha", 0, {"text": LONG, "links": "https://example.org/a"}),
    ("Bravo", 20, {"text": f"@alpha {LONG.upper()}", "links": "https://www.example.org/a/?utm_source=x"}),
    ("charlie", 40, {"text": f"{LONG} and more", "links": "https://example.org/b https://example.org/a"}),
    # What a post links to stands in its text where the cell is empty.
    ("delta", 50, {"text": "see example.org/a, and\nhttps://example.org/b."}),
    ("alpha", 3_600, {"text": "第一 上海自来水来自海上，今天天气非常好啊，真的很好呢", "links": ""}),
    ("bravo", 3_610, {"text": "第一 上海自来水来自海上，今天天气非常好啊，真的很好呢", "links": ""}),
    ("charlie", 3_620, {"text": f"RT @alpha: {LONG}", "refers_to": "1000"}),
    ("delta", 3_625, {"text": f"RT @alpha: {LONG}", "kind": "repost", "refers_to": "1000"}),
    ("alpha", 7_200, {"text": "#Snow #Ice in the café tonight", "kind": "reply", "refers_to": "1003"}),
    (
        "bravo",
        7_230,
        {"text": "#snow #ice in the cafe\u0301 tonight", "kind": "reply", "refers_to": "1003"},
    ),
)


def write(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def a_row(number: int) -> list[str]:
    account, at, cells = ROWS[number]
    given = {"platform": "x", "handle": account, "post_id": str(1_000 + number)}
    given |= {"created_at": str(1_772_323_200 + at), **cells}
    return [given.get(column, "") for column in HEADER]


def everything(folder: Path) -> Path:
    return write(folder / "posts.csv", [a_row(number) for number in range(len(ROWS))])


async def imported(folder: Path, path: Path, recipe: Recipe) -> Sweep:
    database = Database.open(folder / "masthead.db")
    try:
        await import_files(database, [path], clock=lambda: NOW)
        swept = await sweep_store(
            database, recipe, folder=folder / "corpus", limits=LIMITS, clock=lambda: NOW
        )
    finally:
        database.close()
    return swept.sweep


async def read(path: Path, recipe: Recipe) -> OfFiles:
    return await sweep_files([path], recipe, engine="duckdb", limits=LIMITS, clock=lambda: NOW)


def told(sweep: Sweep) -> object:
    """Return what a sweep says, with the names of accounts for their numbers."""
    names = {node.account: node.label for node in sweep.nodes}
    edges = {
        frozenset({names[edge.a], names[edge.b]}): (edge.pairs, edge.objects, edge.first_at, edge.last_at)
        for edge in sweep.edges
    }
    examples = {
        (names[each.account], each.at, each.text, each.url, each.shared_by)
        for group in sweep.groups
        for each in group.examples
    }
    return edges, examples, sweep.looked, {node.label: (node.posts, node.repeats) for node in sweep.nodes}


@pytest.mark.parametrize("method", Method)
async def test_a_file_gives_what_importing_it_gives(method: Method, tmp_path: Path) -> None:
    recipe = Recipe(method=method, min_weight=1, similarity=0.6, fast_s=4_000)
    path = everything(tmp_path)
    if method is Method.SAME_IMAGE:
        with pytest.raises(InputError, match="tells one picture"):
            await read(path, recipe)
        return
    found = await read(path, recipe)
    assert found.left_out == 0
    assert found.sweep.edges
    assert told(found.sweep) == told(await imported(tmp_path, path, recipe))


async def test_wrong_rows_are_counted_and_the_others_kept(tmp_path: Path) -> None:
    rows = [a_row(0), a_row(1), a_row(2)]
    rows[0][HEADER.index("created_at")] = "yesterday"
    found = await read(write(tmp_path / "posts.csv", rows), Recipe(method=Method.SAME_LINK, min_weight=1))
    assert found.left_out == 1
    assert [edge.pairs for edge in found.sweep.edges] == [1]


async def test_a_file_without_posts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="no posts"):
        await read(write(tmp_path / "posts.csv", []), Recipe(method=Method.SAME_LINK))
