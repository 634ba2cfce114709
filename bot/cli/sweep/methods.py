"""One command for each method."""

from __future__ import annotations

import typer
from typer.core import TyperCommand

from bot.cli.options import JsonOption
from bot.cli.sweep.options import (
    CapOption,
    CorpusOption,
    EngineOption,
    FastOption,
    FromOption,
    LanguagesOption,
    ListOption,
    MemoryOption,
    MinTagsOption,
    MinWeightOption,
    OutOption,
    PlatformsOption,
    SaveOption,
    ShortTextsOption,
    SimilarityOption,
    SinceOption,
    ThreadsOption,
    UntilOption,
    WindowOption,
    day,
    seconds,
)
from bot.cli.sweep.running import How, run
from bot.network.recipe import DESCRIPTIONS, Method, Recipe

# Options that mean something to one method alone.
_OF_ONE = {
    "similarity": Method.SIMILAR_TEXT,
    "fast": Method.FAST_REPOST,
    "min_tags": Method.SAME_HASHTAGS,
    "short_texts": Method.IDENTICAL_TEXT,
}


class _MethodCommand(TyperCommand):
    """Knows the options of its own method; those of others are refused and not explained."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # pyright: ignore[reportArgumentType]  # handed on as they came
        self.params = [each for each in self.params if _OF_ONE.get(each.name or "", self.name) == self.name]


def add_to(app: typer.Typer) -> None:
    """Add the methods."""
    for method in Method:
        _add(app, method)


def _add(app: typer.Typer, method: Method) -> None:
    def command(
        context: typer.Context,
        window: WindowOption = "60s",
        min_weight: MinWeightOption = 2,
        similarity: SimilarityOption = 0.8,
        fast: FastOption = "10s",
        min_tags: MinTagsOption = 2,
        short_texts: ShortTextsOption = False,
        cap: CapOption = 2_000,
        since: SinceOption = None,
        until: UntilOption = None,
        platforms: PlatformsOption = None,
        languages: LanguagesOption = None,
        watchlist: ListOption = None,
        corpus: CorpusOption = None,
        files: FromOption = None,
        engine: EngineOption = None,
        threads: ThreadsOption = None,
        memory: MemoryOption = None,
        save: SaveOption = None,
        out: OutOption = None,
        as_json: JsonOption = False,
    ) -> None:
        recipe = Recipe(
            method=method,
            window_s=None if window == "auto" else seconds(window),
            min_weight=min_weight,
            similarity=similarity,
            fast_s=seconds(fast),
            min_tags=min_tags,
            short_texts=short_texts,
            since=day(since),
            until=day(until),
            platforms=tuple(platforms or ()),
            languages=tuple(languages or ()),
            watchlist=watchlist,
            cap=cap,
        )
        how = How(
            corpus=corpus,
            files=tuple(files or ()),
            engine=engine,
            threads=threads,
            memory=memory,
            out=out,
            as_json=as_json,
        )
        run(context, recipe, how=how, name=save, save=save is not None)

    app.command(
        name=method.value,
        cls=_MethodCommand,
        rich_help_panel="Methods",
        help=f"Find accounts that share {DESCRIPTIONS[method]}.",
    )(command)
