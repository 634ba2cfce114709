"""A week of a busy list in simulated time: four subscribers with four ideas of when to be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import PlatformUnreachableError
from bot.store.watch_lists import pause_list
from bot.store.watch_outbox import outbox_state
from bot.store.watch_records import Cadence, EventKind, OutgoingKind, Severity, Terms
from bot.watch.compose import BURST
from bot.watch.courier import DeliveryError, Trouble
from bot.watch.schedule import MOST_FAILURES
from tests.bot.watch.desk import (
    ALERTS,
    ANA,
    DESK,
    GUILD,
    OTHER_GUILD,
    RUI,
    START,
    Desk,
    account,
    open_desk,
    whats,
)

LISBON = ZoneInfo("Europe/Lisbon")
NEW_YORK = ZoneInfo("America/New_York")
HANDLES = ("gaceta", *(f"diario{n}" for n in range(9)))
HOURS, THERE = 31, 32
# Thursday's first hour: the bot is removed from the other server.
REMOVED = datetime(2026, 10, 22, tzinfo=UTC)
WEEK_ENDS = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)


async def test_a_week_of_a_busy_list(tmp_path: Path) -> None:
    """Six who hear of it in six ways; what happens on which day stands in `_a_week`."""
    async with open_desk(tmp_path) as desk:
        desk.platforms.live = {"gaceta", "lejana"}
        watched = await desk.list_of(*HANDLES, "lejana")
        there = await desk.list_of(*HANDLES, guild=OTHER_GUILD)
        low = Severity.LOW
        await desk.subscribe(watched, terms=Terms(least=low))
        quiet = Terms(least=low, quiet=(22 * 60, 7 * 60), zone="Europe/Lisbon")
        await desk.subscribe(watched, channel=DESK, terms=quiet)
        daily = Terms(least=low, cadence=Cadence.DAILY, digest_hour=9, zone="America/New_York")
        await desk.subscribe(watched, channel=None, terms=daily, user=ANA)
        await desk.subscribe(watched, channel=HOURS, terms=Terms(least=low, cadence=Cadence.HOURLY))
        await desk.subscribe(
            watched, channel=None, terms=Terms(events=(EventKind.HALF_ATTRIBUTION,)), user=RUI
        )
        await desk.subscribe(there, channel=THERE, terms=Terms(least=low), user=RUI)
        await desk.after(minutes=10)
        here, elsewhere = await _a_week(desk)
        await desk.until(WEEK_ENDS + timedelta(days=1), step=timedelta(minutes=15))

        # Nobody is told less than the one who hears everything at once, and nobody anything twice.
        for place in (f"channel:{ALERTS}", f"channel:{DESK}", f"channel:{HOURS}", f"user:{ANA}"):
            assert sorted(_told(desk, place)) == sorted(here), place
        # The other server's list was not paused, and hears nothing more since the bot was removed.
        assert sorted(_told(desk, f"channel:{THERE}")) == sorted(elsewhere)
        _kept_their_hours(desk)
        _told_who_was_parked(desk)
        # A burst came as one message, and an outage of Discord's lost and doubled nothing.
        burst = [post for post in desk.courier.to(f"channel:{ALERTS}") if post.kind is OutgoingKind.DIGEST]
        assert any(len(post.alerts) > BURST for post in burst)
        shown = await desk.watch.lists.show(watched)
        assert [item.ref.handle for item in shown.items if item.parked_at] == ["lejana"]
        state = await desk.database.read(outbox_state, since=START)
        assert (state.open, state.dead) == (0, 0)


def _kept_their_hours(desk: Desk) -> None:
    for post in desk.courier.to(f"channel:{DESK}"):
        local = post.at.astimezone(LISBON)
        assert 7 <= local.hour < 22, local
    # The night of the clock change ended at seven by the new time.
    sunday = [
        post.at for post in desk.courier.to(f"channel:{DESK}") if post.at.date().isoformat() == "2026-10-25"
    ]
    assert 0 <= (min(sunday) - datetime(2026, 10, 25, 7, 0, tzinfo=UTC)).total_seconds() < 900
    for post in desk.courier.to(f"user:{ANA}"):
        assert post.kind is OutgoingKind.DIGEST
        local = post.at.astimezone(NEW_YORK)
        assert (local.hour, local.minute < 30) == (9, True), local
    for post in desk.courier.to(f"channel:{HOURS}"):
        assert (post.kind, post.at.minute < 15) == (OutgoingKind.DIGEST, True), post.at


def _told_who_was_parked(desk: Desk) -> None:
    """Everybody who hears of the list was told once, whatever else they asked for."""
    for place in (f"channel:{ALERTS}", f"channel:{DESK}", f"channel:{HOURS}", f"user:{ANA}", f"user:{RUI}"):
        alerts = [alert for post in desk.courier.to(place) for alert in post.alerts]
        parked = [alert.told.handle for alert in alerts if alert.kind is EventKind.PARKED]
        assert parked == ["lejana"], place
    heard = {alert.kind for post in desk.courier.to(f"user:{RUI}") for alert in post.alerts}
    assert heard == {EventKind.HALF_ATTRIBUTION, EventKind.PARKED}


async def _a_week(desk: Desk) -> tuple[list[str], list[str]]:
    """Publish every three hours; return what each of the two servers must have been told.

    Monday: an account stops answering. Tuesday: Discord is away for six hours. Wednesday: the list is
    paused. Thursday: it is resumed, and the other server removes the bot. Friday: the process is replaced
    three times. Saturday: everybody publishes at once. Sunday: clocks go back in Europe.
    """
    here: list[str] = []
    elsewhere: list[str] = []
    number = 0
    desk.platforms.failing["lejana"] = PlatformUnreachableError("nobody answered")
    while desk.clock.now < WEEK_ENDS:
        day, hour = desk.clock.now.weekday(), desk.clock.now.hour
        await _of_the_day(desk, day, hour)
        several = day == 5 and hour < 3
        for handle in HANDLES if several else [HANDLES[number % len(HANDLES)]]:
            text = f"Noticia {number:03d}"
            await desk.publish(handle, text + (" • mundo_ejemplo" if number % 10 == 0 else ""))
            # What is published during the pause is told to nobody here, then or later.
            here += [text] if day != 2 else []
            elsewhere += [text] if desk.clock.now < REMOVED else []
            number += 1
        await desk.until(desk.clock.now + timedelta(hours=3), step=timedelta(minutes=15))
    return here, elsewhere


async def _of_the_day(desk: Desk, day: int, hour: int) -> None:
    place = f"channel:{ALERTS}"
    watched = await desk.watch.lists.named(GUILD, "Papers")
    if day == 1 and 6 <= hour < 12:
        desk.courier.closed[place] = DeliveryError(Trouble.UNSURE, "503", code=503)
    else:
        desk.courier.closed.pop(place, None)
    if day == 2 and watched.paused_at is None:
        await desk.database.write(pause_list, watched.watchlist_id, at=desk.clock.now, why="a pause")
    if day == 3 and watched.paused_at is not None:
        await desk.watch.lists.resume(watched)
        desk.courier.closed[f"channel:{THERE}"] = DeliveryError(
            Trouble.NOT_ALLOWED, "Missing Access", code=50001
        )
        await desk.watch.subscriptions.left(OTHER_GUILD)
        await desk.after(minutes=15)
    if day == 4 and hour % 8 == 0:
        desk.restart()


def _told(desk: Desk, place: str) -> list[str]:
    """Return the posts that a place was told of, by their words, each as often as it was told."""
    return [
        shown.text.strip("`")[:11]
        for post in desk.courier.to(place)
        for alert in post.alerts
        for shown in alert.told.shown
    ]


async def test_an_account_whose_looks_fail_is_slowed_then_parked_with_a_word(desk: Desk) -> None:
    desk.platforms.live = {"gaceta", "diario"}
    watched = await desk.list_of("gaceta", "diario")
    await desk.subscribe(watched, terms=Terms(least=Severity.CRITICAL))
    desk.platforms.failing["gaceta"] = PlatformUnreachableError("nobody answered")
    asked_before = len(desk.platforms.asked)
    await desk.until(desk.clock.now + timedelta(days=6), step=timedelta(minutes=30))
    gaceta = [name for name in desk.platforms.asked[asked_before:] if name == "gaceta"]
    assert len(gaceta) == MOST_FAILURES
    (message,) = desk.in_channel
    assert message.texts == f"is not looked at any more: {MOST_FAILURES} looks failed in a row"
    assert message.alerts[0].told.after == "nobody answered"
    shown = await desk.watch.lists.show(watched)
    item = next(item for item in shown.items if item.ref.handle == "gaceta")
    assert item.parked_at is not None
    assert item.last_error == "nobody answered"
    # Resumed by a member, it is looked at once more, and its looks count anew.
    desk.platforms.failing.clear()
    await desk.watch.lists.resume(watched)
    await desk.work()
    shown = await desk.watch.lists.show(watched)
    assert [item.parked_at for item in shown.items] == [None, None]
    assert [item.failures for item in shown.items] == [0, 0]


async def test_downtime_is_told_as_one_digest_and_not_as_a_storm(desk: Desk) -> None:
    handles = [f"diario{n}" for n in range(6)]
    await desk.subscribe(await desk.list_of(*handles))
    await desk.after(minutes=10)
    desk.clock.now += timedelta(days=1)
    for handle in handles:
        await desk.publish(handle, "Uno", "Dos", at=desk.clock.now - timedelta(hours=9))
    desk.restart()
    await desk.after(minutes=15)
    (digest,) = desk.in_channel
    assert digest.kind is OutgoingKind.DIGEST
    assert sum(alert.told.hits for alert in digest.alerts) == 12


async def test_a_server_that_removed_the_bot_hears_no_more_and_others_do(desk: Desk) -> None:
    here = await desk.list_of("gaceta")
    there = await desk.list_of("gaceta", guild=OTHER_GUILD)
    await desk.subscribe(here)
    await desk.subscribe(there, channel=DESK)
    await desk.after(minutes=10)
    desk.courier.closed[f"channel:{ALERTS}"] = DeliveryError(
        Trouble.NOT_ALLOWED, "Missing Access", code=50001
    )
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    assert await desk.watch.subscriptions.left(GUILD) == 1
    await desk.publish("gaceta", "Dos")
    await desk.after(days=2)
    assert desk.in_channel == []
    assert len(desk.courier.to(f"channel:{DESK}")) >= 1
    assert await desk.watch.guilds() == [OTHER_GUILD]
    state = await desk.database.read(outbox_state, since=START)
    assert (state.open, state.dead) == (0, 0)
    kept = await desk.watch.lists.named(GUILD, "Papers")
    assert kept.paused_why == "the bot was removed from the server"


async def test_one_look_serves_every_list_and_servers_take_turns(desk: Desk) -> None:
    desk.platforms.live = {"gaceta", *(f"grande{n}" for n in range(60))}
    await desk.watch.lists.create(GUILD, "Big", by=ANA)
    big = await desk.watch.lists.named(GUILD, "Big")
    small = await desk.watch.lists.create(OTHER_GUILD, "Small", by=RUI)
    again = await desk.watch.lists.create(OTHER_GUILD, "Again", by=RUI)
    await desk.watch.lists.add(big, [account(f"grande{n}") for n in range(60)], by=ANA)
    desk.clock.now += timedelta(minutes=1)
    for watched in (small, again):
        await desk.watch.lists.add(watched, [account("gaceta")], by=RUI)
    await desk.watch.poller.step()
    # The small server came later and is served in the first batch all the same, once for both lists.
    assert desk.platforms.asked.count("gaceta") == 1


async def test_a_list_that_begins_to_watch_hears_of_what_happens_from_then_on(desk: Desk) -> None:
    desk.platforms.live = {"gaceta"}
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.publish("gaceta", "Antes")
    there = await desk.watch.lists.create(OTHER_GUILD, "There", by=RUI)
    await desk.watch.lists.add(there, [account("gaceta")], by=RUI)
    await desk.subscribe(there, channel=DESK, user=RUI)
    await desk.after(minutes=5)
    assert whats(desk.in_channel) == ["posted: `Antes`"]
    assert desk.courier.to(f"channel:{DESK}") == []
    await desk.publish("gaceta", "Después")
    await desk.look()
    await desk.after(minutes=5)
    assert whats(desk.courier.to(f"channel:{DESK}")) == ["posted: `Después`"]
