"""The account list of Hamilton 2.0: one row an outlet, office or official, one column a platform.

Two lists were merged in it: most accounts stand in two rows, one with a controlling body and one
without. Rows are the same entity when they name one X account, or bear one name, within one country
and one type. A handle typed both media and government stays with two entities: the source disagrees
with itself, and both readings are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform
from bot.accounts.handles import match_key
from bot.registry.importers.cells import Cell, read_cell
from bot.registry.importers.countries import country_code
from bot.registry.importers.keys import entity_key
from bot.registry.importers.recorder import Recorder, grade
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.tables import TableRow
from bot.store.claims import Basis
from bot.store.lookups import entities_of_rows, entity_named_by
from bot.store.records import EntityId, Relation, Source
from bot.text.inert import quoted

SOURCE = Source(
    key="asd-hamilton-2024",
    title="Hamilton 2.0 account list 2024",
    publisher="Alliance for Securing Democracy at GMF",
    url="https://github.com/ASD-at-GMF/social_profile_utils",
    published_on="2024-12-02",
    retrieved_on="2026-11-21",
    grade=grade("B2"),
    licence="MIT",
)

# A row with a known trap is graded below its list.
PLAIN = SOURCE.grade
TRAPPED = grade("C3")

HEADERS = frozenset(
    {"category", "account type", "name", "position, notes, or reason for inclusion", "twitter id"}
)
_BODY = "position, notes, or reason for inclusion"

COLUMNS = {
    "twitter id": Platform.X,
    "facebook id": Platform.FACEBOOK,
    "youtube id": Platform.YOUTUBE,
    "instagram id": Platform.INSTAGRAM,
    "tiktok": Platform.TIKTOK,
    "telegram id": Platform.TELEGRAM,
    "threads": Platform.THREADS,
    "vk": Platform.VK,
}

# How the list types its rows, and as what the registry holds them.
KINDS = {"media": "outlet", "diplomatic/government": "government"}

BODY_KINDS = frozenset({"government", "party", "organisation", "company", "publisher"})

# The column of bodies also says that none is known.
_NO_BODY = frozenset({"", "unknown", "n/a", "na"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row whose cells have been read. `name` is None where the list leaves it blank."""

    number: int
    country: str | None
    kind: str
    name: str | None
    body: str | None
    cells: dict[str, Cell]

    @property
    def locator(self) -> str:
        return f"row {self.number}"

    @property
    def accounts(self) -> Iterator[tuple[AccountRef, Cell]]:
        return ((account, cell) for cell in self.cells.values() for account in cell.accounts)

    @property
    def x_key(self) -> str | None:
        cell = self.cells.get("twitter id")
        return match_key(cell.accounts[0]) if cell is not None and cell.accounts else None


def import_hamilton(rows: Iterable[TableRow], recorder: Recorder) -> ImportReport:
    """Write the list. Rows are few (thousands), so they are read whole: a trap shows over many rows."""
    report = ImportReport(format=Format.HAMILTON, sources=(SOURCE.key,))
    read = list(_read(rows, report))
    source = recorder.source(SOURCE)
    entities = _Entities(recorder, source)
    held = [(row, entities.of(row)) for row in read]
    shared = _shared(held)
    for row, entity in held:
        _write(recorder, row, entity=entity, source=source, trapped=shared)
    _count(report, held, shared=shared, entities=entities)
    report.new = recorder.new
    return report


def _read(rows: Iterable[TableRow], report: ImportReport) -> Iterator[_Row]:
    for row in rows:
        report.rows_read += 1
        kind = KINDS.get(row["account type"].lower())
        if row.blank:
            report.reject_row(row.number, "the row is blank")
            continue
        if kind is None:
            reason = f"{quoted(row['account type'])} is neither Media nor Diplomatic/Government"
            report.reject_row(row.number, reason)
            continue
        cells = {column: read_cell(platform, row[column]) for column, platform in COLUMNS.items()}
        for column, cell in cells.items():
            for reason in cell.reasons:
                report.reject_cell(row.number, column, reason)
        if not any(cell.accounts for cell in cells.values()):
            report.reject_row(row.number, "the row names no account that can be used")
            continue
        name, body = " ".join(row["name"].split()), " ".join(row[_BODY].split())
        # Only the Chinese rows use the column for the controlling body.
        names_body = row["category"].lower() == "china" and body.lower() not in _NO_BODY
        yield _Row(
            number=row.number,
            country=country_code(row["category"]),
            kind=kind,
            name=name if name and name != "NA" else None,
            body=body if names_body else None,
            cells=cells,
        )


class _Entities:
    """Which entity each row speaks of: as read before, else by X account, else by name."""

    def __init__(self, recorder: Recorder, source: int) -> None:
        self._recorder = recorder
        self._source = source
        self._of_rows = entities_of_rows(recorder.connection, source)
        self._by_x: dict[tuple[str, str | None, str], EntityId] = {}
        self._by_name: dict[tuple[str, str | None, str], EntityId] = {}
        self.rows: Counter[EntityId] = Counter()

    def of(self, row: _Row) -> EntityId:
        entity = self._known(row)
        name = row.name or f"@{next(row.accounts)[0].handle}"
        if entity is None:
            key = entity_key("hamilton", row.country, row.kind, name)
            entity = self._recorder.entity(key, kind=row.kind, country=row.country)
            self._recorder.name(entity, name, source=self._source, kind="main")
        elif row.name is not None:
            self._recorder.name(entity, name, source=self._source)
        if row.x_key is not None:
            self._by_x.setdefault((row.kind, row.country, row.x_key), entity)
        if row.name is not None:
            self._by_name.setdefault((row.kind, row.country, row.name.lower()), entity)
        self.rows[entity] += 1
        return entity

    def _known(self, row: _Row) -> EntityId | None:
        before = self._of_rows.get(row.locator)
        if before is not None:
            return before
        if row.x_key is not None and (found := self._by_x.get((row.kind, row.country, row.x_key))):
            return found
        return self._by_name.get((row.kind, row.country, row.name.lower())) if row.name is not None else None


def _shared(held: list[tuple[_Row, EntityId]]) -> set[str]:
    """Return the keys of accounts that the list gives to more than one entity."""
    holders: dict[str, set[EntityId]] = {}
    for row, entity in held:
        for account, _ in row.accounts:
            holders.setdefault(match_key(account), set()).add(entity)
    return {key for key, entities in holders.items() if len(entities) > 1}


def _write(recorder: Recorder, row: _Row, *, entity: EntityId, source: int, trapped: set[str]) -> None:
    body = _body(recorder, row, source) if row.body is not None else None
    for account, cell in row.accounts:
        doubtful = cell.doubtful or match_key(account) in trapped
        basis = Basis(source_id=source, grade=TRAPPED if doubtful else PLAIN, locator=row.locator)
        recorder.account(entity, account, basis=basis)
        # The body belongs to the account, not to its owner's name: accounts of one family stand under
        # different bodies in this list.
        if body is not None:
            recorder.account(body, account, basis=basis, relation=Relation.CONTROLS)


def _body(recorder: Recorder, row: _Row, source: int) -> EntityId:
    name = row.body or ""
    known = entity_named_by(recorder.connection, source, name, country=row.country, kinds=BODY_KINDS)
    if known is not None:
        return known
    key = entity_key("hamilton", row.country, "body", name)
    body = recorder.entity(key, kind="government", country=row.country)
    recorder.name(body, name, source=source, kind="main")
    return body


def _count(
    report: ImportReport, held: list[tuple[_Row, EntityId]], *, shared: set[str], entities: _Entities
) -> None:
    report.merged = sum(n - 1 for n in entities.rows.values())
    report.accepted = len(held) - report.merged
    report.in_conflict = sum(
        any(match_key(account) in shared for account, _ in row.accounts) for row, _ in held
    )
    on_x: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for row, _ in held:
        for account in row.cells["twitter id"].accounts:
            key = match_key(account)
            times[key] += 1
            on_x.setdefault(key, set()).add(row.kind)
    repeated = sum(n > 1 for n in times.values())
    two_types = sum(len(kinds) > 1 for kinds in on_x.values())
    two_in_one = sum(len(cell.accounts) > 1 for row, _ in held for cell in row.cells.values())
    named = {entity for row, entity in held if row.name is not None}
    unnamed = {entity for _, entity in held} - named
    report.count("repeated_x_handles", repeated)
    report.count("two_types", two_types)
    report.count("shared_accounts", len(shared))
    report.count("cells_with_two_handles", two_in_one)
    report.count("unnamed", len(unnamed))
