"""What the outbox does when Discord is slow, refuses, loses answers, or the process ends in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store.watch_outbox import dead_letters, outbox_state, trying
from bot.store.watch_records import Cadence, OutgoingId, OutgoingKind, Severity, Terms
from bot.watch.courier import DeliveryError, Trouble
from bot.watch.outbox import NONCE_MEMORY, wait_s
from tests.bot.watch.desk import ALERTS, ANA, DESK, GUILD, RUI, Desk, whats

PLACE = f"channel:{ALERTS}"


async def watched(desk: Desk, terms: Terms | None = None) -> None:
    await desk.subscribe(await desk.list_of("gaceta", "diario"), terms=terms)
    await desk.after(minutes=10)


def unsure() -> DeliveryError:
    return DeliveryError(Trouble.UNSURE, "503", code=503)


async def test_further_hits_are_edited_into_the_message_within_its_window(desk: Desk) -> None:
    await watched(desk)
    for text in ("Uno", "Dos", "Tres"):
        await desk.publish("gaceta", text)
        await desk.look()
        await desk.after(minutes=5)
    (message,) = desk.in_channel
    assert message.texts.splitlines() == ["posted: `Uno`", "posted: `Dos`", "posted: `Tres`"]
    assert len(message.edits) == 2
    await desk.after(minutes=20)
    await desk.publish("gaceta", "Cuatro")
    await desk.look()
    await desk.work()
    assert whats(desk.in_channel)[1:] == ["posted: `Cuatro`"]


async def test_a_full_message_takes_no_more_hits(desk: Desk) -> None:
    await watched(desk)
    desk.courier.refuse[PLACE] = [unsure()]
    for number in range(12):
        await desk.publish("gaceta", f"Noticia {number}")
        desk.clock.now += timedelta(seconds=1)
        await desk.look()
        await desk.outbox.drain()
    await desk.after(minutes=5)
    assert [len(message.alerts) for message in desk.in_channel] == [10, 2]


async def test_a_message_that_somebody_deleted_is_not_edited_but_followed(desk: Desk) -> None:
    await watched(desk)
    await desk.publish("gaceta", "Uno")
    await desk.look()
    await desk.work()
    desk.courier.refuse[PLACE] = [DeliveryError(Trouble.MESSAGE_GONE, "404", code=10008)]
    await desk.publish("gaceta", "Dos")
    await desk.look()
    await desk.work()
    assert whats(desk.in_channel) == ["posted: `Uno`", "posted: `Dos`"]


async def test_an_answer_that_was_lost_makes_no_second_message(desk: Desk) -> None:
    await watched(desk)
    desk.courier.lose_answers = [unsure()]
    await desk.publish("gaceta", "Uno")
    await desk.after(hours=1)
    assert whats(desk.in_channel) == ["posted: `Uno`"]
    assert desk.courier.searches == 1
    state = await desk.database.read(outbox_state, since=desk.clock.now)
    assert (state.open, state.dead) == (0, 0)


async def test_a_process_that_ended_after_the_answer_finds_its_message_long_after(desk: Desk) -> None:
    await watched(desk)
    desk.courier.lose_answers = [unsure()]
    await desk.publish("gaceta", "Uno")
    await desk.look()
    await desk.outbox.drain()
    # The bot is away for longer than Discord remembers nonces.
    desk.clock.now += timedelta(hours=3)
    desk.restart()
    await desk.work()
    assert whats(desk.in_channel) == ["posted: `Uno`"]


async def test_a_process_that_ended_before_the_request_sends_it_at_the_next_start(desk: Desk) -> None:
    await watched(desk)
    await desk.publish("gaceta", "Uno")
    desk.courier.closed[PLACE] = unsure()
    await desk.after(minutes=6)
    assert desk.in_channel == []
    desk.courier.closed.clear()
    desk.restart()
    await desk.after(minutes=6)
    assert whats(desk.in_channel) == ["posted: `Uno`"]


async def test_where_the_channel_cannot_be_searched_the_nonce_prevents_a_second_message(desk: Desk) -> None:
    await watched(desk)
    desk.courier.unsearchable = DeliveryError(Trouble.NOT_ALLOWED, "403", code=50013)
    desk.courier.lose_answers = [unsure()]
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=6)
    await desk.after(minutes=1)
    assert len(desk.in_channel) == 1


async def test_after_the_nonces_memory_an_unsearchable_message_is_sent_rather_than_lost(desk: Desk) -> None:
    await watched(desk)
    desk.courier.unsearchable = DeliveryError(Trouble.NOT_ALLOWED, "403", code=50013)
    await desk.publish("gaceta", "Uno")
    desk.courier.closed[PLACE] = unsure()
    await desk.after(minutes=6)
    desk.clock.now += NONCE_MEMORY * 10
    desk.courier.closed.clear()
    await desk.work()
    assert whats(desk.in_channel) == ["posted: `Uno`"]


async def test_further_hits_do_not_change_a_message_that_may_exist(desk: Desk) -> None:
    await watched(desk)
    desk.courier.lose_answers = [unsure()]
    await desk.publish("gaceta", "Uno")
    await desk.look()
    await desk.outbox.drain()
    await desk.publish("gaceta", "Dos")
    await desk.look()
    await desk.after(minutes=6)
    (message,) = desk.in_channel
    # The first version was made of one hit; the other came by an edit.
    assert len(message.edits) == 1
    assert message.texts.splitlines() == ["posted: `Uno`", "posted: `Dos`"]


async def test_messages_to_one_place_keep_their_order_over_failures(desk: Desk) -> None:
    await watched(desk)
    desk.courier.refuse[PLACE] = [unsure(), DeliveryError(Trouble.TOO_FAST, "429", retry_after=90)]
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=6)
    await desk.publish("diario", "Dos")
    await desk.after(minutes=10)
    assert whats(desk.in_channel) == ["posted: `Uno`", "posted: `Dos`"]


async def test_one_place_in_trouble_does_not_hold_up_another(desk: Desk) -> None:
    watched_list = await desk.list_of("gaceta")
    await desk.subscribe(watched_list)
    await desk.subscribe(watched_list, channel=DESK)
    desk.courier.closed[PLACE] = DeliveryError(Trouble.NOT_ALLOWED, "Missing Access", code=50001)
    await desk.after(minutes=10)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    assert whats(desk.courier.to(f"channel:{DESK}")) == ["posted: `Uno`"]


async def test_a_missing_right_is_asked_for_a_day_and_then_a_dead_letter(desk: Desk) -> None:
    await watched(desk)
    desk.courier.closed[PLACE] = DeliveryError(Trouble.NOT_ALLOWED, "Missing Access", code=50001)
    await desk.publish("gaceta", "Uno")
    await desk.after(hours=23)
    assert await desk.database.read(dead_letters) == []
    await desk.after(hours=3)
    (dead,) = await desk.database.read(dead_letters, guild_id=GUILD)
    assert (dead.code, dead.error, dead.list_name) == (50001, "Missing Access", "Papers")
    assert (await desk.watch.state(guild_id=GUILD)).outbox.dead == 1
    assert (await desk.watch.state(guild_id=99)).outbox.dead == 0
    # What comes later is delivered when the right is back.
    desk.courier.closed.clear()
    await desk.publish("gaceta", "Dos")
    await desk.after(minutes=10)
    assert whats(desk.in_channel) == ["posted: `Dos`"]


async def test_a_refused_message_is_a_dead_letter_at_once(desk: Desk) -> None:
    await watched(desk)
    desk.courier.refuse[PLACE] = [DeliveryError(Trouble.REFUSED, "Invalid Form Body", code=50035)]
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    (dead,) = await desk.database.read(dead_letters)
    assert dead.code == 50035


async def test_closed_direct_messages_end_the_subscription_with_a_word_where_it_was_made(desk: Desk) -> None:
    watched_list = await desk.list_of("gaceta")
    made = await desk.subscribe(watched_list, channel=None, user=RUI)
    desk.courier.closed[f"user:{RUI}"] = DeliveryError(Trouble.PERSON_GONE, "Cannot send", code=50007)
    await desk.after(minutes=10)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    ended = await desk.watch.subscriptions.get(made.subscription_id)
    assert ended is not None
    assert ended.ended_why == "direct messages cannot be delivered"
    (notice,) = desk.courier.to(f"channel:{DESK}")
    assert notice.kind is OutgoingKind.NOTICE
    assert "`Papers`" in notice.texts
    # Nothing is tried again.
    await desk.publish("gaceta", "Dos")
    await desk.after(minutes=30)
    assert len(desk.courier.to(f"channel:{DESK}")) == 1


async def test_a_deleted_channel_ends_its_subscriptions_with_one_word_to_the_owner(desk: Desk) -> None:
    one = await desk.list_of("gaceta", name="One")
    two = await desk.list_of("gaceta", name="Two")
    await desk.subscribe(one)
    await desk.subscribe(two)
    await desk.after(minutes=10)
    desk.courier.closed[PLACE] = DeliveryError(Trouble.PLACE_GONE, "Unknown Channel", code=10003)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    (notice,) = desk.courier.to(f"owner:{GUILD}")
    assert "`One` and `Two`" in notice.texts
    assert await desk.watch.subscriptions.mine(ANA, guild_id=GUILD) == []


async def test_many_things_at_once_come_as_one_digest(desk: Desk) -> None:
    handles = [f"diario{n}" for n in range(9)]
    await desk.subscribe(await desk.list_of(*handles))
    await desk.after(minutes=10)
    for handle in handles:
        await desk.publish(handle, "Hoy")
    await desk.look()
    await desk.work()
    assert {message.kind for message in desk.in_channel} == {OutgoingKind.DIGEST}
    assert sum(len(message.alerts) for message in desk.in_channel) == 9


async def test_an_acknowledged_alert_is_marked_in_every_place(desk: Desk) -> None:
    watched_list = await desk.list_of("gaceta")
    await desk.subscribe(watched_list)
    await desk.subscribe(watched_list, channel=DESK)
    await desk.after(minutes=10)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    found = await desk.watch.subscriptions.message(desk.in_channel[0].nonce)
    assert found is not None
    await desk.watch.subscriptions.acknowledge(found[0], user_id=RUI, comment="seen")
    await desk.work()
    (other,) = desk.courier.to(f"channel:{DESK}")
    assert [(alert.acknowledged_by, alert.comment) for alert in other.alerts] == [(RUI, "seen")]


async def test_a_snooze_holds_and_a_mute_silences(desk: Desk) -> None:
    watched_list = await desk.list_of("gaceta")
    made = await desk.subscribe(watched_list, terms=Terms(least=Severity.LOW))
    await desk.after(minutes=10)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    alert = desk.in_channel[0].alerts[0]
    until = desk.clock.now + timedelta(hours=4)
    await desk.watch.subscriptions.mute(made.subscription_id, [(alert.account_id, None)], until=until, by=ANA)
    await desk.publish("gaceta", "Dos")
    await desk.after(hours=1)
    await desk.publish("gaceta", "Tres")
    await desk.after(hours=2)
    assert len(desk.in_channel) == 1
    await desk.after(hours=2)
    assert desk.in_channel[1].kind is OutgoingKind.DIGEST
    assert len(desk.in_channel[1].alerts) == 2
    await desk.watch.subscriptions.mute(
        made.subscription_id, [(alert.account_id, alert.kind)], until=None, by=ANA
    )
    await desk.publish("gaceta", "Cuatro")
    await desk.after(hours=1)
    assert len(desk.in_channel) == 2
    assert await desk.watch.subscriptions.unmute(made.subscription_id) == 2


async def test_an_hourly_digest_comes_at_the_full_hour(desk: Desk) -> None:
    await watched(desk, Terms(least=Severity.LOW, cadence=Cadence.HOURLY))
    await desk.publish("gaceta", "Uno")
    await desk.publish("diario", "Dos")
    await desk.after(hours=2)
    (digest,) = desk.in_channel
    assert (digest.at.hour, digest.at.minute) == (9, 0)
    assert len(digest.alerts) == 2


@pytest.mark.parametrize(
    ("trouble", "attempts", "expected"),
    [
        (Trouble.UNSURE, 1, 2),
        (Trouble.UNSURE, 4, 16),
        (Trouble.UNSURE, 100, 300),
        (Trouble.NOT_ALLOWED, 1, 300),
        (Trouble.NOT_ALLOWED, 9, 3600),
    ],
)
def test_the_wait_doubles_up_to_its_most(trouble: Trouble, attempts: int, expected: float) -> None:
    assert wait_s(DeliveryError(trouble, "x"), attempts=attempts) == expected


async def test_what_discord_asks_for_is_kept(desk: Desk) -> None:
    error = DeliveryError(Trouble.TOO_FAST, "429", retry_after=7.5)
    assert wait_s(error, attempts=5) == 7.5


async def test_a_row_says_that_a_request_leaves_before_it_leaves(desk: Desk) -> None:
    """A process that is killed between this and Discord's answer finds the row and searches the channel."""
    await watched(desk)
    await desk.publish("gaceta", "Uno")
    desk.courier.closed[PLACE] = unsure()
    await desk.after(minutes=6)
    await desk.database.write(trying, OutgoingId(1), at=desk.clock.now)
    desk.courier.closed.clear()
    desk.restart()
    await desk.after(minutes=6)
    assert desk.courier.searches > 0
    assert whats(desk.in_channel) == ["posted: `Uno`"]
