"""Interactions: a person's act, one answer within three seconds, followups for fifteen minutes."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from sandbox.errors import refusal
from sandbox.faults import Counted
from sandbox.permissions import ALL, Permission, permissions_in
from sandbox.wire import Obj, channel_json, member_json, user_json
from sandbox.world import Origin

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.clock import Clock, Snowflakes
    from sandbox.faults import Faults
    from sandbox.gateway import Gateway
    from sandbox.world import Channel, Message, User, World

# interactions/receiving-and-responding.mdx:351,432
FIRST_ANSWER = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)


class Asked(IntEnum):
    """What the person did: interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answered(IntEnum):
    """Callback types."""

    PONG = 1
    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswer:
    """The one initial response. `message` is what it made or changed."""

    kind: Answered
    ms: float
    message: Message | None = None
    modal: Obj | None = None
    choices: tuple[Obj, ...] = ()


@dataclass(slots=True, kw_only=True)
class Interaction:
    """`source` is the message whose component was used, or on which the modal was opened.

    `focused_kind` is the type of the option being typed, 0 outside autocompletion. `opener` is the
    interaction that opened the modal now submitted.
    """

    id: int
    token: str
    kind: Asked
    name: str
    user: User
    channel: Channel
    created: datetime
    data: Obj
    focused_kind: int = 0
    source: Message | None = None
    opener: Interaction | None = None
    original: Message | None = None
    answered: FirstAnswer | None = None
    answer: asyncio.Future[FirstAnswer] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def origin(self) -> Origin:
        """What a message that answers this tells about it."""
        used = self.source if self.kind is Asked.COMPONENT else None
        return Origin(
            id=self.id,
            kind=int(self.kind),
            name=self.name,
            user=self.user,
            message_id=used.id if used else None,
            trigger=self.opener.origin() if self.opener else None,
        )


class Interactions:
    """All interactions by token; the rules of time and of the single answer."""

    def __init__(
        self, world: World, *, clock: Clock, ids: Snowflakes, gateway: Gateway, faults: Faults
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._gateway = gateway
        self._faults = faults
        self._by_token: dict[str, Interaction] = {}
        self.base_url = ""
        self.filesize_limit = 10 * 1024 * 1024

    def begin(
        self,
        kind: Asked,
        data: Obj,
        *,
        name: str,
        user: User,
        channel: Channel,
        source: Message | None = None,
        source_json: Obj | None = None,
        focused_kind: int = 0,
        opener: Interaction | None = None,
    ) -> Interaction:
        """Tell the bot; the caller waits for `interaction.answer`."""
        interaction = Interaction(
            id=self._ids.next(),
            token=secrets.token_urlsafe(96),
            kind=kind,
            name=name,
            user=user,
            channel=channel,
            created=self._clock.now(),
            data=data,
            focused_kind=focused_kind,
            source=source,
            opener=opener,
        )
        self._by_token[interaction.token] = interaction
        body = self._event(interaction)
        if source_json is not None:
            body["message"] = source_json
        for _copy in range(2 if self._faults.use(Counted.DUPLICATE_INTERACTION) else 1):
            self._gateway.dispatch("INTERACTION_CREATE", body, guild_id=channel.guild_id)
        return interaction

    def to_answer(self, interaction_id: str, token: str) -> Interaction:
        """The interaction that a callback answers. Raises 10062 when unknown or late, 40060 when answered."""
        interaction = self._by_token.get(token)
        if interaction is None or str(interaction.id) != interaction_id:
            raise refusal(10062)
        if interaction.answered is not None:
            raise refusal(40060)
        if self._clock.now() - interaction.created > FIRST_ANSWER:
            raise refusal(10062)
        return interaction

    def to_follow(self, application_id: str, token: str) -> Interaction:
        """The interaction whose webhook is used. Raises 10015 before the first answer, 50027 after 15 min."""
        interaction = self._by_token.get(token)
        if interaction is None or application_id != str(self._world.application_id):
            raise refusal(10015)
        if self._clock.now() - interaction.created > TOKEN_LIFE:
            raise refusal(50027)
        if interaction.answered is None:
            raise refusal(10015)
        return interaction

    def answer(
        self,
        interaction: Interaction,
        kind: Answered,
        *,
        message: Message | None = None,
        modal: Obj | None = None,
        choices: tuple[Obj, ...] = (),
    ) -> None:
        ms = (self._clock.now() - interaction.created) / timedelta(milliseconds=1)
        first = FirstAnswer(kind=kind, ms=ms, message=message, modal=modal, choices=choices)
        interaction.answered = first
        interaction.original = message
        if not interaction.answer.done():
            interaction.answer.set_result(first)

    def _event(self, interaction: Interaction) -> Obj:
        channel = interaction.channel
        guild = self._world.guild_of(channel)
        features: list[str] = []
        body: Obj = {
            "id": str(interaction.id),
            "application_id": str(self._world.application_id),
            "type": int(interaction.kind),
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": channel_json(channel),
            "locale": "en-GB",
            "entitlements": [],
            "attachment_size_limit": self.filesize_limit,
            "context": 1 if guild is None else 0,
            "authorizing_integration_owners": {"0": "0" if guild is None else str(guild.id)},
        }
        if guild is None:
            direct = ALL & ~Permission.ADMINISTRATOR
            return body | {"user": user_json(interaction.user), "app_permissions": str(int(direct))}
        member = guild.members[interaction.user.id]
        allowed = permissions_in(guild, member, channel=channel)
        bot = permissions_in(guild, guild.members[self._world.bot.id], channel=channel)
        return body | {
            "guild_id": str(guild.id),
            "guild_locale": "en-GB",
            "guild": {"id": str(guild.id), "locale": "en-GB", "features": features},
            "member": member_json(member) | {"permissions": str(int(allowed))},
            "app_permissions": str(int(bot)),
        }
