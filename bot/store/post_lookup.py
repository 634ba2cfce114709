"""One post by its platform's id, whenever it was published."""

from __future__ import annotations

import sqlite3

from bot.accounts import PostRef
from bot.store.posts import posts_of
from bot.store.records import AccountId, Post
from bot.store.times import from_ms

_PLACE = """
SELECT account_id, created_ms, platform_post_id FROM post WHERE platform = ? AND platform_post_id = ?
"""

# Bluesky's addresses name the record alone, its data the whole at:// address.
_PLACE_BY_RECORD = """
SELECT account_id, created_ms, platform_post_id
  FROM post
 WHERE account_id = ?1 AND substr(platform_post_id, -length(?2)) = ?2
 ORDER BY post_id
 LIMIT 1
"""


def find_post(
    connection: sqlite3.Connection, post: PostRef, *, author: AccountId | None = None
) -> Post | None:
    """Return a post that is held; None where it is not. `author` is the row of whoever wrote it."""
    place = connection.execute(_PLACE, (post.platform, post.post_id)).fetchone()
    if place is None and author is not None:
        place = connection.execute(_PLACE_BY_RECORD, (author, f"/{post.post_id}")).fetchone()
    if place is None:
        return None
    account_id, created_ms, platform_post_id = place
    at = from_ms(created_ms)
    same_time = posts_of(connection, account_id, since=at, until=at)
    return next((each for each in same_time if each.post_id == platform_post_id), None)
