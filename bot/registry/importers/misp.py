"""MISP events: organisations and their accounts and sites, joined by object references.

What Masthead exported comes back row by row. Of other events the registry holds objects for organisations
and outlets, for accounts and addresses that a reference gives to one of them, and references that have a word
here. `to_ids` says nothing about attribution and is not read. TLP tags are respected and kept with the
source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.accounts import AccountRef, Platform
from bot.registry.exporters.misp import OWN, ROWS
from bot.registry.importers.misp_events import Attribute, Event, Object, Part, Reference, read_events, row_of
from bot.registry.importers.own import RefusedRowError, write_row
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.shared_words import PLATFORMS, TIES, Tie, account_of, fits
from bot.registry.importers.tables import TableRow
from bot.registry.markings import goes_as_far, strictest
from bot.store.claims import Basis, put_derivation
from bot.store.export import FILES
from bot.store.records import EntityId, Grade, Relation, Source
from bot.text.inert import quoted

# Templates of misp-objects that stand for an entity: its kind, and where names and its site stand.
_ENTITIES = {
    "organization": ("organisation", "name", "alias", ""),
    "legal-entity": ("company", "name", "commercial-name", "website"),
    "news-agency": ("outlet", "name", "alias", "link"),
    "news-media": ("outlet", "source", "alias", ""),
}
_PEOPLE = frozenset({"person", "ftm-Person", "ftm-LegalEntity", "identity"})
# Templates that stand for an account: where handle, lasting id and address stand.
_ACCOUNTS = {
    "twitter-account": (Platform.X, "name", "id"),
    "facebook-account": (Platform.FACEBOOK, "account-name", "account-id"),
    "facebook-page": (Platform.FACEBOOK, "", "page-id"),
    "instagram-account": (Platform.INSTAGRAM, "account-name", "account-id"),
    "telegram-account": (Platform.TELEGRAM, "username", "id"),
    # A channel's name there is its title, which is no handle.
    "youtube-channel": (Platform.YOUTUBE, "", "channel-id"),
}
# The files of our own set, each after what its rows name.
_FILES = tuple(name.removesuffix(".csv") for name in FILES)
_SITE_TYPES = frozenset({"domain", "hostname", "url", "link", "domain|ip", "hostname|port"})


class _LeftOutError(Exception):
    """Why one part of an event is left out."""


@dataclass(slots=True, kw_only=True)
class _Named:
    """What the parts of one event are, by UUID."""

    entities: dict[str, EntityId] = field(default_factory=dict[str, EntityId])
    holdings: dict[str, AccountRef] = field(default_factory=dict[str, AccountRef])
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    # Objects of ours with the keys of their entities: rows say everything that their references say.
    own: dict[str, str] = field(default_factory=dict[str, str])


def import_misp(
    text: str, recorder: Recorder, *, file: Path, now: datetime, rating: Grade | None = None
) -> ImportReport:
    """Write a file of events. `rating` stands where no tag gives a grade.

    Raises ImportFileError for a bad file; nothing of it is kept then.
    """
    events, missing = read_events(text, file=file)
    reader = _Reader(recorder, file=file, now=now, rating=rating)
    for uuid in missing:
        reader.missing(uuid)
    reader.own_rows(events)
    for event in events:
        reader.event(event)
    return reader.told()


class _Reader:
    def __init__(self, recorder: Recorder, *, file: Path, now: datetime, rating: Grade | None) -> None:
        self._recorder = recorder
        self._file = file
        self._today = f"{now:%Y-%m-%d}"
        self._rating = rating or Grade(reliability="F", credibility="6")
        self._report = ImportReport(format=Format.MISP)
        self._sources: dict[str, int] = {}
        self._unknown: Counter[str] = Counter()
        self._revoked: list[str] = []
        self._restricted = 0
        self._people = 0
        self._tags = 0

    def told(self) -> ImportReport:
        report = self._report
        self._recorder.revoke(self._revoked)
        report.rows_rejected += self._unknown.total()
        report.rows_read += self._unknown.total()
        report.count("restricted", self._restricted)
        report.count("people", self._people)
        report.count_kinds(self._unknown)
        report.count("tags", self._tags)
        report.sources = tuple(self._sources)
        report.new = self._recorder.new
        return report

    def missing(self, uuid: str) -> None:
        self._report.rows_read += 1
        self._report.reject_row(
            self._report.rows_read, f"the event {uuid} of the manifest is not in the folder"
        )

    def own_rows(self, events: list[Event]) -> None:
        """Write the rows of our own set that events hold, sources before what rests on them."""
        held = [
            (file, row_of(each, file=self._file), each)
            for event in events
            for made in event.objects
            if made.name == OWN.name
            for file in _FILES
            for each in _rows(made, file)
        ]
        for wanted in _FILES:
            for file, row, attribute in held:
                if file == wanted:
                    self._counted(lambda row=row, file=file, of=attribute: self._row(f"{file}.csv", row, of))
        for file, row, _ in held:
            if file == "sources" and (origin := row.get("derived_from")):
                put_derivation(self._recorder.connection, row.get("key", ""), derived_from=origin)

    def _row(self, name: str, row: dict[str, str], attribute: Attribute) -> None:
        if attribute.gone:
            raise _LeftOutError("only a curator takes back what Masthead states: dispute the claim")
        self._refuse_restricted(attribute)
        if name == "sources.csv":
            self._sources[row.get("key", "")] = 0
        write_row(self._recorder, name, TableRow(number=self._report.rows_read, cells=row))

    def event(self, event: Event) -> None:
        named = _Named()
        self._tags += sum(part.other_tags for part in _parts(event))
        for made in event.objects:
            if made.name == OWN.name:
                keys = [row_of(each, file=self._file).get("key", "") for each in _rows(made, "entities")]
                named.own |= {each.referenced_uuid: next(iter(keys), "") for each in made.references}
        for made in event.objects:
            self._object(made, event, named)
        for attribute in event.attributes:
            self._attribute(attribute, named)
        tied: set[str] = set()
        for made in event.objects:
            for reference in made.references:
                tied |= {made.uuid, reference.referenced_uuid}
                if made.uuid in named.own or made.name == OWN.name:
                    # Its rows say so already.
                    continue
                self._counted(lambda made=made, each=reference: self._reference(made, each, event, named))
        for uuid, account in named.holdings.items():
            self._report.rows_read += 1
            if uuid in tied:
                self._report.accepted += 1
            else:
                called = quoted(account.handle or account.platform_id or "")
                self._report.reject_row(self._report.rows_read, f"no reference says whose {called} is")

    def _counted(self, act: Callable[[], None]) -> None:
        self._report.rows_read += 1
        before, conflicts = self._recorder.new.total, self._recorder.conflicts
        try:
            act()
        except (_LeftOutError, RefusedRowError) as left:
            self._report.reject_row(self._report.rows_read, str(left))
            return
        if self._recorder.new.total > before:
            self._report.accepted += 1
        else:
            self._report.merged += 1
        self._report.in_conflict += self._recorder.conflicts > conflicts

    def _refuse_restricted(self, *parts: Part) -> None:
        level = strictest(*(part.level for part in parts))
        if not goes_as_far(level, self._recorder.up_to):
            self._restricted += 1
            raise _LeftOutError(f"it is marked TLP:{level}, or in a way that cannot be read")

    def _object(self, made: Object, event: Event, named: _Named) -> None:
        named.parts[made.uuid] = made
        if made.name == OWN.name or made.uuid in named.own:
            return
        if made.name in _ENTITIES:
            self._counted(lambda: self._entity(made, event, named))
        elif made.name in _PEOPLE:
            self._people += 1
            self._report.rows_read += 1
            self._report.reject_row(self._report.rows_read, f"{made.name}: people are not imported")
        elif (held := _held_by(made)) is not None:
            self._held(made, held, named)
        else:
            self._unknown[made.name] += 1

    def _attribute(self, attribute: Attribute, named: _Named) -> None:
        named.parts[attribute.uuid] = attribute
        if attribute.type in _SITE_TYPES:
            value = attribute.text.partition("|")[0]
            self._held(attribute, account_of(Platform.WEBSITE, url=value), named)
        elif attribute.type == "twitter-id":
            self._held(attribute, account_of(Platform.X, handle=attribute.text), named)
        else:
            self._unknown[attribute.type] += 1

    def _held(self, part: Part, held: AccountRef | str, named: _Named) -> None:
        if isinstance(held, AccountRef):
            named.holdings[part.uuid] = held
        else:
            self._report.rows_read += 1
            self._report.reject_row(self._report.rows_read, held)

    def _entity(self, made: Object, event: Event, named: _Named) -> None:
        kind, main, alias, link = _ENTITIES[made.name]
        if made.gone:
            raise _LeftOutError(f"{made.name}: it is deleted")
        marks = [each for each in made.attributes if each.relation in {main, alias}]
        self._refuse_restricted(event, made, *marks)
        name = made.first(main, alias)
        if not name:
            raise _LeftOutError(f"{made.name}: it has no name")
        entity = self._recorder.entity(f"misp:{made.uuid.lower()}", kind=kind, country=None)
        source = self._source(event, made, *marks)
        self._recorder.name(entity, name, source=source, kind="main")
        for other in made.all(alias):
            self._recorder.name(entity, other, source=source)
        named.entities[made.uuid] = entity
        for each in made.attributes if link else ():
            if each.relation == link:
                self._own_site(each, entity, event, made)

    def _own_site(self, each: Attribute, entity: EntityId, event: Event, made: Object) -> None:
        if each.gone:
            self._revoked.append(each.uuid)
            return
        held = account_of(Platform.WEBSITE, url=each.text)
        if isinstance(held, str):
            self._report.reject_cell(self._report.rows_read, each.relation or "", held)
            return
        basis = self._basis(each.uuid, event, (each, made))
        self._say(entity, held, Relation.HAS_SITE, basis)

    def _reference(self, made: Object, each: Reference, event: Event, named: _Named) -> None:
        place = each.uuid or f"{made.uuid}:{each.relationship_type}:{each.referenced_uuid}"
        other = named.parts.get(each.referenced_uuid)
        if each.gone or made.gone or (other is not None and other.gone):
            self._revoked.append(place)
            raise _LeftOutError("the reference, or an end of it, is deleted")
        tie = TIES.get(each.relationship_type)
        if tie is None:
            raise _LeftOutError(f"{quoted(each.relationship_type)} is no relation of the registry")
        ends = [part for part in (other, made) if part is not None]
        marks = [mark for part in ends for mark in _marks(part)]
        self._refuse_restricted(event, each, *marks)
        basis = self._basis(place, event, (each, *marks), hedge=tie.hedge)
        first, second = (self._one(uuid, named) for uuid in (made.uuid, each.referenced_uuid))
        self._tie(first, second, tie, basis)

    def _tie(
        self,
        first: EntityId | AccountRef | None,
        second: EntityId | AccountRef | None,
        tie: Tie,
        basis: Basis,
    ) -> None:
        match first, second:
            case (None, _) | (_, None):
                raise _LeftOutError("an end of the reference is nothing that was read")
            case AccountRef(), AccountRef():
                raise _LeftOutError("it ties accounts or sites to each other")
            case (AccountRef(), _) | (_, AccountRef()) if not fits(
                tie, entity_first=isinstance(second, AccountRef)
            ):
                raise _LeftOutError("the relation runs from an account or site to an organisation")
            case AccountRef(), entity:
                self._say(entity, first, _holding(tie.relation, first), basis)
            case entity, AccountRef():
                self._say(entity, second, _holding(tie.relation, second), basis)
            case _:
                if tie.relation in {Relation.HAS_ACCOUNT, Relation.HAS_SITE} or first == second:
                    raise _LeftOutError("an organisation is no account of another, nor of itself")
                upper, lower = (second, first) if tie.reverse else (first, second)
                self._recorder.claim(upper, tie.relation, lower, basis=basis)

    def _say(self, entity: EntityId, held: AccountRef, relation: Relation, basis: Basis) -> None:
        if held.platform is Platform.WEBSITE and held.handle is not None:
            self._recorder.site(entity, held.handle, relation=relation, basis=basis)
        else:
            wanted = Relation.HAS_ACCOUNT if relation is Relation.HAS_SITE else relation
            self._recorder.account(entity, held, relation=wanted, basis=basis)

    def _one(self, uuid: str, named: _Named) -> EntityId | AccountRef | None:
        """Return what a UUID stands for, in this event or an earlier one."""
        found = named.entities.get(uuid) or named.holdings.get(uuid)
        if found is not None:
            return found
        key = named.own.get(uuid) or f"misp:{uuid.lower()}"
        if uuid in named.parts and uuid not in named.own:
            return None
        try:
            return self._recorder.entity_id(key)
        except KeyError:
            return None

    def _basis(self, place: str, event: Event, parts: tuple[Part, ...], *, hedge: str | None = None) -> Basis:
        words = [part.likelihood for part in (*parts, event)]
        return Basis(
            source_id=self._source(event, *parts),
            grade=self._grade(*parts, event),
            locator=place,
            hedge=hedge or next((word for word in words if word), None),
        )

    def _grade(self, *parts: Part) -> Grade:
        """The first that each scale is tagged with, nearest first."""
        reliability = [part.grades.get("source-reliability") for part in parts]
        credibility = [part.grades.get("information-credibility") for part in parts]
        return Grade(
            reliability=next((each for each in reliability if each), self._rating.reliability),
            credibility=next((each for each in credibility if each), self._rating.credibility),
        )

    def _source(self, event: Event, *parts: Part) -> int:
        """The event; under a stricter marking of one of its parts a source apart."""
        tlp = strictest(event.level, *(part.level for part in parts))
        key = f"misp-{event.uuid.lower()}" + (f"-{tlp.lower()}" if tlp and tlp != event.level else "")
        if key not in self._sources:
            self._sources[key] = self._recorder.source(
                Source(
                    key=key,
                    title=" ".join(event.info.split())[:300] or f"MISP event {event.uuid}",
                    publisher=event.author[:200],
                    url="",
                    published_on=event.date if event.date and _is_day(event.date) else None,
                    retrieved_on=self._today,
                    grade=self._grade(event),
                    tlp=tlp,
                )
            )
        return self._sources[key]


def _parts(event: Event) -> Iterator[Part]:
    yield event
    yield from event.attributes
    for made in event.objects:
        yield from (made, *made.attributes, *made.references)


def _rows(made: Object, file: str) -> list[Attribute]:
    return [each for each in made.attributes if each.relation == f"{ROWS}{file}"]


def _marks(part: Part) -> list[Part]:
    """An object carries its tags on its attributes."""
    return [part, *part.attributes] if isinstance(part, Object) else [part]


def _held_by(made: Object) -> AccountRef | str | None:
    """Return the account or site for which an object stands, why it names none, None for another object."""
    if made.name in {"domain-ip", "url"}:
        return account_of(Platform.WEBSITE, url=made.first("domain", "hostname", "url", "host"))
    if made.name == "user-account":
        platform = PLATFORMS.get(made.first("account-type").lower())
        handle, lasting = "username", "user-id"
    elif made.name in _ACCOUNTS:
        platform, handle, lasting = _ACCOUNTS[made.name]
    else:
        return None
    address = made.first("link", "url")
    if platform is None:
        found = account_of(Platform.WEBSITE, url=address)
        return found if isinstance(found, AccountRef) and found.platform is not Platform.WEBSITE else None
    named = account_of(platform, handle=made.first(handle) if handle else "", platform_id=made.first(lasting))
    return account_of(platform, url=address) if isinstance(named, str) and address else named


def _holding(relation: Relation, held: AccountRef) -> Relation:
    """A belonging is of an account or a site, whichever it is; other relations stay what they are."""
    if relation in {Relation.HAS_ACCOUNT, Relation.HAS_SITE}:
        return Relation.HAS_SITE if held.platform is Platform.WEBSITE else Relation.HAS_ACCOUNT
    if relation is Relation.MEMBER_OF:
        raise _LeftOutError("an account or a site is no organisation")
    return relation


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return False
    return len(text) == len("2024-02-07")
