"""What all commands share: the configuration, the running services, printing JSON."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from bot.app import Services, open_services
from bot.config import Config, load

T = TypeVar("T")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file. Default: config.toml in this folder, where there is one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md) instead of text.")]
PlatformOption = Annotated[
    str | None,
    typer.Option("--platform", "-p", help="The platform a bare @name is on: x, bluesky, telegram, …"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options that stand before the command."""

    config_file: Path | None

    def config(self) -> Config:
        """Read the settings. Raises ConfigError."""
        return load(self.config_file, environment=os.environ)


def options(context: typer.Context) -> Options:
    """Return the options given before the command."""
    found = context.find_object(Options)
    return found if found is not None else Options(config_file=None)


def utc_now() -> datetime:
    """The clock of the running program; tests and services get theirs passed in."""
    return datetime.now(UTC)


def log_to_stderr(config: Config) -> None:
    """Set up logging for a program that stays up; a single command prints its result and nothing else."""
    logging.basicConfig(
        level=config.log.level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def with_services(config: Config, work: Callable[[Services], Awaitable[T]]) -> T:
    """Open the services, run `work` on them and close them whatever happens."""

    async def run() -> T:
        async with open_services(config, clock=utc_now) as services:
            return await work(services)

    return asyncio.run(run())


def print_json(value: object) -> None:
    """Print a value as indented JSON, in UTF-8 whatever the terminal's locale says."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value)) + b"\n")
    sys.stdout.flush()
