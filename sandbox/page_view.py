"""The world as one person sees it, in the shapes of docs/sandbox-api.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hub import (
    BotConnection,
    Change,
    ChannelChanged,
    CommandsChanged,
    FaultsChanged,
    MemberChanged,
    MessageChanged,
    PersonChanged,
    ReactionChanged,
    Recorded,
    Typing,
)
from sandbox.permissions import ALL, guild_permissions
from sandbox.sight import sees_channel, sees_message, why_not_send
from sandbox.wire import Obj, message_json, user_json
from sandbox.world import ChannelType, Flag

if TYPE_CHECKING:
    from sandbox.backend import Backend
    from sandbox.hub import Happening
    from sandbox.world import Channel, Guild, Message, Person

_NEWEST = 50
_KINDS = {ChannelType.TEXT: "text", ChannelType.FORUM: "forum", ChannelType.DM: "dm"}


class View:
    def __init__(self, backend: Backend, person: Person) -> None:
        self._backend = backend
        self.person = person

    def state(self, cursor: int) -> Obj:
        backend = self._backend
        guild = next(iter(backend.world.guilds.values()))
        channels = self._channels()
        return {
            "cursor": cursor,
            "me": self.person_json(self.person),
            "people": [self.person_json(person) for person in backend.world.people.values()],
            "bot": {
                "user": user_json(backend.world.bot),
                "connected": backend.gateway.connected,
                "application_id": str(backend.world.application_id),
            },
            "guild": _guild_json(guild),
            "channels": [self.channel(channel) for channel in channels],
            "messages": {
                str(channel.id): self.messages(channel, before=None, limit=_NEWEST) for channel in channels
            },
            "commands": self.commands(),
            "faults": backend.faults.as_json(),
        }

    def person_json(self, person: Person) -> Obj:
        guild = next(iter(self._backend.world.guilds.values()))
        member = guild.members[person.user.id]
        return {
            "key": person.key,
            "user": user_json(person.user),
            "roles": [str(role_id) for role_id in sorted(member.roles)],
            "role_names": [guild.roles[role_id].name for role_id in sorted(member.roles)],
            "administrator": guild_permissions(guild, member) == ALL,
            "dms_closed": person.user.dms_closed,
        }

    def channel(self, channel: Channel) -> Obj:
        reason = why_not_send(self._backend.world, self.person.user, channel=channel)
        seen = [m.id for m in channel.messages.values() if sees_message(self.person.user, m)]
        state = channel.thread
        is_dm = channel.kind is ChannelType.DM
        return {
            "id": str(channel.id),
            "kind": "thread" if state else _KINDS[channel.kind],
            "name": self._backend.world.bot.display if is_dm else channel.name,
            "topic": channel.topic,
            "parent": None if channel.parent_id is None else str(channel.parent_id),
            "can_send": reason is None,
            "why_not": reason,
            "archived": bool(state and state.archived),
            "locked": bool(state and state.locked),
            "tags": [{"id": str(tag.id), "name": tag.name} for tag in channel.tags],
            "applied_tags": [str(tag) for tag in state.applied_tags] if state else [],
            "last_message": str(seen[-1]) if seen else None,
        }

    def messages(self, channel: Channel, *, before: int | None, limit: int) -> list[Obj]:
        """The newest ones (older than `before`), oldest first."""
        seen = [m for m in channel.messages.values() if sees_message(self.person.user, m)]
        older = [message for message in seen if before is None or message.id < before]
        return [self.message(message) for message in older[-limit:]]

    def message(self, message: Message) -> Obj:
        origin = message.origin
        return message_json(message, viewer=self.person.user.id, base_url="") | {
            "sandbox": {
                "by_bot": message.author.id == self._backend.world.bot.id,
                "ephemeral": message.ephemeral_to is not None,
                "loading": bool(message.flags & Flag.LOADING),
                "interaction": {"name": origin.name, "user": user_json(origin.user)} if origin else None,
            }
        }

    def commands(self) -> list[Obj]:
        desk = next(iter(self._channels()), None)
        return self._backend.commands.usable(self.person.user, channel=desk) if desk else []

    def sees(self, channel: Channel) -> bool:
        return sees_channel(self._backend.world, self.person.user, channel=channel)

    def events(self, happening: Happening) -> list[tuple[str, Obj]]:
        """What this person's page is told; nothing about what they may not see."""
        match happening:
            case (
                MessageChanged(channel=channel, message=message)
                | ReactionChanged(channel=channel, message=message)
            ):
                if not self.sees(channel) or not sees_message(self.person.user, message):
                    return []
                change = happening.change if isinstance(happening, MessageChanged) else Change.UPDATE
                return [self._message_event(change, channel, message=message)]
            case ChannelChanged(change=change, channel=channel):
                return [self._channel_event(change, channel)]
            case Typing(channel=channel, user=user) if self.sees(channel):
                return [("typing", {"channel": str(channel.id), "user": user_json(user)})]
            case CommandsChanged():
                return [("commands", {"commands": self.commands()})]
            case BotConnection(connected=connected):
                return [("bot", {"connected": connected})]
            case PersonChanged(person=person):
                return [("person", {"person": self.person_json(person)})]
            case FaultsChanged():
                return [("faults", {"faults": self._backend.faults.as_json()})]
            case Recorded(entry=entry):
                return [("request", {"entry": entry.as_json()})]
            case MemberChanged() | Typing():
                return []

    def _message_event(self, change: Change, channel: Channel, *, message: Message) -> tuple[str, Obj]:
        if change is Change.DELETE:
            return "message_delete", {"channel": str(channel.id), "message": str(message.id)}
        return f"message_{change}", {"channel": str(channel.id), "message": self.message(message)}

    def _channel_event(self, change: Change, channel: Channel) -> tuple[str, Obj]:
        if change is Change.DELETE or not self.sees(channel):
            return "channel_delete", {"channel": str(channel.id)}
        return f"channel_{change}", {"channel": self.channel(channel)}

    def _channels(self) -> list[Channel]:
        """In the order to show them: each channel of the guild with its threads, then direct messages."""
        world = self._backend.world
        every = [channel for channel in world.every_channel() if self.sees(channel)]
        tops = sorted(
            (c for c in every if c.guild_id is not None and c.thread is None), key=lambda c: c.position
        )
        ordered: list[Channel] = []
        for top in tops:
            ordered.append(top)
            ordered += [channel for channel in every if channel.thread and channel.parent_id == top.id]
        return ordered + [channel for channel in every if channel.guild_id is None]


def _guild_json(guild: Guild) -> Obj:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "roles": [
            {"id": str(role.id), "name": role.name, "color": role.colour, "mentionable": role.mentionable}
            for role in guild.roles.values()
        ],
        "members": [
            {"user": user_json(member.user), "roles": [str(role_id) for role_id in sorted(member.roles)]}
            for member in guild.members.values()
        ],
    }
