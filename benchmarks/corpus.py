"""Seeded texts with a known truth, and a store that holds them as posts of registered accounts.

The generator lies beside the checkout (../shared/bench/gen_posts.py) and needs numpy, which is in the
dependency group `bench`.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bot.accounts import AccountRef, Platform
from bot.store import claims, posts
from bot.store.database import READER_CACHE_KIB, migrate, transaction
from bot.store.lookups import entity_id, source_id
from bot.store.records import Grade, Post, PostKind, Relation, Source
from bot.store.sightings import Ledger
from bot.store.waiting_prints import print_some

GENERATOR = Path(__file__).resolve().parents[2] / "shared" / "bench" / "gen_posts.py"
# As many outlets as large public lists name together.
AUTHORS = 1_000
BATCH = 2_000
CLASSES = ("edit 5 %", "edit 15 %", "edit 30 %", "quote", "fresh", "head6")

_SOURCE = Source(
    key="benchmark",
    title="Synthetic list",
    publisher="Masthead benchmarks",
    url="https://list.example/",
    published_on="2026",
    retrieved_on="2026-11-21",
    grade=Grade(reliability="B", credibility="2"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A text to look up. `source` is the row of the post that it was made from, None where there is none."""

    kind: str
    text: str
    source: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What keeping the posts cost, in CPU seconds: all of it, and the fingerprints alone."""

    posts: int
    whole_s: float
    prints_s: float


def generate(folder: Path, *, count: int, seed: int, queries: int = 400) -> tuple[Path, str]:
    """Write a corpus and return its file with the first of its SHA-256."""
    out = folder / f"corpus-{seed}-{count}.csv"
    command = [sys.executable, str(GENERATOR), "corpus", str(count), str(out), "--seed", str(seed)]
    done = subprocess.run([*command, "--queries", str(queries)], check=True, capture_output=True, text=True)
    return out, json.loads(done.stdout)["files"][0]["sha256"][:12]


def read_queries(corpus: Path) -> list[Query]:
    """Return the queries that belong to a corpus."""
    texts = {row[0]: row[5] for row in _rows(corpus.with_name(f"{corpus.stem}.queries.csv"))}
    return [
        Query(
            kind=f"{kind} {percent} %" if kind == "edit" else kind,
            text=texts[query],
            # For head6 the source is only where the opening came from. Rows count from 1.
            source=int(source) + 1 if source and kind != "head6" else None,
        )
        for query, kind, _cluster, source, percent in _rows(corpus.with_name(f"{corpus.stem}.truth.csv"))
    ]


def open_store(path: Path) -> sqlite3.Connection:
    """Make a database as the program makes it, with registered accounts and no posts."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, path)
    # As a reader of the program has it.
    cache = f"cache_size = -{READER_CACHE_KIB}"
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL", cache):
        connection.execute(f"PRAGMA {pragma}")
    with transaction(connection):
        register(connection, map(_author, range(AUTHORS)))
    return connection


def register(connection: sqlite3.Connection, accounts: Iterable[AccountRef]) -> None:
    """Say of each account that an outlet of its own has it."""
    claims.put_source(connection, _SOURCE)
    source = source_id(connection, _SOURCE.key)
    assert source is not None
    for number, account in enumerate(accounts):
        claims.put_entity(connection, f"outlet-{number}", kind="outlet", country="XX")
        entity = entity_id(connection, f"outlet-{number}")
        assert entity is not None
        claims.put_account_claim(
            connection,
            entity,
            Relation.HAS_ACCOUNT,
            account=account,
            basis=claims.Basis(source_id=source, grade=_SOURCE.grade, locator=f"row {number}"),
            now=datetime(2026, 11, 21, tzinfo=UTC),
        )


def fill(connection: sqlite3.Connection, corpus: Path, *, prefix: str = "") -> Built:
    """Record every post of a corpus in batches and print it afterwards, as an import does."""
    stream = _posts(corpus, prefix)
    ledger = Ledger()
    count, whole, spent = 0, 0.0, 0.0
    while batch := list(islice(stream, BATCH)):
        begin = time.process_time()
        with transaction(connection):
            posts.record(connection, posts=batch, ledger=ledger, prints_later=True)
        whole += time.process_time() - begin
        count += len(batch)
    begin = time.process_time()
    while print_some(connection):
        pass
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spent = time.process_time() - begin
    return Built(posts=count, whole_s=whole + spent, prints_s=spent)


def probe(connection: sqlite3.Connection, texts: Sequence[str], *, number: int) -> tuple[Post, ...]:
    """Record texts as the posts of an account that nobody registered, newer than every corpus."""
    author = AccountRef(platform=Platform.X, handle=f"probe_{number}", platform_id=str(10**9 + number))
    made = [
        Post(
            platform=Platform.X,
            post_id=f"probe-{number}-{at}",
            author=author,
            created_at=datetime.fromtimestamp(1_632_000_000 + 60 * at, tz=UTC),
            kind=PostKind.ORIGINAL,
            text=text,
        )
        for at, text in enumerate(texts)
    ]
    with transaction(connection):
        posts.record(connection, posts=made)
    return tuple(reversed(made))


def _posts(corpus: Path, prefix: str) -> Iterator[Post]:
    for row in _rows(corpus):
        yield Post(
            platform=Platform.X,
            post_id=f"{prefix}{row[0]}",
            author=_author(int(row[1][1:]) % AUTHORS),
            created_at=datetime.fromtimestamp(int(row[6]), tz=UTC),
            kind=PostKind.ORIGINAL,
            text=row[5],
        )


def _author(number: int) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=f"outlet_{number}", platform_id=str(number + 1))


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader
