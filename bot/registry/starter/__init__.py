"""The starter registry: public facts, each with its source, shipped as a set of CSV files."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from bot.registry.curation.loads import begin, enter_load
from bot.registry.importers.own import digest, import_own, newest_retrieval
from bot.registry.importers.recorder import Recorder
from bot.store.claims import record_load
from bot.store.held import high_marks
from bot.store.loads import loads

log = logging.getLogger(__name__)

STARTER = "starter"


def starter_folder() -> Traversable:
    """Return where the set lies in the package."""
    return resources.files(__name__)


@cache
def starter_version() -> str:
    """Return the version of the shipped set: its newest retrieval and the first of its digest."""
    folder = starter_folder()
    return f"{newest_retrieval(folder)}-{digest(folder)[:8]}"


def load_starter(connection: sqlite3.Connection, *, now: datetime) -> bool:
    """Load the shipped set unless this version of it is held; True when it was loaded.

    Run it inside one write transaction. A newer set adds to an older one: nothing is deleted.
    """
    if starter_version() in loads(connection, STARTER):
        return False
    begin(connection, now=now)
    before = high_marks(connection)
    report = import_own(starter_folder(), Recorder(connection, now=now))
    for refused in report.rejected:
        # A test keeps the shipped set free of these; a changed package must not stop the bot.
        log.warning("starter registry: %s, row %d: %s", refused.file, refused.row, refused.reason)
    record_load(connection, STARTER, version=starter_version(), now=now)
    enter_load(connection, starter_version(), before=before, now=now, facts=report.new.total)
    log.info("starter registry %s: %d new facts", starter_version(), report.new.total)
    return True


def registry_version(connection: sqlite3.Connection) -> str:
    """Return what the registry holds: the newest starter set, and how many files were imported since.

    "2026-11-21-3fa9c1d2+2" is a starter set and two imports; "empty" neither.
    """
    starters = loads(connection, STARTER)
    imports = len(loads(connection, "import"))
    base = starters[-1] if starters else "empty"
    return f"{base}+{imports}" if imports else base
