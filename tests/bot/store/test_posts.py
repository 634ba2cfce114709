"""Posts and snapshots are kept once, with the counts of every time they were collected."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.database import migrate
from bot.store.posts import Recorded, held, newest_snapshot, posts_of, record, snapshots_of
from bot.store.records import AccountId, Counts, Post, PostKind, Snapshot
from bot.store.sightings import Sighting, identify

NOW = datetime(2024, 5, 31, 12, 0, 0, 123_000, tzinfo=UTC)
AUTHOR = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1", platform_id="11")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, Path(":memory:"))
    yield connection
    connection.close()


def post(post_id: str, *, minutes: int = 0, text: str = "Hoy sale el sol", likes: int | None = 3) -> Post:
    return Post(
        platform=Platform.X,
        post_id=post_id,
        author=AUTHOR,
        created_at=NOW + timedelta(minutes=minutes),
        kind=PostKind.ORIGINAL,
        text=text,
        counts=Counts(likes=likes),
        counts_at=NOW + timedelta(days=1),
    )


def account(connection: sqlite3.Connection, ref: AccountRef = AUTHOR) -> AccountId:
    return identify(connection, [Sighting(ref=ref, seen=NOW)]).ids[ref]


def counts_held(connection: sqlite3.Connection) -> list[tuple[int | None]]:
    return connection.execute("SELECT likes FROM post_counts ORDER BY post_id, taken_ms").fetchall()


def test_a_post_comes_back_as_it_went_in(connection: sqlite3.Connection) -> None:
    whole = Post(
        platform=Platform.X,
        post_id="1",
        author=AUTHOR,
        created_at=NOW,
        kind=PostKind.QUOTE,
        text="Según el diario • 来源 \U0001f680",
        counts=Counts(likes=0, reposts=1, replies=None, quotes=3, views=1200, rounded=True),
        counts_at=NOW + timedelta(days=1),
        language="es",
        links=("https://diario-ejemplo.example/a?b=ñ",),
        mentions=(),
        media=("photo", "video"),
        refers_to="9",
        url="https://x.com/ejemplo_hoy_1/status/1",
    )
    record(connection, posts=[whole])
    assert posts_of(connection, account(connection)) == (whole,)


def test_no_structured_mentions_stay_apart_from_no_mentions(connection: sqlite3.Connection) -> None:
    record(connection, posts=[replace(post("1"), mentions=None), replace(post("2"), mentions=())])
    assert {each.post_id: each.mentions for each in posts_of(connection, account(connection))} == {
        "1": None,
        "2": (),
    }


def test_what_arrives_again_is_seen_and_nothing_doubles(connection: sqlite3.Connection) -> None:
    batch = [post("1"), post("2"), post("1")]
    assert record(connection, posts=batch) == Recorded(posts_new=2, posts_seen=1, accounts_new=1)
    assert record(connection, posts=batch) == Recorded(posts_new=0, posts_seen=3)
    assert counts_held(connection) == [(3,), (3,)]


def test_counts_of_a_later_time_are_kept_beside_the_earlier(connection: sqlite3.Connection) -> None:
    first = post("1", likes=3)
    later = replace(first, counts=Counts(likes=30), counts_at=NOW + timedelta(days=9))
    record(connection, posts=[first])
    assert record(connection, posts=[later]) == Recorded(posts_seen=1)
    assert counts_held(connection) == [(3,), (30,)]
    (newest,) = posts_of(connection, account(connection))
    assert (newest.counts.likes, newest.counts_at) == (30, NOW + timedelta(days=9))
    # An older file that arrives late adds its counts but does not become the newest.
    record(connection, posts=[replace(first, counts=Counts(likes=1), counts_at=NOW)])
    assert counts_held(connection) == [(1,), (3,), (30,)]
    assert posts_of(connection, account(connection))[0].counts.likes == 30


def test_counts_that_nobody_reported_make_no_row(connection: sqlite3.Connection) -> None:
    record(connection, posts=[replace(post("1"), counts=Counts())])
    assert counts_held(connection) == []
    (held_post,) = posts_of(connection, account(connection))
    assert (held_post.counts, held_post.counts_at) == (Counts(), None)


def test_counts_without_a_time_are_a_mistake_of_the_caller(connection: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="have no time"):
        record(connection, posts=[replace(post("1"), counts_at=None)])


def test_the_same_id_on_two_platforms_is_two_posts(connection: sqlite3.Connection) -> None:
    author = AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_hoy_1")
    elsewhere = replace(post("1"), platform=Platform.TELEGRAM, author=author)
    assert record(connection, posts=[post("1"), elsewhere]).posts_new == 2


def test_posts_are_newest_first_inside_the_window(connection: sqlite3.Connection) -> None:
    record(connection, posts=[post(str(minute), minutes=minute) for minute in range(10)])
    author = account(connection)
    inside = posts_of(connection, author, since=NOW + timedelta(minutes=2), until=NOW + timedelta(minutes=5))
    assert [each.post_id for each in inside] == ["5", "4", "3", "2"]
    assert [each.post_id for each in posts_of(connection, author, limit=2)] == ["9", "8"]


def test_posts_of_the_same_moment_have_a_fixed_order(connection: sqlite3.Connection) -> None:
    record(connection, posts=[post("1"), post("2"), post("3")])
    assert [each.post_id for each in posts_of(connection, account(connection))] == ["3", "2", "1"]


def test_posts_are_found_without_reading_the_others(connection: sqlite3.Connection) -> None:
    """A check reads one account among a million posts: neither a scan nor a sort."""
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT post_id FROM post WHERE account_id = 1 AND created_ms BETWEEN 0 AND 1"
        " ORDER BY created_ms DESC, post_id DESC LIMIT 3200"
    ).fetchall()
    assert [step[3] for step in plan] == [
        "SEARCH post USING COVERING INDEX post_account_time (account_id=? AND created_ms>? AND created_ms<?)"
    ]


def test_texts_that_say_the_same_share_a_key_and_blank_ones_have_none(connection: sqlite3.Connection) -> None:
    texts = [
        "¡Hoy sale el SOL! https://t.co/a",
        "RT @otro_ejemplo: ¡hoy  sale el sol!",
        "https://t.co/b",
        "👋",
    ]
    record(connection, posts=[post(str(n), text=text) for n, text in enumerate(texts)])
    keys = [key for (key,) in connection.execute("SELECT text_key FROM post ORDER BY post_id")]
    assert keys[0] == keys[1] == sha256("¡hoy sale el sol!".encode()).digest()
    assert keys[2] is None
    assert keys[3] not in {None, keys[0]}


def test_what_is_held_of_an_account_is_counted(connection: sqlite3.Connection) -> None:
    record(connection, posts=[post("1"), post("2", minutes=90)])
    summary = held(connection, account(connection))
    assert (summary.posts, summary.first, summary.last) == (2, NOW, NOW + timedelta(minutes=90))
    nobody = account(connection, AccountRef(platform=Platform.X, handle="ejemplo_hoy_2"))
    assert (held(connection, nobody).posts, held(connection, nobody).first) == (0, None)


def test_nothing_is_held_of_an_account_that_does_not_exist(connection: sqlite3.Connection) -> None:
    assert posts_of(connection, AccountId(404)) == ()
    assert newest_snapshot(connection, AccountId(404)) is None


PROFILE = Snapshot(
    account=AUTHOR,
    taken_at=NOW,
    source="import:x_api_v2",
    display_name="Ejemplo Hoy",
    bio="Noticias de ejemplo",
    profile_link="https://diario-ejemplo.example",
    location="Ejemplo",
    created_at=NOW - timedelta(days=100),
    followers=8,
    following=0,
    posts=1500,
    rounded=True,
    verified="business",
)


def test_a_snapshot_comes_back_as_it_went_in(connection: sqlite3.Connection) -> None:
    recorded = record(connection, snapshots=[PROFILE])
    assert recorded == Recorded(accounts_new=1, snapshots_new=1)
    assert newest_snapshot(connection, account(connection)) == PROFILE
    assert record(connection, snapshots=[PROFILE, PROFILE]) == Recorded()


def test_snapshots_make_a_history(connection: sqlite3.Connection) -> None:
    earlier = replace(PROFILE, taken_at=NOW - timedelta(days=30), followers=5)
    record(connection, snapshots=[PROFILE])
    record(connection, snapshots=[earlier])
    assert [each.followers for each in snapshots_of(connection, account(connection))] == [8, 5]


def test_a_mere_name_does_not_hide_a_profile_with_counts(connection: sqlite3.Connection) -> None:
    """Feeds carry names without counts; what was known of the audience must not vanish with them."""
    name = Snapshot(
        account=AUTHOR, taken_at=NOW + timedelta(days=1), source="import:bluesky", display_name="Ejemplo"
    )
    record(connection, snapshots=[name, PROFILE])
    assert newest_snapshot(connection, account(connection)) == PROFILE
    assert snapshots_of(connection, account(connection))[0] == name
