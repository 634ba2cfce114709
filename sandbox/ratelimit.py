"""Rate limits as Discord counts them (topics/rate-limits.mdx); figures per route are observed ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.clock import Clock

GLOBAL_PER_S = 50
OLD_EDITS, OLD_EDIT_WINDOW_S = 3, 20.0  # starboard-4#118: edits of messages older than an hour, per channel
# New conversations with people. DiscordPHP#467 saw 25 to 40 pass; how fast they come back is not known.
OPENED_DMS, OPENED_DMS_WINDOW_S = 25, 600.0
# Messages in one channel, whoever writes them (discord-api-docs#5312, #8290); both figures are assumed.
WRITES, WRITES_WINDOW_S = 60, 10.0
ACTIVE_THREADS = 1000  # in one server (Slackord#101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`limit` requests in `window_s` seconds, counted for each channel, webhook or guild in the path."""

    name: str
    limit: int
    window_s: float

    @property
    def bucket(self) -> str:
        return hashlib.blake2s(self.name.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    rule: Rule
    allowed: bool
    remaining: int
    reset: datetime
    reset_after_s: float
    is_global: bool = False

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.rule.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{self.reset.timestamp():.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after_s:.3f}",
            "X-RateLimit-Bucket": self.rule.bucket,
        }


@dataclass(slots=True)
class _Window:
    started: datetime
    used: int = 0


class RateLimits:
    """Fixed windows, opened by the first request in them. `enforced=False` counts and never refuses."""

    def __init__(self, clock: Clock, *, enforced: bool = True) -> None:
        self._clock = clock
        self._enforced = enforced
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, rule: Rule, *, major: str) -> Verdict:
        return self._count(rule, major=major)

    def take_global(self) -> Verdict:
        """All routes but those of interactions (receiving-and-responding.mdx:437)."""
        return self._count(Rule(name="global", limit=GLOBAL_PER_S, window_s=1.0), major="", is_global=True)

    def take_dm(self) -> Verdict:
        """One new conversation with somebody."""
        rule = Rule(name="new conversations", limit=OPENED_DMS, window_s=OPENED_DMS_WINDOW_S)
        return self._count(rule, major="")

    @property
    def enforced(self) -> bool:
        return self._enforced

    def _count(self, rule: Rule, *, major: str, is_global: bool = False) -> Verdict:
        now = self._clock.now()
        key = (rule.name, major)
        window = self._windows.get(key)
        if window is None or (now - window.started).total_seconds() >= rule.window_s:
            window = self._windows[key] = _Window(now)
        window.used += 1
        left_s = rule.window_s - (now - window.started).total_seconds()
        return Verdict(
            rule=rule,
            allowed=window.used <= rule.limit or not self._enforced,
            remaining=max(0, rule.limit - window.used),
            reset=now + timedelta(seconds=left_s),
            reset_after_s=left_s,
            is_global=is_global,
        )
