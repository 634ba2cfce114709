"""The two message menus: check the post that a message links to, or the account that wrote it.

Discord hands the chosen message over with its content, so no intent is needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot import accounts
from bot.accounts import AccountRef, Ambiguous, PostRef, Reading, ShortLink
from bot.client import Masthead
from bot.errors import InputError
from cogs.choose import choosing
from cogs.questions import Question, answer, choices_of

WHICH = "This message names more than one. Which one do you mean?"
NOTHING_HERE = (
    "This message names no account or post that I can read: it needs the address of one. "
    "Members of this server are never checked, only accounts that a message links to."
)
NO_AUTHOR = "The address in this message does not say who wrote the post. Give me the author's own address."
SHORT_LINK = (
    "This message holds a short link, which does not show where it leads. "
    "Open it in a browser and check the address that it leads to."
)


class MessageMenusCog(commands.Cog, name="Message menus"):
    """Right-click on a message, Apps, Check this post or Check this author."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot
        # The library allows no menus among the decorated commands of a cog.
        self._menus = (
            app_commands.ContextMenu(name="Check this post", callback=self.check_post),
            app_commands.ContextMenu(name="Check this author", callback=self.check_author),
        )

    async def cog_load(self) -> None:
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    async def check_post(self, interaction: discord.Interaction[Masthead], message: discord.Message) -> None:
        readings = readings_of(message)
        await _check(interaction, readings, none=NOTHING_HERE)

    async def check_author(
        self, interaction: discord.Interaction[Masthead], message: discord.Message
    ) -> None:
        readings = readings_of(message)
        authors = [by_author for reading in readings if (by_author := _author(reading)) is not None]
        has_post = any(isinstance(reading.reference, PostRef) for reading in readings)
        await _check(interaction, authors, none=NO_AUTHOR if has_post else NOTHING_HERE)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: checks are kept, shown and forgotten by the Check cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


def readings_of(message: discord.Message) -> list[Reading]:
    """Read every reference of a message: its text, the addresses of its embeds, what it forwards."""
    texts = [message.content, *(embed.url for embed in message.embeds if embed.url)]
    for forwarded in message.message_snapshots:
        texts += [forwarded.content, *(embed.url for embed in forwarded.embeds if embed.url)]
    readings = [reading for text in texts if text.strip() for reading in accounts.read(text)]
    return list({reading.reference: reading for reading in reversed(readings)}.values())[::-1]


async def _check(
    interaction: discord.Interaction[Masthead], readings: Sequence[Reading], *, none: str
) -> None:
    """Check the one thing that is named; ask where there are several, refuse where there is none."""
    questions = [question for reading in readings if (question := Question.of(reading)) is not None]
    certain = {question.target: question for question in questions}
    if len(certain) == 1:
        await answer(interaction, questions[0])
        return
    choices = choices_of(certain) or choices_of(_possible(readings))
    if choices:
        view = choosing(WHICH, choices, asker=interaction.user.id)
        await interaction.response.send_message(view=view, ephemeral=True)
        return
    short = any(isinstance(reading.reference, ShortLink) for reading in readings)
    raise InputError(SHORT_LINK if short else none)


def _author(reading: Reading) -> Reading | None:
    """Read a post as its author; an account, and what is not certain, stays; None where nobody is named."""
    reference = reading.reference
    if not isinstance(reference, PostRef):
        return reading
    if reference.author is None:
        return None
    return Reading(reference=reference.author, pasted=reading.pasted, warnings=reading.warnings)


def _possible(readings: Sequence[Reading]) -> Iterator[AccountRef]:
    for reading in readings:
        if isinstance(reading.reference, Ambiguous):
            yield from reading.reference.choices


async def setup(bot: Masthead) -> None:
    await bot.add_cog(MessageMenusCog(bot))
