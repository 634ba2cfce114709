"""What is offered while somebody types: by every command, from one place, and only what may be seen."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands
from simcord import ChannelHandle, Env, MemberActor

from bot.app import Services
from bot.client import EXTENSIONS, Masthead
from bot.registry.curation.roles import Member
from tests.bot.registry.founding import add_entity
from tests.cogs.reading import text

# What people write in their own words; everything else that is text names something that is held.
FREE = {
    "watchlist create name",
    "watchlist create description",
    "watchlist delete confirm",
    "watchlist tune name",
    "watchlist tune description",
    "watchlist tune keywords",
    "watchlist tune severities",
    "subscribe events",
    "subscribe quiet",
    "subscribe zone",
}


async def test_every_text_of_a_command_is_free_or_suggested(services: Services) -> None:
    """A parameter that is added later fails here until somebody says which of the two it is."""
    async with Masthead(services) as client:
        for extension in EXTENSIONS:
            await client.load_extension(extension)
        texts = {
            f"{command.qualified_name} {parameter.name}": parameter
            for command in client.tree.walk_commands()
            if isinstance(command, app_commands.Command)
            for parameter in command.parameters
            if parameter.type is discord.AppCommandOptionType.string and not parameter.choices
        }
    silent = {name for name, parameter in texts.items() if not parameter.autocomplete}
    assert silent <= FREE
    assert len(texts) > len(silent) > 0


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("check", "account"),
        ("compare", "second"),
        ("network account", "account"),
        ("watchlist add", "account"),
        ("registry show", "name"),
        ("registry search", "text"),
        ("registry propose", "object"),
        ("registry dispute", "name"),
        ("registry history", "name"),
    ],
)
async def test_a_slip_finds_the_account_from_every_command(
    desk: ChannelHandle, ana: MemberActor, command: str, option: str
) -> None:
    offered = await ana.autocomplete(desk, command, option, "agencia_ejmplo")
    assert {choice["value"] for choice in offered} & {"agency", "https://x.com/agencia_ejemplo"}


async def test_a_chosen_entry_is_what_the_search_then_finds(desk: ChannelHandle, ana: MemberActor) -> None:
    offered = await ana.autocomplete(desk, "registry search", "text", "broadcastr")
    assert offered[0]["value"] == "broadcaster"
    found = await ana.slash(desk, "registry search", text=offered[0]["value"])
    assert found.response is not None


ODD = {
    "nothing": "",
    "a space": " ",
    "not drawn": "\u200b",
    "turned around": "\u202e",
    "an at sign": "@",
    "long": "q" * 500,
    "a pattern": "%_\\",
    "markup": "`**`",
    "Han": "新",
    "Arabic": "\u0627\u0644" * 45,
}


@pytest.mark.parametrize("typed", ODD.values(), ids=ODD)
async def test_whatever_is_typed_is_answered(desk: ChannelHandle, ana: MemberActor, typed: str) -> None:
    for command, option in (("check", "account"), ("registry show", "name"), ("watchlist add", "account")):
        offered = await ana.autocomplete(desk, command, option, typed)
        assert len(offered) <= 25
        assert all(1 <= len(choice["name"]) <= 100 for choice in offered)


async def test_a_decision_of_one_server_is_offered_there_alone(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    member = Member(layer=simcord_env.guild.id, member="1", name="Ana", manages=True)
    made = await services.curation.propose(
        member,
        subject="new: Geheimes Blatt (outlet, PY)",
        relation="has_account",
        object="https://x.com/geheim_blatt",
        url="https://imprint.example/",
    )
    await services.curation.accept(member, made.proposal_id, version=made.version)
    elsewhere = simcord_env.create_guild("Elsewhere")
    eva = elsewhere.add_member(simcord_env.create_user("eva"))
    other = elsewhere.create_text_channel("other")
    for command, option in (("check", "account"), ("registry show", "name"), ("watchlist add", "account")):
        for typed in ("geheim", "geheim_blat", "geheimes blatt"):
            assert await ana.autocomplete(desk, command, option, typed) != []
            assert await eva.autocomplete(other, command, option, typed) == []


async def test_an_account_is_taken_off_a_list_by_choosing_it(
    services: Services, desk: ChannelHandle, ana: MemberActor, simcord_env: Env
) -> None:
    manager = simcord_env.guild.create_role("manager", permissions=discord.Permissions(manage_guild=True))
    boss = simcord_env.guild.add_member(simcord_env.create_user("boss"), roles=[manager])
    await boss.slash(desk, "watchlist create", name="Press")
    for account in ("https://x.com/agencia_ejemplo", "https://x.com/mundo_ejemplo"):
        await boss.slash(desk, "watchlist add", watchlist="Press", account=account)
    offered = await boss.autocomplete(desk, "watchlist remove", "account", "mundo", watchlist="Press")
    assert [choice["value"] for choice in offered] == ["https://x.com/mundo_ejemplo"]
    assert len(await boss.autocomplete(desk, "watchlist remove", "account", "", watchlist="Press")) == 2
    assert await boss.autocomplete(desk, "watchlist remove", "account", "") == []


@pytest.mark.parametrize("command", [("registry search", "text"), ("registry show", "name")])
async def test_a_search_that_finds_nothing_says_what_to_do(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, command: tuple[str, str]
) -> None:
    name, option = command
    for blank in (" ", "\u200b\u2060", "\u202e", "@"):
        assert "nothing readable was typed" in text((await ana.slash(desk, name, **{option: blank})).response)
    for typed in ("新", "%_\\", "q" * 500, "https://x.com/nadie_conocido"):
        said = text((await ana.slash(desk, name, **{option: typed})).response)
        assert "Try another spelling" in said
        assert len(said) < 300
    simcord_env.errors.clear()


async def test_a_search_while_names_are_read_says_so(
    simcord_env: Env,
    desk: ChannelHandle,
    ana: MemberActor,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.registry.names.MANY", 0)
    services.names.when_behind = lambda: None
    await services.database.write(add_entity, "newcomer")
    found = await ana.slash(desk, "registry search", text="newcom")
    assert "`Newcomer`" in text(found.response)
    slip = await ana.slash(desk, "registry search", text="newcmer")
    assert "The names are being read" in text(slip.response)
    simcord_env.errors.clear()
