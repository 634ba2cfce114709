from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.store.commands import SyncedCommands, record_sync, synced_commands
from bot.store.database import Database

NOW = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)


async def test_the_last_sync_of_a_scope_is_what_counts(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "m.db")
    try:
        assert await database.read(synced_commands, "global:1") is None
        first = SyncedCommands(hash="a", ids={"check": 10})
        second = SyncedCommands(hash="b", ids={"check": 10, "help": 11})
        await database.write(record_sync, "global:1", commands=first, at=NOW)
        await database.write(record_sync, "global:1", commands=second, at=NOW)
        assert await database.read(synced_commands, "global:1") == second
        # Another application with the same database has been told nothing yet.
        assert await database.read(synced_commands, "global:2") is None
    finally:
        database.close()
