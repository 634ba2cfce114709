"""What registered accounts published, read for the posts that share passages with an account's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

# Each post, and the first that a printed account published with the very same words.
_PUBLISHED = """
SELECT near.post_id, post.account_id, account.platform, account.handle, account.platform_id,
       post.platform_post_id, post.created_ms, post.text, post.url
  FROM post AS near
  JOIN post ON post.post_id IN (near.post_id,
       (SELECT twin.post_id
          FROM post AS twin JOIN account AS author USING (account_id)
         WHERE twin.text_key = near.text_key AND twin.kind <> 'repost' AND twin.account_id <> ?2
           AND author.printed = 1
         ORDER BY twin.created_ms, twin.post_id LIMIT 1))
  JOIN account ON account.account_id = post.account_id
 WHERE near.post_id IN (SELECT value FROM json_each(?1))
 ORDER BY near.post_id, post.created_ms, post.post_id
"""

# Beyond this many it makes no difference how many they are, and looking at each takes time.
COUNTED = 200

_HOLDERS = """
SELECT link.account_id, entity.key
  FROM account_claim AS link JOIN entity USING (entity_id)
 WHERE link.retracted_ms IS NULL AND link.account_id IN (SELECT value FROM json_each(?1))
 UNION
SELECT account.account_id, entity.key
  FROM account
  JOIN domain ON account.platform = 'website' AND domain.host = account.handle
  JOIN domain_claim AS link USING (domain_id)
  JOIN entity USING (entity_id)
 WHERE link.retracted_ms IS NULL AND account.account_id IN (SELECT value FROM json_each(?1))
 ORDER BY 1, 2
"""

_OF_THESE_DAYS = """
       account.printed = 1 AND account.account_id <> :without
   AND EXISTS (SELECT 1 FROM post
                WHERE post.account_id = account.account_id AND created_ms BETWEEN :first AND :last)
"""

_CORPUS = f"""
SELECT count(*) FROM (SELECT 1 FROM account WHERE {_OF_THESE_DAYS} LIMIT :most)
"""  # noqa: S608  # a constant of ours

# Whoever may have no state above: no body of one, in no class that a state edits, and either classed as
# independent or owned by nobody on record.
_UNOWNED = f"""
SELECT entity.key
  FROM account
  JOIN account_claim AS link USING (account_id)
  JOIN entity USING (entity_id)
 WHERE {_OF_THESE_DAYS}
   AND link.retracted_ms IS NULL AND entity.kind IN ('outlet', 'publisher', 'company', 'organisation')
   AND NOT EXISTS (SELECT 1 FROM typology
                    WHERE typology.entity_id = entity.entity_id AND code IN ('SC', 'CaPu', 'CaPr'))
   AND (EXISTS (SELECT 1 FROM typology WHERE typology.entity_id = entity.entity_id)
        OR NOT EXISTS (SELECT 1 FROM claim
                        WHERE claim.object_id = entity.entity_id AND claim.retracted_ms IS NULL
                          AND claim.relation IN ('owns', 'controls', 'appoints')))
 ORDER BY account.account_id
 LIMIT :most
"""  # noqa: S608  # as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A post of a registered account."""

    account_id: AccountId
    author: AccountRef
    post_id: str
    created_at: datetime
    text: str
    url: str | None


def published(
    connection: sqlite3.Connection, rows: Iterable[int], *, without: AccountId
) -> dict[int, tuple[Published, ...]]:
    """Return posts by row, each after the first with its very words that a printed account published.

    What the account `without` published itself is not taken for the first.
    """
    posts: dict[int, tuple[Published, ...]] = {}
    found = connection.execute(_PUBLISHED, (_json(rows), without))
    for row, account_id, platform, handle, platform_id, post_id, created_ms, text, url in found:
        post = Published(
            account_id=account_id,
            author=AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id),
            post_id=post_id,
            created_at=from_ms(created_ms),
            text=text,
            url=url,
        )
        posts[row] = (*posts.get(row, ()), post)
    return posts


def holders_of(
    connection: sqlite3.Connection, accounts: Iterable[AccountId]
) -> dict[AccountId, tuple[str, ...]]:
    """Return the keys of the entities that are said to have, or to own, each account."""
    found: dict[AccountId, tuple[str, ...]] = {}
    for account_id, key in connection.execute(_HOLDERS, (_json(accounts),)):
        found[account_id] = (*found.get(account_id, ()), key)
    return found


def holders_unowned(
    connection: sqlite3.Connection, *, without: AccountId, since: datetime, until: datetime, limit: int
) -> tuple[str, ...]:
    """Return who published on these days and, by what is on record, may have no state above."""
    bound = {"without": without, "first": to_ms(since), "last": to_ms(until), "most": limit}
    return tuple(dict.fromkeys(key for (key,) in connection.execute(_UNOWNED, bound)))


def corpus(connection: sqlite3.Connection, *, without: AccountId, since: datetime, until: datetime) -> int:
    """Count the printed accounts of which posts of these days are held, but for one, up to COUNTED."""
    bound = {"without": without, "first": to_ms(since), "last": to_ms(until), "most": COUNTED}
    count: int = connection.execute(_CORPUS, bound).fetchone()[0]
    return count


def _json(values: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(set(values))).decode()
