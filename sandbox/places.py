"""Names for what has ids, so that a recording fits a world with other ids."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, cast

from sandbox.errors import Impossible
from sandbox.hub import Change, ChannelChanged, MessageChanged
from sandbox.uploads import FilePart
from sandbox.world import Message, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.backend import Backend
    from sandbox.hub import Happening
    from sandbox.wire import Obj
    from sandbox.world import Channel


class Places:
    """Channels by name (`desk`, `dm ana`, `notes#2` for a second one) and messages by order, counted from 1.

    Begin one before anything is written: the order is that of creation, whoever wrote and whoever sees it.
    """

    def __init__(self, backend: Backend) -> None:
        self._world = backend.world
        self._channels: dict[str, Channel] = {}
        self._place: dict[int, str] = {}
        self._messages: dict[tuple[str, int], Message] = {}
        self._number: dict[int, int] = {}
        self._counts: dict[str, int] = {}
        for channel in self._world.every_channel():
            self.of(channel)
        self.close: Callable[[], None] = backend.hub.listen(self._on_happening)

    def of(self, channel: Channel) -> str:
        known = self._place.get(channel.id)
        if known is not None:
            return known
        base = channel.name or f"dm {channel.recipients[0].name}"
        name, further = base, 2
        while name in self._channels:
            name, further = f"{base}#{further}", further + 1
        self._channels[name] = channel
        self._place[channel.id] = name
        return name

    def channel(self, place: object) -> Channel:
        """Raises Impossible."""
        channel = self._channels.get(str(place))
        if channel is None:
            raise Impossible(f"There is no place called {place!r}.")
        return channel

    def number(self, message: Message) -> int:
        """Which message of its place it is. A message that was there before is 0."""
        return self._number.get(message.id, 0)

    def message(self, place: object, number: object) -> Message:
        """Raises Impossible."""
        found = self._messages.get((str(place), cast("int", number)))
        if found is None:
            raise Impossible(f"There is no message {number} in {place}.")
        return found

    def fold(self, value: object) -> object:
        """Replace what belongs to this world by names. Raises nothing: the unknown stays as it is."""
        if isinstance(value, Message):
            channel = self._world.channel(value.channel_id)
            place = "" if channel is None else self.of(channel)
            return {"$message": [place, self.number(value)]}
        if isinstance(value, User):
            return {"$id": f"user {value.name}"}
        if isinstance(value, FilePart):
            data = base64.b64encode(value.data).decode()
            return {"$file": [value.index, value.name, value.content_type, data]}
        if isinstance(value, dict):
            return {key: self.fold(entry) for key, entry in cast("Obj", value).items()}
        if isinstance(value, list):
            return [self.fold(entry) for entry in cast("list[object]", value)]
        if isinstance(value, str) and value in self.ids():
            return {"$id": self.ids()[value]}
        return value

    def unfold(self, value: object) -> object:
        """The reverse; ids come back as text. Raises Impossible for what is not there."""
        if isinstance(value, list):
            return [self.unfold(entry) for entry in cast("list[object]", value)]
        if not isinstance(value, dict):
            return value
        pairs = cast("Obj", value)
        if "$message" in pairs:
            return self.message(*cast("list[object]", pairs["$message"]))
        if "$file" in pairs:
            index, name, kind, data = cast("tuple[int, str, str, str]", pairs["$file"])
            return FilePart(index=index, name=name, content_type=kind, data=base64.b64decode(data))
        if "$id" in pairs:
            found = next((number for number, name in self.ids().items() if name == pairs["$id"]), None)
            if found is None:
                raise Impossible(f"There is no {pairs['$id']}.")
            return found
        return {key: self.unfold(entry) for key, entry in pairs.items()}

    def ids(self) -> dict[str, str]:
        """Every id of a user, role or channel, with its name."""
        named = {str(user.id): f"user {user.name}" for user in self._world.users.values()}
        for guild in self._world.guilds.values():
            named |= {str(role.id): f"role {role.name}" for role in guild.roles.values()}
        return named | {str(number): f"channel {place}" for number, place in self._place.items()}

    def _on_happening(self, happening: Happening) -> None:
        if isinstance(happening, ChannelChanged) and happening.change is Change.CREATE:
            self.of(happening.channel)
        if isinstance(happening, MessageChanged) and happening.change is Change.CREATE:
            place = self.of(happening.channel)
            number = self._counts[place] = self._counts.get(place, 0) + 1
            self._number[happening.message.id] = number
            self._messages[place, number] = happening.message
