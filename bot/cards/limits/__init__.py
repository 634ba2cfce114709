"""What Discord refuses, known before anything is sent.

`problems` is pure: it reads one request body and lists what Discord would find wrong with it, with the path
and the code of Discord's own answer. The bot asks before it sends a card, the sandbox answers with the same
list, so the two cannot disagree. Limits and their sources: Discord's reference of messages, embeds,
components and application commands (API v10); figures that Discord does not document say so where they stand.
"""

from __future__ import annotations

from bot.cards.limits.check import Kind, problems
from bot.cards.limits.components import V2_BYTE_WALL, text_weight
from bot.cards.limits.shape import Answer, Problem, units
from bot.cards.limits.uploads import DEFAULT_FILE_BYTES, REQUEST_BYTES, Upload

__all__ = [
    "DEFAULT_FILE_BYTES",
    "REQUEST_BYTES",
    "V2_BYTE_WALL",
    "Answer",
    "Kind",
    "Problem",
    "Upload",
    "problems",
    "text_weight",
    "units",
]
