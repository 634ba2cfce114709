"""All posts, day by day: what a sweep over the whole corpus is made of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    # It brings the grammar of all platforms along, a tenth of a second that a sweep has no use for.
    from bot.store.records import AccountId

DAY_MS = 86_400_000

# Both read the index alone, which holds account, time and row id: the texts are not touched. The mark tells
# apart two sets of as many posts; a post that moves to another account changes it.
_DAYS = """
SELECT created_ms / 86400000 AS day, count(*), sum((post_id * 31 + account_id * 1000003) % 2147483647)
  FROM post INDEXED BY post_account_time
 GROUP BY day
 ORDER BY day
"""
# A picture may become known after its post.
_PICTURED_DAYS = """
SELECT created_ms / 86400000 AS day, count(*)
  FROM post_picture JOIN post USING (post_id)
 GROUP BY day
"""
_STAMPS = "SELECT post_id, created_ms FROM post INDEXED BY post_account_time"

_POSTS = """
SELECT post_id, account_id, created_ms, platform, kind, language, platform_post_id, refers_to, text, text_key,
       links, url,
       (SELECT json_group_array(picture) FROM post_picture WHERE post_picture.post_id = post.post_id)
  FROM post
 WHERE post_id IN (SELECT value FROM json_each(?))
 ORDER BY post_id
"""

# The newest profile gives the name.
_ACCOUNTS = """
SELECT account.account_id, account.platform, account.handle, account.platform_id,
       (SELECT display_name FROM snapshot
         WHERE snapshot.account_id = account.account_id AND display_name IS NOT NULL
         ORDER BY taken_ms DESC, snapshot_id DESC LIMIT 1)
  FROM account
 ORDER BY account.account_id
"""

_ENTITIES = """
SELECT account_claim.account_id, entity.key,
       (SELECT name FROM entity_name WHERE entity_name.entity_id = entity.entity_id
         ORDER BY kind <> 'main', entity_name_id LIMIT 1)
  FROM account_claim JOIN entity USING (entity_id)
 WHERE account_claim.retracted_ms IS NULL
   AND account_claim.account_id IN (SELECT value FROM json_each(?))
 GROUP BY account_claim.account_id, entity.entity_id
 ORDER BY account_claim.account_id, entity.key
"""

# Only those with posts can take part.
_REGISTERED = """
SELECT DISTINCT account_id FROM account_claim
 WHERE retracted_ms IS NULL AND EXISTS (SELECT 1 FROM post WHERE post.account_id = account_claim.account_id)
 ORDER BY account_id
"""

# Who stands above an entity: owners, publishers, controllers, in at most four steps.
_HOUSES = """
WITH RECURSIVE up (start, entity_id, depth) AS (
    SELECT value, value, 0 FROM json_each(?)
     UNION
    SELECT up.start, claim.subject_id, up.depth + 1
      FROM up JOIN claim ON claim.object_id = up.entity_id
     WHERE claim.retracted_ms IS NULL AND up.depth < 4
       AND claim.relation IN ('owns', 'controls', 'publishes', 'appoints')
)
SELECT DISTINCT start_entity.key, entity.key
  FROM up
  JOIN entity AS start_entity ON start_entity.entity_id = up.start
  JOIN entity ON entity.entity_id = up.entity_id
 ORDER BY 1, 2
"""
_ENTITY_IDS = "SELECT entity_id FROM entity WHERE key IN (SELECT value FROM json_each(?)) ORDER BY entity_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The posts of one day (UTC): `day` counts from 1970-01-01; `mark` changes when the set changes."""

    day: int
    posts: int
    mark: int


class CorpusPost(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One post as a sweep reads it. `links` as the platform or the text gave them, not cleaned.

    Made by the million, so a struct that the garbage collector need not look at.
    """

    post: int
    account: int
    at_ms: int
    platform: str
    kind: str
    language: str | None
    platform_post_id: str
    refers_to: str | None
    text: str
    text_key: bytes | None
    links: tuple[str, ...]
    url: str | None
    # What names its pictures, where a source does (bot.imports.pictures).
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusAccount:
    """An account and the name of its newest profile."""

    account: AccountId
    platform: str
    handle: str | None
    platform_id: str | None
    name: str | None


def days(connection: sqlite3.Connection) -> list[Day]:
    """Return every day with posts, oldest first."""
    pictured = dict[int, int](connection.execute(_PICTURED_DAYS))
    return [
        Day(day=day, posts=posts, mark=mark + pictured.get(day, 0))
        for day, posts, mark in connection.execute(_DAYS)
    ]


def stamps(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield (post, created_ms) of every post, in no order."""
    yield from connection.execute(_STAMPS)


def corpus_posts(connection: sqlite3.Connection, ids: Iterable[int]) -> list[CorpusPost]:
    """Return posts by their row ids, in the order of these."""
    return [
        CorpusPost(
            post=post,
            account=account,
            at_ms=at_ms,
            platform=platform,
            kind=kind,
            language=language,
            platform_post_id=platform_post_id,
            refers_to=refers_to,
            text=text,
            text_key=text_key,
            links=tuple(json.loads(links)),
            url=url,
            images=() if pictures == "[]" else tuple(json.loads(pictures)),
        )
        for (
            post,
            account,
            at_ms,
            platform,
            kind,
            language,
            platform_post_id,
            refers_to,
            text,
            text_key,
            links,
            url,
            pictures,
        ) in connection.execute(_POSTS, (json.dumps(list(ids)),))
    ]


def corpus_accounts(connection: sqlite3.Connection) -> list[CorpusAccount]:
    """Return every account that is held."""
    return [
        CorpusAccount(account=account, platform=platform, handle=handle, platform_id=platform_id, name=name)
        for account, platform, handle, platform_id, name in connection.execute(_ACCOUNTS)
    ]


def registered_accounts(connection: sqlite3.Connection) -> list[int]:
    """Return the accounts with posts that somebody is said to have."""
    return [account for (account,) in connection.execute(_REGISTERED)]


def entities_of(
    connection: sqlite3.Connection, accounts: Iterable[int]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return (key, name) of the registered entities that are said to have each account."""
    found: dict[int, list[tuple[str, str]]] = {}
    for account, key, name in connection.execute(_ENTITIES, (json.dumps(list(accounts)),)):
        found.setdefault(account, []).append((key, name or key))
    return {account: tuple(entities) for account, entities in found.items()}


def houses_of(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return, for each entity, itself and those who own, control, appoint or publish it."""
    ids = [entity for (entity,) in connection.execute(_ENTITY_IDS, (json.dumps(sorted(set(keys))),))]
    found: dict[str, set[str]] = {}
    for start, key in connection.execute(_HOUSES, (json.dumps(ids),)):
        found.setdefault(start, set()).add(key)
    return {key: frozenset(above) for key, above in found.items()}
