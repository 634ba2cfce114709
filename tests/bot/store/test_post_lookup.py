from __future__ import annotations

import sqlite3
from dataclasses import replace

from bot.accounts import AccountRef, Platform, PostRef
from bot.store.accounts import find_accounts
from bot.store.post_lookup import find_post
from bot.store.posts import record
from tests.bot.checks.worlds import ACCOUNT, a_post


def test_a_post_is_found_whatever_its_age_and_among_others_of_the_same_time(
    connection: sqlite3.Connection,
) -> None:
    posts = [a_post(n, hours_ago=50_000) for n in (1, 2, 3)]
    record(connection, posts=posts)
    found = find_post(connection, PostRef(platform=Platform.X, post_id="2"))
    assert found is not None
    assert (found.post_id, found.text) == ("2", posts[1].text)
    assert find_post(connection, PostRef(platform=Platform.X, post_id="4")) is None
    assert find_post(connection, PostRef(platform=Platform.TELEGRAM, post_id="2")) is None


def test_a_bluesky_address_names_the_record_alone(connection: sqlite3.Connection) -> None:
    author = AccountRef(platform=Platform.BLUESKY, handle="uno.example.com", platform_id="did:plc:abc")
    uri = "at://did:plc:abc/app.bsky.feed.post/3kabc"
    record(connection, posts=[replace(a_post(1, author=author), post_id=uri)])
    (row,) = find_accounts(connection, author)
    asked = PostRef(platform=Platform.BLUESKY, post_id="3kabc", author=author)
    found = find_post(connection, asked, author=row.account_id)
    assert found is not None
    assert found.post_id == uri
    # Somebody else's post with the same last part is not meant.
    record(connection, posts=[a_post(9)])
    (other,) = find_accounts(connection, ACCOUNT)
    assert find_post(connection, asked, author=other.account_id) is None
