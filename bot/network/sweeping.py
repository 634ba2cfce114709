"""One sweep from start to end: posts, pairs, edges, what chance would give, groups."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from bot.errors import InputError
from bot.network import chance, corpus, window
from bot.network.arrays import Columns, arrow, ints
from bot.network.corpus import Progress, nothing
from bot.network.engines import Engine
from bot.network.recipe import LACKING, Method, Recipe
from bot.network.results import Cut, Looked
from bot.network.values import FIRST_MS, LAST_MS, Values
from bot.store.corpus import DAY_MS

if TYPE_CHECKING:
    from ibis.expr.types import Table

log = logging.getLogger(__name__)

# So many posts are handed to the engine at once; memory grows with them and not with the corpus.
SLAB_POSTS = 500_000
# So many posts without a second among their times show that these are whole minutes.
MINUTES_SEEN = 20


class Stopped(Exception):  # noqa: N818 - an answer to a wish and no error
    """Somebody asked the sweep to stop. Nothing of it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """A stretch of time: the pairs whose later post lies in it, `start_ms` included, `end_ms` not."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the engine gave: edges as a table of `edges.EDGE` and more, with `expected` and `q`."""

    window_ms: int
    # Of how many shared things the window was estimated; None where it was given.
    window_from: int | None
    looked: Looked
    pairs: int
    cut: Cut
    edges: pa.Table
    posts_of: dict[int, int]
    repeats_of: dict[int, int]
    pool: int
    timings_s: dict[str, float]
    # Open for groups and examples.
    engine: Engine

    @property
    def kept_pairs(self) -> Table:
        """The pairs of posts."""
        return self.engine.table("pairs")

    @property
    def posts(self) -> Table:
        """The posts that passed the filters."""
        return self.engine.table("posts")

    @property
    def things(self) -> Table:
        """What these could share: (post, account, at_ms, key)."""
        return self.engine.table("things")


@dataclass(slots=True, kw_only=True)
class _Clock:
    started: float = field(default_factory=time.perf_counter)
    timings: dict[str, float] = field(default_factory=dict[str, float])

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.timings[name] = round(now - self.started, 3)
        self.started = now


def find(
    folder: Path,
    recipe: Recipe,
    *,
    engine: Engine,
    accounts: Sequence[int] | None = None,
    progress: Progress = nothing,
    stopped: Callable[[], bool] = lambda: False,
    slab_posts: int = SLAB_POSTS,
    with_chance: bool = True,
) -> Found:
    """Find the edges of a recipe in a corpus. `accounts` are those of the recipe's list.

    Raises InputError where there is nothing to look at, Stopped where `stopped` says so.
    """
    manifest = corpus.read_manifest(folder)
    files = corpus.files(folder, since=recipe.since, until=recipe.until)
    if not files:
        raise InputError(
            "no posts are held of those days. Leave out `--since` and `--until`, or give other days."
        )
    engine.read("held", files)
    days = {corpus.day_of(file): manifest.days[corpus.day_of(file).isoformat()].posts for file in files}
    return find_in(
        days,
        recipe,
        engine=engine,
        accounts=accounts,
        progress=progress,
        stopped=stopped,
        slab_posts=slab_posts,
        with_chance=with_chance,
    )


def find_in(
    days: Mapping[date, int],
    recipe: Recipe,
    *,
    engine: Engine,
    accounts: Sequence[int] | None = None,
    progress: Progress = nothing,
    stopped: Callable[[], bool] = lambda: False,
    slab_posts: int = SLAB_POSTS,
    with_chance: bool = True,
) -> Found:
    """Do the same with posts that the engine has as `held`; `days` says how many there are of each."""
    clock = _Clock()
    values = Values(
        start_ms=FIRST_MS if recipe.since is None else corpus.start_ms(recipe.since),
        end_ms=LAST_MS if recipe.until is None else corpus.start_ms(recipe.until) + DAY_MS,
        cap=recipe.cap,
        min_weight=recipe.min_weight,
        min_tags=recipe.min_tags,
        fast_ms=round(recipe.fast_s * 1000),
        similarity=recipe.similarity,
    )
    _choose(engine, recipe, values, accounts=accounts)
    engine.make("things", _things(recipe), values)
    unit_ms, first_ms, last_ms = _times(engine, recipe)
    window_ms, window_from = _window(recipe, engine, unit_ms=unit_ms)
    width = chance.bin_ms(window_ms, span_ms=last_ms - first_ms, unit_ms=unit_ms)
    values = replace(
        values,
        window_ms=window_ms,
        stretch_ms=max(window_ms, 1),
        day_ms=chance.stretch_ms(window_ms),
        bin_ms=width,
    )
    if recipe.method is not Method.SIMILAR_TEXT:
        engine.make("repeated", "repeated", values)
    clock.lap("read")
    slabs = list(_slabs(days, window_ms=window_ms, slab_posts=slab_posts if engine.in_slabs else None))
    cut = Cut()
    for number, slab in enumerate(slabs):
        if stopped():
            raise Stopped
        progress("stretches of time compared", number, len(slabs))
        at_work = replace(values, start_ms=slab.start_ms, end_ms=slab.end_ms)
        left_out = _pair(engine, recipe, at_work, first=number == 0)
        cut = Cut(crowds=cut.crowds + left_out.crowds, rows=cut.rows + left_out.rows)
    progress("stretches of time compared", len(slabs), len(slabs))
    clock.lap("pairs")
    engine.make("edges", "edges", values)
    found = engine.rows("all edges", values)
    clock.lap("edges")
    if stopped():
        raise Stopped
    posts_of = _mapping(engine.rows("posts of accounts", values), "account")
    tests = (
        _test(engine, found, posts_of=posts_of, recipe=recipe, values=values, unit_ms=unit_ms)
        if with_chance and len(found["a"]) and len(posts_of) > chance.MIN_POOL + 1
        else None
    )
    clock.lap("chance")
    return Found(
        window_ms=window_ms,
        window_from=window_from,
        looked=Looked(
            held=sum(days.values()),
            posts=sum(posts_of.values()),
            accounts=len(posts_of),
            first_day=min(days).isoformat(),
            last_day=max(days).isoformat(),
        ),
        pairs=_one(engine, "number of pairs", values)["n"],
        cut=cut,
        edges=_table(found, tests),
        posts_of=posts_of,
        repeats_of=_mapping(engine.rows("repeats", values), "account", "pairs"),
        pool=0 if tests is None else len(posts_of),
        timings_s=clock.timings,
        engine=engine,
    )


def _choose(engine: Engine, recipe: Recipe, values: Values, *, accounts: Sequence[int] | None) -> None:
    """Let `posts` be those that pass the filters. `accounts` are of the watchlist; None is everybody."""
    given: dict[str, Sequence[str] | Sequence[int]] = {}
    if recipe.platforms:
        given["platforms"] = recipe.platforms
    if recipe.languages:
        given["languages"] = recipe.languages
    if accounts is not None:
        given["accounts"] = accounts
    for name, wanted in given.items():
        kind = pa.int64() if name == "accounts" else pa.string()
        engine.give(name, pa.table({name.removesuffix("s"): pa.array(wanted, type=kind)}))
    engine.view("posts", "+".join(("chosen", *given)), values)


def _things(recipe: Recipe) -> str:
    short = recipe.short_texts and recipe.method in {Method.IDENTICAL_TEXT, Method.SIMILAR_TEXT}
    return f"things of {recipe.method}{', short ones too' if short else ''}"


def _pair(engine: Engine, recipe: Recipe, values: Values, *, first: bool) -> Cut:
    """Add the pairs of one slab, and say what was left out because more share a thing than are compared."""
    if recipe.method is Method.SIMILAR_TEXT:
        engine.make("texts", "texts", values)
        engine.make("prefixes", "prefixes", values)
        crowds, step = "crowds of prefixes", "pairs of texts"
    else:
        crowds, step = "crowds of things", "pairs of things"
    crowded = _one(engine, crowds, values)
    if crowded["crowds"]:
        step += ", thinned"
    (engine.make if first else engine.add)("pairs", step, values)
    return Cut(
        crowds=crowded["crowds"],
        rows=crowded["rows"] - recipe.cap * crowded["crowds"],
    )


def _test(
    engine: Engine,
    found: Columns,
    *,
    posts_of: dict[int, int],
    recipe: Recipe,
    values: Values,
    unit_ms: int,
) -> chance.Tested:
    """Test the edges against chance."""
    engine.make("counts", "counts", values)
    engine.make("shared", "shared", values)
    usual = chance.Usual(
        posts=posts_of,
        agreeing=_one(engine, "agreements", values)["n"],
        of_account=_mapping(engine.rows("agreements of accounts", values), "account"),
        near=chance.near(
            _mapping(engine.rows("bins", values), "bin"),
            width_ms=values.bin_ms,
            window_ms=values.window_ms,
            unit_ms=unit_ms,
        ),
        ratio=_ratio(engine, values) if recipe.method is Method.SIMILAR_TEXT else 1.0,
    )
    both = engine.rows("agreements of pairs", values)
    meets = zip(ints(both, "a"), ints(both, "b"), ints(both, "n"), strict=True)
    return chance.tested(
        usual,
        a=ints(found, "a"),
        b=ints(found, "b"),
        objects=ints(found, "objects"),
        pairs=ints(found, "pairs"),
        shared={(int(a), int(b)): int(n) for a, b, n in meets},
        min_weight=recipe.min_weight,
    )


def _ratio(engine: Engine, values: Values) -> float:
    """Return how many similar pairs come on an identical one."""
    row = _one(engine, "similar on identical", values)
    return (row["n"] + 1) / (row["same"] + 1)


def _times(engine: Engine, recipe: Recipe) -> tuple[int, int, int]:
    """Return the unit of the times (1000 where all are whole seconds), the first and the last."""
    row = _one(engine, "times", Values())
    if not row["rows"]:
        raise InputError(
            f"nothing passes the filters that this method could compare: {LACKING[recipe.method]}. "
            "Leave out a filter, or choose another method (`masthead sweep --help` lists them)."
        )
    # A few posts may lie on whole minutes by chance.
    minutes = not row["seconds"] and row["rows"] >= MINUTES_SEEN
    unit = 1 if row["odd"] else 60_000 if minutes else 1000
    return unit, row["first"], row["last"]


def _window(recipe: Recipe, engine: Engine, *, unit_ms: int) -> tuple[int, int | None]:
    if recipe.window_s is None:
        estimate = window.estimated(ints(engine.rows("halves", Values()), "taken"))
        return max(estimate.window_ms, unit_ms), estimate.shared
    window_ms = round(recipe.window_s * 1000)
    # Methods 5.1: minutes cannot tell who was within 60 s.
    if unit_ms >= 60_000 and window_ms <= unit_ms:
        raise InputError(
            f"the times of these posts are whole minutes, so a window of {recipe.window_s:g} s cannot be "
            "looked at. Give a longer one, such as `--window 1h`."
        )
    return window_ms, None


def _slabs(days: Mapping[date, int], *, window_ms: int, slab_posts: int | None) -> Iterator[Slab]:
    """Cut the days into stretches of about so many posts; None makes one of all."""
    first, last = corpus.start_ms(min(days)), corpus.start_ms(max(days)) + DAY_MS
    if slab_posts is None:
        yield Slab(start_ms=first, end_ms=last)
        return
    start, held = first, 0
    for day, posts in sorted(days.items()):
        begins = corpus.start_ms(day)
        if held and held + posts > slab_posts:
            yield Slab(start_ms=start, end_ms=begins)
            start, held = begins, 0
        held += posts
        if held > slab_posts:
            # One day alone is too much. Shorter than a window makes no sense: each slab reads one more.
            pieces = min(-(-held // slab_posts), max(1, DAY_MS // max(window_ms, 1)))
            cuts = [begins + DAY_MS * n // pieces for n in range(1, pieces + 1)]
            for cut in cuts:
                yield Slab(start_ms=start, end_ms=cut)
                start = cut
            held = 0
    if start < last:
        yield Slab(start_ms=start, end_ms=last)


def _table(columns: Columns, tests: chance.Tested | None) -> pa.Table:
    """Return the edges by account, with what was expected and at which rate each stands."""
    order = np.lexsort((ints(columns, "b"), ints(columns, "a")))
    none = np.full(len(order), np.nan)
    return pa.table(
        {
            name: arrow(
                (columns[name].astype(np.float64) if name == "median_lag_ms" else ints(columns, name))[order]
            )
            for name in columns
        }
        | {
            "expected": arrow((none if tests is None else tests.expected)[order]),
            "q": arrow((none if tests is None else tests.q)[order]),
        }
    )


def _mapping(columns: Columns, key: str, value: str = "n") -> dict[int, int]:
    return dict(zip(ints(columns, key).tolist(), ints(columns, value).tolist(), strict=True))


def _one(engine: Engine, step: str, values: Values) -> dict[str, int]:
    """Return the only row of a step; what is NULL counts as 0."""
    columns = engine.rows(step, values)
    return {name: int(ints(columns, name)[0]) for name in columns}
