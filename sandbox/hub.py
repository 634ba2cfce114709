"""What happens in the world, told to everybody who listens: the gateway, the page, tests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.transcript import Entry
    from sandbox.world import Channel, Member, Message, Person, User


class Change(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged:
    change: Change
    channel: Channel
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged:
    change: Change
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChanged:
    channel: Channel
    message: Message
    user: User
    emoji: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    channel: Channel
    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsChanged:
    guild_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotConnection:
    connected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged:
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged:
    guild_id: int
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsChanged:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    entry: Entry


Happening: TypeAlias = (
    MessageChanged
    | ChannelChanged
    | ReactionChanged
    | Typing
    | CommandsChanged
    | BotConnection
    | PersonChanged
    | MemberChanged
    | FaultsChanged
    | Recorded
)


class Hub:
    """Listeners are called at once and in order; they must not await."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Happening], None]] = []

    def listen(self, listener: Callable[[Happening], None]) -> Callable[[], None]:
        """Call `listener` for everything that happens from now on; the returned function ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, happening: Happening) -> None:
        for listener in tuple(self._listeners):
            listener(happening)
