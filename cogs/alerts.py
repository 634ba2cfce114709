"""/alerts, and the work of watching while the bot is up."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.courier import DiscordCourier
from bot.client import Masthead
from bot.store.watch_subscriptions import acknowledged_by, forget_watcher
from cogs.alert_buttons import AlertButton
from cogs.own_subscriptions import EndSelect, LiftButton, PanelPage, TryButton, show_panel
from cogs.quieting import LiftHere, SnoozeSelect

log = logging.getLogger(__name__)

ITEMS = (AlertButton, SnoozeSelect, LiftHere, EndSelect, PanelPage, LiftButton, TryButton)


class AlertsCog(commands.Cog, name="Alerts"):
    """What you subscribed to, and the tasks that look and deliver."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(*ITEMS)
        # After the login and before the gateway: delivering needs no gateway.
        self._bot.services.watch.start(DiscordCourier(self._bot))

    async def cog_unload(self) -> None:
        await self._bot.services.watch.stop()
        self._bot.remove_dynamic_items(*ITEMS)

    @app_commands.command()
    async def alerts(self, interaction: discord.Interaction[Masthead]) -> None:
        """Show and end what you subscribed to, and lift mutes."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_panel(interaction)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted; Discord tells of its threads in no other way."""
        threads = [thread.id for thread in channel.guild.threads if thread.parent_id == channel.id]
        await self._gone([channel.id, *threads])

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        await self._gone([payload.thread_id])

    async def _gone(self, channels: list[int]) -> None:
        watch = self._bot.services.watch
        if await watch.subscriptions.place_gone(channels):
            watch.hurry()

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


async def setup(bot: Masthead) -> None:
    await bot.add_cog(AlertsCog(bot))
