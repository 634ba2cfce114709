"""Messages and interaction replies as wholes: resources/message.mdx, receiving-and-responding.mdx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.components import check_message_components
from bot.cards.limits.embeds import check_embeds
from bot.cards.limits.shape import Answer, Fields, snowflake, words
from bot.cards.limits.uploads import check_attachments, known_attachments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cards.limits.uploads import Upload

V2 = 1 << 15
EPHEMERAL = 1 << 6
_SETTABLE = (1 << 2) | (1 << 12) | (1 << 13) | V2  # suppress embeds, suppress notifications, voice, V2
_COMMON = words("content embeds allowed_mentions components attachments flags tts poll sticker_ids")
CREATE_KEYS = _COMMON | {"message_reference", "nonce", "enforce_nonce", "shared_client_theme"}
EDIT_KEYS = _COMMON  # discord.py sends `tts` with edits too
REPLY_KEYS = _COMMON | {"username", "avatar_url", "thread_name", "applied_tags"}
_PARSE = ("users", "roles", "everyone")


def check_message(
    body: Fields,
    uploads: Sequence[Upload],
    *,
    before: Mapping[str, object] | None,
    editing: bool,
    reply: bool,
) -> None:
    """`before` is the message as it stands when it is edited and known; `reply` allows the EPHEMERAL flag."""
    standing = dict(before or {})
    kept = known_attachments(standing.get("attachments")) if before is not None else None
    files = check_attachments(body, uploads, kept=kept if editing else {})
    body.text("content", high=2000)
    body.flag("tts")
    flags = _flags(body, standing, editing=editing, reply=reply)
    check_embeds(body, files)
    check_message_components(body, v2=bool(flags & V2), files=files)
    _mentions(body)
    _nonce(body)
    for place, entry in body.items("sticker_ids", high=3):
        if snowflake(entry) is None:
            place.say("NUMBER_TYPE_COERCE", f'Value "{entry}" is not snowflake.')
    after = Fields({**standing, **body.pairs()}, body.place)
    if flags & V2:
        _legacy(after)
    if not editing or before is not None:
        _something(after, uploads, flags=flags, kept=kept or {})


def _flags(body: Fields, standing: Mapping[str, object], *, editing: bool, reply: bool) -> int:
    """Return the flags that hold for the message after this request."""
    old = standing.get("flags")
    old = old if isinstance(old, int) else 0
    flags = body.whole("flags", low=0, high=2**31 - 1)
    if flags is None:
        return old & V2
    if flags & ~(_SETTABLE | old | (EPHEMERAL if reply else 0)):
        body.place.at("flags").say("MESSAGE_FLAGS_INVALID", "Some of these flags cannot be set here")
    if editing and old & V2 and not flags & V2:
        body.place.at("flags").say("COMPONENTS_V2_FLAG_REMOVED", "IS_COMPONENTS_V2 cannot be removed")
    return flags | (old & V2)


def _legacy(after: Fields) -> None:
    for key in ("content", "embeds", "sticker_ids", "poll"):
        if after.get(key):
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            after.place.at(key).say("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _something(after: Fields, uploads: Sequence[Upload], *, flags: int, kept: Mapping[int, str]) -> None:
    shown = ["components"] if flags & V2 else ["content", "embeds", "sticker_ids", "poll", "components"]
    files = bool(uploads) or (bool(after.get("attachments")) if after.names("attachments") else bool(kept))
    if not any(_visible(after.get(key)) for key in shown) and not (files and not flags & V2):
        after.place.say("EMPTY_MESSAGE", "Cannot send an empty message", answer=Answer.EMPTY)


def _visible(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _mentions(body: Fields) -> None:
    allowed = body.within("allowed_mentions", {"parse", "users", "roles", "replied_user"})
    if allowed is None:
        return
    parsed: set[object] = set()
    for place, entry in allowed.items("parse", high=3):
        if entry not in _PARSE:
            place.say("BASE_TYPE_CHOICES", "Value must be one of ('everyone', 'roles', 'users').")
        else:
            parsed.add(entry)
    for key in ("users", "roles"):
        for place, entry in allowed.items(key, high=100):
            if snowflake(entry) is None:
                place.say("NUMBER_TYPE_COERCE", f'Value "{entry}" is not snowflake.')
        if key in parsed and allowed.get(key):
            message = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            allowed.place.say("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _nonce(body: Fields) -> None:
    nonce = body.get("nonce")
    if isinstance(nonce, int) and not isinstance(nonce, bool):
        body.whole("nonce", low=-(2**63), high=2**63 - 1)
    elif nonce is not None:
        body.text("nonce", high=25)
    body.flag("enforce_nonce")
