"""What a stream of a platform is: it says who did something, and the poller looks what."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bot.accounts import AccountRef, Platform
from bot.platforms.stream_socket import Socket
from bot.store.stream_records import News

# The stream of Bluesky; it is one, whichever server tells it.
BLUESKY = "bluesky"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamServer:
    """A Mastodon server with a token. Its accounts bear the name `host`, its stream is at `origin`."""

    host: str
    origin: str
    token: str = field(repr=False)

    @property
    def name(self) -> str:
        """The name of its stream."""
        return f"fediverse:{self.host}"


class StreamSource(Protocol):
    """One stream of one server. It keeps no state but which of its addresses is next."""

    @property
    def name(self) -> str:
        """The name under which the store keeps how far it was read."""
        ...

    @property
    def platform(self) -> Platform: ...

    @property
    def replays(self) -> bool:
        """Whether it can go on from a cursor; otherwise what happens while it is down is looked for."""
        ...

    @property
    def most(self) -> int:
        """The most accounts that one connection tells of."""
        ...

    def named(self, account: AccountRef) -> str | None:
        """Return how its messages name an account; None for one that it cannot tell of."""
        ...

    def covers(self, account: AccountRef) -> bool:
        """Whether it tells of this account for certain, so that looks may be rarer."""
        ...

    def open(
        self, wanted: Sequence[str], *, cursor: int | None, anew: bool
    ) -> AbstractAsyncContextManager[Socket]:
        """Connect and ask for messages about `wanted`, which is never empty, from `cursor` on.

        `anew`: the address of the last attempt did not work. Raises StreamError.
        """
        ...

    async def change(self, socket: Socket, wanted: Sequence[str]) -> None:
        """Ask for messages about `wanted` from now on. Raises StreamError."""
        ...

    def read(self, frame: str) -> News | None:
        """Return what a message says; None for one that is about nothing of ours.

        Raises ShapeChangedError for one that is no message, StreamError for one that ends the stream.
        """
        ...
