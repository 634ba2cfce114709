from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.chains import Chain, chains, weakest
from bot.store.database import migrate
from bot.store.records import Grade, Relation
from tests.bot.registry.founding import (
    AGENCY,
    C3,
    NEWS,
    OUTLET,
    add_account,
    add_case,
    add_claim,
    add_entity,
    id_of,
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        migrate(opened, tmp_path / "m.db")
        yield opened


def _tops(found: tuple[Chain, ...], *, ownership: bool) -> set[str]:
    return {chain.top.key for chain in found if chain.is_ownership is ownership}


def test_ownership_alone_does_not_lead_from_the_news_account_to_the_agency(
    connection: sqlite3.Connection,
) -> None:
    add_case(connection)
    found = chains(connection, NEWS)
    assert _tops(found, ownership=True) == set()
    assert {"agency", "work-department"} <= _tops(found, ownership=False)
    to_agency = next(chain for chain in found if chain.top.key == "agency")
    relations = [step.relation for step in to_agency.steps]
    assert relations == [Relation.LINKS_TO, Relation.OWNS, Relation.CO_PUBLISHES]


def test_the_two_bodies_of_the_case_stay_apart(connection: sqlite3.Connection) -> None:
    add_case(connection)
    assert _tops(chains(connection, AGENCY), ownership=True) == {"work-department"}
    assert _tops(chains(connection, OUTLET), ownership=True) == {"publicity-department"}
    assert _tops(chains(connection, OUTLET), ownership=False) == {"broadcaster"}


def test_a_developer_is_no_owner_even_when_its_own_owner_is_known(connection: sqlite3.Connection) -> None:
    add_case(connection)
    found = chains(connection, id_of(connection, "press-network"))
    assert _tops(found, ownership=True) == set()
    to_developer = next(chain for chain in found if chain.top.key == "developer")
    assert [step.relation for step in to_developer.steps] == [Relation.DEVELOPS]


def test_two_kinds_of_link_to_one_body_are_both_told(connection: sqlite3.Connection) -> None:
    add_case(connection)
    ways = [chain.other_kinds for chain in chains(connection, NEWS) if chain.top.key == "agency"]
    assert ways == [{Relation.LINKS_TO, Relation.CO_PUBLISHES}, {Relation.LINKS_TO, Relation.DEVELOPS}]


def test_the_weakest_claim_decides(connection: sqlite3.Connection) -> None:
    for key in ("outlet", "company", "ministry"):
        add_entity(connection, key)
    add_claim(connection, "company", Relation.OWNS, "outlet")
    add_claim(
        connection, "ministry", Relation.CONTROLS, "company", grade=Grade(reliability="A", credibility="4")
    )
    add_account(connection, "outlet", OUTLET)
    graded = {chain.top.key: str(chain.grade) for chain in chains(connection, OUTLET)}
    assert graded == {"company": "B2", "ministry": "A4"}


def test_a_weak_claim_of_the_account_weakens_every_chain_from_it(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_entity(connection, "company")
    add_claim(connection, "company", Relation.OWNS, "outlet")
    add_account(connection, "outlet", OUTLET, grade=C3)
    assert [str(chain.grade) for chain in chains(connection, OUTLET)] == ["C3"]


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        (["A1", "B2"], "B2"),
        (["B2", "A3"], "A3"),  # the worse half counts, whichever it is
        (["C3", "C1", "A3"], "C3"),
        (["D4", "F6"], "F6"),  # what cannot be judged carries nothing
    ],
)
def test_weakest_grade(grades: list[str], expected: str) -> None:
    assert str(weakest(Grade(reliability=text[0], credibility=text[1]) for text in grades)) == expected


def test_circular_ownership_ends(connection: sqlite3.Connection) -> None:
    for key in ("a", "b", "c"):
        add_entity(connection, key)
    for owner, owned in (("b", "a"), ("c", "b"), ("a", "c"), ("a", "a")):
        add_claim(connection, owner, Relation.OWNS, owned)
    assert _tops(chains(connection, id_of(connection, "a")), ownership=True) == {"b", "c"}


def test_a_chain_has_six_hops_at_most(connection: sqlite3.Connection) -> None:
    add_entity(connection, "e0")
    for number in range(1, 9):
        add_entity(connection, f"e{number}")
        add_claim(connection, f"e{number}", Relation.OWNS, f"e{number - 1}")
    found = chains(connection, id_of(connection, "e0"))
    assert {chain.top.key for chain in found} == {f"e{number}" for number in range(1, 7)}
    assert max(len(chain.steps) for chain in found) == 6


def test_many_owners_of_many_owners_stay_bounded(connection: sqlite3.Connection) -> None:
    # Six layers of seven: 7^6 paths, were they all walked.
    add_entity(connection, "start")
    below = ["start"]
    for layer in range(6):
        owners = [f"{layer}-{number}" for number in range(7)]
        for owner in owners:
            add_entity(connection, owner)
            for owned in below:
                add_claim(connection, owner, Relation.OWNS, owned)
        below = owners
    found = chains(connection, id_of(connection, "start"))
    assert {chain.top.key for chain in found if len(chain.steps) == 1} == {
        f"0-{number}" for number in range(7)
    }


def test_a_withdrawn_claim_breaks_the_chain(connection: sqlite3.Connection) -> None:
    add_case(connection)
    connection.execute("UPDATE claim SET retracted_ms = 1 WHERE relation = 'controls'")
    assert chains(connection, AGENCY) == ()


def test_a_claim_on_the_account_itself_is_a_chain_of_its_own(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_entity(connection, "body", kind="party")
    add_account(connection, "outlet", OUTLET)
    add_account(connection, "body", OUTLET, relation=Relation.CONTROLS)
    add_account(connection, "outlet", AGENCY)
    (chain,) = chains(connection, OUTLET)
    assert (chain.top.key, chain.is_ownership, chain.steps) == ("body", True, ())
    # What holds for one account of an entity is not inherited by its others.
    assert chains(connection, AGENCY) == ()


def test_further_claims_for_a_hop_stand_beside_the_chain(connection: sqlite3.Connection) -> None:
    add_entity(connection, "outlet")
    add_entity(connection, "company")
    add_claim(connection, "company", Relation.OWNS, "outlet", grade=C3, source="weaker")
    add_claim(connection, "company", Relation.OWNS, "outlet", source="stronger")
    (chain,) = chains(connection, id_of(connection, "outlet"))
    assert [step.source.key for step in chain.steps] == ["stronger"]
    assert [claim.source.key for claim in chain.also] == ["weaker"]


def test_ownership_comes_first_then_the_better_grade(connection: sqlite3.Connection) -> None:
    for key in ("outlet", "funder", "owner", "weak-owner"):
        add_entity(connection, key)
    add_claim(connection, "funder", Relation.FUNDS, "outlet", grade=Grade(reliability="A", credibility="1"))
    add_claim(connection, "weak-owner", Relation.OWNS, "outlet", grade=C3)
    add_claim(connection, "owner", Relation.OWNS, "outlet")
    found = chains(connection, id_of(connection, "outlet"))
    assert [chain.top.key for chain in found] == ["owner", "weak-owner", "funder"]
