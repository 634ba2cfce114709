"""Who follows and who shares an account, and how many of them are registered officials."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.accounts import AccountRef, Platform
from bot.store.records import AccountClaim, AccountId
from bot.store.registry import HOLDING, claims_of_accounts
from bot.store.sightings import Sighting, identify
from bot.store.times import from_ms, to_ms

# Kinds of entity that are part of a state or of its ruling party.
OFFICIAL_KINDS = ("government", "party", "official")

_OFFICIAL = f"entity.kind IN {OFFICIAL_KINDS}"

# Accounts of a state have officials around them as a matter of course and are nothing to compare with.
_OF_A_STATE = f"""
EXISTS (SELECT 1 FROM account_claim AS held JOIN entity USING (entity_id)
         WHERE held.account_id = {{account}} AND held.retracted_ms IS NULL
           AND ({_OFFICIAL} OR EXISTS (SELECT 1 FROM typology WHERE typology.entity_id = entity.entity_id
                                          AND typology.code IN ('SC', 'CaPu', 'CaPr'))))
"""  # noqa: S608  # constants of this module

_FOLLOW = """
INSERT INTO follow (listed_in, account_id, follower_id, source, first_seen_ms, last_seen_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?5)
ON CONFLICT (listed_in, account_id, follower_id) DO NOTHING
"""

_SEEN_AGAIN = """
UPDATE follow SET first_seen_ms = min(first_seen_ms, ?5), last_seen_ms = max(last_seen_ms, ?5)
 WHERE listed_in = ?1 AND account_id = ?2 AND follower_id = ?3
   AND ?5 NOT BETWEEN first_seen_ms AND last_seen_ms
"""

_OFFICIALS_REGISTERED = f"""
SELECT EXISTS (SELECT 1 FROM entity JOIN account_claim AS held USING (entity_id)
                                    JOIN account USING (account_id)
                WHERE {_OFFICIAL} AND held.relation = 'has_account' AND held.retracted_ms IS NULL
                  AND account.platform = ?)
"""  # noqa: S608  # as above

_FOLLOWERS = """
SELECT follower_id, last_seen_ms FROM follow WHERE listed_in = ? AND account_id = ? ORDER BY follower_id
"""

# A step from one followed account to the next, without reading their followers.
_FOLLOWED = f"""
WITH RECURSIVE followed (account_id) AS (
    SELECT min(account_id) FROM follow WHERE listed_in = 'followers'
     UNION ALL
    SELECT (SELECT min(account_id) FROM follow
             WHERE listed_in = 'followers' AND account_id > followed.account_id)
      FROM followed WHERE followed.account_id IS NOT NULL
)
SELECT account_id
  FROM followed JOIN account USING (account_id)
 WHERE account.platform = ? AND account_id <> ? AND NOT {_OF_A_STATE.format(account="followed.account_id")}
 ORDER BY account_id
 LIMIT ?
"""  # noqa: S608  # as above

_FOLLOWERS_OF = """
SELECT account_id, follower_id FROM follow
 WHERE listed_in = 'followers' AND account_id = ? ORDER BY follower_id LIMIT ?
"""

_SHARERS = """
SELECT share.account_id, max(share.created_ms)
  FROM post AS own JOIN post AS share ON share.refers_to = own.platform_post_id
 WHERE own.account_id = ? AND share.kind IN ('repost', 'quote')
   AND share.platform = own.platform AND share.account_id <> own.account_id
 GROUP BY share.account_id
 ORDER BY share.account_id
"""

# A slice of all shares, in the order of their index, so that a large corpus costs no more than a small one.
_SHARERS_OF_OTHERS = f"""
WITH share AS (
    SELECT account_id, platform, refers_to FROM post INDEXED BY post_shares
     WHERE kind IN ('repost', 'quote') AND refers_to > '' AND platform = ? LIMIT ?
), pair AS (
    SELECT DISTINCT own.account_id AS author_id, share.account_id
      FROM share JOIN post AS own
        ON own.platform = share.platform AND own.platform_post_id = share.refers_to
     WHERE own.account_id NOT IN (?, share.account_id)
)
SELECT author_id, account_id FROM pair
 WHERE author_id NOT IN (SELECT author_id FROM (SELECT DISTINCT author_id FROM pair)
                          WHERE {_OF_A_STATE.format(account="author_id")})
"""  # noqa: S608  # as above

_OFFICIALS_AMONG = f"""
SELECT DISTINCT held.account_id, entity.country
  FROM account_claim AS held JOIN entity USING (entity_id)
 WHERE held.account_id IN (SELECT value FROM json_each(?)) AND held.relation = 'has_account'
   AND held.retracted_ms IS NULL AND {_OFFICIAL}
"""  # noqa: S608  # as above

# What is compared with: so many follower lists of others, so many followers of them in all, taken evenly,
# and so many shares of others' posts.
MAX_OTHERS = 40
MAX_FOLLOWERS_OF_OTHERS = 5_000
MAX_SHARES_OF_OTHERS = 2_000


class FollowList(StrEnum):
    """Whose list shows a follow."""

    FOLLOWERS = "followers"  # the followed account's list of its followers: a sample of its audience
    FOLLOWS = "follows"  # the follower's own list of whom it follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """`follower` was seen following `account`. `source` is that of a snapshot: 'import:bluesky'."""

    account: AccountRef
    follower: AccountRef
    listed_in: FollowList
    source: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A registered official or body seen around an account."""

    claim: AccountClaim
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """The accounts held around one account, and what is held around others of its platform.

    `size` counts the accounts, `officials` are those among them whom a registered source names.
    `others` counts the accounts compared with, `others_size` those around them, one for each account
    they are around, `others_officials` the officials among these by country.
    """

    size: int
    officials: tuple[Official, ...] = ()
    others: int = 0
    others_size: int = 0
    others_officials: Mapping[str | None, int] = field(default_factory=dict[str | None, int])


def record_follows(connection: sqlite3.Connection, follows: Sequence[Follow]) -> int:
    """Keep follows, in the caller's transaction; return how many are new."""
    seen = [Sighting(ref=ref, seen=each.seen_at) for each in follows for ref in (each.account, each.follower)]
    ids = identify(connection, seen).ids
    rows = [
        (each.listed_in, ids[each.account], ids[each.follower], each.source, to_ms(each.seen_at))
        for each in follows
    ]
    new = connection.executemany(_FOLLOW, rows).rowcount
    connection.executemany(_SEEN_AGAIN, rows)
    return max(new, 0)


def officials_registered(connection: sqlite3.Connection, platform: Platform) -> bool:
    """Whether the registry knows any official's account on this platform."""
    return bool(connection.execute(_OFFICIALS_REGISTERED, (platform,)).fetchone()[0])


def followers_of(
    connection: sqlite3.Connection, account_id: AccountId, *, platform: Platform
) -> Circle | None:
    """Return the followers held of an account, by its own list; None where no such list is held."""
    around = connection.execute(_FOLLOWERS, (FollowList.FOLLOWERS, account_id)).fetchall()
    if not around:
        return None
    others = [row[0] for row in connection.execute(_FOLLOWED, (platform, account_id, MAX_OTHERS))]
    of_each = MAX_FOLLOWERS_OF_OTHERS // max(len(others), 1)
    pairs = [
        pair for other in others for pair in connection.execute(_FOLLOWERS_OF, (other, of_each)).fetchall()
    ]
    return _circle(connection, around, pairs=pairs)


def sharers_of(connection: sqlite3.Connection, account_id: AccountId, *, platform: Platform) -> Circle | None:
    """Return who is held to have reposted or quoted an account; None where nobody is."""
    around = connection.execute(_SHARERS, (account_id,)).fetchall()
    if not around:
        return None
    bound = (platform, MAX_SHARES_OF_OTHERS, account_id)
    pairs = connection.execute(_SHARERS_OF_OTHERS, bound).fetchall()
    return _circle(connection, around, pairs=pairs)


def official_followers(connection: sqlite3.Connection, account_id: AccountId) -> tuple[Official, ...]:
    """Return the officials who follow an account by their own lists of whom they follow: no sample."""
    around = connection.execute(_FOLLOWERS, (FollowList.FOLLOWS, account_id)).fetchall()
    return _officials(connection, around)


def _circle(
    connection: sqlite3.Connection,
    around: Sequence[tuple[AccountId, int]],
    *,
    pairs: Sequence[tuple[AccountId, AccountId]],
) -> Circle:
    countries: dict[AccountId, set[str | None]] = {}
    members = {member for _, member in pairs}
    for account_id, country in connection.execute(_OFFICIALS_AMONG, (json.dumps(sorted(members)),)):
        countries.setdefault(account_id, set()).add(country)
    counts: dict[str | None, int] = {}
    for _, member in pairs:
        for country in countries.get(member, ()):
            counts[country] = counts.get(country, 0) + 1
    return Circle(
        size=len(around),
        officials=_officials(connection, around),
        others=len({account for account, _ in pairs}),
        others_size=len(pairs),
        others_officials=counts,
    )


def _officials(
    connection: sqlite3.Connection, around: Iterable[tuple[AccountId, int]]
) -> tuple[Official, ...]:
    """Return one claim for each official account, the first that gives it to an official or a body."""
    found: list[Official] = []
    seen = dict(around)
    rows = connection.execute(_OFFICIALS_AMONG, (json.dumps(list(seen)),))
    for account_id in sorted({row[0] for row in rows}):
        held = [
            claim
            for claim in claims_of_accounts(connection, [account_id])
            if claim.entity.kind in OFFICIAL_KINDS and claim.relation in HOLDING
        ]
        found += [Official(claim=claim, seen_at=from_ms(seen[account_id])) for claim in held[:1]]
    return tuple(found)
