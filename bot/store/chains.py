"""Chains of claims: from an account or entity upward, in one recursive statement.

Which end of a claim stands above the other is fixed by its relation. Some point upward from subject
to object: a member, a representative, a co-publisher, whoever credits or is linked to another. In all
others the subject stands above (`owns`, `controls`, `develops`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.accounts import AccountRef
from bot.store.records import OWNERSHIP, AccountClaim, Claim, Entity, EntityId, Grade, Relation
from bot.store.registry import HOLDING, claims, find_account

# methods: at most four hops of ownership; two more leave room for what stands beside it.
MAX_HOPS = 6

OBJECT_ABOVE = frozenset(
    {Relation.MEMBER_OF, Relation.REPRESENTS, Relation.CO_PUBLISHES, Relation.CREDITS, Relation.LINKS_TO}
)

_UPWARD = ", ".join(f"'{relation}'" for relation in sorted(OBJECT_ABOVE))

# UNION drops equal rows and the path keeps a circle of owners from running round: an entity occurs in
# it once. A path is the claims gone through, in order; `met` the entities.
_PATHS = f"""
WITH RECURSIVE up (start_id, entity_id, hops, path, met) AS (
    SELECT entity_id, entity_id, 0, '', '/' || entity_id || '/' FROM entity
     WHERE entity_id IN (SELECT value FROM json_each(:starts))
     UNION
    SELECT up.start_id, claim.subject_id, up.hops + 1, up.path || '/' || claim.claim_id,
           up.met || claim.subject_id || '/'
      FROM up JOIN claim ON claim.object_id = up.entity_id
     WHERE up.hops < :hops AND claim.retracted_ms IS NULL AND claim.relation NOT IN ({_UPWARD})
       AND instr(up.met, '/' || claim.subject_id || '/') = 0
     UNION
    SELECT up.start_id, claim.object_id, up.hops + 1, up.path || '/' || claim.claim_id,
           up.met || claim.object_id || '/'
      FROM up JOIN claim ON claim.subject_id = up.entity_id
     WHERE up.hops < :hops AND claim.retracted_ms IS NULL AND claim.relation IN ({_UPWARD})
       AND instr(up.met, '/' || claim.object_id || '/') = 0
     ORDER BY 3
     LIMIT :paths
)
SELECT start_id, path FROM up WHERE hops > 0 ORDER BY hops, path
"""  # noqa: S608

# A list that links everything with everything must not fill the memory; the shortest paths come first.
MAX_PATHS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Claims that lead upward, the weakest of which decides.

    `start` says who has the account, or who is claimed to own or control the account itself; None when
    the question was about an entity. `steps` follow from there. `also` holds further claims that say the
    same of one of the hops (another source, another row).
    """

    start: AccountClaim | None
    steps: tuple[Claim, ...]
    also: tuple[Claim, ...] = ()

    @property
    def top(self) -> Entity:
        """Whom the chain leads to."""
        if self.steps:
            return above(self.steps[-1])
        assert self.start is not None  # noqa: S101 - a chain has a start or a step
        return self.start.entity

    @property
    def is_ownership(self) -> bool:
        """Whether every hop carries ownership. One that develops, co-publishes or credits breaks it."""
        return not self.other_kinds

    @property
    def other_kinds(self) -> frozenset[Relation]:
        """The relations on the way that carry no ownership."""
        relations = [step.relation for step in self.steps]
        if self.start is not None and self.start.relation not in HOLDING:
            relations.append(self.start.relation)
        return frozenset(relations) - OWNERSHIP

    @property
    def grade(self) -> Grade:
        """The weakest grade of all hops."""
        grades = [step.grade for step in self.steps]
        return weakest(grades if self.start is None else [self.start.grade, *grades])


def weakest(grades: Iterable[Grade]) -> Grade:
    """Return the grade that decides: the one whose worse half is worst. F and 6 carry nothing."""
    return max(grades, key=_weakness)


def _weakness(grade: Grade) -> tuple[int, int]:
    reliability = ord(grade.reliability) - ord("A") + 1
    credibility = int(grade.credibility)
    return max(reliability, credibility), reliability + credibility


def above(claim: Claim) -> Entity:
    """Return the end of a claim that stands above the other."""
    return claim.object if claim.relation in OBJECT_ABOVE else claim.subject


def below(claim: Claim) -> Entity:
    """Return the other end."""
    return claim.subject if claim.relation in OBJECT_ABOVE else claim.object


def chains(
    connection: sqlite3.Connection, origin: AccountRef | EntityId, *, hops: int = MAX_HOPS
) -> tuple[Chain, ...]:
    """Return the chains that lead up from an account, a site or an entity.

    For each body reached there is at most one chain of ownership and one of every other mixture of
    kinds: the best graded, then the shortest. Co-publishing and developing are two ways to one body,
    and both are told. Ownership comes first, then the better grade, then the shorter chain.
    `hops` counts claims between entities. Claims of ownership on the account itself are chains of their
    own: what holds for one account of an entity need not hold for the others.
    """
    if not isinstance(origin, AccountRef):
        return _best(_chains_from(connection, {origin: [None]}, hops=hops))
    starts: dict[EntityId, list[AccountClaim | None]] = {}
    for claim in find_account(connection, origin).claims:
        starts.setdefault(claim.entity.entity_id, []).append(claim)
    found = _chains_from(connection, starts, hops=hops)
    direct = [
        Chain(start=claim, steps=())
        for claimed in starts.values()
        for claim in claimed
        if claim is not None and claim.relation not in HOLDING
    ]
    return _best([*direct, *found])


def _chains_from(
    connection: sqlite3.Connection,
    starts: dict[EntityId, list[AccountClaim | None]],
    *,
    hops: int,
) -> list[Chain]:
    bound = {"starts": json.dumps(list(starts)), "hops": hops, "paths": MAX_PATHS}
    paths = [
        (EntityId(start_id), [int(claim_id) for claim_id in path.split("/")[1:]])
        for start_id, path in connection.execute(_PATHS, bound)
    ]
    held = claims(connection, list({claim_id for _, path in paths for claim_id in path}))
    return [
        Chain(start=start, steps=tuple(held[claim_id] for claim_id in path))
        for start_id, path in paths
        for start in starts[start_id]
    ]


def _best(found: Sequence[Chain]) -> tuple[Chain, ...]:
    """Keep the best chain of each kind to each body; claims for the same hops go into `also`."""
    groups: dict[tuple[int, frozenset[Relation]], list[Chain]] = {}
    for chain in found:
        groups.setdefault((chain.top.entity_id, chain.other_kinds), []).append(chain)
    best = [_with_support(min(group, key=_order), group) for group in groups.values()]
    return tuple(sorted(best, key=lambda chain: (not chain.is_ownership, *_order(chain))))


def _order(chain: Chain) -> tuple[tuple[int, int], int]:
    return _weakness(chain.grade), len(chain.steps)


def _with_support(chain: Chain, group: Sequence[Chain]) -> Chain:
    hops = {_hop(step) for step in chain.steps}
    further = {step: None for other in group for step in other.steps if _hop(step) in hops}
    also = tuple(step for step in further if step not in chain.steps)
    return Chain(start=chain.start, steps=chain.steps, also=also)


def _hop(claim: Claim) -> tuple[int, Relation, int]:
    return claim.subject.entity_id, claim.relation, claim.object.entity_id
