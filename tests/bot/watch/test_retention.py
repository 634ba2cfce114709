"""What was told long ago is deleted, and nothing that anybody still waits for."""

from __future__ import annotations

from datetime import timedelta

from bot.store.watch_outbox import dead_letters, outbox_state
from bot.store.watch_records import Cadence, Severity, Terms
from bot.watch.courier import DeliveryError, Trouble
from bot.watch.retention import LEAST, tidy
from tests.bot.watch.desk import ALERTS, ANA, DESK, START, Desk, whats

KEEP = timedelta(days=30)
DAY = timedelta(days=1)
LOW = Terms(least=Severity.LOW)


async def rows(desk: Desk) -> tuple[int, int, int]:
    """Count alerts, deliveries and messages."""
    return await desk.database.read(
        lambda connection: connection.execute(
            "SELECT (SELECT count(*) FROM alert), (SELECT count(*) FROM delivery), "
            "(SELECT count(*) FROM outgoing)"
        ).fetchone()
    )


async def tidied(desk: Desk) -> int:
    return await tidy(desk.database, clock=desk.clock, keep=KEEP)


async def test_what_was_told_long_ago_goes_and_what_is_young_stays(desk: Desk) -> None:
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(minutes=10)
    await desk.publish("gaceta", "Vieja")
    await desk.after(minutes=30)
    desk.clock.now += KEEP - DAY
    await desk.publish("gaceta", "Nueva", at=desk.clock.now)
    await desk.look()
    await desk.after(minutes=30)
    assert await tidied(desk) == 0
    desk.clock.now += 2 * DAY
    assert await tidied(desk) > 0
    assert await rows(desk) == (1, 1, 1)
    left = await desk.watch.lists.show(await desk.watch.lists.named(1, "Papers"))
    assert [alert.told.what for alert in left.alerts] == ["posted: `Nueva`"]
    # What stays can still be acknowledged, and what comes is told as ever.
    await desk.publish("gaceta", "Otra", at=desk.clock.now)
    await desk.after(minutes=30)
    assert whats(desk.in_channel)[-1] == "posted: `Otra`"


async def test_what_waits_is_never_deleted(desk: Desk) -> None:
    watched = await desk.list_of("gaceta")
    made = await desk.subscribe(watched)
    await desk.subscribe(watched, channel=DESK)
    await desk.after(minutes=10)
    account_id = (await desk.watch.lists.show(watched)).items[0].account_id
    until = desk.clock.now + 3 * KEEP
    await desk.watch.subscriptions.mute(made.subscription_id, [(account_id, None)], until=until, by=ANA)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=30)
    desk.clock.now += 2 * KEEP
    await tidied(desk)
    assert (await rows(desk))[0] == 1
    await desk.until(until + DAY, step=DAY)
    assert whats(desk.in_channel) == ["posted: `Uno`"]
    # Told at last, it is kept for as long as anything else that was told now.
    await tidied(desk)
    assert (await rows(desk))[0] == 1
    desk.clock.now += KEEP + DAY
    await tidied(desk)
    assert (await rows(desk))[0] == 0


async def test_what_cannot_be_delivered_yet_stays_until_it_is(desk: Desk) -> None:
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(minutes=10)
    desk.courier.closed[f"channel:{ALERTS}"] = DeliveryError(Trouble.TOO_FAST, "429", retry_after=86_400)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=30)
    for _ in range(40):
        desk.clock.now += DAY
        await desk.work()
        await tidied(desk)
    assert (await desk.database.read(outbox_state, since=START)).open == 1
    desk.courier.closed.clear()
    desk.clock.now += 2 * DAY
    await desk.work()
    assert whats(desk.in_channel) == ["posted: `Uno`"]


async def test_dead_letters_are_shown_for_their_time_and_then_go(desk: Desk) -> None:
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(minutes=10)
    place = f"channel:{ALERTS}"
    desk.courier.refuse[place] = [DeliveryError(Trouble.REFUSED, "Invalid Form Body", code=50035)]
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=30)
    await desk.publish("gaceta", "Dos")
    await desk.after(minutes=30)
    # However little an operator wants to keep, nothing goes before it can have been seen.
    desk.clock.now += LEAST - DAY
    await tidy(desk.database, clock=desk.clock, keep=timedelta())
    assert len(await desk.database.read(dead_letters)) == 1
    desk.clock.now += 2 * DAY
    await tidy(desk.database, clock=desk.clock, keep=timedelta())
    assert await desk.database.read(dead_letters) == []


async def test_a_daily_digest_of_the_last_day_is_whole(desk: Desk) -> None:
    terms = Terms(least=Severity.LOW, cadence=Cadence.DAILY, digest_hour=9)
    await desk.subscribe(await desk.list_of("gaceta"), terms=terms)
    await desk.after(minutes=10)
    for number in range(3):
        await desk.publish("gaceta", f"Noticia {number}")
        await desk.after(minutes=30)
        await tidied(desk)
    await desk.until(desk.clock.now + 2 * DAY, step=timedelta(hours=1))
    assert sum(len(message.alerts) for message in desk.in_channel) == 3


async def test_a_year_of_alerts_does_not_pile_up(desk: Desk) -> None:
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(minutes=10)
    for number in range(24):
        await desk.publish("gaceta", f"Noticia {number}", at=desk.clock.now)
        await desk.look()
        await desk.work()
        desk.clock.now += timedelta(days=15)
        await tidied(desk)
    await desk.after(minutes=30)
    assert max(await rows(desk)) <= 4
    assert sum(len(message.alerts) for message in desk.in_channel) == 24
