"""What happened to an account and in the registry, by day: what a spike may have to do with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.checks.engagement.growth import growth, usable_counts
from bot.checks.engagement.words import signed
from bot.checks.subject import Subject
from bot.checks.wording import Word, phrase

# Dates of sources may be partial; a month is no day.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day (UTC), in our words with names in backticks."""

    on: date
    words: Word


def events(subject: Subject) -> tuple[Event, ...]:
    """Return what is known to have happened, oldest first: handles, names, labels, followers, claims."""
    found = {
        *_handles(subject),
        *_names(subject),
        *_labels(subject),
        *_followers(subject),
        *_claims(subject),
    }
    return tuple(sorted(found, key=lambda event: (event.on, event.words)))


def around(day: date, among: Iterable[Event], *, days: int = 1) -> list[Event]:
    """Return the events of a day and of so many days before and after it."""
    return [event for event in among if abs((event.on - day).days) <= days]


def _handles(subject: Subject) -> Iterator[Event]:
    # The first handle is no change.
    for borne in subject.reach.handles[1:]:
        on = borne.first_seen.date()
        yield Event(on=on, words=phrase("event.handle", handle=borne.handle))


def _names(subject: Subject) -> Iterator[Event]:
    named = [each for each in reversed(subject.snapshots) if each.display_name]
    for before, after in pairwise(named):
        if before.display_name and after.display_name and before.display_name != after.display_name:
            on = after.taken_at.date()
            words = phrase("event.name", before=before.display_name, after=after.display_name)
            yield Event(on=on, words=words)


def _labels(subject: Subject) -> Iterator[Event]:
    last: str | None = None
    for look in reversed(subject.around.labels):
        if look.label is not None and look.label != last:
            on = look.looked_at.date()
            yield Event(on=on, words=phrase("event.label", label=look.label))
        last = look.label


def _followers(subject: Subject) -> Iterator[Event]:
    for jump in growth(usable_counts(subject)).jumps:
        on = jump.until.date()
        yield Event(on=on, words=phrase("event.followers", change=signed(jump.change)))


def _claims(subject: Subject) -> Iterator[Event]:
    for listing in subject.registry.account.listings:
        claim = listing.claim
        source = claim.source.title
        for when, key in ((claim.valid_from, "event.claim from"), (claim.valid_to, "event.claim until")):
            on = _whole_day(when)
            if on is not None:
                yield Event(on=on, words=phrase(key, source=source, entity=claim.entity.name))
        published = _whole_day(claim.source.published_on)
        if published is not None:
            yield Event(on=published, words=phrase("event.source", source=source))


def _whole_day(when: str | None) -> date | None:
    if when is None or _DAY.fullmatch(when[:10]) is None:
        return None
    try:
        return date.fromisoformat(when[:10])
    except ValueError:
        return None
