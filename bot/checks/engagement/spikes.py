"""E4: days on which an account posted far more than in the four weeks before, and what happened then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.engagement.events import Event, around, events
from bot.checks.engagement.readings import read
from bot.checks.evidence import POST_TEXT
from bot.checks.statistics import robust_distance
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, number, phrase, quoted, say
from bot.store.records import Post, PostKind

# [S] Window and cut-off: methods, E4; Iglewicz and Hoaglin 1993.
TRAILING = 28
SPIKE_Z = 3.5
# [P] Where a week's deviation is a post or none, a handful of posts is no spike.
MIN_ABOVE = 5
# [P] Where the deviation is 0: so many times the busiest of the days before.
TIMES_BUSIEST = 2
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day's posts against the `TRAILING` days before it. `z` is None where their deviation is 0."""

    on: date
    posts: int
    median: float
    z: float | None
    spike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spikes:
    """The days that have enough days before them, oldest first. `covered` counts all full days."""

    state: State
    covered: int
    days: tuple[Day, ...] = ()

    @property
    def spikes(self) -> list[Day]:
        return [day for day in self.days if day.spike]


def daily_counts(times: Sequence[datetime]) -> list[tuple[date, int]]:
    """Return the posts of each UTC day from the first to the last, days without posts included."""
    if not times:
        return []
    counts = Counter(time.astimezone(UTC).toordinal() for time in times)
    return [(date.fromordinal(day), counts[day]) for day in range(min(counts), max(counts) + 1)]


def spikes(counts: Sequence[tuple[date, int]]) -> Spikes:
    """Compare each day with the 28 before it. The first day is left out: it may be held in part only."""
    full = list(counts[1:])
    if len(full) <= TRAILING:
        return Spikes(state=State.INSUFFICIENT, covered=len(full))
    days = tuple(
        _day(on, posts, [n for _on, n in full[number - TRAILING : number]])
        for number, (on, posts) in enumerate(full)
        if number >= TRAILING
    )
    state = State.FOUND if any(day.spike for day in days) else State.NOT_FOUND
    return Spikes(state=state, covered=len(full), days=days)


def _day(on: date, posts: int, before: Sequence[int]) -> Day:
    middle = median(before)
    z = robust_distance(posts, before)
    if posts - middle < MIN_ABOVE:
        spike = False
    elif z is None:
        spike = posts >= TIMES_BUSIEST * max(before)
    else:
        spike = z > SPIKE_Z
    return Day(on=on, posts=posts, median=middle, z=z, spike=spike)


def run(subject: Subject) -> tuple[Finding, ...]:
    """Look at posts of every kind; show each spike with its top item and what happened around it."""
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    measured = spikes(daily_counts([post.created_at for post in subject.posts]))
    if measured.state is State.INSUFFICIENT:
        needed = TRAILING + 1
        reason = say("reason.spike days", n=measured.covered, needed=needed)
        return (insufficient(CHECK, n=measured.covered, needed=needed, reason=reason),)
    found = sorted(measured.spikes, key=lambda day: (-day.posts, day.on))
    days = counted(len(measured.days), "day")
    if found:
        highest = found[0]
        summary = say(
            "spikes.found",
            n=len(found),
            of=days,
            trailing=TRAILING,
            on=highest.on,
            posts=counted(highest.posts, "post"),
            median=number(highest.median),
            z=_z(highest),
        )
    else:
        busiest = min(measured.days, key=lambda day: (-day.posts, day.on))
        summary = say(
            "spikes.nothing",
            of=days,
            trailing=TRAILING,
            on=busiest.on,
            posts=counted(busiest.posts, "post"),
        )
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=measured.state,
            summary=summary,
            figure=summary.removesuffix("."),
            n=len(found),
            of=len(measured.days),
            evidence=tuple(_shown(day, subject) for day in found[:SHOWN]),
            benign=say("spikes.benign") if found else None,
        ),
    )


def _shown(day: Day, subject: Subject) -> Evidence:
    top = top_item(_of_day(subject.posts, day.on))
    same = around(day.on, events(subject))
    return Evidence(
        text=say(
            "spikes.day",
            on=day.on,
            posts=counted(day.posts, "post"),
            median=number(day.median),
            z=_z(day),
            top=quoted(top.text, limit=POST_TEXT) if top.text.strip() else phrase("spikes.untold"),
            same=phrase("spikes.same", events=Word("; ".join(map(_dated, same)))) if same else Word(""),
        ),
        at=top.created_at,
        url=top.url,
    )


def _dated(event: Event) -> str:
    return phrase("event.dated", what=event.words, on=event.on)


def _of_day(posts: Sequence[Post], on: date) -> list[Post]:
    return [post for post in posts if post.created_at.astimezone(UTC).date() == on]


def top_item(posts: Sequence[Post]) -> Post:
    """Return what earned most of at least one post, the account's own before reposts, the first of equals."""
    return min(
        posts, key=lambda post: (post.kind is PostKind.REPOST, -_earned(post), post.created_at, post.post_id)
    )


def _earned(post: Post) -> int:
    """Return the counts that are known and can be true. For an order alone: absent ones add nothing."""
    reading = read(post.counts, age=None)
    if reading.flaw is not None:
        return 0
    return sum(value or 0 for value in (post.counts.likes, post.counts.reposts, post.counts.replies))


def _z(day: Day) -> Word:
    return Word("") if day.z is None else phrase("spikes.z", z=number(day.z))


CHECK = Check(name="spikes", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
