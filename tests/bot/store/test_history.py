"""One follower count a day, and handles in the order in which they were seen."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.history import follower_counts, handles_of
from bot.store.posts import record
from bot.store.records import AccountId, Post, PostKind, Snapshot
from bot.store.sightings import Sighting, identify

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)
AUTHOR = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1", platform_id="11")


def profile(
    followers: int | None, *, hours: float = 0, rounded: bool = False, source: str = "import:example"
) -> Snapshot:
    return Snapshot(
        account=AUTHOR,
        taken_at=NOW + timedelta(hours=hours),
        source=source,
        followers=followers,
        rounded=rounded,
    )


def account(connection: sqlite3.Connection) -> AccountId:
    return identify(connection, [Sighting(ref=AUTHOR, seen=NOW)]).ids[AUTHOR]


def followers(connection: sqlite3.Connection, *, limit: int = 100) -> list[int]:
    return [each.followers for each in follower_counts(connection, account(connection), limit=limit)]


def test_counts_come_oldest_first_whatever_the_order_of_arrival(connection: sqlite3.Connection) -> None:
    record(connection, snapshots=[profile(30, hours=48), profile(10), profile(20, hours=24)])
    assert followers(connection) == [10, 20, 30]
    assert followers(connection, limit=2) == [20, 30]


def test_the_last_of_a_day_counts_and_profiles_without_count_do_not(
    connection: sqlite3.Connection,
) -> None:
    record(
        connection,
        snapshots=[profile(10), profile(12, hours=6), profile(None, hours=8), profile(0, hours=24)],
    )
    assert followers(connection) == [12, 0]


def test_an_exact_count_stands_for_its_day_before_a_later_rounded_one(connection: sqlite3.Connection) -> None:
    record(
        connection,
        snapshots=[profile(1_234), profile(1_200, hours=5, rounded=True, source="import:other")],
    )
    (only,) = follower_counts(connection, account(connection))
    assert (only.followers, only.rounded, only.source) == (1_234, False, "import:example")


def test_handles_come_in_the_order_in_which_they_were_seen(connection: sqlite3.Connection) -> None:
    for number, handle in enumerate(("ejemplo_hoy", "ejemplo_ayer", "ejemplo_hoy")):
        ref = AccountRef(platform=Platform.X, handle=handle, platform_id="11")
        post = Post(
            platform=Platform.X,
            post_id=str(number),
            author=ref,
            created_at=NOW + timedelta(days=number),
            kind=PostKind.ORIGINAL,
            text="Hoy sale el sol",
            counts_at=NOW + timedelta(days=number),
        )
        record(connection, posts=[post])
    (account_id,) = (row[0] for row in connection.execute("SELECT account_id FROM account"))
    borne = handles_of(connection, account_id)
    assert [(each.handle, each.first_seen) for each in borne] == [
        ("ejemplo_hoy", NOW),
        ("ejemplo_ayer", NOW + timedelta(days=1)),
    ]
    assert borne[0].last_seen == NOW + timedelta(days=2)


def test_an_account_without_history_has_none(connection: sqlite3.Connection) -> None:
    assert follower_counts(connection, AccountId(77)) == ()
    assert handles_of(connection, AccountId(77)) == ()
