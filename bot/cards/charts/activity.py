"""The picture of the card: posts a day above, what they earn below, and what happened when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.cards.charts.alt import alt_text
from bot.cards.charts.picture import MIN_POSTS, SCALE, Palette, Picture, Theme
from bot.cards.charts.scales import Axis, Columns, axis, columns_of, short, short_day, slots
from bot.checks.dossier import Dossier, Line, Series, State
from bot.checks.wording import Word, counted, number, say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

NAME = "masthead-activity.png"
HEIGHT = 244
# Edges of the two panels, in units.
LEFT, RIGHT = 40, 392
UPPER, LOWER = (34, 100), (148, 214)
MAX_EVENTS = 6
# Units between marks below which their numbers would touch.
TOO_CLOSE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something on a day: `words` are a sentence of the dossier's markup."""

    on: date
    words: str


def activity_picture(dossier: Dossier, *, theme: Theme = Theme.DARK, scale: int = SCALE) -> Picture | None:
    """Draw posts a day and engagement over the window; None where too few posts are held."""
    series = dossier.series
    if series is None or sum(series.posts) < MIN_POSTS:
        return None
    # Pillow costs 30 ms of import, which no start of the bot should pay.
    from bot.cards.charts.canvas import Canvas

    shown = columns_of(dossier, series=series)
    events = [event for event in events_of(dossier) if shown.place(event.on) is not None][:MAX_EVENTS]
    canvas = Canvas(HEIGHT, theme=theme, scale=scale)
    _posts(canvas, shown)
    _engagement(canvas, shown, series=series)
    _events(canvas, shown, events)
    _days(canvas, shown)
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=activity_alt(dossier, series), width=width, height=height)


def events_of(dossier: Dossier) -> list[Event]:
    """Return what the dossier dates: the account's making, posts that stand out. Oldest first."""
    events: dict[tuple[date, str], Event] = {}
    created = dossier.snapshot.created_at if dossier.snapshot else None
    if created is not None:
        made = Event(on=created.date(), words=say("picture.created"))
        events[made.on, made.words] = made
    for finding in dossier.findings:
        if finding.line is not Line.ENGAGEMENT or finding.state is not State.FOUND:
            continue
        for evidence in finding.evidence:
            if evidence.at is not None:
                event = Event(on=evidence.at.date(), words=_kind(finding.check))
                events.setdefault((event.on, event.words), event)
    return sorted(events.values(), key=lambda event: (event.on, event.words))


def activity_alt(dossier: Dossier, series: Series) -> str:
    """Return in words what the picture shows."""
    shown = columns_of(dossier, series=series)
    events = [event for event in events_of(dossier) if shown.place(event.on) is not None][:MAX_EVENTS]
    per_day = [column.per_day for column in shown.columns if column.per_day is not None]
    held = len(series.posts)
    busiest = max(range(held), key=lambda n: series.posts[n])
    parts = [
        say(
            "picture.posts",
            posts=counted(sum(series.posts), "post"),
            first=shown.first,
            last=shown.last,
            mean=number(sum(series.posts) / held),
            days=counted(held, "day"),
            peak=counted(series.posts[busiest], "post"),
            on=date.fromordinal(series.starts_on.toordinal() + busiest),
        )
    ]
    if len(per_day) < len(shown.columns):
        last = date.fromordinal(series.starts_on.toordinal() + held - 1)
        parts.append(say("picture.unknown days", first=series.starts_on, last=last))
    parts.append(_engagement_alt(series))
    parts.extend(
        say("picture.event", n=place, what=Word(event.words), on=event.on)
        for place, event in enumerate(events, start=1)
    )
    return alt_text(dossier, parts)


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


def _kind(check: str) -> str:
    known = {"engagement_rate": "picture.stands out", "spikes": "picture.spike"}
    return say(known.get(check, "picture.evidence"))


def _posts(canvas: Canvas, shown: Columns) -> None:
    colours = canvas.colours
    values = [column.per_day for column in shown.columns if column.per_day is not None]
    scale = axis(values)
    _panel(canvas, "posts a day", scale, edges=UPPER, colour=lambda palette: palette.posts)
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


def _engagement(canvas: Canvas, shown: Columns, *, series: Series) -> None:
    colours = canvas.colours
    values = [column.engagement for column in shown.columns if column.engagement is not None]
    words = "likes + reposts + replies a post"
    scale = axis([*values, series.median or 0], may_bend=True)
    _panel(canvas, words, scale, edges=LOWER, colour=lambda palette: palette.engagement)
    top, foot = LOWER
    for left, right, n in slots(shown, left=LEFT, right=RIGHT):
        if shown.columns[n].per_day is None:
            canvas.bar(left, top, right, foot, colour=colours.unknown)
    if series.median is not None:
        level = foot - scale.place(series.median) * (foot - top)
        canvas.dashes((LEFT, level), (RIGHT, level), colour=colours.ink)
        key = f"median {short(series.median)}"
        canvas.text((RIGHT, top - 18), key, colour=colours.faint, anchor="rm")
        end = RIGHT - canvas.width_of(key) - 6
        canvas.dashes((end - 20, top - 18), (end, top - 18), colour=colours.ink)
    for left, right, n in slots(shown, left=LEFT, right=RIGHT):
        value = shown.columns[n].engagement
        if value is not None:
            level = foot - scale.place(value) * (foot - top)
            canvas.dot(((left + right) / 2, level), radius=2.2, colour=colours.engagement)
    if not values:
        canvas.text(((LEFT + RIGHT) / 2, (top + foot) / 2), "not reported", colour=colours.faint, anchor="mm")
    canvas.line([(LEFT, foot), (RIGHT, foot)], colour=colours.faint, width=0.5)


def _panel(
    canvas: Canvas,
    words: str,
    scale: Axis,
    *,
    edges: tuple[float, float],
    colour: Callable[[Palette], tuple[int, int, int]],
) -> None:
    """Title with the colour of its marks, grid lines and their values."""
    top, foot = edges
    canvas.bar(LEFT, top - 23, LEFT + 9, top - 14, colour=colour(canvas.colours))
    bent = " (log)" if scale.logarithmic else ""
    canvas.text((LEFT + 14, top - 18), words + bent)
    for tick in scale.ticks:
        level = foot - scale.place(tick) * (foot - top)
        canvas.line([(LEFT, level), (RIGHT, level)], colour=canvas.colours.grid, width=0.5)
        canvas.text((LEFT - 6, level), short(tick), colour=canvas.colours.faint, anchor="rm")


def _events(canvas: Canvas, shown: Columns, events: list[Event]) -> None:
    """Numbered marks below the first panel; the numbers are those of the alt text."""
    level = UPPER[1] + 2
    groups: list[list[tuple[float, int]]] = []
    for n, event in enumerate(events, start=1):
        place = shown.place(event.on)
        if place is None:
            continue
        x = LEFT + place * (RIGHT - LEFT)
        canvas.shape([(x, level), (x - 4, level + 8), (x + 4, level + 8)], colour=canvas.colours.event)
        # Marks that stand too close for a number each share one.
        if groups and x - groups[-1][-1][0] < TOO_CLOSE:
            groups[-1].append((x, n))
        else:
            groups.append([(x, n)])
    for group in groups:
        first, last = group[0][1], group[-1][1]
        words = str(first) if first == last else f"{first}-{last}"
        middle = (group[0][0] + group[-1][0]) / 2
        canvas.text((min(middle, RIGHT - 8), level + 14), words, anchor="mm", size=11)


def _days(canvas: Canvas, shown: Columns) -> None:
    """First, middle and last day below."""
    year = (shown.last - shown.first).days > 400
    middle = date.fromordinal((shown.first.toordinal() + shown.last.toordinal()) // 2)
    for at, when, anchor in (
        (LEFT, shown.first, "lm"),
        ((LEFT + RIGHT) / 2, middle, "mm"),
        (RIGHT, shown.last, "rm"),
    ):
        canvas.text((at, HEIGHT - 13), short_day(when, year=year), colour=canvas.colours.faint, anchor=anchor)
