"""Who stands above and below an entry of the registry, as a picture: the entry in the middle, owners over it.

How each stands to the next ("owns it") is written below its name, with the grade of the claim. Names are
drawn where the font has their letters; the alt text has every name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.charts.alt import joined
from bot.cards.charts.picture import SCALE, Picture, Theme
from bot.cards.markup import clean
from bot.checks.wording import Word, quoted, say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-chain.png"
MAX_ABOVE, MAX_BELOW = 7, 6
ROW = 40
TOP = 44
X = 26
INDENT = 28
DOT, MIDDLE = 5, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One body, `depth` steps away: "`name` `how` `beside`", such as "owns", with the grade in `note`."""

    name: str
    beside: str
    how: str
    note: str
    owning: bool
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Whoever stands above an entry, each after whom it stands above, and below it; `more` were left out."""

    name: str
    above: tuple[Neighbour, ...]
    below: tuple[Neighbour, ...]
    more_above: int = 0
    more_below: int = 0


def neighbourhood_picture(around: Around, *, theme: Theme = Theme.DARK, scale: int = SCALE) -> Picture | None:
    """Draw the ownership around an entry; None where nobody stands above or below it."""
    if not around.above and not around.below:
        return None
    from bot.cards.charts.canvas import Canvas

    above, below = _upwards(around.above[:MAX_ABOVE]), around.below[:MAX_BELOW]
    left_out = around.more_below + len(around.below) - len(below)
    over = around.more_above + len(around.above) - len(above)
    rows = len(above) + 1 + len(below) + bool(left_out) + bool(over)
    canvas = Canvas(TOP + rows * ROW - 14, theme=theme, scale=scale)
    _key(canvas)
    level = TOP + ROW * bool(over)
    if over:
        canvas.text((X, TOP), f"and {over} more above", colour=canvas.colours.faint, size=11)
    middle = level + ROW * len(above)
    places = {(each.depth, each.name): level + ROW * n for n, each in enumerate(above)}
    for each in above:
        at = places[each.depth, each.name]
        _elbow(canvas, each, top=at, foot=places.get((each.depth - 1, each.beside), middle))
    for n, each in enumerate(below, start=1):
        _elbow(canvas, each, top=middle + ROW * n, foot=middle)
    for each in above:
        _node(canvas, each, level=places[each.depth, each.name])
    for n, each in enumerate(below, start=1):
        _node(canvas, each, level=middle + ROW * n)
    canvas.dot((X, middle), radius=MIDDLE, colour=canvas.colours.posts)
    canvas.text((X + 18, middle), _written(canvas, around.name), colour=canvas.colours.ink, size=15)
    if left_out:
        at = middle + ROW * (len(below) + 1)
        canvas.text((X, at - 8), f"and {left_out} more below", colour=canvas.colours.faint, size=11)
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=_alt(around, above, below), width=width, height=height)


def _upwards(above: Sequence[Neighbour]) -> list[Neighbour]:
    """Return each branch with its far end first, so that who stands nearest is nearest to the middle."""
    branches: list[list[Neighbour]] = []
    for each in above:
        if each.depth == 1:
            branches.append([])
        branches[-1].append(each)
    return [each for branch in branches for each in sorted(branch, key=lambda one: -one.depth)]


def _alt(around: Around, above: Sequence[Neighbour], below: Sequence[Neighbour]) -> str:
    said = [
        say("picture.hop", lower=each.name, how=Word(f"{each.how} · {each.note}"), upper=each.beside)
        for each in (*above, *below)
    ]
    more = around.more_above + around.more_below + len(around.above) + len(around.below)
    more -= len(above) + len(below)
    said += [say("picture.more hops", n=Word(str(more)))] if more else []
    return joined([f"{quoted(around.name)}.", *said])


def _elbow(canvas: Canvas, each: Neighbour, *, top: float, foot: float) -> None:
    """The line from whom it stands above, up or down and then to the side."""
    x = X + INDENT * (each.depth - 1)
    end = x + INDENT - DOT - 2
    corner = (x, top)
    for start, stop in (((x, foot), corner), (corner, (end, top))):
        if each.owning:
            canvas.line([start, stop], colour=canvas.colours.engagement, width=2)
        else:
            canvas.dashes(start, stop, colour=canvas.colours.faint)


def _node(canvas: Canvas, each: Neighbour, *, level: float) -> None:
    x = X + INDENT * each.depth
    canvas.dot((x, level), radius=DOT, colour=canvas.colours.posts)
    canvas.text((x + 12, level), _written(canvas, each.name), colour=canvas.colours.ink)
    canvas.text((x + 12, level + 16), f"{each.how} it · {each.note}", colour=canvas.colours.faint, size=11)


def _written(canvas: Canvas, name: str) -> str:
    shown = clean(name, limit=40)
    return shown if canvas.can_write(shown) else "(a name in other letters)"


def _key(canvas: Canvas) -> None:
    colours = canvas.colours
    canvas.line([(14, 16), (38, 16)], colour=colours.engagement, width=2)
    canvas.text((44, 16), "owns, controls or appoints", colour=colours.faint, size=11)
    canvas.dashes((212, 16), (236, 16), colour=colours.faint)
    canvas.text((242, 16), "any other relation", colour=colours.faint, size=11)
