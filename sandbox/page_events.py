"""Server-sent events of the page: numbered happenings, drawn for each listener when they are sent."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.hub import Recorded

if TYPE_CHECKING:
    from sandbox.hub import Happening, Hub
    from sandbox.page_view import View

log = logging.getLogger(__name__)

_KEPT = 2000
_COMMENT_AFTER_S = 15.0


class PageEvents:
    def __init__(self, hub: Hub) -> None:
        self._log: deque[tuple[int, Happening]] = deque(maxlen=_KEPT)
        self._last = 0
        self._more = asyncio.Event()
        self._closed = False
        hub.listen(self._keep)

    @property
    def cursor(self) -> int:
        return self._last

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._closed = True
        self._wake()

    async def stream(
        self, request: web.Request, view: View, *, after: int, with_requests: bool
    ) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        try:
            # A page may be gone before its first byte, too.
            await response.prepare(request)
            await self._follow(response, view, after=after, with_requests=with_requests)
        except ConnectionResetError:
            log.debug("a page has gone")
        return response

    async def _follow(
        self, response: web.StreamResponse, view: View, *, after: int, with_requests: bool
    ) -> None:
        if after > self._last or (self._log and after + 1 < self._log[0][0]):
            await response.write(_frame(self._last, "reset", {}))
            after = self._last
        while not self._closed:
            more = self._more
            for number, happening in tuple(self._log):
                if number <= after or (isinstance(happening, Recorded) and not with_requests):
                    continue
                for event, data in view.events(happening):
                    await response.write(_frame(number, event, data))
                after = number
            try:
                await asyncio.wait_for(more.wait(), _COMMENT_AFTER_S)
            except TimeoutError:
                await response.write(b": still here\n\n")

    def _keep(self, happening: Happening) -> None:
        self._last += 1
        self._log.append((self._last, happening))
        self._wake()

    def _wake(self) -> None:
        # Each event is set once and replaced, so that no listener misses it or spins on it.
        self._more.set()
        self._more = asyncio.Event()


def _frame(number: int, event: str, data: object) -> bytes:
    return f"id: {number}\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode()
