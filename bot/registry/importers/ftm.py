"""FollowTheMoney entities, one JSON object a line, as OpenSanctions and OCCRP publish them.

Organisations, and what ties them to each other. People are left out: the registry holds offices and
outlets, and what a person owns is not its business. Each dataset becomes a source of its own; how good
it is cannot be read from the file, so it is graded F6 unless the caller knows better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from bot.accounts import AccountRef, Platform
from bot.accounts.match import match_url
from bot.accounts.urls import split_url
from bot.errors import ImportFileError
from bot.registry.importers.countries import country_code
from bot.registry.importers.own import DATE
from bot.registry.importers.recorder import Recorder, grade
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.shared_words import PLATFORMS, account_of
from bot.registry.importers.shared_words import TIES as RELATIONS
from bot.store.claims import Basis
from bot.store.records import EntityId, Grade, Relation, Source
from bot.text.inert import quoted

# LegalEntity may be a person, so it is not among them.
KINDS = {"Company": "company", "Organization": "organisation", "PublicBody": "government"}
PEOPLE = frozenset({"Person", "LegalEntity"})

# Which properties of a tie hold its two ends, and what the registry calls it. A directorship is none of
# them: a director neither owns nor controls by that alone.
TIES = {
    "Ownership": ("owner", Relation.OWNS, "asset"),
    "Membership": ("member", Relation.MEMBER_OF, "organization"),
    "Representation": ("agent", Relation.REPRESENTS, "client"),
}

# Says how two entities are tied in its `role`; ours stand there where the model has no schema for them.
UNKNOWN_LINK = "UnknownLink"
ACCOUNT = "UserAccount"

CANNOT_BE_JUDGED = grade("F6")


class _Nested(msgspec.Struct):
    """An entity inside another, as some exports have them; only its id is used."""

    id: str


class _Line(msgspec.Struct):
    """What a line must hold, and may: FollowTheMoney values are always lists of text."""

    id: str
    schema: str
    properties: dict[str, list[str | _Nested]]
    datasets: list[str] = msgspec.field(default_factory=list[str])


_decode = msgspec.json.Decoder(_Line).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One line. `properties` maps each name to its values, all of them text."""

    line: int
    id: str
    schema: str
    properties: dict[str, list[str]]
    datasets: list[str]

    def first(self, name: str) -> str | None:
        return next(iter(self.properties.get(name, [])), None)


def import_ftm(
    lines: Iterable[str], recorder: Recorder, *, file: Path, now: datetime, rating: Grade | None = None
) -> ImportReport:
    """Write a file of entities. Raises ImportFileError with the line that is no FollowTheMoney entity."""
    report = ImportReport(format=Format.FTM)
    sources = _Sources(recorder, now=now, rating=rating or CANNOT_BE_JUDGED)
    entities: dict[str, EntityId] = {}
    ties: list[_Record] = []
    people: Counter[str] = Counter()
    for line, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        report.rows_read += 1
        conflicts = recorder.conflicts
        record = _read(text, line, file)
        if record.schema in KINDS:
            _entity(record, recorder, sources=sources, entities=entities, report=report)
        elif record.schema in TIES or record.schema in {UNKNOWN_LINK, ACCOUNT}:
            # An end may stand further down in the file.
            ties.append(record)
        elif record.schema in PEOPLE:
            people[record.schema] += 1
            report.reject_row(line, f"{record.schema}: people are not imported")
        else:
            report.reject_row(line, f"{quoted(record.schema)}: this kind of entity is not read")
        report.in_conflict += recorder.conflicts > conflicts
    for record in ties:
        conflicts = recorder.conflicts
        write = _account if record.schema == ACCOUNT else _tie
        write(record, recorder, sources=sources, entities=entities, report=report)
        report.in_conflict += recorder.conflicts > conflicts
    report.sources = tuple(sources.keys)
    report.count("people", people.total())
    report.new = recorder.new
    return report


def _read(text: str, line: int, file: Path) -> _Record:
    try:
        read = _decode(text)
    except msgspec.ValidationError as error:
        raise ImportFileError(file, f"this is no FollowTheMoney entity ({error})", line=line) from error
    except msgspec.DecodeError as error:
        raise ImportFileError(file, f"this is not JSON ({error})", line=line) from error
    return _Record(
        line=line,
        id=read.id.strip(),
        schema=read.schema,
        properties={
            name: [value if isinstance(value, str) else value.id for value in values]
            for name, values in read.properties.items()
        },
        datasets=[name.strip() for name in read.datasets if name.strip()] or ["unnamed"],
    )


class _Sources:
    """One source for each dataset named in the file."""

    def __init__(self, recorder: Recorder, *, now: datetime, rating: Grade) -> None:
        self._recorder = recorder
        self._now = now
        self.rating = rating
        self.keys: dict[str, int] = {}

    def of(self, dataset: str) -> int:
        key = f"ftm-{dataset}"
        if key not in self.keys:
            self.keys[key] = self._recorder.source(
                Source(
                    key=key,
                    title=f"FollowTheMoney dataset {dataset}",
                    publisher=dataset,
                    # The file does not say where its dataset is published.
                    url="",
                    published_on=None,
                    retrieved_on=self._now.date().isoformat(),
                    grade=self.rating,
                )
            )
        return self.keys[key]


def _entity(
    record: _Record,
    recorder: Recorder,
    *,
    sources: _Sources,
    entities: dict[str, EntityId],
    report: ImportReport,
) -> None:
    name = record.first("name")
    if name is None or not name.strip() or not record.id:
        report.reject_row(record.line, "the entity has no name, or no id")
        return
    if record.id in entities:
        report.merged += 1
    else:
        report.accepted += 1
    country = country_code(record.first("country") or record.first("jurisdiction") or "")
    entity = recorder.entity(f"ftm:{record.id}", kind=KINDS[record.schema], country=country)
    entities[record.id] = entity
    for dataset in record.datasets:
        source = sources.of(dataset)
        recorder.name(entity, name, source=source, kind="main")
        for alias in (*record.properties["name"][1:], *record.properties.get("alias", [])):
            recorder.name(entity, alias, source=source)
        for former in record.properties.get("previousName", []):
            recorder.name(entity, former, source=source, kind="former")
        basis = Basis(source_id=source, grade=sources.rating, locator=record.id)
        for website in record.properties.get("website", []):
            _website(website, entity, recorder, basis=basis, report=report, line=record.line)


def _website(
    website: str, entity: EntityId, recorder: Recorder, *, basis: Basis, report: ImportReport, line: int
) -> None:
    """A site, or the account that an entry gives for one (`https://t.me/name`)."""
    url = split_url(website if "://" in website else f"http://{website}")
    reference = match_url(url).reference if url is not None else None
    account = getattr(reference, "author", reference)
    if not isinstance(account, AccountRef):
        report.reject_cell(line, "website", f"{quoted(website)} is neither a site nor an account")
    elif account.platform is Platform.WEBSITE and account.handle is not None:
        recorder.site(entity, account.handle, basis=basis)
    else:
        recorder.account(entity, account, basis=basis)


def _tie(
    record: _Record,
    recorder: Recorder,
    *,
    sources: _Sources,
    entities: dict[str, EntityId],
    report: ImportReport,
) -> None:
    subject_property, relation, object_property = _ends(record)
    if relation is None:
        role = quoted(record.first("role") or "")
        report.reject_row(record.line, f"{record.schema}: {role} is no relation of the registry")
        return
    subject = entities.get(record.first(subject_property) or "")
    object_ = entities.get(record.first(object_property) or "")
    if subject is None or object_ is None:
        missing = subject_property if subject is None else object_property
        report.reject_row(record.line, f"{record.schema}: the {missing} is no organisation in this file")
        return
    report.accepted += 1
    # A share is kept as the source's own strength: a minority holder is an owner of that much only.
    share = record.first("percentage")
    for dataset in record.datasets:
        basis = Basis(
            source_id=sources.of(dataset),
            grade=sources.rating,
            locator=record.id,
            hedge=f"{share} %" if share is not None else None,
            valid_from=_date(record, "startDate", report),
            valid_to=_date(record, "endDate", report),
        )
        recorder.claim(subject, relation, object_, basis=basis)


def _ends(record: _Record) -> tuple[str, Relation | None, str]:
    if record.schema != UNKNOWN_LINK:
        return TIES[record.schema]
    tie = RELATIONS.get((record.first("role") or "").strip().lower().replace(" ", "-"))
    if tie is None or tie.relation in {Relation.HAS_ACCOUNT, Relation.HAS_SITE}:
        return "subject", None, "object"
    first, second = ("object", "subject") if tie.reverse else ("subject", "object")
    return first, tie.relation, second


def _account(
    record: _Record,
    recorder: Recorder,
    *,
    sources: _Sources,
    entities: dict[str, EntityId],
    report: ImportReport,
) -> None:
    owner = entities.get(record.first("owner") or "")
    platform = PLATFORMS.get((record.first("service") or "").strip().lower())
    if owner is None or platform is None:
        why = "its owner is no organisation in this file" if owner is None else "its service is not read"
        report.reject_row(record.line, f"{record.schema}: {why}")
        return
    named = account_of(platform, handle=record.first("username") or "")
    if isinstance(named, str):
        report.reject_row(record.line, f"{record.schema}: {named}")
        return
    report.accepted += 1
    for dataset in record.datasets:
        basis = Basis(source_id=sources.of(dataset), grade=sources.rating, locator=record.id)
        recorder.account(owner, named, basis=basis)


def _date(record: _Record, name: str, report: ImportReport) -> str | None:
    """A date, whole or partial; FollowTheMoney allows times behind it."""
    text = (record.first(name) or "").partition("T")[0].strip()
    if not text or DATE.fullmatch(text):
        return text or None
    report.reject_cell(record.line, name, f"{quoted(text)} is no date")
    return None
