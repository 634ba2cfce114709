from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RateLimitedError
from bot.platforms.contract import Rate
from bot.platforms.headers import Allowance
from bot.platforms.pacing import Pacer
from tests.bot.platforms.scripted import BEGAN, FakeTime

ONE_A_SECOND = Rate(requests=60, per_s=60)


def _pacer(time: FakeTime) -> Pacer:
    return Pacer(clock=time.clock, sleep=time.sleep, timer=time.timer)


async def test_a_burst_is_let_through_and_then_the_rate_is_kept() -> None:
    time = FakeTime()
    pacer = _pacer(time)
    for _ in range(6):
        await pacer.turn("a.example", ONE_A_SECOND)
    assert time.slept == []
    for _ in range(4):
        await pacer.turn("a.example", ONE_A_SECOND)
    assert time.slept == [pytest.approx(1.0)] * 4


async def test_hosts_do_not_wait_for_each_other() -> None:
    time = FakeTime()
    pacer = _pacer(time)
    for number in range(30):
        await pacer.turn(f"{number}.example", Rate(requests=1, per_s=60))
    assert time.slept == []


async def test_who_comes_while_another_waits_stands_behind() -> None:
    time = FakeTime()
    pacer = _pacer(time)
    rate = Rate(requests=1, per_s=10)
    for _ in range(3):
        await pacer.turn("a.example", rate)
    assert time.slept == [pytest.approx(10.0), pytest.approx(10.0)]


async def test_a_blocked_host_is_waited_for_when_that_is_short() -> None:
    time = FakeTime()
    pacer = _pacer(time)
    pacer.block("a.example", BEGAN + timedelta(seconds=12))
    # An earlier end does not shorten a later one.
    pacer.block("a.example", BEGAN + timedelta(seconds=3))
    await pacer.turn("a.example", ONE_A_SECOND)
    assert time.slept == [pytest.approx(12.0)]


async def test_a_long_wait_is_refused_with_its_end() -> None:
    time = FakeTime()
    pacer = _pacer(time)
    pacer.told("a.example", Allowance(remaining=0, resets_at=BEGAN + timedelta(minutes=5)))
    with pytest.raises(RateLimitedError) as caught:
        await pacer.turn("a.example", ONE_A_SECOND)
    assert caught.value.retry_at == BEGAN + timedelta(minutes=5)
    assert time.slept == []
    time.now += timedelta(minutes=5)
    await pacer.turn("a.example", ONE_A_SECOND)
    assert time.slept == []


@given(requests=st.integers(1, 100), turns=st.integers(1, 150))
async def test_no_window_holds_more_than_its_rate_and_burst(requests: int, turns: int) -> None:
    time = FakeTime()
    pacer = _pacer(time)
    rate = Rate(requests=requests, per_s=60)
    at: list[float] = []
    for _ in range(turns):
        try:
            await pacer.turn("a.example", rate)
        except RateLimitedError:
            break
        at.append(time.timer())
    burst = max(requests // 10, 1)
    most = max((sum(start <= each < start + 60 for each in at) for start in at), default=0)
    assert most <= requests + burst
