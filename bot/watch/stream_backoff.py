"""How long a stream that ended is left alone, by the class of its end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.platforms.stream_socket import StreamError, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waits:
    first: timedelta
    longest: timedelta


# [P] Ours. A drop is made up for by the cursor, so coming back soon costs the server least.
_WAITS = {
    Trouble.DROPPED: _Waits(first=timedelta(seconds=1), longest=timedelta(minutes=1)),
    Trouble.UNREACHABLE: _Waits(first=timedelta(seconds=2), longest=timedelta(minutes=5)),
    Trouble.BUSY: _Waits(first=timedelta(seconds=10), longest=timedelta(minutes=15)),
    Trouble.REFUSED: _Waits(first=timedelta(minutes=5), longest=timedelta(hours=1)),
    Trouble.UNREADABLE: _Waits(first=timedelta(seconds=10), longest=timedelta(minutes=15)),
    Trouble.OURS: _Waits(first=timedelta(seconds=5), longest=timedelta(minutes=5)),
}
# No server is waited for longer, whatever it says; the poller looks meanwhile.
LONGEST = timedelta(hours=1)


def wait_for(error: StreamError, *, attempt: int, now: datetime, random: Random) -> timedelta:
    """Return how long to wait after the `attempt`th end in a row (from 1): twice as long each time, jittered.

    A time that the server named is kept, with some seconds on top, so that not everybody is back at once.
    """
    waits = _WAITS[error.trouble]
    wait = min(waits.first * 2 ** min(attempt - 1, 20), waits.longest) * random.uniform(0.5, 1.5)
    if error.retry_at is not None and error.retry_at > now:
        wait = max(wait, min(error.retry_at - now, LONGEST) + random.uniform(0, 5) * timedelta(seconds=1))
    return wait
