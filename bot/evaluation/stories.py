"""Invented news items, made of parts so that no two are alike: enough text to copy and to compare."""

from __future__ import annotations

import itertools
from math import gcd

import msgspec

from bot.errors import InputError


class Language(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts of a sentence in order, and what joins them."""

    parts: tuple[tuple[str, ...], ...]
    join: str = " "


class Stories(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stories by language."""

    languages: dict[str, Language]

    def story(self, language: str, number: int) -> str:
        """Return story `number` of a language.

        The lists of parts have lengths without a common factor, so neighbours share no part and the first
        repetition is far away. Raises InputError where the file has no such language or breaks that rule.
        """
        if language not in self.languages:
            raise InputError(f"there are no stories in {language!r}.")
        chosen = self.languages[language]
        sizes = [len(part) for part in chosen.parts]
        if any(gcd(one, other) > 1 for one, other in itertools.combinations(sizes, 2)):
            raise InputError(f"the parts of {language!r} have lengths {sizes} with a common factor.")
        return chosen.join.join(part[number % len(part)] for part in chosen.parts)
