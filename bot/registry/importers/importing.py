"""Reading a file into the registry: which list it is shows in its content, not in its name."""

from __future__ import annotations

import csv
import sqlite3
import zipfile
from contextlib import ExitStack
from datetime import datetime
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TextIO

from bot.errors import ImportFileError, UnknownFormatError
from bot.registry.curation.loads import Taken, begin, enter_load
from bot.registry.importers import hamilton, matrix, stix_objects, wikidata
from bot.registry.importers.ftm import import_ftm
from bot.registry.importers.misp import import_misp
from bot.registry.importers.misp_events import is_misp
from bot.registry.importers.own import digest, import_own, is_own
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.stix import import_stix
from bot.registry.importers.tables import header_key, table
from bot.registry.markings import COMMUNITY
from bot.store.claims import record_load
from bot.store.export import FILES
from bot.store.held import high_marks
from bot.store.records import Grade

ACCEPTED = (
    "the Hamilton account list (CSV), the State Media Matrix (CSV), FollowTheMoney entities (JSON lines), "
    "a saved answer of Wikidata's query service (JSON), STIX 2.1 bundles (JSON), MISP events (JSON) and "
    f"Masthead's own set (a folder or zip with {', '.join(FILES)})."
)

# A packed file this large is no registry; unpacking it would fill the memory.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
# One JSON document, read as a whole: it takes several times as much memory.
MAX_ANSWER = 256 * 1024 * 1024


def import_file(
    connection: sqlite3.Connection,
    path: Path,
    *,
    now: datetime,
    format: str | None = None,  # noqa: A002 - named as on the command line
    rating: Grade | None = None,
    up_to: str = COMMUNITY,
) -> ImportReport:
    """Read a public list or a set of ours into the registry; a second reading adds nothing.

    Run it inside one write transaction (`Database.write`): when it raises, nothing is kept. `rating` is
    the grade of a file whose quality cannot be seen (FollowTheMoney, STIX, MISP); `up_to` the TLP level that
    may be held, TLP:RED never. Raises UnknownFormatError, and
    ImportFileError with the line that cannot be read.
    """
    try:
        kind = recognise(path) if format is None else Format(format)
    except ValueError:
        raise UnknownFormatError(
            path, accepted=f"{ACCEPTED} `--format` is one of {', '.join(Format)}."
        ) from None
    recorder = Recorder(connection, now=now, up_to=up_to)
    begin(connection, now=now)
    before = high_marks(connection)
    try:
        with ExitStack() as stack:
            if kind is Format.OWN:
                folder = _folder(path, stack)
                report = import_own(folder, recorder)
                version = digest(folder)
            else:
                version = _digest(path)
                lines = stack.enter_context(path.open(encoding="utf-8-sig", newline=""))
                report = _import_lines(kind, lines, recorder, path=path, now=now, rating=rating)
    except OSError as error:
        raise ImportFileError(path, f"the file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ImportFileError(path, "this is not UTF-8 text") from error
    taken = Taken(revoked=recorder.revoked, again=recorder.again)
    report.revoked, report.again = (sum(map(len, rows.values())) for rows in (taken.revoked, taken.again))
    if report.new.total or taken.rows:
        named = f"{kind}-{version[:12]}"
        record_load(connection, "import", version=named, now=now)
        enter_load(connection, named, before=before, now=now, facts=report.new.total, taken=taken)
    return report


def preview_file(
    connection: sqlite3.Connection,
    path: Path,
    *,
    now: datetime,
    format: str | None = None,  # noqa: A002 - named as on the command line
    rating: Grade | None = None,
    up_to: str = COMMUNITY,
) -> ImportReport:
    """Return what `import_file` would report, and leave everything as it is. Raises what it raises."""
    connection.execute("SAVEPOINT preview")
    try:
        return import_file(connection, path, now=now, format=format, rating=rating, up_to=up_to)
    finally:
        connection.execute("ROLLBACK TO preview")
        connection.execute("RELEASE preview")


def recognise(path: Path) -> Format:
    """Say which list a file is. Raises UnknownFormatError for any other."""
    try:
        with ExitStack() as stack:
            if path.is_dir() or zipfile.is_zipfile(path):
                if is_own(_folder(path, stack)):
                    return Format.OWN
                raise UnknownFormatError(path, accepted=ACCEPTED)
            opening = stack.enter_context(path.open(encoding="utf-8-sig", newline="")).read(1 << 16)
    except OSError as error:
        raise ImportFileError(path, f"the file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError:
        raise UnknownFormatError(path, accepted=ACCEPTED) from None
    if stix_objects.is_stix(opening):
        return Format.STIX
    if is_misp(opening):
        return Format.MISP
    first = opening.partition("\n")[0]
    headers = {header_key(cell) for cell in next(csv.reader([first]), list[str]())}
    if headers >= hamilton.HEADERS:
        return Format.HAMILTON
    if headers >= matrix.HEADERS:
        return Format.MATRIX
    if wikidata.is_wikidata(opening):
        return Format.WIKIDATA
    if first.lstrip().startswith("{") and '"schema"' in first and '"properties"' in first:
        return Format.FTM
    raise UnknownFormatError(path, accepted=ACCEPTED)


def _import_lines(
    kind: Format, lines: TextIO, recorder: Recorder, *, path: Path, now: datetime, rating: Grade | None
) -> ImportReport:
    match kind:
        case Format.HAMILTON:
            return hamilton.import_hamilton(table(lines, file=path, needed=hamilton.HEADERS), recorder)
        case Format.MATRIX:
            return matrix.import_matrix(table(lines, file=path, needed=matrix.HEADERS), recorder)
        case Format.WIKIDATA:
            return wikidata.import_wikidata(_whole(lines, path), recorder, file=path, now=now)
        case Format.STIX:
            return import_stix(_whole(lines, path), recorder, file=path, now=now, rating=rating)
        case Format.MISP:
            return import_misp(_whole(lines, path), recorder, file=path, now=now, rating=rating)
        case _:
            return import_ftm(lines, recorder, file=path, now=now, rating=rating)


def _whole(lines: TextIO, path: Path) -> str:
    text = lines.read(MAX_ANSWER + 1)
    if len(text) > MAX_ANSWER:
        raise ImportFileError(path, "the file is larger than 256 MiB; take it in parts")
    return text


def _folder(path: Path, stack: ExitStack) -> Traversable:
    """Open a folder or zip; a zip may hold the set in one folder of its own."""
    if path.is_dir():
        return path
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except zipfile.BadZipFile as error:
        raise ImportFileError(path, "this zip is damaged") from error
    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise ImportFileError(path, "this zip unpacks to more than 256 MiB, which no registry set does")
    root = zipfile.Path(archive)
    inner = list(root.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else root


def _digest(path: Path) -> str:
    content = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            content.update(block)
    return content.hexdigest()
