"""When an account is looked at again. Pure.

Accounts that post often are looked at sooner; silent ones later; failing ones ever more rarely, until
they are parked and the subscribers are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

# [P] Ours. The shortest keeps a live platform's budget, the longest finds a silent account's first post
# within half a day.
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=12)
PACE_DAYS = 14
# Looks are spread, so that what began together does not stay together.
JITTER = 0.2
# Accounts that were added together, or waited together while the bot was away, are spread over their whole
# interval at once: their alerts would come in waves that go beyond what Discord takes in a second.
SOONEST = 0.2
BEHIND_FACTOR = 1.5

FIRST_RETRY = timedelta(minutes=10)
LONGEST_RETRY = timedelta(hours=24)
# With these, a platform may be away for about three days before an account is parked.
MOST_FAILURES = 10

# After such a gap everything that came in meanwhile is told as one digest.
LATE_LEAST = timedelta(hours=2)
LATE_FACTOR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How active an account is: posts in the last PACE_DAYS, and the newest of them."""

    posts: int
    last_post: datetime | None


def interval(pace: Pace, *, now: datetime, shortest: timedelta = SHORTEST) -> timedelta:
    """Return how long to wait: a quarter of the usual time between posts, longer after a silence."""
    if pace.posts == 0 or pace.last_post is None:
        return LONGEST
    usual = timedelta(days=PACE_DAYS) / pace.posts
    silence = max(now - pace.last_post, timedelta())
    return min(max(max(usual / 4, silence / 24), shortest), LONGEST)


def retry(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row."""
    return min(FIRST_RETRY * 2 ** min(failures - 1, 20), LONGEST_RETRY)


def jittered(wait: timedelta, *, random: Random) -> timedelta:
    """Return `wait`, up to a fifth shorter or longer."""
    return wait * random.uniform(1 - JITTER, 1 + JITTER)


def spread(wait: timedelta, *, random: Random) -> timedelta:
    """Return a time up to `wait`: what became due together is due at different times from then on."""
    return wait * random.uniform(SOONEST, 1)


def is_behind(last: datetime | None, *, now: datetime, wait: timedelta) -> bool:
    """Whether an account waited so long for its look that others are likely to have waited with it."""
    return last is None or now - last > BEHIND_FACTOR * wait


def is_late(last: datetime | None, *, now: datetime, wait: timedelta) -> bool:
    """Whether so much time went by since the last look that what is found is a back-fill."""
    return last is not None and now - last > max(LATE_LEAST, LATE_FACTOR * wait)
