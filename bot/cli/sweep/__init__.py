"""`masthead sweep …`: accounts that act together, over everything that is held."""

from __future__ import annotations

import typer

from bot.cli.sweep import methods, recipes, results

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Find accounts that act together, in everything that is held.\n\n"
        "A sweep compares all posts of all accounts by one method. It prints which pairs of accounts did the "
        "same thing within a window of time, which of them did so more often than chance explains, and how "
        "they hang together.\n\n"
        "\b\n"
        "masthead import posts.csv                 first of all, posts\n"
        "masthead sweep identical-text             a first look: copied posts\n"
        "masthead sweep similar-text -w 1h --save daily --out report\n"
        "                                          edited copies, in files too\n"
        "masthead sweep run daily                  the same again, and what is new\n"
        "masthead sweep list                       what was found so far, by number\n"
        "masthead sweep show 3 --out report        an earlier result, as files\n"
        "\n"
        "Which method: `identical-text` and `similar-text` for posts that repeat each other, `same-link`, "
        "`same-image` and `same-hashtags` for what they carry, `same-repost`, `fast-repost` and `same-reply` "
        "for what they amplify. One method is one network; they are never mixed. `masthead sweep METHOD "
        "--help` has its options.\n\n"
        "Reading the result: a pair is a note, or a finding where it shares 5 distinct things or more, both "
        "sides work at it, chance does not explain it and no innocent explanation is known. Neither says "
        "that anybody planned it.\n\n"
        "docs/sweeps.md has every method, figure and limit."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
methods.add_to(app)
recipes.add_to(app)
results.add_to(app)
