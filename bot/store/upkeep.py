"""Copies of the database: taken while it is in use, put back when it is not."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from datetime import datetime
from pathlib import Path

from bot.errors import InputError, StoreError
from bot.store.database import Database, backup

log = logging.getLogger(__name__)

_IN_USE_TIMEOUT_S = 0.5


async def back_up(database: Database, target: Path) -> None:
    """Write a consistent copy of an open database to `target`.

    Raises InputError when `target` exists or its folder does not.
    """
    if not target.parent.is_dir():
        raise InputError(f"there is no folder {target.parent}. Make it, or name another file.")
    await database.read_whole(backup, target)


def restore(copy: Path, path: Path, *, now: datetime) -> Path | None:
    """Put `copy` in the place of the database `path`; return where the present one is kept.

    None when there was none. `copy` is opened like any database first, so a damaged, foreign or newer
    one is refused and `path` stays as it is. Raises StoreError or InputError.
    """
    if not copy.is_file():
        raise InputError(f"there is no file {copy}. `masthead backup FILE` writes one.")
    if path.exists() and copy.samefile(path):
        raise InputError(f"{copy} is the database in use; name the copy to put in its place.")
    fresh = path.with_name(f"{path.name}.restoring")
    fresh.unlink(missing_ok=True)
    try:
        _copy_checked(copy, fresh)
        kept = _put_aside(path, now=now) if path.exists() else None
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    # Brings an older copy up to date, and shows at once that the file can be used.
    Database.open(path).close()
    return kept


def _copy_checked(copy: Path, fresh: Path) -> None:
    """Write a compact copy of a sound database. Raises StoreError when it is not sound."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)
        ) as connection:
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                raise StoreError(f"{copy} is not a Masthead database: it is empty. Use another backup.")
            told = [row[0] for row in connection.execute("PRAGMA quick_check")]
            if told != ["ok"]:
                raise StoreError(f"{copy} is damaged: {told[0]}. Use another backup.")
            connection.execute("VACUUM INTO ?", (str(fresh),))
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{copy} is not a usable database: {error}. Use another backup.") from error
    # Refuses another program's file and a newer Masthead's before anything is moved.
    Database.open(fresh).close()


def _put_aside(path: Path, *, now: datetime) -> Path:
    """Move the present database away. Raises StoreError while a program holds it."""
    try:
        with contextlib.closing(
            sqlite3.connect(path, timeout=_IN_USE_TIMEOUT_S, isolation_level=None)
        ) as connection:
            # Leaving WAL mode needs the file for itself: it fails while any other program has it open.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} is in use. Stop the bot, then restore.") from error
    except sqlite3.DatabaseError:
        # A damaged file is what a restore is for: it is kept aside as it is.
        log.warning("%s is damaged and kept aside", path)
    kept = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    path.rename(kept)
    for leftover in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        leftover.unlink(missing_ok=True)
    return kept
