"""What a member subscribed to, in one place: to read, to try, to end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.cards.discord_layout import Component, notice
from bot.cards.failures import answered
from bot.cards.markup import clean, code_span, discord_time
from bot.cards.terms import terms_words
from bot.checks.wording import counted
from bot.client import Masthead
from bot.errors import NotAllowedError
from bot.store.watch_records import Subscription, SubscriptionId, Watchlist
from bot.store.watch_subscriptions import mutes_of
from bot.watch.kinds import NAMES
from cogs.watching import asker_of, watch_of

Held = Sequence[tuple[Subscription, Watchlist]]

PAGE = 5
MUTES = 5
LOST = 3


class EndSelect(ui.DynamicItem[ui.Select[ui.LayoutView]], template=r"alerts-end:1:(?P<member>[0-9]{1,20})"):
    """Ends one of the member's own subscriptions."""

    def __init__(self, select: ui.Select[Any], *, member: int) -> None:
        super().__init__(select)
        self.member = member

    @classmethod
    def offered(cls, client: Masthead, held: Held, *, member: int) -> EndSelect:
        """Return the select; `held` is not empty."""
        options = [
            discord.SelectOption(
                label=clean(watchlist.name, limit=90),
                description=_place(client, subscription),
                value=str(subscription.subscription_id),
            )
            for subscription, watchlist in held
        ]
        select: ui.Select[Any] = ui.Select(
            custom_id=f"alerts-end:1:{member}", placeholder="End a subscription", options=options
        )
        return cls(select, member=member)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> EndSelect:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match[0]} stands on {item!r}")
        select: ui.Select[Any] = item
        return cls(select, member=int(match["member"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._chosen(interaction))

    async def _chosen(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        number = SubscriptionId(int(self.item.values[0]))
        subscriptions = watch_of(interaction).subscriptions
        held = await subscriptions.get(number)
        # The value travelled, so whose it is is asked again.
        if held is None or held.user_id != interaction.user.id:
            raise NotAllowedError("This is not your subscription. /alerts shows yours.")
        await subscriptions.end(number, asker=asker_of(interaction))
        await show_panel(interaction)


class PanelPage(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"alerts-page:1:(?P<page>[0-9]{1,3})"):
    """Leads to more of the member's own subscriptions."""

    def __init__(self, page: int, *, label: str = "More") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"alerts-page:1:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> PanelPage:
        return cls(int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._show(interaction))

    async def _show(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        await show_panel(interaction, page=self.page)


class LiftButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"alerts-lift:1"):
    """Lifts every mute and snooze of the member's own subscriptions."""

    def __init__(self) -> None:
        super().__init__(ui.Button(label="Lift mutes and snoozes", custom_id="alerts-lift:1"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> LiftButton:
        return cls()

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._lift(interaction))

    async def _lift(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        subscriptions = watch_of(interaction).subscriptions
        asker = asker_of(interaction)
        for held, _ in await subscriptions.mine(interaction.user.id, guild_id=None):
            await subscriptions.unmute(held.subscription_id, asker=asker)
        await show_panel(interaction)


class TryButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"alerts-test:1:(?P<number>[0-9]{1,18})"):
    """Sends a test to one subscription."""

    def __init__(self, number: SubscriptionId) -> None:
        super().__init__(ui.Button(label="Send a test", custom_id=f"alerts-test:1:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> TryButton:
        return cls(SubscriptionId(int(match["number"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._send(interaction))

    async def _send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        service = watch_of(interaction)
        tried = await service.subscriptions.test_one(self.number, asker=asker_of(interaction))
        service.hurry()
        where = f"<#{tried.channel_id}>" if tried.channel_id else "you by direct message"
        await interaction.edit_original_response(view=notice(f"A test is on its way to {where}."))


async def show_panel(interaction: discord.Interaction[Masthead], *, page: int = 0) -> None:
    """Show everything that a member subscribed to, on every server: nobody else sees the answer."""
    services, client = interaction.client.services, interaction.client
    member = interaction.user.id
    held = await services.watch.subscriptions.mine(member, guild_id=None)
    lost = await services.watch.subscriptions.lost(member)
    ended = [
        f"-# ended {discord_time(each.ended_at, style='R') if each.ended_at else ''}: "
        f"{code_span(watchlist.name)}, {each.ended_why}"
        for each, watchlist in lost[:LOST]
    ]
    if not held:
        none = f"There are none. {client.command_link('subscribe')} makes one."
        await interaction.edit_original_response(view=notice("### Your subscriptions", none, *ended))
        return
    pages = -(-len(held) // PAGE)
    page = min(page, pages - 1)
    shown = held[page * PAGE : (page + 1) * PAGE]
    count = f", page {page + 1} of {pages}" if pages > 1 else ""
    lines = [f"### Your {counted(len(held), 'subscription')}{count}"]
    muted = False
    for subscription, watchlist in shown:
        lines.append(_heading(client, watchlist, here=interaction.guild_id))
        lines.append(f"-# {terms_words(subscription)}")
        mutes = await services.database.read(mutes_of, subscription.subscription_id, now=services.clock())
        muted = muted or bool(mutes)
        for mute in mutes[:MUTES]:
            what = NAMES[mute.kind] if mute.kind else "everything"
            until = f" until {discord_time(mute.until)}" if mute.until else ""
            lines.append(f"-# muted: {what} of {code_span(mute.name)}{until}")
        if len(mutes) > MUTES:
            lines.append(f"-# and {counted(len(mutes) - MUTES, 'more mute')}")
    view = notice(*lines, *ended, below=[EndSelect.offered(client, shown, member=member)])
    buttons: list[Component] = [LiftButton()] if muted else []
    if page > 0:
        buttons.append(PanelPage(page - 1, label="Back"))
    if page + 1 < pages:
        buttons.append(PanelPage(page + 1))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    await interaction.edit_original_response(view=view)


def _heading(client: Masthead, watchlist: Watchlist, *, here: int | None) -> str:
    guild = client.get_guild(watchlist.guild_id) if watchlist.guild_id != here else None
    where = f" on {code_span(guild.name)}" if guild else ""
    paused = " · paused, tells nothing" if watchlist.paused_at else ""
    return f"{code_span(watchlist.name)}{where}{paused}"


def _place(client: Masthead, subscription: Subscription) -> str:
    """Return where alerts go, as the plain text of an option."""
    if subscription.channel_id is None:
        return "by direct message"
    channel = client.get_channel(subscription.channel_id)
    name = getattr(channel, "name", None)
    return f"in #{clean(name, limit=80)}" if isinstance(name, str) else "in a channel"
