"""Time and ids. Both are injected everywhere, so that a test or a fault can jump ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

# Snowflakes count milliseconds from the first second of 2015 (reference.mdx, "Snowflakes").
DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> datetime: ...


class SandboxClock:
    """The machine's clock, with a hand to push it forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self, seconds: float) -> None:
        """Go forward. Backwards is refused, because ids must rise."""
        if seconds < 0:
            raise ValueError(f"the clock goes forward only, not by {seconds} s")
        self._ahead += timedelta(seconds=seconds)


class Snowflakes:
    """Rising ids, each telling the time it was made at."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        milliseconds = (self._clock.now() - DISCORD_EPOCH) // timedelta(milliseconds=1)
        self._last = max(self._last + 1, milliseconds << 22)
        return self._last
