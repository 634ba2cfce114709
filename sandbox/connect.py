"""The client's side: pointing an unchanged discord.py at the sandbox, and at nothing else."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import discord.gateway
import discord.http
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def pointed_at(host: str, port: int) -> Generator[None]:
    """Send every discord.py client started inside the block to host:port.

    The two class attributes are read when a route is built and when the gateway is opened, interaction
    callbacks and followups included; nothing else needs to change.
    """
    saved = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = f"http://{host}:{port}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{host}:{port}/gw")
    try:
        yield
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = saved


class NoNames(AbstractResolver):
    """Fails every host-name lookup, so that only addresses written as numbers can be reached."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise OSError(f"the sandbox reaches no other host than itself, not {host}")

    async def close(self) -> None: ...
