"""Statements as rows: what an accepted proposal makes of the registry."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from bot.errors import InputError
from bot.registry.curation.ends import AccountEnd, ClassEnd, EntityEnd, NameEnd, SiteEnd
from bot.registry.curation.statements import Statement
from bot.store import claims, lookups
from bot.store.claims import Basis
from bot.store.held import OWN_KEY, ClaimKind, ClaimRef, HeldClaim, held_claim, place, place_fact, revive
from bot.store.layers import BASE
from bot.store.records import EntityId, Grade, Relation, Source
from bot.text.inert import quoted


def write(connection: sqlite3.Connection, statement: Statement, *, layer: int, now: datetime) -> HeldClaim:
    """Hold what a statement says, in a layer. Raises InputError where the layer holds it already."""
    source = _source(connection, statement, layer=layer, now=now)
    subject = _entity(connection, statement.subject, source_id=source, layer=layer)
    before = _row(connection, statement, subject, source=source, layer=layer)
    held = None if before is None else held_claim(connection, before)
    if held is not None and held.retracted_by is None:
        raise InputError("the registry holds this very claim from this source already.")
    grade = Grade(reliability=statement.grade[0], credibility=statement.grade[1])
    basis = Basis(source_id=source, grade=grade)
    relation = _between(statement)
    match statement.object:
        case EntityEnd() as end:
            upper = _entity(connection, end, source_id=source, layer=layer)
            claims.put_claim(connection, subject, relation, object_id=upper, basis=basis, now=now)
        case AccountEnd() as end:
            claims.put_account_claim(connection, subject, relation, account=end.ref, basis=basis, now=now)
        case SiteEnd() as end:
            claims.put_domain_claim(connection, subject, relation, host=end.host, basis=basis, now=now)
        case NameEnd() as end:
            kind = end.kind.value
            if before is not None:
                lookups.restate_name(
                    connection,
                    before.claim_id,
                    name=end.name,
                    kind=kind,
                    language=end.language,
                    source=source,
                )
            claims.put_name(
                connection,
                subject,
                name=end.name,
                source_id=source,
                kind=kind,
                language=end.language,
                layer=layer,
            )
        case ClassEnd() as end:
            claims.put_typology(
                connection, subject, code=end.code, edition=end.edition, source_id=source, locator=end.edition
            )
    ref = _row(connection, statement, subject, source=source, layer=layer)
    if ref is None:
        raise InputError("the claim could not be written.")
    if isinstance(statement.object, NameEnd | ClassEnd):
        place_fact(connection, ref, layer=layer)
    else:
        lookups.place_claim(connection, ref, layer=layer, grade=grade)
    revive(connection, ref)
    written = held_claim(connection, ref)
    if written is None:
        raise InputError("the claim could not be written.")
    return written


def _row(
    connection: sqlite3.Connection, statement: Statement, subject: EntityId, *, source: int, layer: int
) -> ClaimRef | None:
    """Return the claim that a statement already is, standing or taken back."""
    relation = _between(statement)
    match statement.object:
        case EntityEnd() as end:
            upper = lookups.entity_id(connection, end.key)
            if upper is None:
                return None
            found = lookups.claim_row(connection, subject, relation, upper, source=source)
            kind = ClaimKind.CLAIM
        case AccountEnd() as end:
            found = lookups.account_claim_row(connection, subject, relation, end.ref, source=source)
            kind = ClaimKind.ACCOUNT
        case SiteEnd() as end:
            found = lookups.domain_claim_row(connection, subject, relation, end.host, source=source)
            kind = ClaimKind.SITE
        case NameEnd() as end:
            found = lookups.name_row(connection, subject, end.name, layer=layer)
            kind = ClaimKind.NAME
        case ClassEnd() as end:
            found = lookups.class_row(connection, subject, end.code, edition=end.edition, source=source)
            kind = ClaimKind.CLASS
    return None if found is None else ClaimRef(kind=kind, claim_id=found)


def _between(statement: Statement) -> Relation:
    # What is said of an entity by itself names no relation; nothing reads this there.
    of_two = not isinstance(statement.object, NameEnd | ClassEnd)
    return Relation(statement.relation) if of_two else Relation.LINKS_TO


def _source(connection: sqlite3.Connection, statement: Statement, *, layer: int, now: datetime) -> int:
    token = sha256(f"{layer}|{statement.url}".encode()).hexdigest()[:16]
    key = f"{OWN_KEY}{token}"
    reliability, credibility = statement.grade
    source = Source(
        key=key,
        title=statement.title,
        publisher=urlsplit(statement.url).hostname or statement.url,
        url=statement.url,
        published_on=statement.published_on,
        retrieved_on=now.date().isoformat(),
        grade=Grade(reliability=reliability, credibility=credibility),
    )
    new = claims.put_source(connection, source)
    found = lookups.source_id(connection, key)
    if found is None:
        raise InputError("the source could not be written.")
    if new and layer != BASE:
        place(connection, entity=None, source_id=found, layer=layer)
    return found


def _entity(connection: sqlite3.Connection, end: EntityEnd, *, source_id: int, layer: int) -> EntityId:
    if end.new and claims.put_entity(
        connection, end.key, kind=end.kind or "organisation", country=end.country
    ):
        added = lookups.entity_id(connection, end.key)
        if added is not None:
            claims.put_name(connection, added, name=end.name, source_id=source_id, kind="main")
            place(connection, entity=added, source_id=source_id, layer=layer)
    found = lookups.entity_id(connection, end.key)
    if found is None:
        raise InputError(f"the entity {quoted(end.key)} is no longer held. Amend the proposal.")
    return found
