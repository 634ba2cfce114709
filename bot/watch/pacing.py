"""How fast messages leave: as fast as Discord takes them, and no faster.

Every request beyond a limit is refused with 429, delays what stands behind it, and counts towards the ten
thousand refusals in ten minutes after which Discord shuts out the address.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

# A monotonic clock in seconds.
Timer: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """`a_second` evenly, after `at_once` at once; `a_place` within `window_s` to one place."""

    a_second: float
    at_once: int
    a_place: int
    window_s: float


# Discord takes 50 requests a second of a bot, whatever else it does, and 5 in 5 s for a channel. What leaves
# evenly may arrive a little bunched.
DISCORD = Rates(a_second=43.0, at_once=5, a_place=5, window_s=5.2)


class Pace:
    """Counts what leaves. Not shared between outboxes."""

    def __init__(self, rates: Rates = DISCORD, *, timer: Timer = time.monotonic) -> None:
        self._rates = rates
        self._timer = timer
        self._left: float = rates.at_once
        self._counted_at = timer()
        self._places: dict[str, deque[float]] = {}

    def free(self) -> int:
        """Return how many messages may leave now."""
        now = self._timer()
        gained = (now - self._counted_at) * self._rates.a_second
        self._left = min(self._left + gained, float(self._rates.at_once))
        self._counted_at = now
        return int(self._left)

    def resting(self) -> list[str]:
        """Return the places that may get nothing now."""
        self._forget()
        return [place for place, times in self._places.items() if len(times) >= self._rates.a_place]

    def leaves(self, place: str) -> None:
        """Count a message that leaves now."""
        self._left -= 1
        self._places.setdefault(place, deque()).append(self._timer())

    def wait_s(self) -> float | None:
        """Return the seconds until more may leave than now; None where nothing is held back."""
        waits: list[float] = []
        if self.free() < 1:
            waits.append((1 - self._left) / self._rates.a_second)
        now = self._timer()
        ends = [self._places[place][0] + self._rates.window_s - now for place in self.resting()]
        waits += [max(min(ends), 0.0)] if ends else []
        return min(waits, default=None)

    def _forget(self) -> None:
        """Forget what left so long ago that it does not count any more."""
        before = self._timer() - self._rates.window_s
        for place, times in list(self._places.items()):
            while times and times[0] <= before:
                times.popleft()
            if not times:
                del self._places[place]
