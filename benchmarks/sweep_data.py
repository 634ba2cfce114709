"""The posts that sweeps are measured on, and processes measured with all their children."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.corpus import GENERATOR
from bot.store.corpus import CorpusAccount, CorpusPost
from bot.store.records import AccountId


class Answer(msgspec.Struct, kw_only=True):
    """What a side prints; see benchmarks.sweep_sides."""

    stages: dict[str, float]
    edges: list[tuple[str, str, int]]
    pairs: float = 0
    wall_s: float = 0
    start_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A process that ended: CPU seconds with all its children, peak memory of the largest of them (MiB).

    `answer` is None where it was stopped at the limit.
    """

    cpu_s: float
    wall_s: float
    peak_mib: float
    answer: Answer | None


def generate(folder: Path, posts: int, *, seed: int = 11) -> Path:
    """Make the seeded stream, once."""
    path = folder / f"posts-{posts}-{seed}.csv"
    if not path.exists():
        partial = path.with_suffix(".partial.csv")
        command = [sys.executable, str(GENERATOR), "posts", str(posts), str(partial), "--seed", str(seed)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        partial.with_suffix(".truth.csv").replace(path.with_suffix(".truth.csv"))
        partial.replace(path)
    return path


def digest(path: Path) -> str:
    """Return the first half of the file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def plain(source: Path) -> Path:
    """Write the generator's rows under the columns of docs/generic-csv.md, once: the same posts.

    The peer has columns of its own; both files hold every post with its text and link.
    """
    path = source.with_suffix(".plain.csv")
    if path.exists():
        return path
    partial = path.with_suffix(".partial")
    with (
        source.open(encoding="utf-8", newline="") as rows,
        partial.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("platform", "handle", "post_id", "created_at", "text", "links"))
        reader = csv.reader(rows)
        next(reader)
        writer.writerows(
            ("x", user_id, message_id, timestamp, message, urls)
            for message_id, user_id, _name, _repost, _reply, message, timestamp, urls in reader
        )
    partial.replace(path)
    return path


def posts_of(path: Path) -> tuple[list[CorpusPost], list[CorpusAccount]]:
    """Read the generator's CSV. Its accounts are u0, u1, … and are numbered so."""
    posts: list[CorpusPost] = []
    names: set[str] = set()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for message_id, user_id, _name, _repost, _reply, message, timestamp, urls in rows:
            names.add(user_id)
            posts.append(
                CorpusPost(
                    post=int(message_id),
                    account=int(user_id[1:]),
                    at_ms=int(timestamp) * 1000,
                    platform="x",
                    kind="original",
                    language=None,
                    platform_post_id=message_id,
                    refers_to=None,
                    text=message,
                    text_key=None,
                    links=(urls,) if urls else (),
                    url=None,
                )
            )
    accounts = [
        CorpusAccount(
            account=AccountId(int(name[1:])), platform="x", handle=name, platform_id=None, name=None
        )
        for name in sorted(names)
    ]
    return posts, accounts


def measured(arguments: list[str], *, limit_s: float | None = None) -> Run:
    """Run `benchmarks.sweep_sides` and measure it; stop it and its children after `limit_s` CPU seconds."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.sweep_sides", *arguments]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, env=environment
    )
    output = bytearray()
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    while True:
        with contextlib.suppress(BlockingIOError):
            output += os.read(process.stdout.fileno(), 1 << 20)
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        used = _group_cpu_s(process.pid)
        if limit_s is not None and used > limit_s:
            os.killpg(process.pid, signal.SIGKILL)
            _ended, _status, usage = os.wait4(process.pid, 0)
            peak = usage.ru_maxrss / 1024
            return Run(cpu_s=used, wall_s=time.perf_counter() - begin, peak_mib=peak, answer=None)
        time.sleep(0.1)
    os.set_blocking(process.stdout.fileno(), True)
    output += process.stdout.read()
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with {status}")
    return Run(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=time.perf_counter() - begin,
        peak_mib=usage.ru_maxrss / 1024,
        answer=msgspec.json.decode(output.rstrip().rsplit(b"\n", 1)[-1], type=Answer),
    )


def _group_cpu_s(group: int) -> float:
    """Return the CPU seconds of all processes of a group (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[2]) == group:
                ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
