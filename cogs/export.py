"""The Export button of a card: the dossier as files, for the reader alone."""

from __future__ import annotations

import asyncio
import io
import re
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.cards.charts import Picture, chain_picture, hours_picture, web_picture
from bot.cards.discord_layout import gallery, notice, picture_file, view_of
from bot.cards.failures import answered
from bot.checks.dossier import Dossier, to_json
from bot.checks.export import csv_of, file_stem
from bot.client import Masthead
from bot.store.records import CheckRunId
from cogs.permissions import refusal

GONE = "This check is no longer held. Run it again to export it."
WHAT = (
    "Everything behind this card. The JSON file is the whole dossier; the table has findings, evidence and "
    "posts by day and hour, and opens in any spreadsheet. An empty cell means not known, not 0."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A dossier as files, with the pictures that a card has no room for."""

    stem: str
    json: bytes
    csv: bytes
    pictures: tuple[Picture, ...]

    @classmethod
    def of(cls, dossier: Dossier) -> Files:
        """Write and draw everything; takes some 30 ms of CPU."""
        drawn = (hours_picture(dossier), chain_picture(dossier), web_picture(dossier))
        return cls(
            stem=file_stem(dossier),
            json=to_json(dossier),
            csv=csv_of(dossier),
            pictures=tuple(picture for picture in drawn if picture is not None),
        )


class ExportDossier(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"export:1:(?P<run>[0-9]{1,18})"):
    """Hands out the files of a check. Its number stands in the custom id, so it works after a restart."""

    def __init__(self, run_id: CheckRunId) -> None:
        super().__init__(ui.Button(label="Export", custom_id=f"export:1:{run_id}"))
        self.run_id = run_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> ExportDossier:
        return cls(CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._export(interaction))

    async def _export(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        dossier = await interaction.client.services.checks.stored(self.run_id)
        if dossier is None:
            await interaction.edit_original_response(view=notice(GONE))
            return
        made = await asyncio.to_thread(Files.of, dossier)
        files = [
            discord.File(io.BytesIO(made.json), filename=f"{made.stem}.json"),
            discord.File(io.BytesIO(made.csv), filename=f"{made.stem}.csv"),
        ]
        view = view_of(
            ui.TextDisplay(WHAT),
            *(ui.File[ui.LayoutView](file) for file in files),
            *(gallery(picture) for picture in made.pictures),
        )
        files += [picture_file(picture) for picture in made.pictures]
        await interaction.edit_original_response(view=view, attachments=files)


class ExportCog(commands.Cog, name="Export"):
    """Keeps the Export button of every card ever posted working."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(ExportDossier)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(ExportDossier)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who exports."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(ExportCog(bot))
