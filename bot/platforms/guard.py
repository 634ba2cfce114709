"""The gate for connections to strangers' hosts: what is checked is the address that is connected to.

The resolver refuses a name as soon as one of its answers is not public; the socket factory checks every
single connection attempt, literals and redirects included. Nothing is looked up twice, so answers that
change between check and connection reach nobody.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.platforms.public_addresses import is_public

WEB_PORTS = frozenset({80, 443})
# Addresses that tests may reach besides: numeric host and port. Never read from a setting.
Allowed = frozenset[tuple[str, int]]
NOTHING: Allowed = frozenset()
# As `socket.getaddrinfo` gives them: family, kind, protocol, canonical name, address.
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]

# Bounds what a sender can have under way, so that it cannot run far past a limit before it is stopped.
RECEIVE_BUFFER_BYTES = 131_072


class BlockedAddressError(OSError):
    """An address is not public, or the port not one of the web. Nothing was sent."""

    def __init__(self, what: str) -> None:
        super().__init__(errno.EACCES, what)


class OverLimitError(OSError):
    """More bytes arrived than the fetch may cost."""

    def __init__(self) -> None:
        super().__init__(errno.EMSGSIZE, "more bytes than allowed")


class Meter:
    """Counts the bytes that the connections of one fetch receive."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.received = 0

    @property
    def exceeded(self) -> bool:
        return self.received > self.limit

    def room(self, wanted: int) -> int:
        """Return how many of `wanted` bytes to take: at most one too many. Raises OverLimitError."""
        if self.exceeded:
            raise OverLimitError
        return min(wanted, self.limit + 1 - self.received)

    def add(self, n: int) -> None:
        """Count `n` bytes. Raises OverLimitError past the limit."""
        self.received += n
        if self.exceeded:
            raise OverLimitError


class MeteredSocket(socket.socket):
    """A socket whose received bytes are counted before anybody looks at them."""

    meter: Meter

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        data = super().recv(self.meter.room(bufsize), flags)
        self.meter.add(len(data))
        return data

    def recv_into(self, buffer: bytearray, nbytes: int = 0, flags: int = 0, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] - asyncio passes one buffer
        n = super().recv_into(buffer, self.meter.room(nbytes or len(buffer)), flags)
        self.meter.add(n)
        return n


class Lookup(Protocol):
    """Finds the addresses of a host name. Raises OSError where there are none."""

    async def __call__(self, host: str, port: int) -> list[str]: ...


class SystemLookup:
    """The system's resolver, on threads of its own: slow name servers hold up nothing else."""

    def __init__(self, *, threads: int = 4) -> None:
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="site-lookup")

    async def __call__(self, host: str, port: int) -> list[str]:
        # The final dot keeps the system from trying the name inside the domains of its own network.
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(f"{host}.", port, type=socket.SOCK_STREAM)
        )
        return [str(address[0]) for *_, address in found]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class StrictResolver(AbstractResolver):
    """Resolves a name once and refuses it when any of its addresses may not be connected to."""

    def __init__(self, lookup: Lookup, *, allow: Allowed = NOTHING) -> None:
        self._lookup = lookup
        self._allow = allow

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._lookup(host, port)
        if not addresses:
            raise OSError(errno.ENOENT, "no address")
        for address in addresses:
            check_address(address, port, allow=self._allow)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in dict.fromkeys(addresses)
        ]

    async def close(self) -> None:
        """Leave the look-up open: it belongs to whoever made it."""


def check_address(address: str, port: int, *, allow: Allowed) -> None:
    """Raise BlockedAddressError unless a connection to `address` and `port` may be made."""
    if (address, port) not in allow and not (port in WEB_PORTS and is_public(address)):
        raise BlockedAddressError("address or port not allowed")


def guarded_sockets(meter: Meter, *, allow: Allowed = NOTHING) -> Callable[[AddressInfo], socket.socket]:
    """Return a maker of sockets that refuses each address that may not be connected to."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, proto, _, address = info
        check_address(str(address[0]), int(str(address[1])), allow=allow)
        made = MeteredSocket(family, kind, proto)
        made.meter = meter
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        return made

    return make


def guarded_connector(lookup: Lookup, *, meter: Meter, allow: Allowed = NOTHING) -> TCPConnector:
    """Return a connector for one fetch: its connections are counted by `meter` and closed with it."""
    return TCPConnector(
        resolver=StrictResolver(lookup, allow=allow),
        socket_factory=guarded_sockets(meter, allow=allow),
        use_dns_cache=False,
        force_close=True,
        limit=2,
    )
