"""Chromium on a sandbox of its own: one browser a run, one server, bot and window a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from sandbox.server import Sandbox
from tests.sandbox.browser.chromium import ARGUMENTS, chromium
from tests.sandbox.browser.desk import Desk
from tests.sandbox.browser.live_bot import masthead, newsroom_services
from tests.sandbox.browser.practice_bot import practising

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium found; install it (apt-get install chromium) or set MASTHEAD_CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """A sandbox with the practice bot; windows are opened by `desk.window()`."""
    async with Sandbox(rate_limits=False) as sandbox, practising(sandbox) as bot:
        desk = Desk(browser=browser, sandbox=sandbox, bot=bot)
        yield desk
        await desk.close()
    _judge(desk, request)


@pytest_asyncio.fixture(loop_scope="session")
async def newsroom(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """What `make run` opens: Masthead with its registry and the reconstruction of the founding case."""
    async with (
        newsroom_services(tmp_path) as services,
        Sandbox() as sandbox,
        masthead(services, sandbox),
    ):
        desk = Desk(browser=browser, sandbox=sandbox, bot=None)
        yield desk
        await desk.close()
    _judge(desk, request)


def _judge(desk: Desk, request: pytest.FixtureRequest) -> None:
    # Sections of the teardown are shown when the test has failed, and only then.
    request.node.add_report_section("teardown", "sandbox transcript", desk.sandbox.transcript())
    assert desk.noise == [], "the console of the browser is not silent"
    assert desk.sandbox.backend.complaints == []
