"""How Masthead speaks: the one way to make a sentence for people.

A sentence is plain text in which everything that somebody else wrote (handles, names, posts, titles of
sources) stands between backticks; everything outside them is ours. `say` takes a template of
`bot.checks.sentences` and keeps that promise whatever the parameters hold. The words themselves follow
docs/methods.md: a link is described, nobody is said to be run by anybody, likelihood (ICD 203) and
confidence never share a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.checks.sentences import LABELS, SENTENCES
from bot.text import inert


class Word(str):
    """Words of our own: `say` inserts them as they stand, where any other text goes between backticks."""

    __slots__ = ()


Param: TypeAlias = str | int | float | date | Word

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say(key: str, **params: Param) -> str:
    """Return the sentence `key` with its parameters made safe. Raises KeyError for an unknown key."""
    return fill(SENTENCES[key], **params)


def fill(template: str, **params: Param) -> str:
    """Return a sentence of another catalogue of ours with its parameters made safe."""
    return template.format_map({name: _rendered(value) for name, value in params.items()})


def phrase(key: str, **params: Param) -> Word:
    """Return what `say` returns, as a part for another sentence."""
    return Word(say(key, **params))


def label(key: str) -> str:
    """Return one of the fixed labels of the card. Raises KeyError for an unknown key."""
    return LABELS[key]


def _rendered(value: Param) -> str:
    match value:
        case Word():
            return str(value)
        case str():
            return quoted(value)
        case date():
            return day(value)
        case _:
            return number(value)


def quoted(text: str, *, limit: int = 64) -> Word:
    """Return somebody else's text between backticks on one line, at most `limit` characters of it."""
    return Word(inert.quoted(text, limit=limit))


def number(value: float) -> Word:
    """Return a figure as people write it: "1,204", "3.4", "0.12"; two significant digits below 10."""
    if isinstance(value, int) or abs(value) >= 100:
        return Word(f"{round(value):,}".replace("-", "−"))
    digits = 1 if abs(value) >= 10 else 2
    text = f"{value:.{digits}g}" if abs(value) < 1 else f"{value:.1f}"
    if "e" in text:
        text = f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    return Word(text.removesuffix(".0").replace("-", "−"))


def counted(n: int, one: str, many: str | None = None) -> Word:
    """Return "1 post" or "20 posts"."""
    return Word(f"{number(n)} {one if n == 1 else many or one + 's'}")


def window(posts: int, *, days: int, until: datetime, now: datetime) -> Word:
    """Return how many posts were looked at and of which time: "20 posts of the 90 days up to 8 Apr 2021"."""
    if not posts:
        return phrase("window.none", days=counted(days, "day"))
    key = "window.recent" if until == now else "window.past"
    return phrase(key, posts=counted(posts, "post"), days=counted(days, "day"), until=until)


def percent(share: float) -> Word:
    """Return a share of 0..1 as "85 %"; small shares keep a digit, so that 0.4 % is not 0 %."""
    value = share * 100
    if 0 < value < 1:
        return Word(f"{number(value)} %")
    # A share short of all is not shown as all.
    return Word(f"{number(min(round(value), 99) if value < 100 else round(value))} %")


def share(k: int, n: int, *, interval: tuple[float, float]) -> Word:
    """Return "17 of 20 (85 %, 95 % interval 64–95 %)"; bounds below 1 % keep digits."""
    low, high = (number(bound * 100 if bound < 0.01 else round(bound * 100)) for bound in interval)
    return Word(f"{number(k)} of {number(n)} ({percent(k / n)}, 95 % interval {low}–{high} %)")


def day(when: date | datetime | str) -> Word:
    """Return "21 Nov 2026". Partial ISO text stays partial: "2024" and "Feb 2024"."""
    if isinstance(when, date):
        return Word(f"{when.day} {MONTHS[when.month - 1]} {when.year}")
    match = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?(?:T.*)?", when)
    if match is None:
        return quoted(when, limit=24)
    year, month, day_of_month = match.groups()
    parts = [str(int(day_of_month))] if day_of_month else []
    parts += [MONTHS[int(month) - 1]] if month else []
    return Word(" ".join([*parts, year]))


def lapse(time: timedelta) -> Word:
    """Return a span of time of either sign in one unit: "45 s", "12 min", "3.5 h", "4 days"."""
    seconds = abs(time.total_seconds())
    if seconds < 120:
        return Word(f"{number(round(seconds))} s")
    if seconds < 7200:
        return Word(f"{number(round(seconds / 60))} min")
    if seconds < 172_800:
        return Word(f"{number(seconds / 3600)} h")
    return Word(f"{number(round(seconds / 86_400))} days")


def listing(parts: Iterable[str]) -> Word:
    """Return "a, b and c". Parts that are not our own words go between backticks."""
    words = [_rendered(part) for part in parts]
    if len(words) < 2:
        return Word("".join(words))
    return Word(f"{', '.join(words[:-1])} and {words[-1]}")
