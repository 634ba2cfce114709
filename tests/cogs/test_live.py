"""Live data and the card in the channel: what came in time first, the rest when it is there."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path

from discord.ext import commands
from simcord import ChannelHandle, Env, MemberActor

from bot.app import Services
from bot.checks.service import CheckService
from bot.client import Masthead
from bot.platforms.settings import PlatformsConfig
from tests.bot.platforms import appview
from tests.bot.platforms.looking import Desk, plain_script
from tests.bot.platforms.looking import desk as live_desk
from tests.bot.platforms.scripted import says, waits_for
from tests.cogs.reading import text

FEED = "app.bsky.feed.getAuthorFeed"
ADDRESS = f"https://bsky.app/profile/{appview.HANDLE}"


def _live(services: Services, at: Desk) -> Services:
    checks = CheckService(at.database, clock=at.time.clock, platforms=at.service)
    return dataclasses.replace(services, database=at.database, checks=checks, platforms=at.service)


class Opener(commands.Cog):
    """Opens a door as soon as the first card is drawn up."""

    def __init__(self, door: asyncio.Event) -> None:
        self._door = door

    @commands.Cog.listener()
    async def on_account_checked(self, *_: object) -> None:
        self._door.set()


def _cards(env: Env) -> list[str]:
    return [json.dumps(each.json) for each in env.http_requests if each.path.endswith("/@original")]


async def test_a_card_is_drawn_again_when_the_rest_has_come(
    tmp_path: Path, simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    door = asyncio.Event()
    script = plain_script()
    script.set(FEED, waits_for(door, says(appview.feed([1, 2]))))
    settings = PlatformsConfig(wait_s=0, rest_s=600)
    async with live_desk(tmp_path / "live", script=script, settings=settings) as at:
        bot = Masthead(_live(services, at))
        await bot.add_cog(Opener(door))
        await simcord_env.restart_bot(bot)
        result = await ana.slash(desk, "check", account=ADDRESS)
        first, last = _cards(simcord_env)
        assert "Bluesky still being fetched, the card follows again" in first
        assert "2 posts of the last 90 days" in last
        assert "Bluesky asked" in text(result.response)
        # Both cards are checks of their own, so the buttons of the last one show what it was drawn from.
        assert "still being fetched" not in last


async def test_a_card_that_has_everything_is_drawn_once(
    tmp_path: Path, simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    async with live_desk(tmp_path / "live") as at:
        await simcord_env.restart_bot(Masthead(_live(services, at)))
        await ana.slash(desk, "check", account=ADDRESS)
        (card,) = _cards(simcord_env)
        assert "2 posts of the last 90 days" in card


async def test_the_card_says_what_could_not_be_had(
    tmp_path: Path, simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    script = plain_script()
    script.set(FEED, says({}, status=403))
    async with live_desk(tmp_path / "live", script=script) as at:
        await simcord_env.restart_bot(Masthead(_live(services, at)))
        result = await ana.slash(desk, "check", account=ADDRESS)
        assert "live data: " in text(result.response)
        assert "does not show this (status 403)" in text(result.response)


async def test_an_account_that_is_gone_says_so_first(
    tmp_path: Path, simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    script = plain_script()
    refusal = appview.refused("Account has been suspended", "AccountTakedown")
    script.set("app.bsky.actor.getProfile", says(refusal, status=400))
    async with live_desk(tmp_path / "live", script=script) as at:
        await simcord_env.restart_bot(Masthead(_live(services, at)))
        result = await ana.slash(desk, "check", account=ADDRESS)
        assert "-# Bluesky has suspended the account." in text(result.response)


async def test_a_mention_is_answered_and_the_answer_edited(
    tmp_path: Path, simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    door = asyncio.Event()
    script = plain_script()
    script.set(FEED, waits_for(door, says(appview.feed([1, 2]))))
    settings = PlatformsConfig(wait_s=0, rest_s=600)
    async with live_desk(tmp_path / "live", script=script, settings=settings) as at:
        bot = Masthead(_live(services, at))
        await bot.add_cog(Opener(door))
        await simcord_env.restart_bot(bot)
        assert bot.user is not None
        await ana.send(desk, f"<@{bot.user.id}> check {ADDRESS}")
        edits = [
            each for each in simcord_env.http_requests if each.method == "PATCH" and "/messages/" in each.path
        ]
        assert len(edits) == 1
        assert "2 posts of the last 90 days" in json.dumps(edits[0].json)


async def test_a_platform_without_connector_says_why_where_nothing_is_held(
    tmp_path: Path, simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    async with live_desk(tmp_path / "live") as at:
        await simcord_env.restart_bot(Masthead(_live(services, at)))
        result = await ana.slash(desk, "check", account="https://www.tiktok.com/@alguien")
        shown = text(result.response)
        assert "TikTok gives data to approved researchers" in shown
        assert "Needed: An accepted application to the TikTok Research API" in shown
