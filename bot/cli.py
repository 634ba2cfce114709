"""The `masthead` command line: the same services as in Discord, without Discord."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)


def main() -> None:
    """Entry point of the `masthead` script."""
    app()
