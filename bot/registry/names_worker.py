"""`python -m bot.registry.names_worker STORE all|spellings`: what takes long, in a process that ends.

It looks up how names are pronounced and keeps that in the store. With `all` it then packs every text and
writes to standard output a line of JSON, the `Heading`, and the pack.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path

import msgspec

from bot.registry.packed import Parts, Shape, pack
from bot.store.database import Database
from bot.store.searchable import Marks, marks, put_all_spellings, texts_since, unspelt_names
from bot.text.romanise import pronounced, spelt

# Names in one transaction: the bot writes to the same file.
BATCH = 500
# The bot answers meanwhile.
NICENESS = 10


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What comes before a pack: how far the store was read, and how the pack is laid out."""

    marks: dict[str, int]
    shape: Shape


def main() -> int:
    """Do it, and return 0."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    path, what = Path(sys.argv[1]), sys.argv[2]
    reached, parts = asyncio.run(_work(path, everything=what == "all"))
    if parts is not None:
        heading = Heading(marks=asdict(reached), shape=parts.shape)
        sys.stdout.buffer.write(msgspec.json.encode(heading) + b"\n")
        parts.write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    return 0


async def _work(path: Path, *, everything: bool) -> tuple[Marks, Parts | None]:
    database = Database.open(path)
    try:
        await spell(database)
        return await database.read_whole(_packed) if everything else (Marks(), None)
    finally:
        database.close()


async def spell(database: Database, *, most: int | None = None) -> int:
    """Keep the spellings that names lack, of `most` names or a few more; return how many were looked at."""
    after = looked_at = 0
    while (most is None or looked_at < most) and (
        names := await database.read_whole(unspelt_names, after=after, limit=BATCH)
    ):
        after = names[-1][0]
        looked_at += len(names)
        found = [(number, name, [*spelt(name), *pronounced(name)]) for number, name in names]
        await database.write(put_all_spellings, found)
    return looked_at


def _packed(connection: sqlite3.Connection) -> tuple[Marks, Parts]:
    reached = marks(connection)
    return reached, pack(texts_since(connection, Marks()))


if __name__ == "__main__":
    sys.exit(main())
