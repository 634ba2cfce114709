"""Countries by name, with the time zone of their capital: what the free text of a profile may mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.checks.wording import Word
from bot.text.normalise import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country as its capital's clock sees it. `country` is ISO 3166-1 alpha-2, `weekend` ISO weekdays."""

    country: str
    name: str
    capital: str
    zone: str
    weekend: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    places: Mapping[str, Place]
    # Folded names of countries and cities, longest first, so that "South Sudan" is not Sudan.
    names: tuple[tuple[str, str], ...]


def place_of_country(country: str) -> Place | None:
    """Return a country's place; None for a code that the table does not have."""
    return _table().places.get(country.upper())


def country_name(country: str | None) -> Word:
    """Return a country's English name, or its code where the table does not have it."""
    if country is None:
        return Word("a state that the registry does not name")
    place = place_of_country(country)
    return Word(place.name if place else re.sub(r"[^A-Z]", "", country.upper()) or "an unknown state")


def place_of_text(text: str) -> Place | None:
    """Return the one country that a stated place names; None for none, for several, and for jokes.

    A country with several time zones counts as its capital's.
    """
    rest = f" {_words(text)} "
    found: dict[str, None] = {}
    for name, country in _table().names:
        if f" {name} " in rest:
            rest = rest.replace(f" {name} ", " ")
            found[country] = None
    return _table().places[next(iter(found))] if len(found) == 1 else None


def _words(text: str) -> str:
    return " ".join(re.split(r"\W+", fold(text))).strip()


@cache
def _table() -> _Table:
    text = (resources.files("bot.checks") / "data" / "places.csv").read_text(encoding="utf-8")
    places: dict[str, Place] = {}
    names: list[tuple[str, str]] = []
    for row in csv.DictReader(io.StringIO(text)):
        known = row["names"].split("|")
        cities = row["capital"].split("|")
        places[row["country"]] = Place(
            country=row["country"],
            name=known[0],
            capital=cities[0],
            zone=row["zone"],
            weekend=frozenset(map(int, row["weekend"])),
        )
        names += [(_words(name), row["country"]) for name in (*known, *cities)]
    names.sort(key=lambda each: (-len(each[0]), each))
    return _Table(places=places, names=tuple(names))
