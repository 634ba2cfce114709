from __future__ import annotations

import pytest
from simcord import ChannelHandle, Env, MemberActor

from bot.errors import InputError
from tests.cogs.reading import options, text

POST = "https://x.com/ejemplo_hoy_1/status/20"


async def test_the_one_link_of_a_message_is_checked(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    message = await rui.send(desk, f"look at <{POST}?s=20> please")
    result = await ana.context_menu(desk, "Check this post", message)
    assert not result.ephemeral
    shown = text(result.response)
    assert shown.startswith("### `@ejemplo_hoy_1` on X")
    assert f"[the post asked about]({POST})" in shown


async def test_several_links_are_asked_about_and_each_is_offered_once(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    message = await rui.send(desk, f"{POST} and https://bsky.app/profile/example.com and {POST}?t=1")
    result = await ana.context_menu(desk, "Check this post", message)
    assert result.ephemeral
    assert "names more than one" in text(result.response)
    offered = options(result.response)
    assert list(offered) == ["post by @ejemplo_hoy_1 on X", "@example.com on Bluesky"]
    assert result.response is not None
    chosen = await ana.select(result.response, [offered["@example.com on Bluesky"]])
    assert [text(card).splitlines()[0] for card in chosen.followups] == ["### `@example.com` on Bluesky"]


async def test_the_author_of_two_posts_is_one_account(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    message = await rui.send(desk, f"{POST} {POST}1")
    result = await ana.context_menu(desk, "Check this author", message)
    shown = text(result.response)
    assert shown.startswith("### `@ejemplo_hoy_1` on X")
    assert "the post asked about" not in shown


async def test_a_bare_name_in_a_message_is_never_guessed(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    message = await rui.send(desk, "what about @mundo_ejemplo ?")
    result = await ana.context_menu(desk, "Check this author", message)
    assert result.ephemeral
    assert "@mundo_ejemplo on X" in options(result.response)
    assert len(options(result.response)) > 3


@pytest.mark.parametrize(
    ("menu", "content", "said"),
    [
        ("Check this post", "good morning", "Members of this server are never checked"),
        ("Check this author", "good morning", "Members of this server are never checked"),
        ("Check this author", "https://x.com/i/web/status/20", "does not say who wrote"),
        ("Check this post", "https://t.co/abc", "short link"),
    ],
)
async def test_a_message_without_an_account_is_refused_in_private(
    simcord_env: Env,
    desk: ChannelHandle,
    ana: MemberActor,
    rui: MemberActor,
    menu: str,
    content: str,
    said: str,
) -> None:
    message = await rui.send(desk, content)
    result = await ana.context_menu(desk, menu, message)
    assert result.ephemeral
    assert said in text(result.response)
    assert [type(error.__cause__) for error in simcord_env.errors] == [InputError]
