from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.statistics import (
    gini,
    hypergeometric_tail,
    mad,
    robust_distance,
    robust_z,
    wilson_interval,
)


def _score_bound(k: int, n: int, *, outwards: float) -> float:
    """Find by bisection the share that lies 1.959964 of its own standard errors away from k of n."""
    seen = k / n
    near, far = seen, outwards
    for _ in range(80):
        middle = (near + far) / 2
        error = math.sqrt(middle * (1 - middle) / n)
        near, far = (middle, far) if abs(middle - seen) < 1.959964 * error else (near, middle)
    return near


@pytest.mark.parametrize(("k", "n"), [(17, 20), (70, 100), (1, 2), (3, 400), (0, 20), (20, 20), (1, 1)])
def test_wilson_bounds_solve_the_score_equation(k: int, n: int) -> None:
    low = _score_bound(k, n, outwards=0.0) if k else 0.0
    high = _score_bound(k, n, outwards=1.0) if k < n else 1.0
    assert wilson_interval(k, n) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_a_share_of_nothing_has_no_interval(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{k} of {n}"):
        wilson_interval(k, n)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_hold_the_share_and_stay_within_0_and_1(case: tuple[int, int]) -> None:
    k, n = case
    low, high = wilson_interval(k, n)
    assert 0 <= low <= k / n <= high <= 1


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_mad_and_robust_z_agree_with_a_plain_reckoning(values: list[int]) -> None:
    middle = statistics.median(values)
    spread = statistics.median(sorted(abs(value - middle) for value in values))
    assert mad(values) == spread
    scores = robust_z(values)
    if spread == 0:
        assert scores is None
    else:
        assert scores == pytest.approx([0.6745 * (value - middle) / spread for value in values])


def test_one_viral_post_does_not_hide_itself() -> None:
    scores = robust_z([1, 2, 3, 2, 1, 2, 3, 900])
    assert scores is not None
    assert scores[-1] > 3.5
    assert all(abs(score) < 3.5 for score in scores[:-1])
    assert not math.isnan(scores[-1])


@given(st.integers(1, 40), st.data())
def test_a_hypergeometric_tail_agrees_with_counting_draws(population: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(0, population))
    marked = data.draw(st.integers(0, population))
    k = data.draw(st.integers(0, population))
    draws = sum(
        math.comb(marked, hits) * math.comb(population - marked, drawn - hits)
        for hits in range(k, min(marked, drawn) + 1)
    )
    expected = draws / math.comb(population, drawn)
    found = hypergeometric_tail(k, drawn=drawn, marked=marked, population=population)
    assert found == pytest.approx(expected, abs=1e-9)


def test_numbers_of_two_populations_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot draw 5 of 4"):
        hypergeometric_tail(1, drawn=5, marked=2, population=4)


@given(st.floats(-1e6, 1e6), st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_a_distance_is_measured_from_the_others_alone(value: float, others: list[int]) -> None:
    middle = statistics.median(others)
    spread = statistics.median([abs(other - middle) for other in others])
    found = robust_distance(value, others)
    if spread == 0:
        assert found is None
    else:
        assert found == pytest.approx(0.6745 * (value - middle) / spread)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([5], 0.0), ([3, 3, 3], 0.0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)],
)
def test_gini_of_known_shares(counts: list[int], expected: float) -> None:
    assert gini(counts) == pytest.approx(expected)


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=60))
def test_gini_is_half_the_mean_difference_over_the_mean(counts: list[int]) -> None:
    if sum(counts) == 0:
        with pytest.raises(ValueError, match="nothing"):
            gini(counts)
        return
    pairs = sum(abs(one - other) for one in counts for other in counts) / len(counts) ** 2
    assert gini(counts) == pytest.approx(pairs / (2 * sum(counts) / len(counts)), abs=1e-12)
    assert -1e-12 <= gini(counts) < 1
