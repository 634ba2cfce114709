"""STIX 2.1 bundles: organisations, their accounts and sites, and what ties them to each other.

What Masthead exported comes back row by row from its extension. Of other bundles the registry holds
identities of organisations and groups, accounts, hosts and addresses that a relationship gives to one of
them, and ties that have a word here. Everything else is counted and told. TLP markings are respected and kept
with the source.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.registry.exporters.stix import CONFIDENCE, EXTENSION
from bot.registry.importers.own import RefusedRowError, write_row
from bot.registry.importers.recorder import Recorder
from bot.registry.importers.report import Format, ImportReport
from bot.registry.importers.shared_words import PLATFORMS, TIES, Tie, account_of, address, fits
from bot.registry.importers.stix_objects import (
    Bundle,
    DomainName,
    Grouping,
    Identity,
    Object,
    Relationship,
    Url,
    UserAccount,
    read_bundle,
)
from bot.registry.importers.tables import TableRow
from bot.registry.markings import goes_as_far
from bot.store.claims import Basis, put_derivation
from bot.store.records import EntityId, Grade, Relation, Source
from bot.text.inert import quoted

# Whose identities the registry holds. An individual is nobody's business here, a class is nobody.
_HELD = {"organization": "organisation", "group": "organisation"}


class _Own(msgspec.Struct):
    """What our extension holds: rows of our own set."""

    file: str = ""
    row: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    source: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    entity: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    names: list[dict[str, str]] = msgspec.field(default_factory=list[dict[str, str]])
    typology: list[dict[str, str]] = msgspec.field(default_factory=list[dict[str, str]])


class _LeftOutError(Exception):
    """Why one object is left out."""


def import_stix(
    text: str, recorder: Recorder, *, file: Path, now: datetime, rating: Grade | None = None
) -> ImportReport:
    """Write a bundle. `rating` stands where it gives no confidence. Raises ImportFileError for a bad one."""
    reader = _Reader(read_bundle(text, file=file), recorder, file=file, now=now, rating=rating)
    return reader.read()


class _Reader:
    def __init__(
        self, bundle: Bundle, recorder: Recorder, *, file: Path, now: datetime, rating: Grade | None
    ) -> None:
        self._bundle = bundle
        self._recorder = recorder
        self._file = file
        self._today = f"{now:%Y-%m-%d}"
        self._rating = rating
        self._report = ImportReport(format=Format.STIX)
        self._sources: dict[str, int] = {}
        self._tied = {
            ref
            for each in bundle.objects.values()
            if isinstance(each, Relationship)
            for ref in (each.source_ref, each.target_ref)
        }
        self._authors = {each.created_by_ref for each in bundle.objects.values()}
        self._restricted = 0
        self._people = 0

    def read(self) -> ImportReport:
        bundle, report = self._bundle, self._report
        objects = list(bundle.objects.values())
        # A tie may stand before what it ties, and a source anywhere.
        for kind in (Grouping, Identity, Relationship):
            for each in objects:
                if isinstance(each, kind) and not self._is_author(each):
                    self._counted(each)
        for each in objects:
            if self._is_author(each) or not isinstance(each, Grouping | Identity | Relationship):
                self._beside(each)
        self._derivations(objects)
        report.merged += bundle.superseded
        report.rows_rejected += bundle.unknown.total()
        report.rows_read = len(objects) + bundle.superseded + bundle.unknown.total()
        gone = [each for each in objects if each.revoked and self._own(each) is None]
        self._recorder.revoke(each.id for each in gone)
        for each in gone:
            if isinstance(each, Identity):
                self._recorder.revoke_entity(f"stix:{each.id}", prefix="relationship--")
        report.count("restricted", self._restricted)
        report.count("people", self._people)
        report.count("superseded", bundle.superseded)
        report.count("custom_properties", bundle.custom + self._extensions(objects))
        report.count_kinds(bundle.unknown)
        report.sources = tuple(self._sources)
        report.new = self._recorder.new
        return report

    def _counted(self, each: Object) -> None:
        before, conflicts = self._recorder.new.total, self._recorder.conflicts
        try:
            self._one(each)
        except (_LeftOutError, RefusedRowError) as left:
            self._report.reject_row(each.at + 1, f"{each.type}: {left}")
            return
        if self._recorder.new.total > before:
            self._report.accepted += 1
        else:
            self._report.merged += 1
        self._report.in_conflict += self._recorder.conflicts > conflicts

    def _one(self, each: Object) -> None:
        own = self._own(each)
        self._refuse_restricted(each)
        if own is not None:
            self._rows(each, own)
        elif each.revoked:
            raise _LeftOutError("its author took it back")
        elif isinstance(each, Identity):
            self._identity(each)
        elif isinstance(each, Relationship):
            self._relationship(each)
        else:
            raise _LeftOutError("the registry holds no groupings but its own")

    def _refuse_restricted(self, *parts: Object) -> None:
        level = self._bundle.level(*parts)
        if not goes_as_far(level, self._recorder.up_to):
            self._restricted += 1
            raise _LeftOutError(f"it is marked TLP:{level}, or in a way that cannot be read")

    def _own(self, each: Object) -> _Own | None:
        said = each.extensions.get(EXTENSION)
        if said is None or isinstance(each, UserAccount):
            return None
        try:
            return msgspec.convert(said, _Own)
        except msgspec.ValidationError as error:
            place = f"object {each.at + 1} ({quoted(each.id)}), its extension"
            raise ImportFileError(self._file, f"{place}: {error}. Nothing of the bundle was read") from error

    def _rows(self, each: Object, own: _Own) -> None:
        if each.revoked:
            raise _LeftOutError("only a curator takes back what Masthead states: dispute the claim")
        rows = [
            ("sources.csv", own.source),
            ("entities.csv", own.entity),
            *(("names.csv", {"entity": own.entity.get("key", ""), **row}) for row in own.names),
            *(("typology.csv", {"entity": own.entity.get("key", ""), **row}) for row in own.typology),
        ]
        if own.file in {"claims.csv", "accounts.csv", "domains.csv"}:
            rows.append((own.file, own.row))
        if own.source:
            self._sources[own.source.get("key", "")] = 0
        for file, cells in rows:
            if cells:
                write_row(self._recorder, file, TableRow(number=each.at + 1, cells=cells))

    def _derivations(self, objects: list[Object]) -> None:
        for each in objects:
            own = self._own(each)
            if own is not None and (origin := own.source.get("derived_from")):
                put_derivation(self._recorder.connection, own.source.get("key", ""), derived_from=origin)

    def _beside(self, each: Object) -> None:
        """Markings and the like are read with what they belong to; an account that nobody has is not."""
        if isinstance(each, UserAccount | DomainName | Url) and each.id not in self._tied:
            self._report.reject_row(each.at + 1, f"{each.type}: no relationship says whose it is")
        else:
            self._report.accepted += 1

    def _is_author(self, each: Object) -> bool:
        """Whether it only says who wrote statements, and is no subject of them."""
        return (
            isinstance(each, Identity)
            and each.id in self._authors
            and each.id not in self._tied
            and self._own(each) is None
        )

    def _extensions(self, objects: list[Object]) -> int:
        ours = {EXTENSION}
        return sum(
            len(each.extensions.keys() - ours) for each in objects if each.type != "marking-definition"
        )

    def _identity(self, each: Identity) -> None:
        if each.identity_class in {"", "individual", "unknown"}:
            self._people += 1
            raise _LeftOutError("people are not imported, nor what may be one")
        if each.identity_class not in _HELD:
            raise _LeftOutError(f"{quoted(each.identity_class)} is no organisation")
        if not each.name.strip():
            raise _LeftOutError("it has no name")
        entity = self._recorder.entity(f"stix:{each.id}", kind=_HELD[each.identity_class], country=None)
        self._recorder.name(entity, each.name, source=self._source(each), kind="main")

    def _relationship(self, each: Relationship) -> None:
        tie = TIES.get(each.relationship_type)
        if tie is None:
            raise _LeftOutError(f"{quoted(each.relationship_type)} is no relation of the registry")
        ends = [self._bundle.objects.get(ref) for ref in (each.source_ref, each.target_ref)]
        self._refuse_restricted(each, *(end for end in ends if end is not None))
        people = [self._entity(ref) for ref in (each.source_ref, each.target_ref)]
        first, second = people
        if first is not None and second is not None:
            if tie.relation in {Relation.HAS_ACCOUNT, Relation.HAS_SITE}:
                raise _LeftOutError("an organisation is no account of another")
            upper, lower = (second, first) if tie.reverse else (first, second)
            if upper == lower:
                raise _LeftOutError("it ties an entity to itself")
            self._recorder.claim(upper, tie.relation, lower, basis=self._basis(each, tie))
            return
        entity = first if first is not None else second
        held = ends[1] if first is not None else ends[0]
        if entity is None or held is None:
            missing = each.source_ref if first is None else each.target_ref
            raise _LeftOutError(f"{quoted(missing)} is nothing that was read")
        if not fits(tie, entity_first=first is not None):
            raise _LeftOutError("it leads from an account or site to an organisation")
        self._holding(entity, held, tie, each)

    def _holding(self, entity: EntityId, held: Object, tie: Tie, each: Relationship) -> None:
        named = _named(held)
        basis = self._basis(each, tie)
        site = isinstance(named, AccountRef) and named.platform is Platform.WEBSITE
        relation = tie.relation
        if relation in {Relation.HAS_ACCOUNT, Relation.HAS_SITE}:
            relation = Relation.HAS_SITE if site else Relation.HAS_ACCOUNT
        elif relation is Relation.MEMBER_OF:
            raise _LeftOutError("an account or a site is no organisation")
        if isinstance(named, str):
            raise _LeftOutError(named)
        if site and named.handle is not None:
            self._recorder.site(entity, named.handle, relation=relation, basis=basis)
        else:
            self._recorder.account(entity, named, relation=relation, basis=basis)

    def _entity(self, ref: str) -> EntityId | None:
        """Return the entity that an identity is: of this bundle, of an earlier one, or of ours."""
        found = self._bundle.objects.get(ref)
        own = self._own(found) if found is not None else None
        key = own.entity.get("key", "") if own is not None else f"stix:{ref}"
        if found is not None and found.revoked:
            return None
        try:
            return self._recorder.entity_id(key)
        except KeyError:
            return None

    def _basis(self, each: Relationship, tie: Tie) -> Basis:
        grade = self._grade(each)
        return Basis(
            source_id=self._source(each),
            grade=grade,
            # Unique in the world, so that a later bundle can take it back.
            locator=each.id,
            hedge=tie.hedge,
            valid_from=f"{each.start_time:%Y-%m-%d}" if each.start_time else None,
            valid_to=f"{each.stop_time:%Y-%m-%d}" if each.stop_time else None,
        )

    def _grade(self, each: Object) -> Grade:
        rating = self._rating or Grade(reliability="F", credibility="6")
        if each.confidence is None:
            return rating
        # The standard gives each step the 20 points around its value (appendix A).
        step = next(step for step, value in CONFIDENCE.items() if each.confidence >= value - 10)
        return Grade(reliability=rating.reliability, credibility=step)

    def _source(self, each: Object) -> int:
        """The first external reference, else whoever wrote the object."""
        tlp = self._bundle.level(each)
        licence = "; ".join(self._bundle.statements(each))[:400] or None
        reference = next((one for one in each.external_references if one.url or one.description), None)
        if reference is not None:
            title, publisher, url = reference.description, reference.source_name, reference.url
            named = "\0".join(("reference", publisher, title, url))
            published = None
        else:
            author = self._bundle.objects.get(each.created_by_ref or "")
            publisher = author.name if isinstance(author, Identity) else "an author without a name"
            title, url = f"STIX 2.1 statements of {publisher}", ""
            named = f"author\0{each.created_by_ref or self._file.name}"
            published = f"{each.modified:%Y-%m-%d}" if each.modified else None
        digest = sha256("\0".join((named, tlp or "", licence or "")).encode()).hexdigest()[:16]
        key = f"stix-{digest}"
        if key not in self._sources:
            self._sources[key] = self._recorder.source(
                Source(
                    key=key,
                    title=" ".join(title.split())[:300] or publisher,
                    publisher=" ".join(publisher.split())[:200] or "unnamed",
                    url=address(url),
                    published_on=published,
                    retrieved_on=self._today,
                    grade=self._rating or Grade(reliability="F", credibility="6"),
                    licence=licence,
                    tlp=tlp,
                )
            )
        return self._sources[key]


def _named(held: Object) -> AccountRef | str:
    """Return what an observable names, or why it names nothing."""
    match held:
        case UserAccount():
            platform = PLATFORMS.get(held.account_type.strip().lower())
            if platform is None:
                return f"{quoted(held.account_type)} is no platform that is read"
            return account_of(platform, handle=held.account_login, platform_id=held.user_id)
        case DomainName() | Url():
            return account_of(Platform.WEBSITE, url=held.value)
        case _:
            return f"{quoted(held.type)} is neither an account nor a site"
