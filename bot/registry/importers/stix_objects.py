"""STIX 2.1 bundles as values: checked as a whole before anything of them is read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from bot.errors import ImportFileError
from bot.registry.markings import BY_ID, RED, TLP_EXTENSION, level_named, strictest
from bot.text.inert import quoted

_ID = re.compile(r"([a-z0-9][a-z0-9-]{1,248}[a-z0-9])--([0-9a-f-]{36})")
T = TypeVar("T")

Confidence = Annotated[int, msgspec.Meta(ge=0, le=100)]


class _Bundle(msgspec.Struct):
    type: str
    id: str = ""
    # STIX 2.0 has its version here, 2.1 in every object.
    spec_version: str | None = None
    objects: list[dict[str, Any]] = msgspec.field(default_factory=list[dict[str, Any]])


class Reference(msgspec.Struct, frozen=True):
    """An external reference."""

    source_name: str
    description: str = ""
    url: str = ""
    external_id: str = ""


class _Granular(msgspec.Struct, frozen=True):
    marking_ref: str | None = None


class Object(msgspec.Struct, kw_only=True):
    """What objects have in common; `at` is where it stands in the bundle, counted from 0."""

    type: str
    id: str
    spec_version: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
    created_by_ref: str | None = None
    revoked: bool = False
    confidence: Confidence | None = None
    external_references: list[Reference] = msgspec.field(default_factory=list[Reference])
    object_marking_refs: list[str] = msgspec.field(default_factory=list[str])
    granular_markings: list[_Granular] = msgspec.field(default_factory=list[_Granular])
    extensions: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict[str, dict[str, Any]])
    at: int = 0


class Identity(Object):
    """Somebody."""

    name: str
    identity_class: str = ""


class UserAccount(Object):
    """An account. `user_id` is the id that lasts, `account_login` the handle."""

    account_login: str = ""
    account_type: str = ""
    user_id: str = ""


class DomainName(Object):
    """A host."""

    value: str


class Url(Object):
    """An address."""

    value: str


class Relationship(Object):
    """A tie between two objects."""

    relationship_type: str
    source_ref: str
    target_ref: str
    start_time: datetime | None = None
    stop_time: datetime | None = None


class Marking(Object):
    """How something may be used: a TLP level, or a sentence."""

    name: str = ""
    definition_type: str = ""
    definition: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


class Grouping(Object):
    """Objects in one context; ours stand for sources."""

    name: str = ""


KINDS: dict[str, type[Object]] = {
    "identity": Identity,
    "user-account": UserAccount,
    "domain-name": DomainName,
    "url": Url,
    "relationship": Relationship,
    "marking-definition": Marking,
    "grouping": Grouping,
    "extension-definition": Object,
}
_TIMELESS = frozenset({"user-account", "domain-name", "url", "marking-definition"})


@dataclass(slots=True, kw_only=True)
class Bundle:
    """The objects that are read, the newest version of each, in their order; what is not, counted by type."""

    objects: dict[str, Object] = field(default_factory=dict[str, Object])
    # Their own kinds, by id: what a tie may lead to.
    others: dict[str, str] = field(default_factory=dict[str, str])
    unknown: Counter[str] = field(default_factory=Counter[str])
    custom: int = 0
    superseded: int = 0

    def level(self, *parts: Object) -> str | None:
        """Return how far these objects go together, the strictest of all; RED for what cannot be told.

        A marking of single properties counts for the whole object.
        """
        refs = [
            ref
            for part in parts
            for ref in (*part.object_marking_refs, *(mark.marking_ref for mark in part.granular_markings))
            if ref is not None
        ]
        return strictest(*(self._level(ref) for ref in refs))

    def _level(self, ref: str) -> str | None:
        if ref in BY_ID:
            return BY_ID[ref]
        found = self.objects.get(ref)
        if not isinstance(found, Marking):
            return RED
        said = found.extensions.get(TLP_EXTENSION, {}).get("tlp_2_0")
        if said is None and found.definition_type == "tlp":
            said = found.definition.get("tlp", "")
        if said is None:
            return None
        return level_named(str(said)) or RED

    def statements(self, part: Object) -> list[str]:
        """Return the sentences under which an object may be used."""
        marks = [self.objects.get(ref) for ref in part.object_marking_refs]
        said = [
            mark.definition.get("statement")
            for mark in marks
            if isinstance(mark, Marking) and mark.definition_type == "statement"
        ]
        return [each for each in said if isinstance(each, str) and each.strip()]


def is_stix(opening: str) -> bool:
    """Whether a file begins as a bundle does."""
    return opening.lstrip().startswith("{") and re.search(r'"type"\s*:\s*"bundle"', opening) is not None


def read_bundle(text: str, *, file: Path) -> Bundle:
    """Read a bundle. Raises ImportFileError with the object and the place in it that is wrong."""
    try:
        whole = msgspec.json.decode(text, type=_Bundle)
    except msgspec.ValidationError as error:
        raise ImportFileError(file, f"this is no STIX bundle: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise ImportFileError(file, f"this is not JSON ({error})") from error
    if whole.type != "bundle":
        raise ImportFileError(file, f"this is no STIX bundle: its type is {quoted(whole.type)}")
    if whole.spec_version == "2.0":
        raise ImportFileError(
            file, "this is STIX 2.0; 2.1 is read. OASIS's stix2-elevator converts older files"
        )
    bundle = Bundle()
    for at, each in enumerate(whole.objects):
        _add(bundle, each, at=at, file=file)
    return bundle


def _add(bundle: Bundle, said: dict[str, Any], *, at: int, file: Path) -> None:
    named = said.get("id")
    place = f"object {at + 1} ({quoted(named)})" if isinstance(named, str) else f"object {at + 1}"

    def refuse(reason: str) -> ImportFileError:
        return ImportFileError(file, f"{place}: {reason}. Nothing of the bundle was read")

    kind = said.get("type")
    if not isinstance(kind, str):
        raise refuse("it has no `type`")
    try:
        made = msgspec.convert(said, KINDS.get(kind, Object))
    except msgspec.ValidationError as error:
        raise refuse(str(error)) from error
    except RecursionError as error:
        raise refuse("it is nested too deeply") from error
    if not (found := _ID.fullmatch(made.id)) or found[1] != kind or not _is_uuid(found[2]):
        raise refuse(f"`id` is not {kind}--UUID")
    if made.spec_version is not None and made.spec_version != "2.1":
        raise refuse(f"`spec_version` is {quoted(made.spec_version)}; 2.1 is read")
    if kind in KINDS and kind not in _TIMELESS and (made.created is None or made.modified is None):
        raise refuse("`created` or `modified` is missing")
    for name in ("created", "modified"):
        if (time := getattr(made, name)) is not None and time.tzinfo is None:
            raise refuse(f"`{name}` has no time zone")
    made.at = at
    bundle.custom += sum(name.startswith("x_") for name in said)
    if kind not in KINDS:
        bundle.unknown[kind] += 1
        bundle.others[made.id] = kind
        return
    held = bundle.objects.get(made.id)
    bundle.superseded += held is not None
    if held is None or (held.modified and made.modified and made.modified > held.modified):
        bundle.objects[made.id] = made


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
