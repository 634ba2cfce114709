from __future__ import annotations

import re

import pytest
from simcord import ChannelHandle, Env, MemberActor

from tests.bot.cards.test_discord_layout import FORBIDDEN
from tests.cogs.reading import text


@pytest.mark.parametrize("command", ["help", "about", "privacy"])
async def test_what_we_say_of_ourselves_is_private_and_keeps_to_our_words(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, command: str
) -> None:
    result = await ana.slash(desk, command)
    assert result.ephemeral
    assert not FORBIDDEN.search(text(result.response))


async def test_help_links_commands_that_open_when_clicked(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    shown = text((await ana.slash(desk, "help")).response)
    assert {name for name, _id in re.findall(r"</(\w+):(\d+)>", shown)} == {
        "check",
        "compare",
        "about",
        "privacy",
        "subscribe",
    }


async def test_about_counts_the_registry(simcord_env: Env, desk: ChannelHandle, ana: MemberActor) -> None:
    shown = text((await ana.slash(desk, "about")).response)
    assert "a registry of 3 accounts" in shown
