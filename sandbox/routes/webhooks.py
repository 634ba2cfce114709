"""Followups to interactions, and the answers already given (`@original` and others)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits import Kind
from sandbox.call import Call, Reply, Route
from sandbox.errors import ApiError, refusal
from sandbox.interactions import Answered
from sandbox.ratelimit import Rule
from sandbox.routes.callbacks import reply_message
from sandbox.world import Flag

if TYPE_CHECKING:
    from sandbox.interactions import Interaction
    from sandbox.world import Message

# Observed for webhooks, per webhook; each interaction has its own.
_WEBHOOK = Rule(name="webhook", limit=5, window_s=2)


async def follow_up(call: Call) -> Reply:
    interaction = _interaction(call)
    call.check(Kind.REPLY)
    original = interaction.original
    if original is not None and original.flags & Flag.LOADING:
        # "This endpoint will function as Edit Original Interaction Response" right after a defer
        # (interactions/receiving-and-responding.mdx, "Create Followup Message").
        message = call.backend.messages.edit(
            interaction.channel, original, body=call.fields, files=call.files
        )
    else:
        message = reply_message(call, interaction, data=call.fields)
    return Reply(body=call.describe(message))


async def read(call: Call) -> Reply:
    return Reply(body=call.describe(_message(call, _interaction(call))))


async def edit(call: Call) -> Reply:
    interaction = _interaction(call)
    message = _message(call, interaction)
    call.check(Kind.REPLY_EDIT, before=message)
    thread = interaction.channel.thread
    if thread is not None and thread.archived:
        # What happens to a deferred answer in a thread archived meanwhile (discord-api-docs#3197).
        raise ApiError(500, None)
    call.backend.messages.edit(interaction.channel, message, body=call.fields, files=call.files)
    return Reply(body=call.describe(message))


async def delete(call: Call) -> Reply:
    interaction = _interaction(call)
    call.backend.messages.delete(interaction.channel, _message(call, interaction))
    return Reply(status=204)


def _interaction(call: Call) -> Interaction:
    return call.backend.interactions.to_follow(call.params["application"], call.params["token"])


def _message(call: Call, interaction: Interaction) -> Message:
    """Only messages that this interaction made, or the one it was made on."""
    wanted = call.params["message"]
    if wanted == "@original":
        message = interaction.original
        if message is None and interaction.answered and interaction.answered.kind is Answered.MODAL:
            raise refusal(10008)
    else:
        message = interaction.channel.messages.get(int(wanted)) if wanted.isdigit() else None
        ours = message is not None and message.origin is not None and message.origin.id == interaction.id
        if message is not interaction.original and not ours:
            message = None
    if message is None or message.id not in interaction.channel.messages:
        raise refusal(10008)
    return message


_BASE = "/webhooks/{application}/{token}"
_ONE = _BASE + "/messages/{message}"
ROUTES = (
    Route(method="POST", template=_BASE, handler=follow_up, rule=_WEBHOOK, open=True),
    Route(method="GET", template=_ONE, handler=read, rule=_WEBHOOK, open=True),
    Route(method="PATCH", template=_ONE, handler=edit, rule=_WEBHOOK, open=True),
    Route(method="DELETE", template=_ONE, handler=delete, rule=_WEBHOOK, open=True),
)
