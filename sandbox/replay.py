"""Doing again what was recorded, in a new world, and telling where the bot answers otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from bot.errors import InputError
from sandbox.acts import Action
from sandbox.components import controls
from sandbox.errors import Impossible
from sandbox.facts import differences
from sandbox.record import VERSION, Recorder
from sandbox.world import Flag

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.people import Actor
    from sandbox.record import Spot
    from sandbox.server import Sandbox
    from sandbox.uploads import FilePart
    from sandbox.wire import Obj
    from sandbox.world import Message, User

PATIENCE_S = 10.0
# What comes without an act (an alert, a second answer) has no sign of its end.
_QUIET_S = 0.5


@dataclass(slots=True, kw_only=True)
class Session:
    """A recording read. `before` tells how many states each message had when an act was done."""

    seed: bool = True
    acts: list[Obj] = field(default_factory=list["Obj"])
    answers: dict[int, Obj] = field(default_factory=dict[int, "Obj"])
    states: dict[Spot, list[Obj]] = field(default_factory=dict["Spot", "list[Obj]"])
    before: dict[int, dict[Spot, int]] = field(default_factory=dict[int, "dict[Spot, int]"])

    def take(self, line: Obj) -> None:
        """Add one line. Raises KeyError for a kind that is not known."""
        match line["kind"]:
            case "act":
                self.acts.append(line)
                self.before[cast("int", line["n"])] = self.counts()
            case "answer":
                self.answers[cast("int", line["act"])] = line
            case "message":
                spot = str(line["channel"]), cast("int", line["message"])
                self.states.setdefault(spot, []).append({"gone": line["gone"], "facts": line["facts"]})
            case other:
                raise KeyError(f"kind {other!r}")

    def counts(self) -> dict[Spot, int]:
        return {spot: len(states) for spot, states in self.states.items()}


def read_session(path: Path) -> Session:
    """Raises InputError for a file that is not a recording of this version."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The recording {path} cannot be read: {error}.") from error
    session = Session()
    for number, text in enumerate(lines, start=1):
        try:
            line = cast("Obj", json.loads(text))
            if number == 1:
                session.seed = _seed(line)
            else:
                session.take(line)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}, is not a line of a recorded session ({error})."
            ) from error
    if not lines:
        raise InputError(f"{path} is empty: it holds no recorded session.")
    return session


def _seed(head: Obj) -> bool:
    if head["kind"] != "head" or head["version"] != VERSION:
        raise ValueError(f"this is not version {VERSION} of the format")
    return head["seed"] is True


class Replay:
    """`await Replay(sandbox, session).run()` returns the differences, one sentence each.

    Begin it before the bot has connected, so that nothing is missed. `patience_s` is how long a message is
    waited for.
    """

    def __init__(self, sandbox: Sandbox, session: Session, *, patience_s: float = PATIENCE_S) -> None:
        self._sandbox = sandbox
        self._recorded = session
        self._patience_s = patience_s
        self._now = Session()
        self._recorder = Recorder(sandbox.backend, self._now.take)
        self._given_up: set[Spot] = set()
        self._impossible: dict[int, str] = {}

    async def run(self) -> list[str]:
        done: dict[int, int] = {}
        for act in self._recorded.acts:
            number = cast("int", act["n"])
            await self._caught_up(self._recorded.before[number])
            try:
                await self._do(act)
            except (Impossible, KeyError, LookupError) as error:
                self._impossible[number] = str(error)
                continue
            done[number] = self._recorder.acts
        await self._caught_up(self._recorded.counts())
        await asyncio.sleep(_QUIET_S)
        self._recorder.close()
        return [*self._of_acts(done), *self._of_messages()]

    async def _caught_up(self, wanted: dict[Spot, int]) -> None:
        """Wait until everything that the person had seen is there again, and no answer is under way."""
        states, given_up = self._recorder.states, self._given_up

        def missing() -> list[Spot]:
            return [s for s, count in wanted.items() if s not in given_up and states.get(s, 0) < count]

        with contextlib.suppress(TimeoutError):
            await self._sandbox.until(lambda: not missing() and not self._loading(), seconds=self._patience_s)
        # Waited for once; what depends on it says so itself.
        given_up.update(missing())

    def _loading(self) -> bool:
        channels = self._sandbox.backend.world.every_channel()
        return any(m.flags & Flag.LOADING for channel in channels for m in channel.messages.values())

    async def _do(self, act: Obj) -> None:
        places = self._recorder.places
        actor = self._sandbox.person(str(act["person"]))
        given = cast("Obj", places.unfold(act["arguments"]))
        action = Action(str(act["action"]))
        if action in {Action.COMMAND, Action.AUTOCOMPLETE, Action.USER_MENU}:
            await self._call(actor, action, given=given, place=act["channel"])
        elif action is Action.SUBMIT:
            await self._submit(actor, given)
        elif action is Action.SAY:
            reply = cast("Message | None", given["reply_to"])
            actor.say(
                str(given["content"]),
                channel=places.channel(act["channel"]),
                files=_files(given),
                reply_to=None if reply is None else reply.id,
            )
        elif action is Action.CLOSE_DMS:
            actor.close_dms(closed=given["closed"] is True)
        else:
            await _handle(actor, action, given=given)

    async def _call(self, actor: Actor, action: Action, *, given: Obj, place: object) -> None:
        head, *path = str(given["command"]).split(" ")
        channel = self._recorder.places.channel(place)
        commands = self._sandbox.backend.commands
        if action is Action.USER_MENU:
            number = int(str(given["user"]))
            user: User = self._sandbox.backend.world.users[number]
            await actor.user_menu(commands.named(str(given["command"]), kind=2), user, channel=channel)
            return
        command, options = commands.named(head), cast("Obj", given["options"])
        if action is Action.COMMAND:
            await actor.command(command, options, channel=channel, path=path, files=_files(given))
            return
        await actor.autocomplete(command, str(given["focused"]), path=path, options=options, channel=channel)

    async def _submit(self, actor: Actor, given: Obj) -> None:
        modal = self._recorder.modals[cast("int", given["modal"]) - 1]
        filled, listed = cast("list[object]", given["values"]), controls(modal.components)
        if len(filled) != len(listed):
            raise Impossible(f"The form has {len(listed)} fields; {len(filled)} were filled in.")
        fields = zip(listed, filled, strict=True)
        values = {
            str(component["custom_id"]): _of_order(component, value)
            for component, value in fields
            if value is not None
        }
        await actor.submit(modal, values, files=_files(given))

    def _of_acts(self, done: dict[int, int]) -> list[str]:
        found: list[str] = []
        for act in self._recorded.acts:
            number = cast("int", act["n"])
            name = f"act {number} ({act['person']}: {act['action']})"
            if number in self._impossible:
                found.append(f"{name} cannot be done: {self._impossible[number]}")
                continue
            before, after = self._recorded.answers.get(number), self._now.answers.get(done[number])
            # Without an answer the recording ended while the bot was thinking, or the act asks for none.
            if before is not None and after is not None:
                compared = ("ack", "failed", "choices", "modal")
                left, right = ({key: line[key] for key in compared} for line in (before, after))
                found += [f"{name}, {line}" for line in differences(left, right)]
        return found

    def _of_messages(self) -> list[str]:
        found: list[str] = []
        spots = list(dict.fromkeys([*self._recorded.states, *self._now.states]))
        for place, number in spots:
            before = self._recorded.states.get((place, number), [])
            after = self._now.states.get((place, number), [])
            name = f"{place}, message {number}"
            if len(before) != len(after):
                found.append(f"{name}: was written {len(before)} times, now {len(after)} times")
            for left, right in zip(before, after, strict=False):
                found += [f"{name}, {line}" for line in differences(_flat(left), _flat(right))]
        return found


def _flat(state: Obj) -> Obj:
    return cast("Obj", state["facts"]) | {"gone": state["gone"]}


async def _handle(actor: Actor, action: Action, *, given: Obj) -> None:
    message = cast("Message", given["message"])
    match action:
        case Action.MESSAGE_MENU:
            await actor.menu(str(given["command"]), message)
        case Action.CLICK:
            await actor.click(message, str(_control(message, given)["custom_id"]))
        case Action.CHOOSE:
            control = _control(message, given)
            values = cast("list[str]", _of_order(control, given["values"]))
            await actor.choose(message, str(control["custom_id"]), values=values)
        case Action.REACT:
            actor.react(message, str(given["emoji"]), on=given["on"] is True)
        case Action.DELETE:
            actor.delete(message)
        case _:
            actor.dismiss(message)


def _control(message: Message, given: Obj) -> Obj:
    listed = controls(message.components)
    number = cast("int", given["control"])
    if number > len(listed):
        raise Impossible(
            f"The message has {len(listed)} buttons and menus, and {given['label']!r} was number {number}."
        )
    return listed[number - 1]


def _of_order(component: Obj, value: object) -> object:
    """What options by their order stand for in this component. Raises Impossible."""
    if not isinstance(value, list):
        return value
    options = cast("list[Obj]", component.get("options") or [])
    chosen: list[object] = []
    for entry in cast("list[object]", value):
        if isinstance(entry, dict):
            number = cast("int", cast("Obj", entry)["$option"])
            if number > len(options):
                raise Impossible(f"The menu has {len(options)} options, and number {number} was chosen.")
            chosen.append(options[number - 1]["value"])
        else:
            chosen.append(entry)
    return chosen


def _files(given: Obj) -> list[FilePart]:
    return cast("list[FilePart]", given["files"])
