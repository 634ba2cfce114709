"""`masthead sweep …`: accounts that act together, over everything that is held."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.errors import InputError, NothingFoundError
from bot.network import wording
from bot.network.libraries import wanted
from bot.network.recipe import DESCRIPTIONS, Method, Recipe, from_json, to_json
from bot.network.results import Sweep
from bot.network.results import from_json as sweep_from_json
from bot.store.sweeps import (
    SavedRun,
    forget_recipe,
    load_recipe,
    load_sweep,
    recipes,
    runs,
    save_recipe,
)
from bot.store.watch_lists import items_of, lists_of

GROUPS_SHOWN = 10
EDGES_SHOWN = 10

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Find accounts that act together, in everything that is held.\n\n"
        "A sweep compares all posts of all accounts by one method and prints which accounts did the same "
        "thing within a window of time, more often than chance explains. One method is one network; they "
        "are never mixed.\n\n"
        "Start with `masthead sweep identical-text`. `masthead sweep similar-text --window 1h --save daily` "
        "keeps the recipe under a name; `masthead sweep run daily` repeats it and says what is new. "
        "`--out FOLDER` writes GraphML, GEXF, CSV, Parquet, JSON and a report.\n\n"
        "docs/sweeps.md has every method, parameter and limit."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

_MATCHED, _POSTS, _RUN, _RESULT = "What counts", "Which posts", "How it runs", "What comes out"

WindowOption = Annotated[
    str,
    typer.Option(
        "--window",
        "-w",
        rich_help_panel=_MATCHED,
        help="Two posts coincide when they are at most so far apart, both ends included: 60s, 5min, 1h, 24h; "
        "`auto` estimates it from how fast the fastest tenth of things spreads.",
    ),
]
MinWeightOption = Annotated[
    int,
    typer.Option(
        "--min-weight",
        min=1,
        rich_help_panel=_MATCHED,
        help="Fewest distinct texts, links, … that two accounts share. One repeated headline counts once.",
    ),
]
SimilarityOption = Annotated[
    float,
    typer.Option(
        min=0.05, max=1, rich_help_panel=_MATCHED, help="similar-text: Jaccard value of the sets of words."
    ),
]
FastOption = Annotated[
    str,
    typer.Option("--fast", rich_help_panel=_MATCHED, help="fast-repost: how soon after the post it repeats."),
]
MinTagsOption = Annotated[
    int,
    typer.Option("--min-tags", min=1, rich_help_panel=_MATCHED, help="same-hashtags: tags in the sequence."),
]
ShortTextsOption = Annotated[
    bool,
    typer.Option(
        "--short-texts",
        rich_help_panel=_MATCHED,
        help="identical-text: also texts under 5 words or 20 characters.",
    ),
]
CapOption = Annotated[
    int,
    typer.Option(
        min=2,
        rich_help_panel=_MATCHED,
        help="Posts with one object in one window that are compared; beyond it counts are lower bounds.",
    ),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", rich_help_panel=_POSTS, help="First day (UTC), such as 2026-03-01.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", rich_help_panel=_POSTS, help="Last day, included.")
]
PlatformsOption = Annotated[
    list[str] | None,
    typer.Option("--platform", "-p", rich_help_panel=_POSTS, help="x, bluesky, … Repeatable."),
]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", "-l", rich_help_panel=_POSTS, help="en, zh, … Repeatable.")
]
ListOption = Annotated[
    str | None, typer.Option("--list", rich_help_panel=_POSTS, help="Only accounts of this watchlist.")
]
CorpusOption = Annotated[
    Path | None,
    typer.Option(
        "--corpus",
        rich_help_panel=_POSTS,
        help="Read this Parquet corpus instead of the store; nothing is kept.",
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        rich_help_panel=_RUN, help="duckdb, local[2] (Spark here) or spark://host:7077. Default: the setting."
    ),
]
ThreadsOption = Annotated[
    int | None, typer.Option(min=1, rich_help_panel=_RUN, help="Processor cores to use.")
]
MemoryOption = Annotated[
    int | None, typer.Option("--memory", min=256, rich_help_panel=_RUN, help="MiB the engine may take.")
]
SaveOption = Annotated[
    str | None, typer.Option("--save", rich_help_panel=_RESULT, help="Keep the recipe under this name.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", rich_help_panel=_RESULT, help="Write graph, tables and report into this folder."
    ),
]


def _add(method: Method) -> None:
    def command(
        context: typer.Context,
        window: WindowOption = "60s",
        min_weight: MinWeightOption = 2,
        similarity: SimilarityOption = 0.8,
        fast: FastOption = "10s",
        min_tags: MinTagsOption = 2,
        short_texts: ShortTextsOption = False,
        cap: CapOption = 2_000,
        since: SinceOption = None,
        until: UntilOption = None,
        platforms: PlatformsOption = None,
        languages: LanguagesOption = None,
        watchlist: ListOption = None,
        corpus: CorpusOption = None,
        engine: EngineOption = None,
        threads: ThreadsOption = None,
        memory: MemoryOption = None,
        save: SaveOption = None,
        out: OutOption = None,
        as_json: JsonOption = False,
    ) -> None:
        recipe = Recipe(
            method=method,
            window_s=None if window == "auto" else seconds(window),
            min_weight=min_weight,
            similarity=similarity,
            fast_s=seconds(fast),
            min_tags=min_tags,
            short_texts=short_texts,
            since=_day(since),
            until=_day(until),
            platforms=tuple(platforms or ()),
            languages=tuple(languages or ()),
            watchlist=watchlist,
            cap=cap,
        )
        _run(
            context,
            recipe,
            name=save,
            save=save is not None,
            corpus=corpus,
            engine=engine,
            threads=threads,
            memory=memory,
            out=out,
            as_json=as_json,
        )

    app.command(
        name=method.value, rich_help_panel="Methods", help=f"Find accounts that share {DESCRIPTIONS[method]}."
    )(command)


for _method in Method:
    _add(_method)


@app.command(rich_help_panel="Recipes and results")
def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A saved recipe.")],
    corpus: CorpusOption = None,
    engine: EngineOption = None,
    threads: ThreadsOption = None,
    memory: MemoryOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Repeat a saved recipe, and say what is new since last time."""

    async def load(services: Services) -> str | None:
        return await services.database.read(load_recipe, name)

    raw = with_services(options(context).config(), load)
    if raw is None:
        raise NothingFoundError(f"no recipe is called {name!r}. `masthead sweep recipes` lists them.")
    _run(
        context,
        from_json(raw),
        name=name,
        save=False,
        corpus=corpus,
        engine=engine,
        threads=threads,
        memory=memory,
        out=out,
        as_json=as_json,
    )


@app.command(name="recipes", rich_help_panel="Recipes and results")
def recipes_(
    context: typer.Context,
    forget: Annotated[str | None, typer.Option(help="Delete the recipe of this name.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the saved recipes."""

    async def work(services: Services) -> list[tuple[str, str]]:
        if forget is not None and not await services.database.write(forget_recipe, forget):
            raise NothingFoundError(f"no recipe is called {forget!r}.")
        return await services.database.read(recipes)

    held = with_services(options(context).config(), work)
    if as_json:
        print_json({name: from_json(raw) for name, raw in held})
        return
    for name, raw in held:
        recipe = from_json(raw)
        typer.echo(f"{name}: {wording.asked(recipe)}; filters: {wording.filters(recipe)}")
    if not held:
        typer.echo("No recipe is saved. `masthead sweep similar-text --save NAME` saves one.")


@app.command(name="list", rich_help_panel="Recipes and results")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the sweeps that are kept, newest first."""

    async def work(services: Services) -> list[SavedRun]:
        return await services.database.read(runs)

    held = with_services(options(context).config(), work)
    if as_json:
        print_json(held)
        return
    for each in held:
        named = f" {each.name}" if each.name else ""
        asked = wording.asked(from_json(each.recipe))
        typer.echo(
            f"{each.run_id}{named}: {each.ran_at:%Y-%m-%d %H:%M} UTC, {asked}: {each.edges:,} pairs, "
            f"{each.findings:,} findings"
        )
    if not held:
        typer.echo("No sweep was made yet. `masthead sweep identical-text` makes one.")


@app.command(rich_help_panel="Recipes and results")
def show(
    context: typer.Context,
    run_id: Annotated[int, typer.Argument(help="Its number in `masthead sweep list`.")],
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a sweep again, or write it into files."""

    async def work(services: Services) -> bytes | None:
        return await services.database.read(load_sweep, run_id)

    raw = with_services(options(context).config(), work)
    if raw is None:
        raise NothingFoundError(f"there is no sweep {run_id}. `masthead sweep list` lists them.")
    _show(sweep_from_json(raw), out=out, as_json=as_json)


@app.command(rich_help_panel="The corpus")
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to; a corpus that is there is brought up to date.")],
) -> None:
    """Write all posts as Parquet, one folder a day; run again, only days that changed are written."""
    with wanted():
        from bot.network.corpus import update

    async def work(services: Services) -> str:
        with _Shown() as shown:
            done = await services.database.read(update, folder, progress=shown)
        return (
            f"{folder}: {done.posts:,} posts of {done.days:,} days; {done.written:,} days written, "
            f"{done.removed:,} removed."
        )

    typer.echo(with_services(options(context).config(), work))


def seconds(text: str) -> float:
    """Read a duration such as 60s, 5min, 1h. Raises InputError."""
    match = _DURATION.fullmatch(text.strip().lower())
    value = float(match[1]) * _UNITS[match[2] or "s"] if match else -1
    if not 0 <= value <= 7 * 86_400:
        raise InputError(f"{text!r} is no length of time up to 7d. Write 60s, 5min, 1h or 24h.")
    return value


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no day. Write it as 2026-03-01.") from error


def _run(
    context: typer.Context,
    recipe: Recipe,
    *,
    name: str | None,
    save: bool,
    corpus: Path | None,
    engine: str | None,
    threads: int | None,
    memory: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Sweep, keep what was found, and show it."""
    if name is not None and not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a recipe. Use small letters, digits, dots, dashes.")
    if corpus is not None and (save or recipe.watchlist is not None):
        raise InputError("`--save` and `--list` need the store; leave out `--corpus`.")
    config = options(context).config()
    with wanted():
        from bot.network.engines import Limits, refuse_unknown
        from bot.network.service import sweep_corpus, sweep_store
    chosen = engine or config.network.engine
    refuse_unknown(chosen)
    limits = Limits(
        threads=threads or config.network.threads,
        memory_mib=memory or config.network.memory_mib,
    )

    async def work(services: Services) -> Sweep:
        if save and name is not None:
            await services.database.write(save_recipe, name, recipe=to_json(recipe), now=services.clock())
        with wanted(), _Shown() as shown:
            if corpus is not None:
                return sweep_corpus(
                    corpus,
                    recipe,
                    name=name,
                    engine=chosen,
                    limits=limits,
                    now=services.clock(),
                    progress=shown,
                )
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

    _show(with_services(config, work), out=out, as_json=as_json)


def _listed(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the accounts of a watchlist. Raises InputError where none or several have the name."""
    found = [each for each in lists_of(connection, None) if each.name.casefold() == name.casefold()]
    if len(found) != 1:
        names = ", ".join(each.name for each in lists_of(connection, None)) or "none"
        how_many = "no watchlist has" if not found else "several servers have a watchlist of"
        raise InputError(f"{how_many} the name {name!r}. There are: {names}.")
    return [item.account_id for item in items_of(connection, found[0].watchlist_id)]


def _show(sweep: Sweep, *, out: Path | None, as_json: bool) -> None:
    if out is not None:
        with wanted():
            from bot.network.exports import write_all
        for path in write_all(sweep, out):
            typer.echo(f"{path} written.", err=True)
    if as_json:
        print_json(sweep)
        return
    for sentence in wording.summary(sweep):
        typer.echo(sentence)
    for group in sweep.groups[:GROUPS_SHOWN]:
        typer.echo(f"\n{wording.group_title(group, sweep)}")
        for line in wording.group_lines(group, sweep):
            typer.echo(f"  {line}")
    if len(sweep.groups) > GROUPS_SHOWN:
        typer.echo(f"\n{len(sweep.groups) - GROUPS_SHOWN:,} further groups; `--json` and `--out` have all.")
    if sweep.edges:
        typer.echo("\nThe strongest pairs:")
        for line in wording.edge_lines(sweep, sweep.edges[:EDGES_SHOWN]):
            typer.echo(f"  {line}")
        typer.echo(f"\n{wording.GENERAL} {wording.LIMIT}")


class _Shown:
    """Progress on standard error, where there is a terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Shown:
        if self._progress.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_args: object) -> None:
        self._progress.stop()

    def __call__(self, what: str, done: int, of: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=of)
        self._progress.update(self._tasks[what], completed=done, total=of)
