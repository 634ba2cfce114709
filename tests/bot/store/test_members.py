from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database, transaction
from bot.store.members import checks_asked_by, forget_member

RUN = "INSERT INTO check_run (asked, requested_by, ran_ms, dossier) VALUES (?, ?, ?, ?)"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    Database.open(tmp_path / "m.db").close()
    opened = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    opened.executemany(
        RUN,
        [
            ("@ejemplo_hoy_1", "7", 2_000, "{}"),
            ("@ejemplo_hoy_2", "7", 1_000, "{}"),
            ("@ejemplo_hoy_3", "8", 3_000, "{}"),
            ("@ejemplo_hoy_4", None, 4_000, "{}"),
        ],
    )
    yield opened
    opened.close()


def test_a_member_sees_their_own_checks_oldest_first(connection: sqlite3.Connection) -> None:
    assert [run.asked for run in checks_asked_by(connection, "7")] == ["@ejemplo_hoy_2", "@ejemplo_hoy_1"]


def test_forgetting_takes_name_and_words_and_leaves_the_dossiers(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        assert forget_member(connection, "7") == 2
    assert checks_asked_by(connection, "7") == []
    assert [run.asked for run in checks_asked_by(connection, "8")] == ["@ejemplo_hoy_3"]
    rows = connection.execute("SELECT asked, dossier FROM check_run ORDER BY ran_ms").fetchall()
    assert rows == [("", "{}"), ("", "{}"), ("@ejemplo_hoy_3", "{}"), ("@ejemplo_hoy_4", "{}")]
