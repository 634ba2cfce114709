"""Sentences about what a live platform was asked and answered."""

from __future__ import annotations

from types import MappingProxyType

SENTENCES = MappingProxyType(
    {
        "live.renamed": "The account that bore the handle {before} bears {now} now.",
        "live.off": "{platform} is not asked, since it is not switched on in the settings: {setting}.",
        "live.priced": (
            "{platform} was not asked, since that costs money: up to {most} for this look; {left} may still "
            "be spent this month."
        ),
        "live.too dear": (
            "{platform} was not asked: a look may cost {most}, and {left} may still be spent this month."
        ),
        "live.no connector": "{platform} cannot be asked by this version; import what you hold of it.",
        "live.unavailable": "{why} Needed: {access}",
    }
)

LABELS = MappingProxyType(
    {
        "live": "live data",
        "live.asked": "asked",
        "live.pending": "still being fetched, the card follows again",
    }
)
