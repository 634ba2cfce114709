"""What the gateway tells the bot about a happening, and the intent it needs for that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from sandbox.hub import Change, ChannelChanged, MemberChanged, MessageChanged, ReactionChanged, Typing
from sandbox.permissions import Permission, permissions_in
from sandbox.wire import Obj, channel_json, member_json, message_json, user_json

if TYPE_CHECKING:
    from sandbox.hub import Happening
    from sandbox.world import Channel, Message, World


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    GUILD_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    DIRECT_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """`bare` replaces `data` for sessions without the MESSAGE_CONTENT intent."""

    event: str
    data: Obj
    intent: Intent | None
    guild_id: int | None
    bare: Obj | None = None


def of_happening(happening: Happening, *, world: World, base_url: str) -> Dispatch | None:
    match happening:
        case MessageChanged():
            return _message(happening, world=world, base_url=base_url)
        case ChannelChanged(change=change, channel=channel) if channel.guild_id is not None:
            noun = "THREAD" if channel.thread else "CHANNEL"
            return Dispatch(
                event=f"{noun}_{change.name}",
                data=channel_json(channel),
                intent=Intent.GUILDS,
                guild_id=channel.guild_id,
            )
        case ReactionChanged():
            return _reaction(happening, world=world)
        case Typing(channel=channel, user=user) if not user.bot:
            place: Obj = {"channel_id": str(channel.id), "user_id": str(user.id), "timestamp": 0}
            return Dispatch(
                event="TYPING_START",
                data=place | _guild(channel),
                intent=_either(channel, Intent.GUILD_TYPING, Intent.DIRECT_TYPING),
                guild_id=channel.guild_id,
            )
        case MemberChanged(guild_id=guild_id, member=member) if member.user.id == world.bot.id:
            # The bot hears of changes to itself without the members intent.
            data = member_json(member) | {"guild_id": str(guild_id)}
            return Dispatch(event="GUILD_MEMBER_UPDATE", data=data, intent=None, guild_id=guild_id)
        case _:
            return None


def _message(happening: MessageChanged, *, world: World, base_url: str) -> Dispatch | None:
    message, channel = happening.message, happening.channel
    # Ephemeral messages never travel over the gateway; nor does what the bot may not see.
    if message.ephemeral_to is not None or not _visible(channel, world):
        return None
    intent = _either(channel, Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES)
    event = f"MESSAGE_{happening.change.name}"
    if happening.change is Change.DELETE:
        gone: Obj = {"id": str(message.id), "channel_id": str(channel.id)}
        return Dispatch(event=event, data=gone | _guild(channel), intent=intent, guild_id=channel.guild_id)
    data = message_json(message, viewer=world.bot.id, base_url=base_url) | _guild(channel)
    guild = world.guild_of(channel)
    if guild and message.author.id in guild.members:
        data["member"] = member_json(guild.members[message.author.id], with_user=False)
    bare: Obj | None = None
    if channel.guild_id is not None and not _bot_reads(message, world):
        nothing: list[object] = []
        bare = data | {"content": "", "embeds": nothing, "attachments": nothing, "components": nothing}
    return Dispatch(event=event, data=data, intent=intent, guild_id=channel.guild_id, bare=bare)


def _bot_reads(message: Message, world: World) -> bool:
    """Messages that carry their content without the intent (events/gateway.mdx:496-498)."""
    return message.author.id == world.bot.id or any(user.id == world.bot.id for user in message.mentions)


def _visible(channel: Channel, world: World) -> bool:
    guild = world.guild_of(channel)
    if guild is None:
        return True
    return bool(permissions_in(guild, guild.members[world.bot.id], channel=channel) & Permission.VIEW_CHANNEL)


def _reaction(happening: ReactionChanged, *, world: World) -> Dispatch | None:
    channel, message = happening.channel, happening.message
    if message.ephemeral_to is not None or not _visible(channel, world):
        return None
    data: Obj = {
        "user_id": str(happening.user.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": happening.emoji},
        "burst": False,
        "type": 0,
        "message_author_id": str(message.author.id),
        "user": user_json(happening.user),
    }
    return Dispatch(
        event=f"MESSAGE_REACTION_{'ADD' if happening.on else 'REMOVE'}",
        data=data | _guild(channel),
        intent=_either(channel, Intent.GUILD_REACTIONS, Intent.DIRECT_REACTIONS),
        guild_id=channel.guild_id,
    )


def _guild(channel: Channel) -> Obj:
    return {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}


def _either(channel: Channel, guild: Intent, direct: Intent) -> Intent:
    return direct if channel.guild_id is None else guild
