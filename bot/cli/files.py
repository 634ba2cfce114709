"""`masthead import`, `backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, utc_now, with_services
from bot.errors import InputError
from bot.imports.service import ImportResult, import_files
from bot.imports.service import Progress as ImportProgress
from bot.store.upkeep import back_up
from bot.store.upkeep import restore as put_back
from bot.store.waiting_prints import print_waiting

_REJECTIONS_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(name="import")(import_)
    app.command()(fingerprints)
    app.command()(backup)
    app.command()(restore)


def import_(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Export files, also in ZIP or gzip; see docs/imports.md.")
    ],
    form: Annotated[
        str | None, typer.Option("--format", "-f", help="Name the format when it is not recognised.")
    ] = None,
    with_fingerprints: Annotated[
        bool,
        typer.Option(
            "--fingerprints/--no-fingerprints",
            help="Make fingerprints of registered accounts' posts now, or later by `masthead fingerprints`.",
        ),
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Read posts and profiles from export files. Reading a file again adds nothing."""
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=as_json or not console.is_terminal,
        transient=True,
    )

    async def work(services: Services) -> ImportResult:
        with progress:
            bars = {file: progress.add_task(file.name, total=None) for file in files}

            def show(now: ImportProgress) -> None:
                progress.update(bars[now.path], completed=now.bytes_done, total=now.bytes_total)

            making = progress.add_task("fingerprints", total=None, visible=False)

            def printed(posts: int) -> None:
                progress.update(making, description=f"fingerprints of {posts:,} posts", visible=True)

            return await import_files(
                services.database,
                files,
                format=form,
                progress=show,
                clock=services.clock,
                fingerprints=with_fingerprints,
                printed=printed,
            )

    result = with_services(options(context).config(), work)
    if as_json:
        print_json(result)
    else:
        _print(result)
    if result.rejected:
        raise typer.Exit(1)


def fingerprints(context: typer.Context) -> None:
    """Make the fingerprints that an import left for later. May be stopped and run again."""

    async def work(services: Services) -> int:
        return await print_waiting(services.database)

    typer.echo(f"Posts whose fingerprints were made: {with_services(options(context).config(), work):,}")


def _print(result: ImportResult) -> None:
    typer.echo(
        f"{result.files} file(s): {result.posts_new:,} new posts, {result.posts_seen:,} held already, "
        f"{result.accounts_new:,} new accounts{_others(result)}."
    )
    for note in result.notes:
        typer.echo(f"  {note}", err=True)
    for rejection in result.rejected[:_REJECTIONS_SHOWN]:
        where = rejection.file if rejection.line is None else f"{rejection.file}, line {rejection.line}"
        typer.echo(f"  left out: {where}: {rejection.reason}", err=True)
    more = len(result.rejected) + result.rejected_more - _REJECTIONS_SHOWN
    if more > 0:
        typer.echo(f"  and {more:,} more; --json lists the first thousand.", err=True)


def _others(result: ImportResult) -> str:
    follows = f", {result.follows_new:,} new follows" if result.follows_new else ""
    return follows + (f", {result.labels_new:,} new looks at labels" if result.labels_new else "")


def backup(
    context: typer.Context, target: Annotated[Path, typer.Argument(help="The file to write; must not exist.")]
) -> None:
    """Copy the database into one file, consistently, while the bot runs."""
    path = options(context).config().store.path
    if not path.exists():
        raise InputError(f"there is no database at {path} yet, so there is nothing to back up.")

    async def work(services: Services) -> None:
        await back_up(services.database, target)

    with_services(options(context).config(), work)
    typer.echo(f"{target}: {target.stat().st_size:,} bytes")


def restore(
    context: typer.Context, copy: Annotated[Path, typer.Argument(help="A file that `masthead backup` wrote.")]
) -> None:
    """Put a backup in the place of the database. Stop the bot first; the present file is kept."""
    path = options(context).config().store.path
    kept = put_back(copy, path, now=utc_now())
    typer.echo(f"{path} now holds {copy}." + (f" What was there is kept as {kept}." if kept else ""))
