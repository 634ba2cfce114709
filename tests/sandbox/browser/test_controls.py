"""Buttons, selects and forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Desk, Window

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("label", "answer"),
    [("Primary", "Primary pressed"), ("Secondary", "Secondary pressed"), ("Success", "Success pressed")],
)
async def test_a_button_does_what_the_bot_answers(desk: Desk, label: str, answer: str) -> None:
    ana = await desk.window()
    await ana.run("/buttons")
    await ana.message("Press one").get_by_role("button", name=label).click()
    await expect(ana.message(answer)).to_be_visible()


async def test_buttons_look_like_their_style(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/buttons")
    buttons = ana.last.locator(".row .button")
    await expect(buttons).to_have_text(["Primary", "Secondary", "✅Success", "Danger", "Open", "Shut"])
    colours = await buttons.evaluate_all("nodes => nodes.map(node => getComputedStyle(node).backgroundColor)")
    assert len(set(colours[:4])) == 4
    await expect(ana.last.get_by_role("button", name="Shut")).to_be_disabled()
    opened = ana.last.get_by_role("link", name="Open")
    await expect(opened).to_have_attribute("href", "https://example.org/open")
    await expect(opened).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_a_press_without_an_answer_fails_after_three_seconds(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/buttons")
    danger = ana.last.get_by_role("button", name="Danger")
    await danger.click()
    await expect(danger).to_have_attribute("aria-busy", "true")
    await expect(ana.last.get_by_role("button", name="Primary")).to_have_attribute("aria-disabled", "true")
    await expect(ana.last).to_contain_text("This interaction failed")
    await expect(danger).not_to_have_attribute("aria-busy", "true")
    await expect(danger).to_be_focused()


@pytest.mark.parametrize(
    ("select", "option", "answer"),
    [
        ("An account", "@mundo on Telegram", "Chosen: telegram"),
        ("A role", "analyst", "Role: analyst"),
        ("Person or role", "analyst", "Either: analyst"),
        ("A channel", "alerts", "Channel: alerts"),
    ],
)
async def test_a_choice_is_sent_when_it_is_picked(desk: Desk, select: str, option: str, answer: str) -> None:
    ana = await desk.window()
    await ana.run("/selects")
    await expect(ana.message("Choose:")).to_be_visible()
    await ana.choose(select, option)
    await expect(ana.last).to_contain_text(answer)
    await expect(ana.page.get_by_role("combobox", name=select, exact=True)).to_contain_text(option)


async def test_several_choices_are_sent_when_the_list_is_closed(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/selects")
    await ana.page.get_by_role("combobox", name="People", exact=True).click()
    for name in ("Rui", "Ada"):
        await ana.page.keyboard.type(name)
        await ana.page.keyboard.press("Enter")
        await expect(ana.page.get_by_role("option", selected=True)).to_have_count(1)
        await ana.page.get_by_role("combobox", name="Search: People").fill("")
    await expect(ana.page.get_by_role("option", selected=True)).to_have_count(2)
    await ana.page.keyboard.press("Escape")
    await expect(ana.last).to_contain_text("People: Ada, Rui")


async def test_a_select_is_worked_by_keyboard_alone(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/selects")
    select = ana.page.get_by_role("combobox", name="An account", exact=True)
    await select.focus()
    await ana.page.keyboard.press("ArrowDown")
    await ana.page.keyboard.press("ArrowDown")
    await ana.page.keyboard.press("Enter")
    await expect(ana.last).to_contain_text("Chosen: telegram")
    await expect(select).to_be_focused()


async def opened_form(ana: Window) -> None:
    await ana.run("/card")
    await ana.button("Open form")
    await expect(ana.page.get_by_role("dialog", name="Judge this finding")).to_be_visible()


async def test_a_form_is_filled_and_sent(desk: Desk) -> None:
    ana = await desk.window()
    await opened_form(ana)
    await expect(ana.page.locator(".modal-text strong")).to_have_text("half attribution")
    await ana.choose("Judgement", "Refute")
    await ana.page.get_by_label("Reason").fill("The text is from a news agency.")
    await ana.page.get_by_role("radio", name="High").check()
    proof = {"name": "proof.txt", "mimeType": "text/plain", "buffer": b"x"}
    await ana.page.locator(".modal input[type=file]").set_input_files([proof])  # pyright: ignore[reportArgumentType] - a dict is what a FilePayload is
    await ana.button("Submit")
    await expect(ana.last).to_contain_text("Refute: The text is from a news agency. (High, proof.txt)")
    await expect(ana.page.locator("dialog")).to_have_count(0)


async def test_a_form_says_what_is_missing_and_stays(desk: Desk) -> None:
    ana = await desk.window()
    await opened_form(ana)
    await ana.page.get_by_label("Reason").fill("no")
    await ana.button("Submit")
    errors = ana.page.locator(".field-error:not(:empty)")
    await expect(errors).to_have_text(
        ["This field is required.", "At least 5 characters.", "This field is required."]
    )
    await expect(ana.page.get_by_role("combobox", name="Judgement")).to_be_focused()


async def test_a_closed_form_gives_the_focus_back(desk: Desk) -> None:
    ana = await desk.window()
    await opened_form(ana)
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.locator("dialog")).to_have_count(0)
    await expect(ana.page.get_by_role("button", name="Open form")).to_be_focused()


async def test_escape_closes_the_list_and_not_the_form(desk: Desk) -> None:
    ana = await desk.window()
    await opened_form(ana)
    await ana.page.get_by_role("combobox", name="Judgement").click()
    await expect(ana.page.get_by_role("option", name="Confirm")).to_be_visible()
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.get_by_role("option", name="Confirm")).to_have_count(0)
    await expect(ana.page.get_by_role("dialog", name="Judge this finding")).to_be_visible()
