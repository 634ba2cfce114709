"""/privacy: what is kept about a member; shown and deleted on their own request."""

from __future__ import annotations

import io
import json
import re
from typing import Any, Protocol, runtime_checkable

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards.discord_layout import notice
from bot.cards.failures import answered
from bot.checks.wording import counted
from bot.client import Masthead

WHAT_IS_KEPT = (
    "### What Masthead keeps about you",
    "For every check: your Discord id, what you typed, and when. No messages, no roles.",
    (
        "What you propose, decide and judge in the registry: with your name, since others rely on it, and "
        "with the reasons you gave."
    ),
    "What you subscribed to, and alerts that you acknowledged, with your comment.",
    "What you check is an account that anybody can see; the card about it is kept with the sources it names.",
    (
        "*Delete* takes your id and your words out of the checks you asked for. "
        "The cards stay, since others work with them, and nothing in them says that you asked. "
        "Your id and name also leave every proposal, decision and judgement; what was decided stays, "
        "by a former member."
    ),
)
SURE = (
    "Take your id and your words out of every check you asked for? This cannot be undone. "
    "The messages in your channels are Discord's; delete those there."
)
FILE_NAME = "masthead-my-data.json"


@runtime_checkable
class KeepsMemberData(Protocol):
    """Every cog says how to hand out and to delete what it keeps about a person; a test walks them all."""

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Return what is kept about a member, as JSON; empty when nothing is."""
        ...

    async def forget_member(self, member_id: int) -> int:
        """Delete what is kept about a member and return how many things that were."""
        ...


class PrivacyButton(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"privacy:1:(?P<act>show|delete|confirm)"
):
    """Acts on the data of whoever clicks, so it is safe wherever it stands."""

    LOOKS = (
        ("show", "Show my data", discord.ButtonStyle.primary),
        ("delete", "Delete my data", discord.ButtonStyle.secondary),
        ("confirm", "Delete for good", discord.ButtonStyle.danger),
    )

    def __init__(self, act: str) -> None:
        label, style = next((label, style) for name, label, style in self.LOOKS if name == act)
        super().__init__(ui.Button(label=label, style=style, custom_id=f"privacy:1:{act}"))
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> PrivacyButton:
        return cls(match["act"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        acts = {"show": _show, "delete": _ask, "confirm": _delete}
        await answered(interaction, acts[self.act](interaction))


class PrivacyCog(commands.Cog, name="Privacy"):
    """What is kept about you: show it, delete it."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(PrivacyButton)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(PrivacyButton)

    @app_commands.command()
    async def privacy(self, interaction: discord.Interaction[Masthead]) -> None:
        """Show what is kept about you, and delete it."""
        view = notice(*WHAT_IS_KEPT, below=[PrivacyButton("show"), PrivacyButton("delete")])
        await interaction.response.send_message(view=view, ephemeral=True)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who asks what is kept."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def _show(interaction: discord.Interaction[Masthead]) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    data: dict[str, object] = {}
    for name, cog in interaction.client.cogs.items():
        if isinstance(cog, KeepsMemberData):
            kept = await cog.member_data(interaction.user.id)
            data |= {name: kept} if kept else {}
    text = json.dumps({"member": str(interaction.user.id), "kept": data}, ensure_ascii=False, indent=2)
    file = discord.File(io.BytesIO(text.encode()), filename=FILE_NAME)
    await interaction.edit_original_response(
        content="Everything that is kept about you is in this file.", attachments=[file]
    )


async def _ask(interaction: discord.Interaction[Masthead]) -> None:
    await interaction.response.send_message(
        view=notice(SURE, below=[PrivacyButton("confirm")]), ephemeral=True
    )


async def _delete(interaction: discord.Interaction[Masthead]) -> None:
    await interaction.response.defer(ephemeral=True)
    cogs = [cog for cog in interaction.client.cogs.values() if isinstance(cog, KeepsMemberData)]
    gone = sum([await cog.forget_member(interaction.user.id) for cog in cogs])
    done = f"Done: your id and your words are out of {counted(gone, 'check')}."
    await interaction.edit_original_response(view=notice(done))


async def setup(bot: Masthead) -> None:
    await bot.add_cog(PrivacyCog(bot))
