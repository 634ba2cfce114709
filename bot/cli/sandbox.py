"""`masthead sandbox` and `masthead demo`: the bot runs without either, so they are imported late."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Services
from bot.cli.options import log_to_stderr, options, with_services
from bot.config import Config, StoreConfig
from bot.errors import InputError

PORT = 8765


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(sandbox)
    app.command()(demo)


def sandbox(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65_535, help="Port to listen on. Default: 8765; with --replay one that is free."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="A loopback address; no other is accepted.")] = "127.0.0.1",
    database: Annotated[
        Path | None, typer.Option(help="Database to use. Default: sandbox.db beside `store.path`.")
    ] = None,
    seed: Annotated[bool, typer.Option(help="Load the reconstruction of the 2023 case first.")] = True,
    browser: Annotated[bool, typer.Option(help="Open the page where there is a desktop.")] = True,
    record: Annotated[
        Path | None, typer.Option(help="New file for what people do and the bot answers (docs/sandbox.md).")
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="Do again what was recorded, say where the answers differ, and end. No page."),
    ] = None,
    transcript: Annotated[
        Path | None, typer.Option(help="New file for all requests and answers, written at the end.")
    ] = None,
) -> None:
    """Try the bot without Discord: a team channel in the browser, on this machine only."""
    config = options(context).config()
    log_to_stderr(config)
    if replay is not None:
        if record is not None:
            raise InputError("Give --record or --replay, not both.")
        again(config, replay, host=host, port=port or 0, database=database, transcript=transcript)
        return
    open_sandbox(
        config,
        port=port or PORT,
        host=host,
        database=database,
        seed=seed,
        browser=browser,
        record=record,
        transcript=transcript,
    )


def open_sandbox(
    config: Config,
    *,
    port: int = PORT,
    host: str = "127.0.0.1",
    database: Path | None = None,
    seed: bool = True,
    browser: bool = True,
    record: Path | None = None,
    transcript: Path | None = None,
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
        await run_sandbox(
            services,
            say=typer.echo,
            host=host,
            port=port,
            browser=browser,
            record=record,
            seed=seed,
            transcript=transcript,
        )

    with_services(replace(config, store=StoreConfig(path=path)), work)


def again(
    config: Config, file: Path, *, host: str, port: int, database: Path | None, transcript: Path | None
) -> None:
    """Replay a recorded session, on a new database unless one is named. Exit code 1 when answers differ."""
    from sandbox.demo import load_demo
    from sandbox.replay import read_session
    from sandbox.run import replay_session
    from sandbox.server import loopback

    loopback(host)
    session = read_session(file)

    async def work(services: Services) -> list[str]:
        if session.seed:
            await services.database.write(load_demo, now=services.clock())
        return await replay_session(services, session, host=host, port=port, transcript=transcript)

    with tempfile.TemporaryDirectory() as folder:
        path = database or Path(folder) / "replay.db"
        found = with_services(replace(config, store=StoreConfig(path=path)), work)
    for line in found:
        typer.echo(line)
    if found:
        typer.echo(f"{len(found)} differences.")
        raise typer.Exit(1)
    typer.echo(f"All {len(session.acts)} acts were answered as before.")


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
