from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.agreement import Agreement, Chance, Level, agreement, level
from bot.checks.pairs import windows
from bot.checks.twins import Twin
from bot.store.records import AccountId
from bot.store.twins import Written
from tests.bot.checks.copied import written
from tests.bot.checks.worlds import ACCOUNT


def _twin(text: str, *, own_s: float, other_s: float, exact: bool = True) -> Twin:
    """The subject's post and the other's, so many seconds after a common start."""
    own = written(text, by=ACCOUNT, minutes_ago=1000 - own_s / 60, name=f"a{own_s:g}")
    return Twin(
        post=own,
        other=Written(
            account_id=AccountId(9),
            post_id=f"b{other_s:g}",
            created_at=own.created_at + timedelta(seconds=other_s - own_s),
            text=text,
            url=None,
        ),
        words=text,
        exact=exact,
    )


@pytest.mark.parametrize(
    ("gap_s", "window_s", "pairs"),
    [(60, 60, 1), (60.001, 60, 0), (-60, 60, 1), (3600, 3600, 1), (3600.5, 3600, 0), (86_400, 86_400, 1)],
)
def test_windows_are_inclusive_on_both_sides(gap_s: float, window_s: int, pairs: int) -> None:
    twin = _twin("t", own_s=5000, other_s=5000 + gap_s)
    assert agreement([twin], window_s=window_s).pairs == pairs


def test_windows_slide_over_the_edge_of_a_minute() -> None:
    assert agreement([_twin("t", own_s=59, other_s=61)], window_s=60).pairs == 1


def test_one_text_three_times_against_once_is_one_text_of_low_symmetry() -> None:
    twins = [_twin("t", own_s=s, other_s=20) for s in (0, 10, 30)]
    found = agreement(twins, window_s=60)
    assert (found.pairs, found.texts, found.own, found.others) == (3, 1, 3, 1)
    assert found.symmetry == pytest.approx(1 / 3)
    assert (found.first, found.second) == (2, 1)


def test_a_headline_repeated_daily_is_one_text() -> None:
    twins = [_twin("t", own_s=86_400 * n, other_s=86_400 * n + 5) for n in range(10)]
    assert agreement(twins, window_s=60).texts == 1


def test_equal_times_are_nobodys_lead() -> None:
    found = agreement([_twin("t", own_s=7, other_s=7)], window_s=60)
    assert (found.first, found.second, found.follows, found.leads) == (0, 0, False, False)


def test_a_text_that_agrees_exactly_once_is_no_near_one() -> None:
    twins = [
        _twin("t", own_s=0, other_s=1),
        _twin("t", own_s=100, other_s=101, exact=False),
        _twin("u", own_s=200, other_s=201, exact=False),
    ]
    assert agreement(twins, window_s=60).near == 1


def _found(
    texts: int = 5, *, own: int = 10, others: int = 10, second: int = 0, window_s: int = 60
) -> Agreement:
    return Agreement(
        window_s=window_s,
        texts=texts,
        near=0,
        pairs=10,
        own=own,
        others=others,
        first=10 - second,
        second=second,
    )


RARE = Chance(expected=0.0001, q=0.0001, accounts=100)


@pytest.mark.parametrize(
    ("found", "chance", "reached"),
    [
        (_found(0), RARE, Level.NONE),
        (_found(1), RARE, Level.NONE),
        (_found(2), RARE, Level.NOTE),
        (_found(4), RARE, Level.NOTE),
        (_found(5), RARE, Level.FINDING),
        (_found(50, own=3, others=10), RARE, Level.FINDING),  # symmetry 0.3 exactly
        (_found(50, own=29, others=100), RARE, Level.NOTE),
        (_found(50, own=100, others=29), RARE, Level.NOTE),
        (_found(), Chance(expected=0.5, q=0.0099, accounts=20), Level.FINDING),
        (_found(), Chance(expected=0.5001, q=0.0, accounts=20), Level.NOTE),
        (_found(), Chance(expected=0.1, q=0.01, accounts=20), Level.NOTE),
        (_found(), None, Level.FINDING),  # too few accounts for a figure: the counts stand alone
        (_found(4), None, Level.NOTE),
    ],
)
def test_the_borders_of_note_and_finding(found: Agreement, chance: Chance | None, reached: Level) -> None:
    assert level(found, chance=chance) is reached


@pytest.mark.parametrize(("second", "follows"), [(9, True), (8, False), (10, True)])
def test_who_comes_first_nine_times_in_ten_is_followed(second: int, *, follows: bool) -> None:
    assert _found(second=second).follows is follows


@pytest.mark.parametrize(
    ("units", "left"),
    [
        ((1, 1), (60, 3600, 86_400)),
        ((60, 1), (3600, 86_400)),
        ((1, 3600), (86_400,)),
        ((86_400, 1), ()),
    ],
)
def test_a_window_needs_times_finer_than_itself(units: tuple[int, int], left: tuple[int, ...]) -> None:
    assert windows(*units) == left


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300), st.integers(0, 300)), max_size=25))
def test_the_order_of_pairs_changes_nothing_and_a_wider_window_loses_nothing(
    given_pairs: list[tuple[int, int, int]],
) -> None:
    twins = [_twin(f"t{text}", own_s=own, other_s=other) for text, own, other in given_pairs]
    assert agreement(twins, window_s=60) == agreement(twins[::-1], window_s=60)
    narrow, wide = agreement(twins, window_s=60), agreement(twins, window_s=3600)
    assert narrow.pairs <= wide.pairs
    assert narrow.texts <= wide.texts
    assert 0 <= wide.symmetry <= 1
