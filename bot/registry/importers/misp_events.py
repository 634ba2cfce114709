"""MISP events as values, in the forms in which they travel: one, a list, an answer, a feed's manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec

from bot.errors import ImportFileError
from bot.registry.markings import RED, level_named, strictest
from bot.text.inert import quoted

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_MANIFEST = re.compile(rf'\s*\{{\s*"{_UUID}"\s*:\s*\{{')
_EVENT = re.compile(r'"Event"\s*:\s*\{')
_ADMIRALTY = re.compile(r'admiralty-scale:(source-reliability|information-credibility)="([a-g1-6])"')
_LIKELIHOOD = re.compile(r'estimative-language:likelihood-probability="([a-z-]{1,40})"')

# MISP writes numbers and truth values as either.
Flag = bool | int | str | None


class _Tag(msgspec.Struct, frozen=True):
    name: str


class Part(msgspec.Struct, kw_only=True):
    """What events, objects, attributes and references have in common."""

    uuid: str = ""
    deleted: Flag = False
    comment: str | None = None
    tags: list[_Tag] = msgspec.field(default_factory=list[_Tag], name="Tag")

    @property
    def gone(self) -> bool:
        return self.deleted in {True, "1", "true"}

    @property
    def level(self) -> str | None:
        """The strictest TLP tag; RED for one that is none."""
        names = [tag.name.lower() for tag in self.tags if tag.name.lower().startswith("tlp:")]
        return strictest(*(level_named(name) or RED for name in names))

    @property
    def grades(self) -> dict[str, str]:
        """The Admiralty grade in tags, by name of its scale."""
        found = [_ADMIRALTY.fullmatch(tag.name.lower()) for tag in self.tags]
        return {match[1]: match[2].upper() for match in found if match is not None}

    @property
    def likelihood(self) -> str | None:
        """The word of estimative language in tags: "very likely"."""
        found = [_LIKELIHOOD.fullmatch(tag.name.lower()) for tag in self.tags]
        return next((match[1].replace("-", " ") for match in found if match is not None), None)

    @property
    def other_tags(self) -> int:
        """How many tags say something else: galaxies, DISARM, a team's own."""
        read = ("tlp:", "admiralty-scale:", "estimative-language:likelihood-probability")
        return sum(not tag.name.lower().startswith(read) for tag in self.tags)


class Attribute(Part):
    """One value. `relation` says what it is within its object."""

    type: str
    value: str | int | float
    relation: str | None = msgspec.field(default=None, name="object_relation")

    @property
    def text(self) -> str:
        return str(self.value).strip()


class Reference(Part):
    """A tie from the object in which it stands to another object or attribute."""

    referenced_uuid: str
    relationship_type: str = ""


class Object(Part):
    """Attributes that belong together, after a template."""

    name: str
    attributes: list[Attribute] = msgspec.field(default_factory=list[Attribute], name="Attribute")
    references: list[Reference] = msgspec.field(default_factory=list[Reference], name="ObjectReference")

    def all(self, relation: str) -> list[str]:
        """Return the values of one relation that stand, in order."""
        return [each.text for each in self.attributes if each.relation == relation and not each.gone]

    def first(self, *relations: str) -> str:
        """Return the first value of these relations, empty where there is none."""
        return next((value for relation in relations for value in self.all(relation) if value), "")


class _Organisation(msgspec.Struct):
    name: str = ""


class Event(Part):
    """One event."""

    info: str
    date: str | None = None
    org: _Organisation | None = msgspec.field(default=None, name="Org")
    orgc: _Organisation | None = msgspec.field(default=None, name="Orgc")
    attributes: list[Attribute] = msgspec.field(default_factory=list[Attribute], name="Attribute")
    objects: list[Object] = msgspec.field(default_factory=list[Object], name="Object")

    @property
    def author(self) -> str:
        names = (each.name.strip() for each in (self.orgc, self.org) if each is not None)
        return next((name for name in names if name), "an organisation without a name")


def is_misp(opening: str) -> bool:
    """Whether a file begins as an event, a list of events or a feed's manifest does."""
    begins = opening.lstrip()
    if _MANIFEST.match(begins):
        return '"Orgc"' in begins or '"info"' in begins
    return begins.startswith(("{", "[")) and _EVENT.search(begins) is not None


def read_events(text: str, *, file: Path) -> tuple[list[Event], list[str]]:
    """Read the events of a file; with a manifest, those that lie beside it, and which of them do not.

    Raises ImportFileError with the place in the file that is wrong.
    """
    whole = _json(text, file)
    if isinstance(whole, dict):
        if whole and all(re.fullmatch(_UUID, key) for key in whole):
            return _of_feed(sorted(whole), file)
        answer = whole.get("response")
        if not isinstance(answer, list):
            return [_event(whole, file)], []
        whole = cast("list[object]", answer)
    return [_event(each, file, at=at) for at, each in enumerate(whole)], []


def _of_feed(uuids: list[str], manifest: Path) -> tuple[list[Event], list[str]]:
    events: list[Event] = []
    missing: list[str] = []
    for uuid in uuids:
        beside = manifest.parent / f"{uuid}.json"
        try:
            text = beside.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            missing.append(uuid)
            continue
        except OSError as error:
            raise ImportFileError(beside, f"the file cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ImportFileError(beside, "this is not UTF-8 text") from error
        events.append(_event(_json(text, beside), beside))
    return events, missing


def _json(text: str, file: Path) -> dict[str, Any] | list[Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any] | list[Any])
    except msgspec.ValidationError as error:
        raise ImportFileError(file, "this is no MISP event") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise ImportFileError(file, f"this is not JSON ({error})") from error


def _event(said: object, file: Path, *, at: int | None = None) -> Event:
    place = "" if at is None else f"event {at + 1}: "
    try:
        outer = msgspec.convert(said, dict[str, Any])
        event = msgspec.convert(outer.get("Event", outer), Event)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ImportFileError(
            file, f"{place}this is no MISP event: {error}. Nothing of the file was read"
        ) from error
    for part in (event, *event.objects, *event.attributes):
        if part.uuid and not _is_uuid(part.uuid):
            raise ImportFileError(
                file, f"{place}{quoted(part.uuid)} is no UUID. Nothing of the file was read"
            )
    if not event.uuid:
        raise ImportFileError(file, f"{place}the event has no `uuid`. Nothing of the file was read")
    return event


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def row_of(attribute: Attribute, *, file: Path) -> dict[str, str]:
    """Return the row of our own set that an attribute holds. Raises ImportFileError where it holds none."""
    try:
        return msgspec.json.decode(str(attribute.value), type=dict[str, str])
    except (msgspec.DecodeError, RecursionError) as error:
        raise ImportFileError(
            file,
            f"attribute {quoted(attribute.uuid)} ({quoted(attribute.relation or '')}) holds no row of a "
            f"registry: {error}. Nothing of the file was read",
        ) from error
