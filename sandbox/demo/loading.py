"""Putting the reconstruction into a database, and taking it out again."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.registry.importers import Format, import_file
from bot.registry.importers.own import digest
from bot.store.loads import forget_load
from bot.store.posts import Recorded, record
from bot.store.purge import purge_source
from bot.store.records import DEMO_SOURCE
from sandbox.demo.posts import posts, snapshots


def load_demo(connection: sqlite3.Connection, *, now: datetime) -> Recorded:
    """Add the reconstruction; loading it again adds nothing. Run it inside one write transaction."""
    with resources.as_file(_registry()) as folder:
        import_file(connection, Path(folder), now=now)
    return record(connection, snapshots=list(snapshots()), posts=list(posts()))


def remove_demo(connection: sqlite3.Connection) -> int:
    """Take the reconstruction out and return how many rows went. Run it inside one write transaction."""
    forget_load(connection, f"{Format.OWN}-{digest(_registry())[:12]}")
    return purge_source(connection, DEMO_SOURCE)


def _registry() -> Traversable:
    return resources.files("sandbox.demo") / "registry"
