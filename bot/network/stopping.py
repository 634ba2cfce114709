"""Work on a thread that ends when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

Stopping = Callable[[], bool]


def never() -> bool:
    """Never stop."""
    return False


async def on_thread(work: Callable[[Stopping], T], *, stopped: Stopping = never) -> T:
    """Run `work` on a thread and hand it what says when to stop: `stopped`, or a cancelled wait for it.

    A thread cannot be ended from outside, and the program would wait for it at its own end.
    """
    left = threading.Event()
    try:
        return await asyncio.to_thread(work, lambda: left.is_set() or stopped())
    except asyncio.CancelledError:
        left.set()
        raise
