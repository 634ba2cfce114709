"""`masthead evaluate`: labelled worlds through the real service, with what it gets right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.options import JsonOption, print_json
from bot.evaluation.scenario import LINKS, read_scenarios
from bot.evaluation.scoring import Evaluation
from bot.evaluation.scoring import evaluate as score


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(evaluate)


def evaluate(
    folder: Annotated[Path, typer.Argument(help="A folder with scenarios (docs/evaluation.md).")],
    as_json: JsonOption = False,
) -> None:
    """Check small labelled worlds and count where the checks are right.

    Exit code 1 when a benign world comes out above an even chance, or any world not as its file says.
    """
    worlds, stories = read_scenarios(folder)
    console = Console()
    with console.status("", spinner="line") as status:
        result = asyncio.run(score(worlds, stories, progress=lambda name: status.update(name)))
    if as_json:
        print_json(result)
    else:
        _print(console, result)
    if result.alarms or result.wrong:
        raise typer.Exit(1)


def _print(console: Console, result: Evaluation) -> None:
    console.print(_checks(result))
    console.print(_confusion(result))
    for outcome in result.outcomes:
        for difference in outcome.missed:
            console.print(f"{outcome.name}: {difference}", markup=False, highlight=False, soft_wrap=True)
        if outcome.waits_for:
            waits = ", ".join(outcome.waits_for)
            console.print(f"{outcome.name}: link not scored, needs {waits}", markup=False, highlight=False)
    benign = sum(outcome.benign for outcome in result.outcomes)
    worlds = f"{len(result.outcomes)} world{'' if len(result.outcomes) == 1 else 's'}"
    console.print(
        f"{worlds}, {benign} benign; {len(result.alarms)} benign above an even chance; "
        f"{len(result.wrong)} not as expected.",
        highlight=False,
    )


def _checks(result: Evaluation) -> Table:
    table = Table("check", "hits", "false", "missed", "precision", "recall", title="Checks")
    for score_ in result.scores:
        table.add_row(
            score_.check,
            str(score_.hits),
            str(score_.false),
            str(score_.missed),
            _share(score_.precision),
            _share(score_.recall),
        )
    return table


def _confusion(result: Evaluation) -> Table:
    actual = [word for word in LINKS if any(word in row for row in result.confusion.values())]
    table = Table("should be", *actual, title="Link to a state: worlds by what it should be and is")
    for expected, row in result.confusion.items():
        table.add_row(expected, *(str(row.get(word, "")) for word in actual))
    return table


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
