"""Where an entity stands towards a state, and which chains lead there, by what registered sources say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.checks.weights import MAINS, edge
from bot.registry.typology import CAPTURED_PRIVATE, INDEPENDENT, STATE_CONTROLLED, current, independent
from bot.store.chains import Chain, above, weakest
from bot.store.records import OWNERSHIP, Entity, Relation, Typology
from bot.store.registry import HOLDING

# Media that a monitor says a state edits, whoever owns them.
STATE_EDITED = STATE_CONTROLLED | {CAPTURED_PRIVATE}

# Kinds of entity that are part of a state themselves.
STATE_KINDS = frozenset({"government", "party", "official"})

# Kinds of entity that publish.
MEDIA_KINDS = frozenset({"outlet", "publisher"})

# A wire agency stands so to its customers, and a credit is no more than a credit.
SUPPLY = frozenset({Relation.LICENSES_CONTENT, Relation.HOSTS, Relation.CREDITS})

# Methods, A3: ownership is followed over at most four hops.
MAX_HOPS = 4

Typologies = Mapping[str, tuple[Typology, ...]]


class Tie(StrEnum):
    """What an entity is to a state."""

    BODY = "body"  # part of a state or of its ruling party
    MEDIA = "media"  # classed by a monitor as edited by a state
    INDEPENDENT = "independent"  # classed as editorially independent, whoever pays or manages: never a link
    NONE = "none"  # no source held says anything

    @property
    def is_state(self) -> bool:
        return self in {Tie.BODY, Tie.MEDIA}


def tie(entity: Entity, typologies: Typologies) -> Tie:
    """Return what `entity` is to a state. Where monitors disagree, the class that says state counts."""
    classes = typologies.get(entity.key, ())
    if independent(classes):
        return Tie.INDEPENDENT
    if STATE_EDITED & {typology.code for typology in current(classes)}:
        return Tie.MEDIA
    return Tie.BODY if entity.kind in STATE_KINDS else Tie.NONE


def disputed(entity: Entity, typologies: Typologies) -> bool:
    """Whether monitors disagree on state against independent."""
    codes = {typology.code for typology in current(typologies.get(entity.key, ()))}
    return bool(codes & STATE_EDITED) and bool(codes & INDEPENDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChain:
    """A chain that reaches a state.

    `towards` is whom the account is linked to: the first body or state medium above the start, or the
    medium that such a body owns. `strength` is what the weakest claim up to the state allows;
    `by_ownership` tells whether every one of them carries ownership. `further` are other kinds of way to
    the same body.
    """

    chain: Chain
    towards: Entity
    by_ownership: bool
    supply_only: bool
    strength: float
    # Claims between the account's holder and `towards`.
    hops: int
    further: tuple[Chain, ...] = ()

    @property
    def weight(self) -> float:
        """What the chain weighs as a main feature."""
        if self.by_ownership:
            return self.strength
        return min(MAINS["content_supply" if self.supply_only else "association"].value, self.strength)

    @property
    def chains(self) -> tuple[Chain, ...]:
        """Every kind of way, the strongest first."""
        return (self.chain, *self.further)


def state_chain(chain: Chain, typologies: Typologies) -> StateChain | None:
    """Read a chain as a way to a state; None where it reaches none.

    A chain that passes an editorially independent outlet reaches nothing: whoever owns or funds such an
    outlet does not speak through it.
    """
    uppers = [above(step) for step in chain.steps]
    relations = [step.relation for step in chain.steps]
    grades = [step.grade for step in chain.steps]
    if chain.start is not None:
        grades.insert(0, chain.start.grade)
        if chain.start.relation not in HOLDING:
            uppers.insert(0, chain.start.entity)
            relations.insert(0, chain.start.relation)
        elif tie(chain.start.entity, typologies) is Tie.INDEPENDENT:
            return None
    ties = [tie(upper, typologies) for upper in uppers]
    reached = next((number for number, found in enumerate(ties) if found.is_state), None)
    if reached is None or Tie.INDEPENDENT in ties[:reached]:
        return None
    way, beyond = relations[: reached + 1], relations[reached + 1 :]
    by_ownership = OWNERSHIP.issuperset(way)
    linked = reached if by_ownership else _owned_medium(uppers, relations, reached=reached)
    if linked >= MAX_HOPS or not OWNERSHIP.issuperset(beyond):
        return None
    # One grade more than hops where the chain starts with who has the account.
    until = len(grades) - len(beyond)
    return StateChain(
        chain=chain,
        towards=uppers[linked],
        by_ownership=by_ownership,
        supply_only=bool(SUPPLY.intersection(way)),
        strength=edge(weakest(grades[:until])),
        hops=linked + 1,
    )


def _owned_medium(uppers: Sequence[Entity], relations: Sequence[Relation], *, reached: int) -> int:
    """Return where the medium stands that the state body at `reached` owns, or `reached` itself.

    Whoever publishes together with an agency is linked to the agency, not to the department above it.
    """
    linked = reached
    for number in range(reached, 0, -1):
        if relations[number] not in OWNERSHIP:
            break
        if uppers[number - 1].kind in MEDIA_KINDS:
            linked = number - 1
    return linked


def state_chains(chains: Iterable[Chain], typologies: Typologies) -> tuple[StateChain, ...]:
    """Return the ways to a state, strongest first; for each body the best, and of equals the most direct."""
    grouped: dict[tuple[str, bool], list[StateChain]] = {}
    for chain in chains:
        found = state_chain(chain, typologies)
        if found is not None:
            grouped.setdefault((found.towards.key, found.by_ownership), []).append(found)
    best = [_with_further(sorted(group, key=_rank, reverse=True)) for group in grouped.values()]
    return tuple(sorted(best, key=_rank, reverse=True))


def strength_of(entity: Entity, *, above: Iterable[Chain], typologies: Typologies) -> float | None:
    """Return how surely `entity` is a state's, itself or by ownership; None where no source says so.

    Who owns or funds an editorially independent outlet does not speak through it.
    """
    standing = tie(entity, typologies)
    if standing is Tie.INDEPENDENT:
        return None
    if standing.is_state:
        return 1.0
    owned = [found for found in state_chains(above, typologies) if found.by_ownership]
    return owned[0].strength if owned else None


def _with_further(group: Sequence[StateChain]) -> StateChain:
    """Keep, beside the best, one chain of every other kind."""
    best, kept = group[0], [group[0]]
    if not best.by_ownership:
        for other in group[1:]:
            if not any(other.chain.other_kinds >= one.chain.other_kinds for one in kept):
                kept.append(other)
    return replace(best, further=tuple(each.chain for each in kept[1:]))


def _rank(found: StateChain) -> tuple[float, int, int]:
    # Of equal ways the one that goes on beyond the body shows where the body itself stands.
    return found.weight, -found.hops, len(found.chain.steps)
