"""Dated events of a picture: numbered marks below the days, and what each stands for in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.cards.charts.scales import Columns, short_day
from bot.cards.markup import clean, parts
from bot.checks.dossier import Dossier, Line, State
from bot.checks.wording import say

if TYPE_CHECKING:
    from bot.cards.charts.canvas import Canvas

MAX_MARKS = 6
# Units between marks below which their numbers would touch.
TOO_CLOSE = 16
ROW = 15
SIZE = 11
MAX_NAME = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Number `n`, from 1, on a day; `at` is its place in the window, 0..1.

    `words` are part of a sentence in the dossier's markup.
    """

    n: int
    on: date
    at: float
    words: str


def marks_of(dossier: Dossier, shown: Columns) -> tuple[tuple[Mark, ...], int]:
    """Return what the dossier dates within the window, oldest first, and how many more there are.

    What happened to the account goes before posts that stand out, where there is not room for all.
    """
    dated = [*_happened(dossier), *_shown_as_evidence(dossier)]
    first = {each: place for place, each in reversed(list(enumerate(dated)))}
    inside = [
        (on, words) for on, words in sorted(first, key=first.__getitem__) if shown.place(on) is not None
    ]
    kept = sorted(inside[:MAX_MARKS])
    marks = tuple(
        Mark(n=n, on=on, at=shown.place(on) or 0.0, words=words)
        for n, (on, words) in enumerate(kept, start=1)
    )
    return marks, len(inside) - len(kept)


def _happened(dossier: Dossier) -> Iterator[tuple[date, str]]:
    created = dossier.snapshot.created_at if dossier.snapshot else None
    if created is not None:
        yield created.date(), say("picture.created")
    for each in dossier.happened:
        yield each.on, each.words


def _shown_as_evidence(dossier: Dossier) -> Iterator[tuple[date, str]]:
    known = {"engagement_rate": "picture.stands out", "spikes": "picture.spike"}
    for finding in dossier.findings:
        if finding.line is Line.ENGAGEMENT and finding.state is State.FOUND:
            for evidence in finding.evidence:
                if evidence.at is not None:
                    yield evidence.at.date(), say(known.get(finding.check, "picture.evidence"))


def room_for(marks: Sequence[Mark]) -> int:
    """Return how high the list of marks is."""
    return ROW * len(marks) + 6 if marks else 0


def draw_marks(canvas: Canvas, marks: Sequence[Mark], *, left: float, right: float, level: float) -> None:
    """Draw numbered triangles that point up to their days."""
    groups: list[list[tuple[float, int]]] = []
    for mark in marks:
        x = left + mark.at * (right - left)
        canvas.shape([(x, level), (x - 4, level + 8), (x + 4, level + 8)], colour=canvas.colours.event)
        # Marks that stand too close for a number each share one.
        if groups and x - groups[-1][-1][0] < TOO_CLOSE:
            groups[-1].append((x, mark.n))
        else:
            groups.append([(x, mark.n)])
    for group in groups:
        first, last = group[0][1], group[-1][1]
        words = str(first) if first == last else f"{first}-{last}"
        middle = (group[0][0] + group[-1][0]) / 2
        canvas.text((min(middle, right - 8), level + 14), words, anchor="mm", size=SIZE)


def list_marks(
    canvas: Canvas, marks: Sequence[Mark], *, left: float, right: float, top: float, years: bool
) -> None:
    """Say what each number stands for, as far as the font has the letters; the alt text has all of it."""
    begin = left + (74 if years else 46)
    for row, mark in enumerate(marks):
        level = top + ROW * (row + 0.5)
        colours = canvas.colours
        canvas.text((left - 6, level), str(mark.n), anchor="rm", size=SIZE)
        day = short_day(mark.on, year=False) + (f" {mark.on.year}" if years else "")
        canvas.text((left, level), day, colour=colours.faint, size=SIZE)
        words = drawable(canvas, mark.words)
        while canvas.width_of(words, size=SIZE) > right - begin:
            words = f"{words[:-2].rstrip()}…"
        canvas.text((begin, level), words, size=SIZE)


def drawable(canvas: Canvas, sentence: str) -> str:
    """Return a sentence as the font can write it: names in other letters are left to the alt text."""
    shown = ""
    for text, theirs in parts(sentence):
        # The font has no minus sign.
        name = clean(text, limit=MAX_NAME) if theirs else text.replace("−", "-")
        shown += name if canvas.can_write(name) else "…"
    return shown.strip()
