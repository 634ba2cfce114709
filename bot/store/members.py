"""What is kept of the people who use Masthead: which checks they asked for. Shown and deleted on request.

A dossier is about an account and stays; who asked, and in which words, goes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

_ASKED = """
SELECT check_run_id, asked, ran_ms
  FROM check_run
 WHERE requested_by = ?
 ORDER BY ran_ms, check_run_id
"""
_FORGET = "UPDATE check_run SET requested_by = NULL, asked = '' WHERE requested_by = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCheck:
    """One check a member asked for, and the words they typed."""

    run_id: int
    asked: str
    at: datetime


def checks_asked_by(connection: sqlite3.Connection, member: str) -> list[AskedCheck]:
    """List the checks a member asked for, oldest first."""
    rows: list[tuple[int, str, int]] = connection.execute(_ASKED, (member,)).fetchall()
    return [
        AskedCheck(run_id=run_id, asked=asked, at=datetime.fromtimestamp(ran_ms / 1000, tz=UTC))
        for run_id, asked, ran_ms in rows
    ]


def forget_member(connection: sqlite3.Connection, member: str) -> int:
    """Take a member's name and words out of the checks they asked for; return how many those were."""
    return connection.execute(_FORGET, (member,)).rowcount
