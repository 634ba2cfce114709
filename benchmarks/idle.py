"""The idle bot: memory and start-up, beside a process that only imports discord.py.

    python -m benchmarks.idle

The bot is the real one, connected over real sockets to the sandbox, with the starter registry loaded.
Bars: resident memory <= 70 MiB, <= 1.4 times the bare import; CPU to be ready <= 1.2 times is reported.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.measure import rss_mib, table, verdict

RUNS = 5
BAR_MIB = 70
BAR_RATIO = 1.4


async def _bare() -> dict[str, float]:
    import discord  # what is measured

    assert discord.version_info
    return {"mib": rss_mib(), "cpu_s": time.process_time()}


async def _bot(address: str) -> dict[str, float]:
    host, port, token, folder = address.split("|")
    from bot.app import open_services
    from bot.client import Masthead
    from bot.config import Config, StoreConfig
    from sandbox.connect import pointed_at

    config = Config(store=StoreConfig(path=Path(folder) / "masthead.db"))
    async with open_services(config, clock=_now) as services:
        with pointed_at(host, int(port)):
            async with Masthead(services) as client:
                running = asyncio.create_task(client.start(token))
                await client.wait_until_ready()
                cpu_s = time.process_time()
                # Whatever the start left to be collected is collected by now.
                await asyncio.sleep(2)
                found = {"mib": rss_mib(), "cpu_s": cpu_s}
                await client.close()
                await running
    return found


def _now():  # noqa: ANN202 - the clock's type is imported by the measured process alone
    from datetime import UTC, datetime

    return datetime.now(UTC)


async def _measure() -> None:
    from sandbox.server import Sandbox

    bare: list[dict[str, float]] = []
    idle: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox() as sandbox:
            address = f"{sandbox.host}|{sandbox.port}|{sandbox.token}|{folder}"
            await _child("bot", address)  # makes the database
            for _ in range(RUNS):
                bare.append(await _child("bare", ""))
                idle.append(await _child("bot", address))
    bare_mib, idle_mib = median(run["mib"] for run in bare), median(run["mib"] for run in idle)
    bare_s, idle_s = median(run["cpu_s"] for run in bare), median(run["cpu_s"] for run in idle)
    ratio = idle_mib / bare_mib
    table(
        f"idle bot, starter registry, medians of {RUNS}",
        ("what", "memory MiB", "CPU s until ready"),
        (
            ("import discord", f"{bare_mib:.1f}", f"{bare_s:.2f}"),
            ("Masthead, connected", f"{idle_mib:.1f}", f"{idle_s:.2f}"),
            ("bar", f"<= {BAR_MIB}: {verdict(idle_mib <= BAR_MIB)}", ""),
            (
                "ratio",
                f"{ratio:.2f}, bar <= {BAR_RATIO}: {verdict(ratio <= BAR_RATIO)}",
                f"{idle_s / bare_s:.2f}",
            ),
        ),
    )


async def _child(kind: str, address: str) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.idle", kind, address, stdout=subprocess.PIPE
    )
    out, _ = await process.communicate()
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    return found


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case ["bare", _]:
            print(json.dumps(asyncio.run(_bare())))
        case ["bot", address]:
            print(json.dumps(asyncio.run(_bot(address))))
        case _:
            asyncio.run(_measure())


if __name__ == "__main__":
    main()
