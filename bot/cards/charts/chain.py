"""The chain above an account as a picture: who stands above whom, by which relation, how well graded.

Nodes are numbered. A name is drawn beside its number where the font has its letters; the alt text has
every name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.charts.alt import alt_text
from bot.cards.charts.picture import SCALE, Picture, Theme
from bot.cards.markup import clean, parts
from bot.cards.routes import routes
from bot.checks.dossier import ChainStep, Dossier
from bot.checks.wording import Word, say
from bot.store.records import OWNERSHIP

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-chain.png"
MAX_HOPS = 14
ROW = 24
TOP = 44
X = 22
RADIUS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """From node `lower` up to node `upper` (numbers from 1); `begins` where a route starts anew."""

    lower: int
    upper: int
    words: str
    owning: bool
    begins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Names by number, from 1, and the hops between them; `more` counts those left out."""

    names: tuple[str, ...]
    hops: tuple[Hop, ...]
    more: int


def chain_picture(dossier: Dossier, *, theme: Theme = Theme.DARK, scale: int = SCALE) -> Picture | None:
    """Draw the chain of a dossier; None where it has none."""
    ladder = ladder_of(dossier.assessment.state_link.chain)
    return _drawn(ladder, alt=chain_alt(dossier, ladder), theme=theme, scale=scale)


def _drawn(ladder: Ladder, *, alt: str, theme: Theme, scale: int) -> Picture | None:
    if not ladder.hops:
        return None
    from bot.cards.charts.canvas import Canvas

    rows = sum(2 if hop.begins else 1 for hop in ladder.hops) + sum(1 for _ in ladder.hops)
    canvas = Canvas(TOP + (rows + bool(ladder.more)) * ROW - 6, theme=theme, scale=scale)
    _key(canvas)
    level = TOP
    for hop in ladder.hops:
        if hop.begins:
            _node(canvas, level, hop.lower, ladder.names, again=hop is not ladder.hops[0])
            level += ROW
        _hop(canvas, level, hop)
        _node(canvas, level + ROW, hop.upper, ladder.names, again=False)
        level += 2 * ROW
    if ladder.more:
        canvas.text((X - 8, level), f"and {ladder.more} more", colour=canvas.colours.faint)
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=alt, width=width, height=height)


def ladder_of(steps: Sequence[ChainStep]) -> Ladder:
    """Number whoever the chain names, in the order in which it reads upward."""
    numbers: dict[str, int] = {}
    hops: list[Hop] = []
    drawn = [
        (route.start, place, item)
        for route in routes(steps, sources={})
        for place, item in enumerate(route.hops)
    ]
    lower = ""
    # Each step of a chain is one hop of a route, in the same order.
    for step, (start, place, item) in zip(steps, drawn, strict=True):
        said = parts(item.text)
        upper = said[-1][0]
        lower = start.strip("`") if place == 0 else lower
        hops.append(
            Hop(
                lower=numbers.setdefault(lower, len(numbers) + 1),
                upper=numbers.setdefault(upper, len(numbers) + 1),
                words=f"{said[0][0].strip()} · {parts(item.notes[0])[0][0]}",
                owning=step.relation in OWNERSHIP,
                begins=place == 0,
            )
        )
        lower = upper
    shown = tuple(hops[:MAX_HOPS])
    met = max([hop_end for hop in shown for hop_end in (hop.lower, hop.upper)], default=0)
    return Ladder(names=tuple(numbers)[:met], hops=shown, more=len(hops) - len(shown))


def chain_alt(dossier: Dossier, ladder: Ladder) -> str:
    """Return in words what the picture shows."""
    return alt_text(dossier, _sentences(ladder))


def _sentences(ladder: Ladder) -> list[str]:
    sentences = [say("picture.chain")]
    sentences += [
        say(
            "picture.hop",
            lower=ladder.names[hop.lower - 1],
            how=Word(hop.words),
            upper=ladder.names[hop.upper - 1],
        )
        for hop in ladder.hops
    ]
    if ladder.more:
        sentences.append(say("picture.more hops", n=Word(str(ladder.more))))
    return sentences


def _node(canvas: Canvas, level: float, n: int, names: Sequence[str], *, again: bool) -> None:
    """A numbered disc with its name; hollow where the node was drawn before."""
    colours = canvas.colours
    canvas.dot((X, level), radius=RADIUS, colour=colours.posts)
    if again:
        canvas.dot((X, level), radius=RADIUS - 2, colour=colours.ground)
    canvas.text((X, level), str(n), colour=colours.ink if again else colours.ground, anchor="mm")
    name = clean(names[n - 1], limit=44)
    canvas.text((X + 18, level), name if canvas.can_write(name) else f"({n})", colour=colours.ink)


def _hop(canvas: Canvas, level: float, hop: Hop) -> None:
    """The line up from one node to the next, drawn downwards as the card reads."""
    colours = canvas.colours
    top, foot = level - ROW + RADIUS, level + ROW - RADIUS
    _stroke(canvas, (X, top), (X, foot), owning=hop.owning)
    canvas.shape([(X, foot), (X - 4, foot - 7), (X + 4, foot - 7)], colour=colours.faint)
    canvas.text((X + 18, level), hop.words, colour=colours.faint, size=11)


def _stroke(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], *, owning: bool) -> None:
    if owning:
        canvas.line([start, end], colour=canvas.colours.engagement, width=3)
    else:
        canvas.dashes(start, end, colour=canvas.colours.faint)


def _key(canvas: Canvas) -> None:
    colours = canvas.colours
    _stroke(canvas, (14, 16), (38, 16), owning=True)
    canvas.text((44, 16), "owns, controls or appoints", colour=colours.faint, size=11)
    _stroke(canvas, (212, 16), (236, 16), owning=False)
    canvas.text((242, 16), "any other relation", colour=colours.faint, size=11)
