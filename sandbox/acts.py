"""What people do, told to whoever listens before the bot hears of it, and what they saw of it first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.asking import Outcome
    from sandbox.world import Channel, Person


class Action(StrEnum):
    COMMAND = "command"
    AUTOCOMPLETE = "autocomplete"
    MESSAGE_MENU = "message_menu"
    USER_MENU = "user_menu"
    CLICK = "click"
    CHOOSE = "choose"
    SUBMIT = "submit"
    SAY = "say"
    REACT = "react"
    DELETE = "delete"
    DISMISS = "dismiss"
    CLOSE_DMS = "close_dms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`arguments` hold values of the world (messages, users, files, modals), not ids. `channel` is None for
    an act that has no place.
    """

    n: int
    person: Person
    action: Action
    channel: Channel | None
    arguments: Mapping[str, object]


class Witness(Protocol):
    def saw(self, act: Act) -> None: ...

    def saw_answer(self, act: Act, outcome: Outcome) -> None: ...


class Acts:
    """Numbers the acts from 1. Impossible ones are not among them."""

    def __init__(self) -> None:
        self._witnesses: list[Witness] = []
        self._n = 0

    def listen(self, witness: Witness) -> Callable[[], None]:
        """Tell `witness` of everything from now on; the returned function ends it."""
        self._witnesses.append(witness)
        return lambda: self._witnesses.remove(witness)

    def begin(
        self, person: Person, action: Action, *, channel: Channel | None, arguments: Mapping[str, object]
    ) -> Act:
        self._n += 1
        act = Act(n=self._n, person=person, action=action, channel=channel, arguments=arguments)
        for witness in tuple(self._witnesses):
            witness.saw(act)
        return act

    def answered(self, act: Act, outcome: Outcome) -> None:
        for witness in tuple(self._witnesses):
            witness.saw_answer(act, outcome)
