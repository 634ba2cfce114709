"""Opening and reading files that strangers made, in bounded memory.

gzip, archives and old encodings are read as if they were not there: what comes out is UTF-8 text, or a
repository of Bluesky, which is binary. A line may be as long as `MAX_LINE`; a longer one is skipped and
reported, so that 2 GB without a line break cost 2 GB of reading and 64 MiB of memory.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from bot.errors import ImportFileError
from bot.imports.archives import Part
from bot.imports.encodings import NAMES, Transcoded, UnknownEncodingError, encoding_of
from bot.imports.unpack import BombError, Unpacked

# A page of 500 posts from X with everything attached stays under 10 MiB.
MAX_LINE = 64 * 1024**2
# How much decides what a file is.
HEAD = 64 * 1024
_SKIP = 1024**2
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_DAMAGE = (EOFError, zlib.error, OSError, zipfile.BadZipFile)
# The header of a CAR file: its length in one byte, then a CBOR map whose first key is "roots".
_CAR = b"\xa2eroots"
# Formats that people hand over by mistake, with what to do instead.
_FOREIGN = (
    (b"PK\x03\x04", "an archive inside an archive; unpack the outer one first"),
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

    `changed_at` dates what the file itself does not date. `encoding` names the encoding that was told from
    the beginning, None for UTF-8. Use as a context manager.
    """

    def __init__(self, part: Part) -> None:
        status = part.path.stat()
        self.path = part.shown
        self.size = status.st_size
        self.changed_at = datetime.fromtimestamp(status.st_mtime, tz=UTC)
        self.encoding: str | None = None
        self._part = part
        self._lone_cr = False
        # What lies on disk or in the archive, and what is read out of it.
        self._raw, self._stream = self._open()
        try:
            self.head = self._stream.read(HEAD)
            self._recognise_text()
        except _DAMAGE as error:
            self.close()
            raise self._explained(error, line=1) from error
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, path: Path | Part) -> Self:
        """Open a file or a member of an archive and refuse what cannot be read. Raises ImportFileError."""
        part = Part(path=path) if isinstance(path, Path) else path
        _refuse_what_is_no_file(part.path)
        try:
            return cls(part)
        except (ValueError, OSError, zipfile.BadZipFile) as error:
            raise _not_opened(part.shown, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()
        self._raw.close()

    @property
    def position(self) -> int:
        """How many bytes of the file on disk have been read, for progress."""
        if self._raw.closed:
            return self.size
        done = self._raw.tell()
        return self._part.begin + (done if self._part.member is None else self._packed(done))

    @property
    def text(self) -> bytes:
        """The head without its byte order mark and leading white space."""
        return self.head.removeprefix(_BOM).lstrip()

    @property
    def is_car(self) -> bool:
        """Whether this is a repository of the AT Protocol, the one binary format that is read."""
        return self.head[1:].startswith(_CAR) or self.head[2:].startswith(_CAR)

    def beside(self, name: str) -> ImportFile | None:
        """Open the file of this name in the same folder; None where it is not there."""
        part = self._part.beside(name)
        return None if part is None else ImportFile.open(part)

    def lines(self) -> Iterator[Line]:
        """Read the lines from the beginning. Raises ImportFileError where the file is damaged."""
        self.rewind()
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

    def rewind(self) -> None:
        """Go back to the beginning, for `read`."""
        self.close()
        try:
            self._raw, self._stream = self._open()
        except _DAMAGE as error:
            raise self._explained(error, line=1) from error

    def read(self, size: int, *, line: int | None = None) -> bytes:
        """Return the next bytes, fewer only at the end. Raises ImportFileError where the file is damaged."""
        try:
            return self._stream.read(size)
        except _DAMAGE as error:
            raise self._explained(error, line=line) from error

    def _open(self) -> tuple[BinaryIO, BinaryIO]:
        raw = self._part.open()
        stream: BinaryIO = raw
        try:
            if raw.peek(2)[:2] == _GZIP:
                stream = Unpacked.buffered(raw)
        except BaseException:
            raw.close()
            raise
        if self.encoding is not None or self._lone_cr:
            inner = Transcoded(stream, encoding=self.encoding, lone_cr=self._lone_cr)
            stream = io.BufferedReader(inner, _SKIP)
        return raw, stream

    def _packed(self, done: int) -> int:
        return done * self._part.packed // max(1, self._part.size)

    def _skip_line(self) -> None:
        while chunk := self._stream.readline(_SKIP):
            if chunk.endswith(b"\n"):
                return

    def _recognise_text(self) -> None:
        """Find encoding and line ends. Raises ImportFileError for what is no text."""
        if self.is_car:
            return
        foreign = next((what for magic, what in _FOREIGN if self.head.startswith(magic)), None)
        if foreign is not None:
            raise ImportFileError(self.path, f"this is {foreign}.")
        try:
            self.encoding = encoding_of(self.head)
        except UnknownEncodingError:
            reason = (
                "this is a binary file, not text."
                if len(self.head.translate(None, _CONTROLS)) * 50 < len(self.head) * 49
                else "the text is in an encoding that cannot be told for certain; save it as UTF-8."
            )
            raise ImportFileError(self.path, reason) from None
        if self.encoding is not None:
            self._read_head_again()
        if b"\r" in self.head and b"\n" not in self.head:
            self._lone_cr = True
            self._read_head_again()
        if not self.text:
            raise ImportFileError(self.path, "the file is empty.")
        # A NUL here and there is damage, which costs the line it stands in.
        if self.head.count(0) * 20 > len(self.head):
            raise ImportFileError(self.path, "this is a binary file, not text.")

    def _read_head_again(self) -> None:
        self.rewind()
        self.head = self._stream.read(HEAD).removeprefix(_BOM)

    def _explained(self, error: Exception, *, line: int | None) -> ImportFileError:
        if isinstance(error, ImportFileError):
            return error
        if isinstance(error, BombError):
            return ImportFileError(self.path, f"{error}.", line=line)
        if self._part.member is not None:
            return ImportFileError(self.path, "the archive is cut short or damaged here.", line=line)
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            return ImportFileError(self.path, f"it cannot be read ({error.strerror}).", line=line)
        return ImportFileError(self.path, "the gzip archive is cut short or damaged here.", line=line)


def encoding_note(file: ImportFile) -> str | None:
    """Return what people should know of how the file was read."""
    if file.encoding is None or file.encoding.startswith("utf"):
        return None
    return f"{file.path.name} is not UTF-8; it was read as {NAMES[file.encoding]}. Look at a few names."


def _refuse_what_is_no_file(path: Path) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise ImportFileError(path, "there is no such file.") from None
    except (OSError, ValueError) as error:
        raise _not_opened(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise ImportFileError(path, "this is a folder; name the files in it.")
    if not stat.S_ISREG(status.st_mode):
        raise ImportFileError(path, "this is no regular file; save what it yields to a file first.")


def _not_opened(path: Path, error: Exception) -> ImportFileError:
    if isinstance(error, BombError):
        return ImportFileError(path, f"{error}.")
    if isinstance(error, zipfile.BadZipFile):
        return ImportFileError(path, "the archive is cut short or damaged here.")
    # ValueError: a NUL byte in the name.
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return ImportFileError(path, f"it cannot be opened ({reason}).")
