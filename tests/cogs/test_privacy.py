from __future__ import annotations

import json
from typing import Any

from simcord import ChannelHandle, Env, InteractionResult, MemberActor

from bot.app import Services
from bot.client import Masthead
from bot.store.members import checks_asked_by
from cogs.privacy import FILE_NAME, KeepsMemberData
from tests.cogs.reading import buttons, text


async def file_of(result: InteractionResult) -> dict[str, Any]:
    assert result.response is not None
    (attachment,) = result.response.attachments
    assert attachment.filename == FILE_NAME
    return json.loads(await attachment.read())


async def test_every_cog_can_hand_out_and_delete_a_members_data(
    simcord_env: Env, simcord_bot: Masthead
) -> None:
    assert simcord_bot.broken == []
    assert len(simcord_bot.cogs) >= 6
    for cog in simcord_bot.cogs.values():
        assert isinstance(cog, KeepsMemberData), cog
        assert isinstance(await cog.member_data(1), dict)
        assert await cog.forget_member(1) == 0


async def test_a_member_sees_their_own_checks_and_nobody_elses(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    await ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    await rui.slash(desk, "check", account="@mundo_ejemplo", platform="x")
    panel = await ana.slash(desk, "privacy")
    assert panel.ephemeral
    assert buttons(panel.response) == ["Show my data", "Delete my data"]
    assert panel.response is not None
    shown = await ana.click(panel.response, label="Show my data")
    assert shown.ephemeral
    kept = await file_of(shown)
    assert kept["member"] == str(ana.id)
    assert [check["asked"] for check in kept["kept"]["Check"]["checks"]] == ["@ejemplo_hoy_1"]


async def test_deletion_asks_once_and_takes_the_member_out(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    card = await ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    await rui.slash(desk, "check", account="@mundo_ejemplo", platform="x")
    panel = await ana.slash(desk, "privacy")
    assert panel.response is not None
    sure = await ana.click(panel.response, label="Delete my data")
    assert await services.database.read(checks_asked_by, str(ana.id))
    assert sure.response is not None
    await ana.click(sure.response, label="Delete for good")
    assert "out of 1 check." in text(sure.response)
    assert buttons(sure.response) == []
    assert await services.database.read(checks_asked_by, str(ana.id)) == []
    assert await services.database.read(checks_asked_by, str(rui.id))
    # The card stays: it is about an account.
    assert card.response is not None
    opened = await rui.click(card.response, label="Evidence")
    assert "### Evidence for" in text(opened.response)
