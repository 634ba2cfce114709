from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.weights import BANDS, MAINS, band, edge, listed
from bot.store.records import Grade


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-1.0, "almost no chance"),  # never 0 %
        (0.01, "almost no chance"),
        (0.049999, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.449999, "unlikely"),
        (0.45, "roughly even chance"),
        (0.549999, "roughly even chance"),
        (0.45 + 0.10, "likely"),  # binary dust must not take it below 0.55
        (0.799999, "likely"),
        (0.8, "very likely"),
        (0.949999, "very likely"),
        (0.95, "almost certain"),
        (2.0, "almost certain"),  # never 100 %
    ],
)
def test_bands_are_half_open(value: float, word: str) -> None:
    assert band(value).word == word


def test_bands_leave_no_gap_and_do_not_overlap() -> None:
    assert [(one.high, other.low) for one, other in itertools.pairwise(BANDS) if one.high != other.low] == []


@given(st.floats(0.01, 0.99))
def test_every_likelihood_lies_in_its_band(value: float) -> None:
    found = band(value)
    assert found.low - 1e-6 <= value <= found.high + 1e-6


@pytest.mark.parametrize(
    ("grade", "value"),
    [
        ("A1", 0.85),
        ("B2", 0.85),
        ("A3", 0.65),
        ("C1", 0.65),
        ("C3", 0.65),
        ("B4", 0.40),
        ("D1", 0.40),
        ("F6", 0.40),
    ],
)
def test_a_chain_is_worth_what_its_grade_allows(grade: str, value: float) -> None:
    assert edge(Grade(reliability=grade[0], credibility=grade[1])) == value


@pytest.mark.parametrize(
    ("grade", "by_id", "value"),
    [("B2", True, 0.90), ("B2", False, 0.75), ("C3", True, 0.65), ("C3", False, 0.65), ("F6", True, 0.40)],
)
def test_a_listing_by_handle_is_weaker_and_a_bad_grade_weaker_still(
    grade: str, *, by_id: bool, value: float
) -> None:
    assert listed(Grade(reliability=grade[0], credibility=grade[1]), by_id=by_id) == value


def test_half_attribution_alone_is_at_most_roughly_even() -> None:
    assert band(MAINS["half_attribution_pattern"].value).word == "roughly even chance"
    assert band(MAINS["half_attribution_note"].value).word == "unlikely"


def test_every_number_has_its_reason() -> None:
    assert [name for name, weight in MAINS.items() if len(weight.reason) < 10] == []
