"""Sweeps from wish to kept result: the corpus brought up to date, edges found, explained and saved."""

from __future__ import annotations

import logging
import math
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from bot.errors import InputError, NothingFoundError
from bot.network import benign, corpus, groups, recipe, results, sweeping
from bot.network.corpus import Progress, nothing
from bot.network.engines import Engine, Limits, open_engine
from bot.network.recipe import Recipe
from bot.network.results import Change, Edge, Level, Node, Sweep
from bot.network.stopping import Stopping, never, on_thread
from bot.store.corpus import entities_of, houses_of, registered_accounts
from bot.store.database import Database
from bot.store.sweeps import SweepRunId, pairs_of_run, save_sweep, sweep_before
from bot.store.times import from_ms

log = logging.getLogger(__name__)

Entities = Mapping[int, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the registry says of the accounts in a corpus. Empty for a corpus of no store."""

    entities: Entities
    houses: Mapping[str, frozenset[str]]


NOBODY = Registered(entities={}, houses={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """A sweep; `run_id` is None where it was not kept."""

    run_id: SweepRunId | None
    sweep: Sweep


async def sweep_store(
    database: Database,
    wanted: Recipe,
    *,
    folder: Path,
    name: str | None = None,
    engine: str = "duckdb",
    limits: Limits,
    accounts: Sequence[int] | None = None,
    clock: Callable[[], datetime],
    progress: Progress = nothing,
    stopped: Stopping = never,
) -> Swept:
    """Sweep over all posts of the store and keep the result. `folder` holds its corpus.

    Raises InputError where there is nothing to look at, sweeping.Stopped when asked to stop. Cancelling the
    wait stops it too, and nothing is kept.
    """
    updated = await database.read(corpus.update, folder, progress=progress)
    if not updated.posts:
        raise NothingFoundError("no posts are held. Import some with `masthead import FILE`.")
    registered = await database.read(_registered)

    def work(told: Stopping) -> Sweep:
        return sweep_corpus(
            folder,
            wanted,
            name=name,
            engine=engine,
            limits=limits,
            accounts=accounts,
            registered=registered,
            now=clock(),
            progress=progress,
            stopped=told,
        )

    found = await on_thread(work, stopped=stopped)
    found = await _compared(database, found)
    run_id = await database.write(
        save_sweep,
        results.to_json(found),
        name=name,
        recipe=recipe.to_json(wanted),
        engine=engine,
        ran_at=found.ran_at,
        accounts=len(found.nodes),
        findings=sum(edge.level is Level.FINDING for edge in found.edges),
        edges=[(edge.a, edge.b, edge.objects, edge.level is Level.FINDING) for edge in found.edges],
    )
    return Swept(run_id=run_id, sweep=found)


def sweep_corpus(
    folder: Path,
    wanted: Recipe,
    *,
    name: str | None = None,
    engine: str = "duckdb",
    limits: Limits,
    accounts: Sequence[int] | None = None,
    registered: Registered = NOBODY,
    now: datetime,
    progress: Progress = nothing,
    stopped: Stopping = never,
) -> Sweep:
    """Sweep over a corpus and explain what was found. Raises as `sweep_store` does."""
    if wanted.watchlist is not None and accounts is None:
        raise InputError("a watchlist can be named only where the posts come from the store.")
    opened = open_engine(engine, limits=limits)
    try:
        found = sweeping.find(
            folder, wanted, engine=opened, accounts=accounts, progress=progress, stopped=stopped
        )
        progress("groups drawn", 0, 1)
        return explained(
            found,
            wanted,
            folder=folder,
            name=name,
            engine=engine,
            registered=registered,
            opened=opened,
            now=now,
        )
    finally:
        opened.close()


def explained(
    found: sweeping.Found,
    wanted: Recipe,
    *,
    folder: Path,
    name: str | None,
    engine: str,
    registered: Registered = NOBODY,
    opened: Engine,
    now: datetime,
) -> Sweep:
    edges = _edges(found)
    had_first = benign.supplied(
        found.things,
        found.kept_pairs,
        edges,
        registered=list(registered.entities),
        engine=opened,
    )
    reasons = benign.explained(
        edges, entities=registered.entities, houses=registered.houses, supplied=had_first
    )
    edges = [msgspec.structs.replace(edge, benign=reasons.get((edge.a, edge.b), ())) for edge in edges]
    strong = [edge for edge in edges if edge.level is Level.FINDING]
    level = Level.FINDING if strong else Level.NOTE
    return Sweep(
        recipe=wanted,
        name=name,
        engine=engine,
        window_s=found.window_ms / 1000,
        window_from=found.window_from,
        looked=found.looked,
        pairs=found.pairs,
        cut=found.cut,
        level=level,
        nodes=_nodes(edges, found, folder=folder, entities=registered.entities),
        edges=tuple(edges),
        groups=groups.groups_of(strong or edges, pairs=found.kept_pairs, posts=found.posts, engine=opened),
        ran_at=now,
        timings_s=found.timings_s,
        pool=found.pool,
    )


def _edges(found: sweeping.Found) -> list[Edge]:
    """Return the edges, strongest first."""
    edges = [
        Edge(
            a=_int(row["a"]),
            b=_int(row["b"]),
            pairs=_int(row["pairs"]),
            objects=_int(row["objects"]),
            n_a=_int(row["n_a"]),
            n_b=_int(row["n_b"]),
            a_first=_int(row["a_first"]),
            b_first=_int(row["b_first"]),
            median_lag_s=_float(row["median_lag_ms"]) / 1000,
            first_at=from_ms(_int(row["first_ms"])),
            last_at=from_ms(_int(row["last_ms"])),
            expected=_figure(row["expected"]),
            q=_figure(row["q"]),
        )
        for row in found.edges.to_pylist()
    ]
    return sorted(edges, key=lambda edge: (-edge.objects, -edge.pairs, edge.a, edge.b))


def _nodes(
    edges: Iterable[Edge], found: sweeping.Found, *, folder: Path, entities: Entities
) -> tuple[Node, ...]:
    members = {account for edge in edges for account in (edge.a, edge.b)}
    rows = pq.read_table(folder / "accounts.parquet").to_pylist() if members else []
    return tuple(
        Node(
            account=_int(row["account"]),
            platform=str(row["platform"]),
            handle=_text(row["handle"]),
            platform_id=_text(row["platform_id"]),
            name=_text(row["name"]),
            entities=tuple(entities.get(_int(row["account"]), ())),
            posts=found.posts_of.get(_int(row["account"]), 0),
            repeats=found.repeats_of.get(_int(row["account"]), 0),
        )
        for row in rows
        if row["account"] in members
    )


def _registered(connection: sqlite3.Connection) -> Registered:
    entities = entities_of(connection, registered_accounts(connection))
    keys = {key for its in entities.values() for key, _name in its}
    return Registered(entities=entities, houses=houses_of(connection, keys))


async def _compared(database: Database, found: Sweep) -> Sweep:
    """Say what is new against the sweep before with the same recipe."""
    asked = recipe.to_json(found.recipe)
    before = await database.read(sweep_before, recipe=asked, before=found.ran_at)
    if before is None:
        return found
    old = await database.read(pairs_of_run, before)
    new = {(edge.a, edge.b) for edge in found.edges}
    known = {account for pair in old for account in pair}
    change = Change(
        before=before,
        new_edges=len(new - old),
        gone_edges=len(old - new),
        new_accounts=tuple(sorted({account for pair in new for account in pair} - known)),
    )
    return msgspec.structs.replace(found, change=change)


def _int(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _figure(value: object) -> float | None:
    return None if not isinstance(value, float) or math.isnan(value) else value
