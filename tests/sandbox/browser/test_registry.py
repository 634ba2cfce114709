"""Curation in the page: what a team does with an entry, from looking to a decision and a judgement."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.sandbox.browser.axe import complaints
from tests.sandbox.browser.desk import NARROW, WIDE

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Desk, Window

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Where to leave pictures of what is tried, for somebody to look at; nowhere by default.
PICTURES = os.environ.get("MASTHEAD_PICTURES")


async def look(window: Window, name: str) -> None:
    if PICTURES:
        await window.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_an_entry_shows_its_picture_and_leads_on(newsroom: Desk, width: int) -> None:
    ana = await newsroom.window(width=width)
    await ana.run("/registry show xinhua")
    card = ana.last.locator(".container")
    await expect(card).to_contain_text("Chains")
    await expect(card.locator(".gallery img")).to_be_visible()
    assert await complaints(ana) == []
    await look(ana, f"entry-{width}")
    await ana.button("History", within=card)
    await expect(ana.last).to_contain_text("History of")
    await look(ana, f"history-{width}")


async def test_a_team_proposes_reviews_and_judges(newsroom: Desk) -> None:
    ada, rui = await newsroom.window(person="ada"), await newsroom.window(person="rui")
    await ada.run("/settings")
    await expect(ada.last).to_contain_text("Two people decide")
    await look(ada, "settings")
    assert await complaints(ada) == []
    await ada.button("Everyone may propose and judge")
    await expect(ada.last).to_contain_text("may look, propose, dispute and judge")
    await rui.run("/registry show xinhua")
    await rui.button("Propose", within=rui.last)
    form = rui.page.get_by_role("dialog")
    await expect(form).to_contain_text("Address of the source")
    await look(rui, "propose-form")
    assert await complaints(rui) == []
    await form.get_by_role("combobox").click()
    await rui.page.get_by_role("option").filter(has_text=re.compile("is owned by")).first.click()
    await form.get_by_label("To whom").fill("new: Casa Ejemplo (company, PY)")
    await form.get_by_label("Address of the source").fill("https://imprint.example/owners")
    await form.get_by_label("Note for the curators").fill("page two of the imprint")
    await form.get_by_role("button", name="Submit").click()
    await expect(rui.message("to add a claim")).to_contain_text("Casa Ejemplo")
    await look(ada, "proposal")
    waiting = ada.message("to add a claim")
    await expect(waiting).to_contain_text("Sources disagree")
    await ada.button("Accept", within=waiting)
    await expect(ada.message("to add a claim")).to_contain_text("Accepted")
    await look(ada, "accepted")
    await rui.run("/check @mundo_china platform:x")
    await rui.button("Judge", within=rui.message("mundo_china"))
    await rui.choose("Choose one", "the link as a whole")
    form = rui.page.get_by_role("dialog")
    await expect(form).to_contain_text("responsibility")
    await look(rui, "judge-form")
    await form.get_by_role("combobox").first.click()
    await rui.page.get_by_role("option", name="unsure").click()
    await form.get_by_label("Reason").fill("the page names nobody any more")
    await form.get_by_role("button", name="Submit").click()
    await expect(rui.last).to_contain_text("is held with your name")
    await rui.run("/check @mundo_china platform:x")
    await expect(rui.last.locator(".container")).to_contain_text("was unsure of the link")
    await look(rui, "judged-card")
