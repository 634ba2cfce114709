"""Reposts by others of what an account published, each account once for each post."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.posts import record
from bot.store.records import AccountId, Post, PostKind
from bot.store.reposts import Repost, Reposts, names_of, reposts_of
from bot.store.sightings import Sighting, identify
from bot.store.times import to_ms

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)
AUTHOR = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1", platform_id="11")


def reader(number: int, platform: Platform = Platform.X) -> AccountRef:
    return AccountRef(platform=platform, handle=f"lectora_{number}", platform_id=str(100 + number))


def a_post(
    post_id: str,
    *,
    author: AccountRef = AUTHOR,
    minutes: float = 0,
    kind: PostKind = PostKind.ORIGINAL,
    of: str | None = None,
) -> Post:
    return Post(
        platform=author.platform,
        post_id=post_id,
        author=author,
        created_at=NOW + timedelta(minutes=minutes),
        kind=kind,
        text="Hoy sale el sol",
        refers_to=of,
    )


def a_repost(
    post_id: str, of: str, *, by: AccountRef, minutes: float, kind: PostKind = PostKind.REPOST
) -> Post:
    return a_post(post_id, author=by, minutes=minutes, kind=kind, of=of)


def account(connection: sqlite3.Connection, ref: AccountRef = AUTHOR) -> AccountId:
    return identify(connection, [Sighting(ref=ref, seen=NOW)]).ids[ref]


def held(connection: sqlite3.Connection, *, limit: int = 1_000) -> Reposts:
    author = account(connection)
    return reposts_of(
        connection, author, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1), limit=limit
    )


def lags(found: tuple[Repost, ...]) -> list[int]:
    return [(repost.at_ms - repost.published_ms) // 1000 for repost in found]


def test_reposts_carry_who_when_and_of_what(connection: sqlite3.Connection) -> None:
    record(connection, posts=[a_post("1"), a_repost("2", "1", by=reader(1), minutes=3)])
    found = held(connection)
    (repost,) = found.held
    assert repost.account == account(connection, reader(1))
    assert (repost.at_ms, repost.published_ms) == (to_ms(NOW + timedelta(minutes=3)), to_ms(NOW))
    assert not found.capped


def test_quotes_replies_own_reposts_and_other_platforms_are_no_reposts_by_others(
    connection: sqlite3.Connection,
) -> None:
    record(
        connection,
        posts=[
            a_post("1"),
            a_repost("2", "1", by=reader(1), minutes=1, kind=PostKind.QUOTE),
            a_repost("3", "1", by=reader(2), minutes=1, kind=PostKind.REPLY),
            a_repost("4", "1", by=AUTHOR, minutes=1),
            # The same number is another post there.
            a_repost("5", "1", by=reader(3, Platform.VK), minutes=1),
            # Its repost of somebody else's post is not its own to be reposted.
            a_post("6", kind=PostKind.REPOST, of="900"),
            a_repost("7", "6", by=reader(4), minutes=1),
        ],
    )
    assert held(connection).held == ()


def test_a_repost_given_again_counts_once_with_its_first(
    connection: sqlite3.Connection,
) -> None:
    record(
        connection,
        posts=[
            a_post("1"),
            a_repost("3", "1", by=reader(1), minutes=50),
            a_repost("2", "1", by=reader(1), minutes=2),
        ],
    )
    assert lags(held(connection).held) == [120]


def test_only_posts_of_the_time_count_whenever_they_were_reposted(connection: sqlite3.Connection) -> None:
    week = 7 * 24 * 60
    record(
        connection,
        posts=[
            a_post("1", minutes=-week),
            a_repost("2", "1", by=reader(1), minutes=0),
            a_post("3"),
            a_repost("4", "3", by=reader(1), minutes=week),
        ],
    )
    assert lags(held(connection).held) == [week * 60]


def test_a_limit_keeps_the_newest_posts_and_says_so(
    connection: sqlite3.Connection,
) -> None:
    posts = [a_post(str(n), minutes=n) for n in range(5)]
    posts += [a_repost(str(10 + n), str(n), by=reader(n), minutes=n + 1) for n in range(5)]
    record(connection, posts=posts)
    found = held(connection, limit=2)
    assert found.capped
    assert {repost.account for repost in found.held} == {account(connection, reader(n)) for n in (3, 4)}


def test_names_are_those_of_the_accounts_asked_for(connection: sqlite3.Connection) -> None:
    first, second = account(connection, reader(1)), account(connection, reader(2))
    assert names_of(connection, [second]) == {second: reader(2)}
    assert names_of(connection, []) == {}
    assert set(names_of(connection, [first, second])) == {first, second}


def test_reposts_are_found_by_their_index(connection: sqlite3.Connection) -> None:
    """A scan of all posts would take seconds on a large corpus."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    reposts_of(connection, AccountId(1), since=NOW, until=NOW)
    connection.set_trace_callback(None)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statements[-1]}").fetchall()
    assert any("post_shares" in row[3] for row in plan)
    assert not any(row[3].startswith("SCAN") for row in plan)
