"""Small pictures made on the spot, and pictures made small."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def png(width: int, height: int, *, hue: int = 0) -> bytes:
    """A gradient; `hue` from 0 to 9 makes different ones."""
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            pixels += bytes((40 + 150 * x // width, 90 + 100 * y // height, 250 - 25 * hue))
    return packed(width, height, bytes(pixels))


def packed(width: int, height: int, pixels: bytes) -> bytes:
    """Write RGB pixels as a PNG without row filters, which suit photographs and not flat pages of text."""
    line = 3 * width
    rows = b"".join(b"\0" + pixels[at : at + line] for at in range(0, line * height, line))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def small(picture: bytes) -> bytes:
    """Write a picture of few colours again with 256 of them: a page of text takes a third of the bytes."""
    out = io.BytesIO()
    flat = Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT)
    flat.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
