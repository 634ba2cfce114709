"""Snooze and Mute below an alert, and the way back from both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.cards.discord_layout import Component, notice
from bot.cards.failures import answered
from bot.cards.items import account_name
from bot.cards.markup import code_span, discord_time
from bot.client import Masthead
from bot.errors import InputError
from bot.store.records import AccountId
from bot.store.watch_records import Alert, EventKind, Outgoing, Subscription
from bot.watch.kinds import NAMES
from cogs.permissions import refusal
from cogs.watching import asker_of, watch_of

GONE = "This alert is no longer held: its watchlist was deleted, or the alert was cleared away."
SNOOZES = {"1": "for 1 hour", "4": "for 4 hours", "24": "for a day", "168": "for a week"}


async def message_of(
    interaction: discord.Interaction[Masthead], nonce: str
) -> tuple[Outgoing, tuple[Alert, ...], Subscription]:
    """Return what stands in a message. Raises InputError where it is no longer held."""
    found = await watch_of(interaction).subscriptions.message(nonce)
    if found is None or not found[1] or found[2] is None:
        raise InputError(GONE)
    return found[0], found[1], found[2]


async def mute(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    """Tell this subscription no more of this kind of event of this account."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    _, alerts, subscription = await message_of(interaction, nonce)
    await _hush(interaction, subscription, _pairs(alerts, kinds=True), until=None)
    what = f"{NAMES[alerts[0].kind]} of {_named(alerts)}"
    back: list[Component] = [LiftHere(nonce)]
    view = notice(f"Muted here, for good: {what}. Other events of it still come.", below=back)
    await interaction.edit_original_response(view=view)


async def ask_how_long(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    """Offer for how long an account is to be quiet."""
    view = notice("Hear nothing more of this account here:", below=[SnoozeSelect.offered(nonce)])
    await interaction.response.send_message(view=view, ephemeral=True)


class SnoozeSelect(
    ui.DynamicItem[ui.Select[ui.LayoutView]], template=r"alert-snooze:1:(?P<nonce>[0-9a-f]{20})"
):
    """For how long nothing more is told; what happens meanwhile comes together afterwards."""

    def __init__(self, select: ui.Select[Any], *, nonce: str) -> None:
        super().__init__(select)
        self.nonce = nonce

    @classmethod
    def offered(cls, nonce: str) -> SnoozeSelect:
        """Return the select."""
        options = [discord.SelectOption(label=label, value=hours) for hours, label in SNOOZES.items()]
        select: ui.Select[Any] = ui.Select(
            custom_id=f"alert-snooze:1:{nonce}", placeholder="For how long", options=options
        )
        return cls(select, nonce=nonce)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> SnoozeSelect:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match[0]} stands on {item!r}")
        select: ui.Select[Any] = item
        return cls(select, nonce=match["nonce"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._chosen(interaction))

    async def _chosen(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        hours = self.item.values[0]
        if hours not in SNOOZES:
            raise InputError(f"Choose one of: {', '.join(SNOOZES.values())}.")
        await interaction.response.defer()
        _, alerts, subscription = await message_of(interaction, self.nonce)
        until = interaction.client.services.clock() + timedelta(hours=int(hours))
        await _hush(interaction, subscription, _pairs(alerts, kinds=False), until=until)
        back: list[Component] = [LiftHere(self.nonce)]
        view = notice(
            f"Snoozed {SNOOZES[hours]}, until {discord_time(until)}: {_named(alerts)}. "
            "What happens meanwhile comes together then.",
            below=back,
        )
        await interaction.edit_original_response(view=view)


class LiftHere(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"alert-lift:1:(?P<nonce>[0-9a-f]{20})"):
    """Takes a mute or a snooze back, for whoever may make one."""

    def __init__(self, nonce: str) -> None:
        super().__init__(ui.Button(label="Take it back", custom_id=f"alert-lift:1:{nonce}"))
        self.nonce = nonce

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> LiftHere:
        return cls(match["nonce"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._lift(interaction))

    async def _lift(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer()
        _, alerts, subscription = await message_of(interaction, self.nonce)
        accounts = list(dict.fromkeys(alert.account_id for alert in alerts))
        subscriptions = watch_of(interaction).subscriptions
        lifted = await subscriptions.lift(subscription.subscription_id, accounts, asker=asker_of(interaction))
        said = "is told here again" if lifted else "was not muted here"
        await interaction.edit_original_response(view=notice(f"{_named(alerts)} {said}."))


async def _hush(
    interaction: discord.Interaction[Masthead],
    subscription: Subscription,
    pairs: Sequence[tuple[AccountId, EventKind | None]],
    *,
    until: datetime | None,
) -> None:
    await watch_of(interaction).subscriptions.mute(
        subscription.subscription_id,
        pairs,
        until=until,
        by=interaction.user.id,
        asker=asker_of(interaction),
    )


def _pairs(alerts: Sequence[Alert], *, kinds: bool) -> list[tuple[AccountId, EventKind | None]]:
    return list(dict.fromkeys((alert.account_id, alert.kind if kinds else None) for alert in alerts))


def _named(alerts: Sequence[Alert]) -> str:
    told = alerts[0].told
    return code_span(account_name(told.handle, told.platform_id, platform=told.platform))
