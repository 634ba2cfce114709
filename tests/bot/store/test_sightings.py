"""Which account a name means: ids outlive handles, handles change owners, old files arrive late."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.store.accounts import FoundBy, find_accounts
from bot.store.database import migrate
from bot.store.posts import posts_of, record
from bot.store.records import AccountId, Post, PostKind, Snapshot
from bot.store.sightings import Ledger, Sighting, identify


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = new_store()
    yield connection
    connection.close()


def new_store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, Path(":memory:"))
    return connection


def x(handle: str | None = None, platform_id: str | None = None) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


def in_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def see(connection: sqlite3.Connection, ref: AccountRef, year: int | None) -> AccountId:
    seen = None if year is None else in_year(year)
    return identify(connection, [Sighting(ref=ref, seen=seen)]).ids[ref]


def bears(connection: sqlite3.Connection, account_id: AccountId) -> str | None:
    return connection.execute("SELECT handle FROM account WHERE account_id = ?", (account_id,)).fetchone()[0]


def history(connection: sqlite3.Connection, account_id: AccountId) -> list[tuple[str, int, int]]:
    rows = connection.execute(
        "SELECT handle, first_seen_ms, last_seen_ms FROM handle_history WHERE account_id = ? ORDER BY 2",
        (account_id,),
    )
    return [
        (
            handle,
            datetime.fromtimestamp(first / 1000, UTC).year,
            datetime.fromtimestamp(last / 1000, UTC).year,
        )
        for handle, first, last in rows
    ]


def count(connection: sqlite3.Connection, table: str) -> int:
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # our own table


def test_the_same_name_is_the_same_account(connection: sqlite3.Connection) -> None:
    first = see(connection, x("ejemplo_hoy_1", "11"), 2023)
    assert see(connection, x("ejemplo_hoy_1", "11"), 2024) == first
    assert see(connection, x("ejemplo_hoy_1"), 2024) == first
    assert see(connection, x(platform_id="11"), 2024) == first
    assert history(connection, first) == [("ejemplo_hoy_1", 2023, 2024)]


def test_the_same_handle_on_two_platforms_is_two_accounts(connection: sqlite3.Connection) -> None:
    telegram = AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_hoy_1")
    assert see(connection, x("ejemplo_hoy_1"), 2023) != see(connection, telegram, 2023)


def test_an_account_known_by_handle_takes_the_id_seen_with_it(connection: sqlite3.Connection) -> None:
    by_handle = see(connection, x("ejemplo_hoy_1"), None)
    assert see(connection, x("ejemplo_hoy_1", "11"), 2023) == by_handle
    assert see(connection, x(platform_id="11"), 2023) == by_handle
    assert count(connection, "account") == 1


def test_a_renamed_account_keeps_its_history(connection: sqlite3.Connection) -> None:
    account = see(connection, x("ejemplo_viejo", "11"), 2020)
    assert see(connection, x("ejemplo_nuevo", "11"), 2023) == account
    assert bears(connection, account) == "ejemplo_nuevo"
    assert history(connection, account) == [("ejemplo_viejo", 2020, 2020), ("ejemplo_nuevo", 2023, 2023)]
    assert [(each.account_id, each.by) for each in find_accounts(connection, x("ejemplo_viejo"))] == [
        (account, FoundBy.FORMER_HANDLE)
    ]


def test_an_old_file_does_not_undo_a_renaming(connection: sqlite3.Connection) -> None:
    account = see(connection, x("ejemplo_nuevo", "11"), 2023)
    assert see(connection, x("ejemplo_viejo", "11"), 2020) == account
    assert bears(connection, account) == "ejemplo_nuevo"
    assert history(connection, account) == [("ejemplo_viejo", 2020, 2020), ("ejemplo_nuevo", 2023, 2023)]


def test_a_handle_taken_over_by_another_id_is_another_account(connection: sqlite3.Connection) -> None:
    old = see(connection, x("ejemplo_hoy_1", "11"), 2020)
    new = see(connection, x("ejemplo_hoy_1", "22"), 2023)
    assert new != old
    assert (bears(connection, old), bears(connection, new)) == (None, "ejemplo_hoy_1")
    assert history(connection, old) == [("ejemplo_hoy_1", 2020, 2020)]
    # The handle alone now means the new account, and meant the old one in its time.
    assert see(connection, x("ejemplo_hoy_1"), 2024) == new
    assert see(connection, x("ejemplo_hoy_1"), 2020) == old
    assert find_accounts(connection, x("ejemplo_hoy_1"))[0].account_id == new


def test_a_handle_taken_over_is_noticed_whatever_order_the_files_come_in(
    connection: sqlite3.Connection,
) -> None:
    new = see(connection, x("ejemplo_hoy_1", "22"), 2023)
    old = see(connection, x("ejemplo_hoy_1", "11"), 2020)
    assert (bears(connection, old), bears(connection, new)) == (None, "ejemplo_hoy_1")


def test_a_list_without_dates_takes_no_handle_away(connection: sqlite3.Connection) -> None:
    dated = see(connection, x("ejemplo_hoy_1", "11"), 2020)
    undated = see(connection, x("ejemplo_hoy_1", "22"), None)
    assert undated != dated
    assert (bears(connection, dated), bears(connection, undated)) == ("ejemplo_hoy_1", None)


def test_what_was_known_by_handle_joins_the_account_that_turns_out_to_bear_it(
    connection: sqlite3.Connection,
) -> None:
    """A list names a handle; an account known under another name is then seen with it."""
    known = see(connection, x("ejemplo_viejo", "11"), 2020)
    see(connection, x("ejemplo_nuevo"), None)
    post = Post(
        platform=Platform.X,
        post_id="1",
        author=x("ejemplo_nuevo"),
        created_at=in_year(2022),
        kind=PostKind.ORIGINAL,
        text="Hoy sale el sol",
    )
    profile = Snapshot(account=x("ejemplo_nuevo"), taken_at=in_year(2022), source="import:csv", followers=7)
    record(connection, snapshots=[profile], posts=[post])

    assert see(connection, x("ejemplo_nuevo", "11"), 2023) == known
    assert count(connection, "account") == 1
    assert [each.post_id for each in posts_of(connection, known)] == ["1"]
    assert history(connection, known) == [("ejemplo_viejo", 2020, 2020), ("ejemplo_nuevo", 2022, 2023)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_number_that_a_joined_account_left_free_is_not_taken_for_it(connection: sqlite3.Connection) -> None:
    known = see(connection, x(platform_id="11"), 2020)
    see(connection, x("ejemplo_nuevo"), None)
    batch = [
        Sighting(ref=x("ejemplo_nuevo", "11"), seen=in_year(2023)),
        Sighting(ref=x("ejemplo_otro"), seen=in_year(2023)),
    ]
    found = identify(connection, batch).ids
    assert found[x("ejemplo_nuevo", "11")] == known
    assert found[x("ejemplo_otro")] != known
    assert count(connection, "account") == 2


def test_two_accounts_that_had_their_handles_at_the_same_time_stay_two(
    connection: sqlite3.Connection,
) -> None:
    """Id 11 was called otherwise in 2022, so the handle of 2022 was somebody else's."""
    renamed = see(connection, x("ejemplo_viejo", "11"), 2021)
    see(connection, x("ejemplo_viejo", "11"), 2023)
    other = see(connection, x("ejemplo_nuevo"), 2022)
    assert see(connection, x("ejemplo_nuevo", "11"), 2024) == renamed
    assert other != renamed
    assert count(connection, "account") == 2
    assert see(connection, x("ejemplo_nuevo"), 2024) == renamed
    assert see(connection, x("ejemplo_nuevo"), 2022) == other


def test_every_reference_to_a_joined_account_moves(connection: sqlite3.Connection) -> None:
    """Fails when a table that points to accounts is added and joining does not know how to move it."""
    see(connection, x("ejemplo_viejo", "11"), 2020)
    alone = see(connection, x("ejemplo_nuevo"), None)
    connection.execute(
        "INSERT INTO check_run (account_id, asked, ran_ms, dossier) VALUES (?, '', 0, '')", (alone,)
    )
    connection.execute("INSERT INTO look_alike (shape, account_id) VALUES ('ejernplonuevo', ?)", (alone,))
    joined = see(connection, x("ejemplo_nuevo", "11"), 2023)
    assert connection.execute("SELECT account_id FROM check_run").fetchall() == [(joined,)]
    assert connection.execute("SELECT account_id FROM look_alike").fetchall() == [(joined,)]


def test_facebook_names_that_differ_in_dots_are_one_account(connection: sqlite3.Connection) -> None:
    dotted = AccountRef(platform=Platform.FACEBOOK, handle="diario.ejemplo")
    plain = AccountRef(platform=Platform.FACEBOOK, handle="diarioejemplo")
    assert see(connection, dotted, 2023) == see(connection, plain, 2024)


HANDLES = st.sampled_from(["a", "b", "c", None])
IDS = st.sampled_from(["1", "2", None])
REFS = st.builds(x, HANDLES, IDS).filter(lambda ref: bool(ref.handle or ref.platform_id))
SIGHTINGS = st.lists(
    st.builds(Sighting, ref=REFS, seen=st.one_of(st.none(), st.integers(2010, 2024).map(in_year))),
    max_size=12,
)


@given(SIGHTINGS)
def test_whatever_is_seen_ids_stay_apart_and_a_handle_has_one_bearer(sightings: list[Sighting]) -> None:
    connection = new_store()
    for each in sightings:
        identify(connection, [each])
    ids = {each.ref.platform_id for each in sightings} - {None}
    rows = connection.execute("SELECT platform_id, match_key FROM account").fetchall()
    assert {platform_id for platform_id, _ in rows if platform_id} == ids
    for bearer in ("x:a", "x:b", "x:c"):
        assert len([1 for platform_id, key in rows if platform_id and key == bearer]) <= 1
    seen = {(each.ref.platform_id, f"x:{each.ref.handle}") for each in sightings}
    assert {(platform_id, key) for platform_id, key in rows if platform_id and key} <= seen
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


@given(SIGHTINGS)
def test_one_batch_finds_every_name_and_repeating_it_makes_nothing_new(sightings: list[Sighting]) -> None:
    connection = new_store()
    first = identify(connection, sightings)
    before = connection.execute("SELECT * FROM account ORDER BY 1").fetchall()
    spans = connection.execute("SELECT * FROM handle_history ORDER BY 1, 2").fetchall()
    again = identify(connection, sightings)
    assert set(first.ids) == {each.ref for each in sightings}
    assert again.accounts_new == 0
    assert connection.execute("SELECT * FROM account ORDER BY 1").fetchall() == before
    assert connection.execute("SELECT * FROM handle_history ORDER BY 1, 2").fetchall() == spans
    connection.close()


def _tables(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    return [
        connection.execute(query).fetchall()
        for query in (
            "SELECT account_id, platform_id, handle, match_key FROM account ORDER BY 1",
            "SELECT * FROM handle_history ORDER BY 1, 2",
        )
    ]


@given(st.lists(st.tuples(SIGHTINGS, st.booleans()), max_size=6))
def test_a_ledger_changes_nothing_but_the_cost(batches: list[tuple[list[Sighting], bool]]) -> None:
    """Between two batches somebody else may write on the same connection, which the ledger must notice."""
    plain, kept = new_store(), new_store()
    ledger = Ledger()
    for sightings, disturbed in batches:
        expected = identify(plain, sightings)
        found = ledger.identify(kept, [(each.ref, each.seen) for each in sightings])
        ledger.trust(kept)
        assert found == expected
        if disturbed:
            for connection in (plain, kept):
                identify(connection, [Sighting(ref=x("a", "1"), seen=in_year(2019))])
                identify(connection, [Sighting(ref=x("c"), seen=None)])
        assert _tables(kept) == _tables(plain)
    plain.close()
    kept.close()


def test_a_ledger_reads_an_account_once(connection: sqlite3.Connection) -> None:
    ledger = Ledger()
    ledger.identify(connection, [(x("ejemplo_hoy_1", "11"), in_year(2020))])
    ledger.trust(connection)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    ledger.identify(connection, [(x("ejemplo_hoy_1", "11"), in_year(2020))])
    assert not [each for each in statements if "FROM account" in each or "FROM handle_history" in each]


def test_a_ledger_forgets_what_another_connection_changed(tmp_path: Path) -> None:
    mine, other = (sqlite3.connect(tmp_path / "m.db", isolation_level=None) for _ in range(2))
    migrate(mine, tmp_path / "m.db")
    ledger = Ledger()
    (first,) = ledger.identify(mine, [(x("ejemplo_hoy_1", "11"), in_year(2020))]).ids.values()
    ledger.trust(mine)
    other.execute("DELETE FROM handle_history")
    other.execute("DELETE FROM account WHERE account_id = ?", (first,))
    again = ledger.identify(mine, [(x("ejemplo_hoy_1", "11"), in_year(2020))])
    assert again.accounts_new == 1
    assert bears(mine, again.ids[x("ejemplo_hoy_1", "11")]) == "ejemplo_hoy_1"
    mine.close()
    other.close()


def test_a_ledger_does_not_believe_a_batch_that_broke(connection: sqlite3.Connection) -> None:
    ledger = Ledger()
    connection.execute("BEGIN")
    ledger.identify(connection, [(x("ejemplo_hoy_1", "11"), in_year(2020))])
    connection.execute("ROLLBACK")
    again = ledger.identify(connection, [(x("ejemplo_hoy_1", "11"), in_year(2020))])
    assert again.accounts_new == 1
    assert count(connection, "account") == 1
