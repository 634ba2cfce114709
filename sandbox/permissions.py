"""Who may do what in which channel: topics/permissions.mdx, "Permission Overwrites"."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.world import Channel, Guild, Member


class Permission(IntFlag):
    """The permissions that the sandbox asks for; the bits are Discord's."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


P = Permission
ALL = ~P(0)
NONE = P(0)
EVERYONE = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.USE_EXTERNAL_EMOJIS
    | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.SEND_MESSAGES_IN_THREADS
)


def guild_permissions(guild: Guild, member: Member) -> Permission:
    if member.user.id == guild.owner_id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role_id in member.roles:
        granted |= guild.roles[role_id].permissions
    return ALL if granted & P.ADMINISTRATOR else granted


def permissions_in(guild: Guild, member: Member, *, channel: Channel) -> Permission:
    """Permissions after the overwrites of the channel; a thread has those of its parent."""
    granted = guild_permissions(guild, member)
    if granted == ALL:
        return ALL
    home = guild.channels[channel.parent_id] if channel.thread and channel.parent_id else channel
    everyone = home.overwrites.get(guild.id)
    if everyone:
        granted = (granted & ~everyone.deny) | everyone.allow
    roles = [home.overwrites[role_id] for role_id in member.roles if role_id in home.overwrites]
    for overwrite in roles:
        granted &= ~overwrite.deny
    for overwrite in roles:
        granted |= overwrite.allow
    own = home.overwrites.get(member.user.id)
    if own:
        granted = (granted & ~own.deny) | own.allow
    # Whoever cannot see a channel can do nothing in it.
    return granted if granted & P.VIEW_CHANNEL else NONE


def sending(channel: Channel) -> Permission:
    """The permission that sending a message needs here."""
    return P.SEND_MESSAGES_IN_THREADS if channel.thread else P.SEND_MESSAGES


def names(permissions: Permission) -> list[str]:
    return [permission.name.lower() for permission in P if permission in permissions and permission.name]
