"""The sandbox as one server on a loopback address."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.errors import InputError
from sandbox.backend import DEFAULT_TOKEN, Backend, build
from sandbox.chaos import Chaos
from sandbox.dispatches import Intent
from sandbox.page_api import PageApi
from sandbox.people import Actor
from sandbox.rest import PREFIX, Rest
from sandbox.static import add_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sandbox.world import Channel

DEFAULT_PORT = 8765
_BODY_BYTES = 64 * 1024 * 1024  # above Discord's own 25 MiB, so that its answer and not aiohttp's is given


class Sandbox:
    """`async with Sandbox() as sandbox:` serves on a free port; `sandbox.host` and `sandbox.port` say where.

    `rate_limits=False` leaves the counting in the headers and refuses nothing. `heartbeat_ms` is what HELLO
    asks for. `allowed_intents` are the privileged intents that the application has been granted.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = DEFAULT_TOKEN,
        heartbeat_ms: int = 41_250,
        rate_limits: bool = True,
        allowed_intents: Intent = Intent(0),  # noqa: B008 - a constant
    ) -> None:
        self.host = loopback(host)
        self.port = port
        self.backend: Backend = build(
            token=token, heartbeat_ms=heartbeat_ms, rate_limits=rate_limits, allowed_intents=allowed_intents
        )
        self.chaos = Chaos(self.backend)
        self._page = PageApi(self.backend, self.chaos)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host if ':' not in self.host else f'[{self.host}]'}:{self.port}"

    @property
    def token(self) -> str:
        return self.backend.token

    def person(self, key: str) -> Actor:
        """Somebody to act as: `ana`, `rui` or `ada` in the first world. Raises KeyError."""
        return Actor(self.backend, self.backend.world.people[key])

    def channel(self, name: str) -> Channel:
        return self.backend.world.named(name)

    def transcript(self) -> str:
        return self.backend.transcript.text()

    async def until(self, predicate: Callable[[], bool], *, seconds: float = 60.0) -> None:
        """Wait for something to be true, asking after everything that happens. Raises TimeoutError.

        What happens inside a client of the same process is not heard here, so it asks now and then too.
        """
        happened = asyncio.Event()
        stop = self.backend.hub.listen(lambda _happening: happened.set())
        try:
            async with asyncio.timeout(seconds):
                while not predicate():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(happened.wait(), 0.01)
                    happened.clear()
        finally:
            stop()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_BODY_BYTES)
        rest = Rest(self.backend)
        app.router.add_get("/gw", self.backend.gateway.handle)
        app.router.add_get("/gw/", self.backend.gateway.handle)
        app.router.add_route("*", PREFIX + "/{path:.*}", rest.handle)
        self._page.add_to(app)
        add_page(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            reason = error.strerror or str(error)
            raise InputError(
                f"The sandbox cannot listen on {self.host}, port {self.port}: {reason}. "
                "Is another one running? Choose another port with --port."
            ) from error
        self.port = self._runner.addresses[0][1]
        self.backend.listen_at(self.url)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._page.close()
        self.backend.gateway.drop(1001)
        if self._runner is not None:
            await self._runner.cleanup()


def loopback(host: str) -> str:
    """Return the address to bind to. Raises InputError for anything that others could reach."""
    name = "127.0.0.1" if host == "localhost" else host
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise InputError(
            f"The sandbox listens on loopback addresses alone, not on {host!r}. "
            "It lets everybody act as anybody, so it must not be reachable from other machines. "
            "Use 127.0.0.1 or ::1."
        )
    return str(address)
