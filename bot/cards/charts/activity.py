"""The picture of the card: posts a day above, what they earn below, and what happened when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from bot.cards.charts.alt import alt_text
from bot.cards.charts.marks import draw_marks, list_marks, marks_of, room_for
from bot.cards.charts.picture import MIN_POSTS, SCALE, Palette, Picture, Theme
from bot.cards.charts.scales import Axis, Columns, axis, columns_of, short, short_day, slots, together
from bot.checks.dossier import Band, Dossier, Series
from bot.checks.wording import Word, counted, number, say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-activity.png"
# Edges of the two panels, in units. The lower one begins further down where its head has a second row.
LEFT, RIGHT = 40, 392
UPPER, LOWER = (34, 100), (148, 214)
HEAD_ROW = 15
DAYS_ROW = 30


def activity_picture(dossier: Dossier, *, theme: Theme = Theme.DARK, scale: int = SCALE) -> Picture | None:
    """Draw posts a day and engagement over the window; None where too few posts are held."""
    series = dossier.series
    if series is None or sum(series.posts) < MIN_POSTS:
        return None
    # Pillow costs 30 ms of import, which no start of the bot should pay.
    from bot.cards.charts.canvas import Canvas

    shown = columns_of(dossier, series=series)
    marks, _more = marks_of(dossier, shown)
    band = _band_of(dossier, series)
    # Beside the title there is room for the median only where the title is short.
    head = HEAD_ROW if band is not None or shown.step > 1 else 0
    top, foot = (edge + head for edge in LOWER)
    canvas = Canvas(foot + DAYS_ROW + room_for(marks), theme=theme, scale=scale)
    _posts(canvas, shown)
    _engagement(canvas, shown, series=series, band=band, edges=(top, foot))
    draw_marks(canvas, marks, left=LEFT, right=RIGHT, level=UPPER[1] + 2)
    _days(canvas, shown, level=foot + 17)
    list_marks(canvas, marks, left=LEFT, right=RIGHT, top=foot + DAYS_ROW, years=shown.covers_years)
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=activity_alt(dossier, series), width=width, height=height)


def activity_alt(dossier: Dossier, series: Series) -> str:
    """Return in words what the picture shows."""
    return alt_text(dossier, _facts(dossier, series))


def _facts(dossier: Dossier, series: Series) -> Iterator[str]:
    shown = columns_of(dossier, series=series)
    held = len(series.posts)
    busiest = max(range(held), key=lambda n: series.posts[n])
    yield say(
        "picture.posts",
        posts=counted(sum(series.posts), "post"),
        first=shown.first,
        last=shown.last,
        mean=number(sum(series.posts) / held),
        days=counted(held, "day"),
        peak=counted(series.posts[busiest], "post"),
        on=date.fromordinal(series.starts_on.toordinal() + busiest),
    )
    if shown.step > 1:
        yield say("picture.columns", days=counted(shown.step, "day"))
    if any(column.per_day is None for column in shown.columns):
        last = date.fromordinal(series.starts_on.toordinal() + held - 1)
        yield say("picture.unknown days", first=series.starts_on, last=last)
    yield _engagement_alt(series)
    band = _band_of(dossier, series)
    if band is not None:
        yield say(
            "picture.band",
            accounts=counted(band.accounts, "account"),
            low=number(band.low),
            high=number(band.high),
            median=number(band.median),
        )
    marks, more = marks_of(dossier, shown)
    for mark in marks:
        yield say("picture.event", n=mark.n, what=Word(mark.words), on=mark.on)
    if more:
        yield say("picture.more events", n=Word(str(more)))


def _engagement_alt(series: Series) -> str:
    daily = [value for value in series.engagement if value is not None]
    if series.median is None or not daily:
        return say("picture.no engagement")
    return say(
        "picture.engagement",
        median=number(series.median),
        counted=series.counted,
        originals=counted(series.originals, "original post"),
        low=number(min(daily)),
        high=number(max(daily)),
        days=counted(len(daily), "day"),
    )


def _band_of(dossier: Dossier, series: Series) -> Band | None:
    """Return the yardstick where there is something to hold against it."""
    return None if series.median is None else dossier.cohort


def _posts(canvas: Canvas, shown: Columns) -> None:
    colours = canvas.colours
    values = [column.per_day for column in shown.columns if column.per_day is not None]
    scale = axis(values)
    words = f"posts a day{together(shown.step, what='mean')}"
    _panel(canvas, words, scale, edges=UPPER, title=UPPER[0] - 18, colour=lambda palette: palette.posts)
    foot = UPPER[1]
    for left, right, n in slots(shown, left=LEFT, right=RIGHT):
        value = shown.columns[n].per_day
        if value is None:
            canvas.bar(left, UPPER[0], right, foot, colour=colours.unknown)
        elif value > 0:
            gap = 0.5 if right - left > 3 else 0
            top = foot - scale.place(value) * (foot - UPPER[0])
            canvas.bar(left + gap, top, right - gap, foot, colour=colours.posts)
    canvas.line([(LEFT, foot), (RIGHT, foot)], colour=colours.faint, width=0.5)


def _engagement(
    canvas: Canvas, shown: Columns, *, series: Series, band: Band | None, edges: tuple[float, float]
) -> None:
    colours = canvas.colours
    values = [column.engagement for column in shown.columns if column.engagement is not None]
    scale = axis([*values, series.median or 0, band.high if band else 0], may_bend=True)
    top, foot = edges
    words = f"likes + reposts + replies a post{together(shown.step, what='median')}"
    title = LOWER[0] - 18
    for left, right, n in slots(shown, left=LEFT, right=RIGHT):
        if shown.columns[n].per_day is None:
            canvas.bar(left, top, right, foot, colour=colours.unknown)
    if band is not None:
        _band(canvas, band, scale, edges=edges)
    _panel(canvas, words, scale, edges=edges, title=title, colour=lambda palette: palette.engagement)
    if series.median is not None:
        level = foot - scale.place(series.median) * (foot - top)
        canvas.dashes((LEFT, level), (RIGHT, level), colour=colours.ink)
        _median_key(canvas, series.median, level=title + top - LOWER[0])
    for left, right, n in slots(shown, left=LEFT, right=RIGHT):
        value = shown.columns[n].engagement
        if value is not None:
            level = foot - scale.place(value) * (foot - top)
            canvas.dot(((left + right) / 2, level), radius=2.2, colour=colours.engagement)
    if not values:
        canvas.text(((LEFT + RIGHT) / 2, (top + foot) / 2), "not reported", colour=colours.faint, anchor="mm")
    canvas.line([(LEFT, foot), (RIGHT, foot)], colour=colours.faint, width=0.5)


def _band(canvas: Canvas, band: Band, scale: Axis, *, edges: tuple[float, float]) -> None:
    """What accounts of its size would earn, behind everything else, and its key in the head's second row."""
    top, foot = edges
    colours = canvas.colours
    high, low = (foot - scale.place(value) * (foot - top) for value in (band.high, band.low))
    canvas.bar(LEFT, high, RIGHT, low, colour=colours.band)
    for level in (high, low):
        canvas.line([(LEFT, level), (RIGHT, level)], colour=colours.edge, width=0.5)
    key = LOWER[0] - 18 + HEAD_ROW
    canvas.bar(LEFT, key - 4, LEFT + 9, key + 5, colour=colours.band)
    canvas.frame(LEFT, key - 4, LEFT + 9, key + 5, colour=colours.edge)
    words = f"middle half of {band.accounts:,} accounts of its size"
    canvas.text((LEFT + 14, key), words, colour=colours.faint)


def _median_key(canvas: Canvas, median: float, *, level: float) -> None:
    key = f"median {short(median)}"
    canvas.text((RIGHT, level), key, colour=canvas.colours.faint, anchor="rm")
    end = RIGHT - canvas.width_of(key) - 6
    canvas.dashes((end - 20, level), (end, level), colour=canvas.colours.ink)


def _panel(
    canvas: Canvas,
    words: str,
    scale: Axis,
    *,
    edges: tuple[float, float],
    title: float,
    colour: Callable[[Palette], tuple[int, int, int]],
) -> None:
    """Title with the colour of its marks, grid lines and their values."""
    top, foot = edges
    canvas.bar(LEFT, title - 5, LEFT + 9, title + 4, colour=colour(canvas.colours))
    bent = " (log)" if scale.logarithmic else ""
    canvas.text((LEFT + 14, title), words + bent)
    for tick in scale.ticks:
        level = foot - scale.place(tick) * (foot - top)
        canvas.line([(LEFT, level), (RIGHT, level)], colour=canvas.colours.grid, width=0.5)
        canvas.text((LEFT - 6, level), short(tick), colour=canvas.colours.faint, anchor="rm")


def _days(canvas: Canvas, shown: Columns, *, level: float) -> None:
    """First, middle and last day below."""
    middle = date.fromordinal((shown.first.toordinal() + shown.last.toordinal()) // 2)
    for at, when, anchor in (
        (LEFT, shown.first, "lm"),
        ((LEFT + RIGHT) / 2, middle, "mm"),
        (RIGHT, shown.last, "rm"),
    ):
        words = short_day(when, year=shown.covers_years)
        canvas.text((at, level), words, colour=canvas.colours.faint, anchor=anchor)
