"""Which tables are read straight into a sweep, and which are left to the importer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.network.engines import DuckDbEngine, Limits
from bot.network.recipe import Method, Recipe
from bot.network.tables import NotPlainError, load, named

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = "platform,handle,platform_id,post_id,created_at,text,likes"
FIRST = "x,alpha,,1,1772323200,one,5"
SECOND = "x,bravo,,2,2026-03-02T00:00:00Z,two,"


def days_of(
    folder: Path, content: str | bytes, *, method: Method = Method.IDENTICAL_TEXT
) -> tuple[dict[date, int], list[AccountRef]]:
    path = folder / "posts.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    engine = DuckDbEngine(limits=Limits(threads=1, memory_mib=256))
    try:
        loaded = load([path], Recipe(method=method), engine=engine, scratch=folder, now=NOW)
        accounts = [loaded.accounts.ref(each.account) for each in named(loaded, range(2))]
    finally:
        engine.close()
    return loaded.days, sorted(accounts, key=str)


@pytest.mark.parametrize("method", [Method.IDENTICAL_TEXT, Method.SIMILAR_TEXT, Method.SAME_LINK])
@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{FIRST}\n{SECOND}\n",
        f"\ufeff{HEADER}\r\n{FIRST}\r\n{SECOND}\r\n",
        # Milliseconds, a cell over two lines, and no line break at the end.
        f'{HEADER}\nx,alpha,,1,1772323200000,"one, and\nmore",5\n{SECOND}',
        f"{HEADER}\n{FIRST}\n{SECOND}\n".replace(",", ";"),
    ],
)
def test_plain_tables_are_read_straight(method: Method, content: str, tmp_path: Path) -> None:
    days, accounts = days_of(tmp_path, content, method=method)
    assert days == {date(2026, 3, 1): 1, date(2026, 3, 2): 1}
    assert accounts == [AccountRef(platform=Platform.X, handle=name) for name in ("alpha", "bravo")]


@pytest.mark.parametrize(
    "rows",
    [
        # A handle with capitals, and another platform: looked at one by one, and read all the same.
        [FIRST, "X,Bravo,,2,1772409600,two,"],
        [FIRST, "bluesky,a.example.org,,2,1772409600,two,"],
    ],
)
def test_accounts_out_of_the_ordinary_are_read_too(rows: list[str], tmp_path: Path) -> None:
    days, accounts = days_of(tmp_path, "\n".join([HEADER, *rows]))
    assert sum(days.values()) == 2
    assert len(accounts) == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        f"{HEADER}\n",
        "post_id,text\n1,one\n",
        f"{HEADER},snapshot_at\n{FIRST},1772323200\n",
        f"{HEADER}\n{FIRST}\n{FIRST}\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,1772323200,two\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,yesterday,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,2026-03-01T00:00:00,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,2026-03-01T00:00:00+02:00,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,1.772323e+12,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,9999999999,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,166300000,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,1.663E+18,1772323200,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,,1772323200,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,1772323200,two,many\n",
        f"{HEADER}\n{FIRST}\nx,no handle,,2,1772323200,two,\n",
        f"{HEADER}\n{FIRST}\nelsewhere,bravo,,2,1772323200,two,\n",
        f"{HEADER}\n{FIRST}\nx,alpha,77,2,1772323200,two,\n",
        f'{HEADER}\n{FIRST}\nx,bravo,,2,1772323200,"two,\n',
        f"{HEADER}\n{FIRST}\rx,bravo,,2,1772323200,two,\n",
        f"{HEADER}\n{FIRST}\nx,bravo,,2,1772323200,t\x00o,\n",
        f"{HEADER}\n{FIRST}\n".encode() + b"x,bravo,,2,1772323200,t\xff,\n",
    ],
)
def test_whatever_is_odd_is_left_to_the_importer(content: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(NotPlainError):
        days_of(tmp_path, content)


def test_methods_that_compare_more_are_left_to_the_importer(tmp_path: Path) -> None:
    with pytest.raises(NotPlainError, match="same-reply"):
        days_of(tmp_path, f"{HEADER}\n{FIRST}\n", method=Method.SAME_REPLY)
