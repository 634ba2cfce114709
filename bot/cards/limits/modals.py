"""Modals: receiving-and-responding.mdx "Modal", components/reference.mdx "Label" and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.components import ROW, TEXT, check_component, component_type
from bot.cards.limits.inputs import SELECTS, check_choices, check_range, check_select
from bot.cards.limits.tally import Tally

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields, Place

TEXT_INPUT, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 4, 18, 19, 21, 22, 23
_IN_LABEL = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}
_BASE = frozenset({"type", "id", "custom_id"})
_KEYS = {
    TEXT_INPUT: _BASE | {"style", "label", "min_length", "max_length", "required", "value", "placeholder"},
    FILE_UPLOAD: _BASE | {"min_values", "max_values", "required"},
    RADIO_GROUP: _BASE | {"options", "required"},
    CHECKBOX_GROUP: _BASE | {"options", "min_values", "max_values", "required"},
    CHECKBOX: _BASE | {"default"},
}


def check_modal(modal: Fields) -> None:
    tally = Tally(v2=True)
    if modal.need("title"):
        modal.text("title", low=1, high=45)
    if modal.need("custom_id"):
        modal.text("custom_id", low=1, high=100)
    if not modal.need("components"):
        return
    for place, entry in modal.items("components", low=1, high=5):
        match component_type(place, entry, allowed=frozenset({ROW, TEXT, LABEL})):
            case 1:
                _row(place, entry, tally=tally)
            case 10:
                check_component(place, entry, kind=TEXT, tally=tally)
            case 18:
                _label(place, entry, tally=tally)
            case _:
                pass
    tally.finish(modal.place.at("components"))


def _row(place: Place, entry: object, *, tally: Tally) -> None:
    """The old form, an action row around one text input that carries its own label."""
    row = place.fields(entry, {"type", "id", "components"})
    if row is None:
        return
    tally.enter(row)
    if not row.need("components"):
        return
    for where, inner in row.items("components", low=1, high=1):
        if component_type(where, inner, allowed=frozenset({TEXT_INPUT})) is None:
            continue
        field = where.fields(inner, _KEYS[TEXT_INPUT])
        if field is not None and field.need("label"):
            field.text("label", low=1, high=45)
        _input(where, inner, kind=TEXT_INPUT, tally=tally)


def _label(place: Place, entry: object, *, tally: Tally) -> None:
    label = place.fields(entry, {"type", "id", "label", "description", "component"})
    if label is None:
        return
    tally.enter(label)
    if label.need("label"):
        label.text("label", low=1, high=45)
    label.text("description", low=1, high=100)
    if not label.need("component"):
        return
    where, inner = place.at("component"), label.get("component")
    kind = component_type(where, inner, allowed=_IN_LABEL)
    if kind in SELECTS:
        check_select(where, inner, kind=kind or 0, tally=tally)
    elif kind is not None:
        field = where.fields(inner, None)
        if field is not None and field.has("label"):
            where.at("label").say("TEXT_INPUT_LABEL_IN_LABEL", "The label around it carries the label")
        _input(where, inner, kind=kind, tally=tally)


def _input(place: Place, entry: object, *, kind: int, tally: Tally) -> None:
    field = place.fields(entry, _KEYS[kind])
    if field is None:
        return
    tally.enter(field)
    field.need("custom_id")
    field.flag("required")
    match kind:
        case 4:
            if field.need("style"):
                field.choice("style", {1, 2})
            check_range(field, "length", highest=4000, absent=4000)
            field.text("value", high=4000)
            field.text("placeholder", high=100)
        case 19:
            check_range(field, "values", highest=10)
        case 21:
            check_choices(field, low=2, high=10)
        case 22:
            options = check_choices(field, low=1, high=10)
            check_range(field, "values", highest=10, absent=len(options))
        case _:
            field.flag("default")
