"""What the commands about watchlists share: who asks, what they typed, names while typing."""

from __future__ import annotations

from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.accounts import AccountRef, Platform
from bot.cards.items import account_name
from bot.cards.markup import clean, code_span
from bot.cards.words import PLATFORMS
from bot.checks.wording import Word, listing, quoted
from bot.client import Masthead
from bot.errors import AmbiguousError, InputError
from bot.watch.kinds import LEVELS, NAMES, USUAL
from bot.watch.list_files import read_account
from bot.watch.rights import Asker
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


def asker_of(interaction: discord.Interaction[Masthead]) -> Asker:
    """Return who asks, with what Discord says of their rights at this moment."""
    user, granted = interaction.user, interaction.permissions
    if interaction.guild_id is None:
        # Discord grants everything in a conversation of two, which says nothing about a server.
        return Asker(user_id=user.id)
    roles = {role.id for role in user.roles} if isinstance(user, discord.Member) else set[int]()
    return Asker(
        user_id=user.id,
        roles=frozenset(roles),
        manages_server=granted.manage_guild,
        manages_channels=granted.manage_channels,
        manages_messages=granted.manage_messages,
    )


def account_of(text: str, platform: app_commands.Choice[str] | None) -> AccountRef:
    """Return the account that somebody typed. Raises InputError in the words of a command."""
    try:
        return read_account(text, platform=Platform(platform.value) if platform else None)
    except AmbiguousError as error:
        named = listing(Word(PLATFORMS[each]) for each in dict.fromkeys(c.platform for c in error.choices))
        raise InputError(
            f"{quoted(text)} may be an account on several platforms ({named}). Choose the platform, or give "
            "the account's address."
        ) from error


def shown_account(ref: AccountRef) -> str:
    """Return "`@name` on X"."""
    name = account_name(ref.handle, ref.platform_id, platform=ref.platform)
    return f"{code_span(name)} on {PLATFORMS[ref.platform]}"


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


async def suggest_events(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer what the last of the events being typed may become."""
    before, _, last = current.rpartition(",")
    return _continued(before, [name for name in NAMES.values() if last.strip().casefold() in name])


async def suggest_severities(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer what the last of the rules being typed may become: first the event, then its level."""
    before, _, last = current.rpartition(",")
    name, separator, level = (piece.strip().casefold() for piece in last.partition("="))
    if not separator:
        return _continued(before, [f"{each}=" for each in ("all", *NAMES.values()) if name in each])
    levels = [each for each in (*LEVELS, USUAL) if each.startswith(level)]
    return _continued(before, [f"{name}={each}" for each in levels])


async def suggest_zones(
    interaction: discord.Interaction[Masthead], current: str
) -> list[app_commands.Choice[str]]:
    """Offer time zones whose name holds what is typed."""
    wanted = current.strip().casefold().replace(" ", "_")
    found = [zone for zone in _ZONES if wanted in zone.casefold()]
    # A city before the regions that hold the same letters.
    found.sort(key=lambda zone: not zone.casefold().rpartition("/")[2].startswith(wanted))
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:MAX_CHOICES]]


def _continued(before: str, offered: list[str]) -> list[app_commands.Choice[str]]:
    head = f"{before.strip()}, " if before.strip() else ""
    texts = [head + each for each in offered]
    return [app_commands.Choice(name=text, value=text) for text in texts if len(text) <= MAX_CHOICE][
        :MAX_CHOICES
    ]


# Read once: it walks the zones' files.
_ZONES = ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and zone[:4] != "Etc/")]
