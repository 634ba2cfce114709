from __future__ import annotations

import discord
from simcord import ChannelHandle, Env, MemberActor, ResponseMessage

from bot.app import Services
from bot.client import Masthead
from tests.cogs.posting import hold_posts, hold_the_same
from tests.cogs.reading import buttons, text
from tests.cogs.test_export import card, pictures

OTHERS = ("ejemplo_dos", "ejemplo_tres")


async def _with_partners(services: Services, desk: ChannelHandle, ana: MemberActor) -> ResponseMessage:
    await hold_posts(services, 40)
    await hold_the_same(services, 8, handles=OTHERS)
    return await card(desk, ana)


async def test_the_network_button_shows_with_whom_an_account_posts(
    services: Services, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    opened = await rui.click(await _with_partners(services, desk, ana), label="Network")
    assert opened.ephemeral
    (picture,) = pictures(opened.response)
    assert picture["name"] == "masthead-network.png"
    assert "@ejemplo_dos: 8 texts in common with the account" in picture["alt"]
    shown = text(opened.response)
    assert shown.startswith("### Who posts with whom: `@ejemplo_hoy_1` on X")
    assert "1 is `@ejemplo_dos`" in shown
    assert "2 is `@ejemplo_tres`" in shown
    assert "8 texts of this account and of `@ejemplo_dos` agree within 1 h" in shown
    assert "no sign of who stands behind" in shown


async def test_without_two_partners_there_is_no_button(
    services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_posts(services, 40)
    await hold_the_same(services, 8, handles=OTHERS[:1])
    assert "Network" not in buttons(await card(desk, ana))


async def test_the_button_works_after_a_restart_and_says_when_the_check_is_gone(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    posted = await _with_partners(services, desk, ana)
    await simcord_env.restart_bot(Masthead(services))
    assert pictures((await ana.click(posted, label="Network")).response)
    await services.database.write(lambda connection: connection.execute("DELETE FROM check_run"))
    gone = await ana.click(posted, label="Network")
    assert "no longer held" in text(gone.response)


async def test_where_files_are_not_allowed_the_partners_are_named_in_words(
    simcord_env: Env, simcord_bot: Masthead, services: Services, ana: MemberActor
) -> None:
    assert simcord_bot.user is not None
    denied = discord.PermissionOverwrite(attach_files=False)
    desk = simcord_env.guild.create_text_channel("quiet", overwrites={simcord_bot.user: denied})
    opened = await ana.click(await _with_partners(services, desk, ana), label="Network")
    assert pictures(opened.response) == []
    assert "1 is `@ejemplo_dos`" in text(opened.response)
