"""Slash commands and menus, typed and picked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_slash_lists_the_commands_with_options_and_descriptions(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/")
    rows = ana.page.get_by_role("option")
    await expect(rows.filter(has_text="/shelf add")).to_contain_text("shelfaccount")
    await expect(rows.filter(has_text="/place")).to_contain_text("Name a place, with suggestions")
    await ana.page.keyboard.type("pl")
    await expect(rows.first).to_contain_text("/place")
    await ana.page.keyboard.press("Escape")
    await expect(rows).to_have_count(0)


async def test_arrow_keys_choose_a_command(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/s")
    first = await ana.page.locator(".listbox-row.active .listbox-label").inner_text()
    await ana.page.keyboard.press("ArrowDown")
    second = await ana.page.locator(".listbox-row.active .listbox-label").inner_text()
    assert first != second
    active = await ana.input.get_attribute("aria-activedescendant")
    await expect(ana.page.locator(f"#{active}")).to_contain_text(second)
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.locator(".command-name")).to_have_text(second)


async def test_a_whole_line_fills_the_options_by_name(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run(
        "/everything state count:7 share:0.25 sure:true person:Rui where:alerts role:analyst whom:Ada"
    )
    await expect(ana.last).to_contain_text(
        re.compile(
            "Got kind=state, count=7, share=0.25, sure=True, person=.*, where=alerts, role=analyst, whom="
        )
    )


async def test_a_pasted_line_fills_the_options_too(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.fill("/place somewhere else note:two words")
    await ana.page.keyboard.press("Enter")
    await expect(ana.last).to_contain_text("Place somewhere else, note two words")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("/say", "This option is required."),
        ("/everything state count:ten", "Input a valid number."),
        ("/everything state count:2.5", "Input a whole number."),
        ("/everything state count:12", "Not above 9."),
        ("/everything state count:5 person:nobody", "Choose one of the choices."),
    ],
)
async def test_a_wrong_option_is_named_and_nothing_is_sent(desk: Desk, typed: str, problem: str) -> None:
    ana = await desk.window()
    await ana.run(typed)
    await expect(ana.suggestions).to_contain_text(problem)
    await expect(ana.page.locator(".option.wrong input")).to_be_focused()
    await expect(ana.page.locator(".option.wrong input")).to_have_attribute("aria-invalid", "true")
    await expect(ana.messages).to_have_count(0)


async def test_suggestions_of_the_bot_are_picked_by_keyboard(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/place l")
    await expect(ana.page.get_by_role("option")).to_have_text(["Lisbon", "Lima", "La Paz", "Ljubljana"])
    await ana.page.keyboard.press("ArrowDown")
    await ana.page.keyboard.press("ArrowDown")
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.get_by_role("combobox", name="name")).to_have_value("Lima")
    await ana.page.keyboard.press("Enter")
    await expect(ana.last).to_contain_text("Place lima, note None")


async def test_what_was_typed_is_sent_when_no_suggestion_was_picked(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/place Lis")
    await expect(ana.page.get_by_role("option")).to_have_text(["Lisbon"])
    await ana.page.keyboard.press("Enter")
    await expect(ana.last).to_contain_text("Place Lis, note None")


async def test_suggestions_that_never_come_are_said_to_have_failed(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/place slow")
    await expect(ana.suggestions).to_contain_text("Loading options…")
    await expect(ana.suggestions).to_contain_text("Loading options failed.")


async def test_a_subcommand_runs_with_its_options(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/shelf add Latin America account:@example")
    await expect(ana.last).to_contain_text("@example is on Latin America")


async def test_an_optional_field_is_added_by_its_button_and_taken_away_by_backspace(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/place here")
    await ana.page.get_by_role("button", name="Add the option note: Anything").click()
    await expect(ana.page.get_by_role("combobox", name="note")).to_be_focused()
    await ana.page.keyboard.press("Backspace")
    await expect(ana.page.get_by_role("combobox", name="note")).to_have_count(0)
    await expect(ana.page.get_by_role("combobox", name="name")).to_be_focused()


async def test_a_file_goes_to_a_command_that_asks_for_one(desk: Desk) -> None:
    ana = await desk.window()
    await ana.input.click()
    await ana.page.keyboard.type("/read ")
    async with ana.page.expect_file_chooser() as chooser:
        await ana.button("file: choose a file")
    await (await chooser.value).set_files({"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b\n"})
    await ana.button("Send the command")
    await expect(ana.last).to_contain_text("list.csv holds 4 bytes")


async def test_a_command_without_an_answer_fails_after_three_seconds(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/ignore")
    await expect(ana.last).to_contain_text("Sending command…")
    await expect(ana.last).to_contain_text("The application did not respond")
    await expect(ana.last).to_contain_text("Only you can see this")
    await ana.button("Dismiss message")
    await expect(ana.messages).to_have_count(0)


async def test_the_message_menu_hands_the_message_over(desk: Desk) -> None:
    ana = await desk.window()
    desk.sandbox.person("rui").say("said in public")
    await ana.app_on(ana.message("said in public"), "Quote this post")
    await expect(ana.last.locator(".context-line")).to_have_text("AAna used Quote this post")
    await expect(ana.last.locator("blockquote")).to_have_text("said in public")


async def test_the_user_menu_hands_the_person_over(desk: Desk) -> None:
    ana = await desk.window()
    await ana.page.locator("#members").get_by_role("button", name="Rui").click()
    await ana.button("Greet", within=ana.page.get_by_role("dialog", name="Profile of Rui"))
    await expect(ana.last).to_contain_text("Hello, @Rui")


async def test_the_member_list_offers_the_same_by_right_click(desk: Desk) -> None:
    ana = await desk.window()
    await ana.page.locator("#members").get_by_role("button", name="Ada").click(button="right")
    await ana.page.get_by_role("menuitem", name="Apps").click()
    await ana.page.get_by_role("menuitem", name="Greet").click()
    await expect(ana.last).to_contain_text("Hello, @Ada")


async def test_a_command_named_in_a_message_starts_it(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/say Try </place:1> now")
    await ana.button("/place", within=ana.last)
    await expect(ana.page.locator(".command-name")).to_have_text("/place")
