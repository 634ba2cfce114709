"""/check: one account or post in, one card out."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.accounts import AccountRef, Platform, PostRef
from bot.cards.words import PLATFORMS
from bot.client import Masthead
from bot.errors import AmbiguousError
from bot.store.members import checks_asked_by, forget_member
from cogs.anchors import member_of
from cogs.choose import which_account
from cogs.questions import MAX_CHOICES, Question, Recent, answer, place_of
from cogs.suggesting import suggest_accounts

PLATFORM_CHOICES = [
    app_commands.Choice(name=name.removeprefix("the "), value=platform.value)
    for platform, name in PLATFORMS.items()
]


class CheckCog(commands.Cog, name="Check"):
    """Who stands behind an account, and does anybody listen to it?"""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot
        self._recent = Recent()

    @app_commands.command()
    @app_commands.describe(
        account="@name, or the address of an account or a post",
        platform="Where a bare @name is",
        days="How many days of posts to look at",
    )
    @app_commands.choices(platform=PLATFORM_CHOICES)
    async def check(
        self,
        interaction: discord.Interaction[Masthead],
        account: str,
        platform: app_commands.Choice[str] | None = None,
        days: app_commands.Range[int, 1, 3650] | None = None,
    ) -> None:
        """Check who stands behind an account, and whether anybody listens to it."""
        known = Platform(platform.value) if platform else None
        try:
            question = Question.read(account, platform=known, days=days)
        except AmbiguousError as error:
            asker = interaction.user.id
            view = await which_account(
                self._bot, account, error.choices, asker=asker, layer=member_of(interaction).layer, days=days
            )
            await interaction.response.send_message(view=view, ephemeral=True)
            return
        await answer(interaction, question)

    @check.autocomplete("account")
    async def suggest(
        self, interaction: discord.Interaction[Masthead], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer what was lately checked here, then what is held."""
        recent = self._recent.matching(place_of(interaction), current)
        offered = {choice.value: choice.label for choice in recent}
        choices = [app_commands.Choice(name=label, value=value) for value, label in offered.items()]
        held = await suggest_accounts(interaction, current)
        return [*choices, *(choice for choice in held if choice.value not in offered)][:MAX_CHOICES]

    @commands.Cog.listener()
    async def on_account_checked(self, place: int, target: AccountRef | PostRef) -> None:
        self._recent.note(place, target)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Return the checks a member asked for."""
        asked = await self._bot.services.database.read(checks_asked_by, str(member_id))
        return {
            "checks": [
                {"number": check.run_id, "asked": check.asked, "at": check.at.isoformat()} for check in asked
            ]
        }

    async def forget_member(self, member_id: int) -> int:
        """Take a member out of the checks they asked for; the checks stay, without a name."""
        # In direct messages the place is the person.
        self._recent.forget(member_id)
        return await self._bot.services.database.write(forget_member, str(member_id))


async def setup(bot: Masthead) -> None:
    await bot.add_cog(CheckCog(bot))
