"""`masthead run`, `sandbox`, `sync` and `doctor`."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from bot import doctor as examination
from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.config import Config
from bot.errors import InputError

SANDBOX_PORT = 8765


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(run)
    app.command()(sandbox)
    app.command()(sync)
    app.command()(doctor)


def run(context: typer.Context) -> None:
    """Serve Discord; without a token, open the sandbox."""
    config = options(context).config()
    if not config.discord.token:
        typer.echo("No Discord token is set (docs/operators.md), so this is the sandbox.")
        sandbox(context)
        return
    from bot.client import serve  # importing discord costs a quarter of a second

    _log(config)

    async def work(services: Services) -> None:
        await serve(services, config.discord.token)

    with_services(context, work)


def sync(context: typer.Context) -> None:
    """Send the commands to Discord now. `run` does so whenever they change."""
    from bot.client import sync as send

    token = options(context).config().discord.token
    if not token:
        raise InputError("no Discord token is set. Set DISCORD_TOKEN (docs/operators.md).")

    async def work(services: Services) -> int:
        return await send(services, token)

    typer.echo(f"{with_services(context, work)} commands sent.")


def sandbox(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=1, max=65_535, help="Port on the loopback address.")
    ] = SANDBOX_PORT,
    host: Annotated[str, typer.Option(help="A loopback address; no other is accepted.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open the page where there is a desktop.")] = True,
) -> None:
    """Try the bot without Discord: a team channel in the browser, on this machine only."""
    from sandbox.run import run_sandbox  # the product does not need the sandbox to run

    _log(options(context).config())

    async def work(services: Services) -> None:
        await run_sandbox(services, say=typer.echo, host=host, port=port, browser=browser)

    with_services(context, work)


def _log(config: Config) -> None:
    logging.basicConfig(
        level=config.log.level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


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
