"""Axes: round ends, ticks, days put together where there are more of them than columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log10
from statistics import median

from bot.checks.dossier import Dossier, Series
from bot.checks.wording import MONTHS

# Columns that stay apart on 340 units: beyond, days become weeks or months.
MAX_COLUMNS = 120
STEPS = (1, 7, 30, 91, 365)

# From this on, a straight axis would press everything but the highest into the ground.
LOGARITHMIC_FROM = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`step` days together. None: nothing is known of these days."""

    starts_on: date
    per_day: float | None
    engagement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The window of a check in columns of `step` days, oldest first."""

    step: int
    columns: tuple[Column, ...]

    @property
    def first(self) -> date:
        return self.columns[0].starts_on

    @property
    def last(self) -> date:
        """The last day of the last column."""
        return self.columns[-1].starts_on + timedelta(days=self.step - 1)

    @property
    def covers_years(self) -> bool:
        """Whether a day needs its year."""
        return (self.last - self.first).days > 400

    def place(self, day: date) -> float | None:
        """Return where a day stands, 0..1; None outside of the window."""
        n = (day - self.first).days
        whole = len(self.columns) * self.step
        return (n + 0.5) / whole if 0 <= n < whole else None


def columns_of(dossier: Dossier, *, series: Series) -> Columns:
    """Put the series into the window of its dossier."""
    return columns(series, first=_window_start(dossier, series), last=_window_end(dossier, series))


def columns(series: Series, *, first: date, last: date) -> Columns:
    """Cut the days from `first` to `last` into at most `MAX_COLUMNS` columns that end on `last`."""
    days = (last - first).days + 1
    step = next((step for step in STEPS if days <= step * MAX_COLUMNS), ceil(days / MAX_COLUMNS))
    n = ceil(days / step)
    start = last - timedelta(days=n * step - 1)
    offset = (start - series.starts_on).days
    return Columns(
        step=step,
        columns=tuple(
            _column(series, offset + i * step, step=step, starts_on=start + timedelta(days=i * step))
            for i in range(n)
        ),
    )


def _column(series: Series, at: int, *, step: int, starts_on: date) -> Column:
    """Take the days known among `step` days from index `at`, which may lie outside of the series."""
    known = slice(max(at, 0), max(at + step, 0))
    posts = series.posts[known]
    earned = [value for value in series.engagement[known] if value is not None]
    return Column(
        starts_on=starts_on,
        per_day=sum(posts) / len(posts) if posts else None,
        engagement=float(median(earned)) if earned else None,
    )


def _window_start(dossier: Dossier, series: Series) -> date:
    return min((dossier.until - timedelta(days=dossier.days)).date() + timedelta(days=1), series.starts_on)


def _window_end(dossier: Dossier, series: Series) -> date:
    return max(dossier.until.date(), series.starts_on + timedelta(days=len(series.posts) - 1))


def slots(shown: Columns, *, left: float, right: float) -> Iterator[tuple[float, float, int]]:
    """Return left and right edge and index of every column between two edges, in units."""
    wide = (right - left) / len(shown.columns)
    for n in range(len(shown.columns)):
        yield left + n * wide, left + (n + 1) * wide, n


def together(step: int, *, what: str) -> str:
    """Say of what a column of `step` days is the mean or median, where these are more than one."""
    return f", {what} of {step} days" if step > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A value axis from 0 to `top`; `ticks` are the values written beside it."""

    top: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands, 0 at the foot and 1 at the top."""
        if self.logarithmic:
            return log10(1 + max(value, 0)) / log10(1 + self.top)
        return max(value, 0) / self.top


def axis(values: Sequence[float], *, may_bend: bool = False) -> Axis:
    """Return an axis for values >= 0; logarithmic where it may be and they reach far."""
    highest = max([*values, 1])
    if may_bend and highest > LOGARITHMIC_FROM:
        top = 10 ** ceil(log10(highest))
        decades = round(log10(top))
        every = ceil(decades / 4)
        return Axis(
            top=top,
            ticks=(0, *(10**power for power in range(decades, 0, -every))),
            logarithmic=True,
        )
    unit = 10 ** (len(str(int(highest))) - 1)
    top = next(factor * unit for factor in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if factor * unit >= highest)
    middle = top / 2
    return Axis(top=top, ticks=(0, middle, top) if middle == int(middle) else (0, top))


def short(value: float) -> str:
    """Return a tick as people read it at a glance: "0", "1.5", "20", "1k", "3M"."""
    for unit, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if value >= unit:
            return f"{value / unit:.3g}{letter}"
    return f"{value:.3g}"


def short_day(day: date, *, year: bool) -> str:
    """Return "21 Nov", or "Nov 2026" where the axis covers years."""
    return f"{MONTHS[day.month - 1]} {day.year}" if year else f"{day.day} {MONTHS[day.month - 1]}"
