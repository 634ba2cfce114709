"""What every import format shares: the rows it yields, and how dates, counts and names are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from bot.accounts import AccountRef, Platform, canonical_handle, canonical_id
from bot.store.follows import Follow
from bot.store.looks import LabelLook
from bot.store.records import Post, Snapshot
from bot.text.inert import quoted

if TYPE_CHECKING:
    from bot.imports.files import ImportFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one place in a file says. `line` counts from 1 and is where it begins."""

    line: int
    snapshots: tuple[Snapshot, ...] = ()
    posts: tuple[Post, ...] = ()
    follows: tuple[Follow, ...] = ()
    labels: tuple[tuple[AccountRef, LabelLook], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that was left out; the rest of the file is read on. `reason` is a sentence without full stop."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One JSON value as text. `line` is where it begins in the file."""

    line: int
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What decides which format a file has: its first JSON object, or else its first two lines of text.

    For a JSON document too large to be read as a whole, `opening` is how it begins.
    """

    json: Value | None = None
    text: str | None = None
    opening: str | None = None
    is_car: bool = False


class Importer(Protocol):
    """One file format."""

    @property
    def name(self) -> str:
        """What `--format` takes, and what snapshots give as their source."""
        ...

    @property
    def title(self) -> str:
        """The format in words, as an error message lists it."""
        ...

    def recognises(self, sample: Sample) -> bool:
        """Tell by the content; the file's name is never asked. Raises nothing."""
        ...

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        """Read the file from its beginning. Raises ImportFileError where reading on makes no sense."""
        ...


class RowError(ValueError):
    """A value that makes its row unusable. The text is the reason given to people."""


# Before it nothing that Masthead knows could have been posted.
_FIRST_POST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks of collectors may run ahead a little.
_AHEAD = timedelta(days=1)

# As seconds this is the year 5138.
_MILLISECONDS = 10**11
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_DECIMAL_ZERO = re.compile(r"(\d+)\.0+")
_ROUNDED = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?) ?([KMB])", re.IGNORECASE)
# At least, at most, and the other way of writing "at least".
_NUMBER = r"\d[\d.,]{0,20} ?[KMB]?"
_BOUND = re.compile(
    rf"(?:>=?|≥) ?(?P<least>{_NUMBER})|(?:<=?|≤) ?(?P<most>{_NUMBER})|(?P<plus>{_NUMBER}) ?\+", re.IGNORECASE
)
_UNITS = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_ABSENT = frozenset({"", "-", "–", "na", "n/a", "nan", "none", "null"})
# Far above any real count, and fit for the store.
MAX_COUNT = 10**15


def instant(text: str, *, now: datetime) -> datetime:
    """Read ISO 8601 with a zone, or Unix seconds or milliseconds. Raises RowError with the reason."""
    text = text.strip()
    if _EPOCH.fullmatch(text):
        seconds = int(text) / 1000 if len(text) > 10 else int(text)
        return plausible(datetime.fromtimestamp(seconds, tz=UTC), text, now=now)
    if text.endswith(" UTC"):
        text = f"{text[:-4]}Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(f"{quoted(text)} is no date; write it as 2026-05-31T14:05:00Z") from None
    if moment.tzinfo is None:
        raise RowError(
            f"the date {quoted(text)} does not say its time zone; add Z for UTC or an offset such as +02:00"
        )
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise RowError(f"the date {quoted(text)} is out of range") from None
    return plausible(moment, text, now=now)


def instant_or_none(text: str | None, *, now: datetime) -> datetime | None:
    """Read a date that is worth having but not worth losing the row for."""
    if not text:
        return None
    try:
        return instant(text, now=now)
    except RowError:
        return None


def instant_utc(text: str, *, now: datetime) -> datetime:
    """Read a date without zone of a format whose description says that it is UTC. Raises RowError."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return instant(text, now=now)
    if moment.tzinfo is not None:
        return instant(text, now=now)
    return plausible(moment.replace(tzinfo=UTC), text, now=now)


def instant_unix(seconds: float | None, *, now: datetime) -> datetime:
    """Read Unix seconds, or milliseconds where the number can be nothing else. Raises RowError."""
    if seconds is None:
        raise RowError("no date")
    if seconds > _MILLISECONDS:
        seconds /= 1000
    try:
        moment = datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError):
        raise RowError(f"the date `{seconds:g}` is out of range") from None
    return plausible(moment, f"{seconds:.0f}", now=now)


def plausible(moment: datetime, text: str, *, now: datetime) -> datetime:
    """Return a date that a post may have. Raises RowError."""
    if moment > now + _AHEAD:
        raise RowError(f"the date {quoted(text)} lies in the future")
    if moment < _FIRST_POST:
        raise RowError(f"the date {quoted(text)} lies before 1990")
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count as written. `value` is None where nothing was reported."""

    value: int | None
    rounded: bool = False


_NOTHING = Count(value=None)


@lru_cache(maxsize=16_384)
def count(text: str, column: str) -> Count:
    """Read `1234`, `1,234`, `1234.0` or the rounded `12.3K`. Raises RowError for anything else.

    "At least" (`1,000+`, `>1000`, `≥1000`) is kept as rounded; "less than" (`<100`) is no report, since 0
    and 99 would be the same.
    """
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return Count(value=int(text))
    text = text.strip()
    if text.lower() in _ABSENT:
        return _NOTHING
    if bound := _BOUND.fullmatch(text):
        inside = count(bound["least"] or bound["most"] or bound["plus"], column)
        return _NOTHING if bound["most"] else replace(inside, rounded=True)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif whole := _DECIMAL_ZERO.fullmatch(text):
        text = whole[1]
    elif short := _ROUNDED.fullmatch(text):
        number = float(short[1].replace(",", "."))
        return Count(value=round(number * _UNITS[short[2].lower()]), rounded=True)
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise RowError(f"{quoted(text)} is no count (column {column})")
    return Count(value=int(text))


@lru_cache(maxsize=65_536)
def handle_on(platform: Platform, text: str) -> str | None:
    """Return the canonical handle, or None where the platform could not have given it."""
    return canonical_handle(platform, text)


@lru_cache(maxsize=65_536)
def account_id_on(platform: Platform, text: str) -> str | None:
    """Return the canonical lasting id, or None where the platform could not have given it."""
    return canonical_id(platform, text)


def web_address(text: str | None) -> str | None:
    """Return an http or https address as it stands, None for anything else."""
    if text is None:
        return None
    text = text.strip()
    if len(text) > 4_096 or not text[:8].lower().startswith(("http://", "https://")):
        return None
    # An address may name a post, and what names things must hold no control characters.
    return text if text.isprintable() else None


def size_words(size: int) -> str:
    """Write a limit such as 67108864 as "64 MiB"."""
    return f"{size // 1024**2} MiB"


def source_of(importer: str) -> str:
    """Return what a snapshot of this format gives as its source."""
    return f"import:{importer}"
