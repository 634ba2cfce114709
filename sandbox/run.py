"""The sandbox for a person: the strict server and the real bot in one process, talking over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from typing import TYPE_CHECKING

from bot.client import serve
from sandbox.connect import NoNames, pointed_at
from sandbox.server import DEFAULT_PORT, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app import Services


async def run_sandbox(
    services: Services,
    *,
    say: Callable[[str], None],
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    browser: bool = True,
) -> None:
    """Serve until a signal. `say` gets the sentence with the address once both sides are up.

    Raises InputError for an address that others could reach, and for a port that is taken. The server is
    new at every start and knows no commands, whatever the database remembers of the one before.
    """
    async with Sandbox(host=host, port=port) as sandbox:
        with pointed_at(sandbox.host, sandbox.port):
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


def _desktop() -> bool:
    """Whether opening a browser makes sense: a screen is there, and this is no remote shell or test."""
    if "SSH_CONNECTION" in os.environ or "CI" in os.environ:
        return False
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
