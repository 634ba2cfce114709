"""How the benchmarks measure and print."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Milliseconds over a set of runs."""

    p50: float
    p95: float
    p99: float
    n: int


def cpu_ms(work: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU milliseconds of the whole process (all its threads) during `work`, and its result."""
    begin = time.process_time()
    result = work()
    return (time.process_time() - begin) * 1000, result


def spread(samples: Sequence[float]) -> Spread:
    """Return median and upper percentiles (nearest rank) of at least one sample."""
    ordered = sorted(samples)

    def rank(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return Spread(p50=median(ordered), p95=rank(0.95), p99=rank(0.99), n=len(ordered))


def rss_mib() -> float:
    """Return this process's resident memory now, in MiB (Linux)."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - one read of a kernel file
        pages = int(statm.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak_rss_mib() -> float:
    """Return the highest resident memory of this process so far, in MiB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print an aligned table."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    print(f"\n{title}")
    for row in (header, tuple("-" * width for width in widths), *rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    sys.stdout.flush()


def verdict(reached: bool) -> str:  # noqa: FBT001 - one boolean is all there is to say
    """Say whether a bar was reached."""
    return "yes" if reached else "NO"


def load() -> str:
    """Say how many processes want the cores: CPU time grows with them, since two share a core's caches."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def heading() -> None:
    """Print what the figures depend on: date, machine, versions."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("discord.py", "rapidfuzz", "msgspec"))
    print(
        f"{datetime.now(UTC):%Y-%m-%d}  Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{packages}; {platform.machine()}, {load()}"
    )
