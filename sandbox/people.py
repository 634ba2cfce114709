"""A person does something: types a command, presses a button, writes a message."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from bot.cards.limits import units
from sandbox.acts import Act, Action
from sandbox.asking import Asking, Outcome, describe
from sandbox.components import walk
from sandbox.errors import Impossible
from sandbox.hub import PersonChanged
from sandbox.interactions import Asked
from sandbox.modals import ModalFilling, ShownModal, choose_in_select
from sandbox.options import Filling
from sandbox.permissions import Permission, permissions_in
from sandbox.sight import sees_message, slow_mode_left_s, why_not_send
from sandbox.uploads import FilePart
from sandbox.wire import Obj, member_json, user_json
from sandbox.world import Attachment, Channel, Message, User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.backend import Backend
    from sandbox.world import Person

_BUTTON, _LINK = 2, 5
_SELECTS = (3, 5, 6, 7, 8)


class Actor:
    """One person with hands. Every act raises Impossible for what Discord's client would not allow."""

    def __init__(self, backend: Backend, person: Person) -> None:
        self._backend = backend
        self._asking = Asking(backend, person.user)
        self.person = person

    @property
    def user(self) -> User:
        return self.person.user

    @property
    def dm(self) -> Channel:
        """The conversation with the bot. Raises KeyError when there is none."""
        channel = self._backend.world.dm_with(self.user)
        if channel is None:
            raise KeyError(self.person.key)
        return channel

    async def slash(
        self,
        name: str,
        options: Mapping[str, object] | None = None,
        *,
        channel: Channel | None = None,
        files: Sequence[FilePart] = (),
    ) -> Outcome:
        """`name` is the command with its subcommands, `watchlist add`. Raises KeyError for an unknown one."""
        head, *path = name.split()
        command = self._backend.commands.named(head)
        return await self.command(command, options or {}, channel=self._here(channel), path=path, files=files)

    async def command(
        self,
        command: Obj,
        options: Mapping[str, object],
        *,
        channel: Channel,
        path: Sequence[str] = (),
        files: Sequence[FilePart] = (),
    ) -> Outcome:
        self._may_use(command, channel)
        filling = self._filling(channel, files)
        filled = filling.fill(command, path, values=options)
        self._note(f"/{' '.join([str(command['name']), *path])}", dict(options), channel=channel)
        data = filling.attached(_command_data(command) | {"options": filled})
        called = {"command": _called(command, path), "options": dict(options), "files": list(files)}
        act = self._begin(Action.COMMAND, called, channel=channel)
        return self._told(
            act, await self._asking.ask(Asked.COMMAND, data, name=str(command["name"]), channel=channel)
        )

    async def complete(
        self,
        name: str,
        focused: str,
        *,
        options: Mapping[str, object],
        channel: Channel | None = None,
    ) -> Outcome:
        """What is offered while the option `focused` is being typed; see `Outcome.choices`."""
        head, *path = name.split()
        return await self.autocomplete(
            self._backend.commands.named(head),
            focused,
            path=path,
            options=options,
            channel=self._here(channel),
        )

    async def autocomplete(
        self,
        command: Obj,
        focused: str,
        *,
        path: Sequence[str],
        options: Mapping[str, object],
        channel: Channel,
    ) -> Outcome:
        self._may_use(command, channel)
        filling = self._filling(channel, (), focused=focused)
        filled = filling.fill(command, path, values=options)
        kind = filling.focused_kind
        if not kind:
            raise Impossible(f"The option {focused!r} has no autocompletion.")
        data = filling.attached(_command_data(command) | {"options": filled})
        typed = {"command": _called(command, path), "options": dict(options), "focused": focused}
        act = self._begin(Action.AUTOCOMPLETE, typed, channel=channel)
        return self._told(
            act,
            await self._asking.ask(
                Asked.AUTOCOMPLETE, data, name=str(command["name"]), channel=channel, focused_kind=kind
            ),
        )

    async def menu(self, name: str, target: Message) -> Outcome:
        """Use a message menu, found by its name. Raises KeyError for an unknown one."""
        return await self.message_menu(self._backend.commands.named(name, kind=3), target)

    async def message_menu(self, command: Obj, target: Message) -> Outcome:
        channel = self._channel_of(target)
        self._may_use(command, channel)
        described = describe(self._backend, target)
        resolved = {"messages": {str(target.id): described}}
        data = _command_data(command) | {"target_id": str(target.id), "resolved": resolved}
        self._note(f"{command['name']} (message menu)", {"target": str(target.id)}, channel=channel)
        used = {"command": str(command["name"]), "message": target}
        act = self._begin(Action.MESSAGE_MENU, used, channel=channel)
        return self._told(
            act, await self._asking.ask(Asked.COMMAND, data, name=str(command["name"]), channel=channel)
        )

    async def user_menu(self, command: Obj, target: User, *, channel: Channel) -> Outcome:
        self._may_use(command, channel)
        resolved: Obj = {"users": {str(target.id): user_json(target)}}
        guild = self._backend.world.guild_of(channel)
        if guild and target.id in guild.members:
            member = member_json(guild.members[target.id], with_user=False) | {"permissions": "0"}
            resolved["members"] = {str(target.id): member}
        data = _command_data(command) | {"target_id": str(target.id), "resolved": resolved}
        self._note(f"{command['name']} (user menu)", {"target": str(target.id)}, channel=channel)
        used = {"command": str(command["name"]), "user": target}
        act = self._begin(Action.USER_MENU, used, channel=channel)
        return self._told(
            act, await self._asking.ask(Asked.COMMAND, data, name=str(command["name"]), channel=channel)
        )

    async def click(self, message: Message, custom_id: str) -> Outcome:
        button = self._component(message, custom_id, kinds=(_BUTTON,))
        act = self._begin(
            Action.CLICK, {"message": message, "component": button}, channel=self._channel_of(message)
        )
        return self._told(act, await self._use(message, button, extra={}))

    async def choose(self, message: Message, custom_id: str, *, values: Sequence[str]) -> Outcome:
        select = self._component(message, custom_id, kinds=_SELECTS)
        filling = self._filling(self._channel_of(message), ())
        chosen = choose_in_select(select, list(values), filling=filling)
        used = {"message": message, "component": select, "values": list(values)}
        act = self._begin(Action.CHOOSE, used, channel=self._channel_of(message))
        return self._told(act, await self._use(message, select, extra=filling.attached({"values": chosen})))

    async def submit(
        self, modal: ShownModal, values: Mapping[str, object], *, files: Sequence[FilePart] = ()
    ) -> Outcome:
        """Send a modal, once."""
        opener = modal.opener
        if opener.user.id != self.user.id or modal.id not in self._backend.modals:
            raise Impossible("This form is not open any more.", status=404)
        filling = self._filling(opener.channel, files)
        components = ModalFilling(modal, values, filling=filling).components()
        del self._backend.modals[modal.id]
        data = filling.attached({"custom_id": modal.custom_id, "components": components})
        self._note(f"submits {modal.title!r}", dict(values), channel=opener.channel)
        filled = {"modal": modal, "values": dict(values), "files": list(files)}
        act = self._begin(Action.SUBMIT, filled, channel=opener.channel)
        outcome = await self._asking.ask(
            Asked.MODAL,
            data,
            name=opener.name,
            channel=opener.channel,
            source=opener.source,
            opener=opener,
        )
        return self._told(act, outcome)

    def say(
        self,
        content: str,
        *,
        channel: Channel | None = None,
        files: Sequence[FilePart] = (),
        reply_to: int | None = None,
    ) -> Message:
        place = self._here(channel)
        reason = why_not_send(self._backend.world, self.user, channel=place)
        if reason:
            raise Impossible(reason, status=403)
        left_s = slow_mode_left_s(
            self._backend.world, self.user, channel=place, now=self._backend.clock.now()
        )
        if left_s:
            raise Impossible(f"Slow mode is on: write again in {ceil(left_s)} s.", status=429)
        if not content.strip() and not files:
            raise Impossible("Write something or add a file.")
        if units(content) > 2000:
            raise Impossible("A message has at most 2,000 characters.")
        if len(files) > 10:
            raise Impossible("A message has at most 10 files.")
        body: Obj = {"content": content, "allowed_mentions": {"parse": ["users", "roles", "everyone"]}}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to)}
        self._note("writes", content, channel=place)
        replied = place.messages.get(reply_to) if reply_to is not None else None
        said = {"content": content, "reply_to": replied, "files": list(files)}
        self._begin(Action.SAY, said, channel=place)
        return self._backend.messages.send(
            place, body, author=self.user, files=files, kind=0 if reply_to is None else 19
        )

    def react(self, message: Message, emoji: str, *, on: bool = True) -> None:
        channel = self._channel_of(message)
        if message.ephemeral_to is not None:
            raise Impossible("Nobody can react to a message that only one person sees.")
        self._begin(Action.REACT, {"message": message, "emoji": emoji, "on": on}, channel=channel)
        self._backend.messages.react(channel, message, user=self.user, emoji=emoji, on=on)

    def delete(self, message: Message) -> None:
        """Take away one's own message; who may manage messages may take away any."""
        channel = self._channel_of(message)
        guild = self._backend.world.guild_of(channel)
        manages = guild is not None and Permission.MANAGE_MESSAGES in permissions_in(
            guild, guild.members[self.user.id], channel=channel
        )
        if message.author.id != self.user.id and not manages:
            raise Impossible("Only your own messages.", status=403)
        self._begin(Action.DELETE, {"message": message}, channel=channel)
        self._backend.messages.delete(channel, message)

    def dismiss(self, message: Message) -> None:
        """Put away a message that only this person sees."""
        channel = self._channel_of(message)
        if message.ephemeral_to is None:
            raise Impossible("Everybody sees this message; it cannot be put away.")
        self._begin(Action.DISMISS, {"message": message}, channel=channel)
        self._backend.messages.delete(channel, message)

    def close_dms(self, *, closed: bool = True) -> None:
        self._begin(Action.CLOSE_DMS, {"closed": closed}, channel=None)
        self.user.dms_closed = closed
        self._backend.hub.tell(PersonChanged(person=self.person))

    def _here(self, channel: Channel | None) -> Channel:
        return channel or self._backend.world.named("desk")

    def _channel_of(self, message: Message) -> Channel:
        channel = self._backend.world.channel(message.channel_id)
        if channel is None or message.id not in channel.messages or not sees_message(self.user, message):
            raise Impossible("There is no such message.", status=404)
        return channel

    def _may_use(self, command: Obj, channel: Channel) -> None:
        if channel.thread and channel.thread.archived:
            raise Impossible("This thread is archived: write in it first.")
        if not self._backend.commands.may_use(command, self.user, channel=channel):
            raise Impossible("You do not have permission to use this command here.", status=403)

    def _filling(self, channel: Channel, files: Sequence[FilePart], *, focused: str | None = None) -> Filling:
        backend = self._backend

        def attach(index: int) -> Attachment:
            part = next((part for part in files if part.index == index), None)
            if part is None:
                raise Impossible(f"There is no file number {index}.")
            return backend.uploads.keep(part)

        return Filling(backend.world, channel, attach=attach, base_url=backend.base_url, focused=focused)

    def _component(self, message: Message, custom_id: str, *, kinds: tuple[int, ...]) -> Obj:
        self._channel_of(message)
        for component in walk(message.components):
            if component.get("custom_id") == custom_id and component["type"] in kinds:
                if component.get("disabled") is True:
                    raise Impossible("This is disabled.")
                return component
        raise Impossible("The message has no such button or menu.", status=404)

    async def _use(self, message: Message, component: Obj, *, extra: Obj) -> Outcome:
        channel = self._channel_of(message)
        data: Obj = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component.get("id", 0),
        }
        label = component.get("label") or component["custom_id"]
        self._note(f"uses {label!r}", extra.get("values"), channel=channel)
        name = message.origin.name if message.origin else ""
        return await self._asking.ask(
            Asked.COMPONENT, data | extra, name=name, channel=channel, source=message
        )

    def _begin(self, action: Action, arguments: Mapping[str, object], *, channel: Channel | None) -> Act:
        return self._backend.acts.begin(self.person, action, channel=channel, arguments=arguments)

    def _told(self, act: Act, outcome: Outcome) -> Outcome:
        self._backend.acts.answered(act, outcome)
        return outcome

    def _note(self, act: str, what: object, *, channel: Channel) -> None:
        place = channel.name or "direct message"
        title = f"{self.user.display} in {place}: {act}"
        self._backend.transcript.note("person", title, direction="out", request=what)


def _called(command: Obj, path: Sequence[str]) -> str:
    return " ".join([str(command["name"]), *path])


def _command_data(command: Obj) -> Obj:
    data: Obj = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return data | {"guild_id": command["guild_id"]} if "guild_id" in command else data
