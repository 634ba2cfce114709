"""All engagement checks on one account with 3,200 posts and 10,000 reposts of them.

    python -m benchmarks.engagement [--posts 3200] [--reposts 10000]

CPU time is that of the whole process, all threads. Bar: the checks together <= 50 ms (p95). Reading what they
look at is shown beside them; the cohort is read once an hour for each platform and follower bucket.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import Spread, cpu_ms, spread, table, verdict
from benchmarks.world import NOW, SEED, word
from bot.accounts import AccountRef, Platform
from bot.checks.catalogue import CHECKS
from bot.checks.check import Check
from bot.checks.dossier import Line
from bot.checks.engagement import co_amplifiers, fast_reshares
from bot.checks.gather import AliasCache, gather
from bot.checks.reach import CohortCache
from bot.checks.subject import Subject
from bot.store.database import migrate, transaction
from bot.store.posts import NEWEST_POSTS, record
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.store.reposts import MOST_REPOSTS

BAR_MS = 50
RUNS = 40
WARM_UP = 5
DAYS = 90
PEERS = 400
PEER_POSTS = 20

ACCOUNT = AccountRef(platform=Platform.X, handle="benchmark_account", platform_id="1")
# E6 and E7 stand on the coordination line and read the same reposts.
ENGAGEMENT = tuple(
    check
    for check in CHECKS
    if check.line is Line.ENGAGEMENT or check.name in {fast_reshares.CHECK.name, co_amplifiers.CHECK.name}
)


def measure(*, posts: int, reposts: int) -> None:
    """Build the account in a temporary database and measure on it."""
    with tempfile.TemporaryDirectory() as folder, _world(Path(folder), posts=posts, reposts=reposts) as world:
        aliases, cohorts = AliasCache(), CohortCache()
        cold, subject = cpu_ms(lambda: _read(world, aliases, cohorts))
        reading = [cpu_ms(lambda: _read(world, aliases, cohorts))[0] for _ in range(RUNS + WARM_UP)]
        together = [cpu_ms(lambda: _run(subject))[0] for _ in range(RUNS + WARM_UP)]
        each = [(check, _timed(check, subject)) for check in ENGAGEMENT]
    found = spread(together[WARM_UP:])
    table(
        f"CPU ms, {len(subject.posts):,} posts, {len(subject.reach.reposts):,} reposts held, seed {SEED}, "
        f"n = {RUNS}",
        ("what", "p50", "p95", "bar", "reached"),
        [
            ("all engagement checks", *_cells(found), f"p95 <= {BAR_MS}", verdict(found.p95 <= BAR_MS)),
            *((f"  {check.name}", *_cells(each_found), "", "") for check, each_found in each),
            ("reading, cohort held in memory", *_cells(spread(reading[WARM_UP:])), "", ""),
            ("reading, first time", f"{cold:.2f}", "", "", ""),
        ],
    )


def _cells(found: Spread) -> tuple[str, str]:
    return f"{found.p50:.2f}", f"{found.p95:.2f}"


def _timed(check: Check, subject: Subject) -> Spread:
    return spread([cpu_ms(lambda: check.run(subject))[0] for _ in range(RUNS + WARM_UP)][WARM_UP:])


def _read(connection: sqlite3.Connection, aliases: AliasCache, cohorts: CohortCache) -> Subject:
    return gather(connection, ACCOUNT, cache=aliases, now=NOW, days=DAYS, cohorts=cohorts)


def _run(subject: Subject) -> None:
    for check in ENGAGEMENT:
        check.run(subject)


@contextlib.contextmanager
def _world(folder: Path, *, posts: int, reposts: int) -> Generator[sqlite3.Connection]:
    rng = random.Random(SEED)
    path = folder / "masthead.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path)
        own = list(_posts(rng, posts))
        with transaction(connection):
            record(connection, snapshots=_profiles(rng), posts=own)
            record(connection, posts=list(_reposts(rng, own, reposts)))
            record(connection, snapshots=_peer_profiles(rng), posts=list(_peer_posts(rng)))
        yield connection


def _posts(rng: random.Random, count: int) -> Iterator[Post]:
    vocabulary = [word(rng) for _ in range(5_000)]
    for number in range(count):
        likes = int(rng.paretovariate(1.1)) - 1
        yield Post(
            platform=Platform.X,
            post_id=str(10**15 + number),
            author=ACCOUNT,
            created_at=NOW - timedelta(seconds=rng.randrange(DAYS * 86_400)),
            kind=rng.choices((PostKind.ORIGINAL, PostKind.REPLY, PostKind.REPOST), (0.7, 0.2, 0.1))[0],
            text=" ".join(rng.choices(vocabulary, k=rng.randint(6, 40))),
            counts=Counts(likes=likes, reposts=likes // 3, replies=likes // 5, views=likes * 40),
            counts_at=NOW,
            media=("video",) if number % 4 == 0 else (),
            mentions=(),
        )


def _reposts(rng: random.Random, own: list[Post], count: int) -> Iterator[Post]:
    """Many accounts that repost now and then, and a hundred who repost the same posts again and again."""
    spread_by = [post for post in own if post.kind is not PostKind.REPOST]
    favourites = spread_by[: len(spread_by) // 10]
    for number in range(count):
        loyal = number % 2 == 0
        post = rng.choice(favourites if loyal else spread_by)
        sharer = rng.randrange(100) if loyal else 100 + rng.randrange(count)
        yield Post(
            platform=Platform.X,
            post_id=str(2 * 10**15 + number),
            author=AccountRef(
                platform=Platform.X, handle=f"reader_{sharer}", platform_id=str(10**6 + sharer)
            ),
            created_at=post.created_at + timedelta(seconds=rng.expovariate(1 / 3_600)),
            kind=PostKind.REPOST,
            text=post.text,
            mentions=(),
            refers_to=post.post_id,
        )


def _profiles(rng: random.Random) -> list[Snapshot]:
    """A profile a day over two years."""
    return [
        Snapshot(
            account=ACCOUNT,
            taken_at=NOW - timedelta(days=days),
            source="import:benchmark",
            followers=5_000 - 4 * days + rng.randrange(6),
        )
        for days in range(730)
    ]


def _peer_profiles(rng: random.Random) -> list[Snapshot]:
    return [
        Snapshot(
            account=_peer(n), taken_at=NOW, source="import:benchmark", followers=rng.randint(1_000, 9_999)
        )
        for n in range(PEERS)
    ]


def _peer_posts(rng: random.Random) -> Iterator[Post]:
    for n in range(PEERS):
        for number in range(PEER_POSTS):
            likes = int(rng.expovariate(0.1))
            yield Post(
                platform=Platform.X,
                post_id=f"3{n:06}{number:04}",
                author=_peer(n),
                created_at=NOW - timedelta(hours=20 * number + rng.random()),
                kind=PostKind.ORIGINAL,
                text=f"{word(rng)} {word(rng)}",
                counts=Counts(likes=likes, reposts=likes // 4, replies=likes // 6),
                counts_at=NOW,
                mentions=(),
            )


def _peer(number: int) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=f"peer_{number}", platform_id=str(10**7 + number))


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=NEWEST_POSTS)
    parser.add_argument("--reposts", type=int, default=MOST_REPOSTS)
    sizes = parser.parse_args()
    measure(posts=sizes.posts, reposts=sizes.reposts)


if __name__ == "__main__":
    main()
