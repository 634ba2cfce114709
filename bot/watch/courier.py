"""What carries messages to Discord, as the outbox sees it, and how that can fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.store.watch_records import Alert, Outgoing, Subscription


class Trouble(StrEnum):
    """What a failed delivery means for what comes next."""

    PERSON_GONE = "person_gone"  # 50007, 50278: direct messages closed, no server in common
    PLACE_GONE = "place_gone"  # 10003, 10004: the channel or the server is not there any more
    NOT_ALLOWED = "not_allowed"  # 50001, 50013, a locked thread: an administrator can mend it
    TOO_FAST = "too_fast"  # a rate limit; nothing was done
    REFUSED = "refused"  # our message breaks a rule of Discord's: a fault of ours
    MESSAGE_GONE = "message_gone"  # 10008 on an edit: somebody deleted the message
    UNSURE = "unsure"  # 5xx, a dropped connection, no answer in time: it may have been carried out


class DeliveryError(Exception):
    """A message was not delivered, or nobody knows. `retry_after` in seconds, where Discord said."""

    def __init__(
        self, trouble: Trouble, reason: str, *, code: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a message stands."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it is drawn: all that one version of it tells. `muted` says so in place of buttons.

    `subscription` is None for a message to an administrator.
    """

    outgoing: Outgoing
    alerts: tuple[Alert, ...]
    subscription: Subscription | None


class Courier(Protocol):
    """Sends, edits and finds messages. Every method raises DeliveryError and nothing else."""

    async def send(self, letter: Letter) -> Placed:
        """Send a message with the nonce of its row, so that a repetition within minutes makes no second."""
        ...

    async def edit(self, letter: Letter, placed: Placed) -> None:
        """Make a message that stands say what `letter` says. No ping comes of it."""
        ...

    async def find(self, letter: Letter, *, since: datetime) -> Placed | None:
        """Look in its channel for a message sent after `since` that carries its nonce."""
        ...
