"""At which hours, on which weekdays and how evenly an account posts. Context only: no weight, no verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.checks.attribution.posting_clock import capitals, clock_of, stated_place
from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.engagement.words import gap, hour
from bot.checks.places import Place
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, phrase, say, share
from bot.store.records import PostKind

# [P] Least posts for a distribution over 24 hours.
MIN_POSTS = 100
# [P] Gaps count as equal within so many seconds; so large a share of them is a fixed schedule.
TOLERANCE_S = 2
MIN_REGULAR = 0.5
QUIET_HOURS = 6

# Saturday and Sunday, for UTC, which belongs to no country.
WEEKEND = frozenset({6, 7})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Posts by hour of the day in one time zone.

    The `quiet_posts` of the six hours from `quiet` on are the fewest of any six; `weekend` counts posts on
    the days that a place rests.
    """

    hours: tuple[int, ...]
    quiet: int
    quiet_posts: int
    busy: int
    weekend: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The times between posts. `equal` of `of` are alike within the tolerance."""

    median_s: float
    common_s: float
    equal: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.equal, self.of)


def hours_of(times: Sequence[datetime], zone: tzinfo, *, weekend: frozenset[int] = WEEKEND) -> Hours:
    """Count posts by local hour, with the zone's summer time."""
    local = [moment.astimezone(zone) for moment in times]
    counts = Counter(each.hour for each in local)
    hours = tuple(counts[each] for each in range(24))
    sums = [sum(hours[(start + n) % 24] for n in range(QUIET_HOURS)) for start in range(24)]
    quiet = min(range(24), key=lambda start: (sums[start], start))
    return Hours(
        hours=hours,
        quiet=quiet,
        quiet_posts=sums[quiet],
        busy=max(range(24), key=lambda each: (hours[each], -each)),
        weekend=sum(each.isoweekday() in weekend for each in local),
    )


def gaps_of(times: Sequence[datetime]) -> Gaps:
    """Measure how even the gaps between at least two posts are, in any order."""
    seconds = sorted(moment.timestamp() for moment in times)
    gaps = sorted(after - before for before, after in pairwise(seconds))
    # The most that lie within the tolerance of each other: a window that slides over the sorted gaps.
    start = best = 0
    common = gaps[0]
    for end, each in enumerate(gaps):
        while each - gaps[start] > TOLERANCE_S:
            start += 1
        # Posts of one moment are one act, not a rhythm.
        if end - start + 1 > best and each > TOLERANCE_S:
            best, common = end - start + 1, gaps[(start + end) // 2]
    return Gaps(median_s=median(gaps), common_s=common, equal=best, of=len(gaps))


def run(subject: Subject) -> tuple[Finding, ...]:
    """Describe what the account writes itself; a repost keeps the hours of its occasion."""
    times = [post.created_at for post in subject.posts if post.kind is not PostKind.REPOST]
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    if len(times) < MIN_POSTS:
        reason = say("reason.few posts", n=len(times), needed=MIN_POSTS)
        return (insufficient(CHECK, n=len(times), needed=MIN_POSTS, reason=reason),)
    gaps = gaps_of(times)
    regular = gaps.interval[0] >= MIN_REGULAR
    even = share(gaps.equal, gaps.of, interval=gaps.interval)
    figures = phrase(
        "rhythm.figures",
        posts=counted(len(times), "post"),
        gap=gap(gaps.median_s),
        same=even,
        tolerance=TOLERANCE_S,
        utc=_clock(hours_of(times, UTC), len(times), zone=phrase("rhythm.utc")),
        zones=Word("".join(_zones(subject, times))),
    )
    summary = (
        say("rhythm.found", share=even, gap=gap(gaps.common_s), figures=figures)
        if regular
        else say("rhythm.measured", figures=figures)
    )
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=State.FOUND if regular else State.NOT_FOUND,
            summary=summary,
            n=gaps.equal,
            of=gaps.of,
            benign=say("rhythm.benign") if regular else None,
        ),
    )


def _zones(subject: Subject, times: Sequence[datetime]) -> list[Word]:
    """Describe the hours of the stated place and of the capitals of linked states, each once."""
    stated = stated_place(subject)
    places = [*([stated] if stated is not None else []), *capitals(subject)]
    try:
        return [
            phrase("rhythm.zone", clock=_local(times, place))
            for place in {p.zone: p for p in places}.values()
        ]
    except ZoneInfoNotFoundError:
        # Without time zone data there is UTC alone.
        return []


def _local(times: Sequence[datetime], place: Place) -> Word:
    clock = clock_of(times, place)
    words = _clock(
        hours_of(times, ZoneInfo(place.zone), weekend=place.weekend),
        len(times),
        zone=phrase("rhythm.place", place=Word(place.name), zone=Word(place.zone)),
    )
    office = phrase("rhythm.office", office=share(clock.n, clock.of, interval=clock.interval))
    return Word(f"{words}{office}")


def _clock(hours: Hours, posts: int, *, zone: Word) -> Word:
    return phrase(
        "rhythm.clock",
        zone=zone,
        quiet=hour(hours.quiet),
        share=_part(hours.quiet_posts, posts),
        busy=hour(hours.busy),
        most=counted(hours.hours[hours.busy], "post"),
        weekend=_part(hours.weekend, posts),
    )


def _part(n: int, of: int) -> Word:
    return share(n, of, interval=wilson_interval(n, of))


CHECK = Check(name="rhythm", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
