from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from simcord import ChannelHandle, Env, MemberActor

from bot.accounts import AccountRef, Platform
from bot.app import Services
from bot.client import Masthead
from bot.platforms.safe_http import SafeHttp
from bot.platforms.site_looks import Ports
from bot.platforms.sites import SiteService
from bot.store.posts import record
from bot.store.records import Snapshot
from bot.store.site_marks import marks_held
from tests.bot.platforms.strangers import Names
from tests.bot.platforms.test_sites import SITE, TLS, Site, serving
from tests.cogs.reading import buttons, text
from tests.cogs.test_export import card
from tests.services import NOW, case_services

ACCOUNT = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1")


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(SITE) as opened:
        yield opened


@pytest_asyncio.fixture
async def services(tmp_path: Path, site: Site) -> AsyncIterator[Services]:
    """Services whose sites are one server on this machine; the account's profile links it."""
    async with case_services(tmp_path) as opened:
        http = SafeHttp(
            clock=lambda: NOW,
            lookup=Names(),
            allow=frozenset({("127.0.0.1", site.port)}),
            trust=ssl.create_default_context(cafile=TLS / "ca.pem"),
        )
        sites = SiteService(
            opened.database, http, clock=lambda: NOW, per_day=1, ports=Ports(secure=site.port, plain=1)
        )
        yield replace(opened, sites=sites)


async def hold_profile(services: Services, link: str) -> None:
    profile = Snapshot(
        account=ACCOUNT,
        taken_at=NOW - timedelta(hours=1),
        source="import:example",
        bio="Noticias de hoy.",
        profile_link=link,
    )
    await services.database.write(record, snapshots=[profile], posts=[])


async def test_the_site_is_asked_when_somebody_clicks_and_the_card_tells(
    services: Services, site: Site, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_profile(services, "https://site.example/")
    posted = await card(desk, ana)
    assert site.asked == []
    opened = await ana.click(posted, label="Look at the site")
    assert "/" in site.asked
    told = text(opened.response)
    assert "### `@ejemplo_hoy_1` on X" in told
    assert "Look at the site" not in buttons(opened.response)
    assert len(await services.database.read(marks_held, ["site.example"])) == 8


@pytest.mark.parametrize("link", ["", "https://t.me/ejemplo_hoy_1"])
async def test_without_a_site_there_is_no_button(
    link: str, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_profile(services, link)
    assert "Look at the site" not in buttons(await card(desk, ana))


async def test_the_button_works_after_a_restart_and_says_when_the_check_is_gone(
    simcord_env: Env, services: Services, site: Site, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_profile(services, "https://site.example/")
    posted = await card(desk, ana)
    await simcord_env.restart_bot(Masthead(services))
    await services.database.write(lambda connection: connection.execute("DELETE FROM check_run"))
    gone = await ana.click(posted, label="Look at the site")
    assert "no longer held" in text(gone.response)
    assert site.asked == []


async def test_a_spent_budget_is_told(
    services: Services, site: Site, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_profile(services, "https://third.example/")
    posted = await card(desk, ana)
    await services.sites.look(["site.example"])
    asked = len(site.asked)
    refused = await ana.click(posted, label="Look at the site")
    assert "Within 24 hours 1 web sites may be looked at (`platforms.sites_per_day`)" in text(
        refused.response
    )
    assert len(site.asked) == asked
