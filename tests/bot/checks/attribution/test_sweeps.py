from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Line, State
from bot.store.accounts import ensure_account
from bot.store.sweeps import save_sweep
from tests.bot.checks.copied import a_store
from tests.bot.checks.worlds import ACCOUNT, NOW, checked, finding_of, findings_of
from tests.wording import forbidden_words

OTHER = AccountRef(platform=Platform.X, handle="ejemplo_otra")
THIRD = AccountRef(platform=Platform.X, handle="ejemplo_tercera")
SIMILAR = b'{"method":"similar-text","window_s":60.0}'


@pytest.fixture
def store() -> sqlite3.Connection:
    return a_store()


def keep(
    store: sqlite3.Connection,
    *pairs: tuple[AccountRef, AccountRef, int, bool],
    recipe: bytes = SIMILAR,
    days_ago: int = 1,
) -> None:
    """Keep a sweep with edges (one account, another, objects, whether a finding)."""
    ids = {ref: ensure_account(store, ref) for pair in pairs for ref in pair[:2]}
    save_sweep(
        store,
        b"{}",
        name=None,
        recipe=recipe,
        engine="duckdb",
        ran_at=NOW - timedelta(days=days_ago),
        accounts=len(ids),
        findings=sum(pair[3] for pair in pairs),
        edges=[
            (min(ids[one], ids[other]), max(ids[one], ids[other]), objects, found)
            for one, other, objects, found in pairs
        ],
    )


def test_without_a_sweep_nothing_is_said(store: sqlite3.Connection) -> None:
    ensure_account(store, ACCOUNT)
    assert findings_of(checked(store, ACCOUNT), "sweeps") == []


def test_the_newest_sweep_tells_whom_the_account_was_joined_to(store: sqlite3.Connection) -> None:
    keep(store, (ACCOUNT, THIRD, 3, False), days_ago=5)
    keep(store, (ACCOUNT, OTHER, 7, True), (ACCOUNT, THIRD, 2, False), (OTHER, THIRD, 9, True))
    dossier = checked(store, ACCOUNT)
    finding = finding_of(dossier, "sweeps")
    assert (finding.state, finding.line, finding.n) == (State.FOUND, Line.COORDINATION, 2)
    assert "similar texts" in finding.summary
    assert "2 other accounts, more often than chance explains with 1 of these" in finding.summary
    assert [each.text for each in finding.evidence] == [
        "`@ejemplo_otra`: 7 objects in common, more than chance explains.",
        "`@ejemplo_tercera`: 2 objects in common.",
    ]
    assert finding.weight is None
    assert finding.benign is not None
    assert finding.summary in dossier.assessment.coordination.sentence
    assert not forbidden_words(f"{finding.summary} {finding.benign}")


def test_sweeps_that_joined_it_to_nobody_are_counted(store: sqlite3.Connection) -> None:
    ensure_account(store, ACCOUNT)
    keep(store, (OTHER, THIRD, 3, False))
    finding = finding_of(checked(store, ACCOUNT), "sweeps")
    assert (finding.state, finding.n) == (State.NOT_FOUND, 0)
    assert "None of 1 sweep over" in finding.summary


def test_each_recipe_is_told_of_by_itself(store: sqlite3.Connection) -> None:
    keep(store, (ACCOUNT, OTHER, 2, False))
    keep(store, (ACCOUNT, THIRD, 6, True), recipe=b'{"method":"identical-text","window_s":60.0}')
    strongest, weaker = findings_of(checked(store, ACCOUNT), "sweeps")
    assert "identical texts" in strongest.summary
    assert strongest.disarm == ("T0084.001",)
    assert "similar texts" in weaker.summary
    assert weaker.disarm == ()
