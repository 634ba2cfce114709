"""The options of sweeps, and how lengths of time and days are written."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import InputError

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}

_MATCHED, _POSTS, _RUN, _RESULT = "What counts", "Which posts", "How it runs", "What comes out"

WindowOption = Annotated[
    str,
    typer.Option(
        "--window",
        "-w",
        rich_help_panel=_MATCHED,
        help="Two posts coincide when they are at most so far apart, both ends included: 60s, 5min, 1h, 24h; "
        "`auto` estimates it from how fast the fastest tenth of things spreads.",
    ),
]
MinWeightOption = Annotated[
    int,
    typer.Option(
        "--min-weight",
        min=1,
        rich_help_panel=_MATCHED,
        help="Fewest distinct texts, links, … that two accounts share. One repeated headline counts once.",
    ),
]
SimilarityOption = Annotated[
    float,
    typer.Option(
        min=0.05,
        max=1,
        rich_help_panel=_MATCHED,
        help="Fewest words in common, as a share of the words of both (Jaccard).",
    ),
]
FastOption = Annotated[
    str,
    typer.Option("--fast", rich_help_panel=_MATCHED, help="How soon after the post it repeats: 10s."),
]
MinTagsOption = Annotated[
    int,
    typer.Option("--min-tags", min=1, rich_help_panel=_MATCHED, help="Fewest tags in the sequence."),
]
ShortTextsOption = Annotated[
    bool,
    typer.Option(
        "--short-texts",
        rich_help_panel=_MATCHED,
        help="Also texts under 5 words, or 20 characters of Chinese, Japanese or Thai.",
    ),
]
CapOption = Annotated[
    int,
    typer.Option(
        min=2,
        rich_help_panel=_MATCHED,
        help="Posts with one object in one window that are compared; beyond it counts are lower bounds.",
    ),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", rich_help_panel=_POSTS, help="First day (UTC), such as 2026-03-01.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", rich_help_panel=_POSTS, help="Last day, included.")
]
PlatformsOption = Annotated[
    list[str] | None,
    typer.Option("--platform", "-p", rich_help_panel=_POSTS, help="x, bluesky, … Repeatable."),
]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", "-l", rich_help_panel=_POSTS, help="en, zh, … Repeatable.")
]
ListOption = Annotated[
    str | None, typer.Option("--list", rich_help_panel=_POSTS, help="Only accounts of this watchlist.")
]
CorpusOption = Annotated[
    Path | None,
    typer.Option(
        "--corpus",
        rich_help_panel=_POSTS,
        help="Read this Parquet corpus instead of the store; nothing is kept.",
    ),
]
FromOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        rich_help_panel=_POSTS,
        help="Read these files instead of the store: whatever `masthead import` reads. "
        "Nothing is kept and the registry is not asked. Repeatable.",
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        rich_help_panel=_RUN, help="duckdb, local[2] (Spark here) or spark://host:7077. Default: the setting."
    ),
]
ThreadsOption = Annotated[
    int | None, typer.Option(min=1, rich_help_panel=_RUN, help="Processor cores to use.")
]
MemoryOption = Annotated[
    int | None, typer.Option("--memory", min=256, rich_help_panel=_RUN, help="MiB the engine may take.")
]
SaveOption = Annotated[
    str | None, typer.Option("--save", rich_help_panel=_RESULT, help="Keep the recipe under this name.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", rich_help_panel=_RESULT, help="Write graph, tables and report into this folder."
    ),
]


def seconds(text: str) -> float:
    """Read a duration such as 60s, 5min, 1h. Raises InputError."""
    match = _DURATION.fullmatch(text.strip().lower())
    value = float(match[1]) * _UNITS[match[2] or "s"] if match else -1
    if not 0 <= value <= 7 * 86_400:
        raise InputError(f"{text!r} is no length of time up to 7d. Write 60s, 5min, 1h or 24h.")
    return value


def day(text: str | None) -> date | None:
    """Read a day. Raises InputError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no day. Write it as 2026-03-01.") from error
