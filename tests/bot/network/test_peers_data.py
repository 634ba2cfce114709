"""The test data of other tools give what their documentation says, and what plain comparing gives."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.network import sweeping
from bot.network.engines import open_engine
from bot.network.recipe import Method, Recipe
from bot.store.corpus import CorpusPost
from tests.bot.network.made import LIMITS, START_MS, Counts, Edges, post, swept, write
from tests.shared import shared

COOR = "data/groundtruth/coortweet"


class Numbers:
    """Numbers for names, in order of appearance."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, name: str) -> int:
        return self._known.setdefault(name, len(self._known))


@pytest.fixture(scope="module")
def co_reposts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fifteen designed rows of coordination-network-toolkit."""
    users = Numbers()
    posts: list[CorpusPost] = []
    with shared("data/groundtruth/cnt/coretweet_test_input.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        for number, row in enumerate(csv.DictReader(file)):
            posts.append(
                post(
                    number,
                    users.of(row["user_id"]),
                    float(row["timestamp"]) - START_MS / 1000,
                    kind="repost" if row["repost_id"] else "original",
                    refers_to=row["repost_id"] or None,
                    text=row["message"],
                )
            )
    return write(tmp_path_factory.mktemp("coretweet"), posts)


@pytest.mark.parametrize(
    ("window_s", "min_weight", "apart", "with_repeats"),
    [
        (1, 1, 2, 3),
        # Two messages of one account at the same time are one pair for us, and no edge for anybody.
        (1, 2, 0, None),
        (60, 1, 6, 7),
    ],
)
def test_as_many_accounts_as_documented(
    co_reposts: Path, window_s: int, min_weight: int, apart: int, with_repeats: int | None
) -> None:
    opened = open_engine("duckdb", limits=LIMITS)
    recipe = Recipe(method=Method.SAME_REPOST, window_s=window_s, min_weight=min_weight)
    found = sweeping.find(co_reposts, recipe, engine=opened, with_chance=False)
    opened.close()
    joined = {row[end] for row in found.edges.to_pylist() for end in ("a", "b")}
    assert len(joined) == apart
    if with_repeats is not None:
        assert len(joined | found.repeats_of.keys()) == with_repeats


def rows_of(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(shared(f"{COOR}/{name}"), "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sorted_pairs(posts: list[CorpusPost], *, key: Callable[[CorpusPost], str], window_ms: int) -> Edges:
    """Find edges of two objects or more by sorting each object's posts by time."""
    by_key: dict[str, list[CorpusPost]] = defaultdict(list)
    for each in posts:
        by_key[key(each)].append(each)
    met: dict[tuple[int, int], list[tuple[CorpusPost, CorpusPost]]] = defaultdict(list)
    for group in by_key.values():
        group.sort(key=lambda each: (each.at_ms, each.post))
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                if other.at_ms - one.at_ms > window_ms:
                    break
                if one.account != other.account:
                    a, b = sorted((one, other), key=lambda each: each.account)
                    met[a.account, b.account].append((a, b))
    found: Edges = {}
    for pair, meetings in met.items():
        objects = len({key(a) for a, _ in meetings})
        if objects < 2:
            continue
        lags = sorted(b.at_ms - a.at_ms for a, b in meetings)
        middle = len(lags) // 2
        found[pair] = Counts(
            pairs=len(meetings),
            objects=objects,
            n_a=len({a.post for a, _ in meetings}),
            n_b=len({b.post for _, b in meetings}),
            a_first=sum(lag > 0 for lag in lags),
            b_first=sum(lag < 0 for lag in lags),
            median_lag_ms=lags[middle] if len(lags) % 2 else (lags[middle - 1] + lags[middle]) / 2,
        )
    return found


def test_a_campaigns_reposts_give_what_sorting_gives(tmp_path: Path) -> None:
    accounts = Numbers()
    posts = [
        post(
            number,
            accounts.of(row["account_id"]),
            float(row["timestamp_share"]) - START_MS / 1000,
            kind="repost",
            refers_to=row["object_id"],
        )
        for number, row in enumerate(rows_of("russian_coord_tweets.csv.gz"))
    ]
    found = swept(write(tmp_path, posts), Recipe(method=Method.SAME_REPOST))
    expected = sorted_pairs(posts, key=lambda each: each.refers_to or "", window_ms=60_000)
    assert len(expected) > 20
    assert found == expected


def test_links_of_an_election_give_what_sorting_gives(tmp_path: Path) -> None:
    accounts = Numbers()
    posts = [
        post(
            number,
            accounts.of(row["account_id"]),
            float(row["timestamp"]) - START_MS / 1000,
            links=[f"https://example.org/{row['url_id']}"],
        )
        for number, row in enumerate(rows_of("german_elections.csv.gz"))
        if row["url_id"] and row["account_id"].startswith("fb_")
    ]
    found = swept(write(tmp_path, posts), Recipe(method=Method.SAME_LINK))
    expected = sorted_pairs(posts, key=lambda each: each.links[0], window_ms=60_000)
    assert len(expected) > 100
    assert found == expected
