"""Snapshots, posts and what they earned: kept once, however often they arrive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import msgspec

from bot.accounts import AccountRef, Platform
from bot.store import prints
from bot.store.records import AccountId, Counts, Post, PostKind, Snapshot
from bot.store.sightings import Ledger
from bot.store.times import from_ms, to_ms
from bot.text.normalise import body, body_key

_INSERT_SNAPSHOT = """
INSERT INTO snapshot (account_id, taken_ms, source, display_name, bio, profile_link, location, created_ms,
                      followers, following, posts, rounded, verified)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, taken_ms, source) DO NOTHING
"""

_SNAPSHOTS = """
SELECT taken_ms, source, display_name, bio, profile_link, location, created_ms,
       followers, following, posts, rounded, verified
  FROM snapshot
 WHERE account_id = ?1 AND (?2 IS NULL OR snapshot_id = ?2)
 ORDER BY taken_ms DESC, snapshot_id DESC
 LIMIT ?3
"""

# Feeds carry names without counts, which must not hide what was known of the audience.
_NEWEST_SNAPSHOT = """
SELECT snapshot_id
  FROM snapshot
 WHERE account_id = ?
 ORDER BY coalesce(followers, following, posts) IS NULL, taken_ms DESC, snapshot_id DESC
 LIMIT 1
"""

_KNOWN_POSTS = """
SELECT platform_post_id, post_id
  FROM post
 WHERE platform = ? AND platform_post_id IN (SELECT value FROM json_each(?))
"""

_LAST_POST = "SELECT ifnull(max(post_id), 0) FROM post"

_INSERT_POST = """
INSERT INTO post (post_id, account_id, platform, platform_post_id, created_ms, kind, text, text_key, language,
                  links, mentions, media, refers_to, url)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_INSERT_COUNTS = """
INSERT INTO post_counts (post_id, taken_ms, likes, reposts, replies, quotes, views, rounded)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (post_id, taken_ms) DO NOTHING
"""

_INSERT_PICTURE = "INSERT OR IGNORE INTO post_picture (post_id, picture) VALUES (?, ?)"

# The newest counts only; a post without any is kept in the answer.
_POSTS = """
SELECT p.platform_post_id, p.created_ms, p.kind, p.text, p.language, p.links, p.mentions, p.media,
       p.refers_to, p.url, c.taken_ms, c.likes, c.reposts, c.replies, c.quotes, c.views, c.rounded
  FROM post AS p
  LEFT JOIN post_counts AS c
    ON c.post_id = p.post_id
   AND c.taken_ms = (SELECT max(taken_ms) FROM post_counts WHERE post_id = p.post_id)
 WHERE p.account_id = ? AND p.created_ms BETWEEN ? AND ?
 ORDER BY p.created_ms DESC, p.post_id DESC
 LIMIT ?
"""

_ACCOUNT = "SELECT platform, handle, platform_id FROM account WHERE account_id = ?"

_HELD = "SELECT count(*), min(created_ms), max(created_ms) FROM post WHERE account_id = ?"

# The newest posts that X itself gives out; no check looks further back.
NEWEST_POSTS = 3200

_ALWAYS_MS = (-(2**62), 2**62)
_NO_COUNTS = (None,) * 5
# Looking a kind up costs a quarter of making it from its word.
_KINDS = {kind.value: kind for kind in PostKind}
_strings = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one call of `record` added. A post that was held already counts as seen."""

    posts_new: int = 0
    posts_seen: int = 0
    accounts_new: int = 0
    snapshots_new: int = 0

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(
            posts_new=self.posts_new + other.posts_new,
            posts_seen=self.posts_seen + other.posts_seen,
            accounts_new=self.accounts_new + other.accounts_new,
            snapshots_new=self.snapshots_new + other.snapshots_new,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many posts of an account are held, and when the first and the last were published."""

    posts: int
    first: datetime | None
    last: datetime | None


def record(
    connection: sqlite3.Connection,
    *,
    snapshots: Sequence[Snapshot] = (),
    posts: Sequence[Post] = (),
    ledger: Ledger | None = None,
    prints_later: bool = False,
) -> Recorded:
    """Keep what is new, in the caller's transaction, with fingerprints of what registered accounts wrote.

    A post that is held keeps its first text; pictures, and counts of another time, are added. `counts_at` is
    when a post was collected: posts with counts must have it, and it dates the author's handle. Whoever
    calls many times keeps a `ledger`, and may leave the fingerprints to `waiting_prints`.
    """
    ledger = Ledger() if ledger is None else ledger
    seen = [(snapshot.account, snapshot.taken_at) for snapshot in snapshots]
    seen += [(post.author, post.counts_at or post.created_at) for post in posts]
    identified = ledger.identify(connection, seen)
    ids = identified.ids
    snapshots_new = _record_snapshots(connection, snapshots, ids=ids)
    posts_new = _record_posts(connection, posts, ids=ids, prints_later=prints_later)
    ledger.trust(connection)
    return Recorded(
        posts_new=posts_new,
        posts_seen=len(posts) - posts_new,
        accounts_new=identified.accounts_new,
        snapshots_new=snapshots_new,
    )


def posts_of(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = NEWEST_POSTS,
) -> tuple[Post, ...]:
    """Return an account's posts, newest first, each with its newest counts. Both bounds are inclusive."""
    author = _author(connection, account_id)
    if author is None:
        return ()
    first = _ALWAYS_MS[0] if since is None else to_ms(since)
    last = _ALWAYS_MS[1] if until is None else to_ms(until)
    rows = connection.execute(_POSTS, (account_id, first, last, limit))
    return tuple(
        Post(
            platform=author.platform,
            post_id=post_id,
            author=author,
            created_at=from_ms(created_ms),
            kind=_KINDS[kind],
            text=text,
            counts=_counts(likes, reposts, replies, quotes, views, rounded),
            counts_at=None if taken_ms is None else _taken_at(taken_ms),
            language=language,
            links=() if links == "[]" else _strings.decode(links),
            mentions=None if mentions is None else _tuple(mentions),
            media=() if media == "[]" else _strings.decode(media),
            refers_to=refers_to,
            url=url,
        )
        for (
            post_id,
            created_ms,
            kind,
            text,
            language,
            links,
            mentions,
            media,
            refers_to,
            url,
            taken_ms,
            likes,
            reposts,
            replies,
            quotes,
            views,
            rounded,
        ) in rows
    )


def newest_snapshot(connection: sqlite3.Connection, account_id: AccountId) -> Snapshot | None:
    """Return what the profile said when it was last looked at; None when it never was.

    A snapshot with counts is preferred to a later one that is no more than a name.
    """
    row = connection.execute(_NEWEST_SNAPSHOT, (account_id,)).fetchone()
    return None if row is None else _snapshots(connection, account_id, only=row[0], limit=1)[0]


def snapshots_of(
    connection: sqlite3.Connection, account_id: AccountId, *, limit: int = 100
) -> tuple[Snapshot, ...]:
    """Return an account's snapshots, newest first."""
    return _snapshots(connection, account_id, only=None, limit=limit)


def held(connection: sqlite3.Connection, account_id: AccountId) -> Held:
    """Count an account's posts and return the time they span."""
    posts, first, last = connection.execute(_HELD, (account_id,)).fetchone()
    return Held(
        posts=posts,
        first=None if first is None else from_ms(first),
        last=None if last is None else from_ms(last),
    )


def _snapshots(
    connection: sqlite3.Connection, account_id: AccountId, *, only: int | None, limit: int
) -> tuple[Snapshot, ...]:
    author = _author(connection, account_id)
    if author is None:
        return ()
    rows = connection.execute(_SNAPSHOTS, (account_id, only, limit))
    return tuple(
        Snapshot(
            account=author,
            taken_at=from_ms(taken_ms),
            source=source,
            display_name=display_name,
            bio=bio,
            profile_link=profile_link,
            location=location,
            created_at=None if created_ms is None else from_ms(created_ms),
            followers=followers,
            following=following,
            posts=posts,
            rounded=bool(rounded),
            verified=verified,
        )
        for (
            taken_ms,
            source,
            display_name,
            bio,
            profile_link,
            location,
            created_ms,
            followers,
            following,
            posts,
            rounded,
            verified,
        ) in rows
    )


def _record_snapshots(
    connection: sqlite3.Connection, snapshots: Iterable[Snapshot], *, ids: dict[AccountRef, AccountId]
) -> int:
    rows = [
        (
            ids[snapshot.account],
            to_ms(snapshot.taken_at),
            snapshot.source,
            snapshot.display_name,
            snapshot.bio,
            snapshot.profile_link,
            snapshot.location,
            None if snapshot.created_at is None else to_ms(snapshot.created_at),
            snapshot.followers,
            snapshot.following,
            snapshot.posts,
            int(snapshot.rounded),
            snapshot.verified,
        )
        for snapshot in snapshots
    ]
    return connection.executemany(_INSERT_SNAPSHOT, rows).rowcount if rows else 0


def _record_posts(
    connection: sqlite3.Connection,
    posts: Sequence[Post],
    *,
    ids: dict[AccountRef, AccountId],
    prints_later: bool,
) -> int:
    known = _known(connection, posts)
    # The transaction holds the write lock, so nobody else takes these numbers.
    last: int = connection.execute(_LAST_POST).fetchone()[0]
    next_id = last + 1
    rows: list[tuple[object, ...]] = []
    written: list[prints.NewPost] = []
    counts: list[tuple[object, ...]] = []
    pictures: list[tuple[int, str]] = []
    for post in posts:
        key = (post.platform, post.post_id)
        post_id = known.get(key)
        if post_id is None:
            post_id = known[key] = next_id
            next_id += 1
            new = prints.NewPost(
                post_id=post_id, account_id=ids[post.author], kind=post.kind, prepared=body(post.text)
            )
            written.append(new)
            rows.append(_row(post, new))
        pictures += [(post_id, picture) for picture in post.pictures]
        row = _counts_row(post, post_id)
        if row is not None:
            counts.append(row)
    connection.executemany(_INSERT_POST, rows)
    connection.executemany(_INSERT_COUNTS, counts)
    if pictures:
        connection.executemany(_INSERT_PICTURE, pictures)
    prints.keep(connection, posts=written, accounts=ids.values(), later=prints_later)
    return len(rows)


def _known(connection: sqlite3.Connection, posts: Iterable[Post]) -> dict[tuple[str, str], int]:
    """Return the row ids of those posts that are held already."""
    wanted: dict[Platform, list[str]] = {}
    for post in posts:
        wanted.setdefault(post.platform, []).append(post.post_id)
    return {
        (platform, platform_post_id): post_id
        for platform, post_ids in wanted.items()
        for platform_post_id, post_id in connection.execute(
            _KNOWN_POSTS, (platform, msgspec.json.encode(post_ids).decode())
        )
    }


def _row(post: Post, new: prints.NewPost) -> tuple[object, ...]:
    return (
        new.post_id,
        new.account_id,
        post.platform.value,
        post.post_id,
        to_ms(post.created_at),
        post.kind.value,
        post.text,
        body_key(new.prepared),
        post.language,
        _list(post.links),
        None if post.mentions is None else _list(post.mentions),
        _list(post.media),
        post.refers_to,
        post.url,
    )


def _counts_row(post: Post, post_id: int) -> tuple[object, ...] | None:
    counts = post.counts
    values = (counts.likes, counts.reposts, counts.replies, counts.quotes, counts.views)
    if values == _NO_COUNTS:
        return None
    if post.counts_at is None:
        raise ValueError(f"the counts of post {post.post_id} have no time")
    return (post_id, to_ms(post.counts_at), *values, int(counts.rounded))


# Most posts earn little, so that the same few counts come again and again, and all of one file at one time.
_taken_at = lru_cache(maxsize=1 << 10)(from_ms)


@lru_cache(maxsize=1 << 12)
def _counts(*values: int | None) -> Counts:
    likes, reposts, replies, quotes, views, rounded = values
    return Counts(
        likes=likes, reposts=reposts, replies=replies, quotes=quotes, views=views, rounded=bool(rounded)
    )


def _author(connection: sqlite3.Connection, account_id: AccountId) -> AccountRef | None:
    row = connection.execute(_ACCOUNT, (account_id,)).fetchone()
    if row is None:
        return None
    platform, handle, platform_id = row
    return AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id)


def _list(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode() if values else "[]"


def _tuple(raw: str) -> tuple[str, ...]:
    return () if raw == "[]" else _strings.decode(raw)
