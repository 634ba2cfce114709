from __future__ import annotations

import sqlite3
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import ensure_account
from bot.store.database import Database
from bot.store.live import (
    AccountState,
    Aspect,
    Fetch,
    expire,
    fetches_of,
    record_fetch,
    record_state,
    states_of,
    withdraw,
)
from bot.store.live_parts import Given, held_account, record_given
from bot.store.posts import posts_of, snapshots_of
from bot.store.raw_answers import RawAnswer, keep_raw, newest_raw, purge_raw
from bot.store.records import AccountId, Counts, Post, PostKind, Snapshot
from bot.store.spending import Cap, Refusal, charge, forget_spending, settle, spent

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACCOUNT = AccountRef(
    platform=Platform.BLUESKY, handle="diario.example.org", platform_id="did:plc:" + "a" * 24
)


@pytest.fixture
def store(tmp_path: Path) -> Generator[sqlite3.Connection]:
    path = tmp_path / "masthead.db"
    Database.open(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


@pytest.fixture
def account(store: sqlite3.Connection) -> AccountId:
    return ensure_account(store, ACCOUNT, seen=NOW)


def _fetch(at: datetime, **more: object) -> Fetch:
    return replace(Fetch(aspect=Aspect.POSTS, source="api:bluesky", tried_at=at), **more)  # pyright: ignore[reportArgumentType] - values of the table below


def _post(number: int) -> Post:
    return Post(
        platform=Platform.BLUESKY,
        post_id=f"at://x/{number}",
        author=ACCOUNT,
        created_at=NOW - number * HOUR,
        kind=PostKind.ORIGINAL,
        text=f"Noticia {number}",
        counts=Counts(likes=1, reposts=number),
        counts_at=NOW,
    )


def _raw(key: str, *, at: datetime = NOW, keep: timedelta = HOUR) -> RawAnswer:
    return RawAnswer(
        source="api:bluesky", key=key, fetched_at=at, status=200, body=b"{}" * 500, expires_at=at + keep
    )


def _given(**more: object) -> Given:
    whole = Given(account=ACCOUNT, source="api:bluesky", at=NOW, state=AccountState.PRESENT)
    return replace(whole, **more)  # pyright: ignore[reportArgumentType] - see above


def test_a_failed_attempt_does_not_forget_the_last_complete_one(
    store: sqlite3.Connection, account: AccountId
) -> None:
    record_fetch(store, account, _fetch(NOW, done_at=NOW, reached=NOW - 90 * HOUR, items=12))
    record_fetch(store, account, _fetch(NOW + HOUR, problem="Nobody answered.", retry_at=NOW + 2 * HOUR))
    fetch = fetches_of(store, account)[Aspect.POSTS]
    assert (fetch.tried_at, fetch.done_at, fetch.reached) == (NOW + HOUR, NOW, NOW - 90 * HOUR)
    assert (fetch.problem, fetch.retry_at) == ("Nobody answered.", NOW + 2 * HOUR)


def test_how_far_back_posts_reach_only_grows(store: sqlite3.Connection, account: AccountId) -> None:
    record_fetch(store, account, _fetch(NOW, done_at=NOW, reached=NOW - 90 * HOUR))
    record_fetch(store, account, _fetch(NOW + HOUR, done_at=NOW + HOUR, reached=NOW - 3 * HOUR))
    fetch = fetches_of(store, account)[Aspect.POSTS]
    assert (fetch.done_at, fetch.reached) == (NOW + HOUR, NOW - 90 * HOUR)


def test_an_older_attempt_that_ends_later_changes_nothing(
    store: sqlite3.Connection, account: AccountId
) -> None:
    record_fetch(store, account, _fetch(NOW + HOUR, done_at=NOW + HOUR))
    record_fetch(store, account, _fetch(NOW, problem="Nobody answered."))
    assert fetches_of(store, account)[Aspect.POSTS].problem is None


def test_states_are_spans_and_a_change_opens_a_new_one(store: sqlite3.Connection, account: AccountId) -> None:
    def see(state: AccountState, hours: int) -> bool:
        return record_state(
            store, account, state=state, reason=None, source="api:bluesky", seen_at=NOW + hours * HOUR
        )

    assert [see(AccountState.PRESENT, 0), see(AccountState.PRESENT, 5)] == [True, False]
    assert see(AccountState.SUSPENDED, 7)
    assert see(AccountState.PRESENT, 9)
    assert [(each.state, each.first_at, each.last_at) for each in states_of(store, account)] == [
        (AccountState.PRESENT, NOW + 9 * HOUR, NOW + 9 * HOUR),
        (AccountState.SUSPENDED, NOW + 7 * HOUR, NOW + 7 * HOUR),
        (AccountState.PRESENT, NOW, NOW + 5 * HOUR),
    ]


def test_what_nobody_knows_gets_no_row_but_its_answer_is_kept(store: sqlite3.Connection) -> None:
    assert record_given(store, _given(state=AccountState.NOT_FOUND, raw=[_raw("GET nobody")])) == (None, None)
    assert held_account(store, ACCOUNT) is None
    assert newest_raw(store, "api:bluesky", key="GET nobody") is not None


def test_a_known_account_that_is_not_found_any_more_keeps_its_row(
    store: sqlite3.Connection, account: AccountId
) -> None:
    assert record_given(store, _given(state=AccountState.NOT_FOUND)) == (account, None)
    held = held_account(store, ACCOUNT)
    assert held is not None
    assert held.state is not None
    assert held.state.state is AccountState.NOT_FOUND


def test_a_changed_handle_is_told_with_the_old_one(store: sqlite3.Connection, account: AccountId) -> None:
    renamed = replace(ACCOUNT, handle="nuevo.example.org")
    assert record_given(store, _given(account=renamed, at=NOW + HOUR)) == (account, "diario.example.org")
    assert record_given(store, _given(account=renamed, at=NOW + 2 * HOUR)) == (account, None)


def test_withdrawing_takes_live_rows_and_leaves_imported_ones(
    store: sqlite3.Connection, account: AccountId
) -> None:
    imported = Snapshot(account=ACCOUNT, taken_at=NOW, source="import:bluesky", followers=3)
    record_given(store, _given(snapshots=[imported, replace(imported, source="api:bluesky")]))
    record_given(store, _given(posts=[_post(1), _post(2)], raw=[_raw("GET feed")]))
    record_fetch(store, account, _fetch(NOW, done_at=NOW))
    assert withdraw(store, account, source="api:bluesky*") > 0
    assert posts_of(store, account) == ()
    assert [each.source for each in snapshots_of(store, account)] == ["import:bluesky"]
    assert newest_raw(store, "api:bluesky", key="GET feed") is None
    # What is gone must not pass for fresh.
    assert fetches_of(store, account) == {}


def test_expired_data_go_and_what_was_given_again_stays(
    store: sqlite3.Connection, account: AccountId
) -> None:
    record_given(store, _given(posts=[_post(1), _post(2)]))
    record_given(store, _given(posts=[_post(2)], at=NOW + 40 * HOUR))
    assert expire(store, source="api:bluesky*", before=NOW + HOUR) > 0
    assert [post.text for post in posts_of(store, account)] == ["Noticia 2"]


def test_raw_answers_are_compressed_and_end(store: sqlite3.Connection, account: AccountId) -> None:
    keep_raw(store, _raw("GET feed"), account_id=account)
    keep_raw(store, _raw("GET feed", at=NOW + HOUR, keep=48 * HOUR), account_id=account)
    assert store.execute("SELECT max(length(body)) FROM raw_answer").fetchone()[0] < 50
    newest = newest_raw(store, "api:bluesky", key="GET feed")
    assert newest is not None
    assert (newest.fetched_at, newest.body) == (NOW + HOUR, b"{}" * 500)
    assert purge_raw(store, now=NOW + 2 * HOUR) == 1
    assert newest_raw(store, "api:bluesky", key="GET feed") == newest


@pytest.mark.parametrize(
    ("caps", "amounts", "accepted"),
    [
        ((Cap(amount=100, since=NOW),), (60, 40, 1), (True, True, False)),
        # Another place has an allowance of its own.
        ((Cap(amount=50, since=NOW, place="elsewhere"),), (60, 60), (False, False)),
        ((Cap(amount=100, since=NOW), Cap(amount=30, since=NOW, place="here")), (30, 30), (True, False)),
        # What was spent before the period does not count.
        ((Cap(amount=10, since=NOW + HOUR),), (10, 10), (True, True)),
        ((), (10**9,), (True,)),
        ((Cap(amount=0, since=NOW),), (1,), (False,)),
    ],
)
def test_no_charge_breaks_a_cap(
    store: sqlite3.Connection, caps: tuple[Cap, ...], amounts: tuple[int, ...], accepted: tuple[bool, ...]
) -> None:
    done = [
        charge(
            store,
            Platform.X,
            unit="usd_micros",
            amount=amount,
            place="here",
            what="GET posts",
            caps=caps,
            at=NOW,
        )
        for amount in amounts
    ]
    assert tuple(not isinstance(each, Refusal) for each in done) == accepted
    paid = sum(amount for amount, took in zip(amounts, accepted, strict=True) if took)
    assert spent(store, Platform.X, unit="usd_micros", since=NOW) == paid


def test_a_charge_is_corrected_and_forgotten(store: sqlite3.Connection) -> None:
    spend = charge(
        store, Platform.X, unit="usd_micros", amount=500, place=None, what="GET posts", caps=(), at=NOW
    )
    assert not isinstance(spend, Refusal)
    settle(store, spend, amount=120)
    assert spent(store, Platform.X, unit="usd_micros", since=NOW) == 120
    assert forget_spending(store, before=NOW + HOUR) == 1
    assert spent(store, Platform.X, unit="usd_micros", since=NOW) == 0
