"""What works on this machine, what is missing, and how to mend it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot.config import Config
from bot.errors import StoreError
from bot.registry.search import stats
from bot.store.database import Database
from bot.store.waiting_prints import waiting
from bot.store.watch_looks import standing
from bot.store.watch_outbox import dead_letters, outbox_state
from bot.text.inert import inert
from bot.watch.service import RECENT

# An import of a million posts takes about this much.
_WANTED_FREE_BYTES = 2 * 2**30


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `remedy` is None when nothing needs doing.

    `optional` results may be missing on a healthy installation.
    """

    what: str
    ok: bool
    found: str
    remedy: str | None = None
    optional: bool = False


def examine(config: Config) -> list[Result]:
    """Look at the database, the registry, the disk and the Discord settings."""
    return [*_database(config.store.path), _disk(config.store.path), _token(config)]


def _database(path: Path) -> list[Result]:
    if not path.exists():
        remedy = "It is made at the first check or start; `masthead run` makes it too."
        return [Result(what="database", ok=False, found=f"{path} does not exist yet", remedy=remedy)]
    try:
        database = Database.open(path)
    except StoreError as error:
        return [Result(what="database", ok=False, found=str(error), remedy="See the sentence before.")]
    try:
        return asyncio.run(database.read(_contents, path))
    finally:
        database.close()


def _contents(connection: sqlite3.Connection, path: Path) -> list[Result]:
    return list(_each(connection, path))


def _each(connection: sqlite3.Connection, path: Path) -> Iterator[Result]:
    faults = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if faults == ["ok"]:
        size = path.stat().st_size / 2**20
        yield Result(what="database", ok=True, found=f"{path}, {size:,.1f} MB, schema {schema}, sound")
    else:
        remedy = "Stop the bot and restore a backup: masthead restore FILE"
        yield Result(what="database", ok=False, found=f"{path} is damaged: {faults[0]}", remedy=remedy)
    held = stats(connection)
    registered = sum(held.accounts.values())
    yield Result(
        what="registry",
        ok=registered > 0,
        found=f"{registered:,} registered accounts, version {held.version}",
        remedy=None if registered else "It is loaded at the next start or check.",
    )
    if left := waiting(connection):
        yield Result(
            what="fingerprints",
            ok=False,
            found=f"posts of registered accounts that wait for theirs: {left:,}",
            remedy="Until then nothing is found to be taken from these posts: masthead fingerprints",
            optional=True,
        )
    yield from _alerts(connection)


def _alerts(connection: sqlite3.Connection) -> Iterator[Result]:
    """What is watched, and which messages could not be delivered."""
    looks = standing(connection)
    if looks.accounts == 0:
        yield Result(what="alerts", ok=True, found="nothing is watched", optional=True)
        return
    outbox = outbox_state(connection, since=datetime.now(UTC) - RECENT)
    given_up = looks.parked + outbox.dead
    yield Result(
        what="alerts",
        ok=given_up == 0,
        found=f"{looks.accounts:,} accounts watched, {looks.parked} parked, {looks.failing} failing; "
        f"{outbox.open:,} messages on the way, {outbox.dead} dead letters in 7 days",
        remedy="`masthead watchlist show` says why; the letters follow." if given_up else None,
        optional=True,
    )
    for letter in dead_letters(connection, limit=5):
        found = f"{letter.place}, {letter.failed_at:%Y-%m-%d %H:%M} UTC, code {letter.code}: {letter.error}"
        yield Result(what="dead letter", ok=False, found=inert(found, limit=200), optional=True)


def _disk(path: Path) -> Result:
    free = shutil.disk_usage(path.absolute().parent).free
    enough = free >= _WANTED_FREE_BYTES
    remedy = None if enough else "A large import may not fit. Free space, or move `store.path`."
    return Result(what="disk", ok=enough, found=f"{free / 2**30:,.1f} GB free", remedy=remedy, optional=True)


def _token(config: Config) -> Result:
    if config.discord.token:
        return Result(what="Discord token", ok=True, found="set")
    remedy = "Set DISCORD_TOKEN to serve Discord (docs/operators.md)."
    return Result(what="Discord token", ok=False, found="not set", remedy=remedy, optional=True)
