"""`make pictures`: the README's screenshots, taken from the real bot in the sandbox's page."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect

from sandbox.server import Sandbox
from tests.sandbox.browser.chromium import ARGUMENTS, chromium
from tests.sandbox.browser.desk import NARROW, WIDE, Desk
from tests.sandbox.browser.drawings import small
from tests.sandbox.browser.live_bot import masthead, newsroom_services

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Window

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
# A stand-in of the reconstruction, and the card says so.
COMMAND = "/check @hoychile@social.example"
ROOM = 150  # pixels: the header, the message box and some air
LARGEST = 200_000  # bytes; the README loads three of them


async def take(path: str) -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        services = await stack.enter_async_context(newsroom_services(Path(folder)))
        sandbox = await stack.enter_async_context(Sandbox())
        await stack.enter_async_context(masthead(services, sandbox))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        desk = Desk(browser=browser, sandbox=sandbox, bot=None)
        await take_card(await desk.window(width=WIDE, theme="dark"), name="card-dark.png")
        await take_card(await desk.window(width=NARROW, theme="light", person="rui"), name="card-light.png")
        await take_picker(await desk.window(width=WIDE, theme="dark", person="ada"))
        await desk.close()
        await browser.close()


async def take_card(window: Window, *, name: str) -> None:
    await window.run(COMMAND)
    card = window.last.locator(".container")
    await expect(card).to_be_visible()
    # The whole card in one picture: the window grows until it fits.
    size = window.page.viewport_size or {"width": WIDE, "height": 800}
    height = int(await window.last.evaluate("node => node.scrollHeight"))
    await window.page.set_viewport_size({"width": size["width"], "height": height + ROOM})
    await window.input.blur()
    await shoot(window, name)


async def take_picker(window: Window) -> None:
    await window.page.set_viewport_size({"width": WIDE, "height": 560})
    await window.input.click()
    await window.page.keyboard.type("/")
    await expect(window.page.get_by_role("option").first).to_be_visible()
    await shoot(window, "picker.png")


async def shoot(window: Window, name: str) -> None:
    await window.page.mouse.move(0, 0)
    await window.page.evaluate("document.fonts.ready")
    taken = await window.page.screenshot(animations="disabled", caret="hide")
    picture = await asyncio.to_thread(small, taken)
    if len(picture) > LARGEST:
        sys.exit(f"{name} has {len(picture):,} bytes, more than {LARGEST:,}.")
    await asyncio.to_thread((FOLDER / name).write_bytes, picture)


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("No Chromium found; install it (apt-get install chromium) or set MASTHEAD_CHROMIUM.")
    FOLDER.mkdir(exist_ok=True)
    asyncio.run(take(path))


if __name__ == "__main__":
    main()
