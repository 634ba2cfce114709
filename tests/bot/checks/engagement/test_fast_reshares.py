from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.dossier import Line, State
from bot.checks.engagement.fast_reshares import fast_reshares, run
from bot.store.reposts import Repost
from tests.bot.checks.engagement.reaching import a_repost, with_reposts


def _after(*seconds: float) -> list[Repost]:
    return [a_repost(number, number, after_s=each) for number, each in enumerate(seconds)]


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        ([5.5] * 19, State.INSUFFICIENT),
        ([5.5] * 20, State.FOUND),
        ([5.5] * 5 + [900.5] * 15, State.FOUND),  # lower bound 11 %
        ([5.5] * 4 + [900.5] * 16, State.NOT_FOUND),  # 20 % seen, lower bound 8 %
        ([900.5] * 20, State.NOT_FOUND),
        ([5.5] * 19 + [-1.0], State.INSUFFICIENT),  # one is older than its post
    ],
)
def test_the_lower_bound_decides(seconds: list[float], state: State) -> None:
    assert fast_reshares(_after(*seconds)).state is state


@pytest.mark.parametrize(
    ("second", "first", "within"),
    [(0.0, 1, 1), (10.0, 1, 1), (10.001, 0, 1), (60.0, 0, 1), (60.001, 0, 0)],
)
def test_both_windows_are_inclusive(second: float, first: int, within: int) -> None:
    measured = fast_reshares(_after(second, *[900.5] * 20))
    assert (measured.first, measured.second) == (first, within)


@given(st.lists(st.integers(-100_000, 200_000), min_size=20, max_size=90))
def test_figures_agree_with_a_plain_reckoning(lags_ms: list[int]) -> None:
    measured = fast_reshares(_after(*(lag / 1000 for lag in lags_ms)))
    kept = [lag for lag in lags_ms if lag >= 0]
    assert (measured.sample, measured.early) == (len(kept), len(lags_ms) - len(kept))
    if measured.state in {State.FOUND, State.NOT_FOUND}:
        assert measured.first == len([lag for lag in kept if lag <= 10_000])
        assert measured.second == len([lag for lag in kept if lag <= 60_000])


def test_whole_minutes_say_nothing_of_seconds() -> None:
    minutes = [a_repost(n, n, after_s=60.0 * (n % 3), published_s=0) for n in range(30)]
    assert fast_reshares(minutes).state is State.COULD_NOT_CHECK
    # Exact reposts of posts whose own times are whole minutes throughout.
    coarse_posts = [a_repost(n, n, after_s=3.5, published_s=0) for n in range(30)]
    assert fast_reshares(coarse_posts).state is State.COULD_NOT_CHECK
    # Four posts on the minute may be a scheduler's.
    scheduled = [a_repost(n, n % 4, after_s=3.5, published_s=0) for n in range(30)]
    assert fast_reshares(scheduled).state is State.FOUND
    (finding,) = run(with_reposts(minutes))
    assert finding.reason == "the times held are whole minutes, too coarse for 10 seconds"


def test_the_summary_states_both_windows_with_their_sample() -> None:
    (finding,) = run(with_reposts(_after(*[5.5] * 6, *[30.5] * 6, *[900.5] * 12, -2.0)))
    assert finding.state is State.FOUND
    assert finding.summary == (
        "Fast reshares: 6 of 24 (25 %, 95 % interval 12–45 %) within 10 seconds of publication, 12 of 24 "
        "(50 %, 95 % interval 31–69 %) within 60. Held: 24 reposts. 1 repost older than the post left out: "
        "a clock went backwards."
    )
    assert finding.line is Line.COORDINATION
    assert finding.benign is not None
    assert finding.disarm == ()
