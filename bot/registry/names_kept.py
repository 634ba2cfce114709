"""Keeps the index of names full while a program serves: at its start, and after more came than it takes in.

The building is done by another process (names_worker.py): a million names take a minute and 0.8 GB,
and a thread would hold the interpreter while the bot has three seconds for an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from bot.registry.names import NameIndex
from bot.registry.names_worker import Heading
from bot.registry.packed import BrokenPackError, PackedGrams
from bot.store.searchable import Marks

log = logging.getLogger(__name__)

# After a failure; until then the tables answer.
AGAIN_AFTER_S = 600.0


@contextlib.asynccontextmanager
async def names_kept(names: NameIndex, path: Path) -> AsyncGenerator[None]:
    """Fill `names` from the store at `path` in the background, and keep them full, as long as this lasts."""
    keeper = Keeper(names, path)
    task = asyncio.create_task(keeper.keep(), name="names")
    try:
        yield
    finally:
        names.when_behind = names.when_unspelt = None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Keeper:
    """Runs one process at a time, when the index asks for it."""

    def __init__(self, names: NameIndex, path: Path) -> None:
        self._names, self._path = names, path
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = False
        self._asked = asyncio.Event()
        self._behind = True
        self._loop = asyncio.get_running_loop()
        names.when_behind = self._ask_for_all
        names.when_unspelt = self._ask
        self._asked.set()

    def _ask_for_all(self) -> None:
        self._behind = True
        self._ask()

    def _ask(self) -> None:
        # Questions are answered on other threads.
        self._loop.call_soon_threadsafe(self._asked.set)

    async def keep(self) -> None:
        """Wait to be asked, and do it. Ends when it is cancelled, and the process with it."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            behind, self._behind = self._behind, False
            try:
                await self._run("all" if behind else "spellings")
            except (OSError, BrokenPackError, msgspec.MsgspecError):
                log.exception("the index of names was not built; exact names are found meanwhile")
                await asyncio.sleep(AGAIN_AFTER_S)
                self._behind = self._behind or behind
                self._asked.set()

    async def _run(self, what: str) -> None:
        # The end must not wait for a build.
        work = asyncio.create_task(asyncio.to_thread(self._build, what))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            self._ending = True
            if self._process is not None:
                self._process.kill()
            await asyncio.gather(work, return_exceptions=True)
            raise

    def _build(self, what: str) -> None:
        began = time.monotonic()
        command = [sys.executable, "-m", "bot.registry.names_worker", str(self._path), what]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - ourselves
            self._process = process
            if self._ending:
                process.kill()
            if process.stdout is None or process.stderr is None:
                raise BrokenPackError("the process that builds it has no output.")
            if heading := process.stdout.readline():
                told = msgspec.json.decode(heading, type=Heading)
                packed = PackedGrams.read(process.stdout, shape=told.shape)
                self._names.take(packed, marks=Marks(**told.marks))
            complaint = process.stderr.read().decode(errors="replace")
        if process.returncode:
            raise BrokenPackError(f"the process that builds it ended with {process.returncode}: {complaint}")
        log.info("index of names: %s, %d texts, %.1f s", what, len(self._names), time.monotonic() - began)
