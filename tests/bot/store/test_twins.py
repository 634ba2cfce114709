from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.store import twins
from bot.store.accounts import find_accounts
from bot.store.records import AccountId
from bot.store.twins import anybody_else, authors, partners_of, pool, repeated_posts, twins_of
from tests.bot.checks.copied import ALLY, STATE, a_store, a_text, hold, written
from tests.bot.checks.worlds import ACCOUNT, NOW

DAY = timedelta(days=1)
SINCE = NOW - 60 * DAY


@pytest.fixture
def store() -> sqlite3.Connection:
    return a_store()


def _id(connection: sqlite3.Connection, ref: AccountRef) -> AccountId:
    return find_accounts(connection, ref)[0].account_id


@pytest.mark.parametrize("query", ["_REPEATED", "_PARTNERS", "_TWINS"])
def test_texts_are_sought_by_key_and_time_in_the_index_alone(store: sqlite3.Connection, query: str) -> None:
    """A viral text of another year costs nothing."""
    bound = {"own": 1, "first": 0, "last": 1, "around": 1, "posts": "[1]", "accounts": "[2]"}
    statement = {"_REPEATED": twins._REPEATED, "_PARTNERS": twins._PARTNERS, "_TWINS": twins._TWINS}[query]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the plan is the promise
    plan = [row[3] for row in store.execute(f"EXPLAIN QUERY PLAN {statement}", bound)]
    assert any("post_same_text (text_key=? AND created_ms>? AND created_ms<?)" in step for step in plan)
    assert not any(step.startswith("SCAN post") for step in plan)


def test_partners_are_counted_by_different_texts(store: sqlite3.Connection) -> None:
    texts = [a_text(n) for n in range(3)]
    mine = [written(text, minutes_ago=100 + n) for n, text in enumerate(texts)]
    ally = [written(text, by=ALLY, minutes_ago=50 + n) for n, text in enumerate(texts)]
    often = [written(texts[0], by=STATE, minutes_ago=60 + n) for n in range(9)]
    late = [written(texts[1], by=STATE, minutes_ago=5000)]
    hold(store, mine, ally, often, late)
    found = repeated_posts(store, _id(store, ACCOUNT), since=SINCE, until=NOW, around=DAY)
    assert [each.text for each in found] == texts
    rows = [each.row for each in found]
    assert partners_of(store, rows, around=DAY) == [(_id(store, ALLY), 3), (_id(store, STATE), 1)]
    met = twins_of(store, rows, accounts=[_id(store, STATE)], around=DAY)
    assert {each.twin_of for each in met} == {mine[0].post_id}
    assert len(met) == 9


def test_a_window_is_kept_at_both_ends(store: sqlite3.Connection) -> None:
    hold(store, [written(a_text(1), minutes_ago=100)], [written(a_text(1), by=ALLY, minutes_ago=100 + 1440)])
    own = _id(store, ACCOUNT)
    assert repeated_posts(store, own, since=SINCE, until=NOW, around=DAY)
    assert not repeated_posts(store, own, since=SINCE, until=NOW, around=DAY - timedelta(milliseconds=1))
    assert not repeated_posts(store, own, since=NOW - timedelta(hours=1), until=NOW, around=DAY)


@pytest.mark.parametrize(("second", "unit_s"), [(7, 1), (0, 60)], ids=["off the minute", "on the minute"])
def test_the_unit_of_an_accounts_times_is_that_of_all_of_them(
    store: sqlite3.Connection, second: int, unit_s: int
) -> None:
    # `written` puts every post seven seconds before a full minute.
    posts = [written(a_text(n), minutes_ago=61.5 * n - (7 - second) / 60) for n in range(5)]
    moved = [post for n, post in enumerate(posts) if n % 2 == 0]
    hold(store, moved)
    own = _id(store, ACCOUNT)
    found = authors(store, [own], since=SINCE, until=NOW)[own]
    assert (found.unit_s, found.posts) == (unit_s, len(moved))


def test_an_account_without_posts_in_the_window_is_still_known(store: sqlite3.Connection) -> None:
    hold(store, [written(a_text(1), minutes_ago=1440 * 100)])
    own = _id(store, ACCOUNT)
    assert authors(store, [own], since=SINCE, until=NOW)[own].posts == 0


def test_anybody_else_means_another_account_in_these_days(store: sqlite3.Connection) -> None:
    hold(store, [written(a_text(1), minutes_ago=5)], [written(a_text(2), by=ALLY, minutes_ago=1440 * 100)])
    own = _id(store, ACCOUNT)
    assert not anybody_else(store, own, since=SINCE, until=NOW)
    assert anybody_else(store, own, since=NOW - 200 * DAY, until=NOW)
    assert anybody_else(store, _id(store, ALLY), since=SINCE, until=NOW)


def test_the_pool_holds_whole_texts_of_the_window(store: sqlite3.Connection) -> None:
    hold(
        store,
        [
            written(a_text(n), by=AccountRef(platform=Platform.X, handle=f"v_{n}"), minutes_ago=n)
            for n in range(9)
        ],
        [written(a_text(0), by=ALLY, minutes_ago=70), written(a_text(0), by=ALLY, minutes_ago=1440 * 100)],
    )
    whole = pool(store, since=SINCE, until=NOW, limit=100)
    assert whole.fraction == 1.0
    assert sum(whole.posts.values()) == 10
    ((text, accounts),) = whole.repeated
    assert text == a_text(0)
    assert len(accounts) == 2
    assert whole.held == 10


def test_a_part_of_the_pool_knows_how_small_it_is(store: sqlite3.Connection) -> None:
    hold(store, [written(a_text(n), minutes_ago=n) for n in range(2000)])
    part = pool(store, since=SINCE, until=NOW, limit=200)
    # 200 of 2,000 keys that are spread evenly: a tenth, give or take.
    assert 0.07 < part.fraction < 0.14
    assert sum(part.posts.values()) == 200
