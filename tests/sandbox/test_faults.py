"""What goes wrong on demand, and how an unchanged discord.py takes it."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.cards.limits.shape import Fields, Place
from sandbox.errors import Impossible
from sandbox.faults import Delay, LoseAnswer, RateLimited, Scope, Status
from sandbox.server import Sandbox
from sandbox.world import Flag
from tests.sandbox.probe import Probe
from tests.sandbox.raw import ask


def original(failure: Exception) -> discord.HTTPException:
    assert isinstance(failure, app_commands.CommandInvokeError)
    assert isinstance(failure.original, discord.HTTPException)
    return failure.original


@pytest.mark.parametrize("scope", list(Scope))
async def test_a_429_is_waited_for_and_repeated(sandbox: Sandbox, probe: Probe, scope: Scope) -> None:
    sandbox.chaos.on_request(RateLimited(scope=scope, retry_after=0.02), method="POST", path="/messages$")
    sent = await probe.text_channel(sandbox).send("Alert")
    assert list(sandbox.channel("desk").messages) == [sent.id]
    statuses = [entry.status for entry in sandbox.backend.transcript.requests("POST", "/messages")]
    assert statuses == [429, 200]
    # A shared limit is not the bot's fault and does not count towards the ban.
    assert sandbox.backend.invalid_requests == (0 if scope is Scope.SHARED else 1)


async def test_a_429_without_via_looks_like_a_ban(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.on_request(RateLimited(via=False), path="/messages$")
    with pytest.raises(discord.HTTPException) as caught:
        await probe.text_channel(sandbox).send("Alert")
    assert caught.value.status == 429
    assert not sandbox.channel("desk").messages


@pytest.mark.parametrize("status", [500, 502])
async def test_a_broken_server_is_asked_again(sandbox: Sandbox, probe: Probe, status: int) -> None:
    sandbox.chaos.on_request(Status(status=status), method="POST", path="/messages$")
    await probe.text_channel(sandbox).send("Alert")
    assert len(sandbox.channel("desk").messages) == 1


async def test_a_503_is_not_asked_again(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.on_request(Status(status=503), method="POST", path="/messages$")
    with pytest.raises(discord.DiscordServerError):
        await probe.text_channel(sandbox).send("Alert")


async def test_a_reply_survives_a_broken_server(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.on_request(Status(status=500), method="PATCH", path="@original")
    outcome = await sandbox.person("ana").slash("check", {"account": "@x"})
    message = outcome.message
    assert message is not None
    await sandbox.until(lambda: not message.flags & Flag.LOADING)


async def test_an_answer_lost_on_the_way_is_found_again_by_its_nonce(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    sandbox.chaos.on_request(LoseAnswer(), method="POST", path="/messages$")
    with pytest.raises((aiohttp.ClientError, OSError)):
        await desk.send("Alert 4821", nonce="alert-4821")
    assert len(sandbox.channel("desk").messages) == 1
    again = await desk.send("Alert 4821", nonce="alert-4821")
    assert list(sandbox.channel("desk").messages) == [again.id]


async def test_an_answer_after_three_seconds_is_10062(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.on_request(Delay(seconds=3.05), path="/callback$")
    outcome = await sandbox.person("ana").slash("check", {"account": "@x"})
    assert outcome.failed == "The application did not respond"
    await sandbox.until(lambda: bool(probe.failures))
    assert original(probe.failures[0]).code == 10062


async def test_the_clock_decides_the_deadline(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.on_request(Delay(seconds=0.05), path="/callback$")
    asking = asyncio.create_task(sandbox.person("ana").slash("check", {"account": "@x"}))
    await sandbox.until(lambda: "INTERACTION_CREATE" in sandbox.transcript())
    sandbox.chaos.jump(4)
    await sandbox.until(lambda: bool(probe.failures))
    assert original(probe.failures[0]).code == 10062
    asking.cancel()


async def test_a_token_dies_after_fifteen_minutes(sandbox: Sandbox, probe: Probe) -> None:
    outcome = await sandbox.person("ana").slash("wait")
    await sandbox.until(lambda: probe.started == ["wait"])
    sandbox.chaos.jump(901)
    probe.release.set()
    await sandbox.until(lambda: bool(probe.failures))
    error = original(probe.failures[0])
    assert (error.status, error.code) == (401, 50027)
    assert outcome.message is not None
    assert outcome.message.flags & Flag.LOADING  # the person still sees "thinking"


async def test_a_webhook_is_unknown_before_the_first_answer(sandbox: Sandbox) -> None:
    path = f"/webhooks/{sandbox.backend.world.application_id}/no-such-token/messages/@original"
    answer = await ask(sandbox, "GET", path)
    assert (answer.status, answer.body["code"]) == (404, 10015)


async def test_channel_sends_obey_five_in_five_seconds(sandbox: Sandbox) -> None:
    path = f"/channels/{sandbox.channel('desk').id}/messages"
    answers = [await ask(sandbox, "POST", path, body={"content": str(n)}) for n in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    first, last = answers[0], answers[-1]
    assert first.headers["Content-Type"] == "application/json"
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("5", "4")
    assert first.headers["X-RateLimit-Bucket"] == last.headers["X-RateLimit-Bucket"]
    assert last.headers["Via"]
    assert last.headers["X-RateLimit-Scope"] == "user"
    assert 0 < last.body["retry_after"] <= 5
    assert last.body["global"] is False
    sandbox.chaos.jump(5)
    assert (await ask(sandbox, "POST", path, body={"content": "again"})).status == 200


async def test_fifty_requests_a_second_are_the_most_for_all_routes(sandbox: Sandbox) -> None:
    paths = ["/users/@me", f"/guilds/{next(iter(sandbox.backend.world.guilds))}", "/gateway"]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(sandbox, "GET", paths[n % 3])) for n in range(60)]
    limited = [task.result() for task in tasks if task.result().status == 429]
    # A second may turn while they arrive, then fewer are refused; the bucket of one route is 30 wide.
    assert any(answer.body["global"] for answer in limited)
    assert any(answer.headers.get("X-RateLimit-Global") == "true" for answer in limited)


async def test_a_burst_of_commands_is_acknowledged_in_time(sandbox: Sandbox, probe: Probe) -> None:
    people = [sandbox.person(key) for key in ("ana", "rui", "ada")]
    started = time.perf_counter()
    outcomes = await asyncio.gather(
        *(people[n % 3].slash("check", {"account": f"@account{n}"}) for n in range(200))
    )
    took = time.perf_counter() - started
    assert [outcome.failed for outcome in outcomes if outcome.failed] == []
    waits = sorted(outcome.ack_ms or 0 for outcome in outcomes)
    p50, p99 = statistics.median(waits), waits[197]
    # Shown by `pytest -s` or `-rP`.
    sys.stdout.write(f"200 commands in {took:.2f} s, acknowledged p50 {p50:.0f} ms, p99 {p99:.0f} ms\n")
    assert p99 < 3000
    assert probe.failures == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "earthquake"}, "no fault 'earthquake'"),
        ({"kind": "permission", "permission": "fly"}, "no permission 'fly'"),
    ],
)
async def test_unknown_faults_are_refused_with_a_sentence(
    sandbox: Sandbox, body: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Impossible, match=sentence):
        sandbox.chaos.from_json(Fields(body, Place([])))


async def test_faults_can_be_listed_and_taken_back(sandbox: Sandbox) -> None:
    sandbox.chaos.on_request(Status(status=500), method="POST", times=3)
    sandbox.chaos.fail_resume(times=2)
    sandbox.chaos.slow_gateway(0.5)
    listed = sandbox.backend.faults.as_json()
    assert [(fault["kind"], fault.get("times"), fault.get("status")) for fault in listed] == [
        ("status", 3, 500),
        ("fail_resume", 2, None),
        ("slow_gateway", None, None),
    ]
    sandbox.backend.faults.clear()
    assert sandbox.backend.faults.as_json() == []
