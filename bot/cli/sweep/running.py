"""Running a sweep from the terminal: where its posts come from, and how it is kept."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.app import Services
from bot.cli.options import options, with_services
from bot.cli.sweep.shown import Shown, show
from bot.errors import InputError
from bot.network.libraries import wanted
from bot.network.recipe import Recipe, to_json
from bot.network.results import Sweep
from bot.network.stopping import on_thread
from bot.store.sweeps import save_recipe
from bot.store.watch_lists import items_of, lists_of

_LEFT_OUT = "{:,} rows were left out, since no post can be made of them; `masthead import` lists the reasons."
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a sweep runs and what comes out. None takes the setting, and no corpus or files the store."""

    corpus: Path | None = None
    files: tuple[Path, ...] = ()
    engine: str | None = None
    threads: int | None = None
    memory: int | None = None
    out: Path | None = None
    as_json: bool = False


def refuse_bad_name(name: str) -> None:
    """Raise InputError where a recipe cannot be called so."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a recipe. Use small letters, digits, dots, dashes.")


def run(context: typer.Context, recipe: Recipe, *, how: How, name: str | None, save: bool) -> None:
    """Sweep, keep what was found, and show it."""
    if name is not None:
        refuse_bad_name(name)
    if how.corpus is not None and how.files:
        raise InputError("give `--corpus` or `--from`, not both.")
    if (how.corpus is not None or how.files) and (save or recipe.watchlist is not None):
        raise InputError("`--save` and `--list` need the store; leave out `--corpus` and `--from`.")
    config = options(context).config()
    with wanted():
        from bot.network.engines import Limits, refuse_unknown
        from bot.network.files import sweep_files
        from bot.network.service import sweep_corpus, sweep_store
    chosen = how.engine or config.network.engine
    refuse_unknown(chosen)
    limits = Limits(
        threads=how.threads or config.network.threads,
        memory_mib=how.memory or config.network.memory_mib,
    )

    async def work(services: Services) -> Sweep:
        if save and name is not None:
            await services.database.write(save_recipe, name, recipe=to_json(recipe), now=services.clock())
        with wanted(), Shown() as shown:
            if how.corpus is not None:
                folder = how.corpus
                return await on_thread(
                    lambda told: sweep_corpus(
                        folder,
                        recipe,
                        name=name,
                        engine=chosen,
                        limits=limits,
                        now=services.clock(),
                        progress=shown,
                        stopped=told,
                    )
                )
            if how.files:
                read = await sweep_files(
                    how.files,
                    recipe,
                    name=name,
                    engine=chosen,
                    limits=limits,
                    clock=services.clock,
                    progress=shown,
                )
                if read.left_out:
                    typer.echo(_LEFT_OUT.format(read.left_out), err=True)
                return read.sweep
            accounts = None
            if recipe.watchlist is not None:
                accounts = await services.database.read(_listed, recipe.watchlist)
            swept = await sweep_store(
                services.database,
                recipe,
                accounts=accounts,
                folder=config.store.path.parent / config.network.corpus,
                name=name,
                engine=chosen,
                limits=limits,
                clock=services.clock,
                progress=shown,
            )
            return swept.sweep

    show(with_services(config, work), out=how.out, as_json=how.as_json)


def _listed(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the accounts of a watchlist. Raises InputError where none or several have the name."""
    found = [each for each in lists_of(connection, None) if each.name.casefold() == name.casefold()]
    if len(found) != 1:
        names = ", ".join(each.name for each in lists_of(connection, None)) or "none"
        how_many = "no watchlist has" if not found else "several servers have a watchlist of"
        raise InputError(f"{how_many} the name {name!r}. There are: {names}.")
    return [item.account_id for item in items_of(connection, found[0].watchlist_id)]
