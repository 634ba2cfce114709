"""What a person fills into a slash command, turned into the options of an interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.cards.limits import units
from sandbox.commands import options_of
from sandbox.errors import Impossible
from sandbox.wire import Obj, attachment_json, channel_json, member_json, user_json
from sandbox.wire_guild import role_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sandbox.world import Attachment, Channel, World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 9, 10, 11


class Filling:
    """Collects `options` and `resolved` for one use of a command.

    `attach` stores the file with that index and returns it; `focused` names the option that is being typed,
    then nothing is required, no value is held against its bounds, and `focused_kind` is that option's type.
    """

    def __init__(
        self,
        world: World,
        channel: Channel,
        *,
        attach: Callable[[int], Attachment],
        base_url: str,
        focused: str | None = None,
    ) -> None:
        self._world = world
        self._channel = channel
        self._attach = attach
        self._base_url = base_url
        self._focused = focused
        self.resolved: dict[str, Obj] = {}
        self.focused_kind = 0

    def fill(self, command: Obj, path: Sequence[str], *, values: Mapping[str, object]) -> list[Obj]:
        """Raise Impossible for what Discord's own client would not let a person send."""
        if path:
            inner = next(
                (o for o in options_of(command) if o["name"] == path[0] and o["type"] in (1, 2)), None
            )
            if inner is None:
                raise Impossible(f"/{command['name']} has no subcommand {path[0]!r}.")
            nested = self.fill(inner, path[1:], values=values)
            return [{"type": inner["type"], "name": inner["name"], "options": nested}]
        options = options_of(command)
        if any(option["type"] in (1, 2) for option in options):
            raise Impossible(f"/{command['name']} needs a subcommand.")
        unknown = values.keys() - {str(option["name"]) for option in options}
        if unknown:
            raise Impossible(f"/{command['name']} has no option {min(unknown)!r}.")
        filled = [self._one(option, values) for option in options]
        return [option for option in filled if option is not None]

    def _one(self, option: Obj, values: Mapping[str, object]) -> Obj | None:
        name = str(option["name"])
        focused = name == self._focused
        if focused and option.get("autocomplete"):
            self.focused_kind = cast("int", option["type"])
        value = values.get(name)
        if value is None or value == "":
            if option.get("required") and self._focused is None:
                raise Impossible(f"The option {name!r} is required.")
            return {"type": option["type"], "name": name, "value": "", "focused": True} if focused else None
        body: Obj = {"type": option["type"], "name": name, "value": self._value(option, value)}
        return body | {"focused": True} if focused else body

    def _value(self, option: Obj, value: object) -> object:
        kind, name = option["type"], str(option["name"])
        if self._focused is not None:
            return value
        match kind:
            case 3:
                if not isinstance(value, str):
                    raise Impossible(f"{name!r} takes text.")
                self._bounds(option, units(value), low="min_length", high="max_length", unit=" characters")
            case 4 | 10:
                if isinstance(value, bool) or not isinstance(value, int if kind == INTEGER else int | float):
                    raise Impossible(f"{name!r} takes a {'whole ' if kind == INTEGER else ''}number.")
                self._bounds(option, value, low="min_value", high="max_value", unit="")
            case 5:
                if not isinstance(value, bool):
                    raise Impossible(f"{name!r} takes yes or no.")
            case 11:
                return self._file_option(value)
            case _:
                return self._reference(cast("int", kind), name=name, value=value)
        self._choice(option, value)
        return value

    def _bounds(self, option: Obj, size: float, *, low: str, high: str, unit: str) -> None:
        least, most = option.get(low), option.get(high)
        if isinstance(least, int | float) and size < least:
            raise Impossible(f"{option['name']!r} takes at least {least}{unit}.")
        if isinstance(most, int | float) and size > most:
            raise Impossible(f"{option['name']!r} takes at most {most}{unit}.")

    def _choice(self, option: Obj, value: object) -> None:
        choices = cast("list[Obj]", option.get("choices") or [])
        if choices and value not in [choice["value"] for choice in choices]:
            raise Impossible(f"{option['name']!r} takes one of its choices.")

    def _file_option(self, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Impossible("An attachment option takes the number of a file.")
        return self.file(value)

    def file(self, index: int) -> str:
        """Store the file with this index and describe it under `resolved`; return its id."""
        attachment = self._attach(index)
        body = attachment_json(
            attachment, channel_id=self._channel.id, base_url=self._base_url, ephemeral=True
        )
        self._resolve("attachments", attachment.id, body)
        return str(attachment.id)

    def _reference(self, kind: int, *, name: str, value: object) -> str:
        if not isinstance(value, str) or not value.isdigit() or not self.resolve_id(int(value), kind=kind):
            raise Impossible(f"{name!r} takes an id that exists here.")
        return value

    def resolve_id(self, number: int, *, kind: int) -> bool:
        """Describe a user, role or channel under `resolved`; False when there is none of that kind."""
        guild = self._world.guild_of(self._channel)
        if kind in (USER, MENTIONABLE) and number in self._world.users:
            self._resolve("users", number, user_json(self._world.users[number]))
            if guild and number in guild.members:
                member = member_json(guild.members[number], with_user=False)
                self._resolve("members", number, member | {"permissions": "0"})
            return True
        if kind in (ROLE, MENTIONABLE) and guild and number in guild.roles:
            self._resolve("roles", number, role_json(guild.roles[number]))
            return True
        if kind == CHANNEL and guild and number in guild.channels:
            body = channel_json(guild.channels[number]) | {"permissions": "0"}
            self._resolve("channels", number, body)
            return True
        return False

    def attached(self, data: Obj) -> Obj:
        """`data` with what was resolved. No key at all when nothing was: an empty one misleads clients."""
        return data | {"resolved": self.resolved} if self.resolved else data

    def _resolve(self, group: str, number: int, body: Obj) -> None:
        self.resolved.setdefault(group, {})[str(number)] = body
