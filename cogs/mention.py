"""`@Masthead check @name`: the same check where slash commands are not at hand, and in direct messages.

Discord delivers the content of messages that mention us and of direct messages without any privileged
intent. The answer is a message in the channel, since only interactions can be answered privately.
"""

from __future__ import annotations

import contextlib
import logging
import re

import discord
from discord.ext import commands

from bot.cards.failures import explained, reference
from bot.client import Masthead
from bot.errors import AmbiguousError, InputError
from bot.store.layers import BASE
from cogs.choose import which_account
from cogs.questions import Drawn, Question, draw, redrawn

log = logging.getLogger(__name__)

_CHECK = re.compile(r"/?check\b(?P<account>.*)", re.IGNORECASE | re.DOTALL)

USAGE = (
    "Write `@Masthead check` and an account: the address of an account or a post, "
    "or a name and its platform (`@name x`). {link} does the same."
)


class MentionCog(commands.Cog, name="Mention"):
    """Answers messages that begin with a mention, and direct messages."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        text = self._addressed(message)
        if text is None:
            return
        try:
            with self._bot.finishing():
                await self._reply(message, text)
        except Exception as error:  # noqa: BLE001  the supervisor of mentions, as the tree is of commands
            await self._apologise(message, error)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: checks are kept, shown and forgotten by the Check cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0

    def _addressed(self, message: discord.Message) -> str | None:
        """Return what is said to us; None for what is not ours to answer."""
        me = self._bot.user
        if me is None or message.author.bot or message.webhook_id is not None:
            return None
        mentioned = re.match(rf"\s*<@!?{me.id}>", message.content)
        if mentioned is not None:
            return message.content[mentioned.end() :].strip()
        # A direct message can be meant for nobody else; joins and pins have no text.
        return message.content.strip() or None if message.guild is None else None

    async def _reply(self, message: discord.Message, text: str) -> None:
        asked = _asked(text)
        if asked is None:
            link = self._bot.command_link("check")
            await message.reply(USAGE.format(link=link), mention_author=False)
            return
        answer = await self._answer(message, asked)
        sent = await message.reply(view=answer.view, files=answer.files, mention_author=False)
        place, files = _place_of(message), _may_attach(message)
        async for later in redrawn(self._bot, answer, member_id=message.author.id, place=place, files=files):
            with contextlib.suppress(discord.NotFound):  # somebody may have deleted the card
                await sent.edit(view=later.view, attachments=later.files)

    async def _answer(self, message: discord.Message, asked: str) -> Drawn:
        try:
            question = Question.read(asked)
        except AmbiguousError as error:
            layer = message.guild.id if message.guild else BASE
            view = await which_account(self._bot, asked, error.choices, asker=message.author.id, layer=layer)
            return Drawn(view=view, files=[])
        place, files = _place_of(message), _may_attach(message)
        return await draw(self._bot, question, member_id=message.author.id, place=place, files=files)

    async def _apologise(self, message: discord.Message, error: Exception) -> None:
        ref = reference(message.id)
        if isinstance(error, InputError):
            log.info("ref %s: mention: %s", ref, type(error).__name__)
        else:
            log.error("ref %s: mention failed", ref, exc_info=error)
        said = explained(error, ref=ref)
        if said is None:
            return
        try:
            await message.reply(said, mention_author=False, suppress_embeds=True)
        except discord.HTTPException as second:
            log.warning("ref %s: the failure could not be told: %s", ref, second)


def _place_of(message: discord.Message) -> int:
    return message.guild.id if message.guild else message.author.id


def _may_attach(message: discord.Message) -> bool:
    """Whether files may go along with a reply: a card without its picture is better than none."""
    guild = message.guild
    return guild is None or message.channel.permissions_for(guild.me).attach_files


def _asked(text: str) -> str | None:
    """Return what is to be checked; None for small talk, which names nothing and asks for nothing."""
    found = _CHECK.fullmatch(text)
    if found is not None:
        return found["account"].strip() or None
    return text if re.search(r"[@＠/]|\w\.\w", text) else None


async def setup(bot: Masthead) -> None:
    await bot.add_cog(MentionCog(bot))
