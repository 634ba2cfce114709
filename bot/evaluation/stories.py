"""Invented news items, made of parts so that no two are much alike: enough text to copy and to compare."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from bot.errors import InputError


class Language(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts of a story in order, and what joins them."""

    parts: tuple[tuple[str, ...], ...]
    join: str = " "


class Stories(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stories by language."""

    languages: dict[str, Language]

    def story(self, language: str, number: int) -> str:
        """Return story `number` of a language, always the same. Raises InputError for an unknown language.

        The parts are drawn by a hash of the number: counting through them would make stories a fixed distance
        apart alike, and two runs of posts would be copies of each other by mistake.
        """
        if language not in self.languages:
            raise InputError(f"there are no stories in {language!r}.")
        chosen = self.languages[language]
        drawn = sha256(f"{language} {number}".encode()).digest()
        pairs = zip(chosen.parts, zip(drawn[::2], drawn[1::2], strict=True), strict=False)
        return chosen.join.join(part[(high * 256 + low) % len(part)] for part, (high, low) in pairs)
