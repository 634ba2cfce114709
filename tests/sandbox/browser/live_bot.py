"""Masthead itself, pointed at a sandbox."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp

from bot.app import open_services
from bot.client import Masthead
from bot.config import Config, StoreConfig
from sandbox.connect import NoNames, pointed_at
from sandbox.demo import load_demo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from bot.app import Services
    from sandbox.server import Sandbox


@asynccontextmanager
async def newsroom_services(folder: Path) -> AsyncGenerator[Services]:
    """Open services on a new database with the shipped registry and the reconstruction."""
    config = Config(store=StoreConfig(path=folder / "masthead.db"))
    async with open_services(config, clock=lambda: datetime.now(UTC)) as services:
        await services.database.write(load_demo, now=services.clock())
        yield services


@asynccontextmanager
async def masthead(services: Services, sandbox: Sandbox) -> AsyncGenerator[Masthead]:
    """Run the bot for as long as the block lasts; a bot that stops by itself ends the block."""
    connector = aiohttp.TCPConnector(limit=32, resolver=NoNames())
    with pointed_at(sandbox.host, sandbox.port):
        async with Masthead(services, connector=connector, resend_commands=True) as client:
            # The library waits two seconds for more servers before it is ready, in every test.
            client._connection.guild_ready_timeout = 0.02  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            running = asyncio.create_task(client.start(sandbox.token))
            ready = asyncio.create_task(sandbox.until(lambda: sandbox.backend.gateway.connected, seconds=20))
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                ready.cancel()
                await running
            assert client.broken == []
            yield client
            # Ready comes a moment after the last server of the list, and not to a client that has left.
            await client.wait_until_ready()
            await _under_way()
            await client.close()
            await running


async def _under_way() -> None:
    """Let the bot finish what a window has set off: its last step comes after the answer that is seen."""
    names = ("CommandTree-", "discord-ui-", "discord.py: ")
    tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith(names)]
    if tasks:
        await asyncio.wait(tasks, timeout=60)
