"""One door to all limits: `problems`."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.cards.limits.callbacks import ANY_CHOICE, CHOICES_KEYS, MODAL_KEYS, check_callback
from bot.cards.limits.channels import (
    CHANNEL_KEYS,
    POST_KEYS,
    THREAD_KEYS,
    check_channel,
    check_forum_post,
    check_thread,
    check_webhook,
)
from bot.cards.limits.commands import check_command, check_command_set
from bot.cards.limits.messages import CREATE_KEYS, EDIT_KEYS, REPLY_KEYS, check_message
from bot.cards.limits.modals import check_modal
from bot.cards.limits.options import check_choice_list
from bot.cards.limits.shape import Fields, Place, Problem
from bot.cards.limits.uploads import DEFAULT_FILE_BYTES, check_sizes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cards.limits.uploads import Upload


class Kind(StrEnum):
    """What a body is meant for."""

    MESSAGE = "message"  # POST channels/…/messages
    MESSAGE_EDIT = "message edit"  # PATCH channels/…/messages/…
    REPLY = "reply"  # POST webhooks/…: a followup
    REPLY_EDIT = "reply edit"  # PATCH webhooks/…/messages/@original or another
    CALLBACK = "callback"  # POST interactions/…/callback: {"type", "data"}
    AUTOCOMPLETE = "autocomplete"  # the data of a callback of type 8
    MODAL = "modal"  # the data of a callback of type 9
    COMMANDS = "commands"  # PUT …/commands: a list
    COMMAND = "command"  # POST or PATCH …/commands
    THREAD = "thread"
    FORUM_POST = "forum post"
    CHANNEL = "channel"  # PATCH channels/…
    WEBHOOK = "webhook"


_KEYS = {
    Kind.MESSAGE: CREATE_KEYS,
    Kind.MESSAGE_EDIT: EDIT_KEYS,
    Kind.REPLY: REPLY_KEYS,
    Kind.REPLY_EDIT: EDIT_KEYS,
    Kind.CALLBACK: frozenset({"type", "data"}),
    Kind.AUTOCOMPLETE: CHOICES_KEYS,
    Kind.MODAL: MODAL_KEYS,
    Kind.THREAD: THREAD_KEYS,
    Kind.FORUM_POST: POST_KEYS,
    Kind.CHANNEL: CHANNEL_KEYS,
    Kind.WEBHOOK: frozenset({"name", "avatar"}),
}


def problems(
    kind: Kind,
    body: object,
    *,
    files: Sequence[Upload] = (),
    before: Mapping[str, object] | None = None,
    file_bytes: int = DEFAULT_FILE_BYTES,
) -> list[Problem]:
    """List everything Discord would refuse in one request body; empty when it would be accepted.

    `body` is the parsed JSON (of the part `payload_json` in a multipart request). `before` is the message
    that an edit changes, as Discord describes it; without it nobody asks whether an edit leaves anything.
    `file_bytes` is what one file may have: `interaction.filesize_limit`, else 10 MiB.
    """
    found: list[Problem] = []
    place = Place(found)
    check_sizes(place, files, body_bytes=_size(body), file_bytes=file_bytes)
    if kind is Kind.COMMANDS:
        check_command_set(Fields({"commands": body}, place))
        return [_without_root(problem) for problem in found]
    if kind is Kind.COMMAND:
        check_command(place, body)
        return found
    fields = place.fields(body, _KEYS[kind])
    if fields is not None:
        _check(kind, fields, files=files, before=before)
    return found


def _check(
    kind: Kind, fields: Fields, *, files: Sequence[Upload], before: Mapping[str, object] | None
) -> None:
    match kind:
        case Kind.MESSAGE | Kind.REPLY:
            check_message(fields, files, before=None, editing=False, reply=kind is Kind.REPLY)
        case Kind.MESSAGE_EDIT | Kind.REPLY_EDIT:
            check_message(fields, files, before=before, editing=True, reply=kind is Kind.REPLY_EDIT)
        case Kind.CALLBACK:
            check_callback(fields, files, before=before)
        case Kind.AUTOCOMPLETE:
            check_choice_list(fields, kinds=ANY_CHOICE)
        case Kind.MODAL:
            check_modal(fields)
        case Kind.THREAD:
            check_thread(fields)
        case Kind.FORUM_POST:
            check_forum_post(fields, files)
        case Kind.CHANNEL:
            check_channel(fields)
        case _:
            check_webhook(fields)


def _size(body: object) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _without_root(problem: Problem) -> Problem:
    """The body of a command set is a bare list: `commands.0.name` is `0.name` there."""
    path = problem.path.removeprefix("commands").removeprefix(".")
    return Problem(path=path, code=problem.code, message=problem.message, answer=problem.answer)
