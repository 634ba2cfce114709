"""What streams are for, over real sockets: looks at once, nothing lost and nothing twice, whatever breaks."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from bot.platforms.stream_socket import Socket, SocketLimits, StreamError, Trouble
from bot.store.stream_records import StreamState
from bot.store.watch_records import EventKind
from bot.watch import stream_progress
from bot.watch.stream_progress import SETTLED
from tests.bot.platforms.jetstream import until
from tests.bot.watch.stream_desk import StreamDesk, did, ref, stream_desk

KEYS = "".join(chr(letter) for letter in range(ord("a"), ord("z") + 1))


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[StreamDesk]:
    async with stream_desk(tmp_path) as opened:
        yield opened


def keys(number: int) -> list[str]:
    return [f"{KEYS[n // 26]}{KEYS[n % 26]}" for n in range(number)]


async def told(desk: StreamDesk) -> int:
    """Count the posts that alerts told of, each as often as it was told."""
    return sum(alert.told.hits for alert in await desk.alerts() if alert.kind is EventKind.NEW_POST)


async def test_a_post_that_a_stream_tells_of_is_looked_at_and_told_at_once(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=1)
    before = desk.view.looks("diario")
    desk.publish("diario", "uno")
    await desk.settled()
    assert desk.woken
    began = desk.clock.now
    await desk.after(seconds=20)
    (alert,) = await desk.alerts()
    assert alert.kind is EventKind.NEW_POST
    assert alert.made_at - began <= timedelta(seconds=15)
    assert await desk.stored("diario") == ["uno"]
    assert desk.view.looks("diario") == before + 1


async def test_a_burst_costs_one_look(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=1)
    before = desk.view.looks("diario")
    desk.publish("diario", *keys(40))
    await desk.settled()
    await desk.after(minutes=2)
    assert await desk.stored("diario") == keys(40)
    assert await told(desk) == 40
    assert desk.view.looks("diario") == before + 1


async def test_a_post_that_the_platform_shows_later_than_its_stream_is_looked_for_again(
    desk: StreamDesk,
) -> None:
    await desk.watch("diario")
    await desk.listen()
    desk.publish("diario", "uno", indexed=False)
    await desk.settled()
    await desk.after(seconds=30)
    assert await desk.alerts() == []
    desk.view.hidden.clear()
    await desk.after(minutes=2)
    assert await told(desk) == 1
    assert (await desk.standing()).waiting == 0


async def test_a_post_that_the_platform_never_shows_is_given_up_and_counted(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=1)
    before = desk.view.looks("diario")
    desk.publish("diario", "uno", indexed=False)
    await desk.settled()
    await desk.after(minutes=45)
    standing = await desk.standing()
    assert (standing.waiting, standing.unseen) == (0, 1)
    assert desk.view.looks("diario") - before == 5


async def test_a_post_that_is_deleted_at_once_is_not_waited_for(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=1)
    desk.publish("diario", "uno", indexed=False)
    desk.fake.commit(did("diario"), "app.bsky.feed.post", "uno", operation="delete")
    await desk.settled()
    assert (await desk.standing()).waiting == 0


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_lost_or_told_twice_over_drops(desk: StreamDesk, seed: int) -> None:
    """Lines cut between frames and in the middle of them, restarts of the server and of ourselves."""
    random = Random(seed)  # noqa: S311  # the same disasters in every run
    await desk.watch("diario", "gaceta")
    await desk.listen()
    for key in keys(40):
        name = random.choice(["diario", "gaceta"])
        desk.publish(name, key)
        disaster = random.randrange(6)
        if disaster == 0:
            desk.fake.cut()
        elif disaster == 1:
            await desk.fake.hang_up()
        elif disaster == 2:
            desk.fake.spoil = _breaks_off_once(desk)
        elif disaster == 3:
            await desk.restart(up=False)
        if random.random() < 0.3:
            await desk.after(seconds=random.randrange(1, 60))
    await desk.settled()
    await desk.after(minutes=3)
    assert sorted(await desk.stored("diario") + await desk.stored("gaceta")) == keys(40)
    assert await told(desk) == 40


def _breaks_off_once(desk: StreamDesk) -> Callable[[str], str | bytes | None]:
    def spoil(text: str) -> None:
        desk.fake.spoil = lambda whole: whole

    return spoil


async def test_what_happens_while_the_bot_is_down_is_played_back(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    desk.publish("diario", "uno")
    await desk.settled()
    await desk.after(minutes=1)
    await desk.kill()
    desk.publish("diario", "dos")
    desk.clock.now += timedelta(minutes=20)
    desk.publish("diario", "tres")
    await desk.restart()
    await desk.settled()
    await desk.after(seconds=30)
    assert await desk.stored("diario") == ["dos", "tres", "uno"]
    assert await told(desk) == 3


async def test_a_crash_between_hearing_and_keeping_loses_nothing(
    desk: StreamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.watch("diario")
    await desk.listen()
    keep, fail = stream_progress.keep_news, [True]

    def breaks_once(connection: sqlite3.Connection, *args: object, **more: object) -> int:
        new = keep(connection, *args, **more)  # pyright: ignore[reportArgumentType]  # handed on as they came
        if fail.pop() if fail else False:
            raise sqlite3.OperationalError("disk full")
        return new

    monkeypatch.setattr(stream_progress, "keep_news", breaks_once)
    desk.publish("diario", "uno")
    await desk.settled()
    await desk.after(minutes=1)
    assert not fail
    assert await told(desk) == 1


@pytest.mark.parametrize("turns", range(8))
async def test_a_stop_at_the_moment_a_stream_breaks_off_is_heeded(
    desk: StreamDesk, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    cut = asyncio.Event()

    async def frames(_socket: Socket) -> AsyncIterator[str]:
        await cut.wait()
        raise StreamError(Trouble.DROPPED, "The line was cut.")
        yield ""

    monkeypatch.setattr(Socket, "frames", frames)
    await desk.watch("diario")
    await desk.listen()
    cut.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    await desk.kill()
    assert not desk.fake.subscribers


async def test_messages_that_come_again_cost_no_look(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    desk.publish("diario", "uno", "dos")
    await desk.heard(2)
    await desk.after(seconds=30)
    before = desk.view.looks("diario")
    desk.fake.cut()
    # The cursor is set back by five seconds, so both are told once more.
    await desk.heard(4)
    await desk.after(minutes=5)
    assert desk.view.looks("diario") == before
    assert await told(desk) == 2


async def test_what_the_stream_keeps_to_itself_is_found_by_the_safety_net(desk: StreamDesk) -> None:
    await desk.watch("diario")
    desk.publish("diario", *keys(100), told=False)
    await desk.listen()
    await desk.after(minutes=2)
    desk.publish("diario", "uno", told=False)
    await desk.after(minutes=40)
    assert await told(desk) == 100
    await desk.after(minutes=40)
    assert await told(desk) == 101


async def test_looks_are_rarer_while_the_stream_is_up_and_usual_when_it_is_not(desk: StreamDesk) -> None:
    await desk.watch("diario")
    # An account that posts every few minutes would be looked at as often.
    desk.publish("diario", *keys(600), told=False)
    await desk.listen()
    await desk.after(minutes=1)
    wait = (await desk.item("diario")).next_look
    assert wait is not None
    assert wait - desk.clock.now > timedelta(minutes=40)
    desk.fake.refuse = [(503, {})] * 10_000
    desk.fake.cut()
    await until(lambda: desk.runner.state is StreamState.DOWN)
    assert not desk.runner.covers(ref("diario"))
    # A short gap is left to the cursor.
    assert (await desk.item("diario")).next_look == wait
    desk.clock.now += timedelta(minutes=2)
    sooner = await desk.other_look("diario", than=wait)
    assert sooner - desk.clock.now <= timedelta(minutes=15)
    desk.fake.refuse.clear()
    await until(lambda: desk.runner.covers(ref("diario")))


async def test_a_stream_that_is_behind_covers_nobody(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    old = desk.clock.now
    desk.clock.now += timedelta(minutes=10)
    desk.fake.post(did("diario"), "uno", at=old)
    await desk.settled()
    assert desk.runner.state is StreamState.BEHIND
    assert not desk.runner.covers(ref("diario"))
    standing = await desk.standing()
    assert standing.lag_ms == 600_000
    # It catches up.
    desk.fake.post(did("diario"), "dos")
    await desk.settled()
    await until(lambda: desk.runner.covers(ref("diario")))


async def test_after_too_long_an_absence_everybody_is_looked_at(desk: StreamDesk) -> None:
    await desk.watch("diario", "gaceta")
    await desk.listen()
    desk.publish("diario", "uno")
    await desk.settled()
    await desk.after(minutes=1)
    await desk.kill()
    desk.publish("gaceta", "dos")
    desk.clock.now += timedelta(days=3)
    desk.fake.kept_from = desk.fake.history[-1]["time_us"] + 1
    before = desk.view.looks("gaceta")
    await desk.restart()
    await desk.after(seconds=10)
    assert desk.view.looks("gaceta") == before + 1
    assert await desk.stored("gaceta") == ["dos"]


async def test_a_quiet_list_does_not_make_the_cursor_old(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    desk.publish("diario", "uno")
    await desk.settled()
    for _ in range(30):
        await desk.after(hours=1)
        await asyncio.sleep(0.03)
    await until(lambda: desk.runner.read_to > desk.clock.now - SETTLED)
    before = desk.view.looks("diario")
    desk.fake.cut()
    await until(lambda: len(desk.fake.visits) == 2 and desk.fake.subscribers)
    await desk.after(minutes=1)
    assert desk.view.looks("diario") == before


async def test_what_is_watched_is_what_is_asked_for(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    (visit,) = desk.fake.visits
    assert visit.accounts == {did("diario")}
    assert set(visit.collections) == {
        "app.bsky.feed.post",
        "app.bsky.feed.repost",
        "app.bsky.actor.profile",
    }
    await desk.watch("gaceta")
    await until(lambda: visit.accounts == frozenset({did("diario"), did("gaceta")}))
    # What happened before the server heeded the change is looked for once more.
    before = desk.view.looks("gaceta")
    desk.publish("gaceta", "uno", told=False)
    await until(lambda: desk.woken > 1)
    await desk.after(seconds=30)
    assert desk.view.looks("gaceta") == before + 1
    assert await told(desk) == 1


async def test_nobody_is_asked_for_everything(desk: StreamDesk) -> None:
    """Without accounts the filter would be off, and the whole network come."""
    await desk.watch("diario")
    await desk.listen()
    await desk.unwatch("diario")
    await until(lambda: desk.runner.state is StreamState.IDLE and not desk.fake.subscribers)
    assert len(desk.fake.visits) == 1
    assert all(options["wantedDids"] for options in desk.fake.visits[0].options)
    await desk.watch("gaceta")
    await until(lambda: desk.runner.state is StreamState.UP)
    assert desk.fake.visits[-1].accounts == {did("gaceta")}


async def test_what_another_account_does_is_nobodys_business(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    # A server that does not filter.
    desk.fake.subscribers[0].accounts = frozenset()
    desk.fake.commit(did("diario"), "app.bsky.feed.like", "dos", record={"subject": {}})
    desk.fake.post("did:plc:somebodyelsewhoposts", "uno")
    await desk.settled()
    assert (await desk.standing()).messages == 0


async def test_a_new_handle_is_told(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=1)
    desk.view.handles[did("diario")] = "diario-hoy.example.org"
    desk.fake.identity(did("diario"), "diario-hoy.example.org")
    await desk.settled()
    await desk.after(seconds=30)
    assert [alert.kind for alert in await desk.alerts()] == [EventKind.HANDLE_CHANGED]


async def test_an_account_that_goes_and_comes_back_is_told(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=1)
    desk.view.away.add(did("diario"))
    desk.fake.account(did("diario"), active=False)
    await desk.settled()
    await desk.after(seconds=30)
    desk.view.away.clear()
    desk.fake.account(did("diario"), active=True)
    await desk.settled()
    await desk.after(seconds=30)
    kinds = [alert.kind for alert in await desk.alerts()]
    assert sorted(kinds) == [EventKind.BACK, EventKind.GONE]
    assert (await desk.standing()).waiting == 0


async def test_a_platform_in_trouble_is_not_hammered(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.after(minutes=20)
    desk.view.broken = True
    desk.publish("diario", "uno")
    await desk.settled()
    await desk.after(seconds=30)
    failed = (await desk.item("diario")).next_look
    tries = len(desk.view.asked)
    desk.publish("diario", "dos", "tres")
    await desk.settled()
    assert (await desk.item("diario")).next_look == failed
    assert len(desk.view.asked) == tries
    desk.view.broken = False
    await desk.after(hours=1)
    assert await desk.stored("diario") == ["dos", "tres", "uno"]


async def test_a_busy_server_is_left_alone_as_long_as_it_says(desk: StreamDesk) -> None:
    await desk.watch("diario")
    desk.fake.refuse = [(429, {"Retry-After": "240"})]
    await desk.listen()
    assert max(desk.slept) >= 60
    assert sum(desk.slept) >= 240
    assert len(desk.fake.visits) == 1


async def test_the_second_address_is_tried_when_the_first_fails(desk: StreamDesk) -> None:
    await desk.kill()
    desk.urls = (desk.fake.url.replace("/subscribe", "/nowhere"), desk.fake.url)
    await desk.watch("diario")
    await desk.restart()
    assert desk.runner.covers(ref("diario"))


async def test_junk_is_passed_over(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    for junk in (
        "",
        "{",
        "[1]",
        '{"kind":"commit"}',
        '{"kind":"commit","did":"x","time_us":"now"}',
        "[" * 9_000,
    ):
        desk.fake.say(junk)
    desk.publish("diario", "uno")
    await desk.settled()
    assert len(desk.fake.visits) == 1


async def test_a_place_that_cannot_be_read_is_skipped_and_looked_for(desk: StreamDesk) -> None:
    """A frame larger than is read comes again at every reconnection, until it is left behind."""
    await desk.watch("diario", "gaceta")
    await desk.listen()
    await desk.after(minutes=5)
    desk.fake.spoil = lambda text: text + " " * 100_000 if "enorme" in text else text
    desk.publish("diario", "enorme")
    desk.clock.now += timedelta(minutes=5)
    desk.publish("gaceta", "uno")
    await desk.settled()
    await until(lambda: desk.runner.state is StreamState.UP)
    await desk.after(minutes=1)
    assert await desk.stored("diario") == ["enorme"]
    assert await told(desk) == 2


async def test_a_server_that_does_not_go_so_far_back_is_asked_from_now_on(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    desk.publish("diario", "uno")
    await desk.settled()
    await desk.after(minutes=5)
    desk.clock.now += timedelta(minutes=5)
    old = (await desk.standing()).cursor or 0
    desk.fake.refuse = [(400, {})] * 3
    desk.publish("diario", "dos", told=False)
    desk.fake.cut()
    await until(lambda: len(desk.fake.visits) == 2 and desk.runner.state is StreamState.UP)
    assert (desk.fake.visits[-1].cursor or 0) > old
    await desk.after(minutes=1)
    assert await told(desk) == 2


async def test_a_server_that_falls_silent_is_left(desk: StreamDesk) -> None:
    await desk.kill()
    desk.limits = SocketLimits(connect_s=30, ping_s=0.2, close_s=0.1)
    desk.fake.answers_pings = False
    await desk.watch("diario")
    await desk.restart()
    await until(lambda: len(desk.fake.visits) > 1)
    desk.fake.answers_pings = True
    desk.publish("diario", "uno")
    await desk.settled()
    assert (await desk.standing()).drops


async def test_a_stopped_bot_says_so(desk: StreamDesk) -> None:
    await desk.watch("diario")
    await desk.listen()
    await desk.kill()
    await desk.runner.close()
    standing = await desk.standing()
    assert (standing.state, standing.problem) == (StreamState.DOWN, "The bot was stopped.")
