from __future__ import annotations

import csv
import io
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle, Env, MemberActor, ResponseMessage

from bot.accounts import AccountRef, Platform
from bot.app import Services
from bot.checks.dossier import from_json
from bot.client import Masthead
from bot.store.posts import record
from bot.store.records import Post, PostKind
from tests.cogs.posting import hold_posts
from tests.cogs.reading import buttons, components, text
from tests.services import NOW

GALLERY, FILE = 12, 13


async def card(desk: ChannelHandle, actor: MemberActor) -> ResponseMessage:
    result = await actor.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert result.response is not None
    return result.response


def pictures(message: ResponseMessage | None) -> list[dict[str, str]]:
    """Return name and alt text of the pictures that a message shows."""
    assert message is not None
    names = {attachment.url: attachment.filename for attachment in message.attachments}
    return [
        {"name": names[item["media"]["url"]], "alt": item["description"]}
        for component in components(message)
        if component["type"] == GALLERY
        for item in component["items"]
    ]


async def test_a_card_with_posts_shows_them_and_says_the_same_in_words(
    services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_posts(services, 40)
    posted = await card(desk, ana)
    (picture,) = pictures(posted)
    assert picture["name"] == "masthead-activity.png"
    assert picture["alt"].startswith("@ejemplo_hoy_1 on X. 40 posts between")
    assert "median 12 a post, on 40 of 40 original posts" in picture["alt"]
    (file,) = posted.attachments
    assert (await file.read()).startswith(b"\x89PNG")


async def test_a_card_with_few_posts_has_no_picture(
    services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_posts(services, 9)
    posted = await card(desk, ana)
    assert pictures(posted) == []
    assert posted.attachments == []


async def test_where_files_are_not_allowed_the_card_comes_without_its_picture(
    simcord_env: Env, simcord_bot: Masthead, services: Services, ana: MemberActor
) -> None:
    await hold_posts(services, 40)
    assert simcord_bot.user is not None
    denied = discord.PermissionOverwrite(attach_files=False)
    desk = simcord_env.guild.create_text_channel("quiet", overwrites={simcord_bot.user: denied})
    posted = await card(desk, ana)
    assert pictures(posted) == []
    assert "### `@ejemplo_hoy_1` on X" in text(posted)


async def test_export_hands_the_reader_the_dossier_as_json_and_table(
    services: Services, desk: ChannelHandle, ana: MemberActor, rui: MemberActor
) -> None:
    await hold_posts(services, 40)
    opened = await rui.click(await card(desk, ana), label="Export")
    assert opened.ephemeral
    assert opened.response is not None
    assert "not known, not 0" in text(opened.response)
    files = {file.filename: await file.read() for file in opened.response.attachments}
    names = list(files)
    assert names[:2] == [
        "masthead-x-ejemplo_hoy_1-2026-11-21.json",
        "masthead-x-ejemplo_hoy_1-2026-11-21.csv",
    ]
    dossier = from_json(files[names[0]])
    assert dossier.posts_held == 40
    table = list(csv.DictReader(io.StringIO(files[names[1]].decode("utf-8-sig"))))
    assert sum(int(row["n"]) for row in table if row["part"] == "day") == 40
    assert {row["check"] for row in table if row["part"] == "finding"} == {
        finding.check for finding in dossier.findings
    }
    # Every file is shown: Components V2 hide what no component names.
    shown = [item for item in components(opened.response) if item["type"] == FILE]
    assert len(shown) == 2
    drawn = pictures(opened.response)
    assert [picture["name"] for picture in drawn] == ["masthead-hours.png", "masthead-chain.png"]


async def test_export_works_after_a_restart_and_says_when_the_check_is_gone(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    posted = await card(desk, ana)
    await simcord_env.restart_bot(Masthead(services))
    opened = await ana.click(posted, label="Export")
    assert opened.response is not None
    assert len(opened.response.attachments) == 3
    await services.database.write(lambda connection: connection.execute("DELETE FROM check_run"))
    gone = await ana.click(posted, label="Export")
    assert "no longer held" in text(gone.response)


async def test_a_mention_is_answered_with_the_picture(
    simcord_bot: Masthead, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_posts(services, 40)
    assert simcord_bot.user is not None
    await ana.send(desk, f"<@{simcord_bot.user.id}> check https://x.com/ejemplo_hoy_1")
    message = desk.last_message
    assert message is not None
    assert [file.filename for file in message.attachments] == ["masthead-activity.png"]


@pytest.mark.parametrize("accounts", [2, 5])
async def test_compare_puts_accounts_in_one_table_and_one_picture(
    services: Services, desk: ChannelHandle, ana: MemberActor, accounts: int
) -> None:
    await hold_posts(services, 40)
    await hold_posts(services, 20, handle="mundo_ejemplo")
    names = ("first", "second", "third", "fourth", "fifth")
    handles = ("ejemplo_hoy_1", "mundo_ejemplo", "nadie_a", "nadie_b", "nadie_c")
    asked = dict(zip(names[:accounts], handles, strict=False))
    result = await ana.slash(desk, "compare", platform="x", **asked)
    shown = text(result.response)
    assert shown.startswith("### Accounts side by side\n**1** `@ejemplo_hoy_1` on X")
    assert "1     40   1.9     12" in shown
    assert "2     20   1.8     12" in shown
    assert max(len(line) for line in shown.split("```")[1].splitlines()) <= 40
    assert [picture["name"] for picture in pictures(result.response)] == ["masthead-comparison.png"]
    assert buttons(result.response) == [f"Evidence {n}" for n in range(1, accounts + 1)]


async def test_figures_of_different_platforms_stand_apart(
    services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    await hold_posts(services, 20)
    result = await ana.slash(
        desk,
        "compare",
        first="@ejemplo_hoy_1",
        second="https://bsky.app/profile/a.example.org",
        # The platform is for bare names; an address brings its own.
        platform="x",
    )
    shown = text(result.response)
    assert shown.count("```") == 4
    assert "Engagement is not compared between platforms" in shown


@pytest.mark.parametrize("other", ["https://x.com/i/user/987654321", "https://x.com/Ejemplo_Hoy_1/status/77"])
async def test_one_account_by_two_spellings_is_noticed(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor, other: str
) -> None:
    account = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1", platform_id="987654321")
    post = Post(
        platform=Platform.X,
        post_id="77",
        author=account,
        created_at=NOW - timedelta(days=1),
        kind=PostKind.ORIGINAL,
        text="Una noticia de ejemplo",
    )
    await services.database.write(record, posts=[post])
    result = await ana.slash(desk, "compare", first="@ejemplo_hoy_1", second=other, platform="x")
    assert "1 and 2 are the same account, `ejemplo_hoy_1`. Name different accounts." in text(result.response)
    simcord_env.errors.clear()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "@a_b", "second": "@A_B", "platform": "x"}, "named twice"),
        ({"first": "@mundo_ejemplo", "second": "https://x.com/a_b"}, "Which account do you mean by"),
        ({"first": "https://x.com/home", "second": "https://x.com/a_b"}, "(ref "),
    ],
)
async def test_what_cannot_be_compared_is_asked_back_in_private(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, asked: dict[str, str], said: str
) -> None:
    result = await ana.slash(desk, "compare", **asked)
    assert result.ephemeral
    assert said in text(result.response)
    simcord_env.errors.clear()
