"""A synthetic world of a given size, written through the same functions as real imports."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.accounts import AccountRef, Platform
from bot.store import claims
from bot.store.database import Database
from bot.store.lookups import entity_id, source_id
from bot.store.posts import record
from bot.store.records import Counts, Grade, Post, PostKind, Relation, Snapshot, Source

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SEED = 7
BATCH = 5_000
PLATFORMS = (Platform.X, Platform.INSTAGRAM, Platform.TELEGRAM, Platform.YOUTUBE, Platform.TIKTOK)

_SYLLABLES = [c + v for c in "bcdfglmnprstvz" for v in "aeiou"]
_SOURCE = Source(
    key="benchmark",
    title="Synthetic list",
    publisher="Masthead benchmarks",
    url="https://list.example/",
    published_on="2026",
    retrieved_on="2026-11-21",
    grade=Grade(reliability="B", credibility="2"),
)


def word(rng: random.Random, syllables: int = 3) -> str:
    """Return a pseudo-word."""
    return "".join(rng.choice(_SYLLABLES) for _ in range(syllables))


async def fill_registry(database: Database, *, accounts: int) -> None:
    """Add entities in chains of three with five accounts each, until there are `accounts` of them."""
    rng = random.Random(SEED)
    await database.write(claims.put_source, _SOURCE)
    entities = accounts // len(PLATFORMS)
    for start in range(0, entities, 500):
        await database.write(_add_entities, rng, range(start, min(start + 500, entities)))


def _add_entities(connection: sqlite3.Connection, rng: random.Random, numbers: range) -> None:
    source = source_id(connection, _SOURCE.key)
    assert source is not None
    for number in numbers:
        key = f"bench-{number}"
        claims.put_entity(connection, key, kind="outlet", country="XX")
        entity = entity_id(connection, key)
        assert entity is not None
        name = f"{word(rng).title()} {word(rng).title()} {number}"
        claims.put_name(connection, entity, name=name, source_id=source, kind="main")
        basis = claims.Basis(source_id=source, grade=_SOURCE.grade, locator=f"row {number}")
        owner = entity_id(connection, f"bench-{number // 3}") if number else None
        if owner is not None:
            claims.put_claim(connection, owner, Relation.OWNS, object_id=entity, basis=basis, now=NOW)
        for platform in PLATFORMS:
            account = AccountRef(platform=platform, handle=f"{word(rng, 2)}{number}")
            claims.put_account_claim(
                connection, entity, Relation.HAS_ACCOUNT, account=account, basis=basis, now=NOW
            )


async def fill_posts(database: Database, *, posts: int, authors: int) -> list[AccountRef]:
    """Add `posts` over 90 days, spread unevenly over `authors` X accounts, and return the authors."""
    rng = random.Random(SEED + 1)
    refs = _authors(rng, authors)
    profiles = [
        Snapshot(
            account=ref, taken_at=NOW, source="import:benchmark", followers=int(rng.paretovariate(0.6)) * 5
        )
        for ref in refs
    ]
    await database.write(record, snapshots=profiles)
    stream = _posts(rng, refs, posts)
    while batch := list(islice(stream, BATCH)):
        await database.write(record, posts=batch)
    return refs


def authors_of(authors: int) -> list[AccountRef]:
    """Return the authors that `fill_posts` adds, the most active first."""
    return _authors(random.Random(SEED + 1), authors)


def _authors(rng: random.Random, authors: int) -> list[AccountRef]:
    return [
        AccountRef(platform=Platform.X, handle=f"{word(rng, 2)}_{n}", platform_id=str(10**9 + n))
        for n in range(authors)
    ]


def _posts(rng: random.Random, refs: list[AccountRef], count: int) -> Iterator[Post]:
    vocabulary = [word(rng, rng.randint(1, 4)) for _ in range(20_000)]
    # The most active account writes about 3,000 posts of a million, the median one a few dozen.
    weights = [1 / (rank + 30) ** 0.7 for rank in range(len(refs))]
    for number, ref in enumerate(rng.choices(refs, weights, k=count)):
        text = " ".join(rng.choices(vocabulary, k=rng.randint(6, 40)))
        if number % 50 == 0:
            text += " Twitter •mundo_china"
        likes = int(rng.expovariate(0.3))
        yield Post(
            platform=Platform.X,
            post_id=str(10**15 + number),
            author=ref,
            created_at=NOW - timedelta(seconds=rng.randrange(90 * 86_400)),
            kind=rng.choices((PostKind.ORIGINAL, PostKind.REPLY, PostKind.REPOST), (0.7, 0.2, 0.1))[0],
            text=text,
            counts=Counts(likes=likes, reposts=likes // 3, replies=likes // 5),
            counts_at=NOW,
            links=(f"https://{word(rng, 2)}.example/{number}",) if number % 3 == 0 else (),
            mentions=(),
        )
