from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.pictures import size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 320, 200)
# An application segment of 16 bytes, then the header of a progressive frame.
JPEG = b"\xff\xd8\xff\xe0\x00\x10" + bytes(14) + b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 90, 160)
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 64, 32)
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 63 | 31 << 14)
WEBP_EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x3f\0\0\x1f\0\0"


@pytest.mark.parametrize(
    ("data", "pixels"),
    [
        (PNG, (640, 480)),
        (GIF, (320, 200)),
        (JPEG, (160, 90)),
        (WEBP_LOSSY, (64, 32)),
        (WEBP_LOSSLESS, (64, 32)),
        (WEBP_EXTENDED, (64, 32)),
        (PNG[:20], None),
        (JPEG[:24], None),
        (b"account,posts\n", None),
        (b"", None),
    ],
)
def test_pictures_tell_their_size(data: bytes, pixels: tuple[int, int] | None) -> None:
    assert size(data) == pixels


@given(st.sampled_from([PNG, GIF, JPEG, WEBP_LOSSY]), st.binary(max_size=40), st.integers(0, 30))
def test_no_file_breaks_the_reader(start: bytes, rest: bytes, cut: int) -> None:
    pixels = size(start[:cut] + rest)
    assert pixels is None or len(pixels) == 2
