from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import ensure_account
from bot.store.checks import (
    author_of,
    load_run,
    recent_checks,
    registry_mark,
    registry_size,
    save_run,
    spellings,
)
from bot.store.database import migrate
from bot.store.records import AccountId, CheckRunId
from tests.bot.registry.founding import NOW, OUTLET, add_account, add_case


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "m.db", isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        migrate(opened, tmp_path / "m.db")
        yield opened


def _save(
    connection: sqlite3.Connection, asked: str, *, account: AccountId | None = None, minutes: int = 0
) -> CheckRunId:
    return save_run(
        connection,
        b'{"schema":1}',
        account_id=account,
        asked=asked,
        requested_by="7",
        ran_at=NOW + timedelta(minutes=minutes),
    )


def test_a_run_comes_back_as_it_was_kept(connection: sqlite3.Connection) -> None:
    run_id = _save(connection, "@x")
    assert load_run(connection, run_id) == '{"schema":1}'
    assert load_run(connection, CheckRunId(99)) is None


def test_recent_checks_hold_each_account_once_and_forget_what_was_taken_out(
    connection: sqlite3.Connection,
) -> None:
    account = ensure_account(connection, OUTLET)
    _save(connection, "@old", account=account)
    _save(connection, "@nobody", minutes=1)
    _save(connection, "@new", account=account, minutes=2)
    _save(connection, "", minutes=3)  # a member asked for their words to be deleted
    recent = recent_checks(connection)
    assert [(each.asked, each.at) for each in recent] == [
        ("@new", NOW + timedelta(minutes=2)),
        ("@nobody", NOW + timedelta(minutes=1)),
    ]
    assert len(recent_checks(connection, limit=1)) == 1


def test_the_mark_moves_with_every_claim_on_an_account(connection: sqlite3.Connection) -> None:
    before = registry_mark(connection)
    add_case(connection)
    between = registry_mark(connection)
    add_account(connection, "outlet", AccountRef(platform=Platform.TELEGRAM, handle="mundo_ejemplo"))
    assert len({before, between, registry_mark(connection)}) == 3


def test_withdrawn_accounts_are_neither_counted_nor_spelled(connection: sqlite3.Connection) -> None:
    add_case(connection)
    assert registry_size(connection) == 3
    assert ("handle", "mundo_ejemplo", "outlet") in set(spellings(connection))
    connection.execute("UPDATE account_claim SET retracted_ms = 1")
    assert registry_size(connection) == 0
    assert {kind for kind, _text, _key in spellings(connection)} == {"name"}


def test_the_author_of_a_post_that_is_not_held_is_unknown(connection: sqlite3.Connection) -> None:
    assert author_of(connection, Platform.X, post_id="1") is None
