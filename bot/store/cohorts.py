"""Other accounts of one platform and size, with what their newest posts earned."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.accounts import Platform
from bot.store.records import AccountId, Counts

# Drawn evenly and always alike: multiplying by this odd number permutes the row ids (Knuth's hash). The join
# goes from the index of follower counts to the accounts, never the other way.
_MEMBERS = """
SELECT profile.account_id, profile.followers
  FROM snapshot AS profile CROSS JOIN account USING (account_id)
 WHERE profile.followers >= ?1 AND profile.followers < ?2 AND account.platform = ?3
   AND NOT EXISTS (SELECT 1 FROM snapshot AS later
                    WHERE later.account_id = profile.account_id AND later.followers IS NOT NULL
                      AND (later.taken_ms, later.snapshot_id) > (profile.taken_ms, profile.snapshot_id))
   AND EXISTS (SELECT 1 FROM post WHERE post.account_id = profile.account_id)
 ORDER BY (profile.account_id * 2654435761) & 4294967295, profile.account_id
 LIMIT ?4
"""

_POSTS = """
SELECT member.value, c.taken_ms - p.created_ms, c.likes, c.reposts, c.replies, c.quotes, c.views, c.rounded
  FROM json_each(?1) AS member
  JOIN post AS p ON p.post_id IN (SELECT post_id FROM post
                                   WHERE account_id = member.value AND kind = 'original'
                                   ORDER BY created_ms DESC, post_id DESC LIMIT ?2)
  JOIN post_counts AS c
    ON c.post_id = p.post_id
   AND c.taken_ms = (SELECT max(taken_ms) FROM post_counts WHERE post_id = p.post_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPost:
    """What an original post had earned at an age. A negative age is a clock that went backwards."""

    age: timedelta
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An account with its newest follower count and the newest of its original posts that have counts."""

    account_id: AccountId
    followers: int
    posts: list[CountedPost] = field(default_factory=list[CountedPost])


def peers(
    connection: sqlite3.Connection, platform: Platform, *, followers: range, limit: int, posts: int
) -> Sequence[Peer]:
    """Return up to `limit` accounts whose follower count lies in a range, drawn evenly from those with posts.

    Up to `posts` of the newest original posts of each are looked at.
    """
    rows = connection.execute(_MEMBERS, (followers.start, followers.stop, platform, limit))
    found = {account_id: Peer(account_id=account_id, followers=n) for account_id, n in rows}
    for account_id, age_ms, likes, reposts, replies, quotes, views, rounded in connection.execute(
        _POSTS, (json.dumps(list(found)), posts)
    ):
        found[account_id].posts.append(
            CountedPost(
                age=timedelta(milliseconds=age_ms),
                counts=Counts(
                    likes=likes,
                    reposts=reposts,
                    replies=replies,
                    quotes=quotes,
                    views=views,
                    rounded=bool(rounded),
                ),
            )
        )
    return list(found.values())
