"""Sweeps for a program that must not wait: one at a time, each in a process that can be ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable

import msgspec

from bot.errors import InputError, MastheadError
from bot.network.recipe import Recipe
from bot.store.sweeps import SweepRunId

log = logging.getLogger(__name__)

# How long a process that was asked to end may take.
_ENDS_WITHIN_S = 5.0
# Longer lines are no progress.
_LINE_LIMIT = 1 << 20


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is to do. `accounts` are store rows; None is everybody."""

    store: str
    corpus: str
    recipe: Recipe
    engine: str
    threads: int
    memory_mib: int
    accounts: tuple[int, ...] | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a worker."""

    what: str = ""
    done: int = 0
    of: int = 0
    run: int | None = None
    refused: str | None = None


class SweepFailedError(MastheadError):
    """A sweep ended without a result. What it said stands in the log."""


class Runner:
    """Runs one sweep at a time. Cancelling the task that awaits `run` ends the sweep's process."""

    def __init__(self) -> None:
        self._busy = False

    def refuse_a_second(self) -> None:
        """Raise InputError where a sweep is under way."""
        if self._busy:
            raise InputError("Another sweep is under way. Wait for it, or cancel it.")

    async def run(self, job: Job, *, progress: Callable[[str, int, int], None]) -> SweepRunId:
        """Run a job and return the number of what it kept.

        Raises InputError where a sweep is under way or the job is refused, SweepFailedError where it breaks.
        """
        self.refuse_a_second()
        self._busy = True
        try:
            with tempfile.TemporaryDirectory(prefix="masthead-sweep-") as scratch:
                return await self._run(job, progress=progress, scratch=scratch)
        finally:
            self._busy = False

    async def _run(self, job: Job, *, progress: Callable[[str, int, int], None], scratch: str) -> SweepRunId:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.network.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            # What the engine cannot hold in memory goes there, and is deleted however the process ends.
            env={**os.environ, "TMPDIR": scratch},
        )
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise SweepFailedError("The sweep could not be started.")
        errors = asyncio.create_task(process.stderr.read())
        try:
            process.stdin.write(msgspec.json.encode(job))
            with contextlib.suppress(ConnectionError):
                await process.stdin.drain()
            process.stdin.close()
            said = Said()
            async for line in process.stdout:
                said = msgspec.json.decode(line, type=Said)
                if said.what:
                    progress(said.what, said.done, said.of)
            await process.wait()
        finally:
            await _end(process)
            complaint = (await errors).decode(errors="replace")
        if said.refused is not None:
            raise InputError(said.refused)
        if said.run is None:
            log.error("sweep ended with %s: %s", process.returncode, complaint)
            raise SweepFailedError("The sweep broke off. The log says why; nothing of it was kept.")
        return SweepRunId(said.run)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _ENDS_WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
