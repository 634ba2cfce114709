"""Everybody can use the page: axe finds nothing, a keyboard is enough, a phone is wide enough."""

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
async def test_axe_finds_nothing_in_any_state(desk: Desk, width: int, theme: Theme) -> None:
    ana = await desk.window(width=width, theme=theme)
    for command in (
        "/say # Title\\n-# small ||secret||\\n```code```",
        "/embed",
        "/buttons",
        "/selects",
        "/hide",
    ):
        await ana.run(command)
    desk.sandbox.person("rui").say("@everyone a line that calls")
    await ana.run("/card")
    await expect(ana.last).to_contain_text("mundo_china")
    assert await complaints(ana) == []

    await ana.input.click()
    await ana.page.keyboard.type("/")
    await expect(ana.suggestions).to_be_visible()
    assert await complaints(ana) == []
    await ana.page.keyboard.type("everything ")
    await expect(ana.page.locator(".command-form")).to_be_visible()
    await ana.page.keyboard.press("Enter")
    assert await complaints(ana) == []
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("Escape")

    await ana.page.get_by_role("combobox", name="People", exact=True).click()
    assert await complaints(ana) == []
    await ana.page.keyboard.press("Escape")

    await ana.button("Open form")
    await ana.button("Submit")
    assert await complaints(ana) == []
    await ana.page.keyboard.press("Escape")

    await ana.button("Raw requests")
    await ana.page.locator(".entry summary").last.click()
    assert await complaints(ana) == []


@pytest.mark.parametrize(("width", "theme"), LOOKS)
async def test_axe_finds_nothing_in_lists_and_menus(desk: Desk, width: int, theme: Theme) -> None:
    ana = await desk.window(width=width, theme=theme)
    await ana.run("/open-case A case")
    await expect(ana.last).to_contain_text("Opened")
    if width == NARROW:
        await ana.button("Show the channels")
    await ana.page.get_by_role("button", name=re.compile("^You act as")).click()
    assert await complaints(ana) == []
    await ana.page.keyboard.press("Escape")
    await ana.go_to("cases")
    assert await complaints(ana) == []
    if width == NARROW:
        await ana.button("Member list")
    await ana.page.locator("#members").get_by_role("button", name="Masthead").click()
    assert await complaints(ana) == []


async def test_a_keyboard_is_enough_from_the_command_to_the_form(desk: Desk) -> None:
    ana = await desk.window()
    press = ana.page.keyboard.press
    await press("Tab")
    await expect(ana.page.locator("#skip-input")).to_be_focused()
    await press("Enter")
    await expect(ana.input).to_be_focused()
    await ana.page.keyboard.type("/card")
    await press("Enter")
    await press("Enter")
    await expect(ana.last).to_contain_text("mundo_china")
    # Back over the messages: the newest is in the tab order, its buttons follow it.
    await ana.last.focus()
    await press("Enter")
    await expect(ana.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await press("ArrowDown")
    await press("ArrowRight")
    await expect(ana.page.get_by_role("menuitem", name="Quote this post")).to_be_focused()
    await press("Escape")
    await press("Escape")
    await expect(ana.last).to_be_focused()
    for _ in range(20):
        await press("Tab")
        if await ana.page.get_by_role("button", name="Open form").evaluate(
            "node => node === document.activeElement"
        ):
            break
    await press("Enter")
    await expect(ana.page.get_by_role("combobox", name="Judgement")).to_be_focused()


async def test_arrow_keys_walk_through_the_messages(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        desk.sandbox.person("rui").say(text)
    ana = await desk.window()
    await ana.last.focus()
    await ana.page.keyboard.press("ArrowUp")
    await expect(ana.message("two")).to_be_focused()
    await ana.page.keyboard.press("Home")
    await expect(ana.message("one")).to_be_focused()


async def test_new_messages_are_announced(desk: Desk) -> None:
    ana = await desk.window()
    desk.sandbox.person("rui").say("Something **new**")
    await expect(ana.page.locator("#announcer")).to_have_text("Rui: Something new")


@pytest.mark.parametrize("width", [WIDE, NARROW, 320])
async def test_nothing_is_wider_than_the_window(desk: Desk, width: int) -> None:
    ana = await desk.window(width=width)
    await ana.run("/card")
    await ana.run("/say " + "wide" * 200)
    desk.sandbox.person("rui").say("```" + "x" * 500 + "```")
    await expect(ana.message("xxxx")).to_be_visible()
    await expect(ana.message("widewide")).to_be_visible()
    over = "() => document.documentElement.scrollWidth - innerWidth"
    assert await ana.page.evaluate(over) <= 0
    spill = "node => node.scrollWidth - node.clientWidth"
    assert await ana.page.locator("#scroller").evaluate(spill) <= 0


async def test_the_theme_is_chosen_and_remembered(desk: Desk) -> None:
    ana = await desk.window(theme="dark")
    background = "() => getComputedStyle(document.body).backgroundColor"
    dark = await ana.page.evaluate(background)
    await ana.button("Theme: as the system")
    await ana.button("Theme: dark")
    light = await ana.page.evaluate(background)
    assert dark != light
    await ana.page.reload()
    await expect(ana.page.get_by_role("button", name="Theme: light")).to_be_visible()
    assert await ana.page.evaluate(background) == light
