"""One REST request as a handler sees it, with the checks that most handlers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from bot.cards.limits import Kind, Upload, problems
from sandbox.errors import of_problems, refusal
from sandbox.permissions import Permission, permissions_in
from sandbox.wire import Obj, message_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sandbox.backend import Backend
    from sandbox.ratelimit import Rule
    from sandbox.uploads import FilePart
    from sandbox.world import Channel, Guild, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`body=None` sends no content."""

    status: int = 200
    body: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`body` is the parsed JSON, of `payload_json` in a multipart request; None when there was none."""

    backend: Backend
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: object
    files: Sequence[FilePart]

    @property
    def fields(self) -> Obj:
        """The body as an object; empty when it is none."""
        return cast("Obj", self.body) if isinstance(self.body, dict) else {}

    def number(self, name: str, *, unknown: int) -> int:
        """An id from the path; `unknown` is the code to answer when it is no number."""
        text = self.params[name]
        if not text.isdigit():
            raise refusal(unknown)
        return int(text)

    def check(
        self,
        kind: Kind,
        *,
        body: object = None,
        before: Message | None = None,
    ) -> None:
        """Refuse what Discord would refuse, in its own words."""
        judged = self.body if body is None else body
        uploads = [Upload(index=part.index, name=part.name, size=len(part.data)) for part in self.files]
        found = problems(
            kind,
            {} if judged is None else judged,
            files=uploads,
            before=None if before is None else self.describe(before),
            file_bytes=self.backend.interactions.filesize_limit,
        )
        for problem in found:
            if problem.code == "UNKNOWN_FIELD":
                self.backend.complaints.append(f"{self.method} {self.path}: {problem}")
        if found:
            raise of_problems(found)

    def describe(self, message: Message) -> Obj:
        backend = self.backend
        return message_json(message, viewer=backend.world.bot.id, base_url=backend.base_url)

    def guild(self) -> Guild:
        guild = self.backend.world.guilds.get(self.number("guild", unknown=10004))
        if guild is None:
            raise refusal(10004)
        return guild

    def channel(self, *needed: Permission) -> Channel:
        """The channel in the path, after asking that the bot sees it and has what is needed there."""
        channel = self.backend.world.channel(self.number("channel", unknown=10003))
        if channel is None:
            raise refusal(10003)
        self.demand(channel, *needed)
        return channel

    def demand(self, channel: Channel, *needed: Permission) -> None:
        guild = self.backend.world.guild_of(channel)
        if guild is None:
            return
        granted = permissions_in(guild, guild.members[self.backend.world.bot.id], channel=channel)
        if Permission.VIEW_CHANNEL not in granted:
            raise refusal(50001)
        if any(permission not in granted for permission in needed):
            raise refusal(50013)

    def message_in(self, channel: Channel) -> Message:
        message = channel.messages.get(self.number("message", unknown=10008))
        # Ephemeral messages can be reached through their interaction alone.
        if message is None or message.ephemeral_to is not None:
            raise refusal(10008)
        return message


Handler: TypeAlias = "Callable[[Call], Awaitable[Reply]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`template` has names in braces. `open` routes carry their own token instead of the bot's."""

    method: str
    template: str
    handler: Handler
    rule: Rule
    open: bool = False
