"""Keeps the button that asks a platform for money working on every card ever posted."""

from __future__ import annotations

from discord.ext import commands

from bot.client import Masthead
from cogs.questions import AskPaid


class PaidCog(commands.Cog, name="Paid"):
    """What is spent is kept by server, not by member."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(AskPaid)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(AskPaid)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who asks."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(PaidCog(bot))
