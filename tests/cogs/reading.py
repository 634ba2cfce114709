"""What a member sees of a message: its texts, buttons and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
from simcord import ResponseMessage

TEXT, BUTTON, SELECT = 10, 2, 3


def components(message: ResponseMessage | discord.Message) -> Iterator[dict[str, Any]]:
    """Walk the components of a message as Discord holds them."""
    if isinstance(message, ResponseMessage):
        yield from _walk(message.components)
    else:
        yield from _walk([dict(component.to_dict()) for component in message.components])


def text(message: ResponseMessage | discord.Message | None) -> str:
    """Return everything written in a message, a line each."""
    assert message is not None
    shown = [str(item["content"]) for item in components(message) if item["type"] == TEXT]
    return "\n".join([*([message.content] if message.content else []), *shown])


def buttons(message: ResponseMessage | discord.Message | None) -> list[str]:
    """Return the labels of the buttons that can be clicked; links are none."""
    assert message is not None
    return [item["label"] for item in components(message) if item["type"] == BUTTON and "custom_id" in item]


def options(message: ResponseMessage | discord.Message | None) -> dict[str, str]:
    """Return what a select offers: values by label."""
    assert message is not None
    selects = [item for item in components(message) if item["type"] == SELECT]
    return {option["label"]: option["value"] for select in selects for option in select["options"]}


def _walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _walk([*item.get("components", ()), *([item["accessory"]] if "accessory" in item else ())])
