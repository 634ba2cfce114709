"""What exists in the sandbox: guilds, channels, people, messages. Plain values; services change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sandbox.permissions import NONE, Permission


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class Flag(IntEnum):
    """Message flags (resources/message.mdx)."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    COMPONENTS_V2 = 1 << 15


@dataclass(slots=True, kw_only=True)
class User:
    id: int
    name: str
    display: str
    bot: bool = False
    dms_closed: bool = False


@dataclass(slots=True, kw_only=True)
class Role:
    id: int
    name: str
    permissions: Permission
    position: int
    colour: int = 0
    mentionable: bool = False


@dataclass(slots=True, kw_only=True)
class Member:
    user: User
    joined_at: datetime
    roles: set[int] = field(default_factory=set[int])


@dataclass(slots=True, kw_only=True)
class Overwrite:
    """Permissions given and taken in one channel. `is_member` tells a member's from a role's."""

    id: int
    is_member: bool
    allow: Permission = NONE
    deny: Permission = NONE


@dataclass(slots=True, kw_only=True)
class ThreadState:
    owner_id: int
    created: datetime
    archived: bool = False
    locked: bool = False
    archive_after_minutes: int = 1440
    applied_tags: list[int] = field(default_factory=list[int])
    members: set[int] = field(default_factory=set[int])


@dataclass(slots=True, kw_only=True)
class Tag:
    id: int
    name: str


@dataclass(slots=True, kw_only=True)
class Attachment:
    """`pixels` are width and height of a picture."""

    id: int
    name: str
    content_type: str
    data: bytes
    secret: str
    description: str | None = None
    pixels: tuple[int, int] | None = None


@dataclass(slots=True, kw_only=True)
class Origin:
    """The interaction that a message answers.

    `message_id` is the message whose component was used, `trigger` what opened the modal that was submitted.
    """

    id: int
    kind: int
    name: str
    user: User
    message_id: int | None = None
    trigger: Origin | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """`ephemeral_to` is the one user who sees it. `nonce` is kept for de-duplication."""

    id: int
    channel_id: int
    author: User
    created: datetime
    content: str = ""
    edited: datetime | None = None
    kind: int = 0
    flags: int = 0
    tts: bool = False
    embeds: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    components: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    mentions: list[User] = field(default_factory=list[User])
    mention_roles: list[int] = field(default_factory=list[int])
    mention_everyone: bool = False
    reactions: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    reply_to: int | None = None
    webhook_id: int | None = None
    nonce: str | int | None = None
    origin: Origin | None = None
    ephemeral_to: int | None = None


@dataclass(slots=True, kw_only=True)
class Channel:
    """`recipients` are the people of a direct message beside the bot; `guild_id` is None there."""

    id: int
    kind: ChannelType
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    topic: str | None = None
    slow_mode_s: int = 0
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict[int, Overwrite])
    tags: list[Tag] = field(default_factory=list[Tag])
    thread: ThreadState | None = None
    recipients: list[User] = field(default_factory=list[User])
    messages: dict[int, Message] = field(default_factory=dict[int, Message])
    old_edits: list[datetime] = field(default_factory=list[datetime])


@dataclass(slots=True, kw_only=True)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    channels: dict[int, Channel] = field(default_factory=dict[int, Channel])


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody to act as."""

    key: str
    user: User


@dataclass(slots=True, kw_only=True)
class World:
    application_id: int
    bot: User
    guilds: dict[int, Guild] = field(default_factory=dict[int, Guild])
    users: dict[int, User] = field(default_factory=dict[int, User])
    dms: dict[int, Channel] = field(default_factory=dict[int, Channel])
    people: dict[str, Person] = field(default_factory=dict[str, Person])

    def channel(self, channel_id: int) -> Channel | None:
        if channel_id in self.dms:
            return self.dms[channel_id]
        return next(
            (guild.channels[channel_id] for guild in self.guilds.values() if channel_id in guild.channels),
            None,
        )

    def guild_of(self, channel: Channel) -> Guild | None:
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def named(self, name: str) -> Channel:
        """Find a guild channel or thread by its name, for tests and scripts. Raises KeyError."""
        for guild in self.guilds.values():
            for channel in guild.channels.values():
                if channel.name == name:
                    return channel
        raise KeyError(name)

    def dm_with(self, user: User) -> Channel | None:
        return next((channel for channel in self.dms.values() if user in channel.recipients), None)

    def find_message(self, message_id: int) -> tuple[Channel, Message] | None:
        for channel in self.every_channel():
            if message_id in channel.messages:
                return channel, channel.messages[message_id]
        return None

    def every_channel(self) -> list[Channel]:
        channels = [channel for guild in self.guilds.values() for channel in guild.channels.values()]
        return channels + list(self.dms.values())
