"""Whether the false-discovery rate of sweeps is what it says it is.

`python -m benchmarks.sweep_chance [--posts 20000] [--rounds 40]`. Times are shuffled among the posts of each
day, so that nobody acts together any more while everybody posts the same things on the same days and at the
same hours: whatever then stands at a rate of q is false, and the share of sweeps with any discovery may be q
at most. On the data as they are, a discovery is false where the two accounts share no planted cluster.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections import defaultdict
from itertools import combinations
from math import sqrt
from pathlib import Path

import msgspec

from benchmarks.measure import table, verdict
from benchmarks.sweep_data import generate, posts_of
from bot.network import corpus, sweeping
from bot.network.engines import Limits, open_engine
from bot.network.recipe import Method, Recipe
from bot.store.corpus import DAY_MS, CorpusAccount, CorpusPost

RATES = (0.01, 0.05, 0.1)
LIMITS = Limits(threads=1, memory_mib=1_024)


def main() -> None:
    """Measure on shuffled and on planted data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="masthead-bench-") as name:
        folder = Path(name)
        source = generate(folder, options.posts)
        posts, accounts = posts_of(source)
        _shuffled(folder, posts, accounts, rounds=options.rounds)
        _planted(folder, source, posts, accounts)


def _shuffled(folder: Path, posts: list[CorpusPost], accounts: list[CorpusAccount], *, rounds: int) -> None:
    recipes = [
        Recipe(method=method, window_s=window_s, min_weight=1)
        for method in (Method.IDENTICAL_TEXT, Method.SAME_LINK)
        for window_s in (60, 3_600)
    ]
    hits: dict[tuple[int, float], int] = defaultdict(int)
    edges: dict[int, int] = defaultdict(int)
    for turn in range(rounds):
        place = folder / f"shuffled-{turn}"
        corpus.write(place, _reshuffled(posts, seed=turn), accounts)
        for number, recipe in enumerate(recipes):
            found = _rates(place, recipe)
            edges[number] += len(found)
            for rate in RATES:
                hits[number, rate] += any(q <= rate for _pair, q in found)
    rows = [
        [
            recipe.method.value,
            f"{recipe.window_s:g} s",
            f"{edges[number] / rounds:.0f}",
            f"{rate:g}",
            f"{hits[number, rate]} of {rounds}",
            # Two standard errors: what a rate that is exactly kept may show by luck.
            verdict(hits[number, rate] / rounds <= rate + 2 * sqrt(rate * (1 - rate) / rounds)),
        ]
        for number, recipe in enumerate(recipes)
        for rate in RATES
    ]
    header = ["method", "window", "edges a sweep", "rate", "sweeps with a discovery", "kept"]
    table(f"Times shuffled within each day, {len(posts):,} posts, {rounds} rounds", header, rows)


def _planted(folder: Path, source: Path, posts: list[CorpusPost], accounts: list[CorpusAccount]) -> None:
    author = {post.post: post.account for post in posts}
    members: dict[str, set[int]] = defaultdict(set)
    with source.with_name(f"{source.stem}.truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            members[row["cluster_id"]].add(author[int(row["message_id"])])
    true = {pair for group in members.values() for pair in combinations(sorted(group), 2)}
    place = folder / "planted"
    corpus.write(place, posts, accounts)
    rows: list[list[str]] = []
    for method in (Method.IDENTICAL_TEXT, Method.SIMILAR_TEXT, Method.SAME_LINK):
        found = _rates(place, Recipe(method=method, min_weight=2))
        for rate in RATES:
            kept = [pair for pair, q in found if q <= rate]
            false = sum(pair not in true for pair in kept)
            share = false / len(kept) if kept else 0.0
            rows.append(
                [
                    method.value,
                    f"{rate:g}",
                    str(len(kept)),
                    str(false),
                    f"{share:.3f}",
                    verdict(share <= rate),
                ]
            )
    header = ["method", "rate", "discoveries", "false", "share", "kept"]
    table("As planted, window 60 s", header, rows)


def _reshuffled(posts: list[CorpusPost], *, seed: int) -> list[CorpusPost]:
    """Deal the times of each day out anew among the posts of that day."""
    chance = random.Random(seed)
    by_day: dict[int, list[CorpusPost]] = defaultdict(list)
    for post in posts:
        by_day[post.at_ms // DAY_MS].append(post)
    dealt: list[CorpusPost] = []
    for its in by_day.values():
        times = [post.at_ms for post in its]
        chance.shuffle(times)
        dealt += [msgspec.structs.replace(post, at_ms=at) for post, at in zip(its, times, strict=True)]
    return dealt


def _rates(folder: Path, recipe: Recipe) -> list[tuple[tuple[int, int], float]]:
    opened = open_engine("duckdb", limits=LIMITS)
    try:
        found = sweeping.find(folder, recipe, engine=opened)
        rows = found.edges.select(["a", "b", "q"]).to_pylist()
    finally:
        opened.close()
    return [((int(str(row["a"])), int(str(row["b"]))), float(str(row["q"]))) for row in rows]


if __name__ == "__main__":
    main()
