"""What sweeps found, by number; and the corpus they read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.cli.sweep.options import OutOption
from bot.cli.sweep.shown import Shown, show
from bot.errors import NothingFoundError
from bot.network import wording
from bot.network.libraries import wanted
from bot.network.recipe import from_json
from bot.network.results import from_json as sweep_from_json
from bot.store.sweeps import SavedRun, forget_sweep, load_sweep, runs

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="As `masthead sweep list` has it.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="list", rich_help_panel="Results")(list_)
    app.command(name="show", rich_help_panel="Results")(show_)
    app.command(name="delete", rich_help_panel="Results")(delete)
    app.command(name="export", rich_help_panel="The corpus")(export)


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


def show_(
    context: typer.Context, number: NumberArgument, out: OutOption = None, as_json: JsonOption = False
) -> None:
    """Show a sweep again, or write it into files."""

    async def work(services: Services) -> bytes | None:
        return await services.database.read(load_sweep, number)

    raw = with_services(options(context).config(), work)
    if raw is None:
        raise _unknown(number)
    show(sweep_from_json(raw), out=out, as_json=as_json)


def delete(context: typer.Context, number: NumberArgument) -> None:
    """Delete a result; cards of `/check` no longer tell of it."""

    async def work(services: Services) -> bool:
        return await services.database.write(forget_sweep, number)

    if not with_services(options(context).config(), work):
        raise _unknown(number)
    typer.echo(f"Sweep {number} is deleted.")


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to; a corpus that is there is brought up to date.")],
) -> None:
    """Write all posts as Parquet, one folder a day; run again, only days that changed are written."""
    with wanted():
        from bot.network.corpus import update

    async def work(services: Services) -> str:
        with Shown() as shown:
            done = await services.database.read(update, folder, progress=shown)
        return (
            f"{folder}: {done.posts:,} posts of {done.days:,} days; {done.written:,} days written, "
            f"{done.removed:,} removed."
        )

    typer.echo(with_services(options(context).config(), work))


def _unknown(number: int) -> NothingFoundError:
    return NothingFoundError(f"there is no sweep {number}. `masthead sweep list` lists them.")
