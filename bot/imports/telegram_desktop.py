"""Telegram Desktop: `result.json`, the machine-readable export of one public channel or group.

Field names: telegramdesktop/tdesktop, Telegram/SourceFiles/export/output/export_output_json.cpp. The export
names a channel by its number and its title; the public name does not stand in it, nor do views. `date` is
local time without zone, so `date_unixtime` is read. Private chats are refused, and so is the export of a
whole account, which holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.common import (
    MAX_COUNT,
    Rejected,
    Row,
    RowError,
    Sample,
    Value,
    account_id_on,
    handle_on,
    instant,
    source_of,
    web_address,
)
from bot.imports.files import ImportFile
from bot.imports.json_rows import read_each
from bot.imports.json_stream import Document, Json
from bot.imports.json_values import decode
from bot.imports.seen_profiles import SeenProfiles
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted

_PUBLIC = frozenset({"public_channel", "public_supergroup"})
_PRIVATE = frozenset(
    "personal_chat saved_messages bot_chat private_group private_supergroup private_channel".split()
)
_OPENING = 4_096
_WHOLE = "this is the export of a whole Telegram account with its private chats; export one public channel."
_VIDEO = frozenset({"video_file", "video_message", "animation"})
# Channels and supergroups bear this prefix before their number wherever ids of both kinds meet.
_CHANNEL_PREFIX = "-100"


class _Piece(msgspec.Struct, kw_only=True):
    """A part of the text that is marked: a link, a mention, bold letters."""

    type: str | None = None
    text: str = ""
    href: str | None = None


class _Reaction(msgspec.Struct, kw_only=True):
    count: Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)]


class _Message(msgspec.Struct, kw_only=True):
    id: int
    type: str
    date_unixtime: str | None = None
    from_name: str | None = msgspec.field(name="from", default=None)
    from_id: str | None = None
    text: str | list[str | _Piece] = ""
    # Null where whoever is forwarded has no name any more.
    forwarded_from: str | msgspec.UnsetType | None = msgspec.UNSET
    reply_to_message_id: int | None = None
    photo: str | None = None
    media_type: str | None = None
    reactions: list[_Reaction] | None = None


_message = msgspec.json.Decoder(_Message)


class TelegramDesktop:
    name = "telegram_desktop"
    title = "Telegram Desktop result.json"

    def recognises(self, sample: Sample) -> bool:
        opening = sample.opening
        if opening is None or not opening.startswith("{"):
            return False
        # Short names of the first members; the rest of the file is messages.
        opening = opening[:_OPENING]
        if _is_whole_account(opening):
            return True
        return '"messages"' in opening and any(f'"{kind}"' in opening for kind in _PUBLIC | _PRIVATE)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        if _is_whole_account(file.text[:_OPENING].decode(errors="replace")):
            raise ImportFileError(file.path, _WHOLE)
        document = Document(file)
        reader: _Reader | None = None
        for value in document.elements("messages"):
            if reader is None:
                reader = _Reader(_chat(file, document.members), file, now=now)
                yield reader.profile(document.members)
            yield from read_each((value,), reader.row)
        if reader is None:
            _chat(file, document.members)


def _is_whole_account(opening: str) -> bool:
    return '"personal_information"' in opening or ('"about"' in opening and '"chats"' in opening)


class _Reader:
    def __init__(self, chat: AccountRef, file: ImportFile, *, now: datetime) -> None:
        self._chat = chat
        self._collected_at = min(file.changed_at, now)
        self._now = now
        self._profiles = SeenProfiles()

    def profile(self, members: dict[str, Json]) -> Row:
        """Return what the export says of the channel itself."""
        name = members.get("name")
        # Half a pair of surrogates may stand in JSON, but not in text that is to be kept.
        shown = name.encode(errors="replace").decode() if isinstance(name, str) else None
        snapshot = self._snapshot(self._chat, shown)
        return Row(line=1, snapshots=self._profiles.new(snapshot))

    def row(self, value: Value) -> Row:
        message = decode(_message, value.text)
        if message.type != "message":
            # Service messages say that somebody joined or a picture changed.
            return Row(line=value.line)
        author = self._author(message)
        snapshot = self._snapshot(author, message.from_name)
        return Row(
            line=value.line,
            snapshots=self._profiles.new(snapshot),
            posts=(self._post(message, author),),
        )

    def _author(self, message: _Message) -> AccountRef:
        if message.from_id is None:
            return self._chat
        author = _peer(message.from_id)
        if author is None:
            raise RowError(f"{quoted(message.from_id)} is no id of Telegram")
        return author

    def _snapshot(self, account: AccountRef, name: str | None) -> Snapshot:
        return Snapshot(
            account=account,
            taken_at=self._collected_at,
            source=source_of(TelegramDesktop.name),
            display_name=name,
        )

    def _post(self, message: _Message, author: AccountRef) -> Post:
        if message.date_unixtime is None:
            raise RowError("no date_unixtime; export again with a Telegram Desktop of 2022 or later")
        if message.id < 0:
            raise RowError("a message with a negative id")
        pieces = [message.text] if isinstance(message.text, str) else message.text
        marked = [piece for piece in pieces if isinstance(piece, _Piece)]
        kind, answered = _kind(message)
        reactions = message.reactions
        return Post(
            platform=Platform.TELEGRAM,
            # Numbers of messages begin anew in every chat.
            post_id=f"{self._chat.platform_id}/{message.id}",
            author=author,
            created_at=instant(message.date_unixtime, now=self._now),
            kind=kind,
            text="".join(piece if isinstance(piece, str) else piece.text for piece in pieces),
            # Without the member nobody may react, or nobody did: the export does not say which.
            counts=Counts(likes=None if reactions is None else sum(each.count for each in reactions)),
            counts_at=self._collected_at,
            links=_links(marked),
            mentions=_mentions(marked),
            media=_media(message),
            refers_to=None if answered is None else f"{self._chat.platform_id}/{answered}",
        )


def _chat(file: ImportFile, members: dict[str, Json]) -> AccountRef:
    """Return the channel. Raises ImportFileError for anything that is not public."""
    kind = members.get("type")
    named = kind if isinstance(kind, str) else ""
    if named not in _PUBLIC:
        reason = f"this is the export of a private chat ({quoted(named)}); Masthead reads public channels."
        raise ImportFileError(file.path, reason)
    number = members.get("id")
    plain = isinstance(number, float) and number.is_integer() and 0 < number < 10**15
    account = _peer(f"channel{int(number)}") if plain and isinstance(number, float) else None
    if account is None:
        raise ImportFileError(file.path, "the export does not say which channel it is of (member id).")
    return account


def _peer(text: str) -> AccountRef | None:
    """Read `channel123` or `user123`."""
    for prefix, sign in (("channel", _CHANNEL_PREFIX), ("user", ""), ("chat", "-")):
        number = text.removeprefix(prefix)
        if number != text and number.isascii() and number.isdigit():
            known = account_id_on(Platform.TELEGRAM, f"{sign}{number}")
            return None if known is None else AccountRef(platform=Platform.TELEGRAM, platform_id=known)
    return None


def _kind(message: _Message) -> tuple[PostKind, int | None]:
    if message.forwarded_from is not msgspec.UNSET:
        return PostKind.REPOST, None
    answered = message.reply_to_message_id
    return (PostKind.ORIGINAL, None) if answered is None else (PostKind.REPLY, answered)


def _links(marked: list[_Piece]) -> tuple[str, ...]:
    found = (
        web_address(piece.href if piece.type == "text_link" else piece.text)
        for piece in marked
        if piece.type in {"link", "text_link"}
    )
    return tuple(dict.fromkeys(address for address in found if address is not None))


def _mentions(marked: list[_Piece]) -> tuple[str, ...]:
    names = (
        handle_on(Platform.TELEGRAM, piece.text.lstrip("@")) for piece in marked if piece.type == "mention"
    )
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _media(message: _Message) -> tuple[str, ...]:
    if message.media_type in _VIDEO:
        return ("video",)
    return ("photo",) if message.photo else ()
