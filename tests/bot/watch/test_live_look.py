"""Looks for watchlists at a scripted platform: how they fail, and which server pays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import (
    PlatformError,
    PlatformUnreachableError,
    RateLimitedError,
    ShapeChangedError,
    SpendLimitError,
    WithheldError,
)
from bot.platforms.ledger import COMMAND_LINE, REQUESTS
from bot.platforms.settings import PlatformsConfig, XSettings
from bot.platforms.x import X
from bot.store.spending import spent_by_place
from bot.watch.failures import Failing, failing_of
from bot.watch.live_look import PlatformLook
from tests.bot.platforms.looking import KNOWN, NAMED, Desk, desk
from tests.bot.platforms.scripted import BEGAN, Behaviour, says, writes

HERE, THERE = 1, 2
PROFILE = "app.bsky.actor.getProfile"
FEED = "app.bsky.feed.getAuthorFeed"


def looking(at: Desk) -> PlatformLook:
    return PlatformLook(at.service, database=at.database, clock=at.time.clock)


@pytest.mark.parametrize(
    ("name", "answer", "error", "failing"),
    [
        (PROFILE, says({}, status=503), PlatformUnreachableError, Failing.DOWN),
        (
            PROFILE,
            says({}, status=429, headers={"Retry-After": "7200"}),
            RateLimitedError,
            Failing.RATE_LIMITED,
        ),
        (PROFILE, says({"error": "Blocked"}, status=403), WithheldError, Failing.PROTECTED),
        (PROFILE, writes("<html>not here</html>", kind="text/html"), ShapeChangedError, Failing.MALFORMED),
        # The profile came, the posts did not: without them the look told nothing.
        (FEED, says({}, status=503), PlatformUnreachableError, Failing.DOWN),
    ],
)
async def test_a_look_fails_with_the_class_of_what_went_wrong(
    tmp_path: Path, name: str, answer: Behaviour, error: type[PlatformError], failing: Failing
) -> None:
    async with desk(tmp_path) as at:
        at.script.set(name, answer)
        with pytest.raises(error) as caught:
            await looking(at).look(NAMED, payers=[HERE])
        assert failing_of(caught.value) is failing


async def test_a_limit_that_still_holds_is_told_with_its_time_and_not_asked_about(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await looking(at).look(NAMED, payers=[HERE])
        at.time.now += timedelta(hours=1)
        at.script.set(PROFILE, says({}, status=429, headers={"Retry-After": "7200"}))
        asked: list[int] = []
        for _ in range(2):
            with pytest.raises(RateLimitedError) as caught:
                await looking(at).look(KNOWN, payers=[HERE])
            assert caught.value.retry_at == BEGAN + timedelta(hours=3)
            asked.append(len(at.script.asked))
        assert asked[0] == asked[1]


@pytest.mark.parametrize("gone", [{"error": "AccountDeactivated"}, {"error": "AccountTakedown"}])
async def test_what_an_account_is_is_no_failure(tmp_path: Path, gone: dict[str, str]) -> None:
    async with desk(tmp_path) as at:
        await looking(at).look(NAMED, payers=[HERE])
        at.time.now += timedelta(hours=1)
        at.script.set(PROFILE, says(gone, status=400))
        await looking(at).look(KNOWN, payers=[HERE])


async def paid(at: Desk) -> dict[str, int]:
    """Return how many requests each place paid for."""
    places = [str(HERE), str(THERE), COMMAND_LINE]
    return await at.database.read(
        spent_by_place, NAMED.platform, unit=REQUESTS, since=BEGAN - timedelta(days=1), places=places
    )


async def test_servers_that_watch_the_same_account_pay_in_turn(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for _ in range(10):
            await looking(at).look(NAMED, payers=[HERE, THERE])
            at.time.now += timedelta(minutes=20)
        shares = await paid(at)
        assert shares[COMMAND_LINE] == 0
        # The hour forgets, so the balance is not exact; neither pays for the other.
        assert min(shares[str(HERE)], shares[str(THERE)]) >= 0.3 * sum(shares.values())


async def test_a_third_of_a_servers_requests_is_kept_for_its_members(tmp_path: Path) -> None:
    settings = PlatformsConfig(wait_s=60, requests_per_server_hour=9)
    async with desk(tmp_path, settings=settings) as at:
        for _ in range(2):
            # Four requests each: the third look would begin with eight spent.
            await looking(at).look(NAMED, payers=[HERE])
            await forget(at)
        with pytest.raises(SpendLimitError, match="kept for what its members ask"):
            await looking(at).look(NAMED, payers=[HERE])
        left = 9 - (await paid(at))[str(HERE)]
        assert 0 < left <= 3
        # Another server that watches the account pays instead.
        await looking(at).look(NAMED, payers=[HERE, THERE])
        assert (await paid(at))[str(THERE)] > 0
        # The first one's members are still answered.
        await forget(at)
        found = await at.service.look(NAMED, days=7, place=str(HERE), wait_s=60)
        assert found.looked_at == at.time.now


async def forget(at: Desk) -> None:
    """Let everything held be too old."""
    await at.database.write(lambda connection: connection.execute("DELETE FROM account_fetch"))


async def test_a_platform_that_costs_money_is_not_asked_by_night(tmp_path: Path) -> None:
    settings = XSettings(enabled=True, token="a token", usd_per_month=5)
    async with desk(tmp_path, more={Platform.X: X(settings)}) as at:
        look = looking(at)
        assert look.is_live(NAMED)
        assert not look.is_live(AccountRef(platform=Platform.X, handle="gaceta"))
        assert not look.is_live(AccountRef(platform=Platform.VK, handle="gaceta"))
