"""What people and the bot write, as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.sandbox.browser.drawings import png

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_typed_line_stands_in_the_channel_for_everybody(desk: Desk) -> None:
    ana, rui = await desk.window(), await desk.window(person="rui")
    await ana.run("Good *morning*")
    await expect(ana.last).to_contain_text("Good morning")
    await expect(rui.last.locator("em")).to_have_text("morning")
    await expect(rui.last.locator(".message-author")).to_have_text("Ana")


async def test_markup_in_a_message_stays_text(desk: Desk) -> None:
    hostile = '<img src=x onerror="document.title=1"><b>bold</b><script>document.title=2</script>'
    ana = await desk.window()
    desk.sandbox.person("rui").say(hostile)
    await expect(ana.last).to_contain_text(hostile)
    assert await ana.last.locator("img, b, script").count() == 0
    await expect(ana.page).to_have_title("desk · Masthead sandbox")


async def test_lines_of_one_author_stand_under_one_head(desk: Desk) -> None:
    ana = await desk.window()
    for text in ("one", "two"):
        desk.sandbox.person("rui").say(text)
    await expect(ana.message("two")).to_have_class("message grouped")
    desk.sandbox.person("ada").say("three")
    await expect(ana.message("three")).to_have_class("message")


async def test_a_card_shows_every_part_it_is_made_of(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/card")
    card = ana.message("mundo_china")
    await expect(card.locator(".context-line")).to_have_text("AAna used /card")
    box = card.locator(".container")
    assert await box.evaluate("node => node.style.getPropertyValue('--accent')") == "#d97706"
    await expect(box.get_by_role("heading")).to_have_text("@mundo_china on X")
    await expect(box.locator("strong").first).to_have_text("Very likely linked to a state outlet.")
    await expect(box.get_by_role("link", name="Open profile")).to_have_attribute(
        "href", "https://example.org/p"
    )
    await expect(box.locator("time")).to_have_count(2)
    await expect(box.locator(".md-subtext .mention")).to_have_text("@Ana")
    await expect(box.locator(".md-list li")).to_have_text(["first, source", "second"])
    await expect(box.locator("blockquote")).to_have_text("quoted")
    await expect(box.locator("hr.separator")).to_have_count(1)
    await expect(box.get_by_role("link", name="result.csv", exact=True)).to_be_visible()
    await expect(box.locator(".row .button")).to_have_text(["Edit", "Open form"])
    picture = box.get_by_role("img", name="Posts a day")
    assert await picture.evaluate("async node => { await node.decode(); return node.naturalWidth }") == 560


async def test_the_contents_of_a_file_can_be_read_in_place(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/card")
    await ana.button("Show the contents of result.csv")
    await expect(ana.page.get_by_role("region", name="Contents of result.csv")).to_have_text(
        "account,result\n@a,found\n"
    )


async def test_a_picture_opens_in_full_size_and_closes_by_escape(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/card")
    await ana.button("Open the picture: Posts a day")
    dialog = ana.page.get_by_role("dialog", name="Posts a day")
    await expect(dialog).to_be_visible()
    await ana.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_an_embed_keeps_its_fields_side_by_side_and_asks_no_other_server(desk: Desk) -> None:
    ana = await desk.window()
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url))
    await ana.run("/embed")
    embed = ana.page.get_by_role("article", name="3 new posts")
    await expect(embed.get_by_role("link", name="3 new posts")).to_have_attribute(
        "href", "https://example.org/a"
    )
    await expect(embed.locator(".share-2 .embed-field-name")).to_have_text(["Account", "Since"])
    await expect(embed.locator(".share-1 .embed-field-value")).to_have_text("A name, no link.")
    await expect(embed.locator(".embed-footer")).to_have_text("Masthead")
    await expect(embed.get_by_role("img", name="not loaded in the sandbox")).to_contain_text("example.org")
    assert [url for url in asked if not url.startswith(desk.sandbox.url)] == []


async def test_three_pictures_stand_in_one_gallery(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/pictures")
    await expect(ana.message("Three pictures").locator(".gallery.of-3 img")).to_have_count(3)


async def test_a_private_answer_is_seen_by_one_person_and_can_be_put_away(desk: Desk) -> None:
    ana, rui = await desk.window(), await desk.window(person="rui")
    await ana.run("/hide")
    await expect(ana.last).to_contain_text("Between us.")
    await expect(ana.last).to_contain_text("Only you can see this")
    desk.sandbox.person("ada").say("later")
    await expect(rui.last).to_contain_text("later")
    await expect(rui.message("Between us.")).to_have_count(0)
    await ana.button("Dismiss message")
    await expect(ana.message("Between us.")).to_have_count(0)


async def test_a_deferred_answer_thinks_and_then_stands_in_the_same_place(desk: Desk) -> None:
    assert desk.bot is not None
    desk.bot.slow_s = 0.8
    ana = await desk.window()
    await ana.run("/think")
    await expect(ana.last).to_contain_text("Masthead is thinking…")
    before = await ana.last.get_attribute("data-id")
    await expect(ana.last).to_contain_text("Thought about it.")
    assert await ana.last.get_attribute("data-id") == before


async def test_an_edited_message_says_so(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/card")
    await ana.button("Edit")
    await expect(ana.last).to_contain_text("The card was edited.(edited)")
    await expect(ana.last.locator(".container")).to_have_count(0)


async def test_reactions_count_up_and_down(desk: Desk) -> None:
    ana, rui = await desk.window(), await desk.window(person="rui")
    await ana.run("Look at this")
    await rui.message("Look at this").hover()
    await rui.button("Add a reaction", within=rui.message("Look at this"))
    await rui.page.get_by_role("menuitem", name="👀").click()
    await ana.button("👀, 1 reaction")
    await expect(rui.page.get_by_role("button", name="👀, 2 reactions")).to_have_attribute(
        "aria-pressed", "true"
    )
    await ana.button("👀, 2 reactions")
    await expect(rui.page.get_by_role("button", name="👀, 1 reaction")).to_be_visible()


async def test_an_answer_names_the_message_it_belongs_to(desk: Desk) -> None:
    ana = await desk.window()
    desk.sandbox.person("rui").say("Who runs **this**?")
    await ana.message("Who runs").hover()
    await ana.button("Reply", within=ana.message("Who runs"))
    await expect(ana.page.locator(".reply-bar")).to_contain_text("Replying to Rui")
    await ana.run("A good question")
    await expect(ana.last.get_by_role("button", name="Answer to Rui: show that message")).to_contain_text(
        "Who runs this?"
    )


async def test_one_deletes_own_messages_and_an_admin_any(desk: Desk) -> None:
    ana, ada = await desk.window(), await desk.window(person="ada")
    desk.sandbox.person("rui").say("from Rui")
    await ana.message("from Rui").click(button="right", position={"x": 120, "y": 10})
    await expect(ana.page.get_by_role("menuitem", name="Copy text")).to_be_visible()
    await expect(ana.page.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    await ada.message("from Rui").click(button="right", position={"x": 120, "y": 10})
    await ada.page.get_by_role("menuitem", name="Delete message").click()
    await expect(ana.message("from Rui")).to_have_count(0)


async def test_files_are_sent_with_a_message(desk: Desk) -> None:
    ana, rui = await desk.window(), await desk.window(person="rui")
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"seen twice"}
    chart = {"name": "chart.png", "mimeType": "image/png", "buffer": png(40, 30)}
    await ana.page.locator("#composer-area input[type=file]").set_input_files([notes, chart])  # pyright: ignore[reportArgumentType] - a dict is what a FilePayload is
    await expect(ana.page.locator(".file-chip")).to_have_count(2)
    await ana.run("Two files")
    await expect(rui.last.locator(".file-name")).to_have_text("notes.txt")
    await expect(rui.last.locator(".gallery img")).to_have_count(1)


async def test_typing_the_bots_name_mentions_it(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("@Masthead are you there?")
    await expect(ana.last).to_contain_text("You called, Ana?")
    await expect(ana.messages.first.locator(".mention")).to_have_text("@Masthead")


async def test_older_messages_come_when_one_scrolls_up(desk: Desk) -> None:
    for number in range(70):
        desk.sandbox.person("rui").say(f"line {number}")
    ana = await desk.window()
    await expect(ana.last).to_contain_text("line 69")
    await expect(ana.messages).to_have_count(50)
    await ana.page.locator("#scroller").evaluate("node => { node.scrollTop = 0 }")
    await expect(ana.messages).to_have_count(70)
    await expect(ana.messages.first).to_contain_text("line 0")


async def test_a_spoiler_is_read_only_after_a_press(desk: Desk) -> None:
    ana = await desk.window()
    desk.sandbox.person("rui").say("It was ||the agency||")
    await expect(ana.last.locator(".spoiler-text")).not_to_be_visible()
    await ana.button("Spoiler: show it")
    await expect(ana.last.locator(".spoiler-text")).to_be_visible()


async def test_a_line_in_arabic_runs_from_the_right(desk: Desk) -> None:
    ana = await desk.window()
    desk.sandbox.person("rui").say("مرحبا `@handle` نهاية")
    first = await ana.last.locator(".md-text").first.evaluate("node => node.getBoundingClientRect().right")
    handle = await ana.last.locator(".md-code").evaluate("node => node.getBoundingClientRect()")
    assert await ana.last.locator(".md").evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert handle["right"] < first


async def test_a_channel_named_in_a_message_leads_there(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("See #alerts")
    await ana.page.keyboard.press("Enter")  # the first one took the channel from the list
    await ana.button("#alerts", within=ana.last)
    await expect(ana.page.locator("#chat-header h1")).to_have_text("alerts")


async def test_times_stand_in_the_readers_zone_and_language(desk: Desk) -> None:
    ana = await desk.window()
    desk.sandbox.person("rui").say("<t:1685534400:f> and <t:1685534400:d> and <t:9999999999999:f>")
    await expect(ana.last.locator("time.md-time")).to_have_text(
        ["31 May 2023 at 12:00", "31/05/2023", "Invalid Date"]
    )
