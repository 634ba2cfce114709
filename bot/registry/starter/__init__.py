"""The starter registry: public facts, each with its source, shipped as a set of CSV files."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from bot.registry.curation.loads import LOADED, Taken, begin, brought_by, enter_load
from bot.registry.importers.own import digest, import_own, newest_retrieval
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.report import ImportReport
from bot.store.audit import entries_about
from bot.store.claims import record_load
from bot.store.held import high_marks
from bot.store.loads import loads
from bot.store.withdrawals import TABLES, standing, touched

log = logging.getLogger(__name__)

STARTER = "starter"


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterLoad:
    """What a starter set changed when it was taken over.

    `left` are the claims that it no longer states and that were left to the curators: "claim:12".
    """

    version: str
    at: datetime
    facts: int
    withdrawn: int
    again: int
    left: tuple[str, ...]


def starter_folder() -> Traversable:
    """Return where the set lies in the package."""
    return resources.files(__name__)


@cache
def starter_version() -> str:
    """Return the version of the shipped set: its newest retrieval and the first of its digest."""
    return version_of(starter_folder())


def version_of(folder: Traversable) -> str:
    """Return the version of a set."""
    return f"{newest_retrieval(folder)}-{digest(folder)[:8]}"


def load_starter(connection: sqlite3.Connection, *, now: datetime) -> bool:
    """Load the shipped set unless this version of it is held; True when it was loaded.

    Run it inside one write transaction.
    """
    if starter_version() in loads(connection, STARTER):
        return False
    report = update_starter(connection, starter_folder(), now=now)
    for refused in report.rejected:
        # A test keeps the shipped set free of these; a changed package must not stop the bot.
        log.warning("starter registry: %s, row %d: %s", refused.file, refused.row, refused.reason)
    log.info(
        "starter registry %s: %d new facts, %d withdrawn, %d stated again, %d left to the curators",
        starter_version(),
        report.new.total,
        report.withdrawn,
        report.again,
        report.counts.get("left_to_curators", 0),
    )
    return True


def update_starter(connection: sqlite3.Connection, folder: Traversable, *, now: datetime) -> ImportReport:
    """Load a version of the starter set, and withdraw what earlier versions brought and it no longer states.

    Nothing is deleted. What a list or a person brought stays, and so does a claim that somebody proposed
    something about or judged: curators decide on those. Run it inside one write transaction.
    """
    begin(connection, now=now)
    before = high_marks(connection)
    earlier = [ranges for version in loads(connection, STARTER) for ranges in brought_by(connection, version)]
    recorder = Recorder(connection, now=now, remember=True)
    report = import_own(folder, recorder)
    withdrawn: dict[str, set[int]] = {}
    left: dict[str, set[int]] = {}
    for table in TABLES:
        held = standing(connection, table, [ranges[table] for ranges in earlier if table in ranges])
        gone = {number for key, number in held.items() if key not in recorder.stated[table]}
        left[table] = gone & touched(connection, table) if gone else set[int]()
        withdrawn[table] = gone - left[table]
    report.count("left_to_curators", sum(len(numbers) for numbers in left.values()))
    report.withdrawn = sum(len(numbers) for numbers in withdrawn.values())
    version = version_of(folder)
    record_load(connection, STARTER, version=version, now=now)
    taken = Taken(withdrawn=withdrawn, again=recorder.again, left=left)
    enter_load(connection, version, before=before, now=now, facts=report.new.total, taken=taken)
    return report


def last_load(connection: sqlite3.Connection) -> StarterLoad | None:
    """Return what the newest starter set changed; None where none is held."""
    versions = loads(connection, STARTER)
    told = entries_about(connection, f"load:{versions[-1]}") if versions else []
    entry = next((entry for entry in told if entry.act == LOADED), None)
    if entry is None:
        return None
    after = entry.after or {}
    withdrawn, again = (sum(map(len, after.get(name, {}).values())) for name in ("withdrawn", "again"))
    left = [f"{table}:{number}" for table, numbers in after.get("left", {}).items() for number in numbers]
    return StarterLoad(
        version=versions[-1],
        at=entry.at,
        facts=after["facts"],
        withdrawn=withdrawn,
        again=again,
        left=tuple(left),
    )


def preview_starter(connection: sqlite3.Connection, *, now: datetime) -> ImportReport | None:
    """Return what the shipped set would change, and change nothing; None where it is held already."""
    if starter_version() in loads(connection, STARTER):
        return None
    connection.execute("SAVEPOINT preview")
    try:
        return update_starter(connection, starter_folder(), now=now)
    finally:
        connection.execute("ROLLBACK TO preview")
        connection.execute("RELEASE preview")


def registry_version(connection: sqlite3.Connection) -> str:
    """Return what the registry holds: the newest starter set, and how many files were imported since.

    "2026-11-21-3fa9c1d2+2" is a starter set and two imports; "empty" neither.
    """
    starters = loads(connection, STARTER)
    imports = len(loads(connection, "import"))
    base = starters[-1] if starters else "empty"
    return f"{base}+{imports}" if imports else base
