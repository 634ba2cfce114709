"""Fingerprints that are made after a bulk of posts was written: many at once, in the order of the index.

The index of a million posts has sixty thousand pages, and fingerprints fall all over them. Those of 2,000
posts touch every third page, those of 25,000 hardly more: made together they cost a third.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from bot.store.database import Database, transaction
from bot.store.prints import INSERT_PRINTS, prints_of
from bot.text.normalise import body

# Posts whose fingerprints are made together: half a million numbers, some 25 MB.
TOGETHER = 25_000
# Fingerprints a transaction: a tenth of a second, in which nobody else can write.
SLICE = 50_000

_WAITING = "SELECT count(*) FROM waiting_print"

_NEXT = """
SELECT post_id, text FROM waiting_print JOIN post USING (post_id) ORDER BY post_id LIMIT ?
"""

_DONE = "DELETE FROM waiting_print WHERE post_id IN (SELECT value FROM json_each(?))"

_POST_BITS = 40
_POST = (1 << _POST_BITS) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What is to be stored of some posts: fingerprint and post in one number, in the order of the index."""

    posts: list[int]
    packed: list[int]

    def slices(self) -> Iterator[list[int]]:
        """Cut it into what one transaction writes."""
        return (self.packed[at : at + SLICE] for at in range(0, len(self.packed), SLICE))


def waiting(connection: sqlite3.Connection) -> int:
    """Count the posts that wait."""
    count: int = connection.execute(_WAITING).fetchone()[0]
    return count


async def print_waiting(database: Database, *, progress: Callable[[int], None] | None = None) -> int:
    """Make the fingerprints of all posts that wait; return how many posts that were.

    `progress` hears how many are done. What breaks can be run again. Between two transactions others may
    write, and the work can be cancelled.
    """
    done = 0
    while (made := await database.read(_make)).posts:
        for part in made.slices():
            await database.write(_store, part)
        await database.write(_forget, made.posts)
        done += len(made.posts)
        if progress is not None:
            progress(done)
    return done


def print_some(connection: sqlite3.Connection) -> int:
    """Make those of the next posts, on a connection that nobody else waits for; 0 when none wait."""
    made = _make(connection)
    with transaction(connection):
        for part in made.slices():
            _store(connection, part)
        _forget(connection, made.posts)
    return len(made.posts)


def _make(connection: sqlite3.Connection) -> _Made:
    posts: list[int] = []
    packed: list[int] = []
    for post_id, text in connection.execute(_NEXT, (TOGETHER,)):
        posts.append(post_id)
        packed += [h << _POST_BITS | post_id for h in prints_of(body(text))]
    packed.sort()
    return _Made(posts=posts, packed=packed)


def _store(connection: sqlite3.Connection, packed: list[int]) -> None:
    connection.executemany(INSERT_PRINTS, [(each >> _POST_BITS, each & _POST) for each in packed])


def _forget(connection: sqlite3.Connection, posts: list[int]) -> None:
    connection.execute(_DONE, (msgspec.json.encode(posts).decode(),))
