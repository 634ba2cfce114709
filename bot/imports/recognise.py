"""What to read at a path, and as which format: one file, or every known file of an archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import ImportFileError
from bot.imports.archives import Part, parts
from bot.imports.common import Importer
from bot.imports.detect import accepted, by_name, detect, recognised
from bot.imports.files import ImportFile, encoding_note


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A file with its format. `note` is a sentence about how it had to be read, if there is one."""

    part: Part
    importer: Importer
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is read at a path. `refused` are members of an archive that should be readable and are not."""

    files: tuple[Recognised, ...]
    refused: tuple[ImportFileError, ...] = ()


def recognise(path: Path, *, name: str | None, now: datetime) -> Contents:
    """Open what is at a path and read each first row, so that a useless file is refused at once.

    `name` is the format that the person named. Raises InputError, and ImportFileError where nothing can
    be read. Members of an archive that are in no known format are passed over: exports hold many.
    """
    named = None if name is None else by_name(name)
    found = parts(path)
    if len(found) == 1 and found[0].member is None:
        return Contents(files=(_file(found[0], named=named, now=now),))
    files: list[Recognised] = []
    refused: list[ImportFileError] = []
    for part in found:
        try:
            file = _member(part, named=named if len(found) == 1 else None, now=now)
        except ImportFileError as error:
            refused.append(error)
            continue
        if file is not None and (named is None or file.importer is named):
            files.append(file)
    if not files:
        raise refused[0] if refused else _nothing_known(path, found)
    return Contents(files=tuple(files), refused=tuple(refused))


def _file(part: Part, *, named: Importer | None, now: datetime) -> Recognised:
    with ImportFile.open(part) as file:
        return _tried(file, part, importer=named or detect(file), now=now)


def _member(part: Part, *, named: Importer | None, now: datetime) -> Recognised | None:
    if part.size == 0:
        return None
    with ImportFile.open(part) as file:
        importer = named or recognised(file)
        return None if importer is None else _tried(file, part, importer=importer, now=now)


def _tried(file: ImportFile, part: Part, *, importer: Importer, now: datetime) -> Recognised:
    next(iter(importer.records(file, now=now)), None)
    return Recognised(part=part, importer=importer, note=encoding_note(file))


def _nothing_known(path: Path, found: list[Part]) -> ImportFileError:
    reason = f"none of the {len(found)} data file(s) in the archive is in a known format. Masthead imports: "
    return ImportFileError(path, f"{reason}{accepted()}.")
