"""Sending, editing and deleting messages, after everything about the request has been checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.cards.limits.shape import snowflake
from sandbox.components import numbered
from sandbox.hub import Change, ChannelChanged, MessageChanged, ReactionChanged
from sandbox.mentions import set_mentions
from sandbox.world import Flag, Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sandbox.clock import Clock, Snowflakes
    from sandbox.hub import Hub
    from sandbox.uploads import FilePart, Uploads
    from sandbox.world import Attachment, Channel, Origin, User, World

# "Past few minutes" (resources/message.mdx:1092); nobody outside knows more exactly.
NONCE_WINDOW_S = 300.0


class Messages:
    def __init__(self, world: World, hub: Hub, *, clock: Clock, ids: Snowflakes, uploads: Uploads) -> None:
        self._world = world
        self._hub = hub
        self._clock = clock
        self._ids = ids
        self._uploads = uploads

    def send(
        self,
        channel: Channel,
        body: Mapping[str, object],
        *,
        author: User,
        files: Sequence[FilePart] = (),
        webhook_id: int | None = None,
        origin: Origin | None = None,
        ephemeral_to: int | None = None,
        kind: int = 0,
        extra_flags: int = 0,
    ) -> Message:
        """Store and announce a message. Sending into an archived thread opens it again."""
        message = Message(
            id=self._ids.next(),
            channel_id=channel.id,
            author=author,
            created=self._clock.now(),
            kind=kind,
            flags=_flags(body) | extra_flags,
            tts=body.get("tts") is True,
            webhook_id=webhook_id,
            origin=origin,
            ephemeral_to=ephemeral_to,
            nonce=_nonce(body),
            reply_to=_reference(body),
        )
        if ephemeral_to is not None:
            message.flags |= Flag.EPHEMERAL
        self._fill(message, body, files=files, channel=channel)
        channel.messages[message.id] = message
        if channel.thread:
            channel.thread.members.add(author.id)
            if channel.thread.archived:
                channel.thread.archived = False
                self._hub.tell(ChannelChanged(change=Change.UPDATE, channel=channel))
        self._hub.tell(MessageChanged(change=Change.CREATE, channel=channel, message=message))
        return message

    def edit(
        self,
        channel: Channel,
        message: Message,
        *,
        body: Mapping[str, object],
        files: Sequence[FilePart] = (),
    ) -> Message:
        """Change what the body names, and only that. The end of "thinking" leaves no "edited" behind."""
        loading = bool(message.flags & Flag.LOADING)
        # Whether an answer is ephemeral was fixed when it was first sent or deferred.
        message.flags = (message.flags & ~Flag.LOADING) | (_flags(body) & ~Flag.EPHEMERAL)
        self._fill(message, body, files=files, channel=channel)
        if not loading:
            message.edited = self._clock.now()
        self._hub.tell(MessageChanged(change=Change.UPDATE, channel=channel, message=message))
        return message

    def delete(self, channel: Channel, message: Message) -> None:
        channel.messages.pop(message.id, None)
        self._hub.tell(MessageChanged(change=Change.DELETE, channel=channel, message=message))

    def react(self, channel: Channel, message: Message, *, user: User, emoji: str, on: bool) -> None:
        users = message.reactions.setdefault(emoji, set())
        if on == (user.id in users):
            return
        (users.add if on else users.discard)(user.id)
        if not users:
            del message.reactions[emoji]
        self._hub.tell(ReactionChanged(channel=channel, message=message, user=user, emoji=emoji, on=on))

    def with_nonce(self, channel: Channel, body: Mapping[str, object], *, author: User) -> Message | None:
        """The message sent with the same nonce a short while ago, when `enforce_nonce` asks for it."""
        nonce = _nonce(body)
        if nonce is None or body.get("enforce_nonce") is not True:
            return None
        for message in reversed(channel.messages.values()):
            if self._age_s(message.created) > NONCE_WINDOW_S:
                return None
            if message.author.id == author.id and str(message.nonce) == str(nonce):
                return message
        return None

    def _age_s(self, moment: datetime) -> float:
        return (self._clock.now() - moment).total_seconds()

    def _fill(
        self, message: Message, body: Mapping[str, object], *, files: Sequence[FilePart], channel: Channel
    ) -> None:
        if "content" in body:
            message.content = str(body["content"] or "").strip()
        if "embeds" in body:
            message.embeds = [{"type": "rich", **_filled(embed)} for embed in _objects(body["embeds"])]
        if "components" in body:
            message.components = numbered(_objects(body["components"]))
        if "attachments" in body or files:
            message.attachments = self._attachments(message, body, files=files)
        if {"content", "components"} & body.keys():
            set_mentions(message, body, channel=channel, world=self._world)

    def _attachments(
        self, message: Message, body: Mapping[str, object], *, files: Sequence[FilePart]
    ) -> list[Attachment]:
        standing = {attachment.id: attachment for attachment in message.attachments}
        parts = {part.index: part for part in files}
        entries = _objects(body["attachments"]) if body.get("attachments") is not None else None
        if entries is None:
            return [*standing.values(), *(self._stored(part, {}) for part in files)]
        kept: list[Attachment] = []
        for entry in entries:
            number = snowflake(entry.get("id"))
            if number in parts:
                kept.append(self._stored(parts[number], entry))
            elif number in standing:
                kept.append(standing[number])
        return kept

    def _stored(self, part: FilePart, entry: Mapping[str, object]) -> Attachment:
        name, description = entry.get("filename"), entry.get("description")
        return self._uploads.keep(
            part,
            name=name if isinstance(name, str) else None,
            description=description if isinstance(description, str) else None,
        )


def _objects(value: object) -> list[dict[str, object]]:
    return [dict(entry) for entry in cast("list[dict[str, object]]", value or [])]


def _filled(embed: Mapping[str, object]) -> dict[str, object]:
    """An embed as it comes back: null keys are gone."""
    return {key: value for key, value in embed.items() if value is not None}


def _flags(body: Mapping[str, object]) -> int:
    flags = body.get("flags")
    return flags if isinstance(flags, int) else 0


def _nonce(body: Mapping[str, object]) -> str | int | None:
    nonce = body.get("nonce")
    return nonce if isinstance(nonce, str | int) else None


def _reference(body: Mapping[str, object]) -> int | None:
    reference = body.get("message_reference")
    if not isinstance(reference, dict):
        return None
    return snowflake(cast("dict[str, object]", reference).get("message_id"))
