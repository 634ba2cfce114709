"""Every address that this process tries to connect to, seen by the interpreter itself."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from typing import cast

LOOPBACK = frozenset({"127.0.0.1", "::1"})

_watching: list[list[tuple[str, int]]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and _watching and isinstance(arguments[1], tuple):
        host, port, *_ = cast("tuple[str, int]", arguments[1])
        for seen in _watching:
            seen.append((host, port))
        if host not in LOOPBACK:
            raise ConnectionRefusedError("tests reach nobody but this machine")


# An audit hook cannot be taken away again; without a list to fill it does nothing.
sys.addaudithook(_hook)


@contextlib.contextmanager
def watched_connections() -> Generator[list[tuple[str, int]]]:
    """Collect the addresses that anybody tries to connect to; outside this machine nothing is sent."""
    seen: list[tuple[str, int]] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)
