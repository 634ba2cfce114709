"""One side of the comparison of sweeps, in a process of its own: `python -m benchmarks.sweep_sides SIDE …`.

Prints JSON: CPU seconds at the end of every stage, and directed edges (a, b) with the posts of a that take
part, in the same names on both sides. What it costs in all is for the caller to say, from the resources of
the process and its children.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

WINDOW_S = 60
SIMILARITY = 0.8
Stages = dict[str, float]
Directed = list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How our side runs. Figures of chance are made where `min_weight` is over 1."""

    threads: int
    engine: str
    memory_mib: int
    min_weight: int


class Networks(Protocol):
    """What is used of coordination_network_toolkit.compute_networks, which has no types."""

    def compute_co_tweet_network(self, db_path: str, time_window: int, **options: object) -> object: ...
    def compute_co_link_network(self, db_path: str, time_window: int, **options: object) -> object: ...
    def compute_co_similar_tweet(self, db_path: str, time_window: int, **options: object) -> object: ...


class Preprocess(Protocol):
    """What is used of coordination_network_toolkit.preprocess."""

    def preprocess_csv_files(self, db_path: str, input_filenames: list[str]) -> None: ...


class Similarity(Protocol):
    """What is used of coordination_network_toolkit.similarity."""

    tokenize: Callable[[str], str]
    MinDocSizeSimilarity: Callable[[int], object]


def make(source: Path, *, corpus: Path) -> None:
    """Make the corpus of a file, as the store would."""
    from benchmarks.sweep_data import posts_of
    from bot.network import corpus as corpora

    corpora.write(corpus, *posts_of(source))
    _print({}, [])


def ours(side: str, method: str, place: Path, how: How) -> None:
    """Sweep over a plain CSV (`raw`, as `masthead sweep --from` does) or over a corpus (`stored`)."""
    from bot.network import sweeping
    from bot.network.engines import DuckDbEngine, Limits, open_engine
    from bot.network.recipe import Method, Recipe

    if side == "raw":
        from bot.network.tables import load
    else:
        load = None
    stages: Stages = {"imports": time.process_time()}
    begin = time.perf_counter()
    opened = open_engine(how.engine, limits=Limits(threads=how.threads, memory_mib=how.memory_mib))
    started = time.perf_counter() - begin
    recipe = Recipe(
        method=Method(method),
        window_s=WINDOW_S,
        similarity=SIMILARITY,
        min_weight=how.min_weight,
        short_texts=True,
    )
    with_chance = how.min_weight > 1
    if load is not None:
        assert isinstance(opened, DuckDbEngine)
        with tempfile.TemporaryDirectory(prefix="masthead-files-") as scratch:
            loaded = load([place], recipe, engine=opened, scratch=Path(scratch), now=datetime.now(UTC))
            stages["loaded"] = time.process_time()
            found = sweeping.find_in(loaded.days, recipe, engine=opened, with_chance=with_chance)
        ref = loaded.accounts.ref
    else:
        found = sweeping.find(place, recipe, engine=opened, with_chance=with_chance)
        ref = None
    rows = found.edges.to_pylist()
    stages["swept"] = time.process_time()
    wall = time.perf_counter() - begin

    def name(account: object) -> str:
        # Accounts of the generator are u0, u1, …, and numbered so in the corpus.
        assert isinstance(account, int)
        return f"u{account}" if ref is None else ref(account).handle or ""

    edges = [(name(row["a"]), name(row["b"]), cast("int", row["n_a"])) for row in rows]
    edges += [(name(row["b"]), name(row["a"]), cast("int", row["n_b"])) for row in rows]
    opened.close()
    _print(stages, edges, pairs=found.pairs, wall_s=wall, start_s=started)


def peer(method: str, source: Path, *, database: Path, corpus: Path) -> None:
    """Let coordination-network-toolkit do the same on one process; its own token sets give way to ours."""
    preprocess = cast("Preprocess", import_module("coordination_network_toolkit.preprocess"))
    networks = cast("Networks", import_module("coordination_network_toolkit.compute_networks"))
    similarity = cast("Similarity", import_module("coordination_network_toolkit.similarity"))
    stages: Stages = {"imports": time.process_time()}
    preprocess.preprocess_csv_files(str(database), [str(source)])
    stages["loaded"] = time.process_time()
    options: dict[str, object] = {"n_threads": 1, "min_edge_weight": 2}
    if method == "same-link":
        # Posts without a link have one that is blank, and all of them would be joined to each other.
        with sqlite3.connect(database) as connection:
            connection.execute("DELETE FROM message_url WHERE trim(url) = ''")
        stages["cleaned"] = time.process_time()
        networks.compute_co_link_network(str(database), WINDOW_S, **options)
        table = "co_link_network"
    elif method == "identical-text":
        networks.compute_co_tweet_network(str(database), WINDOW_S, **options)
        table = "co_tweet_network"
    else:
        with sqlite3.connect(database) as connection:
            connection.create_function("tokenize", 1, similarity.tokenize)
            connection.execute("UPDATE edge SET token_set = tokenize(message) WHERE repost_id IS NULL")
        stages["tokenised"] = time.process_time()
        with sqlite3.connect(database) as connection:
            connection.executemany("UPDATE edge SET token_set = ? WHERE message_id = ?", _tokens(corpus))
        stages["replaced"] = time.process_time()
        # Posts that are too short have an empty set here, which the library's default cannot compare.
        options |= {
            "similarity_threshold": SIMILARITY,
            "similarity_function": similarity.MinDocSizeSimilarity(1),
        }
        networks.compute_co_similar_tweet(str(database), WINDOW_S, **options)
        table = "co_similar_tweet_network"
    query = f"SELECT user_1, user_2, weight FROM {table} WHERE user_1 <> user_2"  # noqa: S608 - one of three names
    with sqlite3.connect(database) as connection:
        edges: Directed = connection.execute(query).fetchall()
    _print(stages, edges)


def _tokens(corpus: Path) -> Iterator[tuple[str, str]]:
    """Yield (token set, message id) of every post of a corpus."""
    import pyarrow.parquet as pq

    for file in sorted((corpus / "posts").glob("day=*/posts.parquet")):
        table = pq.read_table(file, columns=["post", "tokens"])
        for post, tokens in zip(
            table.column("post").to_pylist(), table.column("tokens").to_pylist(), strict=True
        ):
            yield " ".join(map(str, cast("list[int]", tokens or []))), str(post)


def _print(stages: Stages, edges: Directed, **more: float) -> None:
    kept = sorted(edge for edge in edges if edge[2] >= 2)
    # What libraries print on the way stands above; the last line is the answer.
    print("\n" + json.dumps({"stages": stages, "edges": kept, **more}))


def main() -> None:
    """Run one side as the command line says."""
    csv.field_size_limit(1 << 30)
    side, method, source, corpus = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    if side == "peer":
        peer(method, source, database=Path(sys.argv[5]), corpus=corpus)
    elif side == "make":
        make(source, corpus=corpus)
    else:
        how = How(
            threads=int(sys.argv[5]),
            engine=sys.argv[6],
            memory_mib=int(sys.argv[7]),
            min_weight=int(sys.argv[8]),
        )
        ours(side, method, source if side == "raw" else corpus, how)


if __name__ == "__main__":
    main()
