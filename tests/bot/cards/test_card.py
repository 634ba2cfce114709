from __future__ import annotations

from msgspec.structs import replace

from bot.cards.card import STEPS, card, fitting
from bot.checks.dossier import Category, Finding, Line, State
from tests.bot.cards.samples import CREDITS, LINKED, LISTED


def chain_finding() -> Finding:
    return Finding(
        check="ownership_chain",
        line=Line.STATE_LINK,
        category=Category.CONTEXTUAL,
        state=State.FOUND,
        summary="Ownership chain: the same in one sentence.",
        weight=0.85,
    )


def test_the_strongest_finding_stands_first_and_each_finding_comes_before_a_second_piece_of_any() -> None:
    shown = [item.text for item in card(LINKED).evidence.items]
    assert shown == [LISTED.summary, CREDITS.summary, LISTED.evidence[1].text]


def test_a_sentence_that_is_the_judgement_is_not_said_twice() -> None:
    listed = replace(LINKED.assessment.state_link, sentence=LISTED.summary, chain=())
    drawn = card(
        replace(LINKED, findings=(LISTED,), assessment=replace(LINKED.assessment, state_link=listed))
    )
    assert [item.text for item in drawn.evidence.items] == [evidence.text for evidence in LISTED.evidence]


def test_a_second_claim_of_one_source_adds_nothing_and_a_second_post_does() -> None:
    twice = replace(LISTED, evidence=(LISTED.evidence[0], LISTED.evidence[0], LISTED.evidence[1]))
    drawn = card(replace(LINKED, findings=(twice,)))
    assert len(drawn.evidence.items) + drawn.evidence.more == 2
    drawn = card(replace(LINKED, findings=(CREDITS,)))
    assert len(drawn.evidence.items) + drawn.evidence.more == len(CREDITS.evidence)


def test_evidence_against_is_not_shown_as_evidence_for() -> None:
    against = replace(LISTED, weight=-0.2)
    drawn = card(replace(LINKED, findings=(against, CREDITS)))
    assert all("registry entry" not in item.text for item in drawn.evidence.items)


def test_a_chain_that_is_drawn_is_not_told_again_as_evidence() -> None:
    findings = (chain_finding(), LISTED)
    with_chain = card(replace(LINKED, findings=findings))
    assert all("Ownership chain" not in item.text for item in with_chain.evidence.items)
    bare = replace(LINKED.assessment, state_link=replace(LINKED.assessment.state_link, chain=()))
    without = card(replace(LINKED, findings=findings, assessment=bare))
    assert without.evidence.items[0].text.startswith("Ownership chain")


def test_nothing_found_on_another_line_counts_as_evidence_of_a_link() -> None:
    assert all("High output" not in item.text for item in card(LINKED).evidence.items)


def test_every_step_says_how_much_it_left_out() -> None:
    full = card(LINKED)
    hops = sum(len(route.hops) for route in full.chain)
    pieces = len(full.evidence.items) + full.evidence.more
    for limits in STEPS:
        drawn = card(LINKED, limits=limits)
        assert sum(len(route.hops) for route in drawn.chain) + drawn.chain_more == hops
        assert len(drawn.would_change.items) + drawn.would_change.more == 2
        assert len(drawn.gaps.items) + drawn.gaps.more == 2
        if drawn.chain:
            assert len(drawn.evidence.items) + drawn.evidence.more == pieces


def test_the_fullest_card_that_fits_is_taken() -> None:
    assert fitting(LINKED, lambda _: True) == card(LINKED)
    assert fitting(LINKED, lambda drawn: not drawn.would_change.items).would_change.items == ()
    assert fitting(LINKED, lambda _: False) == card(LINKED, limits=STEPS[-1])


def test_the_judgement_outlives_everything_else() -> None:
    long = replace(
        LINKED.assessment,
        state_link=replace(LINKED.assessment.state_link, sentence="We assess a long thing. " * 12),
        would_change=("A long wish. " * 20,) * 3,
    )
    drawn = fitting(replace(LINKED, assessment=long), lambda candidate: len(candidate.gaps.items) < 2)
    assert drawn.judgement == "We assess a long thing. " * 12
