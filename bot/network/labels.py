"""Where names stand in a picture of a graph: beside their account, and never upon each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """An account in a picture. `label` is its name and `wide` its width; an empty one is not written."""

    x: float
    y: float
    radius: float
    label: str = ""
    wide: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name with the left end of its middle line."""

    text: str
    x: float
    y: float


Box = tuple[float, float, float, float]


def labels(dots: Sequence[Dot], *, high: float, width: float, height: float) -> list[Label]:
    """Place the names of dots, the first ones first; a name for which there is no room is left out.

    `high` is the height of a line, `width` and `height` those of the picture.
    """
    taken: list[Box] = [
        (dot.x - dot.radius, dot.y - dot.radius, dot.x + dot.radius, dot.y + dot.radius) for dot in dots
    ]
    found: list[Label] = []
    for dot in dots:
        if not dot.label:
            continue
        aside = dot.radius + GAP
        under = dot.radius + high / 2 + 1
        for x, y in (
            (dot.x + aside, dot.y),
            (dot.x - aside - dot.wide, dot.y),
            (dot.x - dot.wide / 2, dot.y - under),
            (dot.x - dot.wide / 2, dot.y + under),
        ):
            box = (x, y - high / 2, x + dot.wide, y + high / 2)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found.append(Label(text=dot.label, x=x, y=y))
                break
    return found


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
