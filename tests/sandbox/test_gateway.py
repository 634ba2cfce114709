"""Sockets that break, sessions that resume, doors that stay shut."""

from __future__ import annotations

import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest

from sandbox.connect import pointed_at
from sandbox.dispatches import Intent
from sandbox.server import Sandbox
from sandbox.session import Close, Op
from sandbox.world import Flag
from tests.sandbox.probe import Probe, connected

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


async def resumed(sandbox: Sandbox, probe: Probe, *, times: int = 1) -> None:
    await sandbox.until(lambda: probe.resumes >= times)


async def test_a_client_is_ready_with_its_guild(sandbox: Sandbox, probe: Probe) -> None:
    (guild,) = probe.guilds
    assert guild.name == "Research desk"
    assert {channel.name for channel in guild.channels} == {"desk", "alerts", "cases"}
    assert [thread.name for thread in guild.threads] == ["methods"]
    assert guild.me.guild_permissions.send_messages
    assert not guild.me.guild_permissions.administrator


async def test_an_answer_given_while_the_socket_is_down_is_not_lost(sandbox: Sandbox, probe: Probe) -> None:
    outcome = await sandbox.person("ana").slash("wait")
    assert outcome.message is not None
    await sandbox.until(lambda: probe.started == ["wait"])
    sandbox.chaos.drop_socket(4000)
    await sandbox.until(lambda: not sandbox.backend.gateway.connected)
    probe.release.set()
    await resumed(sandbox, probe)
    message = outcome.message
    await sandbox.until(lambda: not message.flags & Flag.LOADING)
    assert message.content == "Done"
    assert probe.readies == 1  # a resume, not a new session


async def test_a_resume_replays_what_was_missed(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.drop_socket()
    await sandbox.until(lambda: not sandbox.backend.gateway.connected)
    dm = sandbox.person("rui").dm
    for number in range(3):
        sandbox.person("rui").say(f"Message {number}", channel=dm)
    await resumed(sandbox, probe)
    await sandbox.until(lambda: len(probe.heard) == 3)
    assert [message.content for message in probe.heard] == ["Message 0", "Message 1", "Message 2"]


async def test_a_command_used_while_the_socket_is_down_is_answered_after_the_resume(
    sandbox: Sandbox, probe: Probe
) -> None:
    sandbox.chaos.drop_socket()
    await sandbox.until(lambda: not sandbox.backend.gateway.connected)
    outcome = await sandbox.person("ana").slash("check", {"account": "@x"})
    assert outcome.ack == "deferred"


async def test_op_7_makes_the_client_resume(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.ask_to_reconnect()
    await resumed(sandbox, probe)
    assert probe.readies == 1


async def test_op_9_makes_the_client_identify_anew(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.invalidate_session()
    await sandbox.until(lambda: probe.readies == 2)
    assert sandbox.backend.gateway.identifies == 2
    outcome = await sandbox.person("ana").slash("check", {"account": "@x"})
    assert outcome.ack == "deferred"


async def test_a_resume_that_fails_ends_in_a_new_session(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.fail_resume()
    sandbox.chaos.drop_socket()
    await sandbox.until(lambda: probe.readies == 2)
    assert probe.resumes == 0


async def test_a_session_is_forgotten_after_five_minutes(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.drop_socket()
    await sandbox.until(lambda: not sandbox.backend.gateway.connected)
    sandbox.chaos.jump(301)
    await sandbox.until(lambda: probe.readies == 2)


async def test_a_client_that_gets_no_heartbeat_answers_comes_back() -> None:
    async with Sandbox(heartbeat_ms=50) as sandbox, connected(sandbox, heartbeat_timeout=0.2) as probe:
        sandbox.chaos.ignore_heartbeats(times=1000)
        await sandbox.until(lambda: probe.resumes > 0 or probe.readies > 1)


async def test_a_duplicate_interaction_is_answered_once(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.duplicate_interaction()
    outcome = await sandbox.person("ana").slash("choose")
    assert outcome.ack == "message"
    await sandbox.until(lambda: bool(probe.failures))
    assert [m.content for m in sandbox.channel("desk").messages.values()] == ["Choose"]
    statuses = [e.status for e in sandbox.backend.transcript.requests("POST", "callback")]
    assert sorted(statuses, key=str) == [200, 400]


async def test_a_slow_gateway_misses_the_deadline(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.slow_gateway(3.1)
    outcome = await sandbox.person("ana").slash("check", {"account": "@x"})
    assert outcome.failed == "The application did not respond"
    await sandbox.until(lambda: bool(probe.failures))
    (failure,) = probe.failures
    original = failure.original if isinstance(failure, discord.app_commands.CommandInvokeError) else None
    assert isinstance(original, discord.NotFound)
    assert original.code == 10062


async def test_a_wrong_token_never_reaches_the_gateway(sandbox: Sandbox) -> None:
    with pointed_at(sandbox.host, sandbox.port), pytest.raises(discord.LoginFailure):
        async with Probe() as client:
            await client.login("wrong")


@pytest.mark.parametrize(
    ("intents", "error"),
    [
        (discord.Intents(guilds=True, message_content=True), discord.PrivilegedIntentsRequired),
        (discord.Intents(guilds=True, members=True), discord.PrivilegedIntentsRequired),
    ],
)
async def test_privileged_intents_are_refused_with_4014(
    sandbox: Sandbox, intents: discord.Intents, error: type[Exception]
) -> None:
    with pointed_at(sandbox.host, sandbox.port), pytest.raises(error):
        async with discord.Client(intents=intents) as client:
            await client.start(sandbox.token)


async def test_privileged_intents_that_were_granted_bring_the_text() -> None:
    granted = Intent.MESSAGE_CONTENT
    async with Sandbox(allowed_intents=granted) as sandbox, raw_socket(sandbox) as socket:
        await identify(socket, sandbox, intents=int(Intent.GUILDS | Intent.GUILD_MESSAGES | granted))
        await frame_of(socket, "GUILD_CREATE")
        sandbox.person("rui").say("Everybody may read this")
        created = await frame_of(socket, "MESSAGE_CREATE")
        assert created["d"]["content"] == "Everybody may read this"


@asynccontextmanager
async def raw_socket(
    sandbox: Sandbox, query: str = "v=10&encoding=json"
) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    url = f"ws://{sandbox.host}:{sandbox.port}/gw?{query}"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        yield socket


async def frame_of(socket: aiohttp.ClientWebSocketResponse, event: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(await socket.receive_str(timeout=60))
        if event in {frame["t"], Op(frame["op"]).name}:
            return frame


async def identify(socket: aiohttp.ClientWebSocketResponse, sandbox: Sandbox, *, intents: int = 1) -> None:
    await frame_of(socket, "HELLO")
    body: dict[str, object] = {**TOKEN, "token": sandbox.token, "intents": intents}
    await socket.send_json({"op": Op.IDENTIFY, "d": body})


async def closed_with(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    while True:
        message = await socket.receive(timeout=60)
        if message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
            return socket.close_code


TOKEN: dict[str, object] = {"token": "sandbox", "properties": {"os": "linux"}}


MANNERS: list[tuple[list[object], Close]] = [
    (["not json"], Close.DECODE_ERROR),
    ([{"op": 99}], Close.UNKNOWN_OPCODE),
    ([{"op": Op.PRESENCE, "d": None}], Close.NOT_AUTHENTICATED),
    ([{"op": Op.IDENTIFY, "d": {"token": "wrong", "intents": 1}}], Close.AUTHENTICATION_FAILED),
    ([{"op": Op.IDENTIFY, "d": {**TOKEN, "intents": 1 << 40}}], Close.INVALID_INTENTS),
    ([{"op": Op.IDENTIFY, "d": {**TOKEN, "intents": 1 << 15}}], Close.DISALLOWED_INTENTS),
    ([{"op": Op.IDENTIFY, "d": {**TOKEN, "intents": 1, "shard": [2, 2]}}], Close.INVALID_SHARD),
    ([{"op": Op.IDENTIFY, "d": {**TOKEN, "intents": 1}}] * 2, Close.ALREADY_AUTHENTICATED),
    ([{"op": Op.PRESENCE, "d": {"status": "a" * 4096}}], Close.DECODE_ERROR),
    ([{"op": Op.HEARTBEAT, "d": None}] * 121, Close.RATE_LIMITED),
]


@pytest.mark.parametrize(("frames", "code"), MANNERS)
async def test_bad_manners_close_the_socket(sandbox: Sandbox, frames: list[object], code: Close) -> None:
    async with raw_socket(sandbox) as socket:
        for frame in frames:
            await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
        assert await closed_with(socket) == code


async def test_a_sequence_from_the_future_closes_the_socket(sandbox: Sandbox) -> None:
    async with raw_socket(sandbox) as socket:
        await identify(socket, sandbox)
        session_id = (await frame_of(socket, "READY"))["d"]["session_id"]
        await socket.close(code=4000)
    async with raw_socket(sandbox) as socket:
        resume = {"token": sandbox.token, "session_id": session_id, "seq": 99}
        await socket.send_json({"op": Op.RESUME, "d": resume})
        assert await closed_with(socket) == Close.INVALID_SEQ


async def test_missed_heartbeats_close_the_socket() -> None:
    async with Sandbox(heartbeat_ms=40) as sandbox, raw_socket(sandbox) as socket:
        await identify(socket, sandbox)
        started = time.monotonic()
        assert await closed_with(socket) == Close.SESSION_TIMED_OUT
        assert time.monotonic() - started < 1


async def test_an_old_version_of_the_protocol_is_refused(sandbox: Sandbox) -> None:
    async with raw_socket(sandbox, "v=9&encoding=json") as socket:
        assert await closed_with(socket) == Close.INVALID_API_VERSION


async def test_sequence_numbers_rise_over_a_resume(sandbox: Sandbox) -> None:
    intents = int(Intent.GUILDS | Intent.DIRECT_MESSAGES)
    async with raw_socket(sandbox) as socket:
        await identify(socket, sandbox, intents=intents)
        ready = await frame_of(socket, "READY")
        last = (await frame_of(socket, "GUILD_CREATE"))["s"]
        await socket.close(code=4000)
    dm = sandbox.person("ana").dm
    sandbox.person("ana").say("While you were out", channel=dm)
    async with raw_socket(sandbox) as socket:
        resume = {"token": sandbox.token, "session_id": ready["d"]["session_id"], "seq": last}
        await socket.send_json({"op": Op.RESUME, "d": resume})
        missed = await frame_of(socket, "MESSAGE_CREATE")
        again = await frame_of(socket, "RESUMED")
    assert (missed["s"], again["s"]) == (last + 1, last + 2)
    assert again["d"] == {"_trace": []}


async def test_a_close_with_1000_ends_the_session(sandbox: Sandbox) -> None:
    async with raw_socket(sandbox) as socket:
        await identify(socket, sandbox)
        session_id = (await frame_of(socket, "READY"))["d"]["session_id"]
        await socket.close(code=1000)
    await sandbox.until(lambda: not sandbox.backend.gateway.sessions)
    async with raw_socket(sandbox) as socket:
        resume = {"token": sandbox.token, "session_id": session_id, "seq": 1}
        await socket.send_json({"op": Op.RESUME, "d": resume})
        assert (await frame_of(socket, "INVALID_SESSION"))["d"] is False
