"""Our own set: seven CSV files in a folder or a zip. The starter registry is one; so is every export."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.accounts import AccountRef, Platform
from bot.accounts.handles import canonical_handle, canonical_id
from bot.accounts.hosts import canonical_host
from bot.errors import ImportFileError
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.tables import TableRow, table
from bot.registry.markings import goes_as_far
from bot.registry.typology import CLASSES
from bot.store.claims import Basis, put_derivation
from bot.store.export import FILES, GRADES, KINDS, LATER, MARKINGS, NAME_KINDS
from bot.store.records import EntityId, Grade, Relation, Source
from bot.store.registry import HOLDING
from bot.text.inert import quoted

_RELATIONS = tuple(relation.value for relation in Relation)
_PLATFORMS = tuple(platform.value for platform in Platform)

# A day, a month or a year.
DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")


class RefusedRowError(Exception):
    """Why one row is left out."""


def import_own(folder: Traversable, recorder: Recorder) -> ImportReport:
    """Write a set. A row that names no source, or one that is not held, is refused.

    Raises ImportFileError where a file is missing or lacks a column.
    """
    report = ImportReport(format=Format.OWN)
    keys: list[str] = []
    for name, columns in FILES.items():
        for row in _rows(folder, name, columns=columns):
            report.rows_read += 1
            before, conflicts = recorder.new.total, recorder.conflicts
            try:
                write_row(recorder, name, row)
            except RefusedRowError as refused:
                report.reject_row(row.number, str(refused), file=name)
                continue
            report.accepted += recorder.new.total > before
            report.merged += recorder.new.total == before
            report.in_conflict += recorder.conflicts > conflicts
            if name == "sources.csv":
                keys.append(row["key"])
    for row in _rows(folder, "sources.csv", columns=FILES["sources.csv"]):
        if row["derived_from"]:
            put_derivation(recorder.connection, row["key"], derived_from=row["derived_from"])
    report.sources = tuple(keys)
    report.new = recorder.new
    report.again = sum(map(len, recorder.again.values()))
    return report


def write_row(recorder: Recorder, file: str, row: TableRow) -> None:
    """Write one row of one of the seven files. Raises RefusedRowError for one that cannot stand."""
    _WRITERS[file](recorder, row)


def is_own(folder: Traversable) -> bool:
    """Whether a folder or zip holds a set of ours."""
    return folder.is_dir() and (folder / "sources.csv").is_file()


def digest(folder: Traversable) -> str:
    """Return the SHA-256 of a set's files, in hexadecimal."""
    content = sha256()
    for name in FILES:
        content.update((folder / name).read_bytes())
    return content.hexdigest()


def newest_retrieval(folder: Traversable) -> str:
    """Return the date on which the newest of a set's sources was retrieved."""
    return max(row["retrieved_on"] for row in _rows(folder, "sources.csv", columns=FILES["sources.csv"]))


def _rows(folder: Traversable, name: str, *, columns: tuple[str, ...]) -> Iterator[TableRow]:
    file = folder / name
    shown = Path(name)
    if not file.is_file():
        raise ImportFileError(shown, "the set lacks this file. It holds " + ", ".join(FILES))
    try:
        # As it stands: a text may hold line breaks of any kind.
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFileError(shown, "this is not UTF-8 text") from error
    needed = [column for column in columns if column not in LATER]
    rows = table(io.StringIO(text, newline=""), file=shown, needed=needed)
    return (row for row in rows if not row.blank)


def _source(recorder: Recorder, row: TableRow) -> None:
    for column in ("key", "title", "publisher", "retrieved_on"):
        if not row[column]:
            raise RefusedRowError(f"the {column} is missing")
    tlp = _one_of(row, "tlp", MARKINGS) if row["tlp"] else None
    if not goes_as_far(tlp, recorder.up_to):
        raise RefusedRowError(f"it is marked TLP:{tlp}, which goes less far than TLP:{recorder.up_to}")
    recorder.source(
        Source(
            key=row["key"],
            title=row["title"],
            publisher=row["publisher"],
            url=row["url"],
            published_on=_date(row, "published_on"),
            retrieved_on=row["retrieved_on"],
            grade=_grade(row),
            licence=row["licence"] or None,
            tlp=tlp,
        )
    )


def _entity(recorder: Recorder, row: TableRow) -> None:
    recorder.entity(row["key"], kind=_one_of(row, "kind", KINDS), country=row["country"] or None)


def _name(recorder: Recorder, row: TableRow) -> None:
    if not row["name"]:
        raise RefusedRowError("the name is missing")
    recorder.name(
        _entity_id(recorder, row, "entity"),
        row["name"],
        source=_source_id(recorder, row),
        kind=_one_of(row, "kind", NAME_KINDS),
        language=row["language"] or None,
    )


def _typology(recorder: Recorder, row: TableRow) -> None:
    recorder.typology(
        _entity_id(recorder, row, "entity"),
        _one_of(row, "code", CLASSES),
        edition=row["edition"],
        source=_source_id(recorder, row),
        locator=row["locator"],
    )


def _claim(recorder: Recorder, row: TableRow) -> None:
    relation = _relation(row)
    if relation in HOLDING:
        raise RefusedRowError(f"{relation} ties an entity to an account or site, not to another entity")
    subject, object_ = (_entity_id(recorder, row, column) for column in ("subject", "object"))
    recorder.claim(subject, relation, object_, basis=_basis(recorder, row))


def _account(recorder: Recorder, row: TableRow) -> None:
    platform = Platform(_one_of(row, "platform", _PLATFORMS))
    handle = canonical_handle(platform, row["handle"]) if row["handle"] else None
    platform_id = canonical_id(platform, row["platform_id"]) if row["platform_id"] else None
    for column, given, read in (
        ("handle", row["handle"], handle),
        ("platform_id", row["platform_id"], platform_id),
    ):
        if given and read is None:
            raise RefusedRowError(f"{quoted(given)} cannot be a {column} on {platform}")
    if handle is None and platform_id is None:
        raise RefusedRowError("both handle and platform_id are missing")
    recorder.account(
        _entity_id(recorder, row, "entity"),
        AccountRef(platform=platform, handle=handle, platform_id=platform_id),
        relation=_relation(row),
        basis=_basis(recorder, row),
    )


def _domain(recorder: Recorder, row: TableRow) -> None:
    host = canonical_host(row["host"])
    if host is None:
        raise RefusedRowError(f"{quoted(row['host'])} is no host name")
    entity = _entity_id(recorder, row, "entity")
    recorder.site(entity, host.removeprefix("www."), relation=_relation(row), basis=_basis(recorder, row))


_WRITERS: dict[str, Callable[[Recorder, TableRow], None]] = {
    "sources.csv": _source,
    "entities.csv": _entity,
    "names.csv": _name,
    "typology.csv": _typology,
    "claims.csv": _claim,
    "accounts.csv": _account,
    "domains.csv": _domain,
}


def _basis(recorder: Recorder, row: TableRow) -> Basis:
    return Basis(
        source_id=_source_id(recorder, row),
        grade=_grade(row),
        locator=row["locator"],
        hedge=row["hedge"] or None,
        valid_from=_date(row, "valid_from"),
        valid_to=_date(row, "valid_to"),
    )


def _source_id(recorder: Recorder, row: TableRow) -> int:
    if not row["source"]:
        raise RefusedRowError("the row names no source")
    try:
        return recorder.source_id(row["source"])
    except KeyError as error:
        raise RefusedRowError(
            f"the source {quoted(row['source'])} is not in sources.csv, or was left out"
        ) from error


def _entity_id(recorder: Recorder, row: TableRow, column: str) -> EntityId:
    try:
        return recorder.entity_id(row[column])
    except KeyError as error:
        raise RefusedRowError(f"the {column} {quoted(row[column])} is not in entities.csv") from error


def _grade(row: TableRow) -> Grade:
    reliability = _one_of(row, "reliability", GRADES[0])
    return Grade(reliability=reliability, credibility=_one_of(row, "credibility", GRADES[1]))


def _relation(row: TableRow) -> Relation:
    return Relation(_one_of(row, "relation", _RELATIONS))


def _one_of(row: TableRow, column: str, accepted: Collection[str]) -> str:
    if row[column] not in accepted:
        raise RefusedRowError(f"the {column} {quoted(row[column])} is none of {', '.join(accepted)}")
    return row[column]


def _date(row: TableRow, column: str) -> str | None:
    text = row[column]
    if text and not DATE.fullmatch(text):
        raise RefusedRowError(f"the {column} {quoted(text)} is no date (2024, 2024-02 or 2024-02-07)")
    return text or None
