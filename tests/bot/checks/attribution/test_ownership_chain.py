from __future__ import annotations

import sqlite3

from bot.checks.dossier import State
from bot.store.records import Grade, Relation
from tests.bot.checks.worlds import checked, finding_of, findings_of
from tests.bot.registry.founding import (
    C3,
    NEWS,
    OUTLET,
    add_account,
    add_case,
    add_claim,
    add_entity,
    add_typology,
)


def _owned_outlet(store: sqlite3.Connection, *, grade: Grade | None = None) -> None:
    for key, kind in (("outlet", "outlet"), ("company", "company"), ("ministry", "government")):
        add_entity(store, key, kind=kind)
    add_claim(store, "company", Relation.OWNS, "outlet")
    if grade is None:
        add_claim(store, "ministry", Relation.CONTROLS, "company")
    else:
        add_claim(store, "ministry", Relation.CONTROLS, "company", grade=grade, hedge="reportedly")
    add_account(store, "outlet", OUTLET)


def test_a_chain_of_ownership_is_told_hop_by_hop_with_its_weakest_grade(store: sqlite3.Connection) -> None:
    _owned_outlet(store, grade=C3)
    dossier = checked(store, OUTLET)
    finding = finding_of(dossier, "ownership_chain")
    assert finding.summary == (
        "Ownership chain: `Outlet` is owned by `Company`, which stands under `Ministry` (weakest claim C3)."
    )
    assert (finding.weight, finding.towards) == (0.65, "ministry")
    assert [evidence.text for evidence in finding.evidence] == [
        "`Company` owns `Outlet`",
        "`Ministry` has authority over `Company` (the source says: `reportedly`)",
    ]
    steps = dossier.assessment.state_link.chain
    assert [(step.from_, step.relation, step.to) for step in steps] == [
        ("Outlet", "has_account", "@mundo_ejemplo"),
        ("Company", "owns", "Outlet"),
        ("Ministry", "controls", "Company"),
    ]
    assert steps[2].hedge == "reportedly"
    assert {step.source for step in steps} <= {source.key for source in dossier.sources}


def test_no_owner_in_the_registry_is_nothing_found(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet")
    add_account(store, "outlet", OUTLET)
    finding = finding_of(checked(store, OUTLET), "ownership_chain")
    assert finding.state is State.NOT_FOUND
    assert finding.weight is None


def test_a_private_owner_is_no_link(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet")
    add_entity(store, "company", kind="company")
    add_claim(store, "company", Relation.OWNS, "outlet")
    add_account(store, "outlet", OUTLET)
    dossier = checked(store, OUTLET)
    assert finding_of(dossier, "ownership_chain").state is State.NOT_FOUND
    assert dossier.assessment.state_link.band is None
    assert [step.from_ for step in dossier.assessment.state_link.chain] == ["Outlet", "Company"]


def test_beside_the_ownership_of_a_state_outlet_its_other_ties_are_not_told(
    store: sqlite3.Connection,
) -> None:
    _owned_outlet(store)
    add_entity(store, "union", kind="organisation")
    add_entity(store, "other-agency")
    add_typology(store, "other-agency", "SC")
    add_claim(store, "outlet", Relation.CO_PUBLISHES, "other-agency")
    assert [f.towards for f in findings_of(checked(store, OUTLET), "ownership_chain")] == ["ministry"]


def test_owners_that_stand_apart_contradict_each_other(store: sqlite3.Connection) -> None:
    _owned_outlet(store)
    add_entity(store, "army", kind="government", source="other-report")
    add_claim(store, "army", Relation.OWNS, "outlet", source="other-report")
    found = findings_of(checked(store, OUTLET), "ownership_chain")
    assert {finding.towards for finding in found} == {"ministry", "army"}
    assert all("sources_disagree" in finding.qualifiers for finding in found)
    assert "Another chain leads to `Army`." in next(f.summary for f in found if f.towards == "ministry")


def test_the_founding_case_is_linked_to_two_bodies_and_owned_by_none(store: sqlite3.Connection) -> None:
    add_case(store)
    found = findings_of(checked(store, NEWS), "ownership_chain")
    assert [finding.towards for finding in found] == ["agency", "outlet"]
    assert all(finding.summary.startswith("Linked, not owned:") for finding in found)
    to_agency = found[0]
    assert "co-publishes with `Agency`" in to_agency.summary
    assert "has sites or apps developed by `Developer`, which is owned by `Agency`" in to_agency.summary
    assert to_agency.weight == 0.45
