"""Importing posts: rows a second of CPU and peak memory, without fingerprints and with them.

    python -m benchmarks.imports [--posts 1000000] [--seed 11]

The posts are those of ../shared/bench/gen_posts.py, written as twarc2 writes flattened X API v2 lines: one
post a line with its author's profile, counts and links. Each import runs in a process of its own. CPU time is
that of the whole process, all threads: reading, writing and moving the log into the database.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.corpus import GENERATOR, register
from benchmarks.measure import peak_rss_mib, rss_mib, table, verdict
from bot.accounts import AccountRef, Platform
from bot.imports.service import import_files
from bot.store.database import Database

NOW = datetime(2026, 11, 21, tzinfo=UTC)
# How a file is imported: whether its authors are registered, and whether fingerprints are made at once.
MODES = {
    "nobody registered": (False, True),
    "all registered, fingerprints later": (True, False),
    "all registered, with fingerprints": (True, True),
}
BARS = {
    "nobody registered": 20_000,
    "all registered, fingerprints later": 20_000,
    "all registered, with fingerprints": 5_000,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One import. `start_mib` is the process before it, `peak_mib` its highest memory."""

    posts: int
    accounts: int
    cpu_s: float
    wall_s: float
    start_mib: float
    peak_mib: float
    bytes_a_post: float
    prints: int


def write_lines(source: Path, target: Path) -> None:
    """Write a generated stream as flattened lines of the X API v2."""
    with source.open(encoding="utf-8", newline="") as rows, target.open("wb") as lines:
        reader = csv.reader(rows)
        next(reader)
        for row in reader:
            lines.write(json.dumps(_line(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _line(row: list[str]) -> dict[str, Any]:
    number, user, name, _repost, _reply, text, second, link = row
    author = str(10**9 + int(user[1:]))
    at = int(number)
    line: dict[str, Any] = {
        "id": str(10**18 + at),
        "text": text,
        "author_id": author,
        "created_at": f"{datetime.fromtimestamp(int(second), tz=UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        "lang": "und",
        "conversation_id": str(10**18 + at),
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [str(10**18 + at)],
        "public_metrics": {
            "retweet_count": at % 7,
            "reply_count": at % 3,
            "like_count": at % 31,
            "quote_count": at % 2,
            "impression_count": at % 997,
        },
        "author": {
            "id": author,
            "username": name,
            "name": f"Name of {name}",
            "description": "Noticias de la ciudad",
            "created_at": "2015-03-01T00:00:00.000Z",
            "public_metrics": {
                "followers_count": at % 5000,
                "following_count": 100,
                "tweet_count": 1000 + at % 100,
                "listed_count": 1,
            },
        },
        "__twarc": {
            "url": "https://api.twitter.com/2/users/1/tweets",
            "retrieved_at": "2020-10-01T00:00:00Z",
        },
    }
    if link:
        line["entities"] = {"urls": [{"start": 0, "end": 23, "url": link, "expanded_url": link}]}
    return line


def prepare(folder: Path, *, posts: int, seed: int) -> tuple[Path, str]:
    """Generate the file and return it with the first of the stream's SHA-256."""
    stream, lines = folder / "posts.csv", folder / "posts.jsonl"
    command = [sys.executable, str(GENERATOR), "posts", str(posts), str(stream), "--seed", str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    write_lines(stream, lines)
    stream.unlink()
    return lines, json.loads(done.stdout)["files"][0]["sha256"][:12]


async def import_once(lines: Path, *, registered: bool, fingerprints: bool) -> Run:
    """Import into a new database and measure."""
    path = lines.with_name("store.db")
    for left in path.parent.glob("store.db*"):
        left.unlink()
    database = Database.open(path)
    try:
        if registered:
            authors = _authors(lines)
            await database.write(register, authors)
        start, begin, wall = rss_mib(), time.process_time(), time.perf_counter()
        done = await import_files(database, [lines], clock=lambda: NOW, fingerprints=fingerprints)
        await database.read(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        spent, took = time.process_time() - begin, time.perf_counter() - wall
        (prints,) = await database.read(
            lambda connection: connection.execute("SELECT count(*) FROM post_print").fetchone()
        )
    finally:
        database.close()
    assert not done.rejected, done.rejected
    return Run(
        posts=done.posts_new,
        accounts=done.accounts_new,
        cpu_s=spent,
        wall_s=took,
        start_mib=start,
        peak_mib=peak_rss_mib(),
        bytes_a_post=path.stat().st_size / done.posts_new,
        prints=prints,
    )


def _authors(lines: Path) -> list[AccountRef]:
    """The accounts that the generator drew authors from: a twentieth of the posts, and at least 200."""
    with lines.open("rb") as file:
        count = max(200, sum(1 for _ in file) // 20)
    return [AccountRef(platform=Platform.X, handle=f"n{n}", platform_id=str(10**9 + n)) for n in range(count)]


def measured(lines: Path) -> Iterator[tuple[str, Run]]:
    """Run every mode, each in a new process."""
    for mode in MODES:
        command = [sys.executable, "-m", "benchmarks.imports", "--file", str(lines), "--mode", mode]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        yield mode, Run(**json.loads(done.stdout))


def report(lines: Path, *, digest: str) -> None:
    """Measure and print."""
    before = os.getloadavg()[0]
    runs = dict(measured(lines))
    first = next(iter(runs.values()))
    table(
        f"{first.posts:,} posts in {lines.stat().st_size / 2**20:,.0f} MiB, SHA-256 {digest}; "
        f"load {before:.1f} before, {os.getloadavg()[0]:.1f} after",
        (
            "import",
            "posts/s CPU",
            "bar",
            "reached",
            "CPU s",
            "wall s",
            "peak MiB",
            "MiB at start",
            "bytes a post",
        ),
        [
            (
                mode,
                f"{run.posts / run.cpu_s:,.0f}",
                f">= {BARS[mode]:,}",
                verdict(run.posts / run.cpu_s >= BARS[mode]),
                f"{run.cpu_s:.1f}",
                f"{run.wall_s:.1f}",
                f"{run.peak_mib:.0f}",
                f"{run.start_mib:.0f}",
                f"{run.bytes_a_post:.0f}",
            )
            for mode, run in runs.items()
        ],
    )
    for mode, run in runs.items():
        if run.prints:
            print(f"  {mode}: {run.prints / run.posts:.1f} fingerprints a post")


def main() -> None:
    """Read the size and measure; everything is deleted at the end."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--mode", choices=list(MODES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.file:
        registered, fingerprints = MODES[asked.mode]
        run = asyncio.run(import_once(asked.file, registered=registered, fingerprints=fingerprints))
        print(json.dumps(asdict(run)))
        return
    with tempfile.TemporaryDirectory() as folder:
        lines, digest = prepare(Path(folder), posts=asked.posts, seed=asked.seed)
        report(lines, digest=digest)


if __name__ == "__main__":
    main()
