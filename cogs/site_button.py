"""The button of a card that looks at the account's web sites, and answers with a new card."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot import accounts
from bot.accounts import AccountRef
from bot.cards.discord_layout import notice
from bot.cards.failures import answered
from bot.checks.dossier import Dossier, State
from bot.checks.sites import sites_of
from bot.checks.wording import say
from bot.client import Masthead
from bot.store.records import CheckRunId
from cogs.permissions import refusal

GONE = "This check is no longer held. Run it again."
NO_SITE = "No web site of this account is known any more."


class LookAtSites(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"sites:1:(?P<run>[0-9]{1,18})"):
    """Reads the sites of an account. The check's number stands in the custom id, so it works after a restart.

    A site is asked only when somebody clicks, at most once in six hours, and within the day's budget.
    """

    def __init__(self, run_id: CheckRunId) -> None:
        super().__init__(ui.Button(label="Look at the site", custom_id=f"sites:1:{run_id}"))
        self.run_id = run_id

    @classmethod
    def of(cls, dossier: Dossier, run_id: CheckRunId) -> list[LookAtSites]:
        """Return the button where a site is known that nobody has looked at."""
        without = say("reason.no site")
        waits = any(
            finding.check == "shared_infrastructure"
            and finding.state is State.COULD_NOT_CHECK
            and finding.reason != without
            for finding in dossier.findings
        )
        return [cls(run_id)] if waits else []

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> LookAtSites:
        return cls(CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._look(interaction))

    async def _look(self, interaction: discord.Interaction[Masthead]) -> None:
        # The way to a card draws this button, which is why it cannot be imported while this is read.
        from cogs.questions import Question, draw, may_attach, place_of

        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        client = interaction.client
        with client.finishing():
            await interaction.response.defer(thinking=True)
            dossier = await client.services.checks.stored(self.run_id)
            if dossier is None:
                await interaction.edit_original_response(view=notice(GONE))
                return
            account = dossier.account
            target = AccountRef(
                platform=account.platform, handle=account.handle, platform_id=account.platform_id
            )
            hosts = [site.host for site in await client.services.database.read(sites_of, target)]
            if not hosts:
                await interaction.edit_original_response(view=notice(NO_SITE))
                return
            await client.services.sites.look(hosts)
            card = await draw(
                client,
                Question(target=target, asked=accounts.account_url(target), days=dossier.days),
                member_id=interaction.user.id,
                place=place_of(interaction),
                files=may_attach(interaction),
            )
            await interaction.edit_original_response(view=card.view, attachments=card.files)


class SitesCog(commands.Cog, name="Sites"):
    """Keeps the button working on every card ever posted."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(LookAtSites)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(LookAtSites)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who looks."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(SitesCog(bot))
