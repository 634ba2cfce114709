from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.assess import assess
from bot.checks.catalogue import CHECKS, NOT_RUN, run_checks
from bot.checks.dossier import Dossier, Finding, Line, State, from_json, to_json
from bot.store.posts import record
from bot.store.records import Counts, Relation
from tests.bot.checks.worlds import ACCOUNT, a_post, a_snapshot, a_subject, checked
from tests.bot.registry.founding import (
    NEWS,
    OUTLET,
    add_account,
    add_case,
    add_claim,
    add_entity,
    add_typology,
)
from tests.wording import forbidden_words, mixes_likelihood_and_confidence, ours


def _founding_case(store: sqlite3.Connection) -> Dossier:
    add_case(store)
    texts = [
        f"Noticia {n} del espacio. Twitter •mundo_ejemplo" if n % 3 else f"Noticia {n}, vía @otro_medio"
        for n in range(1, 61)
    ]
    counts = Counts(likes=0, reposts=0, replies=0)
    posts = [
        a_post(n, text, author=NEWS, hours_ago=6.0 * n, counts=counts)
        for n, text in enumerate(texts, start=1)
    ]
    profile = replace(a_snapshot(8, account=NEWS), bio="Noticias de hoy.")
    record(store, posts=posts, snapshots=[profile])
    return checked(store, NEWS)


def test_the_founding_case_is_likely_linked_to_two_bodies_and_never_operated_by_one(
    store: sqlite3.Connection,
) -> None:
    line = _founding_case(store).assessment.state_link
    assert (line.band, line.low, line.high) == ("likely", 0.55, 0.80)
    assert line.sentence == (
        "We assess that `@ejemplo_hoy_1`, which is listed as an account of `News`, is likely linked to "
        "`Agency` (through an undescribed link, co-publishing and development of sites or apps) and `Outlet` "
        "(through unlinked credits and reported credits). These are two different bodies; it is not shown to "
        "be operated by either."
    )
    assert forbidden_words(line.sentence) == []
    assert line.confidence == (
        "Confidence is moderate: behavioural and contextual evidence from 2 independent sources. "
        "2 of 6 checks of the link could not run."
    )


def test_the_three_lines_of_the_founding_case_stay_apart(store: sqlite3.Connection) -> None:
    assessment = _founding_case(store).assessment
    assert assessment.engagement.band is None
    assert "High output for a small audience" in assessment.engagement.sentence
    assert "0 likes" in assessment.engagement.sentence
    assert assessment.coordination.sentence.startswith("Not assessed")
    assert assessment.coordination.confidence is None
    assert "sites with one developer are linked in the same way" in assessment.against


def test_the_ownership_edges_of_the_case_do_not_reach_the_agency(store: sqlite3.Connection) -> None:
    add_case(store)
    store.execute("UPDATE claim SET retracted_ms = 1 WHERE relation NOT IN ('owns', 'controls', 'appoints')")
    line = checked(store, NEWS).assessment.state_link
    assert line.band is None
    assert "no source held links that to a state" in line.sentence


def test_a_state_outlet_is_told_as_listed_with_its_chain(store: sqlite3.Connection) -> None:
    add_case(store)
    add_typology(store, "outlet", "SC", source="monitor")
    line = checked(store, OUTLET).assessment.state_link
    assert line.band == "likely"
    assert line.sentence == (
        "`@mundo_ejemplo` is listed as an account of `Outlet` in `Report report` (10 Jul 2023), matched by "
        "handle alone; `Outlet` is classed as state-controlled media (SC) per State Media Monitor 2024 "
        "(`Report monitor`). "
        "Ownership chain: `Outlet` stands under `Publicity-Department` (weakest claim B2)."
    )
    assert [step.from_ for step in line.chain] == ["Outlet", "Publicity-Department"]


def test_an_unknown_account_is_told_so_and_what_would_help(store: sqlite3.Connection) -> None:
    add_case(store)
    ref = AccountRef(platform=Platform.BLUESKY, handle="nadie.example.com")
    assessment = checked(store, ref).assessment
    line = assessment.state_link
    assert (
        line.sentence
        == "Not assessed: `@nadie.example.com` is not in the registry, and no posts of it are held."
    )
    assert (line.band, line.low, line.high, line.confidence, line.chain) == (None, None, None, None, ())
    assert assessment.against == "None found in the registry (empty)."
    assert assessment.would_change == (
        "A sourced claim about `@nadie.example.com` enters the registry.",
        "Its posts are imported (masthead import), or more of them than now.",
        "The account's lasting id on Bluesky is given or imported.",
        "A connector for Bluesky is configured, so that profile and posts are read.",
    )


def test_an_account_with_posts_and_no_link_is_not_called_independent(store: sqlite3.Connection) -> None:
    add_case(store)
    record(store, posts=[a_post(n) for n in range(30)])
    assessment = checked(store, ACCOUNT).assessment
    assert assessment.state_link.band is None
    assert "That is not a finding of independence." in assessment.state_link.sentence
    assert assessment.against == "None found in the registry (empty) and 30 posts of the last 90 days."


def test_too_few_posts_are_not_called_a_search(store: sqlite3.Connection) -> None:
    add_case(store)
    record(store, posts=[a_post(n) for n in range(5)])
    sentence = checked(store, ACCOUNT).assessment.state_link.sentence
    assert sentence.startswith("Not assessed:")
    assert "5 posts" in sentence


def test_not_assessed_when_no_check_of_the_link_could_run(store: sqlite3.Connection) -> None:
    link = [
        Finding(
            check=check.name,
            line=check.line,
            category=check.category,
            state=State.COULD_NOT_CHECK,
            summary="Could not check: the registry holds no accounts.",
            reason="the registry holds no accounts",
        )
        for check in CHECKS
        if check.line is Line.STATE_LINK
    ]
    line = assess(a_subject(), link).state_link
    assert line.sentence == "Not assessed: no check of the link could run (the registry holds no accounts)."
    assert line.band is None


def test_more_than_half_the_checks_blocked_leaves_low_confidence(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet", kind="government")
    add_account(store, "outlet", OUTLET, source="one")
    add_account(store, "outlet", OUTLET, source="two")
    record(store, snapshots=[replace(a_snapshot(5, account=OUTLET), bio="Noticias de ejemplo")])
    dossier = checked(store, OUTLET)
    assert dossier.assessment.state_link.confidence == (
        "Confidence is moderate: contextual evidence from 2 independent sources. 3 of 6 checks of the link "
        "could not run."
    )
    blocked = [
        Finding(
            check=f"method-{number}",
            line=Line.STATE_LINK,
            category=None,
            state=State.COULD_NOT_CHECK,
            summary="",
            reason="blocked",
        )
        for number in range(3)
    ]
    subject = a_subject()
    listed = next(each for each in dossier.findings if each.check == "registry_match")
    confidence = assess(subject, [listed, *blocked]).state_link.confidence
    assert confidence is not None
    assert confidence.startswith("Confidence is low:")


def test_the_public_broadcaster_stays_unlinked_however_its_state_pays_it(store: sqlite3.Connection) -> None:
    for key, kind in (("broadcaster", "outlet"), ("ministry", "government")):
        add_entity(store, key, kind=kind)
    add_typology(store, "broadcaster", "ISF", source="monitor")
    for relation in (Relation.FUNDS, Relation.APPOINTS):
        add_claim(store, "ministry", relation, "broadcaster")
    add_account(store, "broadcaster", OUTLET)
    assessment = checked(store, OUTLET).assessment
    assert assessment.state_link.sentence == (
        "No link to a state: `@mundo_ejemplo` is listed as an account of `Broadcaster`, publicly funded, "
        "editorially independent (ISF) per State Media Monitor 2024 (`Report monitor`)."
    )


def test_which_methods_do_not_run_is_said_in_one_line(store: sqlite3.Connection) -> None:
    add_case(store)
    assert checked(store, NEWS).assessment.not_run is None
    assert NOT_RUN == ()
    lacking = assess(a_subject(), (), not_run=["check.shared_infrastructure"])
    assert lacking.not_run == "Not run in this version: shared web infrastructure."


def test_a_check_that_breaks_leaves_the_rest_and_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    def broken(subject: object) -> tuple[Finding, ...]:
        raise RuntimeError("secret detail")

    checks = (replace(CHECKS[0], run=broken), *CHECKS[1:])
    findings, timings = run_checks(a_subject(), checks=checks)
    assert findings[0].state is State.COULD_NOT_CHECK
    assert findings[0].reason is not None
    reference = findings[0].reason.removeprefix("internal error, reference ")
    assert len(reference) == 6
    assert reference in caplog.text
    assert "secret detail" in caplog.text
    assert "secret" not in findings[0].summary
    # No post was asked about and no sweep was made, so these two have nothing to say.
    silent = {"post_itself", "sweeps"}
    assert {finding.check for finding in findings} == {check.name for check in CHECKS} - silent
    assert set(timings) == {check.name for check in CHECKS}


HOSTILE = "`]) @everyone **is operated by** \u202e<@1>\nproves"


def test_every_sentence_of_a_hostile_world_keeps_the_rules(store: sqlite3.Connection) -> None:
    add_entity(store, HOSTILE)
    add_entity(store, "body", kind="party")
    add_typology(store, HOSTILE, "SC", source=HOSTILE)
    add_account(store, HOSTILE, OUTLET, source=HOSTILE, locator=HOSTILE)
    add_claim(store, "body", Relation.CONTROLS, HOSTILE, hedge=HOSTILE, source=HOSTILE)
    posts = [a_post(n, f"{HOSTILE} Twitter •mundo_ejemplo") for n in range(40)]
    record(store, posts=posts, snapshots=[replace(a_snapshot(3), display_name=HOSTILE, bio=HOSTILE)])
    for ref in (ACCOUNT, OUTLET, AccountRef(platform=Platform.X, handle="mund0_ejemplo")):
        for sentence in _sentences(checked(store, ref)):
            assert forbidden_words(sentence) == []
            assert not mixes_likelihood_and_confidence(sentence)
            assert sentence.count("`") % 2 == 0
            assert sentence.isprintable()
            assert "everyone" not in ours(sentence)


def _sentences(dossier: Dossier) -> list[str]:
    assessment = dossier.assessment
    lines = (assessment.state_link, assessment.coordination, assessment.engagement)
    told = [text for line in lines for text in (line.sentence, line.confidence)]
    told += [assessment.against, assessment.not_run, *assessment.would_change]
    for finding in dossier.findings:
        told += [finding.summary, finding.reason, finding.benign, *(each.text for each in finding.evidence)]
    return [text for text in told if text is not None]


def test_every_dossier_survives_json(store: sqlite3.Connection) -> None:
    dossier = _founding_case(store)
    for each in (
        dossier,
        checked(store, OUTLET),
        checked(store, AccountRef(platform=Platform.VK, handle="x12345")),
    ):
        assert from_json(to_json(each)) == each
