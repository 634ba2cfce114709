"""The commands that the bot has registered, and who may use them."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from sandbox.errors import refusal
from sandbox.hub import CommandsChanged
from sandbox.permissions import ALL, Permission, permissions_in

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.clock import Clock, Snowflakes
    from sandbox.hub import Hub
    from sandbox.wire import Obj
    from sandbox.world import Channel, User, World

CREATES_PER_DAY = 200  # interactions/application-commands.mdx:177, per scope


class CommandBook:
    """Commands by scope: None is global, otherwise the guild's id."""

    def __init__(self, world: World, hub: Hub, *, clock: Clock, ids: Snowflakes) -> None:
        self._world = world
        self._hub = hub
        self._clock = clock
        self._ids = ids
        self._scopes: dict[int | None, list[Obj]] = {}
        self._created: dict[int | None, deque[datetime]] = {}

    def scope(self, guild_id: int | None) -> list[Obj]:
        return self._scopes.get(guild_id, [])

    def replace(self, guild_id: int | None, commands: list[Obj]) -> list[Obj]:
        """Put this set in the place of all before. A command of the same name and type keeps its id."""
        old = {_key(command): command for command in self.scope(guild_id)}
        self._count(guild_id, sum(_key(command) not in old for command in commands))
        self._scopes[guild_id] = [self._stored(c, old.get(_key(c)), guild_id=guild_id) for c in commands]
        self._hub.tell(CommandsChanged(guild_id=guild_id))
        return self._scopes[guild_id]

    def put(self, guild_id: int | None, command: Obj) -> Obj:
        """Create one command, or write over the one of the same name."""
        rest = [other for other in self.scope(guild_id) if _key(other) != _key(command)]
        self.replace(guild_id, [*rest, command])
        return self._scopes[guild_id][-1]

    def remove(self, guild_id: int | None, command_id: str) -> None:
        """Raises 10063."""
        left = [command for command in self.scope(guild_id) if command["id"] != command_id]
        if len(left) == len(self.scope(guild_id)):
            raise refusal(10063)
        self._scopes[guild_id] = left
        self._hub.tell(CommandsChanged(guild_id=guild_id))

    def usable(self, user: User, *, channel: Channel) -> list[Obj]:
        """What this person is offered here: by place, and by the default permissions of each command."""
        guild_ids = {None, channel.guild_id}
        commands = [command for guild_id in guild_ids for command in self.scope(guild_id)]
        return [c for c in commands if self.may_use(c, user, channel=channel)]

    def may_use(self, command: Obj, user: User, *, channel: Channel) -> bool:
        guild = self._world.guild_of(channel)
        contexts = command.get("contexts")
        if isinstance(contexts, list) and (1 if guild is None else 0) not in contexts:
            return False
        if guild is None:
            return command.get("dm_permission") is not False
        granted = permissions_in(guild, guild.members[user.id], channel=channel)
        if Permission.USE_APPLICATION_COMMANDS not in granted:
            return False
        needed = command.get("default_member_permissions")
        if needed is None or granted == ALL:
            return True
        return int(str(needed)) != 0 and int(str(needed)) & ~int(granted) == 0

    def find(self, command_id: str) -> Obj | None:
        commands = [command for scope in self._scopes.values() for command in scope]
        return next((command for command in commands if command["id"] == command_id), None)

    def named(self, name: str, *, kind: int = 1) -> Obj:
        """Raises KeyError."""
        for scope in self._scopes.values():
            for command in scope:
                if command["name"] == name and command["type"] == kind:
                    return command
        raise KeyError(name)

    def _count(self, guild_id: int | None, new: int) -> None:
        created = self._created.setdefault(guild_id, deque())
        now = self._clock.now()
        while created and now - created[0] > timedelta(days=1):
            created.popleft()
        if len(created) + new > CREATES_PER_DAY:
            raise refusal(30034)
        created.extend([now] * new)

    def _stored(self, command: Obj, old: Obj | None, *, guild_id: int | None) -> Obj:
        body: Obj = {
            "type": 1,
            "description": "",
            "default_member_permissions": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            "name_localizations": None,
            "description_localizations": None,
            **command,
            "id": old["id"] if old else str(self._ids.next()),
            "application_id": str(self._world.application_id),
            "version": str(self._ids.next()),
        }
        body["integration_types"] = body["integration_types"] or [0]
        permissions = body["default_member_permissions"]
        body["default_member_permissions"] = None if permissions is None else str(permissions)
        return body if guild_id is None else body | {"guild_id": str(guild_id)}


def _key(command: Obj) -> tuple[object, object]:
    return command.get("type") or 1, command.get("name")


def options_of(command: Obj) -> list[Obj]:
    options = command.get("options")
    return cast("list[Obj]", options) if isinstance(options, list) else []
