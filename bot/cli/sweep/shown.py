"""A sweep in the terminal: how far it is, and what it found."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.cli.options import print_json
from bot.network import wording
from bot.network.libraries import wanted
from bot.network.results import Sweep

GROUPS_SHOWN = 10
EDGES_SHOWN = 10


def show(sweep: Sweep, *, out: Path | None, as_json: bool) -> None:
    """Write a sweep into files where a folder is given, and print it."""
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


class Shown:
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

    def __enter__(self) -> Shown:
        if self._progress.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_args: object) -> None:
        # Where there is no terminal it was never begun, and ending it would print an empty line.
        if self._progress.console.is_terminal:
            self._progress.stop()

    def __call__(self, what: str, done: int, of: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=of)
        self._progress.update(self._tasks[what], completed=done, total=of)
