"""`masthead sandbox` and `masthead demo`: the bot runs without either, so they are imported late."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Services
from bot.cli.options import log_to_stderr, options, with_services
from bot.config import Config, StoreConfig

PORT = 8765


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(sandbox)
    app.command()(demo)


def sandbox(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = PORT,
    host: Annotated[str, typer.Option(help="A loopback address; no other is accepted.")] = "127.0.0.1",
    database: Annotated[
        Path | None, typer.Option(help="Database to use. Default: sandbox.db beside `store.path`.")
    ] = None,
    seed: Annotated[bool, typer.Option(help="Load the reconstruction of the 2023 case first.")] = True,
    browser: Annotated[bool, typer.Option(help="Open the page where there is a desktop.")] = True,
) -> None:
    """Try the bot without Discord: a team channel in the browser, on this machine only."""
    config = options(context).config()
    log_to_stderr(config)
    open_sandbox(config, port=port, host=host, database=database, seed=seed, browser=browser)


def open_sandbox(
    config: Config,
    *,
    port: int = PORT,
    host: str = "127.0.0.1",
    database: Path | None = None,
    seed: bool = True,
    browser: bool = True,
) -> None:
    """Run the sandbox on a database of its own, so that a team's data and the stand-ins never mix."""
    from sandbox.demo import load_demo
    from sandbox.run import run_sandbox
    from sandbox.server import loopback

    loopback(host)  # refuses before a database is made
    path = database or config.store.path.with_name("sandbox.db")

    async def work(services: Services) -> None:
        if seed:
            await services.database.write(load_demo, now=services.clock())
        await run_sandbox(services, say=typer.echo, host=host, port=port, browser=browser)

    with_services(replace(config, store=StoreConfig(path=path)), work)


def demo(
    context: typer.Context,
    remove: Annotated[bool, typer.Option("--remove", help="Take it out again.")] = False,
) -> None:
    """Load a marked reconstruction of the 2023 case into the database, or take it out again."""
    from sandbox.demo import load_demo, remove_demo

    async def work(services: Services) -> str:
        if remove:
            return f"The reconstruction is out; {await services.database.write(remove_demo)} rows went."
        recorded = await services.database.write(load_demo, now=services.clock())
        return (
            f"The reconstruction is in: {recorded.posts_new} new posts. "
            "Try: masthead check @hoychile@social.example. `masthead demo --remove` takes it out."
        )

    typer.echo(with_services(options(context).config(), work))
