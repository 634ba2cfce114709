"""The one first answer to an interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.cards.limits import Kind
from bot.cards.limits.callbacks import ANY_CHOICE
from sandbox.call import Call, Reply, Route
from sandbox.errors import form_error
from sandbox.interactions import Answered, Asked, Interaction
from sandbox.ratelimit import Rule
from sandbox.world import Flag

if TYPE_CHECKING:
    from sandbox.wire import Obj
    from sandbox.world import Message

_CALLBACK = Rule(name="callback", limit=5, window_s=1)
_ALLOWED = {
    Asked.COMMAND: {Answered.MESSAGE, Answered.DEFERRED, Answered.MODAL},
    Asked.COMPONENT: {
        Answered.MESSAGE,
        Answered.DEFERRED,
        Answered.DEFERRED_UPDATE,
        Answered.UPDATE,
        Answered.MODAL,
    },
    Asked.AUTOCOMPLETE: {Answered.CHOICES},
    Asked.MODAL: {Answered.MESSAGE, Answered.DEFERRED, Answered.DEFERRED_UPDATE, Answered.UPDATE},
}
# Message types: a reply to a component, to a slash command, to a context menu.
_REPLY, _SLASH, _MENU = 19, 20, 23


async def answer(call: Call) -> Reply:
    interaction = call.backend.interactions.to_answer(call.params["interaction"], call.params["token"])
    call.check(Kind.CALLBACK, before=interaction.source)
    kind = _kind(call, interaction)
    message = _carry_out(call, interaction, kind=kind)
    if call.query.get("with_response") not in {"1", "true", "True"}:
        return Reply(status=204)
    return Reply(body=_described(call, interaction, kind=kind, message=message))


def _kind(call: Call, interaction: Interaction) -> Answered:
    number = call.fields.get("type")
    allowed = _ALLOWED[interaction.kind]
    if interaction.kind is Asked.MODAL and interaction.source is None:
        allowed = {Answered.MESSAGE, Answered.DEFERRED}
    if number not in allowed:
        options = ", ".join(str(int(kind)) for kind in sorted(allowed))
        raise form_error("type", "BASE_TYPE_CHOICES", message=f"Value must be one of ({options}).")
    return Answered(cast("int", number))


def _carry_out(call: Call, interaction: Interaction, *, kind: Answered) -> Message | None:
    interactions = call.backend.interactions
    given = call.fields.get("data")
    data = cast("Obj", given) if isinstance(given, dict) else {}
    message = interaction.source if kind in {Answered.DEFERRED_UPDATE, Answered.UPDATE} else None
    match kind:
        case Answered.MESSAGE | Answered.DEFERRED:
            message = _new_message(call, interaction, data=data, loading=kind is Answered.DEFERRED)
            interactions.answer(interaction, kind, message=message)
        case Answered.UPDATE if message is not None:
            call.backend.messages.edit(interaction.channel, message, body=data, files=call.files)
            interactions.answer(interaction, kind, message=message)
        case Answered.CHOICES:
            choices = _choices(interaction, data)
            interactions.answer(interaction, kind, choices=choices)
        case Answered.MODAL:
            interactions.answer(interaction, kind, modal=data)
        case _:
            interactions.answer(interaction, kind, message=message)
    return message


def _new_message(call: Call, interaction: Interaction, *, data: Obj, loading: bool) -> Message:
    return reply_message(call, interaction, data=data, extra_flags=Flag.LOADING if loading else 0)


def reply_message(call: Call, interaction: Interaction, *, data: Obj, extra_flags: int = 0) -> Message:
    """A message of the bot in answer to an interaction; only the person sees it when EPHEMERAL is set."""
    flags = data.get("flags")
    ephemeral = isinstance(flags, int) and bool(flags & Flag.EPHEMERAL)
    menu = interaction.kind is Asked.COMMAND and interaction.data.get("type") != 1
    kinds = {Asked.COMMAND: _MENU if menu else _SLASH}
    return call.backend.messages.send(
        interaction.channel,
        data,
        author=call.backend.world.bot,
        files=call.files,
        webhook_id=call.backend.world.application_id,
        origin=interaction.origin(),
        ephemeral_to=interaction.user.id if ephemeral else None,
        kind=kinds.get(interaction.kind, _REPLY if interaction.source else 0),
        extra_flags=extra_flags,
    )


def _choices(interaction: Interaction, data: Obj) -> tuple[Obj, ...]:
    choices = cast("list[Obj]", data.get("choices") or [])
    by_kind: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 10: (int, float)}
    kinds = by_kind.get(interaction.focused_kind, ANY_CHOICE)
    for number, choice in enumerate(choices):
        if not isinstance(choice["value"], kinds):
            message = "The value is not of the option's type."
            raise form_error(f"data.choices.{number}.value", "BASE_TYPE_CONVERT", message=message)
    return tuple(choices)


def _described(call: Call, interaction: Interaction, *, kind: Answered, message: Message | None) -> Obj:
    about: Obj = {"id": str(interaction.id), "type": int(interaction.kind)}
    if message is not None:
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": bool(message.flags & Flag.LOADING),
            "response_message_ephemeral": message.ephemeral_to is not None,
            "channel_id": str(interaction.channel.id),
        }
        if interaction.channel.guild_id is not None:
            about["guild_id"] = str(interaction.channel.guild_id)
    body: Obj = {"interaction": about}
    if message is not None and kind in {Answered.MESSAGE, Answered.UPDATE}:
        body["resource"] = {"type": int(kind), "message": call.describe(message)}
    return body


ROUTES = (
    Route(
        method="POST",
        template="/interactions/{interaction}/{token}/callback",
        handler=answer,
        rule=_CALLBACK,
        open=True,
    ),
)
