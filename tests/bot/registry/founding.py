"""A synthetic copy of the case Masthead was made for: invented names, the real shape.

Three news accounts credit a broadcaster's outlet; the local papers they seem to belong to are owned by
a press network, which publishes together with a state agency. The agency owns the developer of the
network's app. Outlet and agency stand under two different bodies.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from bot.accounts import AccountRef, Platform
from bot.store.claims import (
    Basis,
    put_account_claim,
    put_claim,
    put_entity,
    put_name,
    put_source,
    put_typology,
)
from bot.store.lookups import entity_id, source_id
from bot.store.records import EntityId, Grade, Relation, Source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
B2 = Grade(reliability="B", credibility="2")
C3 = Grade(reliability="C", credibility="3")

NEWS = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1")
AGENCY = AccountRef(platform=Platform.X, handle="agencia_ejemplo")
OUTLET = AccountRef(platform=Platform.X, handle="mundo_ejemplo")

_ENTITIES = {
    "news": "outlet",
    "paper": "outlet",
    "press-network": "publisher",
    "agency": "outlet",
    "developer": "company",
    "work-department": "party",
    "outlet": "outlet",
    "broadcaster": "outlet",
    "publicity-department": "party",
}

_CLAIMS = (
    ("news", Relation.LINKS_TO, "paper", "seem to be associated", C3),
    ("press-network", Relation.OWNS, "paper", None, B2),
    ("press-network", Relation.CO_PUBLISHES, "agency", None, B2),
    ("developer", Relation.DEVELOPS, "press-network", None, B2),
    ("agency", Relation.OWNS, "developer", None, B2),
    ("work-department", Relation.CONTROLS, "agency", None, B2),
    ("news", Relation.CREDITS, "outlet", None, B2),
    ("outlet", Relation.MEMBER_OF, "broadcaster", "affiliated with", B2),
    ("publicity-department", Relation.CONTROLS, "outlet", None, B2),
)


def a_source(key: str, *, grade: Grade = B2, derived_from: str | None = None) -> Source:
    return Source(
        key=key,
        title=f"Report {key}",
        publisher="Example Institute",
        url="https://report.example/",
        published_on="2023-07-10",
        retrieved_on="2026-11-21",
        grade=grade,
        derived_from=derived_from,
    )


def id_of(connection: sqlite3.Connection, key: str) -> EntityId:
    found = entity_id(connection, key)
    assert found is not None
    return found


def add_source(connection: sqlite3.Connection, key: str = "report") -> int:
    put_source(connection, a_source(key))
    found = source_id(connection, key)
    assert found is not None
    return found


def add_entity(
    connection: sqlite3.Connection, key: str, *, kind: str = "outlet", source: str = "report"
) -> EntityId:
    put_entity(connection, key, kind=kind, country="CN")
    put_name(
        connection,
        id_of(connection, key),
        name=key.title(),
        source_id=add_source(connection, source),
        kind="main",
    )
    return id_of(connection, key)


def add_claim(
    connection: sqlite3.Connection,
    subject: str,
    relation: Relation,
    object_: str,
    *,
    grade: Grade = B2,
    hedge: str | None = None,
    source: str = "report",
    locator: str = "",
) -> None:
    basis = Basis(source_id=add_source(connection, source), grade=grade, hedge=hedge, locator=locator)
    put_claim(
        connection,
        id_of(connection, subject),
        relation,
        object_id=id_of(connection, object_),
        basis=basis,
        now=NOW,
    )


def add_account(
    connection: sqlite3.Connection,
    key: str,
    account: AccountRef,
    *,
    relation: Relation = Relation.HAS_ACCOUNT,
    grade: Grade = B2,
    source: str = "report",
    locator: str = "",
) -> None:
    basis = Basis(source_id=add_source(connection, source), grade=grade, locator=locator)
    put_account_claim(connection, id_of(connection, key), relation, account=account, basis=basis, now=NOW)


def add_typology(
    connection: sqlite3.Connection, key: str, code: str, *, edition: str = "2024", source: str = "report"
) -> None:
    put_typology(
        connection,
        id_of(connection, key),
        code=code,
        edition=edition,
        source_id=add_source(connection, source),
        locator=edition,
    )


def add_case(connection: sqlite3.Connection) -> None:
    """Write the whole case."""
    for key, kind in _ENTITIES.items():
        add_entity(connection, key, kind=kind)
    for subject, relation, object_, hedge, grade in _CLAIMS:
        add_claim(connection, subject, relation, object_, hedge=hedge, grade=grade)
    for key, account in (("news", NEWS), ("agency", AGENCY), ("outlet", OUTLET)):
        add_account(connection, key, account)
