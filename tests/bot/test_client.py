from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord import app_commands
from simcord import Env

import bot.client
from bot.app import Services
from bot.cards.failures import explained, reference
from bot.client import NEEDED_PERMISSIONS, Masthead, invite_url, serve, sync
from bot.errors import ConfigError, InputError, MastheadError, StoreError, UnreachableError
from sandbox.connect import NoNames, pointed_at
from sandbox.faults import Status
from sandbox.server import Sandbox
from tests.services import case_services


@pytest_asyncio.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with case_services(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def simcord_bot(services: Services) -> Masthead:
    return Masthead(services)


def syncs(env: Env) -> int:
    return sum(request.method == "PUT" for request in env.http_requests)


async def test_no_privileged_intent_is_asked_for(simcord_bot: Masthead) -> None:
    intents = simcord_bot.intents
    assert intents.guilds
    assert intents.guild_messages
    assert intents.dm_messages
    assert not intents.message_content
    assert not intents.members
    assert not intents.presences


async def test_commands_are_sent_once_and_again_only_when_they_change(
    simcord_env: Env, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert syncs(simcord_env) == 1
    await simcord_env.restart_bot(Masthead(services))
    assert syncs(simcord_env) == 1
    monkeypatch.setattr(bot.client, "EXTENSIONS", ("cogs.help",))
    await simcord_env.restart_bot(Masthead(services))
    assert syncs(simcord_env) == 2


async def test_command_links_survive_a_start_that_sends_nothing(simcord_env: Env, services: Services) -> None:
    first = simcord_env.bot
    assert isinstance(first, Masthead)
    link = first.command_link("check")
    assert link.startswith("</check:")
    again = Masthead(services)
    await simcord_env.restart_bot(again)
    assert again.command_link("check") == link
    assert again.command_link("unknown") == "`/unknown`"


async def test_a_refused_sync_does_not_stop_the_start(
    simcord_env: Env, services: Services, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.client, "EXTENSIONS", ("cogs.help",))
    simcord_env.inject_error("PUT", "/applications/*/commands", status=400, code=30034)
    again = Masthead(services)
    with caplog.at_level(logging.ERROR, logger="bot.client"):
        await simcord_env.restart_bot(again)
    assert "commands could not be sent" in caplog.text
    assert again.is_ready()


async def test_one_broken_extension_does_not_stop_the_others(
    simcord_env: Env, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.client, "EXTENSIONS", ("cogs.no_such", "cogs.help"))
    again = Masthead(services)
    await simcord_env.restart_bot(again)
    assert again.broken == ["cogs.no_such"]
    assert [command.name for command in again.tree.get_commands()] == ["help", "about"]


async def test_a_command_that_this_process_does_not_know_is_being_updated(simcord_env: Env) -> None:
    client = simcord_env.bot
    assert isinstance(client, Masthead)
    desk = simcord_env.create_guild().create_text_channel("desk")
    ana = simcord_env.guild.add_member(simcord_env.create_user("ana"))
    client.tree.remove_command("help")
    result = await ana.slash(desk, "help")
    assert result.ephemeral
    assert result.response is not None
    assert "My commands are being updated." in result.response.content
    assert [type(error) for error in simcord_env.errors] == [app_commands.CommandNotFound]


async def test_each_command_leaves_one_line_with_its_reference(
    simcord_env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    desk = simcord_env.create_guild().create_text_channel("desk")
    ana = simcord_env.guild.add_member(simcord_env.create_user("ana"))
    with caplog.at_level(logging.INFO, logger="bot.client"):
        await ana.slash(desk, "help")
    callback = next(r for r in simcord_env.http_requests if r.path.endswith("/callback"))
    assert f"ref {reference(int(callback.path.split('/')[2]))}: help in " in caplog.text


async def test_closing_waits_for_work_under_way(services: Services) -> None:
    client = Masthead(services)
    started, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        with client.finishing():
            started.set()
            await go_on.wait()
            done.set()

    worker = asyncio.create_task(work())
    await started.wait()
    closing = asyncio.create_task(client.close())
    await asyncio.sleep(0)
    assert not closing.done()
    go_on.set()
    await closing
    assert done.is_set()
    await worker


async def test_a_check_over_real_sockets_and_an_orderly_end(services: Services) -> None:
    async with Sandbox() as sandbox:
        with pointed_at(sandbox.host, sandbox.port):
            serving = asyncio.create_task(serve(services, sandbox.token, resolver=NoNames()))
            await sandbox.until(lambda: serving.done() or sandbox.backend.gateway.connected)
            asked = await sandbox.person("ana").slash("check", {"account": "@ejemplo_hoy_1", "platform": "x"})
            assert (asked.ack, asked.failed) == ("deferred", None)
            message = asked.message
            assert message is not None
            await sandbox.until(lambda: "@ejemplo_hoy_1" in str(message.components))
            pressed = await sandbox.person("rui").click(message, "evidence:1:1")
            assert pressed.ack == "deferred"
            signal.raise_signal(signal.SIGTERM)
            await asyncio.wait_for(serving, timeout=60)
        assert not sandbox.backend.gateway.connected
        assert sandbox.backend.complaints == []


async def test_a_wrong_token_is_a_setting_to_correct(services: Services) -> None:
    async with Sandbox() as sandbox:
        with (
            pointed_at(sandbox.host, sandbox.port),
            pytest.raises(ConfigError, match="Discord refuses this token"),
        ):
            await serve(services, "not-the-token", resolver=NoNames())


async def test_commands_can_be_sent_by_hand_and_a_refusal_is_said(services: Services) -> None:
    async with Sandbox() as sandbox:
        with pointed_at(sandbox.host, sandbox.port):
            sent = await sync(services, sandbox.token)
            assert sent > 10
            assert await sync(services, sandbox.token) == sent
            sandbox.chaos.on_request(Status(status=503), method="PUT", path="/commands$")
            with pytest.raises(MastheadError, match="did not take the commands"):
                await sync(services, sandbox.token)


async def test_serving_says_when_discord_cannot_be_reached(services: Services) -> None:
    with pytest.raises(UnreachableError, match="Check the network"):
        await serve(services, "token", resolver=NoNames())


def test_the_invitation_asks_for_what_is_needed_and_no_more() -> None:
    url = invite_url(42)
    assert f"permissions={NEEDED_PERMISSIONS.value}" in url
    assert "applications.commands" in url
    assert not NEEDED_PERMISSIONS.administrator
    assert not NEEDED_PERMISSIONS.manage_messages


class Answer:
    """What discord.py makes an exception of: a status and a reason."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "reason"


HTTP_ERRORS = {403: discord.Forbidden, 404: discord.NotFound}


def http_error(status: int, code: int) -> discord.HTTPException:
    answer: Any = Answer(status)
    return HTTP_ERRORS.get(status, discord.HTTPException)(answer, {"code": code, "message": "message"})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (http_error(404, 10062), None),
        (http_error(400, 40060), None),
        (http_error(401, 50027), None),
        (http_error(403, 50013), "View Channel and Send Messages"),
        (http_error(403, 50001), "View Channel and Send Messages"),
        (http_error(500, 0), "Something went wrong on my side"),
        (discord.RateLimited(41.6), "wait 42 seconds"),
        (StoreError("/srv/x.db is full"), "Nothing that was stored is lost"),
        (InputError("Give `x`, not <@1> or **y**."), r"Give `x`, not \<\@1\> or \*\*y\*\*."),
        (app_commands.CommandNotFound("check", []), "being updated"),
        (ZeroDivisionError("division"), "Something went wrong on my side"),
    ],
)
def test_each_kind_of_failure_has_its_sentence(error: Exception, said: str | None) -> None:
    shown = explained(error, ref="7F3A21")
    if said is None:
        assert shown is None
    else:
        assert shown is not None
        assert said in shown
        assert shown.endswith("(ref 7F3A21)")
        assert "/srv" not in shown


def test_a_reference_belongs_to_one_interaction() -> None:
    assert reference(1) == reference(1)
    assert len({reference(number) for number in range(1_000)}) > 990
