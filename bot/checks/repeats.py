"""Which texts of an account others had published before, who they are, and whether the account says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.checks.copies import Copy
from bot.checks.houses import houses, own_house
from bot.checks.standing import strength_of
from bot.checks.subject import Subject
from bot.store.records import PostKind
from bot.text.credits import Credit, CreditKind

# [P] The rule of methods A5, for posts without credit and for all of them alike.
MIN_ITEMS = 5
MIN_SHARE = 0.2
# [P] The benign test: so many texts of outlets without a link to a state, repeated without credit half as
# often or more, and the account treats all agencies alike.
CUSTOMER_ITEMS = 3
CUSTOMER_SHARE = 0.5

# After one of these readers see whom a text comes from.
_SIGNED = frozenset({CreditKind.REAL_MENTION, CreditKind.REAL_LINK, CreditKind.NAME_CREDIT, CreditKind.TAG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A text with the first publication before the subject's. `posts` of the subject have it.

    `credited`: the post names the source or its house. `unsigned`: by its bare handle alone. `elsewhere`: it
    credits somebody else.
    """

    source: Copy
    credited: bool
    unsigned: bool
    elsewhere: bool

    @property
    def posts(self) -> int:
        return self.source.repeats

    @property
    def silent(self) -> bool:
        """Whether nobody is credited."""
        return not (self.credited or self.elsewhere)


@dataclass(slots=True, kw_only=True)
class Sorted:
    """The subject's copied texts by where else they stood before. `of_state` goes by state.

    A text that also stood at an outlet without a link to a state may have been taken from there: it counts
    for `others` alone. `ahead` and `sisters` count posts: published here first, and those of one house.
    """

    of_state: dict[str, list[Item]] = field(default_factory=dict[str, list[Item]])
    others: list[Item] = field(default_factory=list[Item])
    ahead: int = 0
    sisters: int = 0


def posts_in(items: Iterable[Item]) -> int:
    """Count the posts of the subject that have one of these texts."""
    return sum(item.posts for item in items)


def meets_rule(items: Sequence[Item], *, of: int) -> bool:
    """Whether 5 distinct texts make up 20 % of the posts looked at."""
    return len(items) >= MIN_ITEMS and posts_in(items) >= MIN_SHARE * of


def is_customer(silent: Sequence[Item], others: Sequence[Item]) -> bool:
    """Whether texts of outlets without a link to a state are repeated in the same way, about as often."""
    like = [item for item in others if item.silent]
    return len(like) >= CUSTOMER_ITEMS and posts_in(like) >= CUSTOMER_SHARE * posts_in(silent)


def sort_copies(subject: Subject) -> Sorted:
    """Sort every text by who had published it before the subject did."""
    found = Sorted()
    own = own_house(subject.registry)
    texts: dict[str, list[Copy]] = {}
    for copy in subject.compared.copies:
        # Of more holders than can be read up nobody knows where they stand.
        if not subject.registry.entities.keys() & copy.holders:
            continue
        texts.setdefault(copy.post.post_id, []).append(copy)
    given = {post.post_id: each for post, each in zip(subject.posts, subject.credits, strict=True)}
    for post_id, copies in texts.items():
        before = sorted(
            (copy for copy in copies if copy.lag > timedelta()),
            key=lambda copy: (copy.published.created_at, copy.published.post_id),
        )
        if not before:
            found.ahead += copies[0].repeats
            continue
        if any(own & houses(subject.registry, copy.holders) for copy in before):
            found.sisters += copies[0].repeats
            continue
        free = [copy for copy in before if _state_of(copy, subject) is None]
        source = (free or before)[0]
        item = _item(source, subject, given=given[post_id], own=own)
        if free:
            found.others.append(item)
        else:
            found.of_state.setdefault(_state_of(source, subject) or "", []).append(item)
    return found


def _item(source: Copy, subject: Subject, *, given: Sequence[Credit], own: frozenset[str]) -> Item:
    named = houses(subject.registry, source.holders)
    kinds = {credit.kind for credit in given if credit.alias.bearer in named}
    native = source.post.kind is not PostKind.ORIGINAL and source.post.refers_to == source.published.post_id
    return Item(
        source=source,
        credited=bool(kinds) or native,
        unsigned=bool(kinds) and not (kinds & _SIGNED) and not native,
        elsewhere=any(
            credit.marker is not None and credit.alias.bearer not in named | own for credit in given
        ),
    )


def bearer_of(copy: Copy, subject: Subject) -> str | None:
    """Return which holder of the other account links it to a state; None where none does."""
    registry = subject.registry
    for key in copy.holders:
        entity = registry.entities.get(key)
        if entity is not None and strength_to(key, subject) is not None:
            return key
    return None


def strength_to(key: str, subject: Subject) -> float | None:
    """Return how surely an entity is a state's, 0..1; None where no source says so."""
    registry = subject.registry
    chains = registry.above.get(key, ())
    return strength_of(registry.entities[key], above=chains, typologies=registry.typologies)


def _state_of(copy: Copy, subject: Subject) -> str | None:
    """Return the state (or, where its country is not on record, the outlet) that a copy leads to."""
    key = bearer_of(copy, subject)
    return None if key is None else subject.registry.entities[key].country or key
