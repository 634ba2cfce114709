"""What the tests do with the page, in the words of a person who uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

    from sandbox.server import Sandbox
    from tests.sandbox.browser.practice_bot import PracticeBot

Theme = Literal["dark", "light"]

WIDE = 1280
NARROW = 390
# Long, since a loaded machine is no failure; what is there sooner is not waited for.
_PATIENCE_MS = 45_000
expect.set_options(timeout=_PATIENCE_MS)


@dataclass(slots=True, kw_only=True)
class Desk:
    """`noise` collects what the browser's console complains of; tests end with none."""

    browser: Browser
    sandbox: Sandbox
    bot: PracticeBot | None
    noise: list[str] = field(default_factory=list[str])
    _contexts: list[BrowserContext] = field(default_factory=list["BrowserContext"])

    async def window(
        self, *, width: int = WIDE, theme: Theme = "dark", person: str = "ana", channel: str | None = None
    ) -> Window:
        """Open the page as a person. `channel` is an id; without it the first channel is open."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 500 else 800},
            color_scheme=theme,
            locale="en-GB",
            timezone_id="UTC",
            has_touch=width < 500,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_PATIENCE_MS)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda message: self._hear(message))
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        place = f"&channel={channel}" if channel else ""
        await page.goto(f"{self.sandbox.url}/#as={person}{place}")
        await expect(page.locator("#chat-header h1")).to_be_visible()
        return Window(page)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.noise.append(f"{message.type}: {message.text}")

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


class Window:
    """One open page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def input(self) -> Locator:
        return self.page.locator("#input")

    @property
    def messages(self) -> Locator:
        return self.page.locator(".message")

    @property
    def last(self) -> Locator:
        return self.messages.last

    @property
    def suggestions(self) -> Locator:
        return self.page.locator(".suggestions")

    def message(self, text: str) -> Locator:
        """The newest message that holds a text."""
        return self.messages.filter(has_text=text).last

    async def run(self, typed: str) -> None:
        """Type a whole line, `/check @x platform:x`, and send it."""
        await self.input.click()
        await self.page.keyboard.type(typed)
        await self.page.keyboard.press("Enter")
        if typed.startswith("/") and " " not in typed:  # the first Enter picked the command from the list
            await self.page.keyboard.press("Enter")

    async def button(self, name: str, *, within: Locator | None = None) -> None:
        await (within or self.page).get_by_role("button", name=name, exact=True).click()

    async def choose(self, label: str, option: str) -> None:
        """Open the select called `label` and pick an option."""
        await self.page.get_by_role("combobox", name=label, exact=True).click()
        await self.page.get_by_role("option", name=re.compile(re.escape(option), re.IGNORECASE)).first.click()

    async def app_on(self, message: Locator, name: str) -> None:
        """Run a message menu, as a person does with the right button."""
        await message.click(button="right", position={"x": 120, "y": 10})
        await self.page.get_by_role("menuitem", name="Apps").click()
        await self.page.get_by_role("menuitem", name=name).click()

    async def act_as(self, name: str) -> None:
        await self.page.get_by_role("button", name=re.compile("^You act as")).click()
        await self.page.get_by_role("menuitemradio", name=re.compile(f"^{name}")).click()
        await expect(self.page.get_by_role("button", name=re.compile(f"^You act as {name}"))).to_be_visible()

    async def go_to(self, channel: str) -> None:
        await self.page.locator(".channels").get_by_role("button", name=re.compile(f"^{channel}")).click()
        await expect(self.page.locator("#chat-header h1")).to_have_text(channel)
