"""What the commands about watchlists share: who may change a list, names while typing, members' words."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.cards.markup import clean, discord_time
from bot.client import Masthead
from bot.errors import InputError
from bot.store.watch_records import Cadence, Subscription, Watchlist
from bot.watch.calendar import clock
from bot.watch.kinds import NAMES
from bot.watch.lists import Editor, may_edit
from bot.watch.service import WatchService

MAX_CHOICE = 100
MAX_CHOICES = 25


def watch_of(interaction: discord.Interaction[Masthead]) -> WatchService:
    """Return the service behind the command."""
    return interaction.client.services.watch


def guild_of(interaction: discord.Interaction[Masthead]) -> int:
    """Return the server of a command. Raises InputError in direct messages."""
    if interaction.guild_id is None:
        raise InputError("Watchlists belong to a server. Use this command there.")
    return interaction.guild_id


def editor_of(interaction: discord.Interaction[Masthead]) -> Editor:
    """Return who asks, with what Discord says of their rights at this moment."""
    user = interaction.user
    roles = {role.id for role in user.roles} if isinstance(user, discord.Member) else set[int]()
    return Editor(user_id=user.id, roles=frozenset(roles), manages=interaction.permissions.manage_guild)


def demand_edit(interaction: discord.Interaction[Masthead], watchlist: Watchlist) -> None:
    """Raise InputError unless the member may change the list."""
    if may_edit(watchlist, editor_of(interaction)):
        return
    who = "its maker, members with its editor roles" if watchlist.editor_roles else "its maker"
    raise InputError(f"Only {who} and those who may manage the server can change this watchlist.")


def demand_create(interaction: discord.Interaction[Masthead]) -> None:
    """Raise InputError unless the member may make lists: what a server watches is its moderators' matter."""
    allowed = interaction.permissions
    if not (allowed.manage_guild or allowed.manage_channels or allowed.manage_messages):
        raise InputError(
            "To make a watchlist you need the permission Manage Server, Manage Channels or Manage Messages."
        )


async def suggest_lists(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer the server's lists whose name holds what is typed."""
    if interaction.guild_id is None:
        return []
    wanted = current.casefold()
    held = await watch_of(interaction).lists.of_guild(interaction.guild_id)
    return [
        app_commands.Choice(
            name=clean(f"{each.name} ({number})", limit=MAX_CHOICE), value=each.name[:MAX_CHOICE]
        )
        for each, number in held
        if wanted in each.name.casefold()
    ][:MAX_CHOICES]


def terms_words(subscription: Subscription) -> str:
    """Return what a subscriber asked for, as Discord Markdown of ours."""
    terms = subscription.terms
    where = f"<#{subscription.channel_id}>" if subscription.channel_id else "direct message"
    kinds = ", ".join(NAMES[kind] for kind in terms.events) if terms.events else "all events"
    cadence = {
        Cadence.NOW: "at once",
        Cadence.HOURLY: "hourly digest",
        Cadence.DAILY: f"daily digest at {clock(terms.digest_hour * 60)}",
    }[terms.cadence]
    parts = [where, kinds, f"from {terms.least.name.lower()}", cadence]
    if terms.quiet is not None:
        parts.append(f"quiet {clock(terms.quiet[0])}–{clock(terms.quiet[1])}")
    if terms.quiet is not None or terms.cadence is Cadence.DAILY:
        parts.append(terms.zone)
    if terms.mention_role is not None:
        parts.append(f"mentions <@&{terms.mention_role}>")
    if terms.mention_user is not None:
        parts.append(f"mentions <@{terms.mention_user}>")
    parts.append(f"since {discord_time(subscription.created_at, style='d')}")
    return " · ".join(parts)
