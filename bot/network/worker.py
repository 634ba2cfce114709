"""`python -m bot.network.worker`: one sweep in a process of its own, so that no bot waits for it.

Reads a Job as JSON from standard input and writes one JSON object a line: `{"what": …, "done": …, "of": …}`
while it works, and `{"run": 12}` or `{"refused": "…"}` at the end. It is stopped by being ended.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot.errors import MastheadError
from bot.network.libraries import wanted
from bot.network.running import Job
from bot.store.database import Database


def main() -> int:
    """Run the job and say what came of it."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    try:
        run = asyncio.run(_sweep(job))
    except MastheadError as error:
        _say({"refused": str(error)})
        return 1
    _say({"run": run})
    return 0


async def _sweep(job: Job) -> int | None:
    with wanted():
        from bot.network.engines import Limits
        from bot.network.service import sweep_store
    database = Database.open(Path(job.store))
    try:
        swept = await sweep_store(
            database,
            job.recipe,
            folder=Path(job.corpus),
            engine=job.engine,
            limits=Limits(threads=job.threads, memory_mib=job.memory_mib),
            accounts=job.accounts,
            clock=lambda: datetime.now(UTC),
            progress=lambda what, done, of: _say({"what": what, "done": done, "of": of}),
        )
    finally:
        database.close()
    return swept.run_id


def _say(value: dict[str, object]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
