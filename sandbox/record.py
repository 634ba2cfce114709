"""A session as JSON lines: what people did, what the bot answered. docs/sandbox.md describes the lines."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, cast

from bot.errors import InputError
from sandbox.acts import Action
from sandbox.components import controls
from sandbox.facts import Facts
from sandbox.hub import Change, MessageChanged
from sandbox.places import Places
from sandbox.world import Flag

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from sandbox.acts import Act
    from sandbox.asking import Outcome
    from sandbox.backend import Backend
    from sandbox.hub import Happening
    from sandbox.modals import ShownModal
    from sandbox.wire import Obj
    from sandbox.world import Channel, Message

VERSION = 1
Spot: TypeAlias = tuple[str, int]


class Recorder:
    """Writes one line for each act, answer and settled state of a message of the bot.

    `states` counts the states of each message; `places` has the names that the lines use. `modals` are the
    forms shown so far, in order.
    """

    def __init__(self, backend: Backend, write: Callable[[Obj], None]) -> None:
        self._backend = backend
        self._write = write
        self.places = Places(backend)
        self.acts = 0
        self.modals: list[ShownModal] = []
        self.states: dict[Spot, int] = {}
        self._last: dict[Spot, Obj] = {}
        self._stops = (backend.acts.listen(self), backend.hub.listen(self._on_happening), self.places.close)

    def close(self) -> None:
        for stop in self._stops:
            stop()

    def saw(self, act: Act) -> None:
        self.acts = act.n
        self._write(
            {
                "kind": "act",
                "n": act.n,
                "person": act.person.key,
                "action": act.action.value,
                "channel": None if act.channel is None else self.places.of(act.channel),
                "arguments": self._arguments(act),
            }
        )

    def saw_answer(self, act: Act, outcome: Outcome) -> None:
        facts = self._facts()
        modal: Obj | None = None
        if outcome.modal is not None:
            self.modals.append(outcome.modal)
            shown = outcome.modal
            modal = {"title": facts.plain(shown.title), "components": facts.plain(shown.components)}
        self._write(
            {
                "kind": "answer",
                "act": act.n,
                "ack": outcome.ack,
                "ack_ms": outcome.ack_ms,
                "failed": outcome.failed,
                "choices": [facts.plain(choice["name"]) for choice in outcome.choices],
                "modal": modal,
            }
        )

    def _arguments(self, act: Act) -> Obj:
        given = dict(act.arguments)
        component = cast("Obj | None", given.pop("component", None))
        if component is not None:
            listed = controls(cast("Message", given["message"]).components)
            given["control"] = [c["custom_id"] for c in listed].index(component["custom_id"]) + 1
            given["label"] = component.get("label") or component.get("placeholder")
        if act.action is Action.CHOOSE and component is not None:
            given["values"] = _by_order(component, cast("list[object]", given["values"]))
        if act.action is Action.SUBMIT:
            modal = cast("ShownModal", given["modal"])
            given["modal"] = 1 + next(n for n, shown in enumerate(self.modals) if shown.id == modal.id)
            values = cast("Obj", given["values"])
            fields = [(field, values.get(str(field["custom_id"]))) for field in controls(modal.components)]
            given["values"] = [
                _by_order(field, cast("list[object]", value)) if isinstance(value, list) else value
                for field, value in fields
            ]
        return cast("Obj", self.places.fold(given))

    def _facts(self) -> Facts:
        return Facts(self.places, self._backend.clock.now())

    def _on_happening(self, happening: Happening) -> None:
        if not isinstance(happening, MessageChanged) or not happening.message.author.bot:
            return
        message, gone = happening.message, happening.change is Change.DELETE
        if message.flags & Flag.LOADING and not gone:
            return
        self._state(happening.channel, message, facts={} if gone else self._facts().of(message), gone=gone)

    def _state(self, channel: Channel, message: Message, *, facts: Obj, gone: bool) -> None:
        spot = self.places.of(channel), self.places.number(message)
        # A message may be told of again without having changed; a reaction is not the bot's word.
        if self._last.get(spot) == facts:
            return
        self._last[spot] = facts
        self.states[spot] = self.states.get(spot, 0) + 1
        line: Obj = {"kind": "message", "channel": spot[0], "message": spot[1], "gone": gone, "facts": facts}
        self._write(line)


def _by_order(component: Obj, values: list[object]) -> list[object]:
    """Options of a select by their order: what they send back may hold an id."""
    options = component.get("options")
    if not isinstance(options, list):
        return values
    order = [option["value"] for option in cast("list[Obj]", options)]
    return [{"$option": order.index(value) + 1} if value in order else value for value in values]


def head(*, seed: bool) -> Obj:
    return {"kind": "head", "format": "masthead sandbox session", "version": VERSION, "seed": seed}


@contextmanager
def recording(backend: Backend, path: Path, *, seed: bool) -> Generator[Recorder]:
    """Write a session to a new file, each line as it happens. Raises InputError when the file exists."""
    try:
        file = path.open("x", encoding="utf-8")
    except OSError as error:
        raise InputError(f"The session cannot be recorded in {path}: {error.strerror}.") from error

    def write(line: Obj) -> None:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()

    with file:
        write(head(seed=seed))
        recorder = Recorder(backend, write)
        try:
            yield recorder
        finally:
            recorder.close()
