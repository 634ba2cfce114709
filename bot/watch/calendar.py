"""When something may be told: digests and quiet hours in the subscriber's own time zone. Pure.

Local times follow the zone's rules. Where clocks go forward, a time that does not exist that day is taken
with the offset before the change, so 02:30 becomes 03:30. Where they go back, the first of the two is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.checks.wording import quoted
from bot.errors import InputError
from bot.store.watch_records import Cadence, Terms

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When an alert is told. `held`: together with others that waited, as a digest."""

    at: datetime
    held: bool


def slot(terms: Terms, *, now: datetime, snoozed_until: datetime | None = None) -> Slot:
    """Return when something that happens `now` is told."""
    at, held = now, False
    if snoozed_until is not None and snoozed_until > now:
        at, held = snoozed_until, True
    if terms.cadence is Cadence.HOURLY:
        at, held = _next_hour(at), True
    elif terms.cadence is Cadence.DAILY:
        at, held = _next_daily(at, terms), True
    quiet_ends = quiet_until(terms, at=at)
    return Slot(at=at, held=held) if quiet_ends is None else Slot(at=quiet_ends, held=True)


def quiet_until(terms: Terms, *, at: datetime) -> datetime | None:
    """Return when the quiet hours end in which `at` lies; None outside of them."""
    if terms.quiet is None or terms.quiet[0] == terms.quiet[1]:
        return None
    start, end = terms.quiet
    zone = ZoneInfo(terms.zone)
    local = at.astimezone(zone)
    # Yesterday's hours may reach into today, and today's into tomorrow.
    for day in (local.date() - _DAY, local.date()):
        begins = _local(day, start, zone=zone)
        ends = _local(day if end > start else day + _DAY, end, zone=zone)
        if begins <= at < ends:
            return ends
    return None


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _next_daily(now: datetime, terms: Terms) -> datetime:
    zone = ZoneInfo(terms.zone)
    day = now.astimezone(zone).date()
    today = _local(day, terms.digest_hour * 60, zone=zone)
    return today if today > now else _local(day + _DAY, terms.digest_hour * 60, zone=zone)


def _local(day: date, minutes: int, *, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time on a day."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone).astimezone(UTC)


def read_zone(text: str) -> str:
    """Return an IANA zone in its own spelling. Raises InputError."""
    wanted = text.strip().replace(" ", "_") or "UTC"
    try:
        return ZoneInfo(wanted).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        city = wanted.rpartition("/")[2].casefold()
        near = sorted(zone for zone in available_timezones() if zone.rpartition("/")[2].casefold() == city)
        hint = f"Did you mean `{near[0]}`?" if near else "Give one such as `Europe/Lisbon`."
        raise InputError(f"There is no time zone {quoted(text.strip())}. {hint}") from None


def read_quiet(text: str) -> tuple[int, int] | None:
    """Read "22:00-07:00" or "22-7" as minutes of the day; None for "off" and "". Raises InputError."""
    wanted = text.strip().casefold().replace("–", "-").replace(" ", "")
    if wanted in {"", "off", "none"}:
        return None
    start, separator, end = wanted.partition("-")
    begins, ends = _minutes(start), _minutes(end)
    if not separator or begins is None or ends is None or begins == ends:
        raise InputError(f"{quoted(text.strip())} are no quiet hours. Write them as `22:00-07:00`, or `off`.")
    return begins, ends


def _minutes(text: str) -> int | None:
    hours, _, minutes = text.partition(":")
    if not hours.isascii() or not hours.isdigit() or not (minutes or "0").isdigit():
        return None
    value = int(hours) * 60 + int(minutes or 0)
    return value % 1440 if int(hours) <= 24 and int(minutes or 0) < 60 and value <= 1440 else None


def clock(minutes: int) -> str:
    """Return minutes of the day as "22:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
