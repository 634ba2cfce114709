"""Requests without a library: shapes of refusals, every limit over the wire, doors that stay shut."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.cards.limits import Kind, problems
from bot.errors import InputError
from sandbox.server import Sandbox, loopback
from tests.sandbox.bodies import Case
from tests.sandbox.cases import CASES
from tests.sandbox.raw import Answer, ask

# The other kinds need an interaction, a message or a webhook to be about.
_ROUTES = {
    Kind.MESSAGE: ("POST", "/channels/{desk}/messages"),
    Kind.COMMANDS: ("PUT", "/applications/{app}/commands"),
    Kind.THREAD: ("POST", "/channels/{desk}/threads"),
    Kind.FORUM_POST: ("POST", "/channels/{cases}/threads"),
}
_WIRE = [case for case in CASES if case.kind in _ROUTES and case.row not in {"applied tags", "stickers"}]


async def post(sandbox: Sandbox, case: Case) -> Answer:
    method, template = _ROUTES[case.kind]
    path = template.format(
        desk=sandbox.channel("desk").id,
        cases=sandbox.channel("cases").id,
        app=sandbox.backend.world.application_id,
    )
    return await ask(sandbox, method, path, body=case.body, files=case.files)


def at(errors: dict[str, Any], path: str) -> set[str]:
    """The codes under `errors.<path>._errors[]`."""
    node = errors
    for key in path.split(".") if path else ():
        node = node[key]
    return {error["code"] for error in node["_errors"]}


@pytest.mark.parametrize("case", _WIRE, ids=lambda case: f"{case.row}-{'good' if case.good else case.code}")
async def test_every_limit_is_answered_in_discords_shape(case: Case) -> None:
    async with Sandbox() as sandbox:
        answer = await post(sandbox, case)
    if case.good:
        assert answer.status in {200, 201}, answer.body
        return
    (problem, *_) = [p for p in problems(case.kind, case.body, files=case.files) if p.code == case.code]
    status, code = problem.answer.value
    assert answer.status == status
    if code == 50035:
        assert answer.body["message"] == "Invalid Form Body"
        assert case.code in at(answer.body["errors"], case.path)
    elif code:
        assert answer.body["code"] == code
    else:
        assert answer.body is None  # a bare 500


async def test_a_wrong_token_is_401(sandbox: Sandbox) -> None:
    answer = await ask(sandbox, "GET", "/users/@me", token="other")
    assert (answer.status, answer.body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_broken_json_is_50109(sandbox: Sandbox) -> None:
    path = f"/channels/{sandbox.channel('desk').id}/messages"
    answer = await ask(sandbox, "POST", path, body=b"{")
    assert (answer.status, answer.body["code"]) == (400, 50109)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/channels/1", 10003),
        ("GET", "/channels/what", 10003),
        ("GET", "/channels/{desk}/messages/1", 10008),
        ("GET", "/users/1", 10013),
        ("GET", "/guilds/1", 10004),
        ("GET", "/guilds/{guild}/members/1", 10013),
        ("GET", "/guilds/{guild}/members/{app}", 0),
        ("PUT", "/applications/1/commands", 50001),
        ("DELETE", "/applications/{app}/commands/1", 10063),
        ("POST", "/interactions/1/token/callback", 10062),
        ("DELETE", "/webhooks/1/token/messages/@original", 10015),
    ],
)
async def test_what_does_not_exist_has_its_own_code(
    sandbox: Sandbox, method: str, path: str, code: int
) -> None:
    world = sandbox.backend.world
    full = path.format(
        desk=sandbox.channel("desk").id, guild=next(iter(world.guilds)), app=world.application_id
    )
    answer = await ask(sandbox, method, full, body={} if method in {"PUT", "POST"} else None)
    assert answer.body.get("code", 0) == code
    assert (answer.status >= 400) == bool(code)


async def test_commands_keep_their_ids_and_run_out_at_200_a_day(sandbox: Sandbox) -> None:
    path = f"/applications/{sandbox.backend.world.application_id}/commands"

    async def put(names: range) -> Answer:
        sandbox.chaos.jump(60)  # past the rate limit of the route
        body = [{"name": f"c{n}", "description": "A command"} for n in names]
        return await ask(sandbox, "PUT", path, body=body)

    first = await put(range(100))
    again = await put(range(100))
    assert [command["id"] for command in first.body] == [command["id"] for command in again.body]
    assert (await put(range(100, 200))).status == 200
    refused = await put(range(200, 201))
    assert (refused.status, refused.body["code"]) == (400, 30034)
    sandbox.chaos.jump(86_400)
    assert (await put(range(200, 201))).status == 200


async def test_a_guild_has_its_own_commands(sandbox: Sandbox) -> None:
    world = sandbox.backend.world
    path = f"/applications/{world.application_id}/guilds/{next(iter(world.guilds))}/commands"
    created = await ask(sandbox, "POST", path, body={"name": "here", "description": "Only here"})
    assert created.status == 201
    edited = await ask(sandbox, "PATCH", f"{path}/{created.body['id']}", body={"description": "Still here"})
    assert (edited.body["description"], edited.body["id"]) == ("Still here", created.body["id"])
    listed = await ask(sandbox, "GET", path)
    assert [command["name"] for command in listed.body] == ["here"]
    assert (await ask(sandbox, "DELETE", f"{path}/{created.body['id']}")).status == 204
    assert (await ask(sandbox, "GET", f"{path}/permissions")).body == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", "", "127.0.0.1.example"])  # noqa: S104
async def test_it_listens_on_loopback_alone(host: str) -> None:
    with pytest.raises(InputError, match="loopback addresses alone, not on " + re.escape(repr(host))):
        Sandbox(host=host)


@pytest.mark.parametrize(
    ("host", "address"), [("localhost", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("::1", "::1")]
)
def test_every_loopback_address_will_do(host: str, address: str) -> None:
    assert loopback(host) == address


async def test_a_port_that_is_taken_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(InputError, match=f"port {sandbox.port}: .*Choose another port"):
        async with Sandbox(port=sandbox.port):
            pass


async def test_the_first_world_has_the_same_ids_at_every_start(sandbox: Sandbox) -> None:
    async with Sandbox() as other:
        for name in ("desk", "alerts", "cases", "methods"):
            assert other.channel(name).id == sandbox.channel(name).id
        assert other.person("ana").dm.id == sandbox.person("ana").dm.id
        assert other.backend.world.application_id == sandbox.backend.world.application_id
        # What is made later has later ids.
        assert other.person("ana").say("Hello").id > other.person("ana").dm.id


async def test_the_transcript_tells_everything_but_secrets(sandbox: Sandbox) -> None:
    path = f"/channels/{sandbox.channel('desk').id}/messages"
    await ask(sandbox, "POST", path, body={"content": "Alert"})
    await ask(sandbox, "POST", "/interactions/1/very-secret-token/callback", body={"type": 5, "token": "x9"})
    text = sandbox.transcript()
    assert f"POST {path} = 200" in text
    assert '"content": "Alert"' in text
    assert "very-secret-token" not in text
    assert "x9" not in text
