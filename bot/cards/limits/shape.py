"""Reading a JSON body key by key while noting everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Answer(Enum):
    """How Discord answers a body with this problem: HTTP status and JSON error code."""

    FORM = (400, 50035)  # Invalid Form Body, with the path of each problem
    EMPTY = (400, 50006)  # Cannot send an empty message
    TOO_LARGE = (413, 40005)  # Request entity too large
    BARE = (500, 0)  # 500 Internal Server Error, without any explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing Discord would refuse. `path` is dotted (`embeds.0.title`), empty for the body as a whole."""

    path: str
    code: str
    message: str
    answer: Answer = Answer.FORM

    def __str__(self) -> str:
        return f"{self.path or 'body'}: {self.message} [{self.code}]"


def units(text: str) -> int:
    """Length as Discord may count it: code points or UTF-16 units, whichever is more (it does not say)."""
    return max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2)


class Place:
    """A point in the body; what is said here is noted with its path."""

    __slots__ = ("_found", "path")

    def __init__(self, found: list[Problem], path: tuple[str | int, ...] = ()) -> None:
        self._found = found
        self.path = path

    def at(self, key: str | int) -> Place:
        return Place(self._found, (*self.path, key))

    def say(self, code: str, message: str, *, answer: Answer = Answer.FORM) -> None:
        path = ".".join(map(str, self.path))
        self._found.append(Problem(path=path, code=code, message=message, answer=answer))

    def fields(self, value: object, known: Collection[str] | None) -> Fields | None:
        """Read an object; None after saying that it is none. `known=None` allows every key.

        Discord ignores a key it does not know. Here it is a problem, because it is a slip of the pen.
        """
        if not isinstance(value, dict):
            self.say("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return None
        pairs = cast("dict[str, object]", value)
        if known is not None:
            for key in pairs.keys() - set(known):
                self.at(key).say("UNKNOWN_FIELD", f"{key!r} is not a field here; Discord would ignore it")
        return Fields(pairs, self)


class Fields:
    """The keys of one object. An absent key and null read alike, as None."""

    __slots__ = ("_pairs", "place")

    def __init__(self, pairs: dict[str, object], place: Place) -> None:
        self._pairs = pairs
        self.place = place

    def has(self, key: str) -> bool:
        return self._pairs.get(key) is not None

    def names(self, key: str) -> bool:
        """Whether the key stands there at all, be it null: in an edit null means "take it away"."""
        return key in self._pairs

    def get(self, key: str) -> object:
        return self._pairs.get(key)

    def pairs(self) -> dict[str, object]:
        return self._pairs

    def need(self, key: str) -> bool:
        if not self.has(key):
            self.place.at(key).say("BASE_TYPE_REQUIRED", "This field is required")
        return self.has(key)

    def text(self, key: str, *, high: int, low: int = 0, trim: bool = False) -> str | None:
        value = self._pairs.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.place.at(key).say("STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return None
        length = units(value.strip() if trim else value)
        if not low <= length <= high:
            self._bad_length(key, low=low, high=high, length=length)
        return value

    def _bad_length(self, key: str, *, low: int, high: int, length: int) -> None:
        if low and length == 0:
            self.place.at(key).say("BASE_TYPE_REQUIRED", "This field is required")
        elif low:
            self.place.at(key).say("BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        else:
            self.place.at(key).say("BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")

    def whole(self, key: str, *, low: int, high: int) -> int | None:
        value = self._pairs.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.place.at(key).say("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        if value < low:
            self.place.at(key).say("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        elif value > high:
            self.place.at(key).say("NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")
        return value

    def flag(self, key: str) -> bool:
        value = self._pairs.get(key)
        if value is not None and not isinstance(value, bool):
            self.place.at(key).say("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return value is True

    def choice(self, key: str, allowed: Collection[int]) -> int | None:
        value = self._pairs.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            options = ", ".join(map(str, sorted(allowed)))
            self.place.at(key).say("BASE_TYPE_CHOICES", f"Value must be one of ({options}).")
            return None
        return value

    def snowflake(self, key: str) -> int | None:
        """An id. Integers are accepted beside digits, because Discord does and discord.py sends them."""
        value = self._pairs.get(key)
        if value is None:
            return None
        number = snowflake(value)
        if number is None:
            self.place.at(key).say("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return number

    def timestamp(self, key: str) -> None:
        value = self._pairs.get(key)
        if value is None:
            return
        try:
            datetime.fromisoformat(str(value))
        except ValueError:
            self.place.at(key).say("DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")

    def url(self, key: str, schemes: Collection[str], *, high: int = 2048) -> str | None:
        value = self.text(key, high=high)
        if not value:
            return None
        try:
            parts = urlsplit(value)
        except ValueError:
            self.place.at(key).say("URL_TYPE_INVALID_URL", "Not a well formed URL.")
            return None
        if parts.scheme.lower() not in schemes:
            names = ", ".join(repr(scheme) for scheme in sorted(schemes))
            message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of ({names}).'
            self.place.at(key).say("URL_TYPE_INVALID_SCHEME", message)
        elif not parts.netloc or any(c.isspace() for c in value):
            self.place.at(key).say("URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return value

    def within(self, key: str, known: Collection[str] | None) -> Fields | None:
        return self.place.at(key).fields(self._pairs[key], known) if self.has(key) else None

    def items(self, key: str, *, high: int, low: int = 0) -> Iterator[tuple[Place, object]]:
        """Walk a list with the place of each item. A wrong length is said first and stops nothing."""
        value = self._pairs.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.place.at(key).say("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        entries = cast("list[object]", value)
        if not low <= len(entries) <= high:
            self._bad_length(key, low=low, high=high, length=len(entries))
        for number, entry in enumerate(entries):
            yield self.place.at(key).at(number), entry


def snowflake(value: object) -> int | None:
    """Return the id, or None for what is no unsigned 64-bit number."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 20):
        return None
    number = int(value)
    return number if 0 <= number < 1 << 64 else None


def words(text: str) -> frozenset[str]:
    """A set of keys written as one line."""
    return frozenset(text.split())
