"""What a message says, without what is new in every run: ids, moments, durations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from sandbox.components import walk
from sandbox.world import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sandbox.places import Places
    from sandbox.wire import Obj
    from sandbox.world import Message

# `value` is what a select sends back: often an id, and never seen.
_LEFT_OUT = frozenset({"id", "custom_id", "timestamp", "value"})
_FLAGS = Flag.COMPONENTS_V2 | Flag.EPHEMERAL | Flag.SUPPRESS_EMBEDS
_PATTERNS = (
    (re.compile(r"<t:-?\d+(?::[a-zA-Z])?>"), "<time>"),
    (re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b"), "<time>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?m?s\b"), "<duration>"),
    # How the bot names an error of its own, so that an operator finds it in the log.
    (re.compile(r"(?<=[Rr]eference )`?\w{6,}`?|(?<=ref )`?\w{6,}`?"), "<reference>"),
)
_ID = re.compile(r"(?<!\d)\d{17,20}(?!\d)")


class Facts:
    """`now` tells which date is today's: a card that carries it is the same card tomorrow."""

    def __init__(self, places: Places, now: datetime) -> None:
        self._names = places.ids()
        self._places = places
        self._today = [f"{now:%Y-%m-%d}", f"{now.day} {now:%B %Y}", f"{now.day} {now:%b %Y}"]

    def of(self, message: Message) -> Obj:
        return {
            "content": self.plain(message.content),
            "embeds": self.plain(message.embeds),
            "components": self.plain(message.components),
            "files": [attachment.name for attachment in message.attachments],
            "flags": message.flags & _FLAGS,
            "seen_by": self.plain(str(message.ephemeral_to)) if message.ephemeral_to else None,
            "mentions": sorted(user.name for user in message.mentions),
            "disabled": [c.get("disabled") is True for c in walk(message.components) if "custom_id" in c],
        }

    def plain(self, value: object) -> object:
        if isinstance(value, dict):
            pairs = cast("Obj", value)
            return {key: self.plain(entry) for key, entry in pairs.items() if key not in _LEFT_OUT}
        if isinstance(value, list):
            return [self.plain(entry) for entry in cast("list[object]", value)]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        for day in self._today:
            text = text.replace(day, "<today>")
        for pattern, name in _PATTERNS:
            text = pattern.sub(name, text)
        return _ID.sub(lambda found: f"<{self._names.get(found.group(), 'id')}>", text)


def differences(before: object, after: object, *, at: Sequence[str] = ()) -> list[str]:
    """One line for each place where two JSON values differ."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        old, new = cast("Obj", before), cast("Obj", after)
        keys = list(dict.fromkeys([*old, *new]))
        return [line for key in keys for line in differences(old.get(key), new.get(key), at=(*at, key))]
    if isinstance(before, list) and isinstance(after, list):
        was, is_now = cast("list[object]", before), cast("list[object]", after)
        if len(was) == len(is_now):
            pairs = zip(was, is_now, strict=True)
            return [
                line
                for number, (left, right) in enumerate(pairs)
                for line in differences(left, right, at=(*at, str(number)))
            ]
    sides = _short(cast("object", before)), _short(cast("object", after))
    return [f"{'.'.join(at)}: was {sides[0]}, is {sides[1]}"]


def _short(value: object, most: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}…"
