"""The Network button of a card: with whom the account posts, for the reader alone."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.cards.charts import web_picture
from bot.cards.charts.web import web_of
from bot.cards.discord_layout import notice, picture_file, view_of
from bot.cards.failures import answered
from bot.cards.web import web_container
from bot.checks.dossier import Dossier
from bot.client import Masthead
from bot.store.records import CheckRunId
from cogs.permissions import refusal

GONE = "This check is no longer held. Run it again to see with whom the account posts."


class OpenPartners(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"partners:1:(?P<run>[0-9]{1,18})"):
    """Shows the graph of a check. Its number stands in the custom id, so it works after a restart."""

    def __init__(self, run_id: CheckRunId) -> None:
        super().__init__(ui.Button(label="Network", custom_id=f"partners:1:{run_id}"))
        self.run_id = run_id

    @classmethod
    def of(cls, dossier: Dossier, run_id: CheckRunId) -> list[OpenPartners]:
        """Return the button where there is something behind it."""
        return [] if web_of(dossier) is None else [cls(run_id)]

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> OpenPartners:
        return cls(CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._open(interaction))

    async def _open(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        dossier = await interaction.client.services.checks.stored(self.run_id)
        web = web_of(dossier) if dossier else None
        if dossier is None or web is None:
            await interaction.edit_original_response(view=notice(GONE))
            return
        may_attach = interaction.guild_id is None or interaction.app_permissions.attach_files
        picture = await asyncio.to_thread(web_picture, dossier) if may_attach else None
        view = view_of(web_container(dossier, web, picture=picture))
        files = [picture_file(picture)] if picture else []
        await interaction.edit_original_response(view=view, attachments=files)


class PartnersCog(commands.Cog, name="Partners"):
    """Keeps the Network button of every card ever posted working."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(OpenPartners)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(OpenPartners)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who looks."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(PartnersCog(bot))
