"""One sweep from start to end: posts, pairs, edges, what chance would give, groups."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from bot.errors import InputError
from bot.network import chance, coincidences, corpus, edges, objects, window
from bot.network.coincidences import Slab
from bot.network.corpus import Progress, nothing
from bot.network.engines import Engine
from bot.network.recipe import LACKING, Method, Recipe
from bot.network.results import Cut, Looked
from bot.store.corpus import DAY_MS

log = logging.getLogger(__name__)

# So many posts are handed to the engine at once; memory grows with them and not with the corpus.
SLAB_POSTS = 500_000
# So many posts without a second among their times show that these are whole minutes.
MINUTES_SEEN = 20


class Stopped(Exception):  # noqa: N818 - an answer to a wish and no error
    """Somebody asked the sweep to stop. Nothing of it is kept."""


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
    # Kept until the engine is closed, for groups and examples.
    kept_pairs: Table
    posts: Table


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
    clock = _Clock()
    manifest = corpus.read_manifest(folder)
    files = corpus.files(folder, since=recipe.since, until=recipe.until)
    if not files:
        raise InputError(
            "no posts are held of those days. Leave out `--since` and `--until`, or give other days."
        )
    posts = objects.chosen(engine.posts(files), recipe, accounts=accounts)
    things = engine.keep("things", [objects.objects(posts, recipe)])
    unit_ms, first_ms, last_ms = _times(things, recipe)
    window_ms, window_from = _window(recipe, things, unit_ms=unit_ms)
    clock.lap("read")
    days = {corpus.day_of(file): manifest.days[corpus.day_of(file).isoformat()].posts for file in files}
    slabs = list(_slabs(days, window_ms=window_ms, slab_posts=slab_posts if engine.in_slabs else None))
    counted = _Counted()

    def parts() -> Iterator[Table]:
        for number, slab in enumerate(slabs):
            if stopped():
                raise Stopped
            progress("stretches of time compared", number, len(slabs))
            yield _pairs(
                posts, things, slab, recipe=recipe, window_ms=window_ms, engine=engine, counted=counted
            )
        progress("stretches of time compared", len(slabs), len(slabs))

    pairs = engine.keep("pairs", parts())
    clock.lap("pairs")
    held = engine.keep("edges", [edges.edges(pairs, min_weight=recipe.min_weight)])
    found = held.to_pyarrow().sort_by([("a", "ascending"), ("b", "ascending")])
    clock.lap("edges")
    if stopped():
        raise Stopped
    posts_of = _mapping(things.group_by("account").aggregate(n=things["post"].nunique()), "account")
    tests = (
        _test(
            engine,
            things,
            pairs,
            held,
            found,
            posts_of=posts_of,
            recipe=recipe,
            window_ms=window_ms,
            span_ms=last_ms - first_ms,
            unit_ms=unit_ms,
        )
        if with_chance and found.num_rows and len(posts_of) > chance.MIN_POOL + 1
        else None
    )
    none = np.full(found.num_rows, np.nan)
    found = found.append_column("expected", pa.array(none if tests is None else tests.expected))
    found = found.append_column("q", pa.array(none if tests is None else tests.q))
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
        pairs=_number(pairs),
        cut=Cut(crowds=counted.crowds, rows=counted.rows),
        edges=found,
        posts_of=posts_of,
        repeats_of=_mapping(edges.repeats(pairs), "account", "pairs"),
        pool=0 if tests is None else len(posts_of),
        timings_s=clock.timings,
        kept_pairs=pairs,
        posts=posts,
    )


@dataclass(slots=True, kw_only=True)
class _Counted:
    crowds: int = 0
    rows: int = 0


def _pairs(
    posts: Table,
    things: Table,
    slab: Slab,
    *,
    recipe: Recipe,
    window_ms: int,
    engine: Engine,
    counted: _Counted,
) -> Table:
    """Return the expression of one slab's pairs."""
    if recipe.method is not Method.SIMILAR_TEXT:
        rows = coincidences.in_reach(things, slab, window_ms=window_ms)
        rows = _uncrowded(rows, recipe=recipe, window_ms=window_ms, counted=counted)
        return coincidences.together(rows, slab, window_ms=window_ms)
    texts = coincidences.in_reach(posts, slab, window_ms=window_ms)
    texts = texts.filter(texts["tokens"].notnull(), texts["kind"] != objects.REPOST)
    texts = engine.keep("texts", [texts.select("post", "account", "at_ms", "text_key", "tokens")])
    prefixes = engine.keep("prefixes", [coincidences.prefixes(texts, similarity=recipe.similarity)])
    prefixes = _uncrowded(prefixes, recipe=recipe, window_ms=window_ms, counted=counted)
    return coincidences.similar(texts, prefixes, slab, window_ms=window_ms, similarity=recipe.similarity)


def _uncrowded(rows: Table, *, recipe: Recipe, window_ms: int, counted: _Counted) -> Table:
    """Thin out what more posts share than are compared, and count what was left out."""
    crowds = coincidences.crowds(rows, window_ms=window_ms, cap=recipe.cap).to_pyarrow()
    if not crowds.num_rows:
        return rows
    counted.crowds += crowds.num_rows
    counted.rows += int(np.sum(crowds.column("n").to_numpy())) - recipe.cap * crowds.num_rows
    return coincidences.thinned(rows, window_ms=window_ms, cap=recipe.cap)


def _test(
    engine: Engine,
    things: Table,
    pairs: Table,
    held: Table,
    found: pa.Table,
    *,
    posts_of: dict[int, int],
    recipe: Recipe,
    window_ms: int,
    span_ms: int,
    unit_ms: int,
) -> chance.Tested:
    """Test the edges against chance."""
    counts = engine.keep("counts", [chance.stretched(things, window_ms=window_ms)])
    shared = engine.keep("shared", [chance.agreeing(counts)])
    total = shared.aggregate(n=(shared["k"] * (shared["k"] - 1)).sum().cast("int64"))
    ends = held.select(account="a").union(held.select(account="b"), distinct=True)
    width = chance.bin_ms(window_ms, span_ms=span_ms, unit_ms=unit_ms)
    usual = chance.Usual(
        posts=posts_of,
        agreeing=_first(total),
        of_account=_mapping(chance.of_accounts(counts, shared, ends), "account"),
        near=chance.near(
            _mapping(chance.bins(things, bin_ms=width), "bin"),
            width_ms=width,
            window_ms=window_ms,
            unit_ms=unit_ms,
        ),
        ratio=_ratio(pairs) if recipe.method is Method.SIMILAR_TEXT else 1.0,
    )
    both = chance.of_pairs(counts, held.select("a", "b"), cap=recipe.cap).to_pyarrow()
    meets = zip(_ints(both, "a"), _ints(both, "b"), _ints(both, "n"), strict=True)
    return chance.tested(
        usual,
        a=_ints(found, "a"),
        b=_ints(found, "b"),
        objects=_ints(found, "objects"),
        pairs=_ints(found, "pairs"),
        shared={(int(a), int(b)): int(n) for a, b, n in meets},
        min_weight=recipe.min_weight,
    )


def _ratio(pairs: Table) -> float:
    """Return how many similar pairs come on an identical one."""
    others = pairs.filter(pairs["first_account"] != pairs["second_account"])
    counted = others.aggregate(n=others.count(), same=(others["first_key"] == others["second_key"]).sum())
    row = counted.to_pyarrow().to_pylist()[0]
    return (_int(row["n"]) + 1) / (_int(row["same"]) + 1)


def _times(things: Table, recipe: Recipe) -> tuple[int, int, int]:
    """Return the unit of the times (1000 where all are whole seconds), the first and the last."""
    row = (
        things.aggregate(
            rows=things.count(),
            first=things["at_ms"].min(),
            last=things["at_ms"].max(),
            odd=(things["at_ms"] % 1000 != 0).sum(),
            seconds=(things["at_ms"] % 60_000 != 0).sum(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    if row["first"] is None:
        raise InputError(
            f"nothing passes the filters that this method could compare: {LACKING[recipe.method]}. "
            "Leave out a filter, or choose another method (`masthead sweep --help` lists them)."
        )
    # A few posts may lie on whole minutes by chance.
    minutes = not row["seconds"] and _int(row["rows"]) >= MINUTES_SEEN
    unit = 1 if row["odd"] else 60_000 if minutes else 1000
    return unit, _int(row["first"]), _int(row["last"])


def _window(recipe: Recipe, things: Table, *, unit_ms: int) -> tuple[int, int | None]:
    if recipe.window_s is None:
        estimate = window.estimated(window.halves(things))
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


def _mapping(table: Table, key: str, value: str = "n") -> dict[int, int]:
    rows = table.to_pyarrow()
    return {int(k): int(v) for k, v in zip(_ints(rows, key), _ints(rows, value), strict=True)}


def _first(table: Table) -> int:
    return _int(table.to_pyarrow().to_pylist()[0]["n"])


def _int(value: object) -> int:
    # The sum of no rows is NULL.
    return int(value) if isinstance(value, int | float) else 0


def _number(table: Table) -> int:
    return _int(table.count().to_pyarrow().as_py())


def _ints(table: pa.Table, column: str) -> chance.Ints:
    return table.column(column).to_numpy().astype(np.int64)
