from __future__ import annotations

import itertools
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.chance import Background, benjamini_hochberg, expected_pairs, poisson_tail
from bot.store.records import AccountId
from bot.store.twins import Pool
from tests.bot.checks.copied import a_text

A, B, C, D = (AccountId(n) for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("k", "mean", "chance"),
    [
        (0, 3.0, 1.0),
        (1, 0.0, 0.0),
        (1, 0.5, 1 - exp(-0.5)),
        (2, 1.0, 1 - 2 * exp(-1)),
        (5, 0.001, 8.326394e-18),  # 1 minus the sum below would give 0 here
        (3, 10.0, 1 - exp(-10) * (1 + 10 + 50)),
        (900, 1000.0, 0.9993),
        (1, 5000.0, 1.0),
    ],
)
def test_the_chance_of_so_many_or_more(k: int, mean: float, chance: float) -> None:
    assert poisson_tail(k, mean) == pytest.approx(chance, rel=1e-3)


@given(st.integers(0, 60), st.floats(0, 50))
def test_more_is_never_likelier(k: int, mean: float) -> None:
    assert 0 <= poisson_tail(k + 1, mean) <= poisson_tail(k, mean) + 1e-12 <= 1 + 1e-9


def test_many_pairs_raise_q() -> None:
    # Benjamini and Hochberg 1995: p · tests / rank, and never less than that of a larger p.
    assert benjamini_hochberg([0.01, 0.001, 0.03], tests=4) == pytest.approx([0.02, 0.004, 0.04])
    assert benjamini_hochberg([0.02, 0.02], tests=2) == pytest.approx([0.02, 0.02])
    assert benjamini_hochberg([0.001], tests=5000) == [1.0]
    assert benjamini_hochberg([], tests=3) == []


def test_there_are_no_fewer_tests_than_chances() -> None:
    with pytest.raises(ValueError, match="2 chances"):
        benjamini_hochberg([0.1, 0.2], tests=1)


@given(st.lists(st.floats(0, 1), max_size=12), st.integers(0, 50))
def test_q_keeps_the_order_and_is_never_below_p(chances: list[float], more: int) -> None:
    q = benjamini_hochberg(chances, tests=len(chances) + more)
    # Products of the same numbers in another order differ in their last bits.
    assert all(p - 1e-12 <= value <= 1 for p, value in zip(chances, q, strict=True))
    ordered = [q[at] for at in sorted(range(len(q)), key=lambda at: chances[at])]
    assert all(one <= other + 1e-12 for one, other in itertools.pairwise(ordered))


def _a_pool(*, fraction: float = 1.0) -> Pool:
    """Ten posts each; a text that A, B and C have, one of C twice, and a greeting that everybody has."""
    return Pool(
        fraction=fraction,
        posts={A: 10, B: 10, C: 10, D: 10},
        repeated=((a_text(1), (A, B, C)), (a_text(2), (C, C)), ("Buenos días", (A, B, C, D))),
        held=4,
    )


def test_what_is_usual_is_counted_without_the_two_accounts() -> None:
    background = Background.of(_a_pool())
    # Ordered pairs: 3·2 and 2·1, and one pair more than was seen; short texts are no object.
    assert background.same_text() == pytest.approx((6 + 2 + 2) / 40**2)
    assert background.same_text(A, B) == pytest.approx((0 + 2 + 2) / 20**2)
    assert background.same_text(C, D) == pytest.approx((2 + 2) / 20**2)
    assert background.same_text(A, B, C, D) == 0.0
    assert (background.accounts(), background.accounts(A, B)) == (4, 2)


def test_a_sample_stands_for_all_texts() -> None:
    """A tenth of the texts holds a tenth of the pairs and of the posts."""
    whole, tenth = Background.of(_a_pool()), Background.of(_a_pool(fraction=0.1))
    assert tenth.same_text() == pytest.approx(whole.same_text() / 10)


@pytest.mark.parametrize(
    ("window_s", "span_s", "expected"),
    [(60, 86_400.0, 100 * 100 * 121 / 86_400 * 0.001), (86_400, 86_400.0, 10.0), (60, 0.0, 10.0)],
)
def test_expected_pairs(window_s: int, span_s: float, expected: float) -> None:
    found = expected_pairs(posts=100, others=100, window_s=window_s, span_s=span_s, same_text=0.001)
    assert found == pytest.approx(expected)
