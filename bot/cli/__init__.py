"""The `masthead` command line: the same services as in Discord, without Discord.

Exit codes: 0 done, 1 failed, 2 wrong usage or bad input, with one clear line on standard error.
"""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from bot.cli import checks, evaluate, files, platforms, registry, sandbox, service, sites, sweep, watchlist
from bot.cli.options import ConfigOption, Options
from bot.errors import MastheadError

app = typer.Typer(
    help="Masthead: who stands behind this account, and does anybody listen to it?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def common(context: typer.Context, config: ConfigOption = None) -> None:
    """Masthead: who stands behind this account, and does anybody listen to it?"""
    context.obj = Options(config_file=config)


checks.add_to(app)
evaluate.add_to(app)
files.add_to(app)
service.add_to(app)
sandbox.add_to(app)
app.add_typer(registry.app, name="registry")
app.add_typer(watchlist.app, name="watchlist")
app.add_typer(sites.app, name="sites")
app.add_typer(platforms.app, name="platforms")
app.add_typer(sweep.app, name="sweep")


def main() -> None:
    """Run the command and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; every refusal becomes one line on standard error and an exit code."""
    try:
        code = app(arguments, prog_name="masthead", standalone_mode=False)
    except MastheadError as error:
        _complain(str(error))
        return error.exit_code
    except typer.TyperException as error:
        _complain(f"{error.format_message()} `masthead --help` lists what can be asked.")
        return 2
    except (typer.Abort, KeyboardInterrupt):
        _complain("stopped")
        return 1
    return code if isinstance(code, int) else 0


def _complain(sentence: str) -> None:
    # Not through rich markup: the sentence may quote what somebody typed.
    Console(stderr=True, soft_wrap=True).print(f"masthead: {sentence}", markup=False, highlight=False)
