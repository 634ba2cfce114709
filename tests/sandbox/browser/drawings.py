"""Small pictures made on the spot."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int, *, hue: int = 0) -> bytes:
    """A gradient as an RGB picture; `hue` from 0 to 9 makes different ones."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # no filter
        for x in range(width):
            rows += bytes((40 + 150 * x // width, 90 + 100 * y // height, 250 - 25 * hue))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
