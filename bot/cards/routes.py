"""The chain of a dossier as routes that read from the account upward.

A dossier lists the claims of a chain in the sources' own directions; several ways may lead up from one
account. A route is one of them without a fork: it starts where an earlier one was left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.cards.items import Item, grade_of
from bot.cards.words import SOURCE
from bot.checks.dossier import ChainStep, SourceNote
from bot.checks.sentences import RELATIONS
from bot.checks.wording import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`start` is a name in the dossier's markup, each hop says what stands above the one before it."""

    start: str
    hops: tuple[Item, ...]


def routes(steps: Iterable[ChainStep], *, sources: Mapping[str, SourceNote]) -> tuple[Route, ...]:
    """Return the routes of a chain; a source is linked where it is first named."""
    drawn: list[Route] = []
    depth: dict[str, int] = {}
    end: str | None = None
    linked: set[str] = set()
    for step in steps:
        depth = depth or {step.to: 0}
        # The end nearer to the account is the lower one: most claims are stated from above, some from below.
        known = [name for name in (step.to, step.from_) if name in depth]
        lower = min(known, key=depth.__getitem__, default=step.to)
        upper = step.from_ if lower == step.to else step.to
        depth.setdefault(lower, 0)
        depth.setdefault(upper, depth[lower] + 1)
        source = sources.get(step.source) if step.source not in linked else None
        linked.add(step.source)
        hop = _hop(step, lower=lower, upper=upper, source=source)
        if lower == end:
            drawn[-1] = replace(drawn[-1], hops=(*drawn[-1].hops, hop))
        else:
            drawn.append(Route(start=quoted(lower), hops=(hop,)))
        end = upper
    return tuple(drawn)


def shortened(drawn: Iterable[Route], hops: int) -> tuple[tuple[Route, ...], int]:
    """Keep the first `hops` hops; return the routes that are left and how many hops went."""
    kept: list[Route] = []
    gone = 0
    for route in drawn:
        shown = route.hops[:hops]
        hops -= len(shown)
        gone += len(route.hops) - len(shown)
        if shown:
            kept.append(replace(route, hops=shown))
    return tuple(kept), gone


def _hop(step: ChainStep, *, lower: str, upper: str, source: SourceNote | None) -> Item:
    words = RELATIONS[step.relation][0 if step.from_ == lower else 1].removeprefix("is ")
    notes = [grade_of(step.grade)]
    notes += [quoted(step.hedge, limit=40)] if step.hedge else []
    return Item(
        text=f"{words} {quoted(upper)}",
        notes=tuple(notes),
        url=source.url if source else None,
        words=SOURCE if source else None,
    )
