"""Words of the cards themselves: names of platforms, what a link opens, signs of the five states.

Sentences about an account, and the labels of sections, stand in `bot.checks.sentences`.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.accounts import Platform
from bot.checks.dossier import State
from bot.checks.sentences import RELATIONS
from bot.registry.curation.ends import HAS_CLASS, HAS_NAME

PLATFORMS = MappingProxyType(
    {
        Platform.X: "X",
        Platform.BLUESKY: "Bluesky",
        Platform.FEDIVERSE: "the fediverse",
        Platform.THREADS: "Threads",
        Platform.INSTAGRAM: "Instagram",
        Platform.FACEBOOK: "Facebook",
        Platform.YOUTUBE: "YouTube",
        Platform.TELEGRAM: "Telegram",
        Platform.TIKTOK: "TikTok",
        Platform.VK: "VK",
        Platform.WEIBO: "Weibo",
        Platform.WEBSITE: "the web",
    }
)

# "Could not check" and "checked, nothing found" differ in sign as well as in words, never in colour alone.
SIGNS = MappingProxyType(
    {
        State.FOUND: "●",
        State.NOT_FOUND: "○",
        State.INSUFFICIENT: "◔",
        State.COULD_NOT_CHECK: "?",
        State.NOT_APPLICABLE: "–",
    }
)

OPEN_SOURCE = "Open source"
OPEN_POST = "Open post"
OPEN_ACCOUNT = "Open account"
ASKED_POST = "the post asked about"
SOURCE = "source"
ALSO_FROM = "also, from"
RECKONING = "How the likelihood came about"
MORE = "{n} more"

# What a statement says of its subject: how two ends stand to each other, or what one is called or classed as.
SAYS = MappingProxyType(
    {
        **{relation: words for relation, (words, _) in RELATIONS.items()},
        HAS_NAME: "is also named",
        HAS_CLASS: "is classed as",
    }
)
NAME_KINDS = MappingProxyType(
    {
        "main": "main name",
        "alias": "alias",
        "abbreviation": "abbreviation",
        "transliteration": "in other letters",
        "former": "former name",
    }
)
