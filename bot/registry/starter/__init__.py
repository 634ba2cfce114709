"""The starter registry: public facts, each with its source, shipped as a set of CSV files."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from bot.registry.curation.loads import Taken, begin, brought_by, enter_load
from bot.registry.importers.own import digest, import_own, newest_retrieval
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.report import ImportReport
from bot.store.claims import record_load
from bot.store.held import high_marks
from bot.store.loads import loads
from bot.store.withdrawals import TABLES, standing, touched

log = logging.getLogger(__name__)

STARTER = "starter"


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
    for table in TABLES:
        held = standing(connection, table, [ranges[table] for ranges in earlier if table in ranges])
        gone = {number for key, number in held.items() if key not in recorder.stated[table]}
        kept = gone & touched(connection, table) if gone else set[int]()
        report.counts["left_to_curators"] = report.counts.get("left_to_curators", 0) + len(kept)
        withdrawn[table] = gone - kept
    report.count("left_to_curators", report.counts["left_to_curators"])
    report.withdrawn = sum(len(numbers) for numbers in withdrawn.values())
    version = version_of(folder)
    record_load(connection, STARTER, version=version, now=now)
    taken = Taken(withdrawn=withdrawn, again=recorder.again)
    enter_load(connection, version, before=before, now=now, facts=report.new.total, taken=taken)
    return report


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
