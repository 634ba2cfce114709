"""Files of a request, and the attachments that speak of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.limits.shape import Answer, Place, snowflake, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cards.limits.shape import Fields

REQUEST_BYTES = 25 * 1024 * 1024  # resources/message.mdx: "maximum request size"
DEFAULT_FILE_BYTES = 10 * 1024 * 1024  # reference.mdx, "Uploading Files"; an interaction may allow more
_FILES = 10
# The second line: attachments that discord.py keeps in an edit are sent back as they came.
_KEYS = words(
    "id filename description duration_secs waveform title is_spoiler is_remix "
    "size url proxy_url content_type width height flags ephemeral spoiler placeholder placeholder_version "
    "content_scan_version"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One part `files[index]` of a multipart request. `size` in bytes."""

    index: int
    name: str
    size: int


def check_sizes(place: Place, uploads: Sequence[Upload], *, body_bytes: int, file_bytes: int) -> None:
    """`body_bytes` is the size of the JSON beside the files."""
    for upload in uploads:
        if upload.size > file_bytes:
            message = f"{upload.name} has {upload.size:,} bytes; this channel takes {file_bytes:,}"
            place.say("FILE_TOO_LARGE", message, answer=Answer.TOO_LARGE)
    total = sum(upload.size for upload in uploads) + body_bytes
    if total > REQUEST_BYTES:
        message = f"{total:,} bytes in all; a request may have {REQUEST_BYTES:,}"
        place.say("REQUEST_TOO_LARGE", message, answer=Answer.TOO_LARGE)


def check_attachments(
    body: Fields, uploads: Sequence[Upload], *, kept: dict[int, str] | None
) -> frozenset[str]:
    """Check `attachments` against the files; return the names that `attachment://` may use.

    `kept` maps the ids of attachments that the edited message has to their names; None when the
    message is not known, then every id that looks like a snowflake is believed.
    """
    by_index = {upload.index: upload.name for upload in uploads}
    names: set[str] = set()
    seen: set[int] = set()
    entries = list(body.items("attachments", high=_FILES))
    for place, entry in entries:
        fields = place.fields(entry, _KEYS)
        if fields is None or not fields.need("id"):
            continue
        fields.text("filename", low=1, high=1024)
        fields.text("description", high=1024)
        number = fields.snowflake("id")
        if number is None:
            continue
        seen.add(number)
        name = by_index.get(number) or _kept_name(number, kept=kept, given=fields.get("filename"))
        if name is None:
            place.at("id").say("ATTACHMENT_NOT_FOUND", f"There is no files[{number}] and no such attachment")
        else:
            given = fields.get("filename")
            names.add(given if isinstance(given, str) and number in by_index else name)
    for index in by_index.keys() - seen if entries else ():
        body.place.at("attachments").say("ATTACHMENT_MISSING", f"files[{index}] has no entry in attachments")
    if not entries:
        names |= set(by_index.values())
    if len(by_index) > _FILES:
        body.place.at("attachments").say("BASE_TYPE_MAX_LENGTH", f"Must be {_FILES} or fewer in length.")
    if not body.names("attachments"):
        names |= set((kept or {}).values())
    return frozenset(names)


def _kept_name(number: int, *, kept: dict[int, str] | None, given: object) -> str | None:
    if kept is not None:
        return kept.get(number)
    # Ids made after 2015-01-01 00:00:00.001 are at least 2^22; smaller ones count files.
    return (given if isinstance(given, str) else "") if number >= 1 << 22 else None


def known_attachments(before: object) -> dict[int, str]:
    """Read ids and names from a list of attachment objects as Discord sends them."""
    found: dict[int, str] = {}
    holder = Place([]).fields({"attachments": before}, None)
    for place, entry in holder.items("attachments", high=100) if holder else ():
        fields = place.fields(entry, None)
        number = snowflake(fields.get("id")) if fields else None
        if fields and number is not None:
            found[number] = str(fields.get("filename"))
    return found


def check_reference(place: Place, url: str | None, *, files: frozenset[str]) -> None:
    """Say when `attachment://name` names no file of this message."""
    scheme = "attachment://"
    if url and url.lower().startswith(scheme) and url[len(scheme) :] not in files:
        place.say("ATTACHMENT_NOT_FOUND", f"The referenced attachment in {url} was not found")
