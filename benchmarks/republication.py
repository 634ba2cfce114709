"""From which registered post a text was taken: recall, time and size, beside FTS5 and datasketch.

    python -m benchmarks.republication [--sizes 100000 1000000] [--seed 7]

Synthetic texts (benchmarks/corpus.py): words are independent, so recall on real posts will be lower. A text
counts as found when its source is among ten candidates and runs in parallel to it (rapidfuzz, 50 of 100).
CPU time of one thread; both sides of a ratio are asked in turns in this process, three rounds each.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import log
from pathlib import Path
from random import Random
from statistics import median
from typing import ParamSpec, TypeVar

from benchmarks.corpus import CLASSES, Built, Query, fill, generate, open_store, probe, read_queries
from benchmarks.measure import Spread, rss_mib, spread, table, verdict
from benchmarks.republication_peers import FullText, MinHashes, Peer, Prints
from bot.checks.copies import FEWEST_SHARED, LEAST_SHARED, own_words, read_copies
from bot.checks.likeness import Wording, aligned
from bot.store.accounts import find_accounts
from bot.store.prints import hashes_of, look_up
from bot.text.normalise import body
from bot.text.tokens import units

P = ParamSpec("P")
T = TypeVar("T")

WARM_UP = 20
ROUNDS = 3
ACCOUNTS = 20
POSTS = 200
NEW_POSTS = 20_000
# FTS5 ranks every post that has one of eight words: at a million posts that takes so long that the peers are
# asked every tenth query only. Ours are measured on all of them as well.
SIDE_BY_SIDE = 240
# datasketch keeps 8 KB of memory a post: a million do not fit beside the rest.
LARGEST_LSH = 100_000
RECALL_BARS = {"edit 5 %": 0.99, "edit 15 %": 0.95, "edit 30 %": 0.88, "quote": 0.98}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one peer answered: recall by class of query, how often fresh texts matched, milliseconds."""

    recall: Mapping[str, float]
    times: Spread
    queries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """CPU milliseconds for the 200 posts of one account, median over accounts of one kind."""

    whole: float
    slowest: float
    look_up: float
    one_by_one: float
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything at one size."""

    built: Built
    bytes_a_post: float
    ours: Answers
    answers: Mapping[str, Answers]
    builds_us: Mapping[str, float]
    ordinary: Account
    copying: Account
    new_a_second: tuple[float, float]


def measure(folder: Path, *, count: int, seed: int) -> Measured:
    """Build everything at one size and ask it."""
    corpus, digest = generate(folder, count=count, seed=seed)
    queries = read_queries(corpus)
    connection = open_store(folder / f"store-{count}.db")
    built = fill(connection, corpus)
    size = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'post_print'").fetchone()[0]
    (rows,) = connection.execute("SELECT count(*) FROM post_print").fetchone()
    print(
        f"\n{count:,} posts, seed {seed}, SHA-256 {digest}; {len(queries):,} queries; "
        f"{rows / count:.1f} fingerprints a post, {size / rows:.1f} bytes each; process {rss_mib():,.0f} MiB"
    )
    peers: list[Peer] = [Prints(connection)]
    full_text = FullText(folder / f"fts-{count}.db", _texts(connection))
    peers.append(full_text)
    builds = {peers[0].name: built.prints_s / count * 1e6, full_text.name: full_text.build_s / count * 1e6}
    if count <= LARGEST_LSH:
        before = rss_mib()
        lsh = MinHashes(_texts(connection))
        builds[lsh.name] = lsh.build_s / count * 1e6
        peers.append(lsh)
        print(f"datasketch: {(rss_mib() - before) * 2**20 / count:,.0f} bytes of memory a post")
    print(f"FTS5: {full_text.size / count:,.0f} bytes a post, without the texts")
    ours = ask(connection, peers[:1], queries)[peers[0].name]
    answers = ask(connection, peers, queries[:: max(1, len(queries) // SIDE_BY_SIDE)])
    ordinary = check_accounts(connection, queries, first=0, taken_over=0)
    copying = check_accounts(connection, queries, first=1000, taken_over=POSTS // 2)
    extra, _ = generate(folder, count=NEW_POSTS, seed=seed + 1, queries=1)
    added = fill(connection, extra, prefix="new-")
    connection.close()
    return Measured(
        built=built,
        bytes_a_post=size / count,
        ours=ours,
        answers=answers,
        builds_us=builds,
        ordinary=ordinary,
        copying=copying,
        new_a_second=(added.posts / added.prints_s, added.posts / added.whole_s),
    )


def ask(
    connection: sqlite3.Connection, peers: Sequence[Peer], queries: Sequence[Query]
) -> dict[str, Answers]:
    """Ask every peer every query, in turns, and measure what they propose."""
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}
    found: dict[str, list[list[int]]] = {}
    for _ in range(ROUNDS):
        for peer in peers:
            found[peer.name] = []
            for at, query in enumerate(queries):
                begin = time.thread_time()
                candidates = peer.candidates(query.text)
                if at >= WARM_UP:
                    times[peer.name].append((time.thread_time() - begin) * 1000)
                found[peer.name].append(candidates)
    wanted = {row for answers in found.values() for candidates in answers for row in candidates}
    wordings = {row: Wording(body(text)) for row, text in _texts(connection, only=wanted)}
    return {
        peer.name: Answers(
            recall=_recall(queries, found[peer.name], wordings),
            times=spread(times[peer.name]),
            queries=len(queries),
        )
        for peer in peers
    }


def _recall(
    queries: Sequence[Query], found: Sequence[Sequence[int]], wordings: Mapping[int, Wording]
) -> dict[str, float]:
    """Return the share found by class; for fresh texts, the share for which anything was."""
    hits: dict[str, list[bool]] = {kind: [] for kind in CLASSES}
    for query, candidates in zip(queries, found, strict=True):
        mine = Wording(body(query.text))
        verified = {row for row in candidates if row in wordings and aligned(mine, wordings[row])}
        hits[query.kind].append(bool(verified) if query.source is None else query.source in verified)
    return {kind: sum(each) / len(each) for kind, each in hits.items()}


def check_accounts(
    connection: sqlite3.Connection, queries: Sequence[Query], *, first: int, taken_over: int
) -> Account:
    """Compare accounts of 200 posts as a check does; so many are edited copies and quotes in equal parts."""
    rng = Random(1)
    by_kind = {kind: [query.text for query in queries if query.kind == kind] for kind in CLASSES}
    whole: list[float] = []
    batches: list[float] = []
    singles: list[float] = []
    copies: list[int] = []
    for number in range(ACCOUNTS + 2):
        texts = rng.sample(by_kind["fresh"], POSTS - taken_over)
        for kind in RECALL_BARS:
            texts += rng.sample(by_kind[kind], taken_over // len(RECALL_BARS))
        posts = probe(connection, texts, number=first + number)
        account_id = find_accounts(connection, posts[0].author)[0].account_id
        spent, found = _cpu_ms(
            read_copies, connection, posts, account_id=account_id, until=posts[0].created_at
        )
        hashes = [hashes_of(units(own_words(text))) for text in texts]
        batch, _ = _cpu_ms(look_up, connection, hashes, least=LEAST_SHARED, fewest=FEWEST_SHARED)
        single, _ = _cpu_ms(_one_by_one, connection, hashes)
        if number >= 2:  # the first two warm the caches
            whole.append(spent)
            batches.append(batch)
            singles.append(single)
            copies.append(len({copy.post.post_id for copy in found.copies}))
    return Account(
        whole=median(whole),
        slowest=max(whole),
        look_up=median(batches),
        one_by_one=median(singles),
        copies=round(median(copies)),
    )


def _cpu_ms(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T]:
    begin = time.thread_time()
    result = work(*args, **kwargs)
    return (time.thread_time() - begin) * 1000, result


def _one_by_one(connection: sqlite3.Connection, hashes: Sequence[frozenset[int]]) -> None:
    for each in hashes:
        look_up(connection, [each], least=LEAST_SHARED, fewest=FEWEST_SHARED)


def _texts(connection: sqlite3.Connection, *, only: set[int] | None = None) -> Iterator[tuple[int, str]]:
    for row, text in connection.execute(
        "SELECT post_id, text FROM post WHERE platform_post_id GLOB '[0-9]*'"
    ):
        if only is None or row in only:
            yield row, text


def report(count: int, measured: Measured) -> None:
    """Print the tables of one size."""
    rows = {f"{Prints.name}, all queries": measured.ours, **measured.answers}
    table(
        f"{count:,} posts: share found by class; of fresh texts and borrowed openings, share matched",
        ("peer", *CLASSES, "queries"),
        [
            (name, *(f"{each.recall[kind]:.3f}" for kind in CLASSES), str(each.queries))
            for name, each in rows.items()
        ],
    )
    table(
        f"{count:,} posts: candidates for one text, CPU ms; keeping a post, CPU us",
        ("peer", "n", "p50", "p95", "p99", "us a post"),
        [
            (
                name,
                str(each.times.n),
                *(f"{value:.3f}" for value in (each.times.p50, each.times.p95, each.times.p99)),
                f"{measured.builds_us[name.partition(', all')[0]]:.0f}",
            )
            for name, each in rows.items()
        ],
    )
    prints_a_second, posts_a_second = measured.new_a_second
    table(
        f"{count:,} posts: an account of {POSTS} posts, CPU ms (median of {ACCOUNTS} accounts)",
        ("account", "whole comparison", "slowest", "look-up in one batch", "one by one", "copies found"),
        [
            (
                kind,
                f"{account.whole:.1f}",
                f"{account.slowest:.1f}",
                f"{account.look_up:.1f}",
                f"{account.one_by_one:.1f}",
                str(account.copies),
            )
            for kind, account in (("ordinary", measured.ordinary), ("half taken over", measured.copying))
        ],
    )
    print(
        f"  {NEW_POSTS:,} new posts in batches of 2,000: {prints_a_second:,.0f} posts/s for the "
        f"fingerprints alone, {posts_a_second:,.0f} posts/s with everything that an import writes"
    )


def bars(count: int, measured: Measured) -> None:
    """Print which bars of the project were reached."""
    ours, full_text = measured.ours, measured.answers[FullText.name]
    beside = measured.answers[Prints.name]
    build = measured.builds_us
    rows = [
        (f"recall, {kind}", f"{ours.recall[kind]:.3f}", f">= {bar}", verdict(ours.recall[kind] >= bar))
        for kind, bar in RECALL_BARS.items()
    ]
    rows += [
        _at_most("candidates p99, ms", ours.times.p99, 3),
        _at_most("bytes a post", measured.bytes_a_post, 300),
        _at_most(f"account of {POSTS} posts, ordinary, ms", measured.ordinary.whole, 25),
        _at_most(f"account of {POSTS} posts, half taken over, ms", measured.copying.whole, 25),
        _at_least("FTS5 / ours, p50", full_text.times.p50 / beside.times.p50, 3),
        _at_least("FTS5 / ours, p99", full_text.times.p99 / beside.times.p99, 20),
        _at_least("one by one / one batch", measured.ordinary.one_by_one / measured.ordinary.look_up, 3),
    ]
    if MinHashes.name in build:
        rows.append(_at_least("datasketch / ours, keeping", build[MinHashes.name] / build[Prints.name], 5))
    table(f"{count:,} posts: bars", ("what", "measured", "bar", "reached"), rows)


def _at_most(what: str, value: float, bar: float) -> tuple[str, str, str, str]:
    return (what, f"{value:.2f}", f"<= {bar}", verdict(value <= bar))


def _at_least(what: str, value: float, bar: float) -> tuple[str, str, str, str]:
    return (what, f"{value:.2f}", f">= {bar}", verdict(value >= bar))


def exponents(sizes: Sequence[int], results: Mapping[int, Measured]) -> None:
    """Print how times grow between the two largest sizes: 0 is constant, 1 linear."""
    small, large = sizes[-2:]
    growth = log(large / small)
    rows: list[tuple[str, ...]] = []
    for name in (Prints.name, FullText.name):
        before, after = (results[size].answers[name].times for size in (small, large))
        rows.append(
            (
                name,
                f"{log(after.p50 / before.p50) / growth:.2f}",
                f"{log(after.p99 / before.p99) / growth:.2f}",
            )
        )
    table(f"exponent from {small:,} to {large:,} posts", ("peer", "p50", "p99"), rows)


def main() -> None:
    """Read the sizes and measure; the databases are deleted at the end."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    print(f"datasketch {version('datasketch')}, numpy {version('numpy')}")
    results: dict[int, Measured] = {}
    for count in sorted(asked.sizes):
        with tempfile.TemporaryDirectory() as folder:
            results[count] = measure(Path(folder), count=count, seed=asked.seed)
        report(count, results[count])
        bars(count, results[count])
    if len(results) > 1:
        exponents(sorted(results), results)


if __name__ == "__main__":
    main()
