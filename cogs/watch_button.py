"""The Watch button of a card: puts the account on one of the server's watchlists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.accounts import AccountRef
from bot.cards.discord_layout import notice
from bot.cards.failures import answered
from bot.cards.items import account_name
from bot.cards.markup import clean, code_span
from bot.client import Masthead
from bot.errors import InputError
from bot.store.records import CheckRunId
from bot.store.watch_records import Watchlist
from bot.watch.rights import may_edit
from cogs.permissions import refusal
from cogs.watching import asker_of, guild_of, watch_of

GONE = "This check is no longer held. Use /watchlist add with the account."
NONE = (
    "There is no watchlist here that you may change. /watchlist create makes one, and whoever made one can "
    "give your role the right to change it (/watchlist tune)."
)


class WatchAccount(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"watch:1:(?P<run>[0-9]{1,18})"):
    """Asks which list. The check's number stands in the custom id, so it works after a restart."""

    def __init__(self, run_id: CheckRunId) -> None:
        super().__init__(ui.Button(label="Watch", custom_id=f"watch:1:{run_id}"))
        self.run_id = run_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> WatchAccount:
        return cls(CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._ask(interaction))

    async def _ask(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        guild_id = guild_of(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        held = await watch_of(interaction).lists.of_guild(guild_id)
        asker = asker_of(interaction)
        mine = [watchlist for watchlist, _ in held if may_edit(watchlist, asker)]
        if not mine:
            raise InputError(NONE)
        view = notice("Watch this account with:", below=[WatchInto.offered(mine, run_id=self.run_id)])
        await interaction.edit_original_response(view=view)


class WatchInto(ui.DynamicItem[ui.Select[ui.LayoutView]], template=r"watch-into:1:(?P<run>[0-9]{1,18})"):
    """Puts the account on the list that is chosen."""

    def __init__(self, select: ui.Select[Any], *, run_id: CheckRunId) -> None:
        super().__init__(select)
        self.run_id = run_id

    @classmethod
    def offered(cls, held: Sequence[Watchlist], *, run_id: CheckRunId) -> WatchInto:
        """Return the select; `held` is not empty."""
        options = [
            discord.SelectOption(label=clean(each.name, limit=90), value=str(each.watchlist_id))
            for each in held[:25]
        ]
        select: ui.Select[Any] = ui.Select(
            custom_id=f"watch-into:1:{run_id}", placeholder="Choose a watchlist", options=options
        )
        return cls(select, run_id=run_id)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> WatchInto:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match[0]} stands on {item!r}")
        select: ui.Select[Any] = item
        return cls(select, run_id=CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._chosen(interaction))

    async def _chosen(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        guild_id = guild_of(interaction)
        await interaction.response.defer()
        service = watch_of(interaction)
        wanted = int(self.item.values[0])
        # The value travelled: the list must be this server's, and the member must still have the right.
        held = await service.lists.of_guild(guild_id)
        chosen = next((each for each, _ in held if each.watchlist_id == wanted), None)
        dossier = await interaction.client.services.checks.stored(self.run_id)
        if chosen is None or dossier is None:
            raise InputError(GONE)
        told = dossier.account
        ref = AccountRef(platform=told.platform, handle=told.handle, platform_id=told.platform_id)
        asker = asker_of(interaction)
        added = await service.lists.add(chosen, [ref], by=interaction.user.id, asker=asker)
        service.poller.wake()
        name = code_span(account_name(ref.handle, ref.platform_id, platform=ref.platform))
        said = "is now on" if added.new else "was already on"
        subscribe = interaction.client.command_link("subscribe")
        view = notice(f"{name} {said} {code_span(chosen.name)}. {subscribe} tells you what changes.")
        await interaction.edit_original_response(view=view)


class WatchButtonCog(commands.Cog, name="Watch button"):
    """Keeps the Watch button of every card ever posted working."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(WatchAccount, WatchInto)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(WatchAccount, WatchInto)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(WatchButtonCog(bot))
