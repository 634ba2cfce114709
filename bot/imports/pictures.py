"""What tells one attached picture from another, where a source says so.

Nothing is downloaded and no picture is looked at: two posts show the same picture where their sources name it
alike. How much that means differs, so the name says where it comes from.

* `cid:` Bluesky's content identifier, the SHA-256 of the file as it was uploaded.
* `x:` the number that X gives to an upload; another upload of the same file has another one.
* `hash:` what a column of a CSV file holds, usually a perceptual hash; equal ones alone are taken together.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence

import msgspec

from bot.imports.common import RowError
from bot.imports.json_values import decode

# As many as any platform lets one post have, and some more.
MAX_PICTURES = 32

_CID = re.compile(r"b[a-z2-7]{20,120}")
# A version 1 CID of 32 bytes of SHA-256, in binary.
_CID_BYTES = 36
_MEDIA_KEY = re.compile(r"(?:[0-9]{1,3}_)?([0-9]{1,19})")
_BETWEEN = re.compile(r"[\s,;|\[\]'\"]+")
_HASH = re.compile(r"[0-9a-z:_+/=.-]{8,160}")


class _Link(msgspec.Struct, kw_only=True):
    link: str | None = msgspec.field(name="$link", default=None)


class _Blob(msgspec.Struct, kw_only=True):
    # In JSON an object; out of a CAR file the bytes themselves, which JSON writes as base64.
    ref: _Link | str | None = None


class _Image(msgspec.Struct, kw_only=True):
    image: _Blob | None = None


_image = msgspec.json.Decoder(_Image)


def of_bluesky(images: Iterable[msgspec.Raw]) -> tuple[str, ...]:
    """Return the content identifiers of embedded images; those without a readable one are left out."""
    return _named("cid", (_cid(raw) for raw in images))


def of_x(keys: Iterable[str | None]) -> tuple[str, ...]:
    """Return the uploads behind media keys (`3_1663…`) or ids of API v1; both name the same upload."""
    matches = (_MEDIA_KEY.fullmatch(key) for key in keys if key)
    return _named("x", (match[1] for match in matches if match))


def of_cell(text: str) -> tuple[str, ...]:
    """Return the hashes in a cell, separated by white space, `,`, `;` or `|`, also in a list.

    A hash of one repeated sign is that of an empty picture, and would join everybody who posts a blank one.
    """
    parts = (part.lower() for part in _BETWEEN.split(text))
    return _named(
        "hash", (part for part in parts if _HASH.fullmatch(part) and len(set(part.rpartition(":")[2])) > 1)
    )


def _named(source: str, names: Iterable[str | None]) -> tuple[str, ...]:
    found: Sequence[str] = [f"{source}:{name}" for name in names if name]
    return tuple(dict.fromkeys(found))[:MAX_PICTURES]


def _cid(raw: msgspec.Raw) -> str | None:
    try:
        image = decode(_image, raw)
    except RowError:
        # Any program may write any embed; the post is worth keeping without it.
        return None
    ref = image.image.ref if image.image else None
    name = _spelt(ref) if isinstance(ref, str) else ref.link if ref else None
    return name if name and _CID.fullmatch(name) else None


def _spelt(encoded: str) -> str | None:
    """Write a binary CID as it stands in JSON: base32 without padding, after its `b`."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    # DAG-CBOR puts a zero before it.
    content = content[-_CID_BYTES:] if len(content) == _CID_BYTES + 1 else content
    return (
        "b" + base64.b32encode(content).decode().lower().rstrip("=") if len(content) == _CID_BYTES else None
    )
