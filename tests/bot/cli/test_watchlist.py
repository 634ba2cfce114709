"""`masthead watchlist` on the database that the bot uses."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import run
from bot.store.database import Database
from bot.store.watch_lists import create_list
from bot.store.watch_records import Watchlist, WatchlistId


@pytest.fixture(autouse=True)
def _one_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    monkeypatch.delenv("MASTHEAD_STORE_PATH", raising=False)
    database = Database.open(tmp_path / "masthead.db")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    draft = Watchlist(watchlist_id=WatchlistId(0), guild_id=77, name="Papers", created_at=now)
    try:
        asyncio.run(database.write(create_list, draft))
    finally:
        database.close()


def test_a_list_is_filled_shown_exported_and_read_back(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["watchlist", "add", "papers", "https://x.com/gaceta", "https://t.me/diario"]) == 0
    assert "2 accounts new, 0 on it before." in capfd.readouterr().out
    assert run(["watchlist", "export", "1"]) == 0
    exported = capfd.readouterr().out
    assert exported.splitlines()[0] == "platform,handle,platform_id,url"
    assert "x,gaceta,,https://x.com/gaceta" in exported
    assert run(["watchlist", "remove", "Papers", "https://t.me/diario"]) == 0
    file = tmp_path / "list.csv"
    file.write_text(exported, encoding="utf-8")
    capfd.readouterr()
    assert run(["watchlist", "import", "Papers", str(file)]) == 0
    assert "1 account new, 1 on it before, 0 lines left out." in capfd.readouterr().out
    assert run(["watchlist", "show", "Papers", "--json"]) == 0
    shown = json.loads(capfd.readouterr().out)
    assert shown["server"] == "77"
    assert {account["handle"] for account in shown["accounts"]} == {"gaceta", "diario"}


def test_lines_that_name_nobody_are_left_out_with_the_reason(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "names.txt"
    file.write_text("# ours\nhttps://x.com/gaceta\n@somebody\n\n???\n", encoding="utf-8")
    assert run(["watchlist", "import", "1", str(file)]) == 0
    out = capfd.readouterr().out
    assert "1 account new, 0 on it before, 2 lines left out." in out
    assert "@somebody: it may be on x, " in out
    assert "name the platform for all" in out


def test_rules_are_added_to_those_that_stand_and_taken_back(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["watchlist", "tune", "1", "--severities", "New post=OFF, keyword=high"]) == 0
    assert run(["watchlist", "tune", "1", "--severities", "label lost=low"]) == 0
    assert run(["watchlist", "tune", "1", "--keywords", "cumbre, 中国"]) == 0
    out = capfd.readouterr().out
    assert "keywords: cumbre, 中国" in out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "new post off (usually low)" in lines
    assert "label lost low (usually high)" in lines
    assert "handle changed high" in lines
    assert run(["watchlist", "tune", "1", "--severities", "new post=usual", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["severities"] == {"keyword": 3, "label_lost": 1}
    anew = ["--severities", "all=usual", "--keywords", "", "--name", "Dailies"]
    assert run(["watchlist", "tune", "1", *anew]) == 0
    capfd.readouterr()
    assert run(["watchlist", "tune", "dailies", "--json"]) == 0
    tuned = json.loads(capfd.readouterr().out)
    assert (tuned["name"], tuned["severities"], tuned["keywords"]) == ("Dailies", {}, [])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("new post", "Write `kind=level`"),
        ("=high", "Write `kind=level`"),
        ("new post=loud", "Levels: off, low, medium, high, critical"),
        ("new posts=high", "Did you mean new post?"),
        ("looking stopped=off", "silence about an account"),
    ],
)
def test_a_rule_that_is_none_is_refused_with_what_is_accepted(
    rule: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["watchlist", "tune", "1", "--severities", rule]) == 2
    assert said in capfd.readouterr().err


def test_the_looks_at_an_account_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    run(["watchlist", "add", "1", "https://x.com/gaceta"])
    capfd.readouterr()
    assert run(["watchlist", "show", "1"]) == 0
    assert "last look never; next now" in capfd.readouterr().out


def test_an_unknown_list_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["watchlist", "show", "Nothing"]) == 2
    assert "`masthead watchlist list`" in capfd.readouterr().err


def test_the_diagnosis_counts_what_is_watched(capfd: pytest.CaptureFixture[str]) -> None:
    run(["watchlist", "add", "1", "https://x.com/gaceta"])
    capfd.readouterr()
    run(["doctor"])
    assert "1 accounts watched, 0 parked, 0 failing" in capfd.readouterr().out
