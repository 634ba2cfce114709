"""What Discord was last told of our commands, so that they are sent again only when they change.

Sending them at every start is rate limited, and 200 creations a day and server are all there are.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

_FIND = "SELECT hash, command_ids FROM command_sync WHERE scope = ?"
_RECORD = """
INSERT INTO command_sync (scope, hash, command_ids, synced_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (scope) DO UPDATE
   SET hash = excluded.hash, command_ids = excluded.command_ids, synced_ms = excluded.synced_ms
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedCommands:
    """The commands as Discord holds them: a hash of what was sent, and the id of each by its name."""

    hash: str
    ids: dict[str, int]


def synced_commands(connection: sqlite3.Connection, scope: str) -> SyncedCommands | None:
    """Return what was last sent for `scope`; None when nothing was."""
    row: tuple[str, str] | None = connection.execute(_FIND, (scope,)).fetchone()
    return None if row is None else SyncedCommands(hash=row[0], ids=json.loads(row[1]))


def record_sync(
    connection: sqlite3.Connection, scope: str, *, commands: SyncedCommands, at: datetime
) -> None:
    """Remember that Discord took these commands."""
    ids = json.dumps(commands.ids, sort_keys=True)
    connection.execute(_RECORD, (scope, commands.hash, ids, int(at.timestamp() * 1000)))
