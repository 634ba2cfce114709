"""A watchlist to read: its rules, how the looks at its accounts went, what it told last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.cards.alert_words import happened, severity_words, title
from bot.cards.discord_layout import Component, notice
from bot.cards.failures import answered
from bot.cards.limits import units
from bot.cards.markup import code_span, discord_text, discord_time
from bot.checks.wording import counted
from bot.client import Masthead
from bot.errors import InputError
from bot.store.watch_records import Watched, Watchlist, WatchlistId
from bot.watch.kinds import LEVELS, NAMES
from bot.watch.lists import ShownList
from cogs.permissions import refusal
from cogs.watching import guild_of, shown_account, watch_of

PAGE = 8
# Discord takes 4,000 characters of text in one message.
ROOM = 3_700
KEYWORDS_ROOM = 700
CHANNELS = 5


class ListPage(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"list-page:1:(?P<list>[0-9]{1,18}):(?P<page>[0-9]{1,4})",
):
    """Leads to more accounts of a list."""

    def __init__(self, number: WatchlistId, page: int, *, label: str = "More accounts") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"list-page:1:{number}:{page}"))
        self.number = number
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> ListPage:
        return cls(WatchlistId(int(match["list"])), int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._show(interaction))

    async def _show(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        guild_id = guild_of(interaction)
        await interaction.response.defer()
        lists = watch_of(interaction).lists
        # The number travelled: the list must be this server's.
        held = await lists.of_guild(guild_id)
        chosen = next((each for each, _ in held if each.watchlist_id == self.number), None)
        if chosen is None:
            raise InputError("This watchlist is no longer held. /watchlist show tells which there are.")
        now = interaction.client.services.clock()
        view = list_view(await lists.show(chosen), now=now, page=self.page)
        await interaction.edit_original_response(view=view)


def list_view(shown: ShownList, *, now: datetime, page: int = 0) -> ui.LayoutView:
    """Draw one page of a list; what needs a person stands first."""
    items = sorted(shown.items, key=lambda item: (item.parked_at is None, item.failures == 0))
    pages = max(-(-len(items) // PAGE), 1)
    page = min(page, pages - 1)
    lines = [*_head(shown), *rules(shown.watchlist)] if page == 0 else list(_head(shown))
    lines += [_item(item, now=now) for item in items[page * PAGE : (page + 1) * PAGE]]
    if pages > 1:
        lines.append(f"-# page {page + 1} of {pages}; /watchlist export gives all of them as a file")
    if page == 0:
        lines += _latest(shown)
    buttons: list[Component] = []
    if page > 0:
        buttons.append(ListPage(shown.watchlist.watchlist_id, page - 1, label="Back"))
    if page + 1 < pages:
        buttons.append(ListPage(shown.watchlist.watchlist_id, page + 1))
    return notice(*_fitting(lines), below=buttons)


def overview(held: Sequence[tuple[Watchlist, int]]) -> ui.LayoutView:
    """Draw all lists of a server."""
    if not held:
        return notice("### Watchlists", "There is none yet; /watchlist create makes one.")
    lines = [
        f"{code_span(each.name)} · {counted(number, 'account')}{' · paused' if each.paused_at else ''}"
        for each, number in held
    ]
    return notice(*_fitting([f"### {counted(len(held), 'watchlist')}", *lines]))


def rules(watchlist: Watchlist) -> Iterator[str]:
    """Yield what a list is for, who may change it, and what it looks for."""
    if watchlist.description:
        yield code_span(watchlist.description, limit=200)
    if watchlist.editor_roles:
        yield "**Editors** " + " ".join(f"<@&{role}>" for role in watchlist.editor_roles)
    if watchlist.keywords:
        yield "**Keywords** " + _cut([code_span(word) for word in watchlist.keywords], separator=" ")
    if watchlist.severities:
        levels = {value: name for name, value in LEVELS.items()}
        names = {kind.value: name for kind, name in NAMES.items()}
        set_to = [f"{names.get(kind, kind)} {levels[value]}" for kind, value in watchlist.severities.items()]
        yield f"**Severities** {', '.join(set_to)}"


def _head(shown: ShownList) -> Iterator[str]:
    watchlist = shown.watchlist
    yield f"### Watchlist {code_span(watchlist.name)}"
    parked = sum(item.parked_at is not None for item in shown.items)
    failing = sum(item.failures > 0 and item.parked_at is None for item in shown.items)
    trouble = f" · {parked} parked" if parked else ""
    trouble += f" · {failing} failing" if failing else ""
    yield f"{counted(len(shown.items), 'account')} · {counted(shown.subscriptions, 'subscription')}{trouble}"
    yield from _told(shown)
    if watchlist.paused_at is not None:
        why = f": {watchlist.paused_why}" if watchlist.paused_why else ""
        yield f"**Paused** since {discord_time(watchlist.paused_at)}{why}. /watchlist resume goes on."


def _told(shown: ShownList) -> Iterator[str]:
    """Yield where alerts go. Who hears of a list by direct message is nobody else's matter."""
    channels = list(dict.fromkeys(each.channel_id for each in shown.hearing if each.channel_id is not None))
    direct = len(shown.hearing) - sum(each.channel_id is not None for each in shown.hearing)
    places = [f"<#{channel}>" for channel in channels[:CHANNELS]]
    places += [counted(len(channels) - CHANNELS, "more channel")] if len(channels) > CHANNELS else []
    places += [f"{counted(direct, 'member')} by direct message"] if direct else []
    if places:
        yield f"**Told** {', '.join(places)}"


def _item(item: Watched, *, now: datetime) -> str:
    """Return an account with its last look, last success, last error and next look."""
    parts: list[str] = []
    if item.looked_at is None:
        parts.append("not looked at yet")
    elif item.looked_at == item.succeeded_at:
        parts.append(f"looked at {discord_time(item.looked_at, style='R')}")
    else:
        parts.append(f"last look {discord_time(item.looked_at, style='R')} failed")
        done = discord_time(item.succeeded_at, style="R") if item.succeeded_at else "never"
        parts.append(f"last success {done}")
    if item.parked_at is not None:
        parts.append(f"**parked** {discord_time(item.parked_at, style='R')}, /watchlist resume looks again")
    elif item.next_look is not None:
        due = item.next_look <= now
        parts.append("next is due" if due else f"next {discord_time(item.next_look, style='R')}")
    error = f"\n-# {discord_text(item.last_error, limit=80)}" if item.last_error else ""
    return f"{shown_account(item.ref)}\n-# {' · '.join(parts)}{error}"


def _latest(shown: ShownList) -> Iterator[str]:
    if shown.alerts:
        yield "**Latest alerts**"
    for alert in shown.alerts:
        when = discord_time(alert.made_at, style="R")
        yield f"-# {severity_words(alert.severity)} {title(alert)} {happened(alert)} {when}"


def _cut(parts: Sequence[str], *, separator: str) -> str:
    kept: list[str] = []
    for part in parts:
        if units(separator.join([*kept, part])) > KEYWORDS_ROOM:
            return f"{separator.join(kept)} and {len(parts) - len(kept)} more"
        kept.append(part)
    return separator.join(kept)


def _fitting(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = ROOM
    for number, line in enumerate(lines):
        room -= units(line) + 1
        if room < 0:
            return [*kept, f"-# and {counted(len(lines) - number, 'more line')}"]
        kept.append(line)
    return kept
