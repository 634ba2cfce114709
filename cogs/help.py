"""/help and /about: what Masthead does, what it does not, and how to ask."""

from __future__ import annotations

from importlib.metadata import version

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.discord_layout import notice
from bot.checks.wording import number
from bot.client import Masthead
from bot.store.checks import registry_size

HELP = (
    "### Who stands behind this account, and does anybody listen to it?",
    (
        "{check} with the address of an account or a post, or with a name and its platform. "
        "Begin to type, and names of the registry are offered."
    ),
    "**From a message** Right-click a message, Apps, *Check this post* or *Check this author*.",
    "**Without commands** Write `@Masthead check` and an account, here or in a direct message.",
    (
        "**On the card** First the judgement, then how sure it is, the chain to whom it is linked, "
        "the strongest evidence and what speaks against it. *Evidence* shows everything, to you alone; "
        "*Export* gives you the same as files."
    ),
    (
        "**Several accounts** {compare} puts up to five side by side; {network} shows who does the same as "
        "an account, over all posts held."
    ),
    (
        "**The registry** {registry} looks up who owns whom, each claim with its source. *Propose*, "
        "*Dispute* and *Judge* on any card say what you know; curators decide."
    ),
    "**Signs** ● found · ○ checked, nothing · ◔ too little data · ? could not check · – does not apply",
    "**Watching** *Watch* on a card puts an account on a watchlist; {subscribe} tells you what changes.",
    "{about} says what it rests on, {privacy} what is kept about you.",
)
ABOUT = (
    "### Masthead {version}",
    (
        "A masthead is the box in a newspaper that says who owns and publishes it. "
        "Masthead answers that for social accounts, from sources that you can open."
    ),
    (
        "**It rests on** a registry of {accounts} accounts, in which every statement names its source, "
        "date and grade, and on posts that your team has imported."
    ),
    (
        "**It does not** guess a platform, give a score, or say that somebody is a person or a machine. "
        "A link is not control, and small reach says nothing about honesty."
    ),
    (
        "**Grades** such as B2 are Admiralty grades: how reliable the source, A to F, and how credible the "
        "statement, 1 to 6. F and 6 mean that it cannot be judged."
    ),
    "Free software under the MIT licence.",
)


class HelpCog(commands.Cog, name="Help"):
    """What Masthead does and what it rests on."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    @app_commands.command()
    async def help(self, interaction: discord.Interaction[Masthead]) -> None:
        """Show how to check an account and how to read a card."""
        links = {
            name: self._bot.command_link(name)
            for name in ("check", "compare", "about", "privacy", "subscribe")
        }
        links["registry"] = self._bot.command_link("registry show")
        links["network"] = self._bot.command_link("network account")
        view = notice(*(line.format(**links) for line in HELP))
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    async def about(self, interaction: discord.Interaction[Masthead]) -> None:
        """Show what Masthead rests on and what it does not say."""
        held = number(await self._bot.services.database.read(registry_size))
        view = notice(*(line.format(version=version("masthead-bot"), accounts=held) for line in ABOUT))
        await interaction.response.send_message(view=view, ephemeral=True)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who reads the help."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(HelpCog(bot))
