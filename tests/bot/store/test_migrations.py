"""Databases that teams hold already: they come up to date with every row, by migrations that never change."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import database
from bot.store.database import migrate

FOLDER = Path(database.__file__).parent / "migrations"
# A team's database may stand at any of these. Later ones join the list when they land.
LANDED = {
    "0001_initial.sql": "29421778864136b8044946d8f76243482d6e3c8ac5e1a38a7190449829a2a753",
    "0002_prints.sql": "61358e5c3cd6ef11721b75423b6825fe631cf08856f97ba70c919ad48b527c6a",
    "0003_audience.sql": "52bf3f10ef3007b290b821493ea0c89cf70afba6ebb49ef5d78a473378e39f70",
    "0004_engagement.sql": "f160f0521c37b9c69340200a28b6f973e1542edd25c9eb71953e108f5452f21b",
    "0005_live.sql": "a98009c95d66475a392bfceff19fea793281a619009ae123042b249d9dc52ad8",
    "0006_watch.sql": "769e077f6bea4bb64dc10269ca1d1c853c16d58f5342f9e0c781e6d1854925a3",
    "0007_curation.sql": "11b1e1180a1a1a68717aafd0b3daf019a1b73a62950a108a3c95642f4bbcfa9f",
    "0008_sweeps.sql": "1a186756b2664ff4465213809266f8f0d8181f9b580b9c4358063cf72c8d7186",
    "0009_site_marks.sql": "7126be20631871e920d05d2b309c0670ed92314f8aef3f6535c6756d487a3fe1",
    "0010_site_sample.sql": "f551c3bd3dcfcf084488e902513a4e5dc2350f3f816f1644b27a7ac4d1d370e2",
}
ROWS = """
INSERT INTO source (source_id, key, title, publisher, url, retrieved_on, reliability, credibility)
VALUES (1, 's', 'A list', 'A publisher', 'https://lists.example', '2026-01-01', 'B', '2');
INSERT INTO entity (entity_id, key, kind) VALUES (7, 'outlet', 'outlet');
INSERT INTO entity_name (entity_name_id, entity_id, name, folded, kind, source_id, layer, retracted_by)
VALUES (3, 7, 'An Outlet', 'an outlet', 'main', 1, 42, 'load:1');
INSERT INTO hidden (layer, claim_kind, claim_id) VALUES (42, 'claim', 9);
INSERT INTO actor (actor_id, member, name) VALUES (1, '100', 'a curator');
INSERT INTO proposal
(proposal_id, layer, act, claim_kind, claim_id, reason, made_by, made_ms, worded_by)
VALUES (5, 42, 'retract', 'claim', 9, 'out of date', 1, 1000, 1);
INSERT INTO judgement
(judgement_id, layer, about, claim_kind, claim_id, verdict, reason, made_by, made_ms)
VALUES (6, 42, 'claim', 'claim', 9, 'refute', 'the source was withdrawn', 1, 2000);
INSERT INTO account (account_id, platform, handle, match_key)
VALUES (8, 'bluesky', 'outlet.example', 'outlet.example');
INSERT INTO watchlist (watchlist_id, guild_id, name, folded, created_ms)
VALUES (2, 42, 'Embassies', 'embassies', 1);
INSERT INTO watch_item (watchlist_id, account_id, added_ms) VALUES (2, 8, 1);
INSERT INTO watch_account (account_id, next_ms, succeeded_ms) VALUES (8, 5000, 4000);
INSERT INTO subscription
(subscription_id, watchlist_id, user_id, channel_id, made_in, least, cadence, digest_hour, zone, created_ms)
VALUES (4, 2, 100, 7, 7, 1, 'now', 9, 'UTC', 1);
INSERT INTO alert
(alert_id, watchlist_id, account_id, key, kind, severity, made_ms, happened_ms, told)
VALUES (1, 2, 8, 'a', 'test', 1, 1, 1, '{}'), (2, 2, 8, 'b', 'new_post', 1, 1, 1, '{}');
INSERT INTO outgoing (outgoing_id, subscription_id, place, kind, nonce, made_ms, next_ms)
VALUES (1, 4, 'channel:7', 'alert', 'n1', 1, 1), (2, 4, 'channel:7', 'alert', 'n2', 1, 1);
INSERT INTO delivery (alert_id, subscription_id, state, due_ms, held, outgoing_id, revision)
VALUES (1, 4, 'grouped', 1, 0, 1, 1), (2, 4, 'grouped', 1, 0, 2, 1);
"""
TABLES = ("source", "entity", "entity_name", "hidden", "actor", "proposal", "judgement")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "masthead.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def test_migrations_that_landed_stay_as_they_are() -> None:
    now = {file: hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() for file in LANDED}
    changed = [file for file, digest in LANDED.items() if now[file] != digest]
    assert not changed, f"write a new migration in place of editing {changed}"


def test_a_database_of_the_last_landing_keeps_every_row(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.sql"))]
    with monkeypatch.context() as older:
        older.setattr(database, "_migrations", lambda: scripts[: len(LANDED)])
        migrate(connection, tmp_path / "masthead.db")
    connection.executescript(ROWS)
    before = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in TABLES}  # noqa: S608 - our own names

    migrate(connection, tmp_path / "masthead.db")

    for name, rows in before.items():
        after = [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 - our own names
        assert len(after) == len(rows)
        for was, now in zip(rows, after, strict=True):
            assert {column: now[column] for column in was} == was
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_list_of_the_last_landing_goes_on_without_its_test_alerts(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.sql"))]
    with monkeypatch.context() as older:
        older.setattr(database, "_migrations", lambda: scripts[: len(LANDED)])
        migrate(connection, tmp_path / "masthead.db")
    connection.executescript(ROWS)

    migrate(connection, tmp_path / "masthead.db")

    # An account that was looked at before brings no backlog, and a test tells of no account any more.
    assert connection.execute("SELECT anew FROM watch_item").fetchone()[0] == 0
    assert [row[0] for row in connection.execute("SELECT kind FROM alert")] == ["new_post"]
    waiting = connection.execute("SELECT nonce FROM outgoing WHERE wanted > sent").fetchall()
    assert [row[0] for row in waiting] == ["n2"]


def test_a_database_that_grew_up_has_the_schema_of_a_new_one(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.sql"))]
    for known in range(1, len(scripts) + 1):
        with monkeypatch.context() as older:
            older.setattr(database, "_migrations", lambda known=known: scripts[:known])
            migrate(connection, tmp_path / "masthead.db")
    new = sqlite3.connect(":memory:", isolation_level=None)
    migrate(new, tmp_path / "new.db")
    schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    assert [tuple(row) for row in connection.execute(schema)] == new.execute(schema).fetchall()
    new.close()
