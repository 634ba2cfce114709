"""The ends of a statement: entities, accounts and sites, and what an entity is called or classed as."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeAlias

import msgspec

from bot.accounts import AccountRef, Platform, account_url
from bot.errors import InputError
from bot.registry.typology import CLASSES
from bot.text.inert import quoted

MAX_NAME = 120

# What is said of an entity by itself, beside the relations between things.
HAS_NAME, HAS_CLASS = "has_name", "has_class"
NAMINGS = (HAS_NAME, HAS_CLASS)

# BCP 47 as far as names need it: a language, perhaps a script, perhaps a region.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_MARKED = re.compile(r"(?P<name>.*\S)\s*[(（](?P<marks>[A-Za-z, -]+)[)）]")
_CLASS = re.compile(r"(?P<code>[A-Za-z]+\??)\s+(?P<edition>(?:19|20)\d{2})")


class NameKind(StrEnum):
    """What a further name is; the main one came with the entity."""

    ALIAS = "alias"
    ABBREVIATION = "abbreviation"
    TRANSLITERATION = "transliteration"
    FORMER = "former"


class EntityEnd(msgspec.Struct, frozen=True, kw_only=True, tag="entity"):
    """An entity of the registry, or one to add: then `key` is what it will be called by."""

    key: str
    name: str
    new: bool = False
    kind: str | None = None
    country: str | None = None


class AccountEnd(msgspec.Struct, frozen=True, kw_only=True, tag="account"):
    """An account."""

    platform: Platform
    handle: str | None = None
    platform_id: str | None = None

    @property
    def ref(self) -> AccountRef:
        return AccountRef(platform=self.platform, handle=self.handle, platform_id=self.platform_id)


class SiteEnd(msgspec.Struct, frozen=True, kw_only=True, tag="site"):
    """A site."""

    host: str


class NameEnd(msgspec.Struct, frozen=True, kw_only=True, tag="name"):
    """A name, with its language and script as BCP 47 where somebody said so."""

    name: str
    kind: NameKind = NameKind.ALIAS
    language: str | None = None


class ClassEnd(msgspec.Struct, frozen=True, kw_only=True, tag="class"):
    """A class of the State Media Monitor's typology, in the edition of a year."""

    code: str
    edition: str


End: TypeAlias = EntityEnd | AccountEnd | SiteEnd | NameEnd | ClassEnd


def reference(end: End) -> str:
    """Return what the audit trail calls one end of a statement."""
    match end:
        case EntityEnd():
            return f"entity:{end.key}"
        case AccountEnd():
            return f"account:{end.platform}:{end.handle or end.platform_id}"
        case SiteEnd():
            return f"site:{end.host}"
        case NameEnd():
            return f"name:{end.name}"
        case ClassEnd():
            return f"class:{end.code}"


def typed(end: End) -> str:
    """Return what somebody would type for an end."""
    match end:
        case EntityEnd() if end.new:
            where = f", {end.country}" if end.country else ""
            return f"new: {end.name} ({end.kind}{where})"
        case EntityEnd():
            return end.key
        case AccountEnd():
            return account_url(end.ref)
        case SiteEnd():
            return end.host
        case NameEnd():
            return f"{end.name} ({', '.join(filter(None, (end.language, end.kind.value)))})"
        case ClassEnd():
            return f"{end.code} {end.edition}"


def name_end(text: str) -> NameEnd:
    """Read "新华社 (zh-Hans, abbreviation)": a name, perhaps with its language and which kind of name it is.

    Brackets that hold anything else are part of the name.
    """
    text = line(text)
    found = _MARKED.fullmatch(text)
    marks = [mark.strip() for mark in found["marks"].split(",")] if found else []
    kinds = [mark for mark in marks if mark in set(NameKind)]
    languages = [mark for mark in marks if mark not in set(NameKind) and _LANGUAGE.fullmatch(mark)]
    if found is None or len(kinds) + len(languages) != len(marks) or len(kinds) > 1 or len(languages) > 1:
        name, kinds, languages = text, [], []
    else:
        name = found["name"]
    if not any(character.isalnum() for character in name):
        raise InputError("a name is needed, such as 新华社 (zh-Hans) or Diario Viejo (es, former).")
    kind = NameKind(kinds[0]) if kinds else NameKind.ALIAS
    return NameEnd(name=name, kind=kind, language=languages[0] if languages else None)


def class_end(text: str) -> ClassEnd:
    """Read "SC 2025": a class with the year of the edition, since classes change. Raises InputError."""
    found = _CLASS.fullmatch(line(text))
    code = next((each for each in CLASSES if found and each.casefold() == found["code"].casefold()), None)
    if found is None or code is None:
        raise InputError(
            f"{quoted(text)} is no class with the year of its edition, such as SC 2025. The classes are "
            f"{', '.join(CLASSES)}."
        )
    return ClassEnd(code=code, edition=found["edition"])


def line(text: str, *, limit: int = MAX_NAME) -> str:
    """Return typed text as one line, cut at the limit."""
    return " ".join(text.split())[:limit]
