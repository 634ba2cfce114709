"""A sweep for Discord: what was looked at, the group, the strongest pairs, and what it does not mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from discord import ui

from bot.cards.charts import Picture
from bot.cards.charts.network import group_shown
from bot.cards.discord_layout import ACCENT, Component, gallery
from bot.cards.limits import units
from bot.cards.markup import discord_text
from bot.network import wording
from bot.network.results import Sweep
from bot.store.sweeps import SweepRunId

EDGES = 5
GROUPS = 3
# Well below Discord's 4,000 for all texts of a message.
MAX_CHARACTERS = 3_200


def network_container(
    sweep: Sweep, run_id: SweepRunId, *, account: int | None = None, picture: Picture | None = None
) -> ui.Container[Any]:
    """Return a sweep, or what it says of one account, as one container."""
    texts = _fitting(["### Who does the same", *(discord_text(line) for line in _lines(sweep, account))])
    children: list[Component] = [ui.TextDisplay("\n".join(texts))]
    if picture is not None:
        children.append(gallery(picture))
    notes = [wording.GENERAL, wording.LIMIT] if sweep.edges else []
    notes.append(
        f"Sweep {run_id}; `masthead sweep show {run_id} --out FOLDER` writes graph, tables and report."
    )
    children.append(ui.TextDisplay("\n".join(f"-# {discord_text(note)}" for note in notes)))
    return ui.Container(*children, accent_colour=ACCENT)


def _lines(sweep: Sweep, account: int | None) -> Iterator[str]:
    yield from wording.summary(sweep)
    if account is None:
        for group in sweep.groups[:GROUPS]:
            yield wording.group_title(group, sweep)
            yield from wording.group_lines(group, sweep)
        yield from wording.edge_lines(sweep, sweep.edges[:EDGES])
        return
    its = [edge for edge in sweep.edges if account in (edge.a, edge.b)]
    if not its:
        yield "The account you asked about shares too little with any other account to be joined to one."
        return
    yield f"The account you asked about is joined to {wording.counted(len(its), 'other account')}."
    yield from wording.edge_lines(sweep, its[:EDGES])
    group = group_shown(sweep, account=account)
    if group is not None:
        yield wording.group_title(group, sweep)
        yield from wording.group_lines(group, sweep)


def _fitting(lines: Sequence[str]) -> list[str]:
    """Return as many lines as the message takes."""
    kept: list[str] = []
    left = MAX_CHARACTERS
    for line in lines:
        left -= units(line) + 1
        if left < 0:
            return [*kept, "…"]
        kept.append(line)
    return kept
