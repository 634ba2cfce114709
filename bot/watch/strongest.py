"""One alert a post: of all that a new post is, whoever hears of it is told the strongest. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Set
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from bot.store.watch_records import Event, EventKind, Severity, WatchlistId
from bot.watch.facts import Facts
from bot.watch.kinds import NAMES
from bot.watch.post_events import NOTHING, keyword_events, post_events

# How much an event matters to somebody; None where it is not told.
Weigh: TypeAlias = Callable[[Event], Severity | None]

# [P] Ours: which of two equally grave events names an alert. What a list looks for by itself comes last but
# one, since its words are seen in the post anyway.
RANK = MappingProxyType(
    {
        kind: rank
        for rank, kind in enumerate(
            (
                EventKind.HALF_ATTRIBUTION,
                EventKind.REPUBLICATION,
                EventKind.IDENTICAL_POST,
                EventKind.KEYWORD,
                EventKind.NEW_POST,
            )
        )
    }
)


class PostNews:
    """What the new posts of one look are, for everybody who hears of them in a way of their own."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._made: dict[frozenset[str], tuple[Event, ...]] = {}
        self._keywords: dict[frozenset[str], dict[WatchlistId, Event]] = {}
        # Made now, on the thread that compares; most subscribers need nothing else.
        self._events(NOTHING)

    def __bool__(self) -> bool:
        return bool(self._events(NOTHING))

    def kinds(self, watchlist_id: WatchlistId) -> frozenset[EventKind]:
        """Return all that the posts are for a list."""
        return frozenset(each.kind for each in self._all(watchlist_id, NOTHING))

    def strongest(self, watchlist_id: WatchlistId, *, weigh: Weigh) -> list[Event]:
        """Return the events by which a list, or one who hears of it, is told of each post once.

        The gravest comes first. A weaker event is told of the posts that no graver one told, and named in
        those that did.
        """
        whole = self._all(watchlist_id, NOTHING)
        weighed = [(each, weigh(each)) for each in whole]
        wanted = [(each, severity) for each, severity in weighed if severity is not None]
        wanted.sort(key=lambda pair: (-pair[1], RANK[pair[0].kind]))
        told: dict[str, int] = {}
        chosen: list[Event] = []
        for event, _ in wanted:
            covered: dict[int, set[str]] = {}
            for post in event.posts:
                if post in told:
                    covered.setdefault(told[post], set()).add(post)
            if event.kind is not EventKind.NEW_POST:
                for at, posts in covered.items():
                    chosen[at] = _with_also(chosen[at], self._about(event, watchlist_id, posts=posts))
            left = self._about(event, watchlist_id, posts={post for post in event.posts if post not in told})
            if left is not None and weigh(left) is not None:
                told |= dict.fromkeys(left.posts, len(chosen))
                chosen.append(left)
        return [_keyed(each, whole=whole) for each in chosen]

    def _about(self, event: Event, watchlist_id: WatchlistId, *, posts: Set[str]) -> Event | None:
        """Return an event about some of its posts; None where those are none."""
        others = frozenset(event.posts) - posts
        if not others:
            return event
        return next((each for each in self._all(watchlist_id, others) if each.key == event.key), None)

    def _all(self, watchlist_id: WatchlistId, without: frozenset[str]) -> tuple[Event, ...]:
        if without not in self._keywords:
            self._keywords[without] = keyword_events(self._facts, without=without)
        keyword = self._keywords[without].get(watchlist_id)
        return (*self._events(without), *([keyword] if keyword else []))

    def _events(self, without: frozenset[str]) -> tuple[Event, ...]:
        if without not in self._made:
            self._made[without] = tuple(post_events(self._facts, without=without))
        return self._made[without]


def _with_also(event: Event, weaker: Event | None) -> Event:
    if weaker is None:
        return event
    also = f"Also {NAMES[weaker.kind]}: {weaker.told.what}"
    told = msgspec.structs.replace(event.told, also=(*event.told.also, also))
    return replace(event, told=told)


def _keyed(event: Event, *, whole: tuple[Event, ...]) -> Event:
    """Return an event with a key of its own where it says something else than the whole event does."""
    same = next((each for each in whole if each.key == event.key), None)
    if same is not None and same.posts == event.posts and not event.told.also:
        return event
    said = "|".join((*sorted(event.posts), *event.told.also))
    digest = hashlib.blake2s(said.encode(), digest_size=6).hexdigest()
    return replace(event, key=f"{event.key}:{digest}")
