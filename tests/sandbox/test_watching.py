"""Watchlists and alerts with the real bot on real sockets, as members use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from cogs.privacy import KeepsMemberData
from cogs.quieting import GONE
from sandbox.permissions import Permission
from tests.sandbox.newsroom import PATIENCE_S, Newsroom, labels, open_newsroom, text


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path) as opened:
        yield opened


async def test_a_list_is_made_filled_shown_and_deleted(room: Newsroom) -> None:
    assert "`Latin America` is ready" in await room.run("watchlist create", name="Latin America")
    assert "called `LATIN america` already" in await room.run("watchlist create", name="LATIN america")
    added = await room.run("watchlist add", watchlist="latin america", account="https://x.com/gaceta")
    assert "`@gaceta` on X is on the watchlist `Latin America`." in added
    tuned = await room.run(
        "watchlist tune", watchlist="Latin America", keywords="cumbre, 中国", severities="new post=off"
    )
    assert "**Keywords** `cumbre` `中国`" in tuned
    assert "new post off" in tuned
    assert "1 account · 0 subscriptions" in await room.run("watchlist show", watchlist="Latin America")
    offered = await room.ada.complete("watchlist show", "watchlist", options={"watchlist": "lat"})
    assert [choice["value"] for choice in offered.choices] == ["Latin America"]
    slip = await room.run("watchlist show", watchlist="Latin Amerika")
    assert "Did you mean `Latin America`?" in slip
    refused = await room.run("watchlist delete", watchlist="Latin America", confirm="yes")
    assert "Nothing was deleted" in refused
    await room.run("watchlist delete", watchlist="Latin America", confirm="latin america")
    assert "none yet" in await room.run("watchlist show")


async def test_rights_and_terms_are_asked_for_before_anything_is_kept(room: Newsroom) -> None:
    assert "you need the permission" in await room.run("watchlist create", room.ana, name="Mine")
    await room.run("watchlist create", name="Papers")
    added = await room.run("watchlist add", room.ana, watchlist="Papers", account="@x_y", platform="x")
    assert "can change this watchlist" in added
    assert "you need Manage Channels" in await room.run("subscribe", room.ana, watchlist="Papers")
    # By direct message everybody may hear of it.
    direct = await room.run("subscribe", room.ana, watchlist="Papers", direct=True)
    assert "Subscribed to `Papers`" in direct
    assert "Europe/Lisbon" in await room.run("subscribe", watchlist="Papers", zone="Lisbon")
    assert "22:00-07:00" in await room.run("subscribe", watchlist="Papers", quiet="at night")
    assert "half-attribution" in await room.run("subscribe", watchlist="Papers", events="everything")
    room.sandbox.chaos.take_permission(Permission.EMBED_LINKS, channel=room.alerts)
    lacking = await room.run("subscribe", watchlist="Papers", channel=str(room.alerts.id))
    assert "I lack Embed Links in that channel" in lacking


async def test_an_alert_is_read_acknowledged_quietened_and_followed(room: Newsroom) -> None:
    await room.watching()
    message = await room.publish("Una noticia")
    assert message.content == "○ LOW · Watchlist `Papers`: `@gaceta` on X posted: `Una noticia`."
    assert "[open](https://x.com/gaceta/status/Una%20noticia)" in text(message)
    assert labels(message) == ["Acknowledge", "Snooze", "Mute this", "Check now", "Open thread"]

    form = await room.click(message, "Acknowledge", by=room.ana)
    assert form.modal is not None
    await room.ana.submit(form.modal, {"comment": "an `old` text"})
    await room.reads(message, f"**Acknowledged** by <@{room.ana.user.id}>")
    assert "`an ˋoldˋ text`" in text(message)
    assert labels(message)[0] == "Acknowledged"

    refused = await room.settled(await room.click(message, "Mute this", by=room.ana))
    assert "Only whoever made this subscription" in refused
    muted = await room.settled(await room.click(message, "Mute this"))
    assert "Muted here, for good: new post of `@gaceta`" in muted
    panel = (await room.ada.slash("alerts", channel=room.desk)).message
    assert panel is not None
    await room.sandbox.until(lambda: "muted: new post of `gaceta`" in text(panel), seconds=PATIENCE_S)
    await room.click(panel, "Lift mutes and snoozes")
    await room.sandbox.until(lambda: "muted" not in text(panel), seconds=PATIENCE_S)

    asked = (await room.click(message, "Snooze")).message
    assert asked is not None
    await room.choose(asked, "4")
    await room.sandbox.until(lambda: "Snoozed for 4 hours" in text(asked), seconds=PATIENCE_S)

    card = await room.settled(await room.click(message, "Check now", by=room.ana))
    assert "### `@gaceta` on X" in card
    assert "Opened" in await room.settled(await room.click(message, "Open thread"))
    again = await room.settled(await room.click(message, "Open thread"))
    assert "There is a thread on this alert already" in again

    await room.run("watchlist delete", watchlist="Papers", confirm="Papers")
    assert GONE in await room.settled(await room.click(message, "Check now"))


async def test_a_member_sees_ends_gets_and_deletes_what_is_kept(room: Newsroom) -> None:
    await room.watching()
    await room.run(
        "subscribe",
        watchlist="Papers",
        direct=True,
        cadence="daily",
        quiet="22-7",
        zone="Europe/Lisbon",
        events="half-attribution",
    )
    panel = (await room.ada.slash("alerts", channel=room.desk)).message
    assert panel is not None
    terms = "half-attribution · from medium · daily digest at 09:00 · quiet 22:00–07:00 · Europe/Lisbon"
    await room.sandbox.until(lambda: terms in text(panel), seconds=PATIENCE_S)
    member = room.ada.user.id
    held = await room.services.watch.subscriptions.mine(member, guild_id=None)
    direct = next(each for each, _ in held if each.channel_id is None)
    await room.choose(panel, str(direct.subscription_id))
    await room.sandbox.until(lambda: terms not in text(panel), seconds=PATIENCE_S)
    refused = await room.run("unsubscribe", watchlist="Papers", direct=True)
    assert "There is no such subscription" in refused

    cog = room.bot.cogs["Alerts"]
    assert isinstance(cog, KeepsMemberData)
    data = await cog.member_data(member)
    assert str(data["subscriptions"]).count("'watchlist': 'Papers'") == 1
    assert await cog.forget_member(member) > 0
    assert await room.services.watch.subscriptions.mine(member, guild_id=None) == []
    # The channel goes on hearing of the list, and the diagnosis says so.
    await room.publish("Una noticia")
    found = await room.run("doctor")
    assert "1 account watched" in found
    assert "No dead letters." in found


async def test_watch_on_a_card_puts_the_account_on_a_list(room: Newsroom) -> None:
    asked = await room.ada.slash("check", {"account": "@ejemplo_hoy_1", "platform": "x"}, channel=room.desk)
    await room.settled(asked)
    card = asked.message
    assert card is not None
    refused = await room.settled(await room.click(card, "Watch"))
    assert "/watchlist create makes one" in refused
    await room.run("watchlist create", name="Papers")
    choice = await room.click(card, "Watch")
    await room.settled(choice)
    assert choice.message is not None
    (held,) = await room.services.watch.lists.of_guild(next(iter(room.sandbox.backend.world.guilds)))
    await room.choose(choice.message, str(held[0].watchlist_id))
    found = choice.message
    await room.sandbox.until(
        lambda: "`@ejemplo_hoy_1` is now on `Papers`." in text(found), seconds=PATIENCE_S
    )


async def test_closed_messages_and_taken_rights_are_told_where_people_look(room: Newsroom) -> None:
    await room.watching()
    await room.run("subscribe", room.ana, watchlist="Papers", direct=True, severity=1)
    room.ana.close_dms()
    room.sandbox.chaos.take_permission(Permission.EMBED_LINKS, channel=room.alerts)
    message = await room.publish("Una noticia")
    # Without embeds the words come all the same.
    assert message.embeds == []
    assert "[open](" in message.content
    notice = "do not reach this member by direct message any more"
    await room.sandbox.until(
        lambda: any(notice in text(each) for each in room.desk.messages.values()), seconds=PATIENCE_S
    )
    told = next(each for each in room.desk.messages.values() if notice in text(each))
    assert told.content.startswith(f"<@{room.ana.user.id}>: ")
    assert told.mentions == []
    found = await room.run("doctor")
    assert "1 dead letter" in found
    assert "code 50007" in found
