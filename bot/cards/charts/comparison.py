"""Several accounts in one picture: a strip of posts a day for each, and engagement within one platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.cards.charts.alt import account_words, joined
from bot.cards.charts.picture import SCALE, Picture, Theme
from bot.cards.charts.scales import Axis, Columns, axis, columns, short, short_day, slots, together
from bot.checks.compare import Compared, compare
from bot.checks.dossier import Dossier, Series
from bot.checks.wording import Word, counted, number, phrase, say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-comparison.png"
LEFT, RIGHT = 58, 392
TOP, STRIP, GAP = 32, 34, 10
# A row of the engagement panel.
ROW = 20


def comparison_picture(
    dossiers: Sequence[Dossier], *, theme: Theme = Theme.DARK, scale: int = SCALE
) -> Picture | None:
    """Draw the accounts of a comparison by number; None where posts of none are held.

    Engagement is drawn only where all accounts are on one platform.
    """
    held = [dossier.series for dossier in dossiers if dossier.series is not None]
    if not held:
        return None
    from bot.cards.charts.canvas import Canvas

    first, last = _span(held)
    strips = [
        columns(dossier.series, first=first, last=last) if dossier.series else None for dossier in dossiers
    ]
    comparison = compare(dossiers)
    rows = comparison.accounts
    engaged = len(comparison.groups) == 1 and any(row.median is not None for row in rows)
    foot = TOP + len(rows) * (STRIP + GAP) - GAP
    height = foot + 24 + (34 + len(rows) * ROW if engaged else 0)
    canvas = Canvas(height, theme=theme, scale=scale)
    _posts(canvas, strips)
    _days(canvas, first, last, level=foot + 13)
    if engaged:
        _engagement(canvas, rows, top=foot + 24)
    width, pixels_high = canvas.pixels
    return Picture(
        name=NAME,
        png=canvas.png(),
        alt=comparison_alt(rows, first=first, last=last, step=_step(strips)),
        width=width,
        height=pixels_high,
    )


def comparison_alt(rows: Sequence[Compared], *, first: date, last: date, step: int) -> str:
    """Return in words what the picture shows; `step` is the days of a column."""
    sentences = [say("compare.axis", accounts=counted(len(rows), "account"), first=first, last=last)]
    if step > 1:
        sentences.append(say("compare.columns", days=counted(step, "day")))
    sentences += [
        say(
            "compare.alt",
            n=Word(str(row.number)),
            account=Word(account_words(row.account)),
            posts=counted(row.posts, "post"),
            days=counted(row.days, "day"),
            per_day=figure(row.per_day),
            median=figure(row.median),
            followers=figure(row.followers),
        )
        for row in rows
    ]
    return joined(sentences)


def figure(value: float | None) -> Word:
    """Return a figure, or that it is not known."""
    return phrase("compare.unknown") if value is None else number(value)


def _span(held: Sequence[Series]) -> tuple[date, date]:
    first = min(series.starts_on for series in held)
    last = max(series.starts_on + timedelta(days=len(series.posts) - 1) for series in held)
    return first, last


def _step(strips: Sequence[Columns | None]) -> int:
    """Return the days of a column, which all strips share."""
    return next(strip.step for strip in strips if strip is not None)


def _posts(canvas: Canvas, strips: Sequence[Columns | None]) -> None:
    colours = canvas.colours
    known = [c.per_day for strip in strips if strip for c in strip.columns if c.per_day is not None]
    scale = axis(known)
    canvas.text((8, 14), f"posts a day{together(_step(strips), what='mean')}")
    for n, strip in enumerate(strips):
        top = TOP + n * (STRIP + GAP)
        foot = top + STRIP
        _disc(canvas, n, level=(top + foot) / 2)
        for value, level in ((scale.top, top + 4), (0, foot - 4)):
            canvas.text((LEFT - 6, level), short(value), colour=colours.faint, anchor="rm", size=10)
        if strip is None:
            canvas.bar(LEFT, top, RIGHT, foot, colour=colours.unknown)
            canvas.text(
                ((LEFT + RIGHT) / 2, (top + foot) / 2), "no posts held", colour=colours.faint, anchor="mm"
            )
            continue
        _strip(canvas, strip, scale, top=top, n=n)


def _strip(canvas: Canvas, strip: Columns, scale: Axis, *, top: float, n: int) -> None:
    foot = top + STRIP
    for left, right, place in slots(strip, left=LEFT, right=RIGHT):
        value = strip.columns[place].per_day
        if value is None:
            canvas.bar(left, top, right, foot, colour=canvas.colours.unknown)
        elif value > 0:
            high = scale.place(value) * STRIP
            canvas.bar(left, foot - high, right - 0.5, foot, colour=canvas.colours.marks[n])
    canvas.line([(LEFT, foot), (RIGHT, foot)], colour=canvas.colours.faint, width=0.5)


def _engagement(canvas: Canvas, rows: Sequence[Compared], *, top: float) -> None:
    """One bar an account, with its figure: the median of likes, reposts and replies together."""
    colours = canvas.colours
    canvas.text((8, top + 14), "likes + reposts + replies a post, median")
    scale = axis([row.median for row in rows if row.median is not None])
    for n, row in enumerate(rows):
        level = top + 38 + n * ROW
        _disc(canvas, n, level=level)
        if row.median is None:
            canvas.text((LEFT, level), "not reported", colour=colours.faint)
            continue
        # Room for the figure beside the longest bar.
        end = LEFT + max(scale.place(row.median) * (RIGHT - LEFT - 44), 1)
        canvas.bar(LEFT, level - 6, end, level + 6, colour=colours.marks[n])
        canvas.text((end + 6, level), short(row.median))


def _disc(canvas: Canvas, n: int, *, level: float) -> None:
    canvas.dot((16, level), radius=9, colour=canvas.colours.marks[n])
    canvas.text((16, level), str(n + 1), colour=canvas.colours.ground, anchor="mm")


def _days(canvas: Canvas, first: date, last: date, *, level: float) -> None:
    year = (last - first).days > 400
    for at, when, anchor in ((LEFT, first, "lm"), (RIGHT, last, "rm")):
        canvas.text((at, level), short_day(when, year=year), colour=canvas.colours.faint, anchor=anchor)
