"""A saved answer of Wikidata's query service: organisations, their accounts, country and owners.

The query stands in docs/exchange.md. Variables: `item` and `itemLabel`, and any of `country` (ISO 3166-1
alpha-2, P297), `x` (P2002), `telegram` (P3789), `youtube` (P2397), `site` (P856), `owner` and `ownerLabel`
(P127). An item may fill several rows. Everybody may edit Wikidata: graded C3 (CC0).
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec

from bot.accounts import AccountRef, Platform, canonical_handle, canonical_id
from bot.accounts.urls import split_url
from bot.errors import ImportFileError
from bot.registry.importers.recorder import Recorder, grade
from bot.registry.importers.report import Format, ImportReport
from bot.store.claims import Basis
from bot.store.records import EntityId, Relation, Source
from bot.text.inert import quoted

_ITEM = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]{0,11})")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ACCOUNTS = {"x": Platform.X, "telegram": Platform.TELEGRAM}
C3 = grade("C3")


class _Cell(msgspec.Struct):
    value: str


class _Head(msgspec.Struct):
    vars: list[str]


class _Results(msgspec.Struct):
    bindings: list[dict[str, _Cell]]


class _Answer(msgspec.Struct):
    head: _Head
    results: _Results


# What "JSON file" saves, where "JSON file (verbose)" saves an answer.
_Plain = list[dict[str, str]]
_PLAIN = re.compile(r'\s*\[\s*\{\s*"[^"]*"\s*:\s*"')


def is_wikidata(opening: str) -> bool:
    """Whether a file begins as an answer of the query service about items."""
    if _PLAIN.match(opening):
        return '"item"' in opening and "wikidata.org/entity/Q" in opening
    return (
        opening.lstrip().startswith("{")
        and '"head"' in opening
        and '"vars"' in opening
        and '"item"' in opening
    )


def _rows(text: str, file: Path) -> list[dict[str, str]]:
    try:
        if text.lstrip().startswith("["):
            return msgspec.json.decode(text, type=_Plain)
        answer = msgspec.json.decode(text, type=_Answer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ImportFileError(file, f"no answer of Wikidata's query service: {str(error)[:160]}") from error
    return [{name: cell.value for name, cell in row.items()} for row in answer.results.bindings]


def import_wikidata(text: str, recorder: Recorder, *, file: Path, now: datetime) -> ImportReport:
    """Write an answer. Raises ImportFileError where the file is none."""
    rows = _rows(text, file)
    report = ImportReport(format=Format.WIKIDATA, sources=("wikidata",))
    source = recorder.source(
        Source(
            key="wikidata",
            title="Wikidata",
            publisher="Wikidata, edited by everybody",
            url="https://www.wikidata.org/",
            published_on=None,
            retrieved_on=f"{now:%Y-%m-%d}",
            grade=C3,
            licence="CC0-1.0",
        )
    )
    reader = _Reader(recorder, source=source, report=report)
    for number, row in enumerate(rows, start=1):
        report.rows_read += 1
        conflicts = recorder.conflicts
        reader.row(number, {name: value.strip() for name, value in row.items()})
        report.in_conflict += recorder.conflicts > conflicts
    report.accepted = report.rows_read - report.merged - report.rows_rejected
    report.new = recorder.new
    return report


class _Reader:
    def __init__(self, recorder: Recorder, *, source: int, report: ImportReport) -> None:
        self._recorder = recorder
        self._source = source
        self._report = report
        self._seen: set[str] = set()

    def row(self, number: int, row: dict[str, str]) -> None:
        item = _ITEM.fullmatch(row.get("item", ""))
        if item is None:
            self._report.reject_row(number, f"{quoted(row.get('item', ''))} is no item of Wikidata")
            return
        self._report.merged += item[1] in self._seen
        self._seen.add(item[1])
        entity = self._entity(item[1], row.get("itemLabel"), row.get("country"))
        # The item's page is where a reader finds the statement.
        basis = Basis(source_id=self._source, grade=C3, locator=item[1])
        for account in self._accounts(number, row):
            self._recorder.account(entity, account, basis=basis)
        self._site(number, row, entity, basis)
        owner = _ITEM.fullmatch(row.get("owner", ""))
        if owner is not None and owner[1] != item[1]:
            above = self._entity(owner[1], row.get("ownerLabel"), None)
            self._recorder.claim(above, Relation.OWNS, entity, basis=basis)

    def _entity(self, item: str, label: str | None, country: str | None) -> EntityId:
        code = country if country and _COUNTRY.fullmatch(country) else None
        entity = self._recorder.entity(f"wikidata:{item.lower()}", kind="organisation", country=code)
        # Without a label in the language that was asked for, the service writes the item's number.
        if label and label != item:
            self._recorder.name(entity, label, source=self._source, kind="main")
        return entity

    def _accounts(self, number: int, row: dict[str, str]) -> list[AccountRef]:
        found: list[AccountRef] = []
        for name, platform in _ACCOUNTS.items():
            if not (text := row.get(name)):
                continue
            handle = canonical_handle(platform, text)
            if handle is None:
                self._report.reject_cell(number, name, f"{quoted(text)} is no handle there")
            else:
                found.append(AccountRef(platform=platform, handle=handle))
        if text := row.get("youtube"):
            channel = canonical_id(Platform.YOUTUBE, text)
            if channel is None:
                self._report.reject_cell(number, "youtube", f"{quoted(text)} is no id of a channel")
            else:
                found.append(AccountRef(platform=Platform.YOUTUBE, platform_id=channel))
        return found

    def _site(self, number: int, row: dict[str, str], entity: EntityId, basis: Basis) -> None:
        if not (text := row.get("site")):
            return
        url = split_url(text)
        host = canonical_handle(Platform.WEBSITE, url.host) if url else None
        if host is None:
            self._report.reject_cell(number, "site", f"{quoted(text)} is no public web address")
        else:
            self._recorder.site(entity, host, basis=basis)
