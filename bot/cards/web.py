"""Who posts with whom, for Discord: the picture, who stands behind its numbers, and what the findings say."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.cards.charts import Picture
from bot.cards.charts.alt import account_words
from bot.cards.charts.web import Web, web_names
from bot.cards.discord_layout import ACCENT, Component, gallery
from bot.cards.markup import discord_text, shorten
from bot.checks.dossier import Dossier

HEADING = "### Who posts with whom: {account}"
NOTE = "-# Publishing the same is no sign of who stands behind an account. Evidence has the posts."
MAX_SENTENCE = 500


def web_container(dossier: Dossier, web: Web, *, picture: Picture | None = None) -> ui.Container[Any]:
    """Return the partners of an account as one container, with or without the picture."""
    heading = HEADING.format(account=discord_text(account_words(dossier.account)))
    children: list[Component] = [ui.TextDisplay(heading)]
    children += [gallery(picture)] if picture else []
    children.append(ui.TextDisplay("\n".join(map(discord_text, web_names(dossier, web)))))
    for finding in dossier.findings:
        if finding.bonds:
            said = [finding.summary, *([finding.benign] if finding.benign else [])]
            children.append(
                ui.TextDisplay("\n".join(discord_text(shorten(each, MAX_SENTENCE)) for each in said))
            )
    children.append(ui.TextDisplay(NOTE))
    return ui.Container(*children, accent_colour=ACCENT)
