"""Subscriptions from Discord: where, what, when, for whom; tried, read, ended, and what ends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from bot.store.watch_records import EventKind, Severity
from bot.watch.telling import tell_list
from sandbox.hub import Change, ChannelChanged
from sandbox.permissions import Permission
from sandbox.world import Overwrite, Role
from tests.bot.watch.examples import EXAMPLES, half
from tests.sandbox.newsroom import PATIENCE_S, Newsroom, labels, open_newsroom, text

if TYPE_CHECKING:
    from bot.store.watch_records import Event
    from sandbox.world import Channel


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path) as opened:
        yield opened


async def tell(room: Newsroom, *events: Event) -> None:
    """Let something happen to the watched account, as a look would tell it."""
    service = room.services.watch
    watched, _ = (await service.lists.of_guild(room.desk.guild_id or 0))[0]
    (item,) = await service.lists.accounts(watched)
    for event in events:
        await room.services.database.write(
            tell_list, watched, item.account_id, event=event, now=room.services.clock()
        )
    service.hurry()


def role_named(room: Newsroom, name: str) -> Role:
    guild = room.sandbox.backend.world.guild_of(room.desk)
    assert guild is not None
    return next(role for role in guild.roles.values() if role.name == name)


def delete_channel(room: Newsroom, channel: Channel) -> None:
    """An administrator deletes a channel."""
    guild = room.sandbox.backend.world.guild_of(channel)
    assert guild is not None
    del guild.channels[channel.id]
    room.sandbox.backend.hub.tell(ChannelChanged(change=Change.DELETE, channel=channel))


async def test_a_test_arrives_from_an_empty_list_and_pings_whom_it_would(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers")
    none = await room.run("watchlist test", watchlist="Papers")
    assert "Nobody hears of `Papers` yet, so no test was sent." in none
    analyst = role_named(room, "analyst")
    channel = {"channel": str(room.alerts.id), "mention": str(analyst.id)}
    made = await room.ada.slash("subscribe", {"watchlist": "Papers", **channel}, channel=room.desk)
    await room.settled(made)
    assert made.message is not None
    assert f"mentions <@&{analyst.id}>" in text(made.message)
    # Quiet hours hold alerts, and not a test that somebody waits for.
    await room.run("subscribe", room.ana, watchlist="Papers", direct=True, quiet="00:00-23:59")
    assert "on its way to 2 subscriptions" in await room.run("watchlist test", watchlist="Papers")
    first = await room.arrived(room.alerts, "◇ TEST · Watchlist `Papers`: nothing happened, this is a test.")
    assert first.mention_roles == [analyst.id]
    direct = await room.arrived(room.ana.dm, "◇ TEST")
    assert "quiet 00:00–23:59" in text(direct)
    # Whoever subscribed sends one to that place alone.
    sent = await room.settled(await room.click(made.message, "Send a test"))
    assert f"on its way to <#{room.alerts.id}>" in sent
    await room.sandbox.until(lambda: len(room.alerts.messages) == 2, seconds=PATIENCE_S)
    assert len(room.ana.dm.messages) == 1
    # No test is among the alerts of a list.
    assert "Latest alerts" not in await room.run("watchlist show", watchlist="Papers")


async def test_mentions_that_would_annoy_or_fail_are_refused_or_told(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers")
    guild_id = room.desk.guild_id or 0
    everyone = await room.run("subscribe", watchlist="Papers", mention=str(guild_id))
    assert "never mention everyone. Choose a role or a member" in everyone
    direct = await room.run("subscribe", watchlist="Papers", direct=True, mention=str(room.ada.user.id))
    assert "A direct message needs no mention" in direct
    other = await room.run("subscribe", room.ana, watchlist="Papers", mention=str(room.ada.user.id))
    assert "Only those with Manage Channels can have another member mentioned" in other
    both = await room.run("subscribe", watchlist="Papers", direct=True, channel=str(room.alerts.id))
    assert "Choose one place" in both
    admin = role_named(room, "admin")
    unheard = await room.run("subscribe", watchlist="Papers", mention=str(admin.id))
    assert f"<@&{admin.id}> will be named and not notified" in unheard


async def test_an_alert_pings_the_role_and_nobody_who_stands_in_a_post(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers")
    await room.run("watchlist add", watchlist="Papers", account="https://x.com/gaceta")
    analyst = role_named(room, "analyst")
    await room.run(
        "subscribe", watchlist="Papers", channel=str(room.alerts.id), mention=str(analyst.id), severity=1
    )
    poller = room.services.watch.poller
    await room.sandbox.until(lambda: poller.looks > 0, seconds=PATIENCE_S)
    message = await room.publish(f"Hola @everyone <@{room.ana.user.id}>")
    assert message.mention_roles == [analyst.id]
    assert message.mentions == []
    assert not message.mention_everyone


async def test_further_hits_are_edited_into_the_message_without_another_ping(room: Newsroom) -> None:
    await room.watching()
    await tell(room, half(1))
    message = await room.arrived(room.alerts, "● MEDIUM · Watchlist `Papers`: `@gaceta` on X credited")
    await tell(room, replace(half(3), key="of a later look"))
    await room.reads(message, "1 more hit since.")
    assert message.content.startswith("▲ HIGH · ")
    assert message.edited is not None
    assert len(room.alerts.messages) == 1


async def test_severities_and_events_decide_who_hears(room: Newsroom) -> None:
    await room.watching()
    await room.run("subscribe", room.ana, watchlist="Papers", direct=True, severity=int(Severity.HIGH))
    await room.run("watchlist tune", watchlist="Papers", severities="name changed=critical, account gone=low")
    await tell(room, EXAMPLES[EventKind.GONE], EXAMPLES[EventKind.NAME_CHANGED])
    await room.arrived(room.alerts, "○ LOW · Watchlist `Papers`: `@gaceta` on X cannot be found any more.")
    await room.arrived(room.ana.dm, "■ CRITICAL · Watchlist `Papers`: `@gaceta` on X changed its name")
    assert len(room.ana.dm.messages) == 1


async def test_a_parked_account_is_told_to_everybody_without_ways_to_quieten_it(room: Newsroom) -> None:
    await room.watching()
    await room.run("subscribe", room.ana, watchlist="Papers", direct=True, severity=4, events="keyword")
    await tell(room, EXAMPLES[EventKind.PARKED])
    told = await room.arrived(room.ana.dm, "is not looked at any more: 10 looks failed in a row.")
    assert "**Reason** No answer in time" in text(told)
    assert labels(told) == ["Acknowledge", "Check now"]


async def test_snooze_and_mute_can_be_taken_back_on_the_spot(room: Newsroom) -> None:
    await room.watching()
    message = await room.publish("Una noticia")
    muted = (await room.click(message, "Mute this")).message
    assert muted is not None
    await room.reads(muted, "Muted here, for good: new post of `@gaceta`")
    await room.click(muted, "Take it back")
    await room.reads(muted, "`@gaceta` is told here again.")
    asked = (await room.click(message, "Snooze")).message
    assert asked is not None
    await room.choose(asked, "168")
    await room.reads(asked, "Snoozed for a week")
    await room.click(asked, "Take it back")
    await room.reads(asked, "`@gaceta` is told here again.")
    assert "muted" not in text(await room.panel())


async def test_the_second_who_acknowledges_is_told_of_the_first(room: Newsroom) -> None:
    await room.watching()
    message = await room.publish("Una noticia")
    first = await room.click(message, "Acknowledge", by=room.ana)
    second = await room.click(message, "Acknowledge")
    assert first.modal is not None
    assert second.modal is not None
    await room.ana.submit(first.modal, {"comment": "mine"})
    await room.reads(message, f"**Acknowledged** by <@{room.ana.user.id}>")
    await room.ada.submit(second.modal, {"comment": "no, mine"})
    late = await room.arrived(room.alerts, "Somebody else has acknowledged this meanwhile")
    assert late.ephemeral_to == room.ada.user.id
    assert "`mine`" in text(message)


async def test_the_buttons_of_a_direct_message_work_where_no_server_is(room: Newsroom) -> None:
    await room.watching()
    await room.run("subscribe", room.ana, watchlist="Papers", direct=True, severity=1)
    await room.publish("Una noticia")
    message = await room.arrived(room.ana.dm, "Una noticia")
    assert labels(message) == ["Acknowledge", "Snooze", "Mute this", "Check now"]
    form = await room.click(message, "Acknowledge", by=room.ana)
    assert form.modal is not None
    await room.ana.submit(form.modal, {"comment": "read"})
    await room.reads(message, f"**Acknowledged** by <@{room.ana.user.id}>")
    # The team reads it in its channel.
    await room.arrived(room.alerts, "`read`")
    muted = await room.settled(await room.click(message, "Mute this", by=room.ana))
    assert "Muted here, for good: new post of `@gaceta`" in muted
    assert "### `@gaceta` on X" in await room.settled(await room.click(message, "Check now", by=room.ana))


async def test_a_thread_needs_the_right_to_open_one(room: Newsroom) -> None:
    await room.watching()
    message = await room.publish("Una noticia")
    deny = Overwrite(id=room.ana.user.id, is_member=True, deny=Permission.CREATE_PUBLIC_THREADS)
    room.alerts.overwrites[room.ana.user.id] = deny
    refused = await room.settled(await room.click(message, "Open thread", by=room.ana))
    assert "You may not open threads in this channel" in refused
    room.sandbox.chaos.take_permission(Permission.CREATE_PUBLIC_THREADS, channel=room.alerts)
    ours = await room.settled(await room.click(message, "Open thread"))
    assert "I may not make threads here. Ask an administrator" in ours


async def test_alerts_shows_pages_of_what_somebody_hears_of_and_what_ended(room: Newsroom) -> None:
    for number in range(6):
        await room.run("watchlist create", name=f"List {number}")
        await room.run("subscribe", watchlist=f"List {number}", direct=True)
    panel = await room.panel()
    assert "### Your 6 subscriptions, page 1 of 2" in text(panel)
    await room.click(panel, "More")
    await room.reads(panel, "`List 5`")
    assert "`List 4`" not in text(panel)
    held = await room.services.watch.subscriptions.mine(room.ada.user.id, guild_id=None)
    await room.choose(panel, str(held[-1][0].subscription_id))
    await room.reads(panel, "### Your 5 subscriptions")
    # Nobody ends what another one subscribed to.
    assert "There are none" in text(await room.panel(room.ana))


async def test_a_deleted_channel_ends_what_went_there_with_a_word_to_the_owner(room: Newsroom) -> None:
    await room.watching()
    room.bot.guilds[0].owner_id = room.ana.user.id
    delete_channel(room, room.alerts)
    told = await room.arrived(room.ana.dm, "A channel that received alerts does not exist any more")
    assert "its subscriptions to watchlist `Papers` ended" in text(told)
    panel = text(await room.panel())
    assert "There are none." in panel
    assert "`Papers`, its channel does not exist any more" in panel


async def test_a_letter_that_reaches_nobody_is_seen_by_the_doctor_of_its_server(room: Newsroom) -> None:
    await room.watching()
    room.bot.guilds[0].owner_id = room.ana.user.id
    room.ana.close_dms()
    delete_channel(room, room.alerts)
    async with asyncio.timeout(PATIENCE_S):
        while "1 dead letter" not in (said := await room.run("doctor")):
            """The refusal is still on its way to the database."""
    assert "`Papers` to " in said
    assert "code 50007" in said
