"""A10: whose office hours do the posts keep? Context only: no weight, never alone, never in the headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.checks.check import Check, could_not_check, insufficient, not_applicable
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.places import Place, place_of_country, place_of_text
from bot.checks.standing import tie
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, phrase, say, share
from bot.store.records import PostKind

# Methods, A10 (ours, after Schoch 2022).
MIN_POSTS = 200
# [P] Office hours: from the full hour to the hour before the second.
OPENS, CLOSES = 9, 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How many of `of` posts fall into office hours on working days of a place."""

    place: Place
    n: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.n, self.of)


def clock_of(times: Sequence[datetime], place: Place) -> Clock:
    """Count posts in the office hours of a place, in its local time with its summer time.

    Holidays are not known. Raises ZoneInfoNotFoundError on a machine without time zone data.
    """
    zone = ZoneInfo(place.zone)
    local = [moment.astimezone(zone) for moment in times]
    n = sum(each.isoweekday() not in place.weekend and OPENS <= each.hour < CLOSES for each in local)
    return Clock(place=place, n=n, of=len(times))


def run(subject: Subject) -> tuple[Finding, ...]:
    """Compare the capital of the state that the registry ties to the account with the stated place."""
    found = capitals(subject)
    if not found:
        return (not_applicable(CHECK, reason=say("reason.clock no state")),)
    times = [post.created_at for post in subject.posts if post.kind is not PostKind.REPOST]
    if not times:
        return (could_not_check(CHECK, reason=say("reason.no posts", days=subject.days)),)
    if len(times) < MIN_POSTS:
        reason = say("reason.few posts", n=len(times), needed=MIN_POSTS)
        return (insufficient(CHECK, n=len(times), needed=MIN_POSTS, reason=reason),)
    stated = stated_place(subject)
    try:
        here = clock_of(times, stated) if stated is not None else None
        return tuple(_finding(clock_of(times, capital), here) for capital in found)
    except ZoneInfoNotFoundError:
        return (could_not_check(CHECK, reason=say("reason.no zones")),)


def capitals(subject: Subject) -> list[Place]:
    """Return the capitals of the states whose bodies or media the registry ties to the account."""
    registry = subject.registry
    # Not those of officials who merely follow it.
    linked = {each.claim.entity.key for each in registry.account.listings} | set(registry.above)
    for chain in (*registry.account.chains, *(chain for found in registry.above.values() for chain in found)):
        linked |= {end.key for step in chain.steps for end in (step.subject, step.object)}
    countries = dict.fromkeys(
        entity.country
        for key, entity in registry.entities.items()
        if key in linked and entity.country is not None and tie(entity, registry.typologies).is_state
    )
    places = [place_of_country(country) for country in countries]
    return [place for place in places if place is not None]


def stated_place(subject: Subject) -> Place | None:
    """Return the country that the newest profile with a place names."""
    located = next((each.location for each in subject.snapshots if each.location), None)
    return place_of_text(located) if located is not None else None


def _finding(capital: Clock, here: Clock | None) -> Finding:
    # The intervals must not touch: two neighbours in a time zone keep the same hours.
    fits = (
        here is not None
        and here.place.country != capital.place.country
        and capital.interval[0] > here.interval[1]
    )
    compared = phrase("clock.no place")
    if here is not None:
        kept = share(here.n, here.of, interval=here.interval)
        compared = phrase("clock.stated", share=kept, place=Word(here.place.name))
        compared = compared if fits else phrase("clock.also", compared=compared)
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND if fits else State.NOT_FOUND,
        summary=say(
            "clock.fits" if fits else "clock.nothing",
            share=share(capital.n, capital.of, interval=capital.interval),
            capital=Word(capital.place.capital),
            compared=compared,
        ),
        n=capital.n,
        of=capital.of,
        benign=say("clock.benign") if fits else None,
    )


CHECK = Check(name="posting_clock", line=Line.STATE_LINK, category=Category.BEHAVIOURAL, run=run)
