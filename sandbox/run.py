"""The sandbox for a person: the strict server and the real bot in one process, talking over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from typing import TYPE_CHECKING

import aiohttp

from bot.client import MAX_CONNECTIONS, Masthead, serve
from bot.errors import InputError
from sandbox.connect import NoNames, pointed_at
from sandbox.record import recording
from sandbox.replay import PATIENCE_S, Replay
from sandbox.server import DEFAULT_PORT, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from bot.app import Services
    from sandbox.replay import Session


async def run_sandbox(
    services: Services,
    *,
    say: Callable[[str], None],
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    browser: bool = True,
    record: Path | None = None,
    seed: bool = True,
    transcript: Path | None = None,
) -> None:
    """Serve until a signal. `say` gets the sentence with the address once both sides are up.

    `record` is a new file for the session, `seed` what it says of the database, `transcript` a file for all
    requests at the end. Raises InputError for an address that others could reach, for a port that is taken
    and for files that cannot be written. The server is new at every start and knows no commands, whatever
    the database remembers of the one before.
    """
    async with Sandbox(host=host, port=port) as sandbox:
        with contextlib.ExitStack() as stack:
            stack.enter_context(pointed_at(sandbox.host, sandbox.port))
            if transcript is not None:
                stack.enter_context(kept_transcript(sandbox, transcript))
            if record is not None:
                stack.enter_context(recording(sandbox.backend, record, seed=seed))
            bot = asyncio.create_task(
                serve(services, sandbox.token, resolver=NoNames(), resend_commands=True), name="bot"
            )
            ready = asyncio.create_task(sandbox.until(lambda: sandbox.backend.gateway.connected, seconds=30))
            await asyncio.wait({bot, ready}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done() and not bot.done():
                say(f"{sandbox.url}  Masthead is there; type /check @mundo_china. Ctrl-C ends it.")
                if browser and _desktop():
                    await asyncio.to_thread(webbrowser.open, sandbox.url)
            ready.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await bot


async def replay_session(
    services: Services,
    session: Session,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    transcript: Path | None = None,
    patience_s: float = PATIENCE_S,
) -> list[str]:
    """Do in a new world what was recorded, and return where the bot answers otherwise, one line each.

    `patience_s` is how long a message is waited for.
    """
    async with Sandbox(host=host, port=port) as sandbox:
        with contextlib.ExitStack() as stack:
            stack.enter_context(pointed_at(sandbox.host, sandbox.port))
            if transcript is not None:
                stack.enter_context(kept_transcript(sandbox, transcript))
            # A replay asks at once what a person would ask after a while.
            await services.database.read(services.names.build)
            replay = Replay(sandbox, session, patience_s=patience_s)
            connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS, resolver=NoNames())
            async with Masthead(services, connector=connector, resend_commands=True) as client:
                bot = asyncio.create_task(client.start(sandbox.token), name="bot")
                await sandbox.until(lambda: bot.done() or sandbox.backend.gateway.connected, seconds=30)
                found = [] if bot.done() else await replay.run()
                await client.close()
                await bot
            return found


@contextlib.contextmanager
def kept_transcript(sandbox: Sandbox, path: Path) -> Generator[None]:
    """Write everything that was said to a new file at the end. Raises InputError when the file exists."""
    try:
        file = path.open("x", encoding="utf-8")
    except OSError as error:
        raise InputError(f"The transcript cannot be written to {path}: {error.strerror}.") from error
    with file:
        try:
            yield
        finally:
            file.write(sandbox.transcript() + "\n")


def _desktop() -> bool:
    """Whether opening a browser makes sense: a screen is there, and this is no remote shell or test."""
    if "SSH_CONNECTION" in os.environ or "CI" in os.environ:
        return False
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
