"""`masthead sweep` as people use it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.cli import run
from bot.cli.sweep.options import seconds
from bot.errors import InputError
from bot.network.recipe import Method
from bot.store.database import Database
from bot.store.watch_lists import create_list, put_items
from bot.store.watch_records import Watchlist, WatchlistId


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MASTHEAD_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)


def hold(path: Path) -> None:
    """Three accounts publish four texts, four seconds after each other."""
    rows = [
        f"x,{handle},{handle}{n},2026-10-0{n + 1}T10:00:0{4 * place + 1}Z,"
        f"the words of text number {n} are the same for everybody\n"
        for n in range(4)
        for place, handle in enumerate(("ejemplo_uno", "ejemplo_dos", "ejemplo_tres"))
    ]
    path.write_text("platform,handle,post_id,created_at,text\n" + "".join(rows), encoding="utf-8")
    assert run(["import", str(path)]) == 0


def test_a_sweep_is_printed_saved_repeated_and_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hold(tmp_path / "posts.csv")
    capfd.readouterr()
    assert run(["sweep", "identical-text", "--window", "5s", "--save", "daily"]) == 0
    shown, complaints = capfd.readouterr()
    assert complaints == ""
    assert "within 5 s" in shown
    assert "2 pairs of accounts did, 3 accounts in all; 0 of these pairs are findings" in shown
    assert "Too few accounts are held" in shown
    assert "`ejemplo_dos` (x)" in shown

    assert run(["sweep", "run", "daily", "--json", "--out", "out"]) == 0
    sweep = json.loads(capfd.readouterr().out)
    assert sweep["recipe"]["window_s"] == 5
    assert {edge["objects"] for edge in sweep["edges"]} == {4}
    assert sweep["change"]["new_edges"] == 0
    assert (tmp_path / "out" / "network.graphml").exists()

    assert run(["sweep", "recipe", "list"]) == 0
    assert capfd.readouterr().out.startswith("daily: the same text")
    assert run(["sweep", "recipe", "show", "daily"]) == 0
    assert "masthead sweep identical-text --window 5s --min-weight 2" in capfd.readouterr().out
    assert run(["sweep", "list"]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 2
    assert run(["sweep", "show", "1"]) == 0
    assert "within 5 s" in capfd.readouterr().out

    assert run(["sweep", "export", "elsewhere"]) == 0
    assert "12 posts of 4 days; 4 days written" in capfd.readouterr().out
    assert run(["sweep", "similar-text", "--corpus", "elsewhere"]) == 0
    assert "3 pairs of accounts did" in capfd.readouterr().out


def test_another_team_repeats_a_report_to_the_same_edges(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hold(tmp_path / "posts.csv")
    assert run(["sweep", "similar-text", "--window", "5s", "--similarity", "0.7", "--out", "report"]) == 0
    assert run(["sweep", "export", "handed-over"]) == 0
    capfd.readouterr()
    # Elsewhere: the recipe of the report, the corpus that came with it, and a store of their own.
    recipe = str(tmp_path / "report" / "recipe.json")
    assert run(["sweep", "run", recipe, "--corpus", "handed-over", "--json"]) == 0
    again = json.loads(capfd.readouterr().out)
    first = json.loads((tmp_path / "report" / "sweep.json").read_text(encoding="utf-8"))
    assert first["edges"]
    assert [again[each] for each in ("recipe", "window_s", "edges", "nodes")] == [
        first[each] for each in ("recipe", "window_s", "edges", "nodes")
    ]
    # The report says the command in so many words.
    page = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    command = "masthead sweep similar-text --window 5s --similarity 0.7 --min-weight 2"
    assert f"```\n{command}\n```" in page
    assert run([*command.split()[1:], "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["edges"] == first["edges"]


def test_a_recipe_is_taken_over_shown_run_and_deleted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hold(tmp_path / "posts.csv")
    assert run(["sweep", "same-hashtags", "--min-tags", "3", "--since", "2026-10-01", "--save", "tags"]) == 2
    assert "no post has so many hashtags" in capfd.readouterr().err
    assert run(["sweep", "recipe", "show", "tags", "--json"]) == 0
    (tmp_path / "handed.json").write_text(capfd.readouterr().out, encoding="utf-8")
    assert run(["sweep", "recipe", "save", "theirs", "handed.json"]) == 0
    capfd.readouterr()
    assert run(["sweep", "recipe", "list", "--json"]) == 0
    held = json.loads(capfd.readouterr().out)
    assert set(held) == {"tags", "theirs"}
    assert held["tags"] == held["theirs"]
    assert held["theirs"]["min_tags"] == 3
    assert run(["sweep", "recipe", "delete", "tags"]) == 0
    assert run(["sweep", "run", "tags"]) == 1
    (tmp_path / "handed.json").write_text('{"method": "palmistry"}', encoding="utf-8")
    assert run(["sweep", "recipe", "save", "worse", "handed.json"]) == 2
    assert "is no recipe" in capfd.readouterr().err


def test_a_result_can_be_deleted(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    hold(tmp_path / "posts.csv")
    assert run(["sweep", "identical-text"]) == 0
    assert run(["sweep", "delete", "1"]) == 0
    capfd.readouterr()
    assert run(["sweep", "list"]) == 0
    assert "No sweep was made yet" in capfd.readouterr().out
    assert run(["sweep", "delete", "1"]) == 1


@pytest.mark.parametrize(
    ("method", "own", "others"),
    [
        ("similar-text", "--similarity", ("--fast", "--min-tags", "--short-texts")),
        ("fast-repost", "--fast", ("--similarity", "--min-tags")),
        ("same-link", "--window", ("--fast", "--similarity", "--min-tags", "--short-texts")),
    ],
)
def test_help_of_a_method_has_its_own_options_alone(
    method: str, own: str, others: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["sweep", method, "--help"]) == 0
    shown = capfd.readouterr().out
    assert own in shown
    for option in others:
        assert option not in shown
        assert run(["sweep", method, option, "1"]) == 2


def test_the_help_names_every_method_and_where_to_begin(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["sweep", "--help"]) == 0
    shown = capfd.readouterr().out
    for method in Method:
        assert method.value in shown
    assert "masthead import posts.csv" in shown


def test_a_watchlist_chooses_whose_posts_are_compared(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hold(tmp_path / "posts.csv")
    now = datetime(2026, 11, 1, tzinfo=UTC)

    def watch(connection: sqlite3.Connection) -> None:
        draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=7, name="Desk", created_at=now)
        number = create_list(connection, draft)
        assert number is not None
        refs = [AccountRef(platform=Platform.X, handle=name) for name in ("ejemplo_uno", "ejemplo_tres")]
        put_items(connection, number, refs=refs, added_by=None, now=now)

    database = Database.open(tmp_path / "masthead.db")
    asyncio.run(database.write(watch))
    database.close()
    capfd.readouterr()
    assert run(["sweep", "identical-text", "--list", "desk", "--json"]) == 0
    sweep = json.loads(capfd.readouterr().out)
    assert {node["handle"] for node in sweep["nodes"]} == {"ejemplo_uno", "ejemplo_tres"}
    assert len(sweep["edges"]) == 1


def test_pictures_are_compared_by_the_names_that_files_give_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hold(tmp_path / "posts.csv")
    assert run(["sweep", "same-image"]) == 2
    assert "a CSV file may have a column `image_hashes`" in capfd.readouterr().err
    rows = (tmp_path / "posts.csv").read_text(encoding="utf-8").splitlines()
    # The file again, with hashes: the posts are held, their pictures are new. One is an empty picture.
    hashes = ["f0e4c2d7a1b30918", "F0E4C2D7A1B30918 0123456789abcdef", "0000000000000000"] * 4
    again = [f"{rows[0]},pHash", *(f"{row},{each}" for row, each in zip(rows[1:], hashes, strict=True))]
    (tmp_path / "again.csv").write_text("\n".join(again), encoding="utf-8")
    assert run(["import", "again.csv"]) == 0
    capfd.readouterr()
    assert run(["sweep", "same-image", "--min-weight", "1", "--json"]) == 0
    sweep = json.loads(capfd.readouterr().out)
    (edge,) = sweep["edges"]
    assert (edge["objects"], edge["pairs"]) == (1, 4)
    assert {node["handle"] for node in sweep["nodes"]} == {"ejemplo_uno", "ejemplo_dos"}
    assert run(["sweep", "show", "1"]) == 0
    assert "no picture is looked at" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["identical-text", "--window", "soon"], "no length of time"),
        (["identical-text", "--since", "yesterday"], "is no day"),
        (["identical-text", "--save", "../x"], "is no name for a recipe"),
        (["identical-text", "--engine", "abacus"], "there is no engine"),
        (["identical-text", "--list", "Nowhere"], "no watchlist has the name"),
        (["identical-text"], "no posts are held"),
        (["run", "nothing"], "no recipe is called"),
        (["show", "12"], "there is no sweep 12"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    arguments: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["sweep", *arguments]) in {1, 2}
    complaint = capfd.readouterr().err
    assert says in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize(
    ("text", "expected"), [("60s", 60), ("5min", 300), ("5m", 300), ("1h", 3600), ("24h", 86_400), ("10", 10)]
)
def test_lengths_of_time(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "s", "-5s", "8d", "1 hour"])
def test_other_lengths_of_time_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        seconds(text)
