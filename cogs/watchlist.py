"""/watchlist: named sets of accounts that a server watches."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.accounts import Platform
from bot.cards.alerts import severity_words, title
from bot.cards.discord_layout import notice
from bot.cards.items import account_name
from bot.cards.markup import code_span, discord_text, discord_time
from bot.cards.words import PLATFORMS
from bot.checks.wording import counted
from bot.client import Masthead
from bot.errors import InputError
from bot.store.watch_records import Watched, Watchlist
from bot.watch.kinds import LEVELS, NAMES, read_severities
from bot.watch.lists import MAX_FILE_BYTES, Added, ShownList, read_account, read_accounts
from cogs.check import PLATFORM_CHOICES
from cogs.watching import (
    demand_create,
    demand_edit,
    guild_of,
    suggest_lists,
    watch_of,
)

SHOWN = 15
REFUSED_SHOWN = 5
LIST = "The watchlist"


@app_commands.guild_only()
class WatchlistCog(commands.GroupCog, name="Watchlist", group_name="watchlist"):
    """Named sets of accounts; subscriptions tell what changes about them."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

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
        demand_create(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        made = await watch_of(interaction).lists.create(
            guild_of(interaction),
            name,
            description=description,
            by=interaction.user.id,
            editor_roles=[editors.id] if editors else [],
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
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def add(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        account: str,
        platform: app_commands.Choice[str] | None = None,
    ) -> None:
        """Put an account on a watchlist."""
        ref = read_account(account, platform=Platform(platform.value) if platform else None)
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._editable(interaction, watchlist)
        service = watch_of(interaction)
        added = await service.lists.add(chosen, [ref], by=interaction.user.id)
        service.poller.wake()
        name = code_span(account_name(ref.handle, ref.platform_id, platform=ref.platform))
        where = f"{name} on {PLATFORMS[ref.platform]}"
        said = "is on" if added.new else "was on"
        live = "" if service.is_live(ref) else NOT_LIVE
        await _reply(interaction, f"{where} {said} the watchlist {code_span(chosen.name)}.{live}")

    @app_commands.command()
    @app_commands.describe(watchlist=LIST, account="@name or address", platform="Where a bare @name is")
    @app_commands.choices(platform=PLATFORM_CHOICES)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def remove(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        account: str,
        platform: app_commands.Choice[str] | None = None,
    ) -> None:
        """Take an account off a watchlist."""
        ref = read_account(account, platform=Platform(platform.value) if platform else None)
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._editable(interaction, watchlist)
        if not await watch_of(interaction).lists.remove(chosen, ref):
            raise InputError("This account is not on the watchlist. /watchlist show lists what is.")
        name = code_span(account_name(ref.handle, ref.platform_id, platform=ref.platform))
        await _reply(interaction, f"{name} is off the watchlist {code_span(chosen.name)}.")

    @app_commands.command()
    @app_commands.describe(watchlist="The watchlist; without it, all of this server")
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def show(self, interaction: discord.Interaction[Masthead], watchlist: str | None = None) -> None:
        """Show a watchlist with how its looks went, or all watchlists of this server."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        lists = watch_of(interaction).lists
        if watchlist is None:
            held = await lists.of_guild(guild_of(interaction))
            await _reply(interaction, *_overview(held))
            return
        shown = await lists.show(await lists.named(guild_of(interaction), watchlist))
        await _reply(interaction, *_show(shown))

    @app_commands.command()
    @app_commands.describe(watchlist=LIST, confirm="Write the name of the watchlist once more")
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def delete(self, interaction: discord.Interaction[Masthead], watchlist: str, confirm: str) -> None:
        """Delete a watchlist with its subscriptions and alerts, for good."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._editable(interaction, watchlist)
        if confirm.strip().casefold() != chosen.name.casefold():
            raise InputError(f"Nothing was deleted: write {code_span(chosen.name)} to confirm.")
        await watch_of(interaction).lists.delete(chosen)
        await _reply(interaction, f"The watchlist {code_span(chosen.name)} is deleted.")

    @app_commands.command()
    @app_commands.describe(watchlist=LIST)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def test(self, interaction: discord.Interaction[Masthead], watchlist: str) -> None:
        """Send a test alert to everybody who subscribes to a watchlist."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._editable(interaction, watchlist)
        service = watch_of(interaction)
        sent = await service.subscriptions.test(chosen)
        service.hurry()
        hint = "" if sent else f" {self._bot.command_link('subscribe')} makes one."
        await _reply(interaction, f"A test is on its way to {counted(sent, 'subscription')}.{hint}")

    @app_commands.command()
    @app_commands.describe(watchlist=LIST)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def pause(self, interaction: discord.Interaction[Masthead], watchlist: str) -> None:
        """Stop looking and telling, until the watchlist is resumed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._editable(interaction, watchlist)
        await watch_of(interaction).lists.pause(chosen)
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
        chosen = await self._editable(interaction, watchlist)
        service = watch_of(interaction)
        looked = await service.lists.resume(chosen)
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
        chosen = await self._editable(interaction, watchlist)
        if file.size > MAX_FILE_BYTES:
            raise InputError("The file has more than 1 MB. Split it.")
        known = Platform(platform.value) if platform else None
        refs, read = read_accounts(await file.read(), platform=known)
        service = watch_of(interaction)
        added = await service.lists.add(chosen, refs, by=interaction.user.id)
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
        description="What it is for",
        keywords="Words to look for, with commas; `off` for none",
        severities="For example: new post=off, keyword=high; `off` for the usual ones",
        editors="A role whose members may change it",
    )
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def tune(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        description: str | None = None,
        keywords: str | None = None,
        severities: str | None = None,
        editors: discord.Role | None = None,
    ) -> None:
        """Set the keywords, severities, description and editors of a watchlist."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._editable(interaction, watchlist)
        changed = chosen
        if description is not None:
            changed = replace(changed, description=description)
        if keywords is not None:
            words = [] if keywords.strip().casefold() == "off" else keywords.split(",")
            kept = dict.fromkeys(" ".join(word.split()) for word in words if word.strip())
            changed = replace(changed, keywords=tuple(kept))
        if severities is not None:
            off = severities.strip().casefold() == "off"
            changed = replace(changed, severities={} if off else read_severities(severities))
        if editors is not None:
            roles = dict.fromkeys([*changed.editor_roles, editors.id])
            changed = replace(changed, editor_roles=tuple(roles))
        changed = await watch_of(interaction).lists.change(changed)
        await _reply(interaction, f"### Watchlist {code_span(changed.name)}", *_rules(changed))

    async def _editable(self, interaction: discord.Interaction[Masthead], name: str) -> Watchlist:
        chosen = await watch_of(interaction).lists.named(guild_of(interaction), name)
        demand_edit(interaction, chosen)
        return chosen

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: what members subscribe to is kept, shown and forgotten by the Alerts cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


NOT_LIVE = (
    " No live connector asks its platform, so alerts come from what is imported and checked (docs/alerts.md)."
)


async def _reply(interaction: discord.Interaction[Masthead], *lines: str) -> None:
    await interaction.edit_original_response(view=notice(*lines))


def _overview(held: list[tuple[Watchlist, int]]) -> list[str]:
    if not held:
        return ["### Watchlists", "There is none yet; /watchlist create makes one."]
    lines = [
        f"{code_span(each.name)} · {counted(number, 'account')}{' · paused' if each.paused_at else ''}"
        for each, number in held
    ]
    return [f"### {counted(len(held), 'watchlist')}", *lines]


def _show(shown: ShownList) -> Iterator[str]:
    watchlist, items = shown.watchlist, shown.items
    yield f"### Watchlist {code_span(watchlist.name)}"
    yield f"{counted(len(items), 'account')} · {counted(shown.subscriptions, 'subscription')}"
    if watchlist.paused_at is not None:
        why = f": {watchlist.paused_why}" if watchlist.paused_why else ""
        yield f"**Paused** since {discord_time(watchlist.paused_at)}{why}. /watchlist resume goes on."
    yield from _rules(watchlist)
    # What needs a person stands first.
    ordered = sorted(items, key=lambda item: (item.parked_at is None, item.failures == 0))
    for item in ordered[:SHOWN]:
        yield _item(item)
    if len(items) > SHOWN:
        yield f"-# and {len(items) - SHOWN} more; /watchlist export lists them all"
    if shown.alerts:
        yield "**Latest alerts**"
    for alert in shown.alerts:
        what = discord_text(alert.told.what, limit=60)
        head = f"{severity_words(alert.severity)} {title(alert)} {what}"
        yield f"-# {head} {discord_time(alert.made_at, style='R')}"


def _rules(watchlist: Watchlist) -> Iterator[str]:
    if watchlist.description:
        yield code_span(watchlist.description, limit=200)
    if watchlist.editor_roles:
        yield "**Editors** " + " ".join(f"<@&{role}>" for role in watchlist.editor_roles)
    if watchlist.keywords:
        yield "**Keywords** " + " ".join(code_span(word) for word in watchlist.keywords)
    if watchlist.severities:
        levels = {value: name for name, value in LEVELS.items()}
        names = {kind.value: name for kind, name in NAMES.items()}
        rules = [f"{names.get(kind, kind)} {levels[value]}" for kind, value in watchlist.severities.items()]
        yield f"**Severities** {', '.join(rules)}"


def _item(item: Watched) -> str:
    name = code_span(account_name(item.ref.handle, item.ref.platform_id, platform=item.ref.platform))
    head = f"{name} on {PLATFORMS[item.ref.platform]}"
    if item.succeeded_at is None and item.looked_at is None:
        looked = "not looked at yet"
    elif item.succeeded_at is not None:
        looked = f"looked at {discord_time(item.succeeded_at, style='R')}"
    else:
        looked = "no look succeeded"
    if item.parked_at is not None:
        state = f"**parked** {discord_time(item.parked_at, style='R')}"
    elif item.next_look is not None:
        state = f"next {discord_time(item.next_look, style='R')}"
    else:
        state = ""
    error = f" · {discord_text(item.last_error, limit=80)}" if item.last_error else ""
    return f"{head}\n-# {' · '.join(part for part in (looked, state) if part)}{error}"


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
