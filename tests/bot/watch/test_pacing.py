"""How fast messages leave: below Discord's limits, and not much below."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.store.watch_records import OutgoingKind, Severity, Terms
from bot.watch.outbox import Outbox
from bot.watch.pacing import DISCORD, Pace, Rates
from tests.bot.watch.desk import Desk

# Discord's own figures.
A_SECOND, A_PLACE, WINDOW_S = 50, 5, 5.0


class Timer:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def sent(pace: Pace, timer: Timer, places: list[str]) -> list[tuple[float, str]]:
    """Let messages to these places leave as soon as they may, in order for each; return when each left."""
    left: list[tuple[float, str]] = []
    open_ = list(places)
    while open_:
        resting = set(pace.resting())
        place = next((each for each in open_ if each not in resting), None)
        if place is None or pace.free() < 1:
            wait_s = pace.wait_s()
            assert wait_s is not None
            timer.now += max(wait_s, 0.001)
            continue
        pace.leaves(place)
        left.append((timer.now, place))
        open_.remove(place)
    return left


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=120))
def test_no_limit_of_discords_is_ever_reached(places: list[str]) -> None:
    timer = Timer()
    left = sent(Pace(timer=timer), timer, places)
    assert len(left) == len(places)
    times = [at for at, _ in left]
    for at in times:
        assert sum(at <= other < at + 1.0 for other in times) <= A_SECOND
    for place in set(places):
        own = [at for at, each in left if each == place]
        for at in own:
            assert sum(at <= other < at + WINDOW_S for other in own) <= A_PLACE


def test_many_places_get_nearly_what_discord_takes() -> None:
    timer = Timer()
    left = sent(Pace(timer=timer), timer, [f"room {n}" for n in range(400)])
    assert 400 / (left[-1][0] - left[0][0]) >= 0.8 * A_SECOND


def test_a_place_that_had_its_share_does_not_hold_up_others() -> None:
    timer = Timer()
    left = sent(Pace(timer=timer), timer, ["busy"] * 10 + ["quiet"])
    (quiet,) = [at for at, place in left if place == "quiet"]
    busy = [at for at, place in left if place == "busy"]
    assert quiet < busy[A_PLACE]
    assert max(after - before for before, after in pairwise(busy)) <= DISCORD.window_s + 0.01


def test_where_nothing_is_held_back_there_is_nothing_to_wait_for() -> None:
    timer = Timer()
    pace = Pace(timer=timer)
    assert pace.wait_s() is None
    pace.leaves("room")
    assert pace.resting() == []
    timer.now += 60
    assert (pace.wait_s(), pace.free()) == (None, DISCORD.at_once)


async def test_the_outbox_goes_on_by_itself_when_a_place_may_get_more(desk: Desk) -> None:
    """Real time, and rates so high that the wait is short: nobody wakes the outbox but its own clock."""
    handles = [f"diario{n}" for n in range(6)]
    watched = await desk.list_of(*handles)
    await desk.subscribe(watched, terms=Terms(least=Severity.LOW))
    await desk.after(minutes=10)
    for handle in handles:
        await desk.publish(handle, "Hoy")
    await desk.look()
    rates = Rates(a_second=200.0, at_once=1, a_place=2, window_s=0.05)
    outbox = Outbox(desk.database, desk.courier, clock=desk.clock, pace=Pace(rates))
    running = asyncio.create_task(outbox.run())
    try:
        async with asyncio.timeout(60):
            while len(desk.in_channel) < len(handles):  # noqa: ASYNC110  # the courier has no event
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert {message.kind for message in desk.in_channel} == {OutgoingKind.ALERT}
