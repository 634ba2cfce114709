"""The State Media Matrix: company, outlet, site, class and links, one row a site.

Its Twitter column is left out: most of its links are the row's Instagram or Facebook name over again,
and many are no X handles at all. Links are copied between language editions, so one that several
outlets claim is graded below the list. Classes are dated: State Media Monitor revises them yearly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform
from bot.accounts.handles import match_key
from bot.accounts.match import match_url
from bot.accounts.urls import split_url
from bot.registry.importers.cells import Cell, read_cell
from bot.registry.importers.countries import country_code
from bot.registry.importers.keys import entity_key
from bot.registry.importers.recorder import Recorder, grade
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.tables import TableRow
from bot.registry.typology import CLASSES
from bot.store.claims import Basis
from bot.store.lookups import entities_of_rows, entity_named_by, subjects_of_rows
from bot.store.records import EntityId, Relation, Source
from bot.text.inert import quoted

MONITOR = Source(
    key="state-media-monitor",
    title="State Media Monitor",
    publisher="Media and Journalism Research Center",
    url="https://statemediamonitor.com/",
    published_on=None,
    retrieved_on="2026-11-21",
    grade=grade("B2"),
)

SOURCE = Source(
    key="asd-state-media-matrix-2024",
    title="State Media Matrix",
    publisher="Alliance for Securing Democracy at GMF, with seed data by State Media Monitor",
    url="https://github.com/ASD-at-GMF/state-media-profiles",
    published_on="2024-02-07",
    retrieved_on="2026-11-21",
    grade=grade("B2"),
    derived_from=MONITOR.key,
    licence="MIT",
)

EDITION = "2024"
PLAIN = SOURCE.grade
TRAPPED = grade("C3")

HEADERS = frozenset({"country", "media company", "main assets", "url", "typology"})

COLUMNS = {
    "instagram link": Platform.INSTAGRAM,
    "facebook link": Platform.FACEBOOK,
    "youtube link": Platform.YOUTUBE,
    "telegram link": Platform.TELEGRAM,
    "vk link": Platform.VK,
    "tiktok link": Platform.TIKTOK,
}
_UNREAD = ("linkedin link", "ok.ru link", "rutube link", "streaming media url")

# What the list writes before some names: "News agency: Xinhua".
_GENRE = re.compile(r"(?:news agency|print(?: media)?|online|television|radio|tv)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row whose cells have been read. `host` is None where the list gives no site that can be used."""

    number: int
    country: str | None
    company: str
    outlet: str
    host: str | None
    address: str | None
    code: str
    cells: dict[str, Cell]

    @property
    def locator(self) -> str:
        return f"row {self.number}"

    @property
    def accounts(self) -> Iterator[AccountRef]:
        return (account for cell in self.cells.values() for account in cell.accounts)


def import_matrix(rows: Iterable[TableRow], recorder: Recorder) -> ImportReport:
    """Write the list. It has about a thousand rows and is read whole: a trap shows over several rows."""
    report = ImportReport(format=Format.MATRIX, sources=(SOURCE.key, MONITOR.key))
    twitter = unread = 0
    read: list[_Row] = []
    for row in rows:
        report.rows_read += 1
        twitter += bool(row["twitter link"])
        unread += sum(bool(row[column]) for column in _UNREAD)
        if (known := _read(row, report)) is not None:
            read.append(known)
    recorder.source(MONITOR)
    outlets = _Outlets(recorder, recorder.source(SOURCE))
    held = [(row, outlets.of(row)) for row in read]
    shared = _claimed_twice(held)
    for row, outlet in held:
        _write(recorder, row, outlet=outlet, source=outlets.source, shared=shared)
    _count(report, held, shared=shared)
    report.merged = outlets.merged
    report.accepted = len(held) - report.merged
    report.count("twitter_left_out", twitter)
    report.count("links_not_read", unread)
    report.new = recorder.new
    return report


def _read(row: TableRow, report: ImportReport) -> _Row | None:
    company, outlet = row["media company"], row["main assets"]
    if row.blank or not (company or outlet):
        report.reject_row(row.number, "the row is blank")
        return None
    code = row["typology"]
    if code not in CLASSES:
        report.reject_row(
            row.number, f"{quoted(code)} is no class of State Media Monitor ({', '.join(CLASSES)})"
        )
        return None
    cells = {column: read_cell(platform, row[column]) for column, platform in COLUMNS.items()}
    for column, cell in cells.items():
        for reason in cell.reasons:
            report.reject_cell(row.number, column, reason)
    host, address = _site(row["url"])
    if row["url"] and host is None:
        report.reject_cell(row.number, "url", f"{quoted(row['url'])} is no site of an outlet")
    return _Row(
        number=row.number,
        country=country_code(row["country"]),
        company=_clean(company or outlet),
        outlet=_clean(outlet or company),
        host=host,
        address=address,
        code=code,
        cells=cells,
    )


def _clean(name: str) -> str:
    """Drop the genre before a name, the list's asterisks and a bracket that never opened or closed."""
    name = _GENRE.sub("", " ".join(name.split()), count=1).strip(" *")
    return name if name.count("(") == name.count(")") else name.replace("(", "").replace(")", "").strip()


def _site(text: str) -> tuple[str | None, str | None]:
    """Return the host of a site, and host and path; both None where no outlet's own site is named."""
    url = split_url(text if "://" in text else f"http://{text}") if text else None
    reference = match_url(url).reference if url is not None else None
    author = getattr(reference, "author", reference)
    if url is None or not isinstance(author, AccountRef) or author.platform is not Platform.WEBSITE:
        return None, None
    path = url.plain_path.strip("/")
    return author.handle, f"{author.handle}/{path}" if path else author.handle


class _Outlets:
    """Which entity each row speaks of: as read before, else company and outlet of one country."""

    def __init__(self, recorder: Recorder, source: int) -> None:
        self._recorder = recorder
        self.source = source
        self._of_rows = entities_of_rows(recorder.connection, source)
        self._owners = subjects_of_rows(recorder.connection, source, relation=Relation.OWNS)
        self._companies: dict[tuple[str | None, str], EntityId] = {}
        self._known: dict[tuple[str | None, str, str], EntityId] = {}
        self.merged = 0

    def of(self, row: _Row) -> EntityId:
        company = self._company(row)
        key = (row.country, row.company.lower(), row.outlet.lower())
        self.merged += key in self._known
        outlet = self._of_rows.get(row.locator) or self._known.get(key)
        if outlet is None and row.outlet.lower() == row.company.lower():
            outlet = company
        if outlet is None:
            name = entity_key("matrix", row.country, row.company, row.outlet)
            outlet = self._recorder.entity(name, kind="outlet", country=row.country)
            self._recorder.name(outlet, row.outlet, source=self.source, kind="main")
        self._known.setdefault(key, outlet)
        # An outlet that bears its company's name is that company: nothing owns itself.
        if outlet != company:
            basis = Basis(source_id=self.source, grade=PLAIN, locator=row.locator)
            self._recorder.claim(company, Relation.OWNS, outlet, basis=basis)
        return outlet

    def _company(self, row: _Row) -> EntityId:
        key = (row.country, row.company.lower())
        # A row that was read before without an owner told of a company that is its own outlet.
        before = self._owners.get(row.locator) or self._of_rows.get(row.locator)
        company = before or self._companies.get(key)
        if company is None:
            company = entity_named_by(
                self._recorder.connection,
                self.source,
                row.company,
                country=row.country,
                kinds=("publisher", "company", "government", "organisation", "outlet", "party"),
            )
        if company is None:
            name = entity_key("matrix", row.country, row.company)
            company = self._recorder.entity(name, kind="publisher", country=row.country)
            self._recorder.name(company, row.company, source=self.source, kind="main")
        self._companies.setdefault(key, company)
        return company


def _claimed_twice(held: list[tuple[_Row, EntityId]]) -> set[str]:
    holders: dict[str, set[EntityId]] = {}
    for row, outlet in held:
        for account in row.accounts:
            holders.setdefault(match_key(account), set()).add(outlet)
    return {key for key, outlets in holders.items() if len(outlets) > 1}


def _write(recorder: Recorder, row: _Row, *, outlet: EntityId, source: int, shared: set[str]) -> None:
    plain = Basis(source_id=source, grade=PLAIN, locator=row.locator)
    trapped = Basis(source_id=source, grade=TRAPPED, locator=row.locator)
    recorder.typology(outlet, row.code, edition=EDITION, source=source, locator=row.locator)
    if row.host is not None:
        recorder.site(outlet, row.host, basis=plain)
    for cell in row.cells.values():
        for account in cell.accounts:
            doubtful = cell.doubtful or match_key(account) in shared
            recorder.account(outlet, account, basis=trapped if doubtful else plain)


def _count(report: ImportReport, held: list[tuple[_Row, EntityId]], *, shared: set[str]) -> None:
    companies: dict[str, set[str]] = {}
    for row, _ in held:
        if row.address is not None:
            companies.setdefault(row.address, set()).add(row.company.lower())
    twice = {address for address, names in companies.items() if len(names) > 1}
    report.in_conflict = sum(
        row.address in twice or any(match_key(account) in shared for account in row.accounts)
        for row, _ in held
    )
    report.count("addresses_with_two_owners", len(twice))
    report.count("shared_links", len(shared))
    report.count("uncertain_classes", sum(row.code == "ISFM?" for row, _ in held))
