"""The corpus: posts as Parquet files, one folder a day, that grow by day.

```
corpus/
  corpus.json            version, and for each day how many posts and the mark of the set they came from
  rarity.npy             how common tokens are: the one order that all token lists stand in
  accounts.parquet       account, platform, handle, platform_id, name
  posts/day=2026-03-01/posts.parquet
```
Any engine that reads partitioned Parquet can read it. A day is written under another name and moved into
place, and `corpus.json` follows last, so a run that breaks off leaves a corpus that the next one mends.
"""

from __future__ import annotations

import itertools
import logging
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bot.errors import InputError
from bot.network.prepare import SAMPLE, SCHEMA, Ranks, bodies_of, rarity_of, table_of
from bot.store.corpus import (
    DAY_MS,
    CorpusAccount,
    CorpusPost,
    Day,
    corpus_accounts,
    corpus_posts,
    days,
    stamps,
)

log = logging.getLogger(__name__)

VERSION = 1
CHUNK = 20_000
# When the corpus has grown so much, it is written anew in the order of its present tokens.
GROWN = 8

_EPOCH = date(1970, 1, 1)

T = TypeVar("T")

Progress = Callable[[str, int, int], None]


class DayEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is written of one day. `mark` tells whether the store still holds the same posts."""

    posts: int
    mark: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What `corpus.json` says. `ordered_at` is how many posts there were when the order was made."""

    version: int
    ordered_at: int
    days: dict[str, DayEntry]

    @property
    def posts(self) -> int:
        """How many posts there are."""
        return sum(entry.posts for entry in self.days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What an update did. `written` and `removed` count days."""

    posts: int
    days: int
    written: int
    removed: int


def nothing(_what: str, _done: int, _of: int) -> None:
    """Take progress and do nothing with it."""


def update(connection: sqlite3.Connection, folder: Path, *, progress: Progress = nothing) -> Updated:
    """Bring the corpus in `folder` up to what the store holds: only days that changed are written."""
    held = {_name(day.day): day for day in days(connection)}
    before = _manifest_or_none(folder)
    total = sum(day.posts for day in held.values())
    if before is not None and total > GROWN * max(before.ordered_at, SAMPLE):
        log.info("corpus: grown from %d to %d posts, written anew", before.ordered_at, total)
        before = None
    kept = {} if before is None else before.days
    changed = [name for name, day in held.items() if kept.get(name) != _entry(day)]
    gone = [name for name in _written(folder) if name not in held]
    for name in gone:
        shutil.rmtree(folder / "posts" / f"day={name}")
    if changed or before is None:
        ids = _ids_by_day(connection, {held[name].day for name in changed})
        if before is None:
            _write_rarity(folder, _sampled(connection, ids))
        ranks = _read_rarity(folder)
        entries = {name: entry for name, entry in kept.items() if name in held}
        done, of = 0, sum(held[name].posts for name in changed)
        for name in changed:
            _write_day(folder, name, _tables(connection, ids[held[name].day], ranks))
            entries[name] = _entry(held[name])
            done += held[name].posts
            progress("posts prepared", done, of)
        ordered_at = total if before is None else before.ordered_at
        _write_manifest(folder, Manifest(version=VERSION, ordered_at=ordered_at, days=entries))
    elif gone:
        entries = {name: entry for name, entry in kept.items() if name in held}
        _write_manifest(folder, Manifest(version=VERSION, ordered_at=before.ordered_at, days=entries))
    # Names and handles change without any post.
    write_accounts(folder, corpus_accounts(connection))
    return Updated(posts=total, days=len(held), written=len(changed), removed=len(gone))


def write(folder: Path, posts: Sequence[CorpusPost], accounts: Iterable[CorpusAccount]) -> Updated:
    """Make a corpus of posts that no store holds."""
    by_day: dict[int, list[CorpusPost]] = {}
    for post in posts:
        by_day.setdefault(post.at_ms // DAY_MS, []).append(post)
    sample = random.Random(1).sample(posts, min(SAMPLE, len(posts)))  # noqa: S311 - which posts is no secret
    _write_rarity(folder, rarity_of(bodies_of([post.text for post in sample])))
    ranks = _read_rarity(folder)
    entries: dict[str, DayEntry] = {}
    for day, its in sorted(by_day.items()):
        _write_day(folder, _name(day), (table_of(chunk, rarity=ranks) for chunk in _chunks(its)))
        entries[_name(day)] = DayEntry(posts=len(its), mark=0)
    _write_manifest(folder, Manifest(version=VERSION, ordered_at=len(posts), days=entries))
    write_accounts(folder, accounts)
    return Updated(posts=len(posts), days=len(entries), written=len(entries), removed=0)


def write_accounts(folder: Path, accounts: Iterable[CorpusAccount]) -> None:
    """Write the names of all accounts."""
    held = list(accounts)
    table = pa.table(
        {
            "account": [each.account for each in held],
            "platform": [each.platform for each in held],
            "handle": [each.handle for each in held],
            "platform_id": [each.platform_id for each in held],
            "name": [each.name for each in held],
        },
        schema=pa.schema(
            [
                ("account", pa.int64()),
                ("platform", pa.string()),
                ("handle", pa.string()),
                ("platform_id", pa.string()),
                ("name", pa.string()),
            ]
        ),
    )
    partial = folder / "accounts.partial"
    pq.write_table(table, partial)
    partial.replace(folder / "accounts.parquet")


def read_manifest(folder: Path) -> Manifest:
    """Read what a corpus holds. Raises InputError where there is none, or one of another version."""
    found = _manifest_or_none(folder)
    if found is None:
        raise InputError(
            f"{folder} is no corpus that this Masthead can read. Make one with `masthead sweep export`."
        )
    return found


def files(folder: Path, *, since: date | None = None, until: date | None = None) -> list[Path]:
    """Return the files of the days in question, both included, oldest first."""
    names = sorted(read_manifest(folder).days)
    wanted = [
        name
        for name in names
        if (since is None or name >= since.isoformat()) and (until is None or name <= until.isoformat())
    ]
    return [folder / "posts" / f"day={name}" / "posts.parquet" for name in wanted]


def day_of(path: Path) -> date:
    """Return the day that a file of posts is of."""
    return date.fromisoformat(path.parent.name.removeprefix("day="))


def start_ms(day: date) -> int:
    """Return when a day begins (UTC)."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _name(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def _entry(day: Day) -> DayEntry:
    return DayEntry(posts=day.posts, mark=day.mark)


def _manifest_or_none(folder: Path) -> Manifest | None:
    try:
        found = msgspec.json.decode((folder / "corpus.json").read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError, msgspec.ValidationError, msgspec.DecodeError):
        return None
    return found if found.version == VERSION else None


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    partial = folder / "corpus.json.partial"
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    partial.replace(folder / "corpus.json")


def _written(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix("day=") for path in (folder / "posts").glob("day=*"))


def _ids_by_day(connection: sqlite3.Connection, wanted: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {day: [] for day in wanted}
    for post, at_ms in stamps(connection):
        its = found.get(at_ms // DAY_MS)
        if its is not None:
            its.append(post)
    return found


def _tables(connection: sqlite3.Connection, ids: Sequence[int], ranks: Ranks) -> Iterator[pa.Table]:
    for chunk in _chunks(sorted(ids)):
        yield table_of(corpus_posts(connection, chunk), rarity=ranks)


def _sampled(connection: sqlite3.Connection, ids: dict[int, list[int]]) -> Ranks:
    everything = list(itertools.chain.from_iterable(ids[day] for day in sorted(ids)))
    drawn = random.Random(1).sample(everything, min(SAMPLE, len(everything)))  # noqa: S311 - no secret
    return rarity_of(bodies_of([post.text for post in corpus_posts(connection, drawn)]))


def _write_day(folder: Path, name: str, tables: Iterable[pa.Table]) -> None:
    day = folder / "posts" / f"day={name}"
    day.mkdir(parents=True, exist_ok=True)
    partial = day / "posts.partial"
    with pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
    partial.replace(day / "posts.parquet")


def _write_rarity(folder: Path, ranks: Ranks) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "rarity.npy", ranks)


def _read_rarity(folder: Path) -> Ranks:
    ranks: Ranks = np.load(folder / "rarity.npy")
    return ranks


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))
