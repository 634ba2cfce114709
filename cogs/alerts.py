"""/alerts, the buttons below alerts, and the work of watching while the bot is up."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.accounts import AccountRef
from bot.cards.alerts import ACKNOWLEDGE, CHECK, LABELS, MUTE, SNOOZE, THREAD, draw_letter
from bot.cards.courier import DiscordCourier
from bot.cards.discord_layout import Component, notice
from bot.cards.failures import answered
from bot.cards.items import account_name
from bot.cards.markup import clean, code_span, discord_time
from bot.client import Masthead
from bot.errors import InputError
from bot.store.records import AccountId
from bot.store.watch_lists import list_by_id
from bot.store.watch_records import (
    Alert,
    EventKind,
    Outgoing,
    Subscription,
    SubscriptionId,
    Watchlist,
)
from bot.store.watch_subscriptions import acknowledged_by, forget_watcher, mutes_of
from bot.watch.courier import Letter
from bot.watch.kinds import NAMES
from bot.watch.lists import may_edit
from cogs.permissions import refusal
from cogs.questions import Question, answer
from cogs.watching import editor_of, terms_words, watch_of

log = logging.getLogger(__name__)

GONE = "This alert is no longer held."
MAX_COMMENT = 200
SHOWN = 10
SNOOZES = {"1": "for 1 hour", "4": "for 4 hours", "24": "for a day", "168": "for a week"}
# Discord's codes for a thread that cannot be made, in words.
THREADS = {
    160004: "There is a thread on this alert already.",
    160006: "The server has too many active threads. Archive some first.",
    50024: "Threads cannot be made in this channel.",
    50013: "I may not make threads here. Ask an administrator for Create Public Threads.",
}


class AlertButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"alert:1:(?P<act>ack|snooze|mute|check|thread|mine):(?P<nonce>[0-9a-f]{20})",
):
    """A button of an alert. The message's nonce stands in its id, so it works after a restart."""

    def __init__(self, act: str, nonce: str) -> None:
        super().__init__(ui.Button(label=LABELS[act], custom_id=f"alert:1:{act}:{nonce}"))
        self.act = act
        self.nonce = nonce

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> AlertButton:
        return cls(match["act"], match["nonce"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._act(interaction))

    async def _act(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        if self.act == ACKNOWLEDGE:
            # A form must be the first answer, so nothing is read before it.
            await interaction.response.send_modal(Comment(self.nonce))
        elif self.act == SNOOZE:
            view = notice("Hear nothing more of this account here:", below=[SnoozeSelect.offered(self.nonce)])
            await interaction.response.send_message(view=view, ephemeral=True)
        elif self.act == MUTE:
            await _mute(interaction, self.nonce)
        elif self.act == CHECK:
            await _check(interaction, self.nonce)
        elif self.act == THREAD:
            await _thread(interaction, self.nonce)
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await _panel(interaction)


class Comment(ui.Modal, title="Acknowledge this alert"):
    """Asks for a comment, which may stay empty."""

    comment: ui.Label[Comment] = ui.Label(
        text="Comment for the team (may stay empty)",
        component=ui.TextInput(
            style=discord.TextStyle.short,
            required=False,
            max_length=MAX_COMMENT,
            custom_id="comment",
        ),
    )

    def __init__(self, nonce: str) -> None:
        super().__init__(custom_id=f"alert-ack:1:{nonce}")
        self.nonce = nonce

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        field = self.comment.component
        typed = field.value if isinstance(field, ui.TextInput) else ""
        await answered(interaction, _acknowledge(interaction, self.nonce, comment=typed.strip() or None))


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
        hours = self.item.values[0]
        _outgoing, alerts, subscription = await _message(interaction, self.nonce)
        await _demand_hush(interaction, subscription)
        until = interaction.client.services.clock() + timedelta(hours=int(hours))
        pairs: dict[tuple[AccountId, EventKind | None], None] = {
            (alert.account_id, None): None for alert in alerts
        }
        await watch_of(interaction).subscriptions.mute(
            subscription.subscription_id, list(pairs), until=until, by=interaction.user.id
        )
        view = notice(
            f"Snoozed {SNOOZES[hours]}, until {discord_time(until)}. "
            "What happens meanwhile comes together then. /alerts lifts it."
        )
        await interaction.response.edit_message(view=view)


class EndSelect(ui.DynamicItem[ui.Select[ui.LayoutView]], template=r"alerts-end:1:(?P<member>[0-9]{1,20})"):
    """Ends one of the member's own subscriptions."""

    def __init__(self, select: ui.Select[Any], *, member: int) -> None:
        super().__init__(select)
        self.member = member

    @classmethod
    def offered(cls, held: Sequence[tuple[Subscription, Watchlist]], *, member: int) -> EndSelect:
        """Return the select; `held` is not empty."""
        options = [
            discord.SelectOption(
                label=clean(watchlist.name, limit=90),
                description="in a channel" if subscription.channel_id else "by direct message",
                value=str(subscription.subscription_id),
            )
            for subscription, watchlist in held[:25]
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
        number = SubscriptionId(int(self.item.values[0]))
        subscriptions = watch_of(interaction).subscriptions
        held = await subscriptions.get(number)
        # The value travelled, so whose it is is asked again.
        if held is None or held.user_id != interaction.user.id:
            await interaction.response.send_message("This is not your subscription.", ephemeral=True)
            return
        await subscriptions.end(number)
        await interaction.response.edit_message(view=await _panel_view(interaction))


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
        subscriptions = watch_of(interaction).subscriptions
        for held, _ in await subscriptions.mine(interaction.user.id, guild_id=interaction.guild_id):
            await subscriptions.unmute(held.subscription_id)
        await interaction.response.edit_message(view=await _panel_view(interaction))


class AlertsCog(commands.Cog, name="Alerts"):
    """What you subscribed to, and the two tasks that look and deliver."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(AlertButton, SnoozeSelect, EndSelect, LiftButton)
        # After the login and before the gateway: delivering needs no gateway.
        self._bot.services.watch.start(DiscordCourier(self._bot))

    async def cog_unload(self) -> None:
        await self._bot.services.watch.stop()
        self._bot.remove_dynamic_items(AlertButton, SnoozeSelect, EndSelect, LiftButton)

    @app_commands.command()
    async def alerts(self, interaction: discord.Interaction[Masthead]) -> None:
        """Show and end what you subscribed to, and lift mutes."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _panel(interaction)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed: nothing can be delivered there any more."""
        ended = await self._bot.services.watch.subscriptions.left(guild.id)
        log.info("removed from server %d: %d subscriptions ended", guild.id, ended)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Removals that happened while the bot was down are seen now."""
        here = {guild.id for guild in self._bot.guilds}
        for guild_id in await self._bot.services.watch.guilds():
            if guild_id not in here:
                await self._bot.services.watch.subscriptions.left(guild_id)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Return what a member subscribed to and acknowledged."""
        services = self._bot.services
        held = await services.watch.subscriptions.mine(member_id, guild_id=None)
        subscriptions = [
            {
                "watchlist": watchlist.name,
                "channel": str(each.channel_id) if each.channel_id else None,
                "cadence": each.terms.cadence.value,
                "zone": each.terms.zone,
                "since": each.created_at.isoformat(),
            }
            for each, watchlist in held
        ]
        acknowledged = await services.database.read(acknowledged_by, member_id)
        data: dict[str, object] = {}
        data |= {"subscriptions": subscriptions} if subscriptions else {}
        return data | ({"acknowledged": acknowledged} if acknowledged else {})

    async def forget_member(self, member_id: int) -> int:
        """End direct messages to a member and take their id out of lists, subscriptions and comments."""
        services = self._bot.services
        return await services.database.write(forget_watcher, member_id, now=services.clock())


async def _message(
    interaction: discord.Interaction[Masthead], nonce: str
) -> tuple[Outgoing, tuple[Alert, ...], Subscription]:
    """Return what stands in a message. Raises InputError where it is no longer held."""
    found = await watch_of(interaction).subscriptions.message(nonce)
    if found is None or not found[1] or found[2] is None:
        raise InputError(GONE)
    return found[0], found[1], found[2]


async def _acknowledge(
    interaction: discord.Interaction[Masthead], nonce: str, *, comment: str | None
) -> None:
    outgoing, _, _ = await _message(interaction, nonce)
    service = watch_of(interaction)
    await service.subscriptions.acknowledge(outgoing, user_id=interaction.user.id, comment=comment)
    # The message the member looks at changes with the answer, the others through the outbox.
    _, alerts, subscription = await _message(interaction, nonce)
    drawn = draw_letter(Letter(outgoing=outgoing, alerts=alerts, subscription=subscription))
    await interaction.response.edit_message(
        content=drawn.content,
        embeds=[drawn.embed] if drawn.embed else [],
        view=drawn.view,
        allowed_mentions=discord.AllowedMentions.none(),
    )
    service.hurry()


async def _mute(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    _, alerts, subscription = await _message(interaction, nonce)
    await _demand_hush(interaction, subscription)
    pairs: dict[tuple[AccountId, EventKind | None], None] = {
        (alert.account_id, alert.kind): None for alert in alerts
    }
    await watch_of(interaction).subscriptions.mute(
        subscription.subscription_id, list(pairs), until=None, by=interaction.user.id
    )
    alert = alerts[0]
    name = account_name(alert.told.handle, alert.told.platform_id, platform=alert.told.platform)
    view = notice(
        f"Muted here: {NAMES[alert.kind]} of {code_span(name)}. Other events of it still come. "
        "/alerts lifts it for whoever made the subscription."
    )
    await interaction.edit_original_response(view=view)


async def _demand_hush(interaction: discord.Interaction[Masthead], subscription: Subscription) -> None:
    """Raise InputError unless the member may decide what this subscription hears."""
    if subscription.user_id == interaction.user.id:
        return
    watchlist = await interaction.client.services.database.read(list_by_id, subscription.watchlist_id)
    allowed = interaction.permissions.manage_messages
    if not allowed and not (watchlist and may_edit(watchlist, editor_of(interaction))):
        raise InputError(
            "Only whoever made this subscription, editors of the watchlist and those with Manage Messages "
            "can quieten it. Your own /subscribe by direct message has its own rules."
        )


async def _check(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    _, alerts, _ = await _message(interaction, nonce)
    told = alerts[-1].told
    ref = AccountRef(platform=told.platform, handle=told.handle, platform_id=told.platform_id)
    asked = account_name(told.handle, told.platform_id, platform=told.platform)
    await answer(interaction, Question(target=ref, asked=asked))


async def _thread(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    _, alerts, _ = await _message(interaction, nonce)
    alert = alerts[0]
    name = account_name(alert.told.handle, alert.told.platform_id, platform=alert.told.platform)
    message = interaction.message
    if message is None or interaction.guild is None:
        raise InputError("A thread needs a channel of a server.")
    try:
        thread = await message.create_thread(
            name=clean(f"{name}: {NAMES[alert.kind]}", limit=90), auto_archive_duration=1440
        )
    except discord.HTTPException as error:
        if error.code not in THREADS:
            raise
        raise InputError(THREADS[error.code]) from error
    await interaction.edit_original_response(view=notice(f"Opened {thread.mention}."))


async def _panel(interaction: discord.Interaction[Masthead]) -> None:
    await interaction.edit_original_response(view=await _panel_view(interaction))


async def _panel_view(interaction: discord.Interaction[Masthead]) -> ui.LayoutView:
    """Everything a member subscribed to here; in direct messages, everywhere."""
    services = interaction.client.services
    member = interaction.user.id
    held = await services.watch.subscriptions.mine(member, guild_id=interaction.guild_id)
    if not held:
        return notice(
            "### Your subscriptions",
            f"There are none. {interaction.client.command_link('subscribe')} makes one.",
        )
    lines = [f"### {len(held)} of your subscriptions" if len(held) > 1 else "### Your subscription"]
    muted = False
    for subscription, watchlist in held[:SHOWN]:
        paused = " · paused" if watchlist.paused_at else ""
        lines.append(f"{code_span(watchlist.name)}{paused}\n-# {terms_words(subscription)}")
        mutes = await services.database.read(mutes_of, subscription.subscription_id, now=services.clock())
        for mute in mutes[:5]:
            muted = True
            what = NAMES[mute.kind] if mute.kind else "everything"
            until = f" until {discord_time(mute.until)}" if mute.until else ""
            lines.append(f"-# muted: {what} of {code_span(mute.name)}{until}")
    if len(held) > SHOWN:
        lines.append(f"-# and {len(held) - SHOWN} more; end some to see them")
    ending = EndSelect.offered(held, member=member)
    view = notice(*lines, below=[ending])
    if muted:
        lift: list[Component] = [LiftButton()]
        view.add_item(ui.ActionRow(*lift))
    return view


async def setup(bot: Masthead) -> None:
    await bot.add_cog(AlertsCog(bot))
