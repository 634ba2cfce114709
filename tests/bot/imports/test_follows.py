"""Follower lists: whose list it is decides what it shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.accounts import AccountRef, Platform
from bot.imports.common import Rejected
from bot.imports.detect import detect
from bot.imports.files import ImportFile
from bot.imports.service import import_files
from bot.store.database import Database
from bot.store.follows import Follow, FollowList
from tests.bot.imports.reading import NOW, written
from tests.shared import shared

SUBJECT, ONE, TWO = ("did:plc:" + letter * 24 for letter in "abc")


def _read(path: Path) -> tuple[str, list[Follow], list[tuple[int, str]]]:
    with ImportFile.open(path) as file:
        importer = detect(file)
        records = list(importer.records(file, now=NOW))
    rejected = [(each.line, each.reason) for each in records if isinstance(each, Rejected)]
    rows = [each for each in records if not isinstance(each, Rejected)]
    return importer.name, [follow for row in rows for follow in row.follows], rejected


def _page(kind: str, *people: dict[str, Any]) -> str:
    subject = {"did": SUBJECT, "handle": "ejemplo-hoy-1.example.com", "followersCount": 80}
    return json.dumps({"subject": subject, kind: list(people), "cursor": "x"})


def _bluesky(did: str, handle: str | None = None) -> AccountRef:
    return AccountRef(platform=Platform.BLUESKY, handle=handle, platform_id=did)


def test_followers_follow_the_one_whose_list_it_is(tmp_path: Path) -> None:
    page = _page("followers", {"did": ONE, "handle": "uno.example.com"}, {"did": TWO})
    name, follows, rejected = _read(written(tmp_path, [page]))
    assert (name, rejected) == ("bluesky_follows", [])
    assert {follow.account for follow in follows} == {_bluesky(SUBJECT, "ejemplo-hoy-1.example.com")}
    assert [follow.follower for follow in follows] == [_bluesky(ONE, "uno.example.com"), _bluesky(TWO)]
    assert {follow.listed_in for follow in follows} == {FollowList.FOLLOWERS}


def test_whom_somebody_follows_is_another_kind_of_list(tmp_path: Path) -> None:
    _, follows, _ = _read(written(tmp_path, [_page("follows", {"did": ONE}), _page("follows", {"did": TWO})]))
    assert [follow.account for follow in follows] == [_bluesky(ONE), _bluesky(TWO)]
    assert {follow.follower.platform_id for follow in follows} == {SUBJECT}
    assert {follow.listed_in for follow in follows} == {FollowList.FOLLOWS}


def test_a_person_without_a_did_is_left_out_with_its_line(tmp_path: Path) -> None:
    page = _page("followers", {"did": ONE}, {"did": "plc"}, {"handle": "x.example.com"})
    _, follows, rejected = _read(written(tmp_path, [page]))
    assert len(follows) == 1
    assert [line for line, _ in rejected] == [1, 1]
    assert "`plc` cannot be the id" in rejected[0][1]


def test_the_published_sample_is_read() -> None:
    _, follows, rejected = _read(shared("data/import_samples/bluesky/get_follows.json"))
    assert rejected == []
    assert len(follows) > 0
    assert len({follow.follower for follow in follows}) == 1


CSV = "platform,account,follower,follower_id,seen_at"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_followers(tmp_path: Path, delimiter: str) -> None:
    lines = [
        CSV,
        "x,@Ejemplo_Hoy_1,consul_ej,900,2025-12-01T10:00:00Z",
        "twitter,ejemplo_hoy_1,lectora_1,,",
    ]
    path = written(tmp_path, [line.replace(",", delimiter) for line in lines])
    name, follows, rejected = _read(path)
    assert (name, rejected) == ("followers_csv", [])
    assert follows[0].account == AccountRef(platform=Platform.X, handle="ejemplo_hoy_1")
    assert follows[0].follower == AccountRef(platform=Platform.X, handle="consul_ej", platform_id="900")
    assert follows[0].seen_at == datetime(2025, 12, 1, 10, tzinfo=UTC)
    assert follows[1].follower == AccountRef(platform=Platform.X, handle="lectora_1")
    assert follows[1].seen_at == NOW


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("myspace,ejemplo_hoy_1,consul_ej,,", "is not a platform that Masthead knows"),
        ("x,ejemplo hoy,consul_ej,,", "cannot be a handle on x"),
        ("x,ejemplo_hoy_1,,,", "neither a handle nor an id"),
        ("x,ejemplo_hoy_1,consul_ej,abc,", "cannot be the id of an account on x"),
        ("x,ejemplo_hoy_1,consul_ej,,yesterday", "is no date"),
        ("x,ejemplo_hoy_1", "neither a handle nor an id"),
    ],
)
def test_a_row_that_names_nobody_is_left_out(tmp_path: Path, row: str, reason: str) -> None:
    _, follows, rejected = _read(written(tmp_path, [CSV, row, "x,ejemplo_hoy_1,lectora_1,,"]))
    assert len(follows) == 1
    ((line, told),) = rejected
    assert line == 2
    assert reason in told


async def test_an_import_counts_new_follows_once(tmp_path: Path) -> None:
    path = written(tmp_path, [CSV, "x,ejemplo_hoy_1,uno_uno,,", "x,ejemplo_hoy_1,dos_dos,,"])
    database = Database.open(tmp_path / "m.db")
    try:
        first = await import_files(database, [path], clock=lambda: NOW)
        again = await import_files(database, [path], clock=lambda: NOW)
    finally:
        database.close()
    assert (first.follows_new, first.rejected) == (2, ())
    assert (again.follows_new, again.posts_new, again.rejected) == (0, 0, ())
