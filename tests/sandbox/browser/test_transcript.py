"""The panel with what really went over the wire."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Route

    from tests.sandbox.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_panel_shows_past_requests_and_follows_new_ones(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/hide")
    await expect(ana.last).to_contain_text("Between us.")
    await ana.button("Raw requests")
    entries = ana.page.locator(".entry")
    callbacks = entries.filter(has_text="/callback")
    await expect(callbacks).to_have_count(1)
    await ana.run("/hide")
    await expect(callbacks).to_have_count(2)
    await callbacks.last.locator("summary").click()
    await expect(callbacks.last.locator(".entry-body").first).to_contain_text('"content": "Between us."')


async def test_what_happens_while_the_past_is_loaded_does_not_hide_it(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/hide")
    await expect(ana.last).to_contain_text("Between us.")
    asked, go = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await go.wait()
        await route.fulfill(response=answer)

    await ana.page.route("**/transcript?*", slowly)
    await ana.button("Raw requests")
    await asked.wait()
    await ana.run("/hide")
    await expect(ana.messages.filter(has_text="Between us.")).to_have_count(2)
    go.set()
    callbacks = ana.page.locator(".entry").filter(has_text="/callback")
    await expect(callbacks).to_have_count(2)
    await ana.page.unroute_all(behavior="wait")


async def test_entries_are_filtered_by_kind_and_words(desk: Desk) -> None:
    ana = await desk.window()
    await ana.run("/hide")
    await ana.button("Raw requests")
    entries = ana.page.locator(".entry")
    await expect(entries.filter(has_text="INTERACTION_CREATE")).to_have_count(1)
    await ana.button("Gateway")
    await expect(entries.filter(has_text="INTERACTION_CREATE")).to_have_count(0)
    await ana.page.get_by_role("searchbox", name="Filter the requests").fill("callback")
    await expect(entries).to_have_count(1)


async def test_a_fault_is_set_and_taken_back(desk: Desk) -> None:
    ana = await desk.window()
    await ana.button("Raw requests")
    await ana.page.get_by_text("Faults", exact=True).click()
    await ana.button("429 on the next request")
    await expect(ana.page.locator(".fault-list li")).to_contain_text("rate limit")
    await ana.button("Take them all back")
    await expect(ana.page.locator(".fault-list")).to_have_count(0)
