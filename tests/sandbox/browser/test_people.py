"""Several people, several places: who sees and may do what."""

from __future__ import annotations

import discord
import pytest
from playwright.async_api import expect

from sandbox.server import Sandbox
from tests.sandbox.browser.desk import NARROW, Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_one_acts_as_somebody_else(desk: Desk) -> None:
    window = await desk.window()
    await window.act_as("Rui")
    await window.run("I am Rui")
    await expect(window.last.locator(".message-author")).to_have_text("Rui")
    assert "as=rui" in window.page.url
    await window.page.reload()
    await expect(window.page.get_by_role("button", name="You act as Rui")).to_be_visible()


async def test_a_reader_is_told_why_there_is_no_message_box(desk: Desk) -> None:
    rui, ada = await desk.window(person="rui"), await desk.window(person="ada")
    await rui.go_to("alerts")
    await expect(rui.page.locator("#composer-area textarea")).to_have_count(0)
    await expect(rui.page.locator(".composer.closed")).to_contain_text("permission")
    await ada.go_to("alerts")
    await ada.run("From the admin")
    await expect(rui.last).to_contain_text("From the admin")


async def test_an_alert_in_another_channel_is_counted_for_those_it_calls(desk: Desk) -> None:
    ana, rui = await desk.window(), await desk.window(person="rui")
    await ana.run("/alert")
    await expect(ana.page.get_by_role("button", name="alerts, 1 new")).to_be_visible()
    await expect(rui.page.get_by_role("button", name="alerts, unread")).to_be_visible()
    await ana.go_to("alerts")
    await expect(ana.last.locator(".mention")).to_have_text("@analyst")
    await expect(ana.last).to_have_class("message mentioned")
    await expect(ana.page.locator(".channels .badge")).to_have_count(0)


async def test_direct_messages_are_one_click_away(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/talk")
    await expect(ana.last).to_contain_text("See your direct messages.")
    await ana.button("Direct messages, 1 new")
    await expect(ana.last).to_contain_text("A word in private.")
    await expect(ana.page.locator("#place-name")).to_have_text("Direct messages")
    await ana.run("/hide")
    await expect(ana.last).to_contain_text("Between us.")
    await ana.button("Research desk")
    await expect(ana.page.locator("#chat-header h1")).to_have_text("desk")


async def test_refused_direct_messages_reach_the_bot_as_a_refusal(desk: Desk) -> None:
    ana = await desk.window()
    await ana.page.get_by_role("button", name="You act as Ana").click()
    await ana.page.get_by_role("menuitemcheckbox", name="Refuse direct messages from the bot").click()
    await ana.run("/talk")
    await expect(ana.last).to_contain_text("You refuse direct messages.")


async def test_a_post_in_the_forum_appears_with_its_tag_and_opens(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/open-case Three accounts, one text")
    await expect(ana.last).to_contain_text("Opened #Three accounts, one text")
    await ana.go_to("cases")
    post = ana.page.locator(".forum-post")
    await expect(post).to_contain_text("Masthead: Case: Three accounts, one text")
    await expect(post.locator(".forum-tag")).to_have_text("open")
    await post.click()
    await expect(ana.page.locator("#chat-header h1")).to_have_text("Three accounts, one text")
    await ana.run("In the post")
    await expect(ana.last).to_contain_text("In the post")


async def test_a_phone_reaches_channels_and_members_through_drawers(desk: Desk) -> None:
    ana = await desk.window(width=NARROW)
    await expect(ana.page.locator("#channels")).not_to_be_visible()
    await ana.button("Show the channels")
    await ana.go_to("alerts")
    await expect(ana.page.locator("#channels")).not_to_be_visible()
    await ana.button("Member list")
    await ana.page.locator("#members").get_by_role("button", name="Masthead").click()
    await expect(ana.page.get_by_role("dialog", name="Profile of Masthead")).to_be_visible()


async def test_the_page_says_when_the_bot_is_away(desk: Desk) -> None:
    assert desk.bot is not None
    ana = await desk.window()
    await desk.bot.close()
    await expect(ana.page.locator("#connection")).to_contain_text("Masthead is not connected")


async def test_a_call_in_another_place_shows_in_the_title_and_is_announced(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/talk")
    await expect(ana.page).to_have_title("(1) desk · Masthead sandbox")
    await ana.button("Direct messages, 1 new")
    await expect(ana.page).to_have_title("Masthead · Masthead sandbox")


async def test_somebody_who_types_is_named(desk: Desk) -> None:
    assert desk.bot is not None
    ana = await desk.window()
    channel = desk.bot.get_channel(desk.sandbox.channel("desk").id)
    assert isinstance(channel, discord.TextChannel)
    await channel.typing()
    await expect(ana.page.locator("#typing")).to_have_text("Masthead is typing…")
    await channel.send("Typed.")
    await expect(ana.page.locator("#typing")).to_have_text("")


async def test_the_page_comes_back_when_the_sandbox_does(desk: Desk, unused_tcp_port: int) -> None:
    async with Sandbox(port=unused_tcp_port) as first:
        first.person("rui").say("before")
        ana = await Desk(browser=desk.browser, sandbox=first, bot=None).window()
        await expect(ana.last).to_contain_text("before")
    await expect(ana.page.locator("#connection")).to_contain_text("The line to the sandbox is broken")
    async with Sandbox(port=unused_tcp_port) as second:
        second.person("rui").say("after")
        await expect(ana.last).to_contain_text("after")
        await expect(ana.message("before")).to_have_count(0)
        await ana.page.context.close()
