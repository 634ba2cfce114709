"""Importing files into the store: all are recognised first, then read and written batch by batch.

A batch is one transaction. What breaks keeps whole batches only and can be run again: posts are known by
their ids. Between two batches others may write, and the import can be cancelled.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import msgspec

from bot.accounts import AccountRef
from bot.errors import ImportFileError
from bot.imports.common import Rejected
from bot.imports.files import ImportFile
from bot.imports.recognise import Recognised, recognise
from bot.store.database import Database
from bot.store.follows import Follow, record_follows
from bot.store.looks import LabelLook, record_label
from bot.store.posts import Recorded, record
from bot.store.records import Post, Snapshot
from bot.store.sightings import Ledger
from bot.store.waiting_prints import print_waiting, waiting

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Clock = Callable[[], datetime]

# Posts and profiles per transaction: enough to write fast, few enough that nobody waits long for the lock.
BATCH = 2_000
# Rejections that are listed. More are counted, so that a useless file of any size costs no memory.
MAX_LISTED = 1_000


class RejectedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a file that was left out; from `line` on, where the file breaks there."""

    file: str
    line: int | None
    reason: str


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did; `masthead import --json` prints it. A post that was held already is "seen".

    `rejected` lists the first rejections; `rejected_more` counts those beyond `MAX_LISTED`. `notes` are
    sentences about how files had to be read.
    """

    files: int
    posts_new: int
    posts_seen: int
    accounts_new: int
    snapshots_new: int
    follows_new: int = 0
    labels_new: int = 0
    rejected: tuple[RejectedLine, ...]
    rejected_more: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is. `bytes_done` is the place in the file on disk, gzip or not."""

    path: Path
    bytes_done: int
    bytes_total: int
    posts: int
    rejected: int


async def import_files(
    database: Database,
    paths: Sequence[Path],
    *,
    clock: Clock,
    format: str | None = None,  # noqa: A002  # the name of the option
    progress: Callable[[Progress], None] | None = None,
    fingerprints: bool = True,
    printed: Callable[[int], None] | None = None,
) -> ImportResult:
    """Import files in order, off the event loop.

    Fingerprints of what registered accounts wrote are made at the end; `printed` hears of how many posts.
    With `fingerprints` false the posts wait for `print_waiting`.

    Raises InputError for an unknown format name and ImportFileError for the first file that cannot be
    read at all; nothing is kept then. A row that is wrong, or a file that breaks further down, is listed
    in the result and the import goes on.
    """
    thread = _Thread()
    run = _Run(database, thread=thread, now=clock(), progress=progress)
    try:
        found = [await thread.run(recognise, path, name=format, now=run.now) for path in paths]
        for contents in found:
            for error in contents.refused:
                run.refuse(error)
            for file in contents.files:
                await run.import_file(file)
    finally:
        thread.end()
    await run.fingerprints(made=fingerprints, printed=printed)
    await database.rest()
    return run.result(files=len(paths))


class _Thread:
    """The one thread that reads files."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, partial(function, *args, **kwargs))

    def later(self, function: Callable[[], None]) -> None:
        """Run after what is under way, which a cancelled import leaves behind."""
        self._executor.submit(function)

    def end(self) -> None:
        self._executor.shutdown(wait=False)


class _Run:
    """One import: what it has done so far."""

    def __init__(
        self,
        database: Database,
        *,
        thread: _Thread,
        now: datetime,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.now = now
        self._database = database
        self._thread = thread
        self._progress = progress
        self._recorded = Recorded()
        self._follows_new = 0
        self._labels_new = 0
        self._rejected: list[RejectedLine] = []
        self._rejected_more = 0
        self._notes: list[str] = []
        self._ledger = Ledger()

    def refuse(self, error: ImportFileError) -> None:
        """List a file that cannot be read at all, or from a line on."""
        self._reject(error.file, line=error.line, reason=error.reason)

    async def import_file(self, file: Recognised) -> None:
        path = file.part.shown
        before = self._recorded
        if file.note is not None:
            self._notes.append(file.note)
        reading = await self._thread.run(_Reading, file, now=self.now)
        try:
            while batch := await self._thread.run(reading.batch):
                await self._keep(path, batch)
                self._report(reading)
        except ImportFileError as error:
            self.refuse(error)
        finally:
            self._thread.later(reading.close)
        new = self._recorded.posts_new - before.posts_new
        seen = self._recorded.posts_seen - before.posts_seen
        log.info("import %s: %d new posts, %d seen (%s)", path, new, seen, file.importer.name)

    async def fingerprints(self, *, made: bool, printed: Callable[[int], None] | None) -> None:
        """Make the fingerprints that wait, or say how many do."""
        if made:
            await print_waiting(self._database, progress=printed)
        elif left := await self._database.read(waiting):
            self._notes.append(
                f"Posts of registered accounts that wait for their fingerprints: {left:,}. Until "
                "`masthead fingerprints` has run, nothing is found to be taken from them."
            )

    def result(self, *, files: int) -> ImportResult:
        return ImportResult(
            files=files,
            posts_new=self._recorded.posts_new,
            posts_seen=self._recorded.posts_seen,
            accounts_new=self._recorded.accounts_new,
            snapshots_new=self._recorded.snapshots_new,
            follows_new=self._follows_new,
            labels_new=self._labels_new,
            rejected=tuple(self._rejected),
            rejected_more=self._rejected_more,
            notes=tuple(self._notes),
        )

    async def _keep(self, path: Path, batch: _Batch) -> None:
        if batch.size:
            recorded, follows_new, labels_new = await self._database.write(
                _record, batch, ledger=self._ledger
            )
            self._recorded += recorded
            self._follows_new += follows_new
            self._labels_new += labels_new
        for each in batch.rejected:
            self._reject(path, line=each.line, reason=f"{each.reason}.")

    def _reject(self, path: Path, *, line: int | None, reason: str) -> None:
        if len(self._rejected) < MAX_LISTED:
            self._rejected.append(RejectedLine(file=str(path), line=line, reason=reason))
        else:
            self._rejected_more += 1

    def _report(self, reading: _Reading) -> None:
        if self._progress is None:
            return
        self._progress(
            Progress(
                path=reading.path,
                bytes_done=reading.position,
                bytes_total=reading.size,
                posts=self._recorded.posts_new + self._recorded.posts_seen,
                rejected=len(self._rejected) + self._rejected_more,
            )
        )


@dataclass(slots=True, kw_only=True)
class _Batch:
    """What one transaction writes, and what was rejected on the way."""

    snapshots: list[Snapshot] = field(default_factory=list[Snapshot])
    posts: list[Post] = field(default_factory=list[Post])
    follows: list[Follow] = field(default_factory=list[Follow])
    labels: list[tuple[AccountRef, LabelLook]] = field(default_factory=list[tuple[AccountRef, LabelLook]])
    rejected: list[Rejected] = field(default_factory=list[Rejected])

    @property
    def size(self) -> int:
        return len(self.snapshots) + len(self.posts) + len(self.follows) + len(self.labels)

    def __bool__(self) -> bool:
        return bool(self.size or self.rejected)


class _Reading:
    """One file while it is read. All but `position` is called on the reading thread."""

    def __init__(self, file: Recognised, *, now: datetime) -> None:
        self.path = file.part.path
        self._file = ImportFile.open(file.part)
        self.size = self._file.size
        self.position = 0
        self._records = file.importer.records(self._file, now=now)

    def batch(self) -> _Batch:
        """Read on to the end of a batch; an empty one means the end of the file."""
        batch = _Batch()
        size = 0
        for each in self._records:
            if isinstance(each, Rejected):
                batch.rejected.append(each)
            else:
                size += len(each.snapshots) + len(each.posts) + len(each.follows) + len(each.labels)
                batch.snapshots += each.snapshots
                batch.posts += each.posts
                batch.follows += each.follows
                batch.labels += each.labels
            if size >= BATCH or len(batch.rejected) >= BATCH:
                break
        self.position = self._file.position
        return batch

    def close(self) -> None:
        self._file.close()


def _record(connection: sqlite3.Connection, batch: _Batch, *, ledger: Ledger) -> tuple[Recorded, int, int]:
    """Write a batch; return what is new: posts and profiles, follows, looks at labels."""
    recorded = record(
        connection, snapshots=batch.snapshots, posts=batch.posts, ledger=ledger, prints_later=True
    )
    follows = record_follows(connection, batch.follows) if batch.follows else 0
    labels = sum(record_label(connection, account, look) for account, look in batch.labels)
    return recorded, follows, labels
