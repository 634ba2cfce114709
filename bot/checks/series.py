"""The posts of a check by day and by hour, as plain figures: what pictures and exports are drawn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from statistics import median

from bot.checks.dossier import Series
from bot.checks.engagement.readings import age_of, kinds_of, read
from bot.checks.subject import Subject
from bot.store.records import Post, PostKind


def series_of(subject: Subject) -> Series | None:
    """Return the series of a subject's posts; None where no posts are held."""
    return series(subject.posts)


def series(posts: Sequence[Post]) -> Series | None:
    """Count posts by UTC day and by weekday and hour, and take the median engagement of each day."""
    if not posts:
        return None
    times = [post.created_at.astimezone(UTC) for post in posts]
    first, last = min(times).date(), max(times).date()
    each_day = Counter(time.toordinal() for time in times)
    each_hour = Counter((time.weekday(), time.hour) for time in times)
    earned: defaultdict[int, list[int]] = defaultdict(list)
    originals = 0
    for post, time in zip(posts, times, strict=True):
        if post.kind is PostKind.ORIGINAL:
            originals += 1
            sums = engagement_of(post)
            if sums is not None:
                earned[time.toordinal()].append(sums)
    everything = [value for values in earned.values() for value in values]
    days = range(first.toordinal(), last.toordinal() + 1)
    return Series(
        starts_on=first,
        posts=tuple(each_day[day] for day in days),
        engagement=tuple(float(median(earned[day])) if day in earned else None for day in days),
        hours=tuple(tuple(each_hour[weekday, hour] for hour in range(24)) for weekday in range(7)),
        originals=originals,
        counted=len(everything),
        median=float(median(everything)) if everything else None,
    )


def engagement_of(post: Post) -> int | None:
    """Return likes + reposts + replies; None where one that the platform has is missing or cannot be true."""
    return read(post.counts, age=age_of(post), kinds=kinds_of(post.platform)).total


def days_of(series: Series) -> list[date]:
    """Return the days that the series covers, oldest first."""
    return [series.starts_on + timedelta(days=n) for n in range(len(series.posts))]
