"""The Evidence button of a card: every finding, source and reason, in pages that only the reader sees."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.cards.discord_layout import page_container, view_of
from bot.cards.failures import answered
from bot.cards.pages import pages
from bot.client import Masthead
from bot.store.records import CheckRunId
from cogs.permissions import refusal

GONE = "This check is no longer held. Run it again to see its evidence."


class OpenEvidence(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"evidence:1:(?P<run>[0-9]{1,18})"):
    """Opens the first page. The check's number stands in the custom id, so it works after a restart."""

    def __init__(self, run_id: CheckRunId, *, label: str = "Evidence") -> None:
        super().__init__(
            ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=f"evidence:1:{run_id}")
        )
        self.run_id = run_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> OpenEvidence:
        return cls(CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._open(interaction))

    async def _open(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show(interaction, self.run_id, page=0)


class TurnPage(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"evidence-page:1:(?P<run>[0-9]{1,18}):(?P<page>[0-9]{1,4})",
):
    """Shows another page in the same private message."""

    def __init__(self, run_id: CheckRunId, *, page: int, label: str = "Page") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"evidence-page:1:{run_id}:{page}"))
        self.run_id = run_id
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> TurnPage:
        return cls(CheckRunId(int(match["run"])), page=int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._turn(interaction))

    async def _turn(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer()
        await _show(interaction, self.run_id, page=self.page)


async def _show(interaction: discord.Interaction[Masthead], run_id: CheckRunId, *, page: int) -> None:
    dossier = await interaction.client.services.checks.stored(run_id)
    if dossier is None:
        await interaction.edit_original_response(view=view_of(ui.TextDisplay(GONE)))
        return
    sheets = pages(dossier)
    sheet = sheets[min(page, len(sheets) - 1)]
    turns: list[TurnPage] = []
    if sheet.number > 0:
        turns.append(TurnPage(run_id, page=sheet.number - 1, label="Previous page"))
    if sheet.number + 1 < sheet.of:
        turns.append(TurnPage(run_id, page=sheet.number + 1, label="Next page"))
    await interaction.edit_original_response(view=view_of(page_container(sheet, buttons=turns)))


class EvidenceCog(commands.Cog, name="Evidence"):
    """Keeps the buttons of every card ever posted working."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(OpenEvidence, TurnPage)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(OpenEvidence, TurnPage)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who reads the evidence."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(EvidenceCog(bot))
