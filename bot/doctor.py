"""What works on this machine, what is missing, and how to mend it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot.config import Config, NetworkConfig
from bot.errors import ConfigError, StoreError
from bot.network import libraries
from bot.platforms.settings import PlatformsConfig
from bot.platforms.stream_sources import stream_names
from bot.registry.search import stats
from bot.store.database import Database
from bot.store.waiting_prints import waiting
from bot.store.watch_looks import standing
from bot.store.watch_outbox import dead_letters, outbox_state
from bot.store.watch_streams import streams
from bot.text.inert import inert
from bot.watch.service import RECENT
from bot.watch.stream_words import is_well, stream_words

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
    """Look at the database, registry, disk, Discord settings, live platforms and libraries of sweeps."""
    return [
        *_database(config.store.path, config.platforms),
        _disk(config.store.path),
        _token(config),
        *_platforms(config.platforms),
        *sweeps(config.network),
    ]


def _database(path: Path, settings: PlatformsConfig) -> list[Result]:
    if not path.exists():
        remedy = "It is made at the first check or start; `masthead run` makes it too."
        return [Result(what="database", ok=False, found=f"{path} does not exist yet", remedy=remedy)]
    try:
        database = Database.open(path)
    except StoreError as error:
        return [Result(what="database", ok=False, found=str(error), remedy="See the sentence before.")]
    try:
        return asyncio.run(database.read(_contents, path, settings))
    finally:
        database.close()


def _contents(connection: sqlite3.Connection, path: Path, settings: PlatformsConfig) -> list[Result]:
    return list(_each(connection, path, settings))


def _each(connection: sqlite3.Connection, path: Path, settings: PlatformsConfig) -> Iterator[Result]:
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
    yield from _streams(connection, settings)


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


def _streams(connection: sqlite3.Connection, settings: PlatformsConfig) -> Iterator[Result]:
    """How the streams stand that are switched on, as the running bot last noted it."""
    try:
        names = stream_names(settings)
    except ConfigError as error:
        yield Result(what="streams", ok=False, found=str(error), remedy="docs/platforms.md says how.")
        return
    now = datetime.now(UTC)
    held = {each.name: each for each in streams(connection)}
    for name in sorted(names):
        standing = held.get(name)
        well = standing is not None and is_well(standing, now=now)
        found = "never listened to" if standing is None else stream_words(standing, now=now)
        yield Result(
            what=f"stream {name}",
            ok=well,
            found=inert(found, limit=400),
            remedy=None if well else "Start the bot, or see docs/platforms.md; nothing is lost meanwhile.",
            optional=True,
        )


def _disk(path: Path) -> Result:
    free = shutil.disk_usage(path.absolute().parent).free
    enough = free >= _WANTED_FREE_BYTES
    remedy = None if enough else "A large import may not fit. Free space, or move `store.path`."
    return Result(what="disk", ok=enough, found=f"{free / 2**30:,.1f} GB free", remedy=remedy, optional=True)


def _platforms(settings: PlatformsConfig) -> Iterator[Result]:
    on = {
        "Bluesky": settings.bluesky.enabled,
        "Fediverse": settings.fediverse.enabled,
        "Telegram": settings.telegram.enabled,
        "websites": settings.website.enabled,
        "YouTube": settings.youtube.enabled,
        "X": settings.x.enabled,
    }
    names = [name for name, enabled in on.items() if enabled]
    yield Result(
        what="live platforms",
        ok=bool(names),
        found=f"on: {', '.join(names)}" if names else "none is on",
        remedy=None
        if names
        else "Checks answer from what is imported. docs/platforms.md says how to switch one on.",
        optional=True,
    )
    for name, needed, key in (
        ("YouTube", settings.youtube.enabled and not settings.youtube.key, "platforms.youtube.key"),
        ("X", settings.x.enabled and not settings.x.token, "platforms.x.token"),
    ):
        if needed:
            remedy = f"Set `{key}`; docs/platforms.md says where it comes from."
            yield Result(what=f"{name} key", ok=False, found="not set, but the platform is on", remedy=remedy)
    if names and not settings.contact:
        yield Result(
            what="contact",
            ok=False,
            found="not set",
            remedy="Set `platforms.contact`, so that whoever runs a site can reach you.",
            optional=True,
        )


def sweeps(settings: NetworkConfig) -> Iterator[Result]:
    """Say whether the libraries of sweeps are installed; those of Spark are needed for a cluster alone."""
    lacking = libraries.missing(libraries.NETWORK)
    yield Result(
        what="sweeps",
        ok=not lacking,
        found=f"not installed: {', '.join(lacking)}"
        if lacking
        else f"DuckDB is installed; {settings.threads} cores, {settings.memory_mib:,} MiB",
        remedy="`/network` and `masthead sweep` need: pip install 'masthead-bot[network]'"
        if lacking
        else None,
        optional=True,
    )
    chosen = settings.engine != "duckdb"
    lacking = libraries.missing(libraries.SPARK) + ([] if libraries.has_java() else ["Java"])
    remedy = "pip install 'masthead-bot[spark]', and Java 17 or newer (docs/sweeps.md)."
    yield Result(
        what="sweeps on Spark",
        ok=not lacking,
        found=f"not installed: {', '.join(lacking)}" if lacking else "PySpark and Java are installed",
        remedy=None
        if not lacking
        else f"`network.engine` is set to Spark: {remedy}"
        if chosen
        else f"Only a cluster needs it: {remedy}",
        optional=not chosen,
    )


def _token(config: Config) -> Result:
    if config.discord.token:
        return Result(what="Discord token", ok=True, found="set")
    remedy = "Set DISCORD_TOKEN to serve Discord (docs/operators.md)."
    return Result(what="Discord token", ok=False, found="not set", remedy=remedy, optional=True)
