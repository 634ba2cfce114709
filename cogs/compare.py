"""/compare: up to five accounts side by side, one table and one picture."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.accounts import Platform
from bot.cards.charts import comparison_picture
from bot.cards.comparison import comparison_container
from bot.cards.discord_layout import picture_file, view_of
from bot.checks.compare import compare, refuse_the_same, refuse_unless_comparable, which_one
from bot.checks.service import Checked
from bot.client import Masthead
from bot.errors import AmbiguousError, InputError
from cogs.check import PLATFORM_CHOICES
from cogs.evidence import OpenEvidence
from cogs.questions import Question, may_attach, place_of, title
from cogs.suggesting import suggest_accounts

ACCOUNT = "@name, or the address of an account or a post"
CHOICES_NAMED = 4


class CompareCog(commands.Cog, name="Compare"):
    """Accounts side by side, without comparing what cannot be compared."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.describe(
        first=ACCOUNT,
        second=ACCOUNT,
        third=ACCOUNT,
        fourth=ACCOUNT,
        fifth=ACCOUNT,
        platform="Where bare @names are",
        days="How many days of posts to look at",
    )
    @app_commands.choices(platform=PLATFORM_CHOICES)
    @app_commands.autocomplete(
        first=suggest_accounts,
        second=suggest_accounts,
        third=suggest_accounts,
        fourth=suggest_accounts,
        fifth=suggest_accounts,
    )
    async def compare(
        self,
        interaction: discord.Interaction[Masthead],
        first: str,
        second: str,
        third: str | None = None,
        fourth: str | None = None,
        fifth: str | None = None,
        platform: app_commands.Choice[str] | None = None,
        days: app_commands.Range[int, 1, 3650] | None = None,
    ) -> None:
        """Put up to five accounts side by side: output, engagement and audience."""
        known = Platform(platform.value) if platform else None
        typed = [text for text in (first, second, third, fourth, fifth) if text]
        questions = [question_of(text, platform=known, days=days) for text in typed]
        refuse_unless_comparable([question.target for question in questions])
        with self._bot.finishing():
            await interaction.response.defer(thinking=True)
            await self._answer(interaction, questions)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: checks are kept, shown and forgotten by the Check cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0

    async def _answer(self, interaction: discord.Interaction[Masthead], questions: list[Question]) -> None:
        async with self._bot.working:
            checked = [
                await self._check(question, member_id=interaction.user.id, place=place_of(interaction))
                for question in questions
            ]
            dossiers = [each.dossier for each in checked]
            refuse_the_same(dossiers)
            picture = (
                await asyncio.to_thread(comparison_picture, dossiers) if may_attach(interaction) else None
            )
        buttons = [
            OpenEvidence(each.run_id, label=f"Evidence {n}") for n, each in enumerate(checked, start=1)
        ]
        view = view_of(comparison_container(compare(dossiers), buttons=buttons, picture=picture))
        files = [picture_file(picture)] if picture else []
        await interaction.edit_original_response(view=view, attachments=files)

    async def _check(self, question: Question, *, member_id: int, place: int) -> Checked:
        services = self._bot.services
        return await services.checks.check(
            question.target,
            asked=question.asked,
            days=question.days or services.config.check.days,
            requested_by=str(member_id),
            warnings=question.warnings,
            place=str(place),
            layer=place,
        )


def question_of(text: str, *, platform: Platform | None, days: int | None) -> Question:
    """Read one of the accounts; `platform` is for bare names, addresses bring their own.

    Raises InputError that asks back where the text could mean several.
    """
    try:
        return Question.read(text, days=days)
    except AmbiguousError as error:
        if platform is not None:
            return Question.read(text, platform=platform, days=days)
        choices = [title(choice) for choice in error.choices[:CHOICES_NAMED]]
        raise InputError(which_one(text, choices=choices)) from error


async def setup(bot: Masthead) -> None:
    await bot.add_cog(CompareCog(bot))
