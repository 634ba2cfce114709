"""A purge takes everything that refers to a row, and nothing else."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import ensure_account
from bot.store.database import migrate, transaction
from bot.store.posts import posts_of, record, snapshots_of
from bot.store.purge import purge, purge_source
from bot.store.records import Counts, Post, PostKind, Snapshot

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GONE = AccountRef(platform=Platform.X, handle="ejemplo_uno", platform_id="1")
KEPT = AccountRef(platform=Platform.X, handle="ejemplo_dos", platform_id="2")


@pytest.fixture
def store(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, tmp_path / "m.db")
    with transaction(connection):
        for ref in (GONE, KEPT):
            profile = Snapshot(account=ref, taken_at=NOW, source="import:test", followers=3)
            written = [
                Post(
                    platform=Platform.X,
                    post_id=f"{ref.platform_id}{n}",
                    author=ref,
                    created_at=NOW - timedelta(days=n),
                    kind=PostKind.ORIGINAL,
                    text=f"texto {n}",
                    counts=Counts(likes=n),
                    counts_at=NOW,
                )
                for n in range(5)
            ]
            record(connection, snapshots=[profile], posts=written)
    return connection


def test_an_account_goes_with_all_that_is_held_of_it(store: sqlite3.Connection) -> None:
    gone, kept = ensure_account(store, GONE), ensure_account(store, KEPT)
    with transaction(store):
        # The account, its profile, its handle, five posts and their counts.
        assert purge(store, "account", ids=[gone]) == 13
    assert not store.execute("PRAGMA foreign_key_check").fetchall()
    assert not posts_of(store, gone)
    assert len(posts_of(store, kept)) == 5
    assert len(snapshots_of(store, kept)) == 1


def test_nothing_to_purge_is_nothing_done(store: sqlite3.Connection) -> None:
    assert purge(store, "account", ids=[]) == 0
    assert purge_source(store, "no-such-source") == 0
