"""FIRST's Traffic Light Protocol as STIX and MISP write it: how far what somebody shared may go.

Version 2.0 (https://www.first.org/tlp/), and 1.0 with its four levels. The ids of both in STIX 2.1 are fixed:
section 7.2.1.4, and the extension that OASIS publishes in cti-stix-common-objects.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.store.export import MARKINGS

# Least restricted first. RED is for named people alone: it is never held.
LEVELS = (*MARKINGS, "RED")
RED = "RED"
# A registry is seen by everybody in the servers that it serves: a community, as GREEN has it.
COMMUNITY = "GREEN"

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

IDS = MappingProxyType(
    {
        "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
)

# Version 1.0, whose AMBER may go to clients as that of 2.0 may.
_OLDER = {
    "CLEAR": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "GREEN": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "AMBER": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "RED": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}

BY_ID = MappingProxyType({number: level for ids in (IDS, _OLDER) for level, number in ids.items()})


def level_named(text: str) -> str | None:
    """Return the level that a word means: `white` is CLEAR; None for a word that is no level.

    A qualified word (MISP's `ex:chr`, `unclear`) is none: whoever wrote it has to be asked.
    """
    name = text.strip().upper().removeprefix("TLP:")
    if name == "WHITE":
        return "CLEAR"
    return name if name in LEVELS else None


def strictest(*levels: str | None) -> str | None:
    """Return the level that goes least far; None where nothing is marked."""
    return max((level for level in levels if level is not None), key=LEVELS.index, default=None)


def goes_as_far(level: str | None, up_to: str) -> bool:
    """Whether something so marked may be held where everything up to a level may; RED never."""
    return level is None or (level != RED and LEVELS.index(level) <= LEVELS.index(up_to))
