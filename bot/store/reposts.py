"""Who reposted an account's posts, as far as those reposts are held."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.accounts import AccountRef, Platform
from bot.store.records import AccountId
from bot.store.times import to_ms

# The second condition on `share.kind` repeats the index's own, which SQLite does not infer from the first.
# The order is that of the index of own posts, so that the limit ends the search early.
_REPOSTS = """
SELECT share.account_id, own.post_id, share.created_ms, own.created_ms
  FROM post AS own JOIN post AS share ON share.refers_to = own.platform_post_id
 WHERE own.account_id = ? AND own.created_ms BETWEEN ? AND ? AND own.kind <> 'repost'
   AND share.kind = 'repost' AND share.kind IN ('repost', 'quote')
   AND share.platform = own.platform AND share.account_id <> own.account_id
 ORDER BY own.created_ms DESC, own.post_id DESC, share.post_id
 LIMIT ?
"""

_NAMES = """
SELECT account_id, platform, handle, platform_id
  FROM account WHERE account_id IN (SELECT value FROM json_each(?))
"""

# The newest of an account that is reposted more often; the rest adds little and costs time.
MOST_REPOSTS = 10_000


class Repost(NamedTuple):
    """One account's first repost of one post. A named tuple, since thousands are read for one check.

    Times are Unix milliseconds. `post` is our row, not the platform's id.
    """

    account: AccountId
    post: int
    at_ms: int
    published_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reposts:
    """What is held, the earliest first. `capped`: there may be more, of older posts."""

    held: tuple[Repost, ...]
    capped: bool


def reposts_of(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    since: datetime,
    until: datetime,
    limit: int = MOST_REPOSTS,
) -> Reposts:
    """Return reposts by others of what the account published in a time, those of the newest posts first.

    An account that took a repost back and gave it again is counted once, with its first.
    """
    rows: list[tuple[AccountId, int, int, int]] = connection.execute(
        _REPOSTS, (account_id, to_ms(since), to_ms(until), limit)
    ).fetchall()
    first: dict[tuple[AccountId, int], tuple[AccountId, int, int, int]] = {}
    for row in sorted(rows, key=lambda row: row[2]):
        first.setdefault((row[0], row[1]), row)
    return Reposts(held=tuple(map(Repost._make, first.values())), capped=len(rows) == limit)


def names_of(connection: sqlite3.Connection, accounts: Iterable[AccountId]) -> dict[AccountId, AccountRef]:
    """Return what accounts are called."""
    rows = connection.execute(_NAMES, (json.dumps(sorted(accounts)),))
    return {
        account_id: AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id)
        for account_id, platform, handle, platform_id in rows
    }
