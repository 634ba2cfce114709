"""When to ask again, as servers say it: Retry-After and two dialects of rate-limit headers.

`Retry-After` is seconds or a date (RFC 9110). `RateLimit-Reset` (Bluesky), `x-rate-limit-reset` (X): Unix
seconds, in the IETF draft the seconds to wait; `X-RateLimit-Reset` is ISO 8601 on Mastodon. Size tells
them apart: no wait lasts 30 years.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Below it a number is a wait, above it an instant: 10^9 s is September 2001 or 31 years.
_EPOCH_FROM = 10**9
_EPOCH_MS_FROM = 10**12
# A wait that no server means; a date this far ahead is a broken clock.
LONGEST_WAIT = timedelta(days=1)

_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
# The IETF draft's single field: `limit=100, remaining=0, reset=50`.
_MEMBER = re.compile(r"\b(limit|remaining|reset)\s*=\s*(\d{1,15})", re.IGNORECASE)

_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_RESET = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left until `resets_at`; None where the server does not say."""

    remaining: int | None = None
    resets_at: datetime | None = None

    @property
    def is_used_up(self) -> bool:
        """Whether another request before the reset would be refused."""
        return self.remaining == 0 and self.resets_at is not None


def retry_at(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """Return when a refused request may be sent again; None where nothing readable says so.

    Retry-After is meant for exactly this and comes first. Names of `headers` are in lower case.
    """
    value = headers.get("retry-after")
    moment = None if value is None else _instant(value, now=now)
    return moment or allowance(headers, now=now).resets_at


def allowance(headers: Mapping[str, str], *, now: datetime) -> Allowance:
    """Read what is left, in any of the dialects. Unreadable values are left out."""
    members = {name.lower(): number for name, number in _MEMBER.findall(headers.get("ratelimit", ""))}
    remaining = next((headers[name] for name in _REMAINING if name in headers), members.get("remaining"))
    reset = next((headers[name] for name in _RESET if name in headers), members.get("reset"))
    return Allowance(
        remaining=_whole(remaining), resets_at=None if reset is None else _instant(reset, now=now)
    )


def _whole(text: str | None) -> int | None:
    if text is None:
        return None
    # "99, 99;w=60": the first number counts.
    match = re.match(r"\s*(\d{1,15})\b", text)
    return int(match[1]) if match else None


def _instant(text: str, *, now: datetime) -> datetime | None:
    moment = _read(text.strip(), now=now)
    if moment is None or moment > now + LONGEST_WAIT:
        return None
    # What lies in the past has been waited for already.
    return max(moment, now)


def _read(text: str, *, now: datetime) -> datetime | None:
    if _NUMBER.fullmatch(text):
        number = float(text)
        seconds = number / 1000 if number >= _EPOCH_MS_FROM else number
        seconds -= now.timestamp() if number >= _EPOCH_FROM else 0
        return None if seconds > LONGEST_WAIT.total_seconds() else now + timedelta(seconds=seconds)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
