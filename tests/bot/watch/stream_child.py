"""A process that only listens, to be killed: `python -m tests.bot.watch.stream_child DB URL`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.platforms.bluesky_stream import Jetstream
from bot.platforms.stream_socket import stream_session
from bot.store.database import Database
from bot.watch.stream_runner import StreamRunner


async def listen(path: Path, url: str) -> None:
    database = Database.open(path)
    async with stream_session("Masthead tests") as session:
        source = Jetstream(session, urls=(url,), clock=_now)
        random = Random(5)  # noqa: S311  # nothing secret hangs on it
        await StreamRunner(source, database, clock=_now, told=lambda: None, random=random).run()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    asyncio.run(listen(Path(sys.argv[1]), sys.argv[2]))
