"""First answers to interactions: interactions/receiving-and-responding.mdx, "Interaction Response Object"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.messages import EPHEMERAL, REPLY_KEYS, check_message
from bot.cards.limits.modals import check_modal
from bot.cards.limits.options import check_choice_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cards.limits.shape import Fields
    from bot.cards.limits.uploads import Upload

PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, AUTOCOMPLETE, MODAL = 1, 4, 5, 6, 7, 8, 9
MODAL_KEYS = frozenset({"title", "custom_id", "components"})
CHOICES_KEYS = frozenset({"choices"})
ANY_CHOICE = (str, int, float)


def check_callback(body: Fields, uploads: Sequence[Upload], *, before: Mapping[str, object] | None) -> None:
    """`before` is the message that carries the component, for an answer of type 7."""
    if not body.need("type"):
        return
    kind = body.choice("type", {PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, AUTOCOMPLETE, MODAL, 10, 12})
    if kind == DEFER:
        data = body.within("data", {"flags"})
        flags = data.whole("flags", low=0, high=2**31 - 1) if data else None
        if data and flags and flags & ~EPHEMERAL:
            message = "Only EPHEMERAL may be set with a deferred answer; set the others when editing it"
            data.place.at("flags").say("MESSAGE_FLAGS_INVALID", message)
    if kind not in {MESSAGE, UPDATE, AUTOCOMPLETE, MODAL} or not body.need("data"):
        return
    keys = {AUTOCOMPLETE: CHOICES_KEYS, MODAL: MODAL_KEYS}.get(kind, REPLY_KEYS)
    data = body.within("data", keys)
    if data is None:
        return
    if kind == AUTOCOMPLETE:
        check_choice_list(data, kinds=ANY_CHOICE)
    elif kind == MODAL:
        check_modal(data)
    else:
        editing = kind == UPDATE
        check_message(data, uploads, before=before if editing else None, editing=editing, reply=True)
