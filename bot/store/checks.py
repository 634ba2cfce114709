"""Check runs, and what a check needs to know of the store as a whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.accounts import AccountRef, Platform
from bot.store.layers import BASE
from bot.store.records import AccountId, CheckRunId
from bot.store.times import from_ms, to_ms

_INSERT = """
INSERT INTO check_run (account_id, asked, requested_by, ran_ms, dossier, drawn_from) VALUES (?, ?, ?, ?, ?, ?)
"""

_LOAD = "SELECT dossier FROM check_run WHERE check_run_id = ?"

# The newest run of each account or, where the account is not held, of each text.
_RECENT = """
SELECT max(check_run_id), asked, ran_ms, account_id
  FROM check_run
 WHERE asked <> ''
 GROUP BY coalesce(account_id, asked)
 ORDER BY 1 DESC
 LIMIT ?
"""

# Highest row ids are read from the ends of the tables, so this costs nothing on a large registry.
_MARK = """
SELECT (SELECT ifnull(max(load_id), 0) FROM registry_load),
       (SELECT ifnull(max(account_claim_id), 0) FROM account_claim),
       (SELECT ifnull(sum(n), 0) FROM layer_change WHERE layer IN (0, ?))
"""

_LAYER_CHANGES = "SELECT ifnull(sum(n), 0) FROM layer_change WHERE layer = ?"

_SIZE = "SELECT count(DISTINCT account_id) FROM account_claim WHERE retracted_ms IS NULL"

# Names first: where a handle is somebody's name as well, crediting it is press style.
_SPELLINGS = """
SELECT 'name', name, entity.key
  FROM entity_name JOIN entity USING (entity_id)
UNION ALL
SELECT 'handle', account.handle, entity.key
  FROM account_claim AS link JOIN account USING (account_id) JOIN entity USING (entity_id)
 WHERE link.relation = 'has_account' AND link.retracted_ms IS NULL AND account.handle IS NOT NULL
UNION ALL
SELECT 'domain', domain.host, entity.key
  FROM domain_claim AS link JOIN domain USING (domain_id) JOIN entity USING (entity_id)
 WHERE link.retracted_ms IS NULL
"""

_AUTHOR = """
SELECT account.platform, account.handle, account.platform_id
  FROM post JOIN account USING (account_id)
 WHERE post.platform = ? AND post.platform_post_id = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCheck:
    """A check that was run before: what was typed, and when."""

    run_id: CheckRunId
    asked: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryMark:
    """How far the registry has grown. Equal marks mean that nothing was added or decided in between."""

    loads: int
    claims: int
    decisions: int = 0


def save_run(
    connection: sqlite3.Connection,
    dossier: bytes,
    *,
    account_id: AccountId | None,
    asked: str,
    requested_by: str | None,
    ran_at: datetime,
    layer: int = BASE,
) -> CheckRunId:
    """Keep one check run; `dossier` is its JSON, `layer` the server whose own registry it was drawn from."""
    row = (account_id, asked, requested_by, to_ms(ran_at), dossier.decode(), layer)
    return CheckRunId(connection.execute(_INSERT, row).lastrowid or 0)


def load_run(connection: sqlite3.Connection, run_id: CheckRunId) -> str | None:
    """Return the dossier's JSON; None where there is no such run."""
    row: tuple[str] | None = connection.execute(_LOAD, (run_id,)).fetchone()
    return None if row is None else row[0]


def recent_checks(connection: sqlite3.Connection, *, limit: int = 25) -> list[RecentCheck]:
    """Return the newest runs, one an account, newest first."""
    rows: list[tuple[int, str, int, int | None]] = connection.execute(_RECENT, (limit,)).fetchall()
    return [
        RecentCheck(run_id=CheckRunId(run_id), asked=asked, at=from_ms(ran_ms))
        for run_id, asked, ran_ms, _account_id in rows
    ]


def registry_mark(connection: sqlite3.Connection, *, layer: int = BASE) -> RegistryMark:
    """Return how far the registry has grown, as it is seen from a layer."""
    loads, claims, decisions = connection.execute(_MARK, (layer,)).fetchone()
    return RegistryMark(loads=loads, claims=claims, decisions=decisions)


def layer_changes(connection: sqlite3.Connection, layer: int) -> int:
    """Return how often a decision changed what a layer holds; 0 where it shows the base as it is."""
    return connection.execute(_LAYER_CHANGES, (layer,)).fetchone()[0]


def registry_size(connection: sqlite3.Connection) -> int:
    """Return how many accounts somebody is said to have."""
    size: int = connection.execute(_SIZE).fetchone()[0]
    return size


def spellings(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Yield every (kind, spelling, entity key) of the registry: its names, handles and domains."""
    yield from connection.execute(_SPELLINGS)


def author_of(connection: sqlite3.Connection, platform: Platform, *, post_id: str) -> AccountRef | None:
    """Return who wrote a post that is held; None where it is not."""
    row: tuple[str, str | None, str | None] | None = connection.execute(
        _AUTHOR, (platform, post_id)
    ).fetchone()
    if row is None:
        return None
    return AccountRef(platform=Platform(row[0]), handle=row[1], platform_id=row[2])
