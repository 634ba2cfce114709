from __future__ import annotations

import discord
from simcord import ChannelHandle, Env, MemberActor, ResponseMessage

from bot.app import Services
from bot.client import Masthead
from tests.cogs.reading import buttons, text


async def card(desk: ChannelHandle, actor: MemberActor) -> ResponseMessage:
    result = await actor.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert result.response is not None
    return result.response


async def test_evidence_opens_for_the_reader_alone(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    opened = await rui.click(await card(desk, ana), label="Evidence")
    assert opened.ephemeral
    shown = text(opened.response)
    assert "### Evidence for `@ejemplo_hoy_1` on X" in shown
    assert "Page 1 of" in shown


async def test_pages_turn_in_place_and_only_where_there_is_one(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    opened = await ana.click(await card(desk, ana), label="Evidence")
    assert opened.response is not None
    assert buttons(opened.response) == ["Next page"]
    pages = [text(opened.response)]
    while "Next page" in buttons(opened.response):
        turned = await ana.click(opened.response, label="Next page")
        assert turned.followups == []
        pages.append(text(opened.response))
    assert buttons(opened.response) == ["Previous page"]
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [
        True
    ] * len(pages)
    assert "**Sources**" in "".join(pages)


async def test_the_button_works_after_a_restart(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    posted = await card(desk, ana)
    await simcord_env.restart_bot(Masthead(services))
    opened = await ana.click(posted, label="Evidence")
    assert "### Evidence for `@ejemplo_hoy_1` on X" in text(opened.response)
    # Nothing about the commands changed, so nothing is sent again.
    assert sum(request.method == "PUT" for request in simcord_env.http_requests) == 1


async def test_a_check_that_is_no_longer_held_is_said_to_be_gone(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    posted = await card(desk, ana)
    await services.database.write(lambda connection: connection.execute("DELETE FROM check_run"))
    opened = await ana.click(posted, label="Evidence")
    assert "no longer held" in text(opened.response)


async def test_rights_are_asked_for_at_the_click(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    without = discord.PermissionOverwrite(use_application_commands=False)
    room = simcord_env.guild.create_text_channel("room", overwrites={ana: without})
    opened = await ana.click(await card(room, rui), label="Evidence")
    assert opened.ephemeral
    assert "Use Application Commands" in text(opened.response)


async def test_a_failure_behind_a_button_is_told(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    posted = await card(desk, ana)
    await services.database.write(
        lambda connection: connection.execute("UPDATE check_run SET dossier = '{}'")
    )
    opened = await ana.click(posted, label="Evidence")
    assert "Something went wrong on my side" in text(opened.response)
    assert "(ref " in text(opened.response)
