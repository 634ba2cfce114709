"""Local times: digests and quiet hours over midnight and over the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InputError
from bot.store.watch_records import Cadence, Terms
from bot.watch.calendar import quiet_until, read_quiet, read_zone, slot

ZONES = ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", "2026-10-19T08:00", "2026-10-19T09:00"),
        ("UTC", "2026-10-19T09:00", "2026-10-20T09:00"),  # at the hour itself: the next one
        ("Europe/Lisbon", "2026-10-24T12:00", "2026-10-25T09:00"),  # winter time since 02:00 that morning
        ("Europe/Lisbon", "2026-10-23T12:00", "2026-10-24T08:00"),  # still summer time
        ("America/New_York", "2026-03-07T20:00", "2026-03-08T13:00"),  # clocks went forward
        ("Asia/Kathmandu", "2026-10-19T00:00", "2026-10-19T03:15"),
    ],
)
def test_a_daily_digest_comes_at_the_local_hour(zone: str, now: str, expected: str) -> None:
    terms = Terms(cadence=Cadence.DAILY, digest_hour=9, zone=zone)
    assert slot(terms, now=utc(now)).at == utc(expected)


def test_a_digest_hour_that_does_not_exist_that_day_comes_an_hour_later() -> None:
    terms = Terms(cadence=Cadence.DAILY, digest_hour=2, zone="America/New_York")
    assert slot(terms, now=utc("2026-03-08T00:00")).at == utc("2026-03-08T07:00")  # 03:00 local


def test_of_two_equal_hours_the_first_is_meant() -> None:
    terms = Terms(cadence=Cadence.DAILY, digest_hour=1, zone="America/New_York")
    assert slot(terms, now=utc("2026-11-01T00:00")).at == utc("2026-11-01T05:00")


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-10-19T20:59", None),
        ("2026-10-19T21:00", "2026-10-20T06:00"),  # 22:00 to 07:00 in Lisbon, summer time
        ("2026-10-20T05:59", "2026-10-20T06:00"),
        ("2026-10-20T06:00", None),
        ("2026-10-24T23:00", "2026-10-25T07:00"),  # the night is an hour longer
    ],
)
def test_quiet_hours_span_midnight_and_the_change_of_clocks(now: str, ends: str | None) -> None:
    terms = Terms(quiet=(22 * 60, 7 * 60), zone="Europe/Lisbon")
    assert quiet_until(terms, at=utc(now)) == (None if ends is None else utc(ends))


def test_a_digest_that_falls_into_quiet_hours_comes_at_their_end() -> None:
    terms = Terms(cadence=Cadence.HOURLY, quiet=(22 * 60, 7 * 60), zone="UTC")
    assert slot(terms, now=utc("2026-10-19T22:30")).at == utc("2026-10-20T07:00")


@settings(max_examples=150, deadline=None)
@given(
    minute=st.integers(0, 366 * 24 * 60),
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
    cadence=st.sampled_from(Cadence),
    hour=st.integers(0, 23),
)
def test_nothing_is_told_in_the_past_or_in_quiet_hours_or_after_two_days(
    minute: int, zone: str, start: int, end: int, cadence: Cadence, hour: int
) -> None:
    now = utc("2026-01-01T00:00") + timedelta(minutes=minute)
    terms = Terms(quiet=(start, end), zone=zone, cadence=cadence, digest_hour=hour)
    when = slot(terms, now=now)
    assert when.at >= now
    assert when.at - now <= timedelta(days=2, hours=2)
    still_quiet = quiet_until(terms, at=when.at)
    assert still_quiet is None or still_quiet <= when.at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22:00-07:00", (1320, 420)),
        ("22-7", (1320, 420)),
        ("22:30 – 6:15", (1350, 375)),
        ("off", None),
        ("", None),
        ("0-24", "refused"),  # the whole day is no hours of the day
        ("22:00", "refused"),
        ("25-7", "refused"),
        ("22:61-7", "refused"),
        ("x-y", "refused"),
        ("²-7", "refused"),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(text: str, expected: object) -> None:
    if expected == "refused":
        with pytest.raises(InputError, match="22:00-07:00"):
            read_quiet(text)
    else:
        assert read_quiet(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Europe/Lisbon", "Europe/Lisbon"), ("America/New York", "America/New_York"), ("", "UTC")],
)
def test_zones_are_read(text: str, expected: str) -> None:
    assert read_zone(text) == expected


@pytest.mark.parametrize("text", ["Lisbon", "../etc/passwd", "/etc/passwd", "Mars/Base", "\x00", "Europe/"])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="time zone"):
        read_zone(text)
