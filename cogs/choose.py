"""A select for what could not be decided: several accounts of one name, several links in one message."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.accounts import AccountRef
from bot.cards.discord_layout import notice
from bot.cards.failures import answered
from bot.cards.markup import code_span
from bot.client import Masthead
from bot.errors import UnknownAccountError
from bot.store.layers import seen_from
from bot.store.registry import find_account
from cogs.permissions import refusal
from cogs.questions import Choice, Question, choices_of, draw, may_attach, place_of, redrawn, title


class Choose(
    ui.DynamicItem[ui.Select[ui.LayoutView]], template=r"choose:1:(?P<asker>[0-9]{1,20}):(?P<days>[0-9]{1,4})"
):
    """Checks what is chosen, for the member who asked. The card follows as a message of its own."""

    def __init__(self, select: ui.Select[Any], *, asker: int, days: int | None) -> None:
        super().__init__(select)
        self.asker = asker
        self.days = days

    @classmethod
    def among(cls, choices: Sequence[Choice], *, asker: int, days: int | None) -> Choose:
        """Return a select of `choices`, of which there is at least one and at most 25."""
        select: ui.Select[Any] = ui.Select(
            custom_id=f"choose:1:{asker}:{days or 0}",
            placeholder="Choose what to check",
            options=[
                discord.SelectOption(
                    label=choice.label,
                    value=choice.value,
                    description="in the registry" if choice.known else None,
                )
                for choice in choices
            ],
        )
        return cls(select, asker=asker, days=days)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Choose:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match[0]} stands on {item!r}")
        select: ui.Select[Any] = item
        return cls(select, asker=int(match["asker"]), days=int(match["days"]) or None)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._chosen(interaction))

    async def _chosen(self, interaction: discord.Interaction[Masthead]) -> None:
        why = refusal(interaction)
        if interaction.user.id != self.asker:
            link = interaction.client.command_link("check")
            why = f"Only the member who asked can choose here. Ask yourself with {link}."
        if why is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        # Our own value, but it travelled: it is read like anything that is typed.
        question = Question.read(self.item.values[0], days=self.days)
        going = notice(f"Checking {code_span(title(question.target))}. The card follows.")
        with interaction.client.finishing():
            await interaction.response.edit_message(view=going)
            member_id, place = interaction.user.id, place_of(interaction)
            files = may_attach(interaction)
            card = await draw(interaction.client, question, member_id=member_id, place=place, files=files)
            sent = await interaction.followup.send(view=card.view, files=card.files, wait=True)
        async for later in redrawn(interaction.client, card, member_id=member_id, place=place, files=files):
            with contextlib.suppress(discord.NotFound):  # somebody may have deleted the card
                await sent.edit(view=later.view, attachments=later.files)


def choosing(words: str, choices: Sequence[Choice], *, asker: int, days: int | None = None) -> ui.LayoutView:
    """Return `words` (Discord Markdown of ours) with a select of `choices` below."""
    return notice(words, below=[Choose.among(choices, asker=asker, days=days)])


async def which_account(
    client: Masthead,
    text: str,
    meant: Collection[AccountRef],
    *,
    asker: int,
    layer: int,
    days: int | None = None,
) -> ui.LayoutView:
    """Ask which of the accounts of one name is meant; those in the registry, as `layer` sees it, stand first.

    Raises UnknownAccountError where none of them can be offered.
    """
    known = await client.services.database.read(_registered, meant, layer=layer)
    choices = choices_of(meant, known=known)
    if not choices:
        raise UnknownAccountError(
            f"{code_span(text)} could be many accounts. Give the address of the one you mean."
        )
    words = (
        f"Which account do you mean by {code_span(text)}? "
        "One name can belong to different people on different platforms."
    )
    return choosing(words, choices, asker=asker, days=days)


def _registered(
    connection: sqlite3.Connection, refs: Collection[AccountRef], *, layer: int
) -> list[AccountRef]:
    with seen_from(connection, layer):
        return [ref for ref in refs if find_account(connection, ref).claims]


class ChooseCog(commands.Cog, name="Choose"):
    """Keeps every select ever posted working."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(Choose)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(Choose)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: a select's custom id names who asked, and goes with its message."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(ChooseCog(bot))
