"""Sweeps over files that are not imported: nothing of them is kept."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from bot.errors import InputError, NothingFoundError
from bot.imports.service import import_files
from bot.network import corpus, sweeping
from bot.network.corpus import Progress, nothing
from bot.network.engines import DUCKDB, DuckDbEngine, Limits
from bot.network.recipe import Recipe
from bot.network.results import Sweep
from bot.network.service import explained, sweep_corpus
from bot.network.stopping import Stopping, on_thread
from bot.network.tables import NotPlainError, load, named, shown
from bot.store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFiles:
    """What a sweep over files found. `left_out` are rows that no post could be made of."""

    sweep: Sweep
    left_out: int


async def sweep_files(
    paths: Sequence[Path],
    wanted: Recipe,
    *,
    name: str | None = None,
    engine: str,
    limits: Limits,
    clock: Callable[[], datetime],
    progress: Progress = nothing,
) -> OfFiles:
    """Sweep over the posts of files, of any format that can be imported, and find what importing would find.

    The registry is not asked, since who stands behind an account is known of those that are held.
    Raises as `sweep_corpus` does, and ImportFileError for a file that cannot be read.
    """
    if wanted.watchlist is not None:
        raise InputError("a watchlist can be named only where the posts come from the store.")
    folder = Path(tempfile.mkdtemp(prefix="masthead-files-"))
    try:
        if engine == DUCKDB:
            try:
                found = await asyncio.to_thread(
                    _straight,
                    paths,
                    wanted,
                    name=name,
                    limits=limits,
                    folder=folder,
                    now=clock(),
                    progress=progress,
                )
            except NotPlainError as error:
                log.info("the importer reads the files: %s", error)
            else:
                return OfFiles(sweep=found, left_out=0)
        left_out = await _imported(paths, folder, clock=clock, progress=progress)

        def work(told: Stopping) -> Sweep:
            return sweep_corpus(
                folder / "corpus",
                wanted,
                name=name,
                engine=engine,
                limits=limits,
                now=clock(),
                progress=progress,
                stopped=told,
            )

        sweep = await on_thread(work)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return OfFiles(sweep=sweep, left_out=left_out)


def _straight(
    paths: Sequence[Path],
    wanted: Recipe,
    *,
    name: str | None,
    limits: Limits,
    folder: Path,
    now: datetime,
    progress: Progress,
) -> Sweep:
    """Sweep over plain tables without importing them. Raises NotPlainError where that cannot be done."""
    engine = DuckDbEngine(limits=limits)
    try:
        loaded = load(paths, wanted, engine=engine, scratch=folder, now=now)
        found = sweeping.find_in(loaded.days, wanted, engine=engine, progress=progress)
        members = {account for side in ("a", "b") for account in found.edges.column(side).to_pylist()}
        corpus.write_accounts(folder, named(loaded, sorted(cast("set[int]", members))))
        # Texts were read for comparing alone.
        engine.give("posts", shown(loaded, engine))
        return explained(found, wanted, folder=folder, name=name, engine=DUCKDB, opened=engine, now=now)
    finally:
        engine.close()


async def _imported(
    paths: Sequence[Path], folder: Path, *, clock: Callable[[], datetime], progress: Progress
) -> int:
    """Import the files into a store that is thrown away, and make a corpus of it."""
    database = Database.open(folder / "masthead.db")
    try:
        result = await import_files(
            database,
            paths,
            clock=clock,
            fingerprints=False,
            progress=lambda at: progress(f"{at.path.name}: bytes read", at.bytes_done, at.bytes_total),
        )
        updated = await database.read(corpus.update, folder / "corpus", progress=progress)
    finally:
        database.close()
    if not updated.posts:
        raise NothingFoundError("the files hold no posts that can be read. `masthead import` says why.")
    return len(result.rejected) + result.rejected_more
