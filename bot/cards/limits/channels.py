"""Threads, forum posts, channels and webhooks: resources/channel.mdx, resources/webhook.mdx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.messages import CREATE_KEYS, check_message
from bot.cards.limits.shape import snowflake, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cards.limits.shape import Fields
    from bot.cards.limits.uploads import Upload

_SLOW_MODE_S = 21_600
_ARCHIVE_MINUTES = frozenset({60, 1440, 4320, 10080})
THREAD_KEYS = words("name auto_archive_duration rate_limit_per_user type invitable")
# discord.py sends `type` with a forum post too.
POST_KEYS = words("name auto_archive_duration rate_limit_per_user message applied_tags type")
CHANNEL_KEYS = THREAD_KEYS | words(
    "archived locked flags applied_tags available_tags topic nsfw position parent_id permission_overwrites "
    "default_auto_archive_duration default_thread_rate_limit_per_user"
)
_TAG = words("id name moderated emoji_id emoji_name")


def check_thread(body: Fields) -> None:
    """POST …/threads, with or without a message to start from."""
    if body.need("name"):
        body.text("name", low=1, high=100)
    _timing(body)
    body.choice("type", {10, 11, 12})


def check_forum_post(body: Fields, uploads: Sequence[Upload]) -> None:
    """A forum post is a thread with its first message. The files belong to that message."""
    if body.need("name"):
        body.text("name", low=1, high=100)
    _timing(body)
    _applied_tags(body)
    if body.need("message"):
        message = body.within("message", CREATE_KEYS)
        if message is not None:
            check_message(message, uploads, before=None, editing=False, reply=False)


def check_channel(body: Fields) -> None:
    """PATCH of a channel or a thread."""
    body.text("name", low=1, high=100)
    body.text("topic", high=4096)
    _timing(body)
    _applied_tags(body)
    for key in ("archived", "locked", "invitable", "nsfw"):
        body.flag(key)
    for place, entry in body.items("available_tags", high=20):
        tag = place.fields(entry, _TAG)
        if tag is not None and tag.need("name"):
            tag.text("name", low=1, high=20)


def check_webhook(body: Fields) -> None:
    if body.need("name"):
        body.text("name", low=1, high=80)


def _timing(body: Fields) -> None:
    body.whole("rate_limit_per_user", low=0, high=_SLOW_MODE_S)
    body.choice("auto_archive_duration", _ARCHIVE_MINUTES)


def _applied_tags(body: Fields) -> None:
    for place, entry in body.items("applied_tags", high=5):
        if snowflake(entry) is None:
            place.say("NUMBER_TYPE_COERCE", f'Value "{entry}" is not snowflake.')
