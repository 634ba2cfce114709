"""Files that were sent to the sandbox, by the bot or by a person, and are served again by their secret."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import pictures
from sandbox.world import Attachment

if TYPE_CHECKING:
    from sandbox.clock import Snowflakes


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """One part `files[index]` of a request."""

    index: int
    name: str
    content_type: str
    data: bytes


def in_hand(name: str, data: bytes, *, index: int = 0) -> FilePart:
    """A file that a person is about to send."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FilePart(index=index, name=name, content_type=kind, data=data)


class Uploads:
    def __init__(self, ids: Snowflakes) -> None:
        self._ids = ids
        self._kept: dict[int, Attachment] = {}

    def keep(self, part: FilePart, *, name: str | None = None, description: str | None = None) -> Attachment:
        """`name` is what the request calls the file, when it differs from the part's own name."""
        name = name or part.name
        attachment = Attachment(
            id=self._ids.next(),
            name=name,
            content_type=mimetypes.guess_type(name)[0] or part.content_type,
            data=part.data,
            secret=secrets.token_hex(16),
            description=description,
            pixels=pictures.size(part.data),
        )
        self._kept[attachment.id] = attachment
        return attachment

    def find(self, number: int, secret: str) -> Attachment | None:
        attachment = self._kept.get(number)
        return attachment if attachment and secrets.compare_digest(attachment.secret, secret) else None
