"""Opening and reading files that strangers made, in bounded memory.

gzip is read as if it were not there. A line may be as long as `MAX_LINE`; a longer one is skipped and
reported, so that 2 GB without a line break cost 2 GB of reading and 64 MiB of memory.
"""

from __future__ import annotations

import gzip
import io
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from bot.errors import ImportFileError

# A page of 500 posts from X with everything attached stays under 10 MiB.
MAX_LINE = 64 * 1024**2
# How much decides what a file is.
HEAD = 64 * 1024
_SKIP = 1024**2

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_GZIP = b"\x1f\x8b"
_DAMAGE = (EOFError, zlib.error, OSError)
# Formats that people hand over by mistake, with what to do instead.
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet; unpack it, or save the sheet as CSV (UTF-8)"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"BZh", "a bzip2 archive; unpack it, or compress with gzip"),
    (b"\xfd7zXZ", "an xz archive; unpack it, or compress with gzip"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it, or compress with gzip"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line with its line break; `content` is None where it is longer than `MAX_LINE`."""

    number: int
    content: bytes | None


class ImportFile:
    """One open file. `head` is the beginning of its text, `changed_at` when it was last written.

    `changed_at` dates what the file itself does not date. Use as a context manager.
    """

    def __init__(self, path: Path, raw: io.BufferedReader) -> None:
        self.path = path
        self._raw = raw
        status = path.stat()
        self.size = status.st_size
        self.changed_at = datetime.fromtimestamp(status.st_mtime, tz=UTC)
        self._packed = raw.peek(2)[:2] == _GZIP
        self._stream = self._open()
        try:
            self.head = self._stream.read(HEAD)
        except _DAMAGE as error:
            raise self._explained(error, line=1) from error

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file and refuse what cannot be text. Raises ImportFileError."""
        raw = _open(path)
        try:
            file = cls(path, raw)
            file._refuse_what_is_no_text()
        except BaseException:
            raw.close()
            raise
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._raw.close()

    @property
    def position(self) -> int:
        """How many bytes of the file on disk have been read, for progress."""
        return self._raw.tell()

    @property
    def text(self) -> bytes:
        """The head without its byte order mark and leading white space."""
        return self.head.removeprefix(_BOM).lstrip()

    def lines(self) -> Iterator[Line]:
        """Read the lines from the beginning. Raises ImportFileError where the file is damaged."""
        self._raw.seek(0)
        self._stream = self._open()
        readline = self._stream.readline
        number = 0
        try:
            while content := readline(MAX_LINE + 1):
                number += 1
                if number == 1:
                    content = content.removeprefix(_BOM)
                if len(content) > MAX_LINE:
                    self._skip_line()
                    yield Line(number=number, content=None)
                else:
                    yield Line(number=number, content=content)
        except _DAMAGE as error:
            raise self._explained(error, line=number + 1) from error

    def _open(self) -> BinaryIO:
        if not self._packed:
            return self._raw
        return io.BufferedReader(gzip.GzipFile(fileobj=self._raw), _SKIP)

    def _skip_line(self) -> None:
        while chunk := self._stream.readline(_SKIP):
            if chunk.endswith(b"\n"):
                return

    def _refuse_what_is_no_text(self) -> None:
        foreign = next((what for magic, what in _FOREIGN if self.head.startswith(magic)), None)
        if foreign is not None:
            raise ImportFileError(self.path, f"this is {foreign}.")
        if self.head.startswith(_UTF16):
            raise ImportFileError(self.path, "this is UTF-16 text; save it as UTF-8.")
        if not self.text:
            raise ImportFileError(self.path, "the file is empty.")
        # A NUL here and there is damage, which costs the line it stands in.
        if self.head.count(0) * 20 > len(self.head):
            raise ImportFileError(self.path, "this is a binary file, not text.")

    def _explained(self, error: Exception, *, line: int) -> ImportFileError:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            return ImportFileError(self.path, f"it cannot be read ({error.strerror}).", line=line)
        return ImportFileError(self.path, "the gzip archive is cut short or damaged here.", line=line)


def _open(path: Path) -> io.BufferedReader:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ImportFileError(path, "this is a folder; name the files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise ImportFileError(path, "this is no regular file; save what it yields to a file first.")
        return path.open("rb")
    except FileNotFoundError:
        raise ImportFileError(path, "there is no such file.") from None
    except (OSError, ValueError) as error:
        # ValueError: a NUL byte in the name.
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ImportFileError(path, f"it cannot be opened ({reason}).") from error
