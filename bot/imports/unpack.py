"""gzip as a stream that refuses to become far larger than it was."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Posts pack to between a fifth and a fiftieth of their size. Below the size nobody is harmed.
MAX_RATIO = 200
HARMLESS = 256 * 1024**2
_BUFFER = 1024**2


class BombError(OSError):
    """Something unpacks to far more than any data does."""


def refuse_ratio(*, produced: int, consumed: int) -> None:
    """Raise BombError where so much came, or is announced, out of so little."""
    if produced > HARMLESS and produced > MAX_RATIO * max(consumed, 1):
        raise BombError(f"it unpacks to more than {MAX_RATIO} times its size, which no real export does")


class Unpacked(gzip.GzipFile):
    """A gzip file that is watched while it is read; closes the file below with itself."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw, mode="rb")
        self._below = raw

    @classmethod
    def buffered(cls, raw: BinaryIO) -> io.BufferedReader:
        return io.BufferedReader(cls(raw), _BUFFER)  # pyright: ignore[reportArgumentType]  # GzipFile is a raw stream

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        size = super().readinto(buffer)
        refuse_ratio(produced=self.tell(), consumed=self._below.tell())
        return size

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._below.close()
