"""What there is to import at a path: the file itself, or the files inside a ZIP or tar archive.

Nothing is unpacked to disk: members are read where they are, one after another, in bounded memory.
Archives come from strangers, so that their lists are bounded before they are read, what they say of sizes
is checked against what they hold, and a member's name is never used as a path.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO

from bot.errors import ImportFileError
from bot.imports.unpack import BombError, Unpacked, refuse_ratio
from bot.text.inert import quoted

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# An archive of an account holds its pictures, one file each.
MAX_MEMBERS = 200_000
MAX_CANDIDATES = 2_000
# What a ZIP archive says of its members; 200,000 of them take about 20 MiB.
MAX_LISTING = 64 * 1024**2

ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_GZIP = b"\x1f\x8b"
_READABLE = frozenset({".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".js", ".car"})
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst"})
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, struct.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file on disk, or a member of the archive there: `begin` is where it lies, `packed` its size there."""

    path: Path
    member: str | None = None
    begin: int = 0
    packed: int = 0
    size: int = 0
    # Where the bytes of a tar member begin; None for a member of a ZIP archive.
    offset: int | None = None
    # The parts of the same archive by name, for files that explain each other.
    others: Mapping[str, Part] = field(default_factory=dict[str, "Part"], compare=False, repr=False)

    @property
    def shown(self) -> Path:
        """The name for people: `archive.zip/data/tweets.js`."""
        return self.path if self.member is None else self.path / self.member

    def open(self) -> io.BufferedReader:
        """Open for reading from the beginning. Raises OSError, and ImportFileError for a useless member."""
        if self.member is None:
            return self.path.open("rb")
        if self.offset is None:
            return _zip_member(self)
        whole = _tar_stream(self.path)
        whole.seek(self.offset)
        return io.BufferedReader(_Window(whole, self.size))

    def beside(self, name: str) -> Part | None:
        """Return the file of this name in the same folder or archive folder, if there is one."""
        if self.member is None:
            path = self.path.with_name(name)
            return Part(path=path) if path.is_file() else None
        return self.others.get(str(PurePosixPath(self.member).with_name(name)))


def parts(path: Path) -> list[Part]:
    """Return what to read at a path: one part, or the readable members of an archive.

    Raises ImportFileError for an archive that cannot be read or holds nothing to read.
    """
    if not path.is_file():
        # Opening a pipe would wait for somebody to write; what is amiss is said where it is opened.
        return [Part(path=path)]
    try:
        with path.open("rb") as raw:
            head = raw.read(4)
        if head in {ZIP, _EMPTY_ZIP}:
            return _chosen(path, _zip_parts(path))
        if _is_tar(path):
            return _chosen(path, _tar_parts(path))
    except _DAMAGED as error:
        raise ImportFileError(path, "the archive is cut short or damaged.") from error
    except BombError as error:
        raise ImportFileError(path, f"{error}.") from error
    except (OSError, ValueError):
        # Opening it once more says why.
        return [Part(path=path)]
    return [Part(path=path)]


def _chosen(path: Path, found: Iterator[Part]) -> list[Part]:
    chosen: dict[str, Part] = {}
    nested: list[str] = []
    for listed, part in enumerate(found, start=1):
        name = part.member or ""
        if listed > MAX_MEMBERS:
            raise ImportFileError(path, f"the archive holds more than {MAX_MEMBERS:,} files.")
        inside = PurePosixPath(name.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts:
            reason = f"the name {quoted(name)} leads out of the archive, so the archive is not read."
            raise ImportFileError(path, reason)
        ending = inside.suffix.lower()
        if ending in _ARCHIVES:
            nested.append(name)
        elif ending in _READABLE and not inside.name.startswith(".") and inside.parts[0] != "__MACOSX":
            chosen[name] = part
    if len(chosen) > MAX_CANDIDATES:
        raise ImportFileError(path, f"the archive holds more than {MAX_CANDIDATES:,} data files.")
    if nested and not chosen:
        reason = f"the archive holds another archive, {quoted(nested[0])}; unpack the outer one first."
        raise ImportFileError(path, reason)
    if not chosen:
        raise ImportFileError(path, "the archive holds no CSV, JSON, .js or .car file.")
    return [replace(part, others=chosen) for part in chosen.values()]


def _zip_parts(path: Path) -> Iterator[Part]:
    _refuse_long_listing(path)
    with zipfile.ZipFile(path) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
    # Office Open XML and OpenDocument files are ZIP archives with these members.
    if {"[Content_Types].xml", "META-INF/manifest.xml"} & {info.filename for info in members}:
        raise ImportFileError(path, "this is a spreadsheet or document; save the sheet as CSV (UTF-8).")
    for info in members:
        yield Part(
            path=path,
            member=info.filename,
            begin=info.header_offset,
            packed=info.compress_size,
            size=info.file_size,
        )


def _refuse_long_listing(path: Path) -> None:
    """Look at the size of a ZIP's directory before it is read into memory as a whole.

    PKWARE APPNOTE 4.3.16: signature, then the directory's size at byte 12 of the last record.
    """
    with path.open("rb") as raw:
        size = raw.seek(0, io.SEEK_END)
        raw.seek(max(0, size - 65_557))
        tail = raw.read()
    at = tail.rfind(_EMPTY_ZIP)
    if at < 0:
        raise zipfile.BadZipFile
    listing: int = struct.unpack_from("<I", tail, at + 12)[0]
    at64 = tail.rfind(b"PK\x06\x06", 0, at)
    if listing == 0xFFFFFFFF and at64 >= 0:
        listing = struct.unpack_from("<Q", tail, at64 + 40)[0]
    if listing > MAX_LISTING:
        raise ImportFileError(path, "the archive's list of files is longer than any real export's.")


def _zip_member(part: Part) -> io.BufferedReader:
    refuse_ratio(produced=part.size, consumed=part.packed)
    archive = zipfile.ZipFile(part.path)
    try:
        info = archive.getinfo(part.member or "")
        _refuse_encrypted(part, info)
        # The member keeps the archive's file open until it is closed itself.
        return io.BufferedReader(_Member(archive, archive.open(info)), 1024**2)
    except NotImplementedError as error:
        archive.close()
        reason = "the archive is packed in a way that is not read; pack it again as a plain ZIP."
        raise ImportFileError(part.shown, reason) from error
    except BaseException:
        archive.close()
        raise


def _refuse_encrypted(part: Part, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        reason = "the file is encrypted; unpack the archive with its password first."
        raise ImportFileError(part.shown, reason)


class _Member(io.RawIOBase):
    """One member of a ZIP archive, which closes the archive with itself."""

    def __init__(self, archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
        self._archive = archive
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        chunk = self._stream.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


class _Window(io.RawIOBase):
    """The next `size` bytes of a stream, which is closed with it."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        chunk = self._stream.read(min(len(view), self._left))
        if not chunk and self._left and len(view):
            raise EOFError
        view[: len(chunk)] = chunk
        self._left -= len(chunk)
        return len(chunk)

    def tell(self) -> int:
        return self._size - self._left

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _tar_stream(path: Path) -> BinaryIO:
    raw = path.open("rb")
    return Unpacked.buffered(raw) if raw.peek(2)[:2] == _GZIP else raw


def _is_tar(path: Path) -> bool:
    try:
        with _tar_stream(path) as stream:
            # The magic of POSIX and of GNU tar, at byte 257 of the first header.
            return stream.read(512)[257:262] == b"ustar"
    except _DAMAGED:
        return False


def _tar_parts(path: Path) -> Iterator[Part]:
    with _tar_stream(path) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
        size, unpacked = path.stat().st_size, 0
        for info in archive:
            # What a header announces is skipped over next, which costs as much as reading it.
            unpacked += info.size
            refuse_ratio(produced=unpacked, consumed=size)
            # A sparse file may claim to hold any number of zeros.
            if info.isreg() and not info.issparse():
                yield Part(
                    path=path, member=info.name, size=info.size, packed=info.size, offset=info.offset_data
                )
