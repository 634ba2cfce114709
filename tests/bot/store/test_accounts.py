"""Looking an account up by what a person named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import FoundBy, ensure_account, find_accounts
from bot.store.database import migrate


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    yield connection
    connection.close()


def x(handle: str | None = None, platform_id: str | None = None) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


def in_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def found(connection: sqlite3.Connection, ref: AccountRef) -> list[tuple[AccountRef, FoundBy]]:
    return [(each.ref, each.by) for each in find_accounts(connection, ref)]


def test_an_id_finds_its_account_whatever_the_handle(connection: sqlite3.Connection) -> None:
    ensure_account(connection, x("ejemplo_hoy_1", "11"), seen=in_year(2023))
    whole = x("ejemplo_hoy_1", "11")
    assert found(connection, x(platform_id="11")) == [(whole, FoundBy.PLATFORM_ID)]
    assert found(connection, x("ejemplo_otro", "11")) == [(whole, FoundBy.PLATFORM_ID)]


def test_a_handle_finds_whoever_bears_it_and_then_whoever_bore_it(connection: sqlite3.Connection) -> None:
    ensure_account(connection, x("ejemplo_hoy_1", "11"), seen=in_year(2020))
    ensure_account(connection, x("ejemplo_hoy_1", "22"), seen=in_year(2023))
    assert found(connection, x("ejemplo_hoy_1")) == [
        (x("ejemplo_hoy_1", "22"), FoundBy.HANDLE),
        (x(None, "11"), FoundBy.FORMER_HANDLE),
    ]


def test_another_id_under_the_same_handle_is_not_meant(connection: sqlite3.Connection) -> None:
    ensure_account(connection, x("ejemplo_hoy_1", "11"), seen=in_year(2023))
    assert found(connection, x("ejemplo_hoy_1", "33")) == []


def test_an_account_that_a_list_names_by_handle_is_found_with_an_id(connection: sqlite3.Connection) -> None:
    listed = ensure_account(connection, x("ejemplo_hoy_1"))
    (account,) = find_accounts(connection, x("ejemplo_hoy_1", "11"))
    assert (account.account_id, account.by) == (listed, FoundBy.HANDLE)


def test_nothing_is_found_on_another_platform(connection: sqlite3.Connection) -> None:
    ensure_account(connection, x("ejemplo_hoy_1"))
    assert found(connection, AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_hoy_1")) == []
