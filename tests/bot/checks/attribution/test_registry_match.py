from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import State
from bot.store.claims import put_derivation
from bot.store.posts import record
from bot.store.records import Relation
from tests.bot.checks.worlds import a_post, a_snapshot, checked, finding_of, findings_of
from tests.bot.registry.founding import (
    C3,
    OUTLET,
    add_account,
    add_claim,
    add_entity,
    add_typology,
)
from tests.wording import forbidden_words

WITH_ID = AccountRef(platform=Platform.X, handle="mundo_ejemplo", platform_id="777")


def test_a_listing_by_handle_states_list_date_class_and_that_it_is_by_handle(
    store: sqlite3.Connection,
) -> None:
    add_entity(store, "outlet", source="list")
    add_typology(store, "outlet", "SC", source="monitor")
    add_account(store, "outlet", OUTLET, source="list", locator="row 12")
    finding = finding_of(checked(store, OUTLET), "registry_match")
    assert finding.state is State.FOUND
    assert finding.summary == (
        "`@mundo_ejemplo` is listed as an account of `Outlet` in `Report list` (10 Jul 2023), matched by "
        "handle alone; `Outlet` is classed as state-controlled media (SC) per State Media Monitor 2024 "
        "(`Report monitor`)."
    )
    assert finding.weight == 0.75
    assert finding.evidence[0].text == "`Outlet` has the account `@mundo_ejemplo`, `row 12`"
    assert (finding.evidence[0].source, finding.evidence[0].grade) == ("list", "B2")
    assert finding.disarm == ("T0097.202",)


@pytest.mark.parametrize("asked", [WITH_ID, AccountRef(platform=Platform.X, platform_id="777")])
def test_the_lasting_id_weighs_more(store: sqlite3.Connection, asked: AccountRef) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", WITH_ID)
    finding = finding_of(checked(store, asked), "registry_match")
    assert finding.weight == 0.90
    assert "matched by its lasting id" in finding.summary


def test_a_handle_is_not_the_id_that_the_list_gave_until_data_confirm_it(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", WITH_ID)
    assert finding_of(checked(store, OUTLET), "registry_match").weight == 0.75
    record(store, snapshots=[a_snapshot(5, account=WITH_ID)])
    assert finding_of(checked(store, OUTLET), "registry_match").weight == 0.90


def test_a_handle_with_another_id_is_another_account(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", WITH_ID)
    other = AccountRef(platform=Platform.X, handle="mundo_ejemplo", platform_id="888")
    assert finding_of(checked(store, other), "registry_match").state is State.NOT_FOUND


def test_a_former_handle_is_no_match_and_said(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    renamed = AccountRef(platform=Platform.X, handle="nuevo_ejemplo", platform_id="777")
    add_account(store, "outlet", renamed)
    record(store, posts=[a_post(1, author=WITH_ID, hours_ago=900, counted_after=timedelta(hours=1))])
    record(store, snapshots=[a_snapshot(5, account=renamed)])
    dossier = checked(store, OUTLET)
    finding = finding_of(dossier, "registry_match")
    assert finding.state is State.NOT_FOUND
    assert "`@mundo_ejemplo` is a former handle of `@nuevo_ejemplo`" in finding.summary
    assert dossier.assessment.state_link.band is None


def test_a_look_alike_resembles_and_does_not_match(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", OUTLET)
    finding = finding_of(
        checked(store, AccountRef(platform=Platform.X, handle="mund0_ejemplo")), "registry_match"
    )
    assert finding.state is State.NOT_FOUND
    assert (
        "Its handle resembles `@mundo_ejemplo`, which is registered (it looks the same but for signs or "
        "look-alike letters): that is no match."
    ) in finding.summary
    assert finding.weight is None


def test_the_same_handle_on_another_platform_is_not_listed(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", OUTLET)
    elsewhere = AccountRef(platform=Platform.TELEGRAM, handle="mundo_ejemplo")
    assert finding_of(checked(store, elsewhere), "registry_match").state is State.NOT_FOUND


def test_an_empty_registry_finds_nothing_out(store: sqlite3.Connection) -> None:
    finding = finding_of(checked(store, OUTLET), "registry_match")
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "the registry holds no accounts"


def test_an_outlet_without_a_class_is_listed_and_weighs_nothing(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet")
    add_account(store, "outlet", OUTLET)
    finding = finding_of(checked(store, OUTLET), "registry_match")
    assert finding.state is State.FOUND
    assert finding.weight is None


@pytest.mark.parametrize("code", ["ISFM", "ISFM?", "ISF", "ISM", "IP"])
def test_independent_broadcasters_are_described_and_not_linked(store: sqlite3.Connection, code: str) -> None:
    add_entity(store, "outlet")
    add_typology(store, "outlet", code, source="monitor")
    add_entity(store, "ministry", kind="government")
    add_claim(store, "ministry", Relation.OWNS, "outlet")
    add_account(store, "outlet", OUTLET)
    dossier = checked(store, OUTLET)
    assert finding_of(dossier, "registry_match").weight is None
    line = dossier.assessment.state_link
    assert (line.band, line.low, line.high, line.confidence) == (None, None, None, None)
    assert "editorially independent" in line.sentence
    assert "2024" in line.sentence
    assert "No link to a state" in line.sentence
    assert not {"likely", "state-controlled"} & set(line.sentence.split())
    assert forbidden_words(line.sentence) == []


def test_two_holders_of_one_state_are_both_shown_and_do_not_lower_the_link(store: sqlite3.Connection) -> None:
    for key in ("outlet", "sister"):
        add_entity(store, key)
        add_typology(store, key, "SC", source="monitor")
        add_account(store, key, OUTLET, source=f"list-{key}")
    dossier = checked(store, OUTLET)
    found = findings_of(dossier, "registry_match")
    assert {finding.towards for finding in found} == {"outlet", "sister"}
    assert all("disagree about this account: `Outlet` and `Sister`." in finding.summary for finding in found)
    steps = {step.step for step in dossier.assessment.state_link.reckoning}
    assert "sources_disagree" not in steps


def test_two_holders_of_whom_one_is_no_states_contradict_each_other(store: sqlite3.Connection) -> None:
    for key in ("outlet", "stranger"):
        add_entity(store, key)
        add_account(store, key, OUTLET, source=f"list-{key}")
    add_typology(store, "outlet", "SC", source="monitor")
    dossier = checked(store, OUTLET)
    found = findings_of(dossier, "registry_match")
    assert {finding.towards for finding in found} == {"outlet", "stranger"}
    assert all("sources_disagree" in finding.qualifiers for finding in found)
    assert all(
        "disagree about this account: `Outlet` and `Stranger`." in finding.summary for finding in found
    )
    assert "`Outlet` and `Stranger`" in dossier.assessment.against
    assert [(step.step, step.value) for step in dossier.assessment.state_link.reckoning][1] == (
        "sources_disagree",
        -0.15,
    )
    assert dossier.assessment.state_link.confidence is not None
    assert "contradict" in dossier.assessment.state_link.confidence


def test_an_outlet_and_the_body_above_it_do_not_disagree(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet")
    add_typology(store, "outlet", "SC", source="monitor")
    add_entity(store, "department", kind="party")
    add_claim(store, "department", Relation.CONTROLS, "outlet")
    for key in ("outlet", "department"):
        add_account(store, key, OUTLET, source=f"list-{key}")
    found = findings_of(checked(store, OUTLET), "registry_match")
    assert [finding.qualifiers for finding in found if "sources_disagree" in finding.qualifiers] == []


def test_monitors_that_disagree_are_both_quoted(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet")
    add_typology(store, "outlet", "SC", source="monitor")
    add_typology(store, "outlet", "IP", source="other-monitor")
    add_account(store, "outlet", OUTLET)
    finding = finding_of(checked(store, OUTLET), "registry_match")
    assert "Monitors disagree:" in finding.summary
    assert "sources_disagree" in finding.qualifiers


def test_a_second_source_counts_and_a_copy_of_the_first_does_not(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", OUTLET, source="list")
    add_account(store, "outlet", OUTLET, source="copy")
    assert "second_source" in finding_of(checked(store, OUTLET), "registry_match").qualifiers
    put_derivation(store, "copy", derived_from="list")
    assert "second_source" not in finding_of(checked(store, OUTLET), "registry_match").qualifiers


def test_a_badly_graded_row_weighs_less(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", OUTLET, grade=C3)
    assert finding_of(checked(store, OUTLET), "registry_match").weight == 0.65


def test_a_body_that_is_said_to_control_the_account_itself_is_reported(store: sqlite3.Connection) -> None:
    add_entity(store, "department", kind="party")
    add_account(store, "department", OUTLET, relation=Relation.CONTROLS)
    finding = finding_of(checked(store, OUTLET), "registry_match")
    assert "`@mundo_ejemplo` stands under `Department` in `Report report`" in finding.summary
    assert forbidden_words(finding.summary) == []


def test_the_claims_of_a_list_of_2023_are_old_in_november_2026(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", OUTLET)
    assert "old_evidence" in finding_of(checked(store, OUTLET), "registry_match").qualifiers
