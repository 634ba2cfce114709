"""Accounts of one platform and size are drawn evenly, by what their newest profile says."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.cohorts import Peer, peers
from bot.store.posts import record
from bot.store.records import Counts, Post, PostKind, Snapshot

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)


def member(number: int, platform: Platform = Platform.X) -> AccountRef:
    return AccountRef(platform=platform, handle=f"ejemplo_{number}", platform_id=str(100 + number))


def a_profile(ref: AccountRef, followers: int | None, *, days: float = 0) -> Snapshot:
    return Snapshot(
        account=ref, taken_at=NOW + timedelta(days=days), source="import:example", followers=followers
    )


def a_post(
    ref: AccountRef,
    number: int,
    *,
    likes: int | None = 1,
    kind: PostKind = PostKind.ORIGINAL,
    counted_after: float = 2,
) -> Post:
    created_at = NOW - timedelta(days=number)
    return Post(
        platform=ref.platform,
        post_id=f"{ref.platform_id}-{number}-{kind}",
        author=ref,
        created_at=created_at,
        kind=kind,
        text="Hoy sale el sol",
        counts=Counts(likes=likes, reposts=likes, replies=likes),
        counts_at=created_at + timedelta(days=counted_after),
    )


def drawn(
    connection: sqlite3.Connection, *, followers: range = range(10, 100), limit: int = 100, posts: int = 20
) -> dict[int, Peer]:
    found = peers(connection, Platform.X, followers=followers, limit=limit, posts=posts)
    return {peer.followers: peer for peer in found}


def test_members_are_of_the_platform_and_the_bucket_and_have_posts(connection: sqlite3.Connection) -> None:
    sizes = {1: 9, 2: 10, 3: 99, 4: 100, 5: 50}
    record(
        connection,
        snapshots=[a_profile(member(n), size) for n, size in sizes.items()]
        + [a_profile(member(6, Platform.VK), 60), a_profile(member(7), None)],
        posts=[a_post(member(n), 1) for n in (1, 2, 3, 4, 7)] + [a_post(member(6, Platform.VK), 1)],
    )
    # The account with 50 followers has no posts.
    assert sorted(drawn(connection)) == [10, 99]


def test_the_newest_profile_with_followers_decides_the_bucket(connection: sqlite3.Connection) -> None:
    record(
        connection,
        snapshots=[
            a_profile(member(1), 50),
            a_profile(member(1), 500, days=1),
            a_profile(member(2), 60),
            a_profile(member(2), None, days=1),
        ],
        posts=[a_post(member(1), 1), a_post(member(2), 1)],
    )
    assert sorted(drawn(connection)) == [60]


def test_the_newest_originals_come_with_their_newest_counts_and_age(
    connection: sqlite3.Connection,
) -> None:
    again = a_post(member(1), 1, likes=9, counted_after=30)
    record(
        connection,
        snapshots=[a_profile(member(1), 50)],
        posts=[
            *(a_post(member(1), n, likes=n) for n in range(1, 6)),
            a_post(member(1), 0, kind=PostKind.REPOST),
            again,
        ],
    )
    (peer,) = drawn(connection, posts=3).values()
    assert sorted((post.counts.likes, post.age.days) for post in peer.posts) == [(2, 2), (3, 2), (9, 30)]


def test_posts_without_counts_are_left_out_and_hidden_kinds_stay_so(
    connection: sqlite3.Connection,
) -> None:
    record(
        connection,
        snapshots=[a_profile(member(1), 50)],
        posts=[a_post(member(1), 1, likes=None), a_post(member(1), 2, likes=4)],
    )
    (peer,) = drawn(connection).values()
    assert [post.counts.likes for post in peer.posts] == [4]
    assert peer.posts[0].counts.views is None


def test_a_draw_is_even_and_always_the_same(connection: sqlite3.Connection) -> None:
    record(
        connection,
        snapshots=[a_profile(member(n), 10 + n % 90) for n in range(400)],
        posts=[a_post(member(n), 1) for n in range(400)],
    )

    def some() -> list[int]:
        found = peers(connection, Platform.X, followers=range(10, 100), limit=40, posts=1)
        return [peer.account_id for peer in found]

    first = some()
    assert first == some()
    assert len(set(first)) == 40
    # From every tenth of those who were recorded, neither the first nor the last alone.
    assert all(1 <= sum(low < each <= low + 40 for each in first) <= 10 for low in range(0, 400, 40))


def test_a_search_starts_at_the_index_of_follower_counts(connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    drawn(connection)
    connection.set_trace_callback(None)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statements[0]}").fetchall()
    assert any("snapshot_followers" in row[3] for row in plan)
    assert not any(row[3].startswith("SCAN") for row in plan)
