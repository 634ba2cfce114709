"""Starting with a million posts and a million names: when the first command can be answered, and who waits.

    python -m benchmarks.starting [--names 1000000] [--posts 1000000] [--world FILE]

The bot is the real one in a process of its own, connected over real sockets to the sandbox. Times are wall
time from the start of the process. While the names are packed beside it, one name after another is asked
for, and a task that wants to run every 5 ms notes how late it was: that long everybody else would have
waited; the same is noted afterwards, since others may want the cores too. Bars: no turn of the event loop
above 20 ms of its thread's CPU, and a lateness (p99) of at most 20 ms more than afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import load, rss_mib, spread, table, verdict

BAR_MS = 20
BEAT_S = 0.005
RUNS = ("first start", "later start")


async def _bot(address: str) -> dict[str, float]:
    began = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + _started_s()
    host, port, token, store = address.split("|")
    from benchmarks.check import Turns
    from bot.app import open_services
    from bot.client import Masthead
    from bot.config import Config, StoreConfig
    from bot.registry.names_kept import names_kept
    from sandbox.connect import pointed_at

    config = Config(store=StoreConfig(path=Path(store)))
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Turns)
    turns: list[float] = []
    found = {"imported": time.time() - began}
    async with open_services(config, clock=_now) as services:
        found["opened"] = time.time() - began
        with pointed_at(host, int(port)):
            async with Masthead(services) as client, names_kept(services.names, services.database.path):
                running = asyncio.create_task(client.start(token))
                await client.wait_until_ready()
                found["ready"] = time.time() - began
                found["mib"] = rss_mib()
                loop.noted = turns
                beats: list[float] = []
                beating = asyncio.create_task(_beat(beats))
                asked = await _asked_meanwhile(services)
                found["built"] = time.time() - began
                building = list(beats)
                loop.noted = None
                beats.clear()
                await _asked_meanwhile(services)
                beating.cancel()
                found |= {"mib_built": rss_mib(), "longest_turn": max(turns), "asked": len(asked)}
                found |= {"late_p99": spread(building).p99, "late_most": max(building)}
                found |= {"idle_p99": spread(beats).p99, "idle_most": max(beats)}
                found |= {"answer_p50": spread(asked).p50, "answer_p99": spread(asked).p99}
                await client.close()
                await running
    return found


def _started_s() -> float:
    """Return when this process was started, in seconds since the machine was (Linux)."""
    after_name = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(after_name[19]) / os.sysconf("SC_CLK_TCK")


async def _beat(late: list[float]) -> None:
    while True:
        due = time.perf_counter() + BEAT_S
        await asyncio.sleep(BEAT_S)
        late.append(max(0.0, time.perf_counter() - due) * 1000)


async def _asked_meanwhile(services: object) -> list[float]:
    """Ask for exact names, a pause between them, until everything is packed; return wall milliseconds."""
    from bot.app import Services

    assert isinstance(services, Services)
    names = await services.database.read(_some_names)
    spent: list[float] = []
    while not services.names.ready or len(spent) < 50:
        name = names[len(spent) % len(names)]
        begin = time.perf_counter()
        found = await services.database.read(services.names.find, name, limit=10)
        spent.append((time.perf_counter() - begin) * 1000)
        assert name in {hit for _, hit in found}
        await asyncio.sleep(0.05)
    return spent


def _some_names(connection: sqlite3.Connection) -> list[str]:
    few = "SELECT name FROM entity_name WHERE entity_name_id % 997 = 7 AND layer = 0 LIMIT 500"
    return [name for (name,) in connection.execute(few)]


def _now():  # noqa: ANN202 - the clock's type is imported by the measured process alone
    from datetime import UTC, datetime

    return datetime.now(UTC)


async def _fill(path: Path, *, names: int, posts: int) -> None:
    from benchmarks import world
    from benchmarks.names import fill, made_up
    from bot.store.database import Database

    fill(path, made_up(names, random.Random(world.SEED)))
    database = Database.open(path)
    await world.fill_posts(database, posts=posts, authors=max(1, posts // 50))
    database.close()


async def _measure(path: Path) -> None:
    from sandbox.server import Sandbox

    columns: list[dict[str, float]] = []
    async with Sandbox() as sandbox:
        address = f"{sandbox.host}|{sandbox.port}|{sandbox.token}|{path}"
        for _ in RUNS:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.starting", "--bot", address, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await process.communicate()
            columns.append(json.loads(out.splitlines()[-1]))

    def row(what: str, *keys: str, unit: str) -> list[str]:
        return [what, *("/".join(f"{column[key]:,.1f}" for key in keys) + f" {unit}" for column in columns)]

    worst = max(column["longest_turn"] for column in columns)
    late = max(column["late_p99"] - column["idle_p99"] for column in columns)
    table(
        f"starting ({load()})",
        ("what", *RUNS),
        (
            row("modules imported", "imported", unit="s"),
            row("store and services open", "opened", unit="s"),
            row("commands are answered", "ready", unit="s"),
            row("slips are found too", "built", unit="s"),
            row("exact names meanwhile, p50/p99", "answer_p50", "answer_p99", unit="ms"),
            row("longest turn of the event loop, CPU", "longest_turn", unit="ms"),
            row("event loop late, p99/most, wall", "late_p99", "late_most", unit="ms"),
            row("the same, nothing being packed", "idle_p99", "idle_most", unit="ms"),
            row("memory when ready/with all names", "mib", "mib_built", unit="MiB"),
            [f"bar: turns and lateness <= {BAR_MS} ms", verdict(worst <= BAR_MS and late <= BAR_MS), ""],
        ),
    )


def main() -> None:
    """Measure, or be the measured process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--world", type=Path)
    parser.add_argument("--bot")
    given = parser.parse_args()
    if given.bot:
        from benchmarks.check import Turns

        with asyncio.Runner(loop_factory=Turns) as runner:
            print(json.dumps(runner.run(_bot(given.bot))))
        return
    with tempfile.TemporaryDirectory(prefix="masthead-starting-") as folder:
        path = given.world or Path(folder) / "masthead.db"
        if not path.exists():
            begin = time.perf_counter()
            asyncio.run(_fill(path, names=given.names, posts=given.posts))
            took = time.perf_counter() - begin
            print(f"\nworld: {given.names:,} names, {given.posts:,} posts, built in {took:,.0f} s")
        asyncio.run(_measure(path))


if __name__ == "__main__":
    main()
