from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.reckoning import Main, mains_of, reckon
from bot.checks.weights import QUALIFIERS, band

TECHNICAL, BEHAVIOURAL, CONTEXTUAL = Category.TECHNICAL, Category.BEHAVIOURAL, Category.CONTEXTUAL


def a_main(
    check: str,
    weight: float,
    *,
    category: Category = CONTEXTUAL,
    roots: set[str] | None = None,
    state: str | None = "XA",
    qualifiers: tuple[str, ...] = (),
    ceiling: float | None = None,
    by_id: bool = False,
    towards: str = "body",
) -> Main:
    finding = Finding(
        check=check,
        line=Line.STATE_LINK,
        category=category,
        state=State.FOUND,
        summary="",
        weight=weight,
        towards=towards,
        qualifiers=qualifiers,
    )
    return Main(
        finding=finding,
        weight=weight,
        category=category,
        roots=frozenset(roots or {check}),
        state=state,
        ceiling=ceiling,
        by_id=by_id,
    )


def value_of(*mains: Main) -> float:
    found = reckon(mains)
    assert found is not None
    return found.value


def test_nothing_speaks_for_a_link() -> None:
    assert reckon([]) is None


def test_the_strongest_feature_counts_and_others_of_its_category_add_nothing() -> None:
    assert value_of(a_main("registry_match", 0.75), a_main("ownership_chain", 0.65)) == 0.75


def test_a_second_category_from_another_source_adds_a_tenth() -> None:
    chain = a_main("ownership_chain", 0.45)
    credit = a_main("half_attribution", 0.45, category=BEHAVIOURAL)
    assert value_of(chain, credit) == 0.55
    assert value_of(credit, chain) == 0.55


def test_two_findings_from_one_source_count_once() -> None:
    one = a_main("ownership_chain", 0.65, roots={"report"})
    other = a_main("shared_infrastructure", 0.60, category=TECHNICAL, roots={"report"})
    assert value_of(one, other) == 0.65


def test_a_copied_list_counts_as_the_list_it_copies() -> None:
    def listing(check: str, source: str, category: Category) -> Finding:
        evidence = (Evidence(text="", source=source),)
        return Finding(
            check=check,
            line=Line.STATE_LINK,
            category=category,
            state=State.FOUND,
            summary="",
            weight=0.6,
            evidence=evidence,
            towards="body",
        )

    findings = [
        listing("registry_match", "list", CONTEXTUAL),
        listing("shared_infrastructure", "copy", TECHNICAL),
    ]
    assert value_of(*mains_of(findings, derived_from={"copy": "list"})) == 0.6
    assert value_of(*mains_of(findings, derived_from={})) == 0.7


def test_a_note_or_a_fitting_benign_reading_corroborates_nothing() -> None:
    chain = a_main("ownership_chain", 0.65)
    assert value_of(chain, a_main("half_attribution", 0.20, category=BEHAVIOURAL)) == 0.65
    style = a_main("half_attribution", 0.45, category=BEHAVIOURAL, qualifiers=("benign_fits",))
    assert value_of(chain, style) == 0.65


def test_what_points_to_another_state_is_not_added() -> None:
    ours = a_main("ownership_chain", 0.65, towards="one", state="XA")
    theirs = a_main("half_attribution", 0.45, category=BEHAVIOURAL, towards="two", state="XB")
    unknown = a_main("half_attribution", 0.45, category=BEHAVIOURAL, towards="three", state=None)
    found = reckon([ours, theirs, unknown])
    assert found is not None
    assert found.value == 0.65
    assert found.mains == (ours,)


@pytest.mark.parametrize(
    ("qualifiers", "value"),
    [
        ((), 0.75),
        (("second_source",), 0.79),  # 0.80, capped: one category
        (("sources_disagree",), 0.60),
        (("benign_fits",), 0.55),
        (("old_evidence",), 0.65),
        (("sources_disagree", "old_evidence", "second_source"), 0.55),
    ],
)
def test_qualifiers_are_added_once_each(qualifiers: tuple[str, ...], value: float) -> None:
    assert value_of(a_main("registry_match", 0.75, qualifiers=qualifiers)) == value


def test_fresh_evidence_of_another_kind_makes_up_for_old_claims() -> None:
    old = a_main("ownership_chain", 0.45, qualifiers=("old_evidence",))
    fresh = a_main("half_attribution", 0.45, category=BEHAVIOURAL)
    assert value_of(old) == pytest.approx(0.35)
    assert value_of(old, fresh) == 0.55


def test_one_category_is_likely_at_most_but_a_listing_by_lasting_id_is_a_report() -> None:
    assert value_of(a_main("ownership_chain", 0.85)) == 0.79
    assert value_of(a_main("registry_match", 0.90, by_id=True)) == 0.90
    assert value_of(a_main("registry_match", 0.90)) == 0.79


def test_very_likely_needs_two_categories_and_a_key_check() -> None:
    chain = a_main("ownership_chain", 0.85)
    credit = a_main("half_attribution", 0.45, category=BEHAVIOURAL)
    assert band(value_of(chain, credit)).word == "very likely"
    republication = a_main("republication", 0.78, category=BEHAVIOURAL)
    officials = a_main("officials", 0.30, category=CONTEXTUAL)
    assert value_of(republication, officials) == 0.79


def test_almost_certain_is_an_analysts_word() -> None:
    listing = a_main("registry_match", 0.90, by_id=True)
    credit = a_main("half_attribution", 0.45, category=BEHAVIOURAL)
    assert value_of(listing, credit) == 0.94


def test_a_similar_name_alone_is_at_most_even() -> None:
    assert value_of(a_main("registry_match", 0.75, qualifiers=("name_only",))) == 0.50


def test_a_chain_is_not_stronger_than_its_weakest_claim() -> None:
    chain = a_main("ownership_chain", 0.40, ceiling=0.40)
    credit = a_main("half_attribution", 0.35, category=BEHAVIOURAL)
    assert value_of(chain, credit) == 0.40


def test_caps_come_last_and_each_step_is_told() -> None:
    found = reckon(
        [a_main("ownership_chain", 0.85, qualifiers=("old_evidence", "second_source"), ceiling=0.65)]
    )
    assert found is not None
    assert [(step.step, step.result) for step in found.steps] == [
        ("ownership_chain", 0.85),
        ("second_source", 0.90),
        ("old_evidence", 0.80),
        ("one_category", 0.79),
        ("weakest_edge", 0.65),
    ]


_MAINS = st.builds(
    a_main,
    st.sampled_from(["registry_match", "ownership_chain", "half_attribution", "republication"]),
    st.floats(0.01, 0.95),
    category=st.sampled_from(Category),
    roots=st.sets(st.sampled_from("abc"), min_size=1),
    state=st.sampled_from(["XA", "XB", None]),
    qualifiers=st.lists(st.sampled_from(sorted(QUALIFIERS)), unique=True).map(tuple),
    towards=st.sampled_from(["one", "two"]),
)


@given(st.lists(_MAINS, min_size=1, max_size=6))
def test_no_mixture_of_evidence_breaks_the_caps(mains: list[Main]) -> None:
    found = reckon(mains)
    assert found is not None
    assert 0.01 <= found.value <= 0.94
    if found.value >= 0.80:
        assert len(found.categories) >= 2
        assert any(main.finding.check in {"registry_match", "ownership_chain"} for main in found.mains)
    assert found.steps[-1].result == pytest.approx(found.value) or found.value == 0.01


def test_a_link_seen_at_both_ends_is_no_word_of_the_account_alone() -> None:
    """A mutual link and copied posts are independent; a profile's own word and its posts are not."""

    def found(check: str, weight: float, category: Category) -> Finding:
        return Finding(
            check=check,
            line=Line.STATE_LINK,
            category=category,
            state=State.FOUND,
            summary="",
            weight=weight,
            towards="body",
            evidence=(Evidence(text=""),),
        )

    posts = found("republication", 0.50, BEHAVIOURAL)
    mutual = found("self_disclosure", 0.85, TECHNICAL)
    alone = found("self_disclosure", 0.45, CONTEXTUAL)
    assert value_of(*mains_of([mutual, posts], derived_from={})) == 0.94
    assert value_of(*mains_of([alone, posts], derived_from={})) == 0.50
