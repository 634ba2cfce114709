"""Modals that are open in front of somebody, and what they fill in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bot.cards.limits import units
from sandbox.components import walk
from sandbox.errors import Impossible
from sandbox.wire import Obj

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.interactions import Interaction
    from sandbox.options import Filling

TEXT_INPUT, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 4, 18, 19, 21, 22, 23
# Which kind of thing an entity select offers, in terms of option types.
ENTITY = {5: 6, 6: 8, 7: 9, 8: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownModal:
    """`opener` is the interaction that the modal answered."""

    id: str
    opener: Interaction
    title: str
    custom_id: str
    components: list[Obj]

    def as_json(self) -> Obj:
        return {
            "id": self.id,
            "title": self.title,
            "custom_id": self.custom_id,
            "components": self.components,
        }


class ModalFilling:
    """Turns values by custom_id into the components of a submission. Raises Impossible."""

    def __init__(self, modal: ShownModal, values: Mapping[str, object], *, filling: Filling) -> None:
        self._modal = modal
        self._values = values
        self._filling = filling

    def components(self) -> list[Obj]:
        known = {str(c["custom_id"]) for c in walk(self._modal.components) if "custom_id" in c}
        unknown = self._values.keys() - known
        if unknown:
            raise Impossible(f"The form has no field {min(unknown)!r}.")
        filled = [self._outer(component) for component in self._modal.components]
        return [component for component in filled if component is not None]

    def _outer(self, component: Obj) -> Obj | None:
        head: Obj = {"type": component["type"], "id": component.get("id", 0)}
        if component["type"] == LABEL:
            inner = cast("Obj", component["component"])
            return head | {"component": self._field(inner, label=str(component["label"]))}
        if component["type"] == 1:
            inner = cast("list[Obj]", component["components"])[0]
            return head | {"components": [self._field(inner, label=str(inner.get("label")))]}
        return head

    def _field(self, field: Obj, *, label: str) -> Obj:
        kind = cast("int", field["type"])
        custom_id = str(field["custom_id"])
        head: Obj = {"type": kind, "id": field.get("id", 0), "custom_id": custom_id}
        value = self._values.get(custom_id)
        if kind == TEXT_INPUT:
            return head | {"value": _text(field, "" if value is None else value, label=label)}
        if kind == CHECKBOX:
            return head | {"value": value is True}
        if kind == RADIO_GROUP:
            chosen = _chosen(field, [] if value in (None, "") else [value], label=label, most=1)
            return head | {"value": chosen[0] if chosen else None}
        given = cast("list[object]", value) if isinstance(value, list) else [] if value is None else [value]
        if kind == FILE_UPLOAD:
            return head | {"values": [self._file(entry) for entry in _counted(field, given, label=label)]}
        if kind in ENTITY:
            entries = _counted(field, given, label=label)
            return head | {"values": [self._entity(entry, kind=kind, label=label) for entry in entries]}
        return head | {"values": _chosen(field, given, label=label)}

    def _file(self, entry: object) -> str:
        if isinstance(entry, bool) or not isinstance(entry, int):
            raise Impossible("A file field takes the numbers of files.")
        return self._filling.file(entry)

    def _entity(self, entry: object, *, kind: int, label: str) -> str:
        text = str(entry)
        if not text.isdigit() or not self._filling.resolve_id(int(text), kind=ENTITY[kind]):
            raise Impossible(f"{label!r} takes an id that exists here.")
        return text


def _text(field: Obj, value: object, *, label: str) -> str:
    if not isinstance(value, str):
        raise Impossible(f"{label!r} takes text.")
    if not value and field.get("required") is not False:
        raise Impossible(f"{label!r} must be filled in.")
    least, most = field.get("min_length"), field.get("max_length")
    if isinstance(least, int) and 0 < units(value) < least:
        raise Impossible(f"{label!r} takes at least {least} characters.")
    if units(value) > (most if isinstance(most, int) else 4000):
        raise Impossible(f"{label!r} takes at most {most or 4000} characters.")
    return value


def _counted(field: Obj, values: list[object], *, label: str, most: int | None = None) -> list[object]:
    required = field.get("required") is not False
    least = field.get("min_values")
    least = least if isinstance(least, int) else 1
    limit = field.get("max_values")
    limit = limit if isinstance(limit, int) else most or 1
    if not values and not required:
        return values
    if not (least if required or values else 0) <= len(values) <= limit:
        raise Impossible(f"{label!r} takes {least} to {limit} choices.")
    return values


def _chosen(field: Obj, values: list[object], *, label: str, most: int | None = None) -> list[str]:
    options = cast("list[Obj]", field.get("options") or [])
    known = {option["value"] for option in options}
    entries = _counted(field, values, label=label, most=most or len(options))
    if any(entry not in known for entry in entries):
        raise Impossible(f"{label!r} takes one of its options.")
    return [str(entry) for entry in entries]


def choose_in_select(select: Obj, values: list[str], *, filling: Filling) -> list[str]:
    """What a person picks in a select of a message. Raises Impossible."""
    kind = cast("int", select["type"])
    label = str(select.get("placeholder") or "The menu")
    if kind == 3:
        return _chosen(select, list(values), label=label, most=1)
    for value in _counted(select, list(values), label=label):
        if not str(value).isdigit() or not filling.resolve_id(int(str(value)), kind=ENTITY[kind]):
            raise Impossible(f"{label!r} takes an id that exists here.")
    return values
