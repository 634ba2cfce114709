"""What a finding weighs on the link line: one table with the reason and the mark of every number.

Marks: PUBLISHED by the named source; OURS, to be calibrated on benign controls. The shape is that of
OpenSanctions' logic-v2: the strongest main feature plus signed qualifiers, then caps. docs/methods.md
prints this table; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.store.records import Grade


class Mark(StrEnum):
    """Who answers for a number."""

    PUBLISHED = "published"
    OURS = "ours, to be calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One number of the link line with its reason."""

    value: float
    reason: str
    mark: Mark = Mark.OURS


def _table(**weights: Weight) -> MappingProxyType[str, Weight]:
    return MappingProxyType(weights)


# Main features: the likelihood that the account is linked, were this the only thing known.
MAINS: Final = _table(
    listed_by_id=Weight(value=0.90, reason="a source names the lasting id: a report, not an inference"),
    listed_by_handle=Weight(value=0.75, reason="handles are given up and taken by others"),
    mutual_link=Weight(value=0.85, reason="profile and site link each other: both say so"),
    one_way_disclosure=Weight(
        value=0.45, reason="the profile alone says so; readers, fans and imitators link as well"
    ),
    chain_ab=Weight(value=0.85, reason="ownership chain whose weakest claim is graded A1 to B2"),
    chain_c=Weight(value=0.65, reason="ownership chain whose weakest claim is graded C or 3"),
    chain_d=Weight(value=0.40, reason="ownership chain whose weakest claim is graded D or 4, or lower"),
    association=Weight(
        value=0.45,
        reason="co-publishing, developing, membership and the like are links and not ownership, "
        "so that they reach “likely” only with evidence of another kind",
    ),
    content_supply=Weight(value=0.25, reason="customers of a wire agency are linked to it in the same way"),
    shared_id=Weight(
        value=0.75,
        reason="an id that one operator is given (Information Laundromat, tier 1) stands on both sites, "
        "times its rarity; never above the chain of the other site",
    ),
    shared_traits=Weight(
        value=0.60, reason="three rare traits of different kinds (tier 2) on both sites, times their rarity"
    ),
    builders_id=Weight(
        value=0.25, reason="the two sites have one developer, or the id stands on unrelated owners' sites"
    ),
    half_attribution_pattern=Weight(value=0.45, reason="a habit of naming a source so that machines miss it"),
    half_attribution_note=Weight(value=0.20, reason="a single missing sign is common"),
    republication=Weight(
        value=0.50, reason="a habit of taking texts over without naming the source; others may share it"
    ),
    identical_posts=Weight(
        value=0.50, reason="posts the same at the same time as an account that is linked by itself"
    ),
    wire_customer=Weight(
        value=0.25, reason="whoever treats all agencies alike, or is known to have a licence, is a customer"
    ),
    officials=Weight(value=0.30, reason="officials follow local press and reporters everywhere"),
    missing_label=Weight(value=0.00, reason="a fact about the platform; labels reach a part only"),
)

# Signed qualifiers, each added once to the strongest main feature.
QUALIFIERS: Final = _table(
    second_category=Weight(value=0.10, reason="a second main finding, of another category and source"),
    second_source=Weight(value=0.05, reason="the same finding from a second independent source"),
    benign_fits=Weight(value=-0.20, reason="an innocent reading explains the finding as well"),
    sources_disagree=Weight(value=-0.15, reason="registered sources contradict each other"),
    old_evidence=Weight(value=-0.10, reason="the newest evidence is older than 24 months"),
)

# Caps, applied last and in this order.
CAPS: Final = _table(
    name_only=Weight(value=0.50, reason="a similar name alone; names saturate (OpenSanctions issue 334)"),
    one_category=Weight(
        value=0.79,
        reason="from 80 % up the IIAF asks for indicators of two categories (Pamment and Smith 2022)",
        mark=Mark.PUBLISHED,
    ),
    very_likely=Weight(
        value=0.79, reason="needs two categories, and one of registry, disclosure, chain or infrastructure"
    ),
    analyst_only=Weight(value=0.94, reason="“almost certain” is an analyst's word"),
    weakest_edge=Weight(value=1.0, reason="a chain is not stronger than its weakest claim"),
)

OLD_MONTHS: Final = 24

# A single missing sign or a customer's content does not corroborate anything else (ours).
CORROBORATES_FROM: Final = 0.30


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A likelihood word of ICD 203. Half-open, [low, high), but for the last, which includes 0.99."""

    word: str
    low: float
    high: float


# The published bands touch; that they are half-open is our choice.
BANDS: Final = (
    Band(word="almost no chance", low=0.01, high=0.05),
    Band(word="very unlikely", low=0.05, high=0.20),
    Band(word="unlikely", low=0.20, high=0.45),
    Band(word="roughly even chance", low=0.45, high=0.55),
    Band(word="likely", low=0.55, high=0.80),
    Band(word="very likely", low=0.80, high=0.95),
    Band(word="almost certain", low=0.95, high=0.99),
)

LOWEST: Final = 0.01
HIGHEST: Final = 0.99


def band(value: float) -> Band:
    """Return the word for a likelihood, clamped to 0.01..0.99: never 0 % or 100 %."""
    # Sums of weights carry binary dust: 0.45 + 0.10 must not fall short of 0.55.
    clamped = round(min(max(value, LOWEST), HIGHEST), 6)
    return next(each for each in reversed(BANDS) if clamped >= each.low)


def edge(grade: Grade) -> float:
    """Return what a chain is worth whose weakest claim has this grade. F and 6 cannot be judged: lowest."""
    if grade.reliability in "AB" and grade.credibility in "12":
        return MAINS["chain_ab"].value
    if grade.reliability in "ABC" and grade.credibility in "123":
        return MAINS["chain_c"].value
    return MAINS["chain_d"].value


def listed(grade: Grade, *, by_id: bool) -> float:
    """Return what a registry match is worth. A claim graded below B2 is worth what such a chain is worth."""
    limit = edge(grade)
    main = MAINS["listed_by_id" if by_id else "listed_by_handle"].value
    return main if limit == MAINS["chain_ab"].value else min(main, limit)
