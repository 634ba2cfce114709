"""A stranger's web server on loopback, and the fetcher that may reach nothing but it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.platforms.safe_http import SafeHttp

log = logging.getLogger(__name__)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

Answer = Callable[["Visit"], Awaitable[None]]


@dataclass
class Visit:
    """One request: its raw head, and a way to send raw bytes back, counted."""

    head: str
    writer: asyncio.StreamWriter
    server: Stranger

    @property
    def path(self) -> str:
        return self.head.split(" ", 2)[1]

    async def send(self, data: bytes) -> None:
        """Send as fast as the other side takes it. Raises ConnectionError when it has gone."""
        self.writer.write(data)
        await self.writer.drain()
        self.server.sent += len(data)


@dataclass
class Stranger:
    """What a server saw and sent. `port` is its port on 127.0.0.1."""

    port: int = 0
    heads: list[str] = field(default_factory=list[str])
    connections: int = 0
    sent: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def paths(self) -> list[str]:
        return [head.split(" ", 2)[1] for head in self.heads]

    def url(self, path: str = "/", *, host: str = "site.example") -> str:
        return f"http://{host}:{self.port}{path}"


@contextlib.asynccontextmanager
async def serving(answer: Answer) -> AsyncGenerator[Stranger]:
    """Serve raw answers on loopback. `left` is set whenever a client goes away or an answer ends."""
    server = Stranger()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            server.heads.append(head)
            await answer(Visit(head=head, writer=writer, server=server))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The client has hung up, or the test has ended while an answer was still on its way.
            log.debug("an answer was not finished")
        finally:
            server.left.set()
            writer.transport.abort()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def answer(
    body: bytes = b"<html></html>", *, status: str = "200 OK", kind: str = "text/html", **headers: str
) -> bytes:
    """Return a whole answer; header names are given with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def paths(table: dict[str, bytes], *, robots: bytes = b"") -> Answer:
    """Answer by path; robots.txt allows everything unless told otherwise, everything else is 404."""

    async def reply(visit: Visit) -> None:
        if visit.path == "/robots.txt":
            await visit.send(answer(robots, kind="text/plain"))
            return
        missing = answer(b"<p>no such page</p>", status="404 Not Found")
        await visit.send(table.get(visit.path, missing))

    return reply


class Names:
    """A name server of our own: answers from a table, and counts what it was asked."""

    def __init__(self, table: dict[str, list[str]] | None = None) -> None:
        self._table = table
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if self._table is None:
            return ["127.0.0.1"]
        if host not in self._table:
            raise OSError("no such name")
        return self._table[host]


def fetcher(*servers: Stranger, names: Names | None = None) -> SafeHttp:
    """Return a fetcher that may reach these servers besides the public internet, by any name."""
    allow = frozenset(("127.0.0.1", server.port) for server in servers)
    return SafeHttp(
        clock=lambda: NOW, contact="https://team.example/masthead", lookup=names or Names(), allow=allow
    )
