"""/watchlist: named sets of accounts that a server watches."""

from __future__ import annotations

import io
from collections.abc import Iterator

import discord
from discord import app_commands
from discord.ext import commands

from bot.accounts import Platform
from bot.cards.discord_layout import notice
from bot.cards.markup import code_span, discord_text
from bot.checks.wording import counted, quoted
from bot.client import Masthead
from bot.errors import InputError
from bot.store.watch_records import Watchlist
from bot.watch.kinds import read_severities
from bot.watch.list_files import MAX_FILE_BYTES, TOO_LARGE, read_accounts
from bot.watch.lists import Added
from bot.watch.tuning import Tuning
from cogs.check import PLATFORM_CHOICES
from cogs.list_pages import ListPage, list_view, overview, rules
from cogs.suggesting import suggest_accounts, suggest_watched
from cogs.watching import (
    account_of,
    asker_of,
    guild_of,
    shown_account,
    suggest_lists,
    suggest_severities,
    watch_of,
)

REFUSED_SHOWN = 5
LIST = "The watchlist"


@app_commands.guild_only()
class WatchlistCog(commands.GroupCog, name="Watchlist", group_name="watchlist"):
    """Named sets of accounts; subscriptions tell what changes about them."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(ListPage)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(ListPage)

    @app_commands.command()
    @app_commands.describe(
        name="What the team calls it",
        description="What it is for",
        editors="A role whose members may change it, besides you and those who manage the server",
    )
    async def create(
        self,
        interaction: discord.Interaction[Masthead],
        name: app_commands.Range[str, 1, 50],
        description: app_commands.Range[str, 0, 200] = "",
        editors: discord.Role | None = None,
    ) -> None:
        """Make a watchlist."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        made = await watch_of(interaction).lists.create(
            guild_of(interaction),
            name,
            description=description,
            by=interaction.user.id,
            editor_roles=[editors.id] if editors else [],
            asker=asker_of(interaction),
        )
        await _reply(
            interaction,
            f"### Watchlist {code_span(made.name)} is ready",
            f"{self._bot.command_link('watchlist add')} puts accounts on it, "
            f"{self._bot.command_link('subscribe')} tells a channel or you of what changes.",
        )

    @app_commands.command()
    @app_commands.describe(
        watchlist=LIST,
        account="@name, or the address of an account or a post",
        platform="Where a bare @name is",
    )
    @app_commands.choices(platform=PLATFORM_CHOICES)
    @app_commands.autocomplete(watchlist=suggest_lists, account=suggest_accounts)
    async def add(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        account: str,
        platform: app_commands.Choice[str] | None = None,
    ) -> None:
        """Put an account on a watchlist."""
        ref = account_of(account, platform)
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        service = watch_of(interaction)
        asker = asker_of(interaction)
        added = await service.lists.add(chosen, [ref], by=interaction.user.id, asker=asker)
        service.poller.wake()
        where = shown_account(ref)
        said = "is on" if added.new else "was on"
        lines = [f"{where} {said} the watchlist {code_span(chosen.name)}."]
        if not service.is_live(ref):
            lines.append(NOT_LIVE)
        if not await service.subscriptions.of_list(chosen):
            lines.append(
                f"Nobody hears of this list yet. {self._bot.command_link('subscribe')} changes that."
            )
        await _reply(interaction, *lines)

    @app_commands.command()
    @app_commands.describe(watchlist=LIST, account="@name or address", platform="Where a bare @name is")
    @app_commands.choices(platform=PLATFORM_CHOICES)
    @app_commands.autocomplete(watchlist=suggest_lists, account=suggest_watched)
    async def remove(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        account: str,
        platform: app_commands.Choice[str] | None = None,
    ) -> None:
        """Take an account off a watchlist."""
        ref = account_of(account, platform)
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        if not await watch_of(interaction).lists.remove(chosen, ref, asker=asker_of(interaction)):
            raise InputError(
                f"{quoted(account)} is not on the watchlist {quoted(chosen.name)}. /watchlist show tells "
                "what is."
            )
        await _reply(interaction, f"{shown_account(ref)} is off the watchlist {code_span(chosen.name)}.")

    @app_commands.command()
    @app_commands.describe(watchlist="The watchlist; without it, all of this server")
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def show(self, interaction: discord.Interaction[Masthead], watchlist: str | None = None) -> None:
        """Show a watchlist with how its looks went, or all watchlists of this server."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        lists = watch_of(interaction).lists
        if watchlist is None:
            view = overview(await lists.of_guild(guild_of(interaction)))
        else:
            shown = await lists.show(await self._named(interaction, watchlist))
            view = list_view(shown, now=self._bot.services.clock())
        await interaction.edit_original_response(view=view)

    @app_commands.command()
    @app_commands.describe(watchlist=LIST, confirm="Write the name of the watchlist once more")
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def delete(self, interaction: discord.Interaction[Masthead], watchlist: str, confirm: str) -> None:
        """Delete a watchlist with its subscriptions and alerts, for good."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        if " ".join(confirm.split()).casefold() != chosen.name.casefold():
            raise InputError(f"Nothing was deleted. Write {quoted(chosen.name)} at `confirm` to go on.")
        await watch_of(interaction).lists.delete(chosen, asker=asker_of(interaction))
        await _reply(interaction, f"The watchlist {code_span(chosen.name)} is deleted.")

    @app_commands.command()
    @app_commands.describe(watchlist=LIST)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def test(self, interaction: discord.Interaction[Masthead], watchlist: str) -> None:
        """Send a test alert to everybody who subscribes to a watchlist."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        service = watch_of(interaction)
        sent = await service.subscriptions.test(chosen, asker=asker_of(interaction))
        service.hurry()
        if sent:
            await _reply(interaction, f"A test is on its way to {counted(sent, 'subscription')}.")
            return
        subscribe = self._bot.command_link("subscribe")
        await _reply(
            interaction,
            f"Nobody hears of {code_span(chosen.name)} yet, so no test was sent. {subscribe} changes that.",
        )

    @app_commands.command()
    @app_commands.describe(watchlist=LIST)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def pause(self, interaction: discord.Interaction[Masthead], watchlist: str) -> None:
        """Stop looking and telling, until the watchlist is resumed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        await watch_of(interaction).lists.pause(chosen, asker=asker_of(interaction))
        await _reply(
            interaction,
            f"The watchlist {code_span(chosen.name)} is paused. What happens meanwhile is not told later.",
        )

    @app_commands.command()
    @app_commands.describe(watchlist=LIST)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def resume(self, interaction: discord.Interaction[Masthead], watchlist: str) -> None:
        """Go on with a paused watchlist, and look again at accounts that were given up."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        service = watch_of(interaction)
        looked = await service.lists.resume(chosen, asker=asker_of(interaction))
        service.poller.wake()
        await _reply(
            interaction,
            f"The watchlist {code_span(chosen.name)} goes on. "
            f"{counted(looked, 'account')} will be looked at now.",
        )

    @app_commands.command(name="import")
    @app_commands.describe(
        watchlist=LIST, file="CSV or text with one account a line", platform="Where bare @names are"
    )
    @app_commands.choices(platform=PLATFORM_CHOICES)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def import_(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        file: discord.Attachment,
        platform: app_commands.Choice[str] | None = None,
    ) -> None:
        """Put the accounts of a file on a watchlist."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        if file.size > MAX_FILE_BYTES:
            raise InputError(TOO_LARGE)
        known = Platform(platform.value) if platform else None
        read = read_accounts(await file.read(), platform=known)
        service = watch_of(interaction)
        asker = asker_of(interaction)
        added = await service.lists.add(chosen, read.accounts, by=interaction.user.id, asker=asker)
        service.poller.wake()
        await _reply(interaction, *_imported(chosen, added, refused=read.refused))

    @app_commands.command()
    @app_commands.describe(watchlist=LIST)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def export(self, interaction: discord.Interaction[Masthead], watchlist: str) -> None:
        """Get the accounts of a watchlist as a CSV file."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        lists = watch_of(interaction).lists
        chosen = await lists.named(guild_of(interaction), watchlist)
        raw = await lists.export(chosen)
        file = discord.File(io.BytesIO(raw), filename=f"watchlist-{chosen.watchlist_id}.csv")
        await interaction.edit_original_response(
            content=f"The accounts of {code_span(chosen.name)}.", attachments=[file]
        )

    @app_commands.command()
    @app_commands.describe(
        watchlist=LIST,
        name="Another name",
        description="What it is for",
        keywords="Words to look for, with commas; off for none",
        severities="For example: new post=off, keyword=high; all=usual takes every rule back",
        editors="A role whose members may change it from now on",
        no_editors="A role whose members may no longer change it",
    )
    @app_commands.rename(no_editors="no-editors")
    @app_commands.autocomplete(watchlist=suggest_lists, severities=suggest_severities)
    async def tune(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        name: app_commands.Range[str, 1, 50] | None = None,
        description: app_commands.Range[str, 0, 200] | None = None,
        keywords: str | None = None,
        severities: str | None = None,
        editors: discord.Role | None = None,
        no_editors: discord.Role | None = None,
    ) -> None:
        """Set the name, description, keywords, severities and editors of a watchlist."""
        tuning = Tuning(
            name=name,
            description=description,
            keywords=_words(keywords),
            severities=read_severities(severities) if severities else None,
            editors=[editors.id] if editors else [],
            no_editors=[no_editors.id] if no_editors else [],
        )
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._named(interaction, watchlist)
        changed = await watch_of(interaction).lists.tune(chosen, tuning, asker=asker_of(interaction))
        lines = list(rules(changed)) or ["It has no keywords, editors or severities of its own."]
        await _reply(interaction, f"### Watchlist {code_span(changed.name)}", *lines)

    async def _named(self, interaction: discord.Interaction[Masthead], name: str) -> Watchlist:
        return await watch_of(interaction).lists.named(guild_of(interaction), name)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: what members subscribe to is kept, shown and forgotten by the Alerts cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


NOT_LIVE = "-# No live connector asks its platform here: alerts come from what is imported and checked."


async def _reply(interaction: discord.Interaction[Masthead], *lines: str) -> None:
    await interaction.edit_original_response(view=notice(*lines))


def _words(text: str | None) -> list[str] | None:
    """Return keywords as they were typed; none for "off", None where nothing was typed."""
    if text is None:
        return None
    return [] if text.strip().casefold() == "off" else text.split(",")


def _imported(watchlist: Watchlist, added: Added, *, refused: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield (
        f"{counted(len(added.new), 'account')} new on {code_span(watchlist.name)}, "
        f"{added.known} on it before, {counted(len(refused), 'line')} left out."
    )
    for line, reason in refused[:REFUSED_SHOWN]:
        yield f"-# {code_span(line)}: {discord_text(reason, limit=80)}"
    if len(refused) > REFUSED_SHOWN:
        yield f"-# and {len(refused) - REFUSED_SHOWN} more"


async def setup(bot: Masthead) -> None:
    await bot.add_cog(WatchlistCog(bot))
