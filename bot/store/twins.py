"""Posts of other accounts with the very words of an account's own, and what is usual among all posts held.

Reposts are left out everywhere: repeating by the platform's own button is no coincidence of texts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.accounts import AccountRef, Platform
from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

_MEETING = """
       twin.text_key = mine.text_key AND twin.kind <> 'repost' AND twin.account_id <> mine.account_id
   AND twin.created_ms BETWEEN mine.created_ms - :around AND mine.created_ms + :around
"""

_REPEATED = f"""
SELECT post_id, platform_post_id, text
  FROM post AS mine
 WHERE account_id = :own AND created_ms BETWEEN :first AND :last AND kind <> 'repost'
   AND text_key IS NOT NULL AND EXISTS (SELECT 1 FROM post AS twin WHERE {_MEETING})
 ORDER BY post_id
"""  # noqa: S608  # a constant of ours

# Those who share most texts first; the time of the newest decides between equals.
_PARTNERS = f"""
SELECT twin.account_id, count(DISTINCT mine.text_key)
  FROM post AS mine JOIN post AS twin ON {_MEETING}
 WHERE mine.post_id IN (SELECT value FROM json_each(:posts))
 GROUP BY twin.account_id
 ORDER BY 2 DESC, max(twin.created_ms) DESC, 1
"""  # noqa: S608  # as above

_TWINS = f"""
SELECT mine.platform_post_id, twin.account_id, twin.platform_post_id, twin.created_ms, twin.text, twin.url
  FROM post AS mine JOIN post AS twin ON {_MEETING}
 WHERE mine.post_id IN (SELECT value FROM json_each(:posts))
   AND twin.account_id IN (SELECT value FROM json_each(:accounts))
 ORDER BY mine.post_id, twin.created_ms, twin.post_id
"""  # noqa: S608  # as above

# Whether any time falls off the full minute, hour or day tells how finely they were recorded.
_AUTHORS = """
SELECT account.account_id, account.platform, account.handle, account.platform_id, count(post.post_id),
       max(post.created_ms % 60000 > 0), max(post.created_ms % 3600000 > 0),
       max(post.created_ms % 86400000 > 0)
  FROM account
  LEFT JOIN post ON post.account_id = account.account_id AND post.created_ms BETWEEN ?2 AND ?3
 WHERE account.account_id IN (SELECT value FROM json_each(?1))
 GROUP BY account.account_id
 ORDER BY account.account_id
"""

_WRITTEN = """
SELECT platform_post_id, created_ms, text, url
  FROM post
 WHERE account_id = ? AND created_ms BETWEEN ? AND ? AND kind <> 'repost' AND text_key IS NOT NULL
 ORDER BY created_ms DESC, post_id DESC
 LIMIT ?
"""

# Keys are SHA-256, so the lowest of them are a fair sample of all texts, and of each text every post.
_POOL = """
SELECT text_key, account_id, created_ms, post_id
  FROM post
 WHERE text_key IS NOT NULL AND kind <> 'repost'
 ORDER BY text_key
 LIMIT ?
"""

_TEXTS = "SELECT post_id, text FROM post WHERE post_id IN (SELECT value FROM json_each(?))"

# In the order of the index, without the table: a store in which nobody else wrote is read through once.
_ANYBODY = """
SELECT EXISTS (SELECT 1 FROM post INDEXED BY post_account_time
                WHERE account_id <> ? AND created_ms BETWEEN ? AND ?)
"""

_LAST_ACCOUNT = "SELECT ifnull(max(account_id), 0) FROM account"

SAMPLE = 10_000
_ALL_KEYS = 1 << 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A post of the account whose words another account published within the time around it."""

    row: int
    post_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A post of another account. `twin_of` is the platform's id of the account's own post, where known."""

    account_id: AccountId
    post_id: str
    created_at: datetime
    text: str
    url: str | None
    twin_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Another account, with the number of its posts in the window.

    `unit_s` is the unit that all of their times are whole in: 1, 60, 3600 or 86400 s.
    """

    account_id: AccountId
    ref: AccountRef
    posts: int
    unit_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A sample of the texts held from a window, and all posts that have them.

    `fraction` is the share of texts that was sampled, `posts` how many posts have them, by account.
    `repeated` holds, for each text that several posts have, their accounts with the words; `held` is an
    upper bound on the accounts there are.
    """

    fraction: float
    posts: Mapping[AccountId, int]
    repeated: tuple[tuple[str, tuple[AccountId, ...]], ...]
    held: int


def repeated_posts(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    since: datetime,
    until: datetime,
    around: timedelta,
) -> list[Repeated]:
    """Return the account's posts whose very words another account published within `around` of them."""
    bound = {"own": account_id, "first": to_ms(since), "last": to_ms(until), "around": _ms(around)}
    rows = connection.execute(_REPEATED, bound)
    return [Repeated(row=row, post_id=post_id, text=text) for row, post_id, text in rows]


def partners_of(
    connection: sqlite3.Connection, rows: Collection[int], *, around: timedelta
) -> list[tuple[AccountId, int]]:
    """Return who else published the words of these posts, with how many different texts, most first."""
    bound = {"posts": _json(rows), "around": _ms(around)}
    return [(AccountId(account_id), texts) for account_id, texts in connection.execute(_PARTNERS, bound)]


def twins_of(
    connection: sqlite3.Connection,
    rows: Collection[int],
    *,
    accounts: Collection[AccountId],
    around: timedelta,
) -> list[Written]:
    """Return the posts of these accounts with the words of these posts, within `around` of them."""
    bound = {"posts": _json(rows), "accounts": _json(accounts), "around": _ms(around)}
    return [
        Written(
            account_id=account_id,
            post_id=post_id,
            created_at=from_ms(created_ms),
            text=text,
            url=url,
            twin_of=twin_of,
        )
        for twin_of, account_id, post_id, created_ms, text, url in connection.execute(_TWINS, bound)
    ]


def authors(
    connection: sqlite3.Connection, accounts: Collection[AccountId], *, since: datetime, until: datetime
) -> dict[AccountId, Author]:
    """Return accounts with how much of them is held from a window."""
    rows = connection.execute(_AUTHORS, (_json(accounts), to_ms(since), to_ms(until)))
    return {
        account_id: Author(
            account_id=account_id,
            ref=AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id),
            posts=posts,
            unit_s=_unit(minute=off_minute, hour=off_hour, day=off_day),
        )
        for account_id, platform, handle, platform_id, posts, off_minute, off_hour, off_day in rows
    }


def written_by(
    connection: sqlite3.Connection, account_id: AccountId, *, since: datetime, until: datetime, limit: int
) -> list[Written]:
    """Return what an account wrote, newest first."""
    rows = connection.execute(_WRITTEN, (account_id, to_ms(since), to_ms(until), limit))
    return [
        Written(account_id=account_id, post_id=post_id, created_at=from_ms(created_ms), text=text, url=url)
        for post_id, created_ms, text, url in rows
    ]


def anybody_else(
    connection: sqlite3.Connection, account_id: AccountId, *, since: datetime, until: datetime
) -> bool:
    """Tell whether any post of another account is held from a window."""
    bound = (account_id, to_ms(since), to_ms(until))
    return bool(connection.execute(_ANYBODY, bound).fetchone()[0])


def pool(connection: sqlite3.Connection, *, since: datetime, until: datetime, limit: int) -> Pool:
    """Sample the texts held from a window."""
    first, last = to_ms(since), to_ms(until)
    rows: list[tuple[bytes, AccountId, int, int]] = connection.execute(_POOL, (limit,)).fetchall()
    by_text: dict[bytes, list[tuple[AccountId, int]]] = {}
    posts: dict[AccountId, int] = {}
    for key, account_id, created_ms, row in rows:
        if first <= created_ms <= last:
            posts[account_id] = posts.get(account_id, 0) + 1
            by_text.setdefault(key, []).append((account_id, row))
    several = {found[0][1]: found for found in by_text.values() if len(found) > 1}
    texts = dict(connection.execute(_TEXTS, (_json(several),)))
    return Pool(
        fraction=1.0 if len(rows) < limit else (int.from_bytes(rows[-1][0]) + 1) / _ALL_KEYS,
        posts=posts,
        repeated=tuple(
            (texts[row], tuple(account_id for account_id, _row in found)) for row, found in several.items()
        ),
        held=connection.execute(_LAST_ACCOUNT).fetchone()[0],
    )


def _unit(*, minute: int | None, hour: int | None, day: int | None) -> int:
    """Return the unit; each argument is 1 where some time falls off the full one."""
    if minute:
        return 1
    if hour:
        return 60
    return 3600 if day else 86_400


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _json(values: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(values)).decode()
