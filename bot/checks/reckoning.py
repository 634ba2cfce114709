"""From findings to one likelihood on the link line: strongest main feature, qualifiers, caps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.checks.dossier import Category, Finding, Line, Reckoned, State
from bot.checks.weights import CAPS, CORROBORATES_FROM, HIGHEST, LOWEST, QUALIFIERS

# A1 to A4: one of them must be there for "very likely".
KEY_CHECKS = frozenset({"registry_match", "self_disclosure", "ownership_chain", "shared_infrastructure"})

# What evidence without a source of its own rests on: what the account itself shows, its posts and its
# profile. Checks that read them count once. Technical evidence was seen at both ends and stands by itself.
POSTS = "posts"
BOTH_ENDS = "both ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """A finding that speaks for a link, with what the reckoning needs to know of it.

    `roots` are the independent sources of its evidence, `state` the country of the body it points to.
    `ceiling` is what the weakest claim of its chain allows; `by_id` marks a listing by lasting id, which is
    a report and not an inference.
    """

    finding: Finding
    weight: float
    category: Category
    roots: frozenset[str]
    state: str | None = None
    ceiling: float | None = None
    by_id: bool = False

    @property
    def qualified(self) -> float:
        """Its weight with the qualifiers that it carries itself."""
        return self.weight + sum(QUALIFIERS[name].value for name in self._own())

    def _own(self) -> list[str]:
        return [name for name in self.finding.qualifiers if name in QUALIFIERS and name != "old_evidence"]

    def has(self, qualifier: str) -> bool:
        return qualifier in self.finding.qualifiers

    def same_state(self, other: Main) -> bool:
        """Whether both point to the same body or to bodies of one state."""
        if self.finding.towards is not None and self.finding.towards == other.finding.towards:
            return True
        return self.state is not None and self.state == other.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The likelihood of a link, how it came about, and on what it rests, strongest first."""

    value: float
    steps: tuple[Reckoned, ...]
    mains: tuple[Main, ...]

    @property
    def strongest(self) -> Main:
        return self.mains[0]

    @property
    def categories(self) -> frozenset[Category]:
        """Kinds of evidence that corroborate each other."""
        return frozenset(main.category for main in self.mains if _counts(main, self.mains[0]))

    @property
    def roots(self) -> frozenset[str]:
        """Independent sources of what corroborates."""
        counted = [main.roots for main in self.mains if _counts(main, self.mains[0])]
        return frozenset[str]().union(*counted)


def mains_of(findings: Sequence[Finding], *, derived_from: Mapping[str, str]) -> list[Main]:
    """Return the findings that weigh for a link. `derived_from` maps a source to the one that it copies."""
    return [
        Main(
            finding=finding,
            weight=finding.weight,
            category=finding.category,
            roots=_roots(finding, derived_from),
        )
        for finding in findings
        if finding.line is Line.STATE_LINK
        and finding.state is State.FOUND
        and finding.category is not None
        and finding.weight is not None
        and finding.weight > 0
    ]


def _roots(finding: Finding, derived_from: Mapping[str, str]) -> frozenset[str]:
    own = BOTH_ENDS if finding.category is Category.TECHNICAL else POSTS
    return frozenset(
        derived_from.get(evidence.source, evidence.source) if evidence.source else own
        for evidence in finding.evidence
    )


def reckon(mains: Sequence[Main]) -> Reckoning | None:
    """Combine what points to one state; None where nothing does.

    The strongest main feature decides which state that is; what points elsewhere stays a finding of its own.
    """
    if not mains:
        return None
    strongest = max(mains, key=lambda main: main.qualified)
    others = [main for main in mains if main is not strongest and main.same_state(strongest)]
    ordered = (strongest, *sorted(others, key=lambda main: -main.qualified))
    value = strongest.weight
    steps = [Reckoned(step=strongest.finding.check, value=value, result=_clean(value))]
    for name in _qualifiers(ordered):
        value += QUALIFIERS[name].value
        steps.append(Reckoned(step=name, value=QUALIFIERS[name].value, result=_clean(value)))
    for name, limit in _caps(ordered):
        if _clean(value) > limit:
            value = limit
            steps.append(Reckoned(step=name, value=limit, result=_clean(value)))
    clamped = min(max(_clean(value), LOWEST), HIGHEST)
    return Reckoning(value=clamped, steps=tuple(steps), mains=ordered)


def _qualifiers(mains: Sequence[Main]) -> list[str]:
    """Return the qualifiers of the strongest feature, which stands first, each once, in the table's order."""
    strongest = mains[0]
    holding = {name for name in strongest.finding.qualifiers if name != "old_evidence"}
    supporting = [main for main in mains[1:] if _counts(main, strongest)]
    if any(main.category is not strongest.category for main in supporting):
        holding.add("second_category")
    if all(main.has("old_evidence") for main in (strongest, *supporting)):
        holding.add("old_evidence")
    return [name for name in QUALIFIERS if name in holding]


def _counts(main: Main, strongest: Main) -> bool:
    """Whether a feature corroborates the strongest: from another source, without a fitting benign reading."""
    if main is strongest:
        return True
    return (
        main.weight >= CORROBORATES_FROM and not main.has("benign_fits") and not main.roots & strongest.roots
    )


def _caps(mains: Sequence[Main]) -> list[tuple[str, float]]:
    """Return the caps that hold, in the stated order."""
    strongest = mains[0]
    counted = [main for main in mains if _counts(main, strongest)]
    categories = {main.category for main in counted}
    with_key = any(main.finding.check in KEY_CHECKS for main in counted)
    held = {
        "name_only": all(main.has("name_only") for main in counted),
        "one_category": len(categories) < 2 and not strongest.by_id,
        "very_likely": not (len(categories) >= 2 and with_key) and not strongest.by_id,
        "analyst_only": True,
        "weakest_edge": strongest.ceiling is not None,
    }
    limits = {name: CAPS[name].value for name in CAPS}
    if strongest.ceiling is not None:
        limits["weakest_edge"] = strongest.ceiling
    return [(name, limits[name]) for name in CAPS if held[name]]


def _clean(value: float) -> float:
    """Take binary dust off a sum of hundredths."""
    return round(value, 6)
