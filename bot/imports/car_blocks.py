"""The blocks of a CAR file (version 1), read one after another and held to their own hashes.

A CAR file is a header and blocks; each is a length (unsigned LEB128) and that many bytes, and a block
begins with its CID. Source: ipld.io/specs/transport/car/carv1; repositories of the AT Protocol use CIDs of
version 1 with DAG-CBOR and SHA-256 (atproto.com/specs/repository).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import libipld

from bot.errors import ImportFileError
from bot.imports.common import RowError
from bot.imports.files import ImportFile

# atproto.com/specs/repository: records should stay below 1 MiB.
MAX_BLOCK = 4 * 1024**2
# CID version 1, DAG-CBOR, SHA-256, 32 bytes.
_PREFIX = b"\x01\x71\x12\x20"
CID_LENGTH = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. `number` counts from 1 and stands where other files have lines."""

    number: int
    cid: bytes
    data: bytes


def root_of(file: ImportFile) -> bytes:
    """Go to the first block and return the CID of the commit. Raises ImportFileError."""
    file.rewind()
    length = _length(file, number=0)
    if length is None or length > 4_096:
        raise ImportFileError(file.path, "this is no CAR file: its header is missing.")
    try:
        header = decoded(file.read(length))
    except RowError:
        header = {}
    roots: list[object] = header["roots"] if isinstance(header.get("roots"), list) else []
    if header.get("version") != 1 or len(roots) != 1:
        raise ImportFileError(file.path, "this is no CAR file of version 1 with one root.")
    root = roots[0]
    if not isinstance(root, bytes) or not root.startswith(_PREFIX):
        raise ImportFileError(file.path, "the CAR file's root is no commit of the AT Protocol.")
    return root


def blocks(file: ImportFile) -> Iterator[Block]:
    """Yield the blocks after the header. Raises ImportFileError where the file is damaged."""
    number = 0
    while (length := _length(file, number=number)) is not None:
        number += 1
        if not CID_LENGTH <= length <= MAX_BLOCK:
            raise ImportFileError(
                file.path, f"a block of {length:,} bytes, which no record has.", line=number
            )
        content = file.read(length)
        if len(content) < length:
            raise ImportFileError(file.path, "the file breaks off within this block.", line=number)
        cid, data = content[:CID_LENGTH], content[CID_LENGTH:]
        if not cid.startswith(_PREFIX) or hashlib.sha256(data).digest() != cid[4:]:
            raise ImportFileError(file.path, "the block does not match its hash.", line=number)
        yield Block(number=number, cid=cid, data=data)


def decoded(data: bytes) -> dict[str, Any]:
    """Decode a map in DAG-CBOR. Raises RowError."""
    try:
        value = libipld.decode_dag_cbor(data)
    except (ValueError, RecursionError) as error:
        raise RowError(f"this is no DAG-CBOR ({str(error)[:80]})") from None
    if not isinstance(value, dict):
        raise RowError("this is no record")
    return value  # pyright: ignore[reportUnknownVariableType]  # keys of DAG-CBOR maps are text


def _length(file: ImportFile, *, number: int) -> int | None:
    """Read a length; None at the end of the file."""
    value = shift = 0
    while True:
        byte = file.read(1)
        if not byte:
            if shift:
                raise ImportFileError(file.path, "the file breaks off here.", line=number + 1)
            return None
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
        shift += 7
        if shift > 35:
            raise ImportFileError(file.path, "a length that makes no sense.", line=number + 1)
