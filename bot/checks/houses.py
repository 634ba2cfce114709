"""Who belongs to one house: an outlet, its publisher and those who own them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.checks.attribution.registry_match import holders
from bot.checks.subject import Registry
from bot.store.chains import above
from bot.store.records import OWNERSHIP, Relation

# Regional editions have one publisher as often as one owner.
_HOUSE = OWNERSHIP | {Relation.PUBLISHES}


def house(registry: Registry, key: str) -> frozenset[str]:
    """Return the keys of an entity and of those who own or publish it, by what registered sources say."""
    found = {key}
    upward = [chain for chain in registry.account.chains if chain.start and chain.start.entity.key == key]
    for chain in (*upward, *registry.above.get(key, ())):
        for step in chain.steps:
            if step.relation not in _HOUSE:
                break
            found.add(above(step).key)
    return frozenset(found)


def own_house(registry: Registry) -> frozenset[str]:
    """Return the house of the account itself; empty where nobody is said to have it."""
    return houses(registry, (holder.entity.key for holder in holders(registry.account)))


def houses(registry: Registry, keys: Iterable[str]) -> frozenset[str]:
    """Return the houses of several entities together."""
    return frozenset[str]().union(*(house(registry, key) for key in keys))
