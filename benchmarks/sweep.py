"""Sweeps beside coordination-network-toolkit: CPU, memory, the same edges, and how both grow.

`python -m benchmarks.sweep [--sizes 100000,300000] [--rounds 3] [--limit 1200] [--scaling …] [--cores …]
[--spark …]`.
Raw is what `masthead sweep METHOD --from posts.csv` does before it draws groups: from the CSV to the edges.
Stored is what a sweep does with posts that are held already. Both in a process of its own, imports included;
the columns "without imports" leave those of ours away and keep the peer's.
Needs the group `bench` and ../shared/bench/gen_posts.py. One core on both sides; ours without the figures of
chance, which the peer has not, except in the table of scaling. Edges are compared in both directions, those
of an account with itself aside: both sides must give the same, or there is no ratio.
"""

from __future__ import annotations

import argparse
import math
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.measure import load, table, verdict
from benchmarks.sweep_data import Run, digest, generate, measured, plain

MEMORY_MIB = 2_048
# Ratio to the peer that is asked for, by method, way and number of posts.
BARS: dict[tuple[str, str], dict[int, float]] = {
    ("similar-text", "raw"): {100_000: 5, 300_000: 15, 1_000_000: 30},
    ("similar-text", "stored"): {100_000: 8, 300_000: 20, 1_000_000: 40},
    ("identical-text", "raw"): {100_000: 8, 300_000: 8, 1_000_000: 8},
    ("same-link", "raw"): {100_000: 15, 300_000: 15, 1_000_000: 15},
}
METHODS = ("similar-text", "identical-text", "same-link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The runs of one method at one size."""

    peer: list[Run]
    raw: list[Run]
    stored: list[Run]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100000")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--limit", type=float, default=1_200, help="CPU seconds after which the peer is stopped"
    )
    parser.add_argument("--scaling", default="100000,300000")
    parser.add_argument("--cores", default="", help="sizes to run on one core and on two")
    parser.add_argument("--spark", default="", help="sizes to run on a local Spark as well")
    parser.add_argument(
        "--folder", type=Path, default=None, help="keep data here; default: a temporary folder"
    )
    options = parser.parse_args()
    packages = ("ibis-framework", "duckdb", "pyarrow", "numpy", "coordination-network-toolkit")
    print("Sweeps. " + ", ".join(f"{name} {version(name)}" for name in packages))
    print("window 60 s, Jaccard 0.8, minimum weight 2, one core a side, CPU seconds with children")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="masthead-bench-"))
    try:
        for size in _numbers(options.sizes):
            _compare(
                folder, size, methods=options.methods.split(","), rounds=options.rounds, limit_s=options.limit
            )
        if options.scaling:
            _scaling(folder, _numbers(options.scaling), methods=options.methods.split(","))
        for size in _numbers(options.cores):
            _cores(folder, size)
        if options.spark:
            _spark(folder, _numbers(options.spark))
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


def _compare(folder: Path, size: int, *, methods: Sequence[str], rounds: int, limit_s: float) -> None:
    source = generate(folder, size)
    corpus = _corpus(folder, source)
    rows: list[list[str]] = []
    for method in methods:
        runs = Sides(peer=[], raw=[], stored=[])
        for turn in range(rounds):
            scratch = Path(tempfile.mkdtemp(prefix="masthead-side-", dir=folder))
            runs.stored.append(_ours("stored", method, source, corpus))
            runs.raw.append(_ours("raw", method, plain(source), corpus))
            # A run that hits the limit once hits it again.
            if not runs.peer or runs.peer[0].answer is not None:
                peer = measured(
                    ["peer", method, str(source), str(corpus), str(scratch / "peer.db")], limit_s=limit_s
                )
                runs.peer.append(peer)
            shutil.rmtree(scratch)
            print(f"  {method} {size:,} round {turn + 1} of {rounds}", flush=True)
        rows += _rows(method, size, runs)
    header = [
        "method",
        "from",
        "ours CPU s",
        "without imports",
        "peak MiB",
        "peer CPU s",
        "ratio",
        "bar",
        "reached",
        "edges",
    ]
    table(f"{size:,} posts ({digest(source)}), {rounds} rounds, medians, {load()}", header, rows)


def _rows(method: str, size: int, runs: Sides) -> list[list[str]]:
    stopped = runs.peer[0].answer is None
    rows: list[list[str]] = []
    for way, mine in (("raw", runs.raw), ("stored", runs.stored)):
        theirs = median(_peer_s(run, method, way) for run in runs.peer)
        cpu = median(run.cpu_s for run in mine)
        without = median(run.cpu_s - _stage(run, "imports") for run in mine)
        bar = BARS.get((method, way), {}).get(size)
        ratio = theirs / cpu
        rows.append(
            [
                method,
                way,
                f"{cpu:.2f}",
                f"{without:.2f}",
                f"{max(run.peak_mib for run in mine):.0f}",
                f"{'over ' if stopped else ''}{theirs:.1f}",
                f"{'over ' if stopped else ''}{ratio:.1f} ({theirs / without:.1f})",
                "" if bar is None else f"{bar:g}",
                "" if bar is None else verdict(ratio >= bar),
                _edges(runs, mine),
            ]
        )
    return rows


def _peer_s(run: Run, method: str, way: str) -> float:
    """Return the peer's CPU seconds: from raw with its load, from stored without load and tokenising."""
    if run.answer is None:
        return run.cpu_s
    stages = run.answer.stages
    whole = run.cpu_s
    if method == "similar-text":
        # Its tokens were made by itself, and timed; then ours were put in their place, which is not.
        whole -= stages["replaced"] - stages["tokenised"]
        return whole if way == "raw" else whole - stages["tokenised"]
    return whole if way == "raw" else whole - stages.get("cleaned", stages["loaded"])


def _edges(runs: Sides, mine: list[Run]) -> str:
    answers = [run.answer for run in mine if run.answer is not None]
    ours = {tuple(edge) for edge in answers[0].edges}
    if runs.peer[0].answer is None:
        return f"{len(ours):,}, peer stopped"
    theirs = {tuple(edge) for edge in runs.peer[0].answer.edges}
    if ours == theirs:
        return f"{len(ours):,} the same"
    return f"{len(ours):,}, DIFFERENT: {len(theirs - ours):,} missing, {len(ours - theirs):,} more"


def _scaling(folder: Path, sizes: Sequence[int], *, methods: Sequence[str]) -> None:
    rows: list[list[str]] = []
    for method in methods:
        before: tuple[int, float] | None = None
        for size in sizes:
            source = generate(folder, size)
            run = _ours("raw", method, plain(source), folder, min_weight=2)
            assert run.answer is not None
            cpu = run.cpu_s - _stage(run, "imports")
            exponent = (
                "" if before is None else f"{math.log(cpu / before[1]) / math.log(size / before[0]):.2f}"
            )
            rows.append(
                [
                    method,
                    f"{size:,}",
                    f"{cpu:.2f}",
                    f"{_stage(run, 'loaded') - _stage(run, 'imports'):.2f}",
                    f"{run.answer.wall_s:.2f}",
                    f"{run.peak_mib:.0f}",
                    f"{run.peak_mib * 1024 / size:.2f}",
                    f"{run.answer.pairs:,.0f}",
                    exponent,
                ]
            )
            before = (size, cpu)
            print(f"  {method} {size:,}", flush=True)
    header = [
        "method",
        "posts",
        "CPU s",
        "of it reading",
        "wall s",
        "peak MiB",
        "KiB a post",
        "pairs",
        "exponent",
    ]
    title = f"Scaling, from raw CSV, chance included, memory limit {MEMORY_MIB} MiB, one core, {load()}"
    table(title, header, rows)


def _cores(folder: Path, size: int) -> None:
    source = plain(generate(folder, size))
    rows: list[list[str]] = []
    for threads in (1, 2):
        run = _ours("raw", "similar-text", source, folder, threads=threads)
        assert run.answer is not None
        rows.append([str(threads), f"{run.answer.wall_s:.2f}", f"{run.cpu_s:.2f}", f"{run.peak_mib:.0f}"])
    title = f"similar-text, {size:,} posts from raw CSV, by cores, {load()}"
    table(title, ["cores", "wall s", "CPU s", "peak MiB"], rows)


def _spark(folder: Path, sizes: Sequence[int]) -> None:
    rows: list[list[str]] = []
    for size in sizes:
        source = generate(folder, size)
        corpus = _corpus(folder, source)
        edges: list[set[tuple[str, str, int]]] = []
        for engine in ("duckdb", "local[1]"):
            run = _ours("stored", "similar-text", source, corpus, engine=engine)
            assert run.answer is not None
            edges.append(set(run.answer.edges))
            rows.append(
                [
                    f"{size:,}",
                    engine,
                    f"{run.answer.start_s:.2f}",
                    f"{run.answer.wall_s - run.answer.start_s:.2f}",
                    f"{run.cpu_s:.1f}",
                    f"{len(edges[-1]):,} {'the same' if edges[-1] == edges[0] else 'DIFFERENT'}",
                ]
            )
    header = ["posts", "engine", "start-up wall s", "sweep wall s", "CPU s in all", "edges"]
    table("similar-text on DuckDB and on a local Spark", header, rows)


def _corpus(folder: Path, source: Path) -> Path:
    """Make the corpus of a file, once."""
    corpus = folder / f"{source.stem}.corpus"
    if not (corpus / "corpus.json").exists():
        measured(["make", "same-link", str(source), str(corpus)])
    return corpus


def _ours(
    way: str,
    method: str,
    source: Path,
    corpus: Path,
    *,
    threads: int = 1,
    engine: str = "duckdb",
    min_weight: int = 1,
) -> Run:
    arguments = [
        way,
        method,
        str(source),
        str(corpus),
        str(threads),
        engine,
        str(MEMORY_MIB),
        str(min_weight),
    ]
    return measured(arguments)


def _stage(run: Run, name: str) -> float:
    assert run.answer is not None
    return run.answer.stages[name]


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


if __name__ == "__main__":
    main()
