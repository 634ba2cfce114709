"""Names and translations of commands: interactions/application-commands.mdx, reference.mdx "Locales"."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.cards.limits.shape import words

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields

LOCALES = words(
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th "
    "zh-CN ja zh-TW ko"
)
# Their vowel signs are neither letters nor digits; Discord allows these two scripts by name.
_DEVANAGARI, _THAI = range(0x900, 0x980), range(0xE00, 0xE80)


def check_slash_name(holder: Fields) -> None:
    """Lower case letters and digits of any script, hyphen, underscore and apostrophe; 1-32."""
    if not holder.need("name"):
        return
    name = holder.text("name", low=1, high=32)
    if name and (name != name.lower() or not all(_in_name(c) for c in name)):
        holder.place.at("name").say("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _in_name(c: str) -> bool:
    return c in "-_'" or unicodedata.category(c)[0] in "LN" or ord(c) in _DEVANAGARI or ord(c) in _THAI


def check_locales(holder: Fields) -> None:
    for key, high in (("name_localizations", 32), ("description_localizations", 100)):
        texts = holder.within(key, LOCALES)
        for locale in sorted(LOCALES) if texts else ():
            if texts and texts.has(locale):
                texts.text(locale, low=1, high=high)
