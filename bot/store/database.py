"""The SQLite file: one writer thread, a few reader threads, migrations with a backup before them.

Store functions are plain functions on a `sqlite3.Connection`; `Database` runs them off the event loop.
A command costs one hop to a thread however many statements it needs: the hop, not the read, is
what is slow (a wrapper that hops per statement was measured at 4 to 10 times the read).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from bot.errors import StoreError
from bot.store.jobs import Job
from bot.store.layers import look_through_layers

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
# A reader never waits in WAL mode; this is for another process that holds the write lock.
BUSY_TIMEOUT_S = 5.0
# Keys of texts fall all over their index: with these, posts are written in 20 instead of 29 us of CPU and a
# quarter of the time (400,000 posts, 2,000 a transaction). The memory is taken only while it is used.
WRITER_CACHE_KIB = 32_000
# The posts of an active account fill more than the usual 2 MB, and one check reads them several times.
READER_CACHE_KIB = 8_000
WRITER_CHECKPOINT_PAGES = 8_000
# Lasting transactions that are run as one: none of them waits long for the others.
MOST_TOGETHER = 32
# "MAST", in the header of the file: tells our database from another program's.
APPLICATION_ID = 0x4D415354


class Database:
    """Access to one database file. Open with `Database.open`, close once.

    `read` and `write` await a store function on a thread; `write` runs it inside one
    `BEGIN IMMEDIATE` transaction and commits, or rolls back when it raises.
    """

    def __init__(self, path: Path, *, connections: _Connections) -> None:
        self.path = path
        self._connections = connections
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-writer")
        # Filled by the event loop, emptied by the writer's thread.
        self._waiting: deque[Job[Any]] = deque()
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="store-reader")

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open `path`, creating or migrating it. Raises StoreError with a sentence for people."""
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # A connection that has changed nothing yet: what is not ours, or is newer, stays as it is.
            with contextlib.closing(_plain(path)) as connection:
                migrate(connection, path)
            # Sets the journal mode, which the file keeps, so that later connections need no lock for it.
            _connect(path).close()
        return cls(path, connections=_Connections(path))

    async def read(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a store function that only reads."""
        return await asyncio.wrap_future(
            self._readers.submit(self._run_read, lambda c: function(c, *args, **kwargs))
        )

    async def write(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a store function in one write transaction."""
        return await asyncio.wrap_future(
            self._writer.submit(self._run_write, lambda c: function(c, *args, **kwargs))
        )

    async def write_lasting(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a store function in a write transaction that a power cut cannot take back.

        What is asked for while the disk is at work shares the next transaction, so that sixteen messages that
        leave together wait for the disk once. A function that raises takes back its own changes alone.
        """

        def explained(connection: sqlite3.Connection) -> T:
            with _explained(self.path):
                return function(connection, *args, **kwargs)

        job = Job(explained)
        self._waiting.append(job)
        self._writer.submit(self._run_lasting)
        return await asyncio.wrap_future(job.future)

    async def read_whole(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a store function that reads every layer as it lies in the file: copies and examinations."""
        return await asyncio.wrap_future(
            self._readers.submit(self._run_whole, lambda c: function(c, *args, **kwargs))
        )

    async def rest(self) -> None:
        """Give memory back after a bulk of writes."""
        await asyncio.wrap_future(self._writer.submit(self._run_rest))

    def _run_rest(self) -> None:
        with _explained(self.path):
            self._connections.mine(writes=True).execute("PRAGMA shrink_memory")

    def _run_read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        with _explained(self.path):
            return function(self._connections.mine())

    def _run_write(self, function: Callable[[sqlite3.Connection], T]) -> T:
        with _explained(self.path), transaction(self._connections.mine(writes=True)) as connection:
            return function(connection)

    def _run_whole(self, function: Callable[[sqlite3.Connection], T]) -> T:
        with _explained(self.path), contextlib.closing(_plain(self.path)) as connection:
            return function(connection)

    def _run_lasting(self) -> None:
        """Run all that waits in one transaction. What an earlier turn took along is not there any more."""
        jobs = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        if not jobs:
            return
        try:
            with _explained(self.path), self._synced() as connection, transaction(connection):
                for job in jobs:
                    job.run(connection)
        except BaseException as error:  # noqa: BLE001  # handed to everybody who waits for it
            for job in jobs:
                job.fail(error)
            return
        for job in jobs:
            job.finish()

    @contextlib.contextmanager
    def _synced(self) -> Generator[sqlite3.Connection, None, None]:
        """Let every commit wait until it is on the disk. Cannot be changed inside a transaction."""
        connection = self._connections.mine(writes=True)
        connection.execute("PRAGMA synchronous = FULL")
        try:
            yield connection
        finally:
            connection.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Wait for work under way and close every connection."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._connections.close()


class _Connections:
    """One connection per thread, all closed together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._all: list[sqlite3.Connection] = []

    def mine(self, *, writes: bool = False) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self._path)
            connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB if writes else READER_CACHE_KIB}")
            if writes:
                connection.execute(f"PRAGMA wal_autocheckpoint = {WRITER_CHECKPOINT_PAGES}")
            else:
                look_through_layers(connection)
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    def close(self) -> None:
        for connection in self._all:
            connection.close()
        self._all.clear()


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[sqlite3.Connection, None, None]:
    """Hold one write transaction: commit at the end, roll back when the block or the commit fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk has already rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date; the file as it was is kept beside it first.

    Raises StoreError for a database of a newer Masthead or of another program; both are left untouched.
    """
    migrations = _migrations()
    version = _version(connection, path)
    newest = len(migrations)
    if version > newest:
        raise StoreError(
            f"{path} was written by a newer Masthead (schema {version}; this one knows {newest}). "
            "Update Masthead, or name another file in `store.path`."
        )
    if version == newest:
        return
    if version:
        backup(connection, _free(path.with_name(f"{path.name}.before-{version + 1:04d}")))
    for number, script in enumerate(migrations, start=1):
        with transaction(connection):
            # Another process may have come first while this one waited for the lock.
            if _version(connection, path) >= number:
                continue
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        log.info("store: schema %d", number)


def backup(connection: sqlite3.Connection, target: Path) -> None:
    """Write a compact, consistent copy to `target`. Raises StoreError when it exists already."""
    if target.exists():
        raise StoreError(f"{target} exists already. Move it away or give another name.")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(partial),))
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema's number, 0 for an empty file. Raises StoreError for another program's file."""
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    owner: int = connection.execute("PRAGMA application_id").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StoreError(
            f"{path} is not a Masthead database but another program's. Name another file in `store.path`."
        )
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _free(path: Path) -> Path:
    """Return `path`, or the first of `path-2`, `path-3` … when an earlier attempt left its copy there."""
    candidates = (path.with_name(f"{path.name}-{n}") for n in itertools.count(2))
    return next(each for each in itertools.chain([path], candidates) if not each.exists())


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements. `executescript` would do, but it commits before it starts."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _migrations() -> list[str]:
    folder = resources.files("bot.store") / "migrations"
    scripts = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )
    return [script for _name, script in scripts]


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S)


def _connect(path: Path) -> sqlite3.Connection:
    connection = _plain(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


@contextlib.contextmanager
def _explained(path: Path) -> Generator[None, None, None]:
    """Turn what SQLite and the file system say into a sentence that tells what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be created: {error.strerror}. Choose another `store.path`."
        ) from error
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise StoreError(_sentence(path, error)) from error


def _sentence(path: Path, error: sqlite3.DatabaseError) -> str:
    code = error.sqlite_errorcode & 0xFF if hasattr(error, "sqlite_errorcode") else None
    match code:
        case sqlite3.SQLITE_FULL:
            return f"The disk that holds {path} is full. Nothing was half-written; free space and try again."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} is held for writing by another program. Close that program and try again."
        case sqlite3.SQLITE_NOTADB:
            return (
                f"{path} is not a Masthead database. Name another file in `store.path`, or restore a backup."
            )
        case sqlite3.SQLITE_CORRUPT:
            return f"{path} is damaged ({error}). Restore a backup with `masthead restore`."
        case sqlite3.SQLITE_CANTOPEN:
            return f"{path} cannot be opened. Check that the folder exists and may be written to."
        case sqlite3.SQLITE_READONLY:
            return f"{path} may not be written to. Check its permissions."
        case _:
            return f"{path}: {error}."
