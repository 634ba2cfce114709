"""How the engagement checks write figures that no other check has."""

from __future__ import annotations

from bot.checks.wording import Word, number, phrase


def fine(rate: float) -> Word:
    """Return a rate of 0..1 or more with two figures: "0.42 %", "4.1 %", "37.5 %"."""
    return Word(f"{number(rate * 100)} %")


def signed(change: float) -> Word:
    """Return a change with its sign: "+1,204", "−12", "0"."""
    return Word(f"+{number(change)}" if change > 0 else number(change))


def gap(seconds: float) -> Word:
    """Return a time between posts: "45 seconds", "12 minutes", "3.5 hours", "2 days"."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            value = number(seconds / length)
            return Word(f"{value} {unit if value == '1' else unit + 's'}")
    value = number(seconds)
    return Word(f"{value} {'second' if value == '1' else 'seconds'}")


def hour(of_day: int) -> Word:
    """Return an hour of the day: "07:00"."""
    return Word(f"{of_day:02}:00")


def followers_between(bounds: range, *, open_from: int) -> Word:
    """Return a follower bucket in words; one that starts at `open_from` has no upper bound."""
    if bounds.start == 0:
        return phrase("cohort.size below", high=bounds.stop)
    if bounds.start >= open_from:
        return phrase("cohort.size above", low=bounds.start)
    return phrase("cohort.size", low=bounds.start, high=bounds.stop - 1)
