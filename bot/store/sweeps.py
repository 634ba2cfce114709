"""Recipes of sweeps, their results, and the edges by account."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.store.records import AccountId
from bot.store.times import from_ms, to_ms

SweepRunId = NewType("SweepRunId", int)

_SAVE_RECIPE = """
INSERT INTO sweep_recipe (name, recipe, saved_ms) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET recipe = excluded.recipe, saved_ms = excluded.saved_ms
"""
_RECIPE = "SELECT recipe FROM sweep_recipe WHERE name = ?"
_RECIPES = "SELECT name, recipe FROM sweep_recipe ORDER BY name"
_FORGET_RECIPE = "DELETE FROM sweep_recipe WHERE name = ?"

_INSERT_RUN = """
INSERT INTO sweep_run (name, recipe, engine, ran_ms, accounts, edges, findings, result)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_EDGE = """
INSERT INTO sweep_edge (sweep_run_id, account_id, other_id, objects, finding) VALUES (?, ?, ?, ?, ?)
"""
_FORGET_EDGES = "DELETE FROM sweep_edge WHERE sweep_run_id = ?"
_FORGET_RUN = "DELETE FROM sweep_run WHERE sweep_run_id = ?"
_RUNS = """
SELECT sweep_run_id, name, recipe, engine, ran_ms, accounts, edges, findings
  FROM sweep_run
 WHERE ?1 IS NULL OR name = ?1
 ORDER BY ran_ms DESC, sweep_run_id DESC
 LIMIT ?2
"""
_RESULT = "SELECT result FROM sweep_run WHERE sweep_run_id = ?"
# The newest sweep with the same recipe, by whatever name.
_BEFORE = """
SELECT sweep_run_id
  FROM sweep_run
 WHERE recipe = ? AND ran_ms < ?
 ORDER BY ran_ms DESC, sweep_run_id DESC
 LIMIT 1
"""
_PAIRS = "SELECT account_id, other_id FROM sweep_edge WHERE sweep_run_id = ? AND account_id < other_id"

# The newest run of each recipe that an account has an edge in, with how many of its edges are findings.
_AROUND = """
SELECT run.sweep_run_id, run.name, run.recipe, run.ran_ms, count(*), sum(edge.finding), max(edge.objects)
  FROM sweep_edge AS edge JOIN sweep_run AS run USING (sweep_run_id)
 WHERE edge.account_id = ?
   AND NOT EXISTS (SELECT 1 FROM sweep_run AS later
                    WHERE later.recipe = run.recipe
                      AND (later.ran_ms, later.sweep_run_id) > (run.ran_ms, run.sweep_run_id))
 GROUP BY run.sweep_run_id
 ORDER BY sum(edge.finding) DESC, count(*) DESC, run.sweep_run_id DESC
"""
_NEIGHBOURS = """
SELECT account.platform, account.handle, account.platform_id, edge.objects, edge.finding
  FROM sweep_edge AS edge JOIN account ON account.account_id = edge.other_id
 WHERE edge.sweep_run_id = ? AND edge.account_id = ?
 ORDER BY edge.finding DESC, edge.objects DESC, edge.other_id
 LIMIT ?
"""
_COUNT = "SELECT count(*) FROM sweep_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """What is shown of a sweep in a list. `recipe` is its JSON."""

    run_id: SweepRunId
    name: str | None
    recipe: str
    engine: str
    ran_at: datetime
    accounts: int
    edges: int
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another account that a sweep joined to the one asked about."""

    platform: str
    handle: str | None
    platform_id: str | None
    objects: int
    finding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What the newest sweep of one recipe says of an account."""

    run_id: SweepRunId
    name: str | None
    recipe: str
    ran_at: datetime
    edges: int
    findings: int
    most_objects: int
    neighbours: tuple[Neighbour, ...]


def save_recipe(connection: sqlite3.Connection, name: str, *, recipe: bytes, now: datetime) -> None:
    """Keep a recipe under a name; one of that name is replaced."""
    connection.execute(_SAVE_RECIPE, (name, recipe.decode(), to_ms(now)))


def load_recipe(connection: sqlite3.Connection, name: str) -> str | None:
    """Return the JSON of a recipe; None where there is none of that name."""
    row: tuple[str] | None = connection.execute(_RECIPE, (name,)).fetchone()
    return None if row is None else row[0]


def recipes(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return (name, JSON) of every recipe."""
    return connection.execute(_RECIPES).fetchall()


def forget_recipe(connection: sqlite3.Connection, name: str) -> bool:
    """Delete a recipe and say whether there was one. What it found is kept."""
    return connection.execute(_FORGET_RECIPE, (name,)).rowcount > 0


def save_sweep(
    connection: sqlite3.Connection,
    result: bytes,
    *,
    name: str | None,
    recipe: bytes,
    engine: str,
    ran_at: datetime,
    accounts: int,
    findings: int,
    edges: Iterable[tuple[int, int, int, bool]],
) -> SweepRunId:
    """Keep a sweep. `edges` are (a, b, objects, whether it is a finding)."""
    held = list(edges)
    row = (name, recipe.decode(), engine, to_ms(ran_at), accounts, len(held), findings, zlib.compress(result))
    run_id = SweepRunId(connection.execute(_INSERT_RUN, row).lastrowid or 0)
    # From both ends, so that an account's edges stand together.
    connection.executemany(
        _INSERT_EDGE,
        (
            (run_id, one, other, objects, int(finding))
            for a, b, objects, finding in held
            for one, other in ((a, b), (b, a))
        ),
    )
    return run_id


def forget_sweep(connection: sqlite3.Connection, run_id: int) -> bool:
    """Delete what a sweep found and say whether there was one."""
    connection.execute(_FORGET_EDGES, (run_id,))
    return connection.execute(_FORGET_RUN, (run_id,)).rowcount > 0


def runs(connection: sqlite3.Connection, *, name: str | None = None, limit: int = 25) -> list[SavedRun]:
    """Return the newest sweeps, those of a name where one is given."""
    return [
        SavedRun(
            run_id=SweepRunId(run_id),
            name=run_name,
            recipe=recipe,
            engine=engine,
            ran_at=from_ms(ran_ms),
            accounts=accounts,
            edges=edges,
            findings=findings,
        )
        for run_id, run_name, recipe, engine, ran_ms, accounts, edges, findings in connection.execute(
            _RUNS, (name, limit)
        )
    ]


def load_sweep(connection: sqlite3.Connection, run_id: int) -> bytes | None:
    """Return the JSON of a sweep; None where there is no such run."""
    row: tuple[bytes] | None = connection.execute(_RESULT, (run_id,)).fetchone()
    return None if row is None else zlib.decompress(row[0])


def sweep_before(connection: sqlite3.Connection, *, recipe: bytes, before: datetime) -> SweepRunId | None:
    """Return the newest earlier sweep with the same recipe."""
    row: tuple[int] | None = connection.execute(_BEFORE, (recipe.decode(), to_ms(before))).fetchone()
    return None if row is None else SweepRunId(row[0])


def pairs_of_run(connection: sqlite3.Connection, run_id: SweepRunId) -> set[tuple[int, int]]:
    """Return the pairs of accounts (a < b) that a sweep joined."""
    return set(connection.execute(_PAIRS, (run_id,)).fetchall())


def memberships(
    connection: sqlite3.Connection, account_id: AccountId, *, shown: int = 5
) -> tuple[Membership, ...]:
    """Return what the newest sweep of each recipe says of an account; only those that joined it to others."""
    found = connection.execute(_AROUND, (account_id,)).fetchall()
    return tuple(
        Membership(
            run_id=SweepRunId(run_id),
            name=name,
            recipe=recipe,
            ran_at=from_ms(ran_ms),
            edges=edges,
            findings=findings,
            most_objects=most,
            neighbours=tuple(
                Neighbour(
                    platform=platform,
                    handle=handle,
                    platform_id=platform_id,
                    objects=objects,
                    finding=bool(finding),
                )
                for platform, handle, platform_id, objects, finding in connection.execute(
                    _NEIGHBOURS, (run_id, account_id, shown)
                )
            ),
        )
        for run_id, name, recipe, ran_ms, edges, findings, most in found
    )


def sweeps_held(connection: sqlite3.Connection) -> int:
    """Return how many sweeps are kept."""
    held: int = connection.execute(_COUNT).fetchone()[0]
    return held
