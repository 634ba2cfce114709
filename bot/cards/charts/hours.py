"""When an account posts: weekdays by hours of the day, as a heat map in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.charts.alt import alt_text
from bot.cards.charts.picture import MIN_POSTS, SCALE, Colour, Picture, Theme
from bot.cards.charts.scales import short
from bot.checks.dossier import Dossier, Series
from bot.checks.wording import Word, counted, listing, say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-hours.png"
HEIGHT = 172
LEFT, TOP = 40, 30
WIDE, HIGH = 14.6, 15
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BUSIEST = 3


def hours_picture(dossier: Dossier, *, theme: Theme = Theme.DARK, scale: int = SCALE) -> Picture | None:
    """Draw posts by weekday and hour; None where too few posts are held."""
    series = dossier.series
    if series is None or sum(series.posts) < MIN_POSTS:
        return None
    from bot.cards.charts.canvas import Canvas

    canvas = Canvas(HEIGHT, theme=theme, scale=scale)
    colours = canvas.colours
    most = max(1, *map(max, series.hours))
    canvas.text((LEFT, 14), "posts by hour, UTC")
    _key(canvas, most)
    for weekday, row in enumerate(series.hours):
        top = TOP + weekday * HIGH
        canvas.text((LEFT - 6, top + HIGH / 2), WEEKDAYS[weekday], colour=colours.faint, anchor="rm", size=11)
        for hour, n in enumerate(row):
            left = LEFT + hour * WIDE
            canvas.bar(
                left + 0.5,
                top + 0.5,
                left + WIDE - 0.5,
                top + HIGH - 0.5,
                colour=shade(n / most, empty=colours.unknown, full=colours.posts, ink=colours.ink),
            )
    for hour in (0, 6, 12, 18):
        at = (LEFT + (hour + 0.5) * WIDE, TOP + 7 * HIGH + 11)
        canvas.text(at, f"{hour}h", colour=colours.faint, anchor="mm")
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=hours_alt(dossier, series), width=width, height=height)


def shade(share: float, *, empty: Colour, full: Colour, ink: Colour) -> Colour:
    """Return the colour of a cell: one hue from `empty` over `full` towards `ink`, by lightness alone.

    A cell with a single post is told from an empty one: it starts a fifth of the way up.
    """
    if share <= 0:
        return empty
    way = 0.2 + 0.8 * min(share, 1)
    # The last quarter goes on towards the ink, so that the range is wider than the hue alone gives.
    low, high, part = (empty, full, way / 0.75) if way <= 0.75 else (full, ink, (way - 0.75) / 0.5)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return red, green, blue


def hours_alt(dossier: Dossier, series: Series) -> str:
    """Return in words what the picture shows: how much at which time, and when nothing."""
    by_hour = [sum(column) for column in zip(*series.hours, strict=True)]
    total = sum(by_hour)
    cells = sorted(
        ((n, weekday, hour) for weekday, row in enumerate(series.hours) for hour, n in enumerate(row) if n),
        key=lambda cell: (-cell[0], cell[1], cell[2]),
    )[:BUSIEST]
    busiest = [Word(f"{WEEKDAYS[weekday]} {hour}h ({short(n)})") for n, weekday, hour in cells]
    silent = [hour for hour, n in enumerate(by_hour) if not n]
    sentences = [
        say("picture.hours", posts=counted(total, "post"), busiest=listing(busiest)),
        say(
            "picture.weekdays",
            counts=listing(
                [Word(f"{name} {sum(row)}") for name, row in zip(WEEKDAYS, series.hours, strict=True)]
            ),
        ),
        say("picture.by hour", counts=listing([Word(f"{hour}h {n}") for hour, n in enumerate(by_hour) if n])),
    ]
    if silent:
        sentences.append(say("picture.silent", hours=listing([Word(f"{hour}h") for hour in silent])))
    return alt_text(dossier, sentences)


def _key(canvas: Canvas, most: int) -> None:
    """Empty, one, most: the range of the shades."""
    colours = canvas.colours
    steps = (0.0, 0.01, 0.34, 0.67, 1.0)
    wide = 14.0
    end = LEFT + 24 * WIDE
    left = end - canvas.width_of(short(most)) - 5 - wide * len(steps)
    for n, share in enumerate(steps):
        colour = shade(share, empty=colours.unknown, full=colours.posts, ink=colours.ink)
        canvas.bar(left + n * wide, 8, left + (n + 1) * wide - 1, 20, colour=colour)
    canvas.text((left - 5, 14), "0", colour=colours.faint, anchor="rm")
    canvas.text((end, 14), short(most), colour=colours.faint, anchor="rm")
