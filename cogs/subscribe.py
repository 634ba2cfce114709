"""/subscribe and /unsubscribe: who hears of a watchlist, where, when and of what."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.discord_layout import notice
from bot.cards.markup import code_span
from bot.cards.terms import terms_words
from bot.checks.wording import quoted
from bot.client import Masthead
from bot.errors import InputError, NotAllowedError
from bot.store.watch_records import Cadence, Severity, Terms, Watchlist
from bot.store.watch_subscriptions import same_subscription
from bot.watch.calendar import read_quiet, read_zone
from bot.watch.kinds import read_kinds
from bot.watch.rights import demand_place
from cogs.own_subscriptions import TryButton
from cogs.watching import asker_of, guild_of, suggest_events, suggest_lists, suggest_zones, watch_of

SEVERITIES = [app_commands.Choice(name=severity.name.lower(), value=int(severity)) for severity in Severity]
CADENCES: list[app_commands.Choice[str]] = [
    app_commands.Choice(name="at once", value=Cadence.NOW.value),
    app_commands.Choice(name="hourly digest", value=Cadence.HOURLY.value),
    app_commands.Choice(name="daily digest", value=Cadence.DAILY.value),
]


class SubscribeCog(commands.Cog, name="Subscribe"):
    """Alerts of a watchlist, in a channel or thread or by direct message."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        watchlist="The watchlist to hear of",
        channel="Where alerts go; without it, this channel",
        direct="Tell you by direct message instead",
        events="For example: half-attribution, handle changed; without it, all",
        severity="The least severity to hear of; without it, medium",
        cadence="At once, or together in a digest",
        quiet="Hours without alerts, such as 22:00-07:00; they come together afterwards",
        zone="Your time zone, such as Europe/Lisbon, for quiet hours and the daily digest",
        digest_hour="Hour of the daily digest in your time zone",
        mention="A role or member to ping",
    )
    @app_commands.choices(severity=SEVERITIES)
    @app_commands.choices(cadence=CADENCES)
    @app_commands.autocomplete(watchlist=suggest_lists, events=suggest_events, zone=suggest_zones)
    async def subscribe(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        channel: discord.TextChannel | discord.Thread | None = None,
        direct: bool = False,  # noqa: FBT001, FBT002  # an option of the command
        events: str = "",
        severity: app_commands.Choice[int] | None = None,
        cadence: app_commands.Choice[str] | None = None,
        quiet: str = "",
        zone: str = "",
        digest_hour: app_commands.Range[int, 0, 23] = 9,
        mention: discord.Role | discord.Member | None = None,
    ) -> None:
        """Hear of what changes about the accounts of a watchlist."""
        terms = Terms(
            events=read_kinds(events),
            least=Severity(severity.value) if severity else Severity.MEDIUM,
            cadence=Cadence(cadence.value) if cadence else Cadence.NOW,
            digest_hour=digest_hour,
            quiet=read_quiet(quiet),
            zone=read_zone(zone),
            mention_role=mention.id if isinstance(mention, discord.Role) else None,
            mention_user=mention.id if isinstance(mention, discord.Member) else None,
        )
        _demand_mention(interaction, mention, direct=direct)
        if direct and channel is not None:
            raise InputError(
                "Choose one place: a channel, or direct messages. Leave `channel` or `direct` out."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        service = watch_of(interaction)
        chosen = await service.lists.named(guild_of(interaction), watchlist)
        target = None if direct else _target(interaction, chosen, channel)
        subscription, new = await service.subscriptions.subscribe(
            chosen,
            user_id=interaction.user.id,
            channel_id=target,
            made_in=interaction.channel_id or target or 0,
            terms=terms,
            asker=asker_of(interaction),
        )
        head = "Subscribed to" if new else "Changed: the subscription to"
        await interaction.edit_original_response(
            view=notice(
                f"{head} {code_span(chosen.name)}.",
                f"-# {terms_words(subscription)}",
                *_cautions(interaction, terms, mention=mention, zoned=bool(zone.strip())),
                *([] if new else ["-# What you left out is as usual again."]),
                f"{self._bot.command_link('alerts')} shows and ends what you subscribed to.",
                below=[TryButton(subscription.subscription_id)],
            )
        )

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        watchlist="The watchlist",
        channel="Where its alerts went; without it, this channel",
        direct="Your direct messages instead",
    )
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def unsubscribe(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        channel: discord.TextChannel | discord.Thread | None = None,
        direct: bool = False,  # noqa: FBT001, FBT002  # an option of the command
    ) -> None:
        """Hear no more of a watchlist here, or by direct message."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        service = watch_of(interaction)
        chosen = await service.lists.named(guild_of(interaction), watchlist)
        channel_id = None if direct else (channel.id if channel else interaction.channel_id)
        held = await self._bot.services.database.read(
            same_subscription, chosen.watchlist_id, channel_id=channel_id, user_id=interaction.user.id
        )
        if held is None:
            raise InputError(
                f"There is no such subscription to {quoted(chosen.name)}. Name the channel whose alerts are "
                "to end, or see /alerts, which shows and ends what you subscribed to."
            )
        await service.subscriptions.end(held.subscription_id, asker=asker_of(interaction))
        where = f"<#{channel_id}>" if channel_id else "Your direct messages"
        await interaction.edit_original_response(
            view=notice(f"{where}: no more alerts of {code_span(chosen.name)}.")
        )

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing of its own: subscriptions are kept, shown and forgotten by the Alerts cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


def _target(
    interaction: discord.Interaction[Masthead],
    watchlist: Watchlist,
    channel: discord.TextChannel | discord.Thread | None,
) -> int:
    """Return the channel that is to be told, after the rights of both sides were asked."""
    demand_place(watchlist, asker_of(interaction))
    if channel is None:
        if interaction.channel_id is None:
            raise InputError("Name a channel, or choose `direct` for direct messages.")
        mine = interaction.app_permissions
        number, thread = interaction.channel_id, isinstance(interaction.channel, discord.Thread)
    else:
        guild = channel.guild
        mine = channel.permissions_for(guild.me)
        theirs = interaction.user
        if isinstance(theirs, discord.Member) and not channel.permissions_for(theirs).view_channel:
            raise NotAllowedError("You cannot see that channel. Choose one that you can see.")
        number, thread = channel.id, isinstance(channel, discord.Thread)
    lacking = _lacking(mine, thread=thread)
    if lacking:
        raise InputError(
            f"I lack {', '.join(lacking)} in that channel. Ask an administrator to give me these there."
        )
    return number


def _lacking(mine: discord.Permissions, *, thread: bool) -> list[str]:
    needed = discord.Permissions(
        view_channel=True,
        send_messages=not thread,
        send_messages_in_threads=thread,
        embed_links=True,
        read_message_history=True,
    )
    missing = discord.Permissions(needed.value & ~mine.value)
    # The library calls View Channel by its old name.
    return [
        name.replace("read_messages", "view_channel").replace("_", " ").title() for name, on in missing if on
    ]


def _demand_mention(
    interaction: discord.Interaction[Masthead],
    mention: discord.Role | discord.Member | None,
    *,
    direct: bool,
) -> None:
    """Raise InputError where a mention would annoy, or would not arrive."""
    if mention is None:
        return
    if direct:
        raise InputError("A direct message needs no mention: it notifies you. Leave `mention` out.")
    if isinstance(mention, discord.Role):
        if mention.is_default():
            raise InputError("Alerts never mention everyone. Choose a role or a member.")
        if not mention.mentionable and not interaction.permissions.mention_everyone:
            raise NotAllowedError(
                "This role cannot be mentioned by everybody, and you lack Mention Everyone. Choose another "
                "role, or ask an administrator to allow mentions of it."
            )
    elif mention.id != interaction.user.id and not interaction.permissions.manage_channels:
        raise NotAllowedError(
            "Only those with Manage Channels can have another member mentioned. Choose yourself or a role."
        )


def _cautions(
    interaction: discord.Interaction[Masthead],
    terms: Terms,
    *,
    mention: discord.Role | discord.Member | None,
    zoned: bool,
) -> Iterator[str]:
    """Yield what will not work as it looks."""
    if not zoned and (terms.quiet is not None or terms.cadence is Cadence.DAILY):
        yield "These hours are UTC. Name your time zone at `zone` to have them in yours."
    mine = interaction.app_permissions
    if isinstance(mention, discord.Role) and not mention.mentionable and not mine.mention_everyone:
        yield (
            f"{mention.mention} will be named and not notified: the role allows no mentions, and I lack "
            "Mention Everyone. An administrator can change either."
        )


async def setup(bot: Masthead) -> None:
    await bot.add_cog(SubscribeCog(bot))
