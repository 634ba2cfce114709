"""The audit trail in words: one line an entry, and pages of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.cards.discord_layout import ACCENT, Component
from bot.cards.markup import code_span, discord_time
from bot.store.audit import Entry

ACTS = {
    "registry.began": "the trail began",
    "registry.printed": "the rows were printed",
    "rows.gone": "rows went for good",
    "registry.loaded": "a list was imported",
    "import.undone": "an import was taken back",
    "import.restored": "an import was brought back",
    "proposal.made": "proposed",
    "proposal.amended": "amended the proposal",
    "proposal.accepted": "accepted the proposal",
    "proposal.rejected": "rejected the proposal",
    "proposal.withdrawn": "withdrew the proposal",
    "proposal.undone": "took the decision back",
    "judgement.made": "judged",
    "judgement.withdrawn": "withdrew the judgement",
    "settings.changed": "changed the rules",
    "role.mapped": "changed what a role means",
}

PAGE = 10


def act_words(entry: Entry) -> str:
    """Return one entry as Discord Markdown: who, what, which, why."""
    who = code_span(entry.actor) if entry.actor else "Masthead"
    after = entry.after or {}
    what = ACTS.get(entry.act, "changed")
    family, _, number = entry.subject.partition(":")
    which = f" {number}" if family in {"proposal", "judgement"} else ""
    if entry.act == "proposal.made":
        what = {"add": "proposed to add", "retract": "disputed", "publish": "proposed to publish"}[
            after["act"]
        ]
        which = f" (proposal {number})"
    if entry.act == "judgement.made":
        which = f": {after['verdict']} ({number})"
    why = after.get("why") or after.get("decision") or after.get("reason")
    if family == "load":
        which = f" {code_span(number)}"
    return f"{who} {what}{which}" + (f": {code_span(why, limit=120)}" if why else "")


def trail_container(
    name: str, entries: Sequence[Entry], *, page: int, buttons: Sequence[Component] = ()
) -> ui.Container[Any]:
    """Return a page of the history of one entry, newest first."""
    lines = [f"### History of {code_span(name)}", f"-# Page {page + 1}"]
    lines += [f"{discord_time(entry.at)} {act_words(entry)}" for entry in entries]
    if not entries:
        lines.append("Nothing was decided about it here. What lists brought stands with their dates.")
    children: list[Component] = [ui.TextDisplay("\n".join(lines))]
    children += [ui.ActionRow(*buttons)] if buttons else []
    return ui.Container(*children, accent_colour=ACCENT)
