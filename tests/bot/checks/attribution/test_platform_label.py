from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.attribution.policies import POLICIES, in_force, policies_of
from bot.checks.dossier import Finding, State
from bot.store.looks import LabelLook, record_label
from tests.bot.checks.worlds import checked, finding_of
from tests.bot.registry.founding import OUTLET, add_account, add_entity, add_typology

PAGE = AccountRef(platform=Platform.FACEBOOK, handle="mundo.ejemplo")


def _world(store: sqlite3.Connection, account: AccountRef, *, code: str | None = "SC") -> None:
    add_entity(store, "outlet")
    if code is not None:
        add_typology(store, "outlet", code)
    add_account(store, "outlet", account)


def _look(store: sqlite3.Connection, account: AccountRef, on: datetime, label: str | None = None) -> None:
    record_label(store, account, LabelLook(looked_at=on, label=label, source="an analyst"))


def _found(store: sqlite3.Connection, account: AccountRef) -> Finding:
    return finding_of(checked(store, account), "platform_label")


def test_a_missing_label_is_a_fact_without_weight(store: sqlite3.Connection) -> None:
    _world(store, PAGE)
    _look(store, PAGE, datetime(2026, 10, 2, tzinfo=UTC))
    dossier = checked(store, PAGE)
    finding = finding_of(dossier, "platform_label")
    assert finding.state is State.FOUND
    assert finding.weight == 0
    assert finding.summary.startswith("No label on its Facebook page on 2 Oct 2026: since 4 Jun 2020 ")
    assert "state-controlled media (SC)" in finding.summary
    assert [step.step for step in dossier.assessment.state_link.reckoning if "label" in step.step] == []


def test_a_label_that_is_shown_is_nothing_missing(store: sqlite3.Connection) -> None:
    _world(store, PAGE)
    _look(store, PAGE, datetime(2026, 10, 1, tzinfo=UTC))
    _look(store, PAGE, datetime(2026, 10, 2, tzinfo=UTC), "State-controlled media")
    finding = _found(store, PAGE)
    assert finding.state is State.NOT_FOUND
    assert "`State-controlled media` on 2 Oct 2026" in finding.summary


def test_no_look_is_no_absence(store: sqlite3.Connection) -> None:
    _world(store, PAGE)
    finding = _found(store, PAGE)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.weight is None


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (datetime(2020, 8, 5, tzinfo=UTC), State.NOT_APPLICABLE),
        (datetime(2020, 8, 6, tzinfo=UTC), State.FOUND),
        (datetime(2023, 4, 20, tzinfo=UTC), State.FOUND),
        (datetime(2023, 4, 21, tzinfo=UTC), State.NOT_APPLICABLE),
        (datetime(2026, 11, 1, tzinfo=UTC), State.NOT_APPLICABLE),
    ],
)
def test_absence_on_x_means_something_while_x_labelled(
    store: sqlite3.Connection, on: datetime, state: State
) -> None:
    _world(store, OUTLET)
    _look(store, OUTLET, on)
    finding = _found(store, OUTLET)
    assert finding.state is state
    if state is State.NOT_APPLICABLE:
        assert finding.reason == ("X removed its state-media labels in Apr 2023: absence there means nothing")


@pytest.mark.parametrize("code", ["CaPr", "ISFM", "IP", None])
def test_media_that_no_policy_means_are_left_alone(store: sqlite3.Connection, code: str | None) -> None:
    _world(store, PAGE, code=code)
    _look(store, PAGE, datetime(2026, 10, 2, tzinfo=UTC))
    assert _found(store, PAGE).state is State.NOT_APPLICABLE


def test_a_platform_without_a_known_policy_does_not_apply(store: sqlite3.Connection) -> None:
    channel = AccountRef(platform=Platform.TELEGRAM, handle="mundo_ejemplo")
    _world(store, channel)
    _look(store, channel, datetime(2026, 10, 2, tzinfo=UTC))
    assert _found(store, channel).reason == "no labelling policy of Telegram is known to Masthead"


def test_every_policy_names_its_source_and_ends_after_it_began() -> None:
    for policy in POLICIES:
        assert policy.url.startswith("https://")
        assert policy.title
        assert policy.publisher
        assert policy.until is None or policy.since < policy.until
        assert in_force(policies_of(policy.platform), policy.since) == policy
    assert in_force(policies_of(Platform.X), date(2026, 1, 1)) is None
