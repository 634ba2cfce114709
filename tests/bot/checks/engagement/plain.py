"""Figures and statistics written out plainly, to recompute what the checks say. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sqrt

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def figure(value: float) -> str:
    """1,204 · 12.3 · 4.1 · 0.12: whole numbers whole, two figures below ten, no trailing ".0"."""
    if isinstance(value, int) or abs(value) >= 100:
        text = f"{round(value):,}"
    elif abs(value) >= 1:
        text = f"{value:.1f}"
    else:
        text = f"{value:.2g}" if not 0 < abs(value) < 0.0001 else f"{value:.6f}".rstrip("0")
    text = text.removesuffix(".0")
    return text.replace("-", "−")


def percent(share: float) -> str:
    """85 % · 0.4 %; what is short of all is at most 99 %."""
    value = 100 * share
    if 0 < value < 1:
        return f"{figure(value)} %"
    return f"{min(round(value), 99) if value < 100 else round(value)} %"


def two_figures(share: float) -> str:
    return f"{figure(100 * share)} %"


def wilson(k: int, n: int) -> tuple[float, float]:
    z, p = 1.959964, k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (0.0 if k == 0 else centre - half), (1.0 if k == n else centre + half)


def part(k: int, n: int) -> str:
    low, high = wilson(k, n)
    bounds = "–".join(figure(100 * each if each < 0.01 else round(100 * each)) for each in (low, high))
    return f"{k:,} of {n:,} ({percent(k / n)}, 95 % interval {bounds} %)"


def of(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def middle(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def deviation(values: Sequence[float]) -> float:
    return middle([abs(value - middle(values)) for value in values])


def robust(value: float, among: Sequence[float]) -> float:
    return 0.6745 * (value - middle(among)) / deviation(among)


def on(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
