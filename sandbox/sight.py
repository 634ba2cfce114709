"""What a person may see and do, apart from the bot's own permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Impossible
from sandbox.permissions import Permission, permissions_in, sending
from sandbox.world import ChannelType

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.world import Channel, Message, User, World


def sees_channel(world: World, user: User, *, channel: Channel) -> bool:
    guild = world.guild_of(channel)
    if guild is None:
        return user in channel.recipients
    member = guild.members.get(user.id)
    return member is not None and Permission.VIEW_CHANNEL in permissions_in(guild, member, channel=channel)


def sees_message(user: User, message: Message) -> bool:
    return message.ephemeral_to in {None, user.id}


def why_not_send(world: World, user: User, *, channel: Channel) -> str | None:
    """None when the person may write here, else one sentence."""
    if channel.kind is ChannelType.FORUM:
        return "A forum holds posts: write in one of them."
    if channel.thread and channel.thread.locked:
        return "This thread is locked."
    guild = world.guild_of(channel)
    if guild is None:
        return None
    granted = permissions_in(guild, guild.members[user.id], channel=channel)
    return None if sending(channel) in granted else "You do not have permission to write in this channel."


def slow_mode_left_s(world: World, user: User, *, channel: Channel, now: datetime) -> float:
    """Seconds until the person may write again; 0 where slow mode is off or does not concern them."""
    guild = world.guild_of(channel)
    if not channel.slow_mode_s or guild is None:
        return 0.0
    granted = permissions_in(guild, guild.members[user.id], channel=channel)
    # resources/channel.mdx, `rate_limit_per_user`: who manages messages or channels is not slowed down.
    if granted & (Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS):
        return 0.0
    mine = [m.created for m in channel.messages.values() if m.author.id == user.id]
    return max(0.0, channel.slow_mode_s - (now - mine[-1]).total_seconds()) if mine else 0.0


def visible_channel(world: World, user: User, *, channel_id: int) -> Channel:
    """Raises Impossible."""
    channel = world.channel(channel_id)
    if channel is None or not sees_channel(world, user, channel=channel):
        raise Impossible("There is no such channel.", status=404)
    return channel


def visible_message(world: World, user: User, *, message_id: int) -> tuple[Channel, Message]:
    """Raises Impossible."""
    found = world.find_message(message_id)
    if found and sees_channel(world, user, channel=found[0]) and sees_message(user, found[1]):
        return found
    raise Impossible("There is no such message.", status=404)
