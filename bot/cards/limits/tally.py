"""What is counted over a whole message or modal while its components are walked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.cards.limits.shape import Answer, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.cards.limits.shape import Fields, Place

TEXT_SUM = 4000  # over all text displays; discord.py counts it (ui/view.py, content_length) and never asks
COMPONENTS = 40  # nested ones included
MEDIA = 64  # one more is a bare 500 (discord-api-docs#7528)
# UTF-8 bytes of all text displays plus 12 for each display; one byte more is a bare 500. Undocumented,
# measured in discord-api-docs#8554. Chinese, Japanese, Korean, Thai and Devanagari meet it before TEXT_SUM.
V2_BYTE_WALL = 10_170
_PER_DISPLAY = 12


def text_weight(texts: Iterable[str]) -> int:
    """Bytes that the text displays of one message count against V2_BYTE_WALL."""
    return sum(len(text.encode("utf-8", "surrogatepass")) + _PER_DISPLAY for text in texts)


@dataclass(slots=True, kw_only=True)
class Tally:
    """`files` are the names that `attachment://` may use."""

    v2: bool
    files: frozenset[str] = frozenset()
    components: int = 0
    media: int = 0
    texts: list[str] = field(default_factory=list[str])
    custom_ids: set[str] = field(default_factory=set[str])
    ids: set[int] = field(default_factory=set[int])

    def enter(self, component: Fields) -> None:
        """Count a component and check what every component may carry: `id` and `custom_id`."""
        self.components += 1
        number = component.whole("id", low=0, high=2**31 - 1)
        if number:  # 0 asks Discord to choose one
            if number in self.ids:
                component.place.at("id").say("COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self.ids.add(number)
        custom_id = component.text("custom_id", low=1, high=100)
        if custom_id:
            if custom_id in self.custom_ids:
                message = "Component custom id cannot be duplicated"
                component.place.at("custom_id").say("COMPONENT_CUSTOM_ID_DUPLICATED", message)
            self.custom_ids.add(custom_id)

    def finish(self, place: Place) -> None:
        if self.components > COMPONENTS and self.v2:
            message = f"The total number of components, including nested ones, must be {COMPONENTS} or fewer"
            place.say("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
        if sum(map(units, self.texts)) > TEXT_SUM:
            message = f"The text of all text displays together must be {TEXT_SUM} or fewer in length"
            place.say("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
        weight = text_weight(self.texts)
        if weight > V2_BYTE_WALL:
            message = f"Text displays weigh {weight:,} bytes; Discord breaks above {V2_BYTE_WALL:,}"
            place.say("V2_BYTE_WALL", message, answer=Answer.BARE)
        if self.media > MEDIA:
            message = f"{self.media} media items; Discord breaks above {MEDIA}"
            place.say("V2_MEDIA", message, answer=Answer.BARE)
