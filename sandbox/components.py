"""Component trees of messages and modals, read only as far as the sandbox needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def walk(components: Sequence[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Every component of a message or modal, outer ones first."""
    for component in components:
        yield dict(component)
        inner = [component.get("accessory"), component.get("component")]
        nested = component.get("components")
        inner += cast("list[object]", nested) if isinstance(nested, list) else []
        yield from walk([cast("dict[str, object]", entry) for entry in inner if isinstance(entry, dict)])


def controls(components: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """What a person can use or fill in, in order."""
    return [component for component in walk(components) if "custom_id" in component]


def displayed_texts(components: Sequence[Mapping[str, object]]) -> list[str]:
    return [str(c.get("content")) for c in walk(components) if c.get("type") == 10]


def numbered(components: list[dict[str, object]]) -> list[dict[str, object]]:
    """Give every component an id, as Discord does: numbers that the sender did not use, in order."""
    taken = {component.get("id") for component in walk(components)}
    numbers = (n for n in range(1, 1 << 31) if n not in taken)
    return [_with_id(component, numbers) for component in components]


def _with_id(component: Mapping[str, object], numbers: Iterator[int]) -> dict[str, object]:
    body = {key: value for key, value in component.items() if value is not None}
    body["id"] = component.get("id") or next(numbers)
    nested = body.get("components")
    if isinstance(nested, list):
        body["components"] = [_with_id(c, numbers) for c in cast("list[dict[str, object]]", nested)]
    for key in ("accessory", "component"):
        inner = body.get(key)
        if isinstance(inner, dict):
            body[key] = _with_id(cast("dict[str, object]", inner), numbers)
    return body
