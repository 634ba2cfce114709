"""How the follower count moved, and which days stand out against the account's own history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.engagement.readings import followers_flaw, rounding
from bot.checks.engagement.words import fine, signed
from bot.checks.statistics import robust_distance
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, number, phrase, say
from bot.store.history import FollowerCount

# [P] Least history, and what a jump must be beside the cut-off of Iglewicz and Hoaglin: ours.
MIN_COUNTS = 9
MIN_DAYS = 14.0
JUMP_Z = 3.5
JUMP_SHARE = 0.10
JUMP_FOLLOWERS = 50
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A change between two counts. `z` is None where the history is too even for a distance."""

    since: datetime
    until: datetime
    before: int
    after: int
    z: float | None

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How a follower count moved: oldest jump first, median change a day. FOUND: there are jumps or drops."""

    state: State
    counts: int
    days: float
    per_day: float | None = None
    jumps: tuple[Jump, ...] = ()


def growth(counts: Sequence[FollowerCount]) -> Growth:
    """Measure change a day between counts that can be true, at most one a day.

    A jump is beyond 3.5 robust standard deviations of the account's own daily changes, and at least a
    tenth and fifty followers [P]. Where half of the changes are equal the second rule decides alone.
    Changes within the rounding of the counts are no changes.
    """
    ordered = sorted(counts, key=lambda each: each.taken_at)
    if not ordered:
        return Growth(state=State.INSUFFICIENT, counts=0, days=0.0)
    days = (ordered[-1].taken_at - ordered[0].taken_at) / timedelta(days=1)
    if len(ordered) < MIN_COUNTS or days < MIN_DAYS:
        return Growth(state=State.INSUFFICIENT, counts=len(ordered), days=days)
    pairs = list(pairwise(ordered))
    rates = [_rate(before, after) for before, after in pairs]
    jumps: list[Jump] = []
    for (before, after), rate in zip(pairs, rates, strict=True):
        change = abs(after.followers - before.followers)
        if change < max(JUMP_FOLLOWERS, JUMP_SHARE * before.followers) or rate == 0:
            continue
        z = robust_distance(rate, rates)
        if z is None or abs(z) > JUMP_Z:
            jumps.append(
                Jump(
                    since=before.taken_at,
                    until=after.taken_at,
                    before=before.followers,
                    after=after.followers,
                    z=z,
                )
            )
    return Growth(
        state=State.FOUND if jumps else State.NOT_FOUND,
        counts=len(ordered),
        days=days,
        per_day=median(rates),
        jumps=tuple(jumps),
    )


def _rate(before: FollowerCount, after: FollowerCount) -> float:
    """Return the change a day. Two counts of one day (at its end and its start) count as a day apart."""
    change = after.followers - before.followers
    error = sum(rounding(each.followers) for each in (before, after) if each.rounded)
    if abs(change) <= error:
        return 0.0
    return change / max((after.taken_at - before.taken_at) / timedelta(days=1), 1.0)


def usable_counts(subject: Subject) -> list[FollowerCount]:
    """Return the counts held that can be true."""
    return [
        each
        for each in subject.reach.follower_counts
        if followers_flaw(
            each.followers, following=each.following, posts=each.posts, posts_held=len(subject.posts)
        )
        is None
    ]


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure all that is held, not the window alone: a history is what there is to compare with."""
    counts = usable_counts(subject)
    rejected = len(subject.reach.follower_counts) - len(counts)
    if not counts:
        return (could_not_check(CHECK, reason=say("reason.no followers held")),)
    measured = growth(counts)
    if measured.per_day is None:
        return (_too_little(measured),)
    first, last = counts[0], counts[-1]
    figures = {
        "first": _about(first),
        "since": first.taken_at,
        "last": _about(last),
        "until": last.taken_at,
    }
    notes = phrase("growth.rejected", days=counted(rejected, "day")) if rejected else Word("")
    rounded = phrase("growth.rounded") if any(each.rounded for each in counts) else Word("")
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=measured.state,
            summary=say(
                "growth.measured",
                **figures,
                change=signed(last.followers - first.followers),
                days=counted(measured.counts, "day"),
                jumps=_jumps(measured.jumps),
                notes=Word(f"{notes}{rounded}"),
            ),
            figure=say("growth.in line", **figures, days=counted(measured.counts, "day")),
            n=len(measured.jumps),
            of=measured.counts - 1,
            evidence=tuple(_shown(jump, measured.per_day) for jump in _largest(measured.jumps)),
            benign=say("growth.benign") if measured.jumps else None,
        ),
    )


def _too_little(measured: Growth) -> Finding:
    if measured.counts < MIN_COUNTS:
        reason = say("reason.few changes", n=measured.counts, needed=MIN_COUNTS)
        return insufficient(CHECK, n=measured.counts, needed=MIN_COUNTS, reason=reason)
    reason = say("reason.short history", n=measured.days, needed=round(MIN_DAYS))
    return insufficient(CHECK, n=int(measured.days), needed=round(MIN_DAYS), reason=reason)


def _about(each: FollowerCount) -> Word:
    return Word(f"{'about ' if each.rounded else ''}{number(each.followers)}")


def _jumps(jumps: Sequence[Jump]) -> Word:
    if not jumps:
        return phrase("growth.none")
    ups = sum(jump.change > 0 for jump in jumps)
    return phrase("growth.jumps", ups=counted(ups, "jump"), downs=counted(len(jumps) - ups, "drop"))


def _largest(jumps: Sequence[Jump]) -> list[Jump]:
    return sorted(jumps, key=lambda jump: (-abs(jump.change), jump.until))[:SHOWN]


def _shown(jump: Jump, per_day: float) -> Evidence:
    part = fine(abs(jump.change) / jump.before) if jump.before else Word("from none")
    return Evidence(
        text=say(
            "growth.jump",
            change=signed(jump.change),
            share=part,
            since=jump.since,
            until=jump.until,
            median=signed(per_day),
            z=Word("") if jump.z is None else phrase("growth.z", z=number(jump.z)),
        ),
        at=jump.until,
    )


CHECK = Check(name="growth", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
