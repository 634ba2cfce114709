"""Who posts with whom: on one side of the account those with its texts, on the other those who repost alike.

Discs are numbered. A name is listed below where the font has its letters; the alt text has every name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from bot.accounts import Platform
from bot.cards.charts.alt import account_words, alt_text
from bot.cards.charts.picture import SCALE, WIDTH, Picture, Theme
from bot.cards.markup import clean, plain_text
from bot.cards.words import PLATFORMS
from bot.checks.dossier import Bond, BondKind, Dossier
from bot.checks.wording import Word, counted, quoted, say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-network.png"
# One partner is a line, which a sentence says better.
MIN_PARTNERS = 2
MAX_TEXTS, MAX_REPOSTERS = 7, 9
# Beyond, the figures at the lines would lie on each other.
MAX_FIGURES = 14
EDGE = 42
HEAD, FOOT = 34, 26
RADIUS = 10
ROW = 17
SIZE = 11
_WINDOWS = {60: "60 seconds", 3600: "an hour", 86_400: "24 hours"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Two nodes by number, 0 the account that was checked, and what they have in common."""

    one: int
    other: int
    bond: Bond


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Partners by number, from 1, and the lines between them; `more` counts partners left out.

    The first `texts` publish the account's texts, the others repost it.
    """

    names: tuple[str, ...]
    texts: int
    lines: tuple[Line, ...]
    more: int


def web_picture(dossier: Dossier, *, theme: Theme = Theme.DARK, scale: int = SCALE) -> Picture | None:
    """Draw with whom an account posts; None where that are fewer than two others."""
    web = web_of(dossier)
    if web is None:
        return None
    from bot.cards.charts.canvas import Canvas

    places = _places(web)
    top = max(y for _x, y in places) + FOOT
    rows = (len(web.names) + 1) // 2 + 1
    canvas = Canvas(round(top) + rows * ROW + 4, theme=theme, scale=scale)
    _key(canvas, web)
    for place in places[web.texts + 1 :]:
        canvas.line([places[0], place], colour=canvas.colours.grid, width=1)
    for line in web.lines:
        _stroke(canvas, places[line.one], places[line.other], kind=line.bond.kind)
    few = len(web.lines) <= MAX_FIGURES
    for line in web.lines:
        if few or line.bond.kind is BondKind.TEXTS:
            _figure(canvas, places[line.one], places[line.other], line.bond.shared)
    _nodes(canvas, places)
    _names(canvas, dossier, web, top=top)
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=web_alt(dossier, web), width=width, height=height)


def web_of(dossier: Dossier) -> Web | None:
    """Number the partners that the findings name; None where they are fewer than two."""
    bonds = [bond for finding in dossier.findings for bond in finding.bonds]
    texts: Counter[str] = Counter()
    reposts: Counter[str] = Counter()
    with_whom: defaultdict[str, list[str]] = defaultdict(list)
    for bond in bonds:
        one, other = _names_of(bond, dossier.account.platform)
        if one is None:
            texts[other] = max(texts[other], bond.shared)
        else:
            for name, partner in ((one, other), (other, one)):
                reposts[name] += bond.shared
                with_whom[name].append(partner)
    for name in texts:
        reposts.pop(name, None)
    if len(texts) + len(reposts) < MIN_PARTNERS:
        return None
    left = [name for name, _shared in texts.most_common(MAX_TEXTS)]
    # Side by side where they belong together, so that few lines cross.
    right = _together([name for name, _shared in reposts.most_common(MAX_REPOSTERS)], with_whom)
    order = [*left, *right]
    numbers = {name: n for n, name in enumerate(order, start=1)}
    return Web(
        names=tuple(order),
        texts=len(left),
        lines=tuple(_lines(bonds, numbers, platform=dossier.account.platform)),
        more=len(texts) + len(reposts) - len(order),
    )


def web_alt(dossier: Dossier, web: Web) -> str:
    """Return in words what the picture shows."""
    return alt_text(dossier, _facts(web))


def web_names(dossier: Dossier, web: Web) -> list[str]:
    """Return who stands behind each number, as sentences, the account itself first."""
    own = f"The ring is {account_words(dossier.account)}."
    named = [
        say("picture.web name", n=Word(str(n)), name=Word(_quoted(name)))
        for n, name in enumerate(web.names, start=1)
    ]
    return [own, *named]


def _facts(web: Web) -> Iterator[str]:
    yield say("picture.web")
    told: set[int] = set()
    for line in web.lines:
        bond = line.bond
        if bond.kind is BondKind.TEXTS:
            told.add(line.other)
            yield say(
                "picture.web texts",
                n=Word(str(line.other)),
                name=Word(_quoted(web.names[line.other - 1])),
                texts=counted(bond.shared, "text"),
                window=Word(_WINDOWS.get(bond.window_s or 0, "a time")),
            )
    for n, name in enumerate(web.names, start=1):
        if n not in told:
            yield say("picture.web name", n=Word(str(n)), name=Word(_quoted(name)))
    if web.more:
        yield say("picture.web more", accounts=counted(web.more, "account"))
    for line in web.lines:
        if line.bond.kind is BondKind.REPOSTS:
            yield say(
                "picture.web reposts",
                one=Word(str(line.one)),
                other=Word(str(line.other)),
                posts=counted(line.bond.shared, "post"),
            )


def _names_of(bond: Bond, platform: Platform) -> tuple[str | None, str]:
    """Return both names; one on another platform than the account's says so."""
    there = "" if bond.platform is platform else f" {_ON}{PLATFORMS[bond.platform]}"
    return (None if bond.one is None else f"{bond.one}{there}"), f"{bond.other}{there}"


# Between a name and its platform: no handle contains a space.
_ON = "on "


def _quoted(name: str) -> str:
    """Put the backticks around the name alone: the platform is ours."""
    handle, on, platform = name.partition(f" {_ON}")
    return f"{quoted(handle)}{on}{platform}"


def _lines(bonds: Sequence[Bond], numbers: dict[str, int], *, platform: Platform) -> Iterator[Line]:
    for bond in bonds:
        one, other = _names_of(bond, platform)
        if other in numbers and (one is None or one in numbers):
            yield Line(one=0 if one is None else numbers[one], other=numbers[other], bond=bond)


def _together(ranked: Sequence[str], with_whom: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield names so that each is followed by those it is bound to."""
    left = dict.fromkeys(ranked)
    while left:
        waiting = [next(iter(left))]
        while waiting:
            name = waiting.pop(0)
            if name in left:
                del left[name]
                yield name
                waiting += [each for each in with_whom[name] if each in left]


def _places(web: Web) -> list[tuple[float, float]]:
    """Return where the account and each partner stand: on half rings, so that lines of others pass it by.

    Where there is one kind of partner alone, the account stands at the side.
    """
    reposters = len(web.names) - web.texts
    high = min(100.0, 14.0 * (2 + max(web.texts, reposters)))
    level = HEAD + high
    x = WIDTH / 2 if web.texts and reposters else WIDTH - EDGE if web.texts else EDGE
    return [
        (x, level),
        *((x + (EDGE - x) * cos(angle), level + high * sin(angle)) for angle in _angles(web.texts)),
        *((x + (WIDTH - EDGE - x) * cos(angle), level + high * sin(angle)) for angle in _angles(reposters)),
    ]


def _angles(n: int) -> list[float]:
    """Return n angles from top to bottom, the outermost short of upright."""
    return [(k - (n - 1) / 2) * min(0.9 / n, 0.25) * pi for k in range(n)]


def _stroke(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], *, kind: BondKind) -> None:
    if kind is BondKind.TEXTS:
        canvas.line([start, end], colour=canvas.colours.posts, width=2.5)
    else:
        canvas.dashes(start, end, colour=canvas.colours.engagement)


def _figure(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], shared: int) -> None:
    x, y = ((a + b) / 2 for a, b in zip(start, end, strict=True))
    half = canvas.width_of(str(shared), size=SIZE) / 2 + 3
    canvas.bar(x - half, y - 8, x + half, y + 8, colour=canvas.colours.ground)
    canvas.text((x, y), str(shared), anchor="mm", size=SIZE)


def _nodes(canvas: Canvas, places: Sequence[tuple[float, float]]) -> None:
    colours = canvas.colours
    for n, place in enumerate(places):
        canvas.dot(place, radius=RADIUS, colour=colours.faint if n else colours.ink)
        if n:
            canvas.text(place, str(n), colour=colours.ground, anchor="mm", size=SIZE)
        else:
            canvas.dot(place, radius=RADIUS - 4, colour=colours.ground)


def _names(canvas: Canvas, dossier: Dossier, web: Web, *, top: float) -> None:
    """List the account, then its partners in two columns."""
    colours = canvas.colours
    canvas.dot((18, top), radius=6, colour=colours.ink)
    canvas.dot((18, top), radius=3, colour=colours.ground)
    own = plain_text(account_words(dossier.account))
    more = f", {web.more} more not drawn" if web.more else ""
    words = f"{own if canvas.can_write(own) else 'the account checked'}{more}"
    canvas.text((32, top), clean(words, limit=56), size=SIZE)
    for n, name in enumerate(web.names, start=1):
        column, row = divmod(n - 1, (len(web.names) + 1) // 2)
        left, level = 12 + column * WIDTH / 2, top + (row + 1) * ROW
        canvas.text((left + 12, level), str(n), colour=colours.faint, anchor="rm", size=SIZE)
        said = clean(name, limit=40) if canvas.can_write(clean(name, limit=40)) else "named in the text"
        while canvas.width_of(said, size=SIZE) > WIDTH / 2 - 38:
            said = f"{said[:-2]}…"
        canvas.text((left + 20, level), said, size=SIZE)


def _key(canvas: Canvas, web: Web) -> None:
    """Which line says what, of those that are drawn."""
    kinds = {line.bond.kind for line in web.lines}
    at = 12.0
    for kind, words in (
        (BondKind.TEXTS, "number of same texts"),
        (BondKind.REPOSTS, "both repost so many of its posts"),
    ):
        if kind in kinds:
            _stroke(canvas, (at, 16), (at + 22, 16), kind=kind)
            canvas.text((at + 28, 16), words, colour=canvas.colours.faint, size=SIZE)
            at += 28 + canvas.width_of(words, size=SIZE) + 18
