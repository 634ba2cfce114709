from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.stream_socket import StreamError, Trouble
from bot.watch.stream_backoff import LONGEST, wait_for
from tests.bot.watch.stream_desk import START


def waits(trouble: Trouble, attempt: int, *, seed: int = 1, said_s: float | None = None) -> timedelta:
    retry_at = None if said_s is None else START + timedelta(seconds=said_s)
    error = StreamError(trouble, "x", retry_at=retry_at)
    return wait_for(error, attempt=attempt, now=START, random=Random(seed))  # noqa: S311  # the same each time


@pytest.mark.parametrize(
    ("trouble", "soonest", "latest"),
    [
        (Trouble.DROPPED, timedelta(seconds=1.5), timedelta(seconds=90)),
        (Trouble.UNREACHABLE, timedelta(seconds=3), timedelta(minutes=7.5)),
        (Trouble.BUSY, timedelta(seconds=15), timedelta(minutes=22.5)),
        # A person has to act, and nobody does within seconds.
        (Trouble.REFUSED, timedelta(minutes=7.5), timedelta(minutes=90)),
        (Trouble.UNREADABLE, timedelta(seconds=15), timedelta(minutes=22.5)),
        (Trouble.OURS, timedelta(seconds=7.5), timedelta(minutes=7.5)),
    ],
)
def test_each_class_of_trouble_has_its_own_pace(
    trouble: Trouble, soonest: timedelta, latest: timedelta
) -> None:
    assert waits(trouble, 1) <= soonest
    assert waits(trouble, 10_000) <= latest
    assert waits(trouble, 10_000) > waits(trouble, 1)


@given(st.sampled_from(Trouble), st.integers(1, 10_000), st.integers(0, 1_000), st.floats(-10, 10**7))
def test_what_a_server_says_is_kept_up_to_an_hour(
    trouble: Trouble, attempt: int, seed: int, said_s: float
) -> None:
    wait = waits(trouble, attempt, seed=seed, said_s=said_s)
    assert timedelta() < wait <= max(LONGEST * 1.5, LONGEST + timedelta(seconds=5))
    if said_s > 0:
        assert wait >= min(timedelta(seconds=said_s), LONGEST)


def test_not_everybody_comes_back_at_once() -> None:
    assert len({waits(Trouble.DROPPED, 3, seed=seed) for seed in range(50)}) == 50
