"""The real bot in the page: what a newcomer does in the first minutes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.sandbox.browser.axe import complaints
from tests.sandbox.browser.desk import NARROW, WIDE

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Desk, Theme

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOKS = [(width, theme) for width in (WIDE, NARROW) for theme in ("dark", "light")]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
async def test_a_check_shows_its_card_and_the_evidence(newsroom: Desk, width: int, theme: Theme) -> None:
    ana = await newsroom.window(width=width, theme=theme)
    await ana.run("/check @mundo_china platform:x")
    card = ana.message("mundo_china").locator(".container")
    await expect(card).to_be_visible()
    await expect(card).to_contain_text("Could not check")
    assert await complaints(ana) == []
    await ana.button("Evidence", within=card)
    await expect(ana.last).to_contain_text("Only you can see this")
    await expect(ana.last).to_contain_text("B2")
    assert await complaints(ana) == []
    spill = "node => node.scrollWidth - node.clientWidth"
    assert await ana.page.locator("#scroller").evaluate(spill) <= 0


async def test_every_button_of_a_card_and_its_pages_is_answered(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("/check @mundo_china platform:x")
    await expect(ana.last.locator(".container")).to_be_visible()
    # By its id: what its buttons bring tells of the same account.
    card = ana.page.locator(f'.message[data-id="{await ana.last.get_attribute("data-id")}"] .container')
    labels = await card.get_by_role("button").all_inner_texts()
    assert "Evidence" in labels
    for label in labels:
        before = await ana.messages.count()
        await ana.button(label, within=card)
        if label == "Propose":  # answered with a form
            form = ana.page.get_by_role("dialog")
            await expect(form).to_contain_text("Propose a claim")
            await form.get_by_role("button", name="Cancel").click()
            continue
        await expect(ana.messages).not_to_have_count(before)
        await expect(ana.last).not_to_contain_text("thinking")
    turn = ana.last.get_by_role("button", name=re.compile("Next|Older|›|→"))
    while await turn.count() and await turn.is_enabled():
        shown = await ana.last.inner_text()
        await turn.click()
        await expect(ana.last).not_to_have_text(shown)
    assert await ana.page.locator(".failed-note").count() == 0


async def test_names_are_offered_from_the_registry(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.input.click()
    await ana.page.keyboard.type("/check mundo_ch")
    await expect(ana.page.get_by_role("option", name=re.compile("mundo_china")).first).to_be_visible()
    await ana.page.keyboard.press("ArrowDown")
    await ana.page.keyboard.press("Enter")
    await ana.page.keyboard.press("Enter")
    await expect(ana.message("mundo_china").locator(".container")).to_be_visible()


async def test_a_name_without_platform_asks_and_never_guesses(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("/check @mundo_china")
    await expect(ana.last).to_contain_text("Which account do you mean by @mundo_china?")
    await expect(ana.last).to_contain_text("Only you can see this")
    await ana.choose("Choose what to check", "mundo_china on X")
    await expect(ana.message("Confidence")).to_be_visible()


async def test_a_wrong_word_is_refused_in_private(newsroom: Desk) -> None:
    ana, rui = await newsroom.window(), await newsroom.window(person="rui")
    await ana.run("/check not an account")
    await expect(ana.last).to_contain_text("Only you can see this")
    await expect(rui.messages).to_have_count(0)


@pytest.mark.parametrize("menu", ["Check this post", "Check this author"])
async def test_a_post_in_the_channel_is_checked_from_its_menu(newsroom: Desk, menu: str) -> None:
    ana = await newsroom.window()
    newsroom.sandbox.person("rui").say("Seen https://x.com/mundo_china/status/1663842915370426370")
    await ana.app_on(ana.message("Seen"), menu)
    await expect(ana.last.locator(".context-line")).to_have_text(f"AAna used {menu}")
    await expect(ana.last.locator(".container")).to_contain_text("mundo_china")


async def test_several_links_in_one_message_become_a_choice(newsroom: Desk) -> None:
    ana = await newsroom.window()
    newsroom.sandbox.person("rui").say("Both https://x.com/mundo_china and https://x.com/XHNews")
    await ana.app_on(ana.message("Both"), "Check this post")
    await ana.choose("Choose what to check", "XHNews")
    await expect(ana.message("Confidence")).to_contain_text("@xhnews")


async def test_direct_messages_take_commands_and_plain_words(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.button("Direct messages")
    await ana.run("/check @mundo_china platform:x")
    await expect(ana.last.locator(".container")).to_contain_text("mundo_china")
    await ana.run("check https://x.com/XHNews")
    await expect(ana.last.locator(".container")).to_contain_text("@xhnews")


async def test_calling_the_bot_by_name_checks_too(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("@Masthead check https://x.com/mundo_china")
    await expect(ana.last.locator(".container")).to_contain_text("mundo_china")


async def test_help_leads_into_the_command(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("/help")
    await ana.button("/check", within=ana.last)
    await expect(ana.page.locator(".command-name")).to_have_text("/check")


async def test_a_member_reads_and_deletes_what_is_kept(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("/check @mundo_china platform:x")
    await expect(ana.message("mundo_china").locator(".container")).to_be_visible()
    await ana.run("/privacy")
    await ana.button("Show my data")
    await ana.button("Show the contents of masthead-my-data.json")
    await expect(ana.last.locator(".file-preview")).to_contain_text('"asked": "@mundo_china')
    await ana.button("Delete my data")
    await ana.button("Delete for good")
    await expect(ana.last).to_contain_text("out of 1 check")


async def test_a_reader_in_a_closed_channel_has_no_message_box(newsroom: Desk) -> None:
    rui = await newsroom.window(person="rui")
    await rui.go_to("alerts")
    await expect(rui.page.locator(".composer.closed")).to_be_visible()
    await expect(rui.page.locator("#composer-area textarea")).to_have_count(0)


async def test_a_card_with_posts_shows_its_charts_and_that_it_is_a_reconstruction(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("/check @hoychile@social.example")
    await expect(ana.last).to_contain_text("This is a reconstruction")
    chart = ana.last.locator(".gallery img")
    assert await chart.evaluate("async node => { await node.decode(); return node.naturalWidth }") > 0
    alt = await chart.get_attribute("alt")
    assert alt is not None
    assert "115 posts" in alt


async def test_the_export_is_read_without_leaving_the_page(newsroom: Desk) -> None:
    ana = await newsroom.window()
    await ana.run("/check @hoychile@social.example")
    await ana.button("Export", within=ana.last)
    await expect(ana.last).to_contain_text("Only you can see this")
    await ana.last.get_by_role("button", name=re.compile(r"^Show the contents of .*\.json$")).click()
    await expect(ana.last.locator(".file-preview")).to_contain_text('"hoychile@social.example"')
    assert await complaints(ana) == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_accounts_are_compared_side_by_side(newsroom: Desk, width: int) -> None:
    ana = await newsroom.window(width=width)
    await ana.run("/compare @hoychile@social.example second:@hoyparaguay@social.example")
    await expect(ana.last).to_contain_text("Accounts side by side")
    await expect(ana.last.locator(".gallery img")).to_be_visible()
    await ana.button("Evidence 2", within=ana.last)
    await expect(ana.last).to_contain_text("hoyparaguay")
    assert await complaints(ana) == []
