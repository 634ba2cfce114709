from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, MemberActor

from bot.client import Masthead
from tests.cogs.reading import buttons, options, text


def replies(env: Env) -> list[dict[str, Any]]:
    return [
        request.json
        for request in env.http_requests
        if request.method == "POST" and request.path.endswith("/messages") and request.json is not None
    ]


def last(channel: ChannelHandle) -> discord.Message:
    """The newest message that everybody in the channel sees."""
    message = channel.last_message
    assert message is not None
    return message


def mention(bot: Masthead) -> str:
    assert bot.user is not None
    return f"<@{bot.user.id}>"


@pytest.mark.parametrize(
    "said",
    [
        "check https://x.com/ejemplo_hoy_1",
        "Check @ejemplo_hoy_1 x",
        "check @ejemplo_hoy_1 on Twitter",
        "https://x.com/ejemplo_hoy_1",
    ],
)
async def test_a_mention_is_answered_with_the_card_as_a_reply(
    simcord_env: Env, simcord_bot: Masthead, desk: ChannelHandle, ana: MemberActor, said: str
) -> None:
    asked = await ana.send(desk, f"{mention(simcord_bot)} {said}")
    (reply,) = replies(simcord_env)
    assert int(reply["message_reference"]["message_id"]) == asked.id
    assert text(last(desk)).startswith("### `@ejemplo_hoy_1` on X")
    assert buttons(last(desk))[:3] == ["Evidence", "Watch", "Export"]


@pytest.mark.parametrize("said", ["", "hello", "help", "check"])
async def test_small_talk_is_answered_with_how_to_ask(
    simcord_env: Env, simcord_bot: Masthead, desk: ChannelHandle, ana: MemberActor, said: str
) -> None:
    await ana.send(desk, f"{mention(simcord_bot)} {said}")
    assert "Write `@Masthead check`" in text(last(desk))
    assert "</check:" in text(last(desk))


async def test_what_is_not_said_to_us_is_left_alone(
    simcord_env: Env, simcord_bot: Masthead, desk: ChannelHandle, ana: MemberActor
) -> None:
    await ana.send(desk, f"I asked {mention(simcord_bot)} to check https://x.com/ejemplo_hoy_1")
    await ana.send(desk, "check https://x.com/ejemplo_hoy_1")
    other = simcord_env.guild.add_member(simcord_env.create_user("relay", bot=True))
    await other.send(desk, f"{mention(simcord_bot)} check https://x.com/ejemplo_hoy_1")
    assert replies(simcord_env) == []


async def test_direct_messages_need_no_mention(simcord_env: Env, ana: MemberActor) -> None:
    await ana.send_dm("check https://x.com/ejemplo_hoy_1")
    (reply,) = replies(simcord_env)
    assert "### `@ejemplo_hoy_1` on X" in str(reply["components"])


async def test_bad_input_is_answered_with_its_sentence_and_a_reference(
    simcord_env: Env, simcord_bot: Masthead, desk: ChannelHandle, ana: MemberActor
) -> None:
    await ana.send(desk, f"{mention(simcord_bot)} check https://discord.gg/abcdef")
    shown = text(last(desk))
    assert "invite" in shown
    assert "(ref " in shown


async def test_only_who_asked_may_choose(
    simcord_env: Env, simcord_bot: Masthead, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    await ana.send(desk, f"{mention(simcord_bot)} check @mundo_ejemplo")
    question = last(desk)
    value = options(question)["@mundo_ejemplo on X"]
    refused = await rui.select(question, [value])
    assert refused.ephemeral
    assert "Only the member who asked" in text(refused.response)
    chosen = await ana.select(question, [value])
    assert [text(card).splitlines()[0] for card in chosen.followups] == ["### `@mundo_ejemplo` on X"]
