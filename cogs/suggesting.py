"""What is offered while an account or an entry of the registry is typed. Every command asks here."""

from __future__ import annotations

import sqlite3

import discord
from discord import app_commands

from bot.accounts import AccountRef, account_url
from bot.cards.markup import clean
from bot.client import Masthead
from bot.registry.names import Suggestion
from bot.store.searchable import search_key
from bot.store.watch_lists import items_of, list_named
from cogs.anchors import member_of
from cogs.questions import MAX_CHOICE, MAX_CHOICES, choices_of, title


async def suggest_accounts(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer accounts and sites by handle, host, or a name of whoever has them, as seen from this server."""
    offered: dict[str, str] = {}
    for suggestion in await _accounts(interaction, current):
        for choice in choices_of([suggestion.ref]):
            offered.setdefault(choice.value, suggestion.label)
    return _choices(offered)


async def suggest_entries(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer entities that are called so or nearly so, seen from this server, then accounts."""
    offered: dict[str, str] = {}
    services = interaction.client.services
    found = await services.curation.seen(
        member_of(interaction), services.names.find, current, limit=MAX_CHOICES
    )
    for entity, name in found:
        also = f" ({name})" if name != entity.name else ""
        offered.setdefault(entity.key, f"{entity.name}{also} · {entity.kind}")
    if len(offered) < MAX_CHOICES:
        for suggestion in await _accounts(interaction, current):
            try:
                offered.setdefault(account_url(suggestion.ref), suggestion.label)
            except ValueError:
                continue  # no address that would read back as this account
    return _choices(offered)


async def suggest_watched(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer the accounts of the watchlist that was chosen before."""
    typed: str | None = getattr(interaction.namespace, "watchlist", None)
    if interaction.guild_id is None or not typed:
        return []
    watched = await interaction.client.services.database.read(_watched, interaction.guild_id, name=typed)
    wanted = search_key(current)
    chosen = choices_of([ref for ref in watched if wanted in search_key(title(ref))])
    return _choices({choice.value: choice.label for choice in chosen})


def _watched(connection: sqlite3.Connection, guild_id: int, *, name: str) -> list[AccountRef]:
    watchlist = list_named(connection, guild_id, name=name)
    return [] if watchlist is None else [item.ref for item in items_of(connection, watchlist.watchlist_id)]


async def _accounts(interaction: discord.Interaction[Masthead], current: str) -> list[Suggestion]:
    services = interaction.client.services
    return await services.curation.seen(
        member_of(interaction), services.names.suggest, current, limit=MAX_CHOICES
    )


def _choices(offered: dict[str, str]) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=clean(label, limit=MAX_CHOICE), value=value)
        for value, label in offered.items()
        if len(value) <= MAX_CHOICE
    ][:MAX_CHOICES]
