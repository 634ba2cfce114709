"""Bodies of answers, decompressed piece by piece and never past a limit."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

# zlib's window size, plus 16: a gzip header is read.
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"

IDENTITY = frozenset({"", "identity"})
ACCEPTED = "gzip, deflate"


class BrokenBodyError(ValueError):
    """A body is not compressed as its header says, or ends early."""


class OversizedBodyError(ValueError):
    """A body is longer than its limit."""


async def read_body(
    pieces: AsyncIterator[bytes], *, encoding: str, limit: int, cut: bool
) -> tuple[bytes, bool]:
    """Return a decompressed body of at most `limit` bytes, and whether it was cut there.

    `encoding` is the Content-Encoding header. Raises BrokenBodyError, and OversizedBodyError unless `cut`.
    """
    decoder = _decoder(encoding.strip().lower())
    body = bytearray()
    async for piece in pieces:
        # One byte more than fits tells a full body from one that goes on.
        body += decoder.decode(piece, room=limit + 1 - len(body))
        if len(body) > limit:
            if not cut:
                raise OversizedBodyError
            return bytes(body[:limit]), True
    decoder.end()
    return bytes(body), False


def _decoder(encoding: str) -> _Plain | _Inflating:
    if encoding in IDENTITY:
        return _Plain()
    if encoding in {"gzip", "x-gzip"}:
        return _Inflating(_GZIP_WINDOW)
    if encoding == "deflate":
        return _Inflating(zlib.MAX_WBITS)
    raise BrokenBodyError(f"encoding {encoding[:40]!r}")


class _Plain:
    def decode(self, piece: bytes, *, room: int) -> bytes:
        return piece[:room]

    def end(self) -> None:
        """A plain body may end anywhere; aiohttp sees to the announced length."""


class _Inflating:
    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._started = False

    def decode(self, piece: bytes, *, room: int) -> bytes:
        if not self._started and piece:
            self._started = True
            # "deflate" is sent with and without the zlib header; the low half of its first byte is 8.
            if self._window == zlib.MAX_WBITS and piece[0] & 0x0F != 8:
                self._window = -zlib.MAX_WBITS
                self._stream = zlib.decompressobj(self._window)
        out = bytearray()
        try:
            while piece and len(out) < room:
                out += self._stream.decompress(piece, room - len(out))
                piece = self._next_member() if self._stream.eof else self._stream.unconsumed_tail
        except zlib.error as error:
            raise BrokenBodyError(str(error)) from error
        return bytes(out)

    def _next_member(self) -> bytes:
        """Return what follows a finished gzip member when it is another one; padding is dropped."""
        rest = self._stream.unused_data
        if self._window != _GZIP_WINDOW or not rest.startswith(_GZIP_MAGIC):
            return b""
        self._stream = zlib.decompressobj(self._window)
        return rest

    def end(self) -> None:
        if self._started and not self._stream.eof:
            raise BrokenBodyError("the body ends early")
