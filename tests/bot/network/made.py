"""Posts made for tests of sweeps, and a plain way of finding what a sweep has to find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bot.network import corpus, sweeping
from bot.network.engines import Limits, open_engine
from bot.network.recipe import Recipe
from bot.store.corpus import CorpusAccount, CorpusPost
from bot.store.records import AccountId

START_MS = 1_772_323_200_000  # 2026-03-01, 00:00 UTC
LIMITS = Limits(threads=1, memory_mib=512)


def post(
    number: int,
    account: int,
    at_s: float,
    *,
    text: str = "",
    kind: str = "original",
    links: Sequence[str] = (),
    images: Sequence[str] = (),
    refers_to: str | None = None,
    platform: str = "x",
    language: str | None = None,
) -> CorpusPost:
    """A post `at_s` seconds after the start."""
    return CorpusPost(
        post=number,
        account=account,
        at_ms=START_MS + round(at_s * 1000),
        platform=platform,
        kind=kind,
        language=language,
        platform_post_id=str(number),
        refers_to=refers_to,
        text=text,
        text_key=None,
        links=tuple(links),
        url=None,
        images=tuple(images),
    )


def write(folder: Path, posts: Sequence[CorpusPost]) -> Path:
    """Make a corpus of them."""
    accounts = [
        CorpusAccount(
            account=AccountId(account), platform="x", handle=f"account{account}", platform_id=None, name=None
        )
        for account in sorted({each.account for each in posts})
    ]
    corpus.write(folder, posts, accounts)
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is compared of an edge."""

    pairs: int
    objects: int
    n_a: int
    n_b: int
    a_first: int
    b_first: int
    median_lag_ms: float


Edges = dict[tuple[int, int], Counts]


def swept(
    folder: Path,
    recipe: Recipe,
    *,
    engine: str = "duckdb",
    accounts: Sequence[int] | None = None,
    slab_posts: int = sweeping.SLAB_POSTS,
) -> Edges:
    """Return the edges that the program finds."""
    opened = open_engine(engine, limits=LIMITS)
    try:
        found = sweeping.find(
            folder, recipe, engine=opened, accounts=accounts, slab_posts=slab_posts, with_chance=False
        )
        rows = found.edges.to_pylist()
    finally:
        opened.close()
    return {
        (whole(row["a"]), whole(row["b"])): Counts(
            pairs=whole(row["pairs"]),
            objects=whole(row["objects"]),
            n_a=whole(row["n_a"]),
            n_b=whole(row["n_b"]),
            a_first=whole(row["a_first"]),
            b_first=whole(row["b_first"]),
            median_lag_ms=number(row["median_lag_ms"]),
        )
        for row in rows
    }


def plain(
    posts: Iterable[CorpusPost],
    *,
    same: Callable[[CorpusPost, CorpusPost], bool],
    key: Callable[[CorpusPost], object],
    window_ms: int,
    min_weight: int,
) -> Edges:
    """Compare every post with every other, as the definitions say and as slowly."""
    meetings: dict[tuple[int, int], list[tuple[CorpusPost, CorpusPost]]] = defaultdict(list)
    for one, other in combinations(posts, 2):
        if one.account == other.account or abs(one.at_ms - other.at_ms) > window_ms or not same(one, other):
            continue
        a, b = sorted((one, other), key=lambda each: each.account)
        meetings[a.account, b.account].append((a, b))
    found: Edges = {}
    for pair, met in sorted(meetings.items()):
        objects = min(len({key(a) for a, _ in met}), len({key(b) for _, b in met}))
        if objects < min_weight:
            continue
        lags = sorted(b.at_ms - a.at_ms for a, b in met)
        middle = len(lags) // 2
        found[pair] = Counts(
            pairs=len(met),
            objects=objects,
            n_a=len({a.post for a, _ in met}),
            n_b=len({b.post for _, b in met}),
            a_first=sum(lag > 0 for lag in lags),
            b_first=sum(lag < 0 for lag in lags),
            median_lag_ms=lags[middle] if len(lags) % 2 else (lags[middle - 1] + lags[middle]) / 2,
        )
    return found


def whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)
