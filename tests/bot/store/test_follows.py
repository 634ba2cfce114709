from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.accounts import find_accounts
from bot.store.follows import (
    Follow,
    FollowList,
    followers_of,
    official_followers,
    officials_registered,
    record_follows,
    sharers_of,
)
from bot.store.posts import record
from bot.store.records import AccountId, PostKind
from tests.bot.checks.worlds import a_post
from tests.bot.registry.founding import add_account, add_entity, add_typology

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _x(handle: str, platform_id: str | None = None) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


PAPER, OTHER, STATE = _x("diario_uno"), _x("diario_dos"), _x("medio_estatal")
CONSUL, ENVOY = _x("consul_ej"), _x("enviada_ej")


def _follow(
    account: AccountRef,
    *followers: AccountRef,
    listed_in: FollowList = FollowList.FOLLOWERS,
    seen_at: datetime = NOW,
) -> list[Follow]:
    return [
        Follow(account=account, follower=each, listed_in=listed_in, source="import:test", seen_at=seen_at)
        for each in followers
    ]


def _readers(n: int, *, of: str) -> list[AccountRef]:
    return [_x(f"r_{of}_{number}") for number in range(n)]


def _id(connection: sqlite3.Connection, ref: AccountRef) -> AccountId:
    return find_accounts(connection, ref)[0].account_id


@pytest.fixture
def store(connection: sqlite3.Connection) -> sqlite3.Connection:
    add_entity(connection, "consulate", kind="government")
    add_account(connection, "consulate", CONSUL)
    add_entity(connection, "envoy", kind="official")
    add_account(connection, "envoy", ENVOY)
    add_entity(connection, "state-paper")
    add_typology(connection, "state-paper", "SC")
    add_account(connection, "state-paper", STATE)
    return connection


def test_a_list_that_was_read_before_adds_nothing(store: sqlite3.Connection) -> None:
    follows = _follow(PAPER, *_readers(5, of="a"), CONSUL)
    assert record_follows(store, follows) == 6
    assert record_follows(store, follows) == 0


def test_the_last_sighting_of_a_follow_counts(store: sqlite3.Connection) -> None:
    for days in (0, 30, 3):
        record_follows(store, _follow(PAPER, CONSUL, seen_at=NOW - timedelta(days=days)))
    circle = followers_of(store, _id(store, PAPER), platform=Platform.X)
    assert circle is not None
    assert [each.seen_at for each in circle.officials] == [NOW]


def test_officials_among_followers_are_named_and_others_compared(store: sqlite3.Connection) -> None:
    record_follows(store, _follow(PAPER, *_readers(5, of="a"), CONSUL, ENVOY))
    record_follows(store, _follow(OTHER, *_readers(7, of="b"), CONSUL))
    circle = followers_of(store, _id(store, PAPER), platform=Platform.X)
    assert circle is not None
    assert circle.size == 7
    assert {each.claim.account for each in circle.officials} == {CONSUL, ENVOY}
    assert (circle.others, circle.others_size, dict(circle.others_officials)) == (1, 8, {"CN": 1})


def test_accounts_of_a_state_are_nothing_to_compare_with(store: sqlite3.Connection) -> None:
    record_follows(store, _follow(PAPER, *_readers(5, of="a")))
    record_follows(store, _follow(STATE, *_readers(7, of="b"), CONSUL))
    record_follows(store, _follow(ENVOY, CONSUL))
    circle = followers_of(store, _id(store, PAPER), platform=Platform.X)
    assert circle is not None
    assert circle.others == 0


def test_another_platform_is_nothing_to_compare_with(store: sqlite3.Connection) -> None:
    elsewhere = AccountRef(platform=Platform.BLUESKY, handle="uno.example.com", platform_id="did:plc:a")
    record_follows(store, [*_follow(PAPER, CONSUL), *_follow(elsewhere, *_readers(3, of="c"))])
    circle = followers_of(store, _id(store, PAPER), platform=Platform.X)
    assert circle is not None
    assert circle.others == 0


def test_a_list_of_whom_somebody_follows_is_no_sample_of_an_audience(store: sqlite3.Connection) -> None:
    record_follows(store, _follow(PAPER, CONSUL, listed_in=FollowList.FOLLOWS))
    paper = _id(store, PAPER)
    assert followers_of(store, paper, platform=Platform.X) is None
    assert [each.claim.account for each in official_followers(store, paper)] == [CONSUL]


def test_one_official_account_with_two_claims_is_one(store: sqlite3.Connection) -> None:
    add_account(store, "envoy", CONSUL, source="second")
    record_follows(store, _follow(PAPER, CONSUL))
    circle = followers_of(store, _id(store, PAPER), platform=Platform.X)
    assert circle is not None
    assert len(circle.officials) == 1


def test_follows_move_with_an_account_that_turns_out_to_be_another(store: sqlite3.Connection) -> None:
    record_follows(store, _follow(PAPER, *_readers(2, of="a"), _x("sin_id")))
    record_follows(store, _follow(_x("diario_uno", "5"), _x("sin_id", "6")))
    circle = followers_of(store, _id(store, _x("diario_uno", "5")), platform=Platform.X)
    assert circle is not None
    assert circle.size == 3


def test_sharers_are_counted_once_and_never_the_author(store: sqlite3.Connection) -> None:
    originals = [a_post(n, author=PAPER) for n in (1, 2)]
    others = [a_post(n, author=OTHER) for n in (3, 4)]
    shares = [
        replace(a_post(100 + n, author=by, kind=kind), refers_to=str(of))
        for n, (by, of, kind) in enumerate(
            [
                (CONSUL, 1, PostKind.REPOST),
                (CONSUL, 2, PostKind.QUOTE),
                (ENVOY, 1, PostKind.REPLY),  # an answer spreads nothing
                (PAPER, 1, PostKind.REPOST),
                (_x("lectora"), 1, PostKind.REPOST),
                (_x("lectora"), 3, PostKind.REPOST),
                (CONSUL, 4, PostKind.REPOST),
            ]
        )
    ]
    record(store, posts=[*originals, *others, *shares])
    circle = sharers_of(store, _id(store, PAPER), platform=Platform.X)
    assert circle is not None
    assert circle.size == 2
    assert [each.claim.account for each in circle.officials] == [CONSUL]
    assert (circle.others, circle.others_size, dict(circle.others_officials)) == (1, 2, {"CN": 1})
    assert sharers_of(store, _id(store, _x("lectora")), platform=Platform.X) is None


def test_officials_are_known_platform_by_platform(store: sqlite3.Connection) -> None:
    assert officials_registered(store, Platform.X)
    assert not officials_registered(store, Platform.TELEGRAM)
