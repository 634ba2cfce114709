"""The shipped registry as people meet it: every account of it, asked without any posts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Dossier, from_json, to_json
from bot.checks.gather import AliasCache
from bot.checks.service import examine
from bot.checks.standing import Tie, tie
from bot.registry.starter import load_starter
from bot.store.names import first_registered
from bot.store.registry import find_account
from tests.bot.checks.worlds import NOW, an_empty_store
from tests.wording import forbidden_words, mixes_likelihood_and_confidence


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder: Path = tmp_path_factory.mktemp("starter")
    with closing(an_empty_store(folder)) as connection:
        connection.execute("BEGIN")
        load_starter(connection, now=NOW)
        connection.execute("COMMIT")
        yield connection


@pytest.fixture(scope="module")
def dossiers(starter: sqlite3.Connection) -> list[Dossier]:
    cache = AliasCache()
    refs = [account.ref for account in first_registered(starter, limit=10_000)]
    return [examine(starter, ref, cache=cache, now=NOW, days=90)[0] for ref in refs]


def test_no_card_of_the_shipped_registry_says_a_forbidden_word(dossiers: list[Dossier]) -> None:
    assert len(dossiers) > 500
    for dossier in dossiers:
        line = dossier.assessment.state_link
        told = [line.sentence, line.confidence or "", dossier.assessment.against]
        told += [text for finding in dossier.findings for text in (finding.summary, finding.benign or "")]
        told += [evidence.text for finding in dossier.findings for evidence in finding.evidence]
        assert [text for text in told if forbidden_words(text) or mixes_likelihood_and_confidence(text)] == []


def test_every_source_that_is_named_is_listed_and_every_dossier_survives_json(
    dossiers: list[Dossier],
) -> None:
    for dossier in dossiers:
        listed = {source.key for source in dossier.sources}
        used = {evidence.source for finding in dossier.findings for evidence in finding.evidence}
        used |= {step.source for step in dossier.assessment.state_link.chain}
        assert used == listed
        assert from_json(to_json(dossier)) == dossier


def test_no_independent_outlet_is_linked_to_a_state(
    starter: sqlite3.Connection, dossiers: list[Dossier]
) -> None:
    independent = 0
    for dossier in dossiers:
        account = dossier.account
        ref = AccountRef(platform=account.platform, handle=account.handle, platform_id=account.platform_id)
        match = find_account(starter, ref)
        if match.entities and all(
            tie(entity, match.typologies) is Tie.INDEPENDENT for entity in match.entities
        ):
            independent += 1
            line = dossier.assessment.state_link
            assert line.band is None
            assert "editorially independent" in line.sentence
            assert "State Media Monitor" in line.sentence
    assert independent >= 10


def test_no_listing_by_handle_is_more_than_likely(dossiers: list[Dossier]) -> None:
    by_handle = [each for each in dossiers if each.account.platform_id is None]
    assert {each.assessment.state_link.band for each in by_handle} <= {
        None,
        "likely",
        "roughly even chance",
        "unlikely",
    }


@pytest.mark.parametrize(
    ("handle", "band", "words", "body"),
    [
        ("mundo_china", "likely", "listed as an account of `Mundo China`", "Central Publicity Department"),
        ("xhnews", "likely", "state-controlled media (SC) per State Media Monitor 2024", "State Council"),
        ("cns1952", "likely", "listed as an account of `China News Service`", "United Front Work Department"),
        ("bbcworld", None, "editorially independent (IP) per State Media Monitor 2024", None),
        ("ap", None, "no source held links that to a state", None),
    ],
)
def test_accounts_that_newcomers_try(
    starter: sqlite3.Connection, handle: str, band: str | None, words: str, body: str | None
) -> None:
    ref = AccountRef(platform=Platform.X, handle=handle)
    dossier, _account_id = examine(starter, ref, cache=AliasCache(), now=NOW, days=90)
    line = dossier.assessment.state_link
    assert line.band == band
    assert words in line.sentence
    assert (body in {step.from_ for step in line.chain}) if body else (line.confidence is None)
    assert all(step.source in {source.key for source in dossier.sources} for step in line.chain)
