"""Putting an interaction before the bot and waiting for its first answer."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sandbox.components import numbered
from sandbox.interactions import FIRST_ANSWER, Asked, Interaction
from sandbox.modals import ShownModal
from sandbox.wire import Obj, message_json

if TYPE_CHECKING:
    from sandbox.backend import Backend
    from sandbox.world import Channel, Message, User

NO_ANSWER = "The application did not respond"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the person sees after an act. `message` is live: it changes when the bot edits it.

    `ack` is message, deferred, update, deferred_update, modal, choices; None with `failed` set when the bot
    did not answer within three seconds.
    """

    interaction: Interaction
    ack: str | None
    ack_ms: float | None
    message: Message | None
    modal: ShownModal | None
    choices: tuple[Obj, ...]
    failed: str | None


class Asking:
    def __init__(self, backend: Backend, user: User) -> None:
        self._backend = backend
        self._user = user

    async def ask(
        self,
        kind: Asked,
        data: Obj,
        *,
        name: str,
        channel: Channel,
        source: Message | None = None,
        focused_kind: int = 0,
        opener: Interaction | None = None,
    ) -> Outcome:
        backend = self._backend
        interaction = backend.interactions.begin(
            kind,
            data,
            name=name,
            user=self._user,
            channel=channel,
            source=source,
            source_json=describe(backend, source) if source else None,
            focused_kind=focused_kind,
            opener=opener,
        )
        # Without any session there is nobody to wait for.
        patience_s = FIRST_ANSWER.total_seconds() if backend.gateway.sessions else 0.0
        try:
            first = await asyncio.wait_for(asyncio.shield(interaction.answer), patience_s)
        except TimeoutError:
            return Outcome(
                interaction=interaction,
                ack=None,
                ack_ms=None,
                message=None,
                modal=None,
                choices=(),
                failed=NO_ANSWER,
            )
        return Outcome(
            interaction=interaction,
            ack=first.kind.name.lower(),
            ack_ms=round(first.ms, 2),
            message=first.message,
            modal=self._shown(interaction, first.modal),
            choices=first.choices,
            failed=None,
        )

    def _shown(self, interaction: Interaction, data: Obj | None) -> ShownModal | None:
        if data is None:
            return None
        modal = ShownModal(
            id=secrets.token_hex(8),
            opener=interaction,
            title=str(data["title"]),
            custom_id=str(data["custom_id"]),
            components=numbered(cast("list[Obj]", data["components"])),
        )
        self._backend.modals[modal.id] = modal
        return modal


def describe(backend: Backend, message: Message) -> Obj:
    """A message as the bot sees it."""
    return message_json(message, viewer=backend.world.bot.id, base_url=backend.base_url)
