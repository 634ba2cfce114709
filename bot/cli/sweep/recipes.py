"""Recipes with names: saved, listed, shown, run again, deleted, and handed to another team."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.cli.sweep.options import (
    CorpusOption,
    EngineOption,
    FromOption,
    MemoryOption,
    OutOption,
    ThreadsOption,
)
from bot.cli.sweep.running import How, refuse_bad_name
from bot.cli.sweep.running import run as sweep
from bot.errors import InputError, NothingFoundError
from bot.network import wording
from bot.network.recipe import Recipe, from_json, to_json
from bot.store.sweeps import forget_recipe, load_recipe, recipes, save_recipe

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of a saved recipe.")]

group = typer.Typer(
    no_args_is_help=True,
    help="Recipes: the parameters of a sweep under a name, for next time or for another team.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(rich_help_panel="Recipes")(run)
    app.add_typer(group, name="recipe", rich_help_panel="Recipes")


def run(
    context: typer.Context,
    recipe: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A saved recipe, or a recipe.json of a report.")
    ],
    corpus: CorpusOption = None,
    files: FromOption = None,
    engine: EngineOption = None,
    threads: ThreadsOption = None,
    memory: MemoryOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sweep by a recipe, and say what is new since last time."""
    how = How(
        corpus=corpus,
        files=tuple(files or ()),
        engine=engine,
        threads=threads,
        memory=memory,
        out=out,
        as_json=as_json,
    )
    if recipe.endswith(".json"):
        sweep(context, _from_file(Path(recipe)), how=how, name=None, save=False)
    else:
        sweep(context, _load(context, recipe), how=how, name=recipe, save=False)


@group.command()
def save(
    context: typer.Context,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="A recipe.json, as `--out` writes it.")],
) -> None:
    """Keep a recipe that somebody handed over. A sweep's own `--save NAME` keeps the one it ran by."""
    refuse_bad_name(name)
    recipe = _from_file(file)

    async def work(services: Services) -> None:
        await services.database.write(save_recipe, name, recipe=to_json(recipe), now=services.clock())

    with_services(options(context).config(), work)
    typer.echo(f"{name}: {_words(recipe)}")


@group.command(name="list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the saved recipes."""

    async def work(services: Services) -> list[tuple[str, str]]:
        return await services.database.read(recipes)

    held = with_services(options(context).config(), work)
    if as_json:
        print_json({name: from_json(raw) for name, raw in held})
        return
    for name, raw in held:
        typer.echo(f"{name}: {_words(from_json(raw))}")
    if not held:
        typer.echo("No recipe is saved. `masthead sweep similar-text --save NAME` saves one.")


@group.command()
def show(context: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """Show a recipe in words and as the command that does the same; `--json` is for another team."""
    recipe = _load(context, name)
    if as_json:
        print_json(recipe)
        return
    typer.echo(f"{name}: {_words(recipe)}")
    typer.echo(wording.command(recipe))


@group.command()
def delete(context: typer.Context, name: NameArgument) -> None:
    """Delete a recipe. What it found is kept."""

    async def work(services: Services) -> bool:
        return await services.database.write(forget_recipe, name)

    if not with_services(options(context).config(), work):
        raise _unknown(name)
    typer.echo(f"The recipe {name} is deleted. Its results are kept.")


def _load(context: typer.Context, name: str) -> Recipe:
    async def work(services: Services) -> str | None:
        return await services.database.read(load_recipe, name)

    raw = with_services(options(context).config(), work)
    if raw is None:
        raise _unknown(name)
    return from_json(raw)


def _from_file(path: Path) -> Recipe:
    try:
        return from_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise InputError(f"{path} is no recipe: {error}.") from error


def _words(recipe: Recipe) -> str:
    return f"{wording.asked(recipe)}; filters: {wording.filters(recipe)}"


def _unknown(name: str) -> NothingFoundError:
    return NothingFoundError(f"no recipe is called {name!r}. `masthead sweep recipe list` lists them.")
