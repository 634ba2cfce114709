from __future__ import annotations

import pytest
from simcord import ChannelHandle, Env, MemberActor

from bot.app import Services
from bot.store.sweeps import runs
from tests.bot.cards.test_discord_layout import FORBIDDEN
from tests.cogs.posting import hold_posts, hold_the_same
from tests.cogs.reading import text
from tests.cogs.test_export import pictures

OTHERS = ("ejemplo_dos", "ejemplo_tres")


@pytest.fixture(autouse=True)
def patience(simcord_env: Env) -> None:
    """A sweep is a process of its own, and machines that test are busy."""
    simcord_env.settle_timeout = 240


async def test_an_account_is_shown_among_those_who_do_the_same(
    services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_posts(services, 40)
    await hold_the_same(services, 8, handles=OTHERS, minutes=0)
    result = await ana.slash(desk, "network account", account="@ejemplo_hoy_1", platform="x")
    shown = text(result.response)
    assert shown.startswith("### Who does the same")
    assert "The account you asked about is joined to 2 other accounts." in shown
    assert "8 objects, 8 pairs of posts, symmetry 1.00" in shown
    assert "Group 1: 3 accounts, 3 pairs of them" in shown
    assert not FORBIDDEN.search(shown)
    (picture,) = pictures(result.response)
    assert "Graph of 3 accounts, 3 pairs joined." in picture["alt"]
    (run,) = await services.database.read(runs)
    assert (run.accounts, run.edges, run.findings) == (3, 3, 3)


async def test_an_account_of_which_nothing_is_held_starts_no_sweep(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    result = await ana.slash(desk, "network account", account="@nobody_at_all", platform="x")
    assert "Nothing is held of this account" in text(result.response)
    assert await services.database.read(runs) == []
    assert len(simcord_env.errors) == 1


async def test_a_list_that_is_not_there_is_refused(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    result = await ana.slash(desk, "network list", watchlist="nothing")
    assert "no watchlist of that name" in text(result.response)
    assert len(simcord_env.errors) == 1


async def test_a_sweep_without_posts_says_what_to_do(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    result = await ana.slash(desk, "network account", account="@ejemplo_hoy_1", platform="x")
    assert "Import some" in text(result.response)
    assert len(simcord_env.errors) == 1


async def test_fewer_days_choose_fewer_posts(
    services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    # One text every 31 hours: two of the last three days, the day that is not over included.
    await hold_the_same(services, 8, handles=OTHERS, minutes=0)
    result = await ana.slash(desk, "network account", account="@ejemplo_hoy_1", platform="x", days=3)
    shown = text(result.response)
    assert "2 objects, 2 pairs of posts" in shown
    (run,) = await services.database.read(runs)
    assert '"since":"2026-11-19"' in run.recipe
