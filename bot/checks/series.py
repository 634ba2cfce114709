"""The posts of a check by day and by hour, as plain figures: what pictures and exports are drawn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, timedelta
from statistics import median

from bot.checks.dossier import Series
from bot.checks.subject import Subject


def series_of(subject: Subject) -> Series | None:
    """Count posts by UTC day and by weekday and hour, and take the median engagement of each day.

    None where no posts are held. What a post earned is what the checks read it as, flaws and all.
    """
    if not subject.posts:
        return None
    times = [post.created_at.astimezone(UTC) for post in subject.posts]
    first, last = min(times).date(), max(times).date()
    each_day = Counter(time.toordinal() for time in times)
    each_hour = Counter((time.weekday(), time.hour) for time in times)
    earned: defaultdict[int, list[int]] = defaultdict(list)
    for post, reading in zip(subject.originals, subject.earned, strict=True):
        if reading.total is not None:
            earned[post.created_at.astimezone(UTC).toordinal()].append(reading.total)
    everything = [value for values in earned.values() for value in values]
    days = range(first.toordinal(), last.toordinal() + 1)
    return Series(
        starts_on=first,
        posts=tuple(each_day[day] for day in days),
        engagement=tuple(float(median(earned[day])) if day in earned else None for day in days),
        hours=tuple(tuple(each_hour[weekday, hour] for hour in range(24)) for weekday in range(7)),
        originals=len(subject.originals),
        counted=len(everything),
        median=float(median(everything)) if everything else None,
    )


def days_of(series: Series) -> list[date]:
    """Return the days that the series covers, oldest first."""
    return [series.starts_on + timedelta(days=n) for n in range(len(series.posts))]
