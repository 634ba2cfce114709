"""Text in other encodings than UTF-8, turned into UTF-8 while it is read.

The beginning of a file decides. What fits more than one encoding is not guessed: a word in the wrong one
looks like a word.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# 32 bits for each letter; begins like UTF-16, so it is looked for first.
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_CHUNK = 64 * 1024

# The most frequent characters of modern Chinese, a fifth of any running text. Two bytes of Korean or
# Japanese encodings are also two bytes of GBK, but do not spell these.
_COMMON = frozenset("的一是不了人在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子")
_COMMON_SHARE = 0.04
# Western letters stand between plain ones; in other scripts nearly all neighbours are beyond ASCII.
_ALONE = 0.8

NAMES = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GBK",
    "cp1252": "Windows-1252",
}


class UnknownEncodingError(ValueError):
    """Bytes that are text in no encoding that can be told for certain."""


def encoding_of(head: bytes) -> str | None:
    """Return the encoding of a file by its beginning, None for UTF-8. Raises UnknownEncodingError."""
    if head.startswith(_UTF32):
        raise UnknownEncodingError
    if head.startswith(_UTF16):
        return "utf-16"
    if head.startswith(_BOM) or head.isascii():
        return _without_mark(head) if b"\x00" in head else None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _without_mark(head) or _legacy(head)
    return _without_mark(head)


def _without_mark(head: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark by the zeros beside plain letters."""
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if pairs < 8 or min(even, odd) * 20 > pairs:
        return None
    if odd * 5 > pairs * 2:
        return "utf-16-le"
    return "utf-16-be" if even * 5 > pairs * 2 else None


def _legacy(head: bytes) -> str | None:
    """Tell damaged UTF-8 (None) from text in an encoding of one or two bytes a letter."""
    read = head.decode(errors="surrogateescape")
    beyond = sum(letter > "\x7f" for letter in read)
    damaged = sum("\udc80" <= letter <= "\udcff" for letter in read)
    if beyond - damaged >= damaged:
        return None
    if _is_gbk(head):
        return "gb18030"
    alone = sum(
        not (before & 0x80 or after & 0x80)
        for before, byte, after in zip(b"\x00" + head, head, head[1:] + b"\x00", strict=False)
        if byte & 0x80
    )
    # Bytes that Windows-1252 leaves open, and control characters, stand in no text of it.
    if alone >= _ALONE * damaged and not any(byte in head for byte in (0, 0x81, 0x8D, 0x8F, 0x90, 0x9D)):
        return "cp1252"
    if damaged * 200 < len(head):
        # A few broken bytes in plain English: each costs its own line.
        return None
    raise UnknownEncodingError


def _is_gbk(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(head)
    except UnicodeDecodeError:
        return False
    han = [letter for letter in text if "\u4e00" <= letter <= "\u9fff"]
    return bool(han) and sum(letter in _COMMON for letter in han) >= _COMMON_SHARE * len(han)


class Transcoded(io.RawIOBase):
    """A binary stream in UTF-8 over one in another encoding, with `\\n` where lines end in `\\r` alone.

    What cannot be decoded stays as bytes that are no UTF-8, so that it costs its own line only.
    """

    def __init__(self, inner: BinaryIO, *, encoding: str | None, lone_cr: bool) -> None:
        self._inner = inner
        errors = "surrogatepass" if encoding in {"utf-16", "utf-16-le", "utf-16-be"} else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors) if encoding else None
        self._errors = errors
        self._lone_cr = lone_cr
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        while not self._ready:
            chunk = self._inner.read(_CHUNK)
            self._ready = self._converted(chunk)
            if not chunk:
                break
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _converted(self, chunk: bytes) -> bytes:
        if self._decoder is not None:
            try:
                chunk = self._decoder.decode(chunk, final=not chunk).encode(errors=self._errors)
            except UnicodeDecodeError:
                # Half a letter at the end of the file.
                self._decoder.reset()
                chunk = b"\xff"
        return chunk.replace(b"\r", b"\n") if self._lone_cr else chunk
