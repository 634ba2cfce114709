"""`masthead run`, `sync` and `doctor`."""

from __future__ import annotations

import typer

from bot import doctor as examination
from bot.app import Services
from bot.cli.options import JsonOption, log_to_stderr, options, print_json, with_services
from bot.cli.sandbox import open_sandbox
from bot.errors import InputError


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(run)
    app.command()(sync)
    app.command()(doctor)


def run(context: typer.Context) -> None:
    """Serve Discord; without a token, open the sandbox."""
    config = options(context).config()
    log_to_stderr(config)
    if not config.discord.token:
        typer.echo("No Discord token is set (docs/operators.md), so this is the sandbox.")
        open_sandbox(config)
        return
    from bot.client import serve  # importing discord costs a quarter of a second

    async def work(services: Services) -> None:
        await serve(services, config.discord.token)

    with_services(config, work)


def sync(context: typer.Context) -> None:
    """Send the commands to Discord now. `run` does so whenever they change."""
    from bot.client import sync as send

    config = options(context).config()
    if not config.discord.token:
        raise InputError("no Discord token is set. Set DISCORD_TOKEN (docs/operators.md).")

    async def work(services: Services) -> int:
        return await send(services, config.discord.token)

    typer.echo(f"{with_services(config, work)} commands sent.")


def doctor(context: typer.Context, as_json: JsonOption = False) -> None:
    """Say what works, what is missing and how to mend it."""
    results = examination.examine(options(context).config())
    if as_json:
        print_json(results)
    else:
        for result in results:
            typer.echo(f"{'ok' if result.ok else 'missing':8} {result.what}: {result.found}")
            if result.remedy:
                typer.echo(f"{'':8} {result.remedy}")
    if not all(result.ok or result.optional for result in results):
        raise typer.Exit(1)
