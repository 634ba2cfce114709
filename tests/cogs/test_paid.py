"""A platform that costs money: the price stands on the card, and only a click spends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from simcord import ChannelHandle, MemberActor, ResponseMessage

from bot.accounts import Platform
from bot.app import Services
from bot.platforms.settings import PlatformsConfig, XSettings
from bot.platforms.x import month_of
from bot.store.spending import spent
from tests.bot.platforms.desk import FakeServer, as_json, fake_server
from tests.cogs.reading import text
from tests.services import NOW, case_services

ASK = "Ask X (at most $0.51)"


@pytest_asyncio.fixture
async def x_server() -> AsyncIterator[FakeServer]:
    async with fake_server() as server:
        profile = {"id": "4711", "username": "ejemplo_hoy_1", "name": "Ejemplo"}
        server.table["/2/users/by/username/ejemplo_hoy_1"] = as_json({"data": profile})
        server.table["/2/users/4711/tweets"] = as_json({"data": []})
        yield server


@pytest.fixture
def dollars() -> int:
    return 5


@pytest_asyncio.fixture
async def services(tmp_path: Path, x_server: FakeServer, dollars: int) -> AsyncIterator[Services]:
    x = XSettings(enabled=True, token="not-a-real-token", url=x_server.url(), usd_per_month=dollars)
    async with case_services(tmp_path, platforms=PlatformsConfig(x=x, wait_s=60)) as opened:
        yield opened


async def card(desk: ChannelHandle, actor: MemberActor) -> ResponseMessage:
    result = await actor.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert result.response is not None
    return result.response


async def micros(services: Services) -> int:
    return await services.database.read(spent, Platform.X, unit="usd_micros", since=month_of(NOW))


async def test_a_check_names_the_price_and_spends_nothing(
    desk: ChannelHandle, ana: MemberActor, services: Services, x_server: FakeServer
) -> None:
    posted = await card(desk, ana)
    assert "up to 0.51 US dollars for this look; 5.00 US dollars may still" in text(posted)
    assert x_server.asked == []
    assert await micros(services) == 0


async def test_a_click_on_the_price_asks_and_charges_the_server(
    desk: ChannelHandle, ana: MemberActor, rui: MemberActor, services: Services, x_server: FakeServer
) -> None:
    result = await rui.click(await card(desk, ana), label=ASK)
    assert result.response is not None
    assert "was not asked" not in text(result.response)
    assert [asked.partition("?")[0] for asked in x_server.asked] == [
        "GET /2/users/by/username/ejemplo_hoy_1",
        "GET /2/users/4711/tweets",
    ]
    assert await micros(services) == 10_000


@pytest.mark.parametrize("dollars", [0])
async def test_what_cannot_be_paid_is_not_offered(
    desk: ChannelHandle, ana: MemberActor, dollars: int
) -> None:
    posted = await card(desk, ana)
    assert "a look may cost 0.51 US dollars, and 0.00 US dollars may still be spent" in text(posted)
    assert ASK not in str(posted.components)
