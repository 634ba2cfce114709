"""The page's routes, as docs/sandbox-api.md describes them."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from sandbox.server import Sandbox
from tests.sandbox.probe import Probe
from tests.sandbox.raw import Answer, ask

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

DOCS = Path(__file__).parents[2] / "docs/sandbox-api.md"
API = "/sandbox/api"


async def get(sandbox: Sandbox, path: str) -> Answer:
    return await ask(sandbox, "GET", path, base=API)


async def post(sandbox: Sandbox, route: str, /, **body: object) -> Answer:
    return await ask(sandbox, "POST", route, base=API, body=body)


async def state(sandbox: Sandbox, person: str) -> dict[str, Any]:
    return (await get(sandbox, f"/state?as={person}")).body


def desk_id(sandbox: Sandbox) -> str:
    return str(sandbox.channel("desk").id)


def command_id(sandbox: Sandbox, name: str, *, kind: int = 1) -> str:
    return str(sandbox.backend.commands.named(name, kind=kind)["id"])


async def test_the_state_holds_what_a_person_may_see(sandbox: Sandbox, probe: Probe) -> None:
    seen = await state(sandbox, "rui")
    assert [person["key"] for person in seen["people"]] == ["ana", "rui", "ada"]
    assert seen["me"]["role_names"] == []
    assert [(c["kind"], c["name"], c["can_send"]) for c in seen["channels"]] == [
        ("text", "desk", True),
        ("thread", "methods", True),
        ("text", "alerts", False),
        ("forum", "cases", False),
        ("dm", "Masthead", True),
    ]
    assert seen["bot"]["connected"] is True
    assert "check" in {command["name"] for command in seen["commands"]}
    # Its default permissions ask for an administrator.
    assert "watchlist" not in {command["name"] for command in seen["commands"]}
    assert "watchlist" in {command["name"] for command in (await state(sandbox, "ada"))["commands"]}


async def test_a_command_answers_with_what_the_person_sees(sandbox: Sandbox, probe: Probe) -> None:
    answer = await post(
        sandbox,
        "/command",
        **{"as": "ana", "channel": desk_id(sandbox), "command": command_id(sandbox, "check")},
        options={"account": "@x"},
    )
    assert (answer.body["ack"], answer.body["failed"]) == ("deferred", None)
    assert answer.body["message"]["sandbox"]["interaction"]["name"] == "check"
    await sandbox.until(lambda: "@x over 30 days" in str(sandbox.channel("desk").messages))
    (message,) = (await state(sandbox, "rui"))["messages"][desk_id(sandbox)]
    assert message["flags"] & 32768
    assert message["sandbox"]["loading"] is False


async def test_autocomplete_menu_click_select_and_modal(sandbox: Sandbox, probe: Probe) -> None:
    desk, ana = desk_id(sandbox), {"as": "ana"}
    check = {**ana, "channel": desk, "command": command_id(sandbox, "check")}
    offered = await post(sandbox, "/autocomplete", **check, options={"account": "xin"}, focused="account")
    assert offered.body["choices"] == [{"name": "@xinhua", "value": "@xinhua"}]

    written = await post(sandbox, "/message", **ana, channel=desk, content="https://social.example/1")
    target = written.body["message"]["id"]
    menu = command_id(sandbox, "Check this post", kind=3)
    private = await post(sandbox, "/menu", **ana, channel=desk, command=menu, target=target)
    assert private.body["message"]["sandbox"]["ephemeral"] is True

    opened = await post(sandbox, "/command", **ana, channel=desk, command=command_id(sandbox, "choose"))
    message = opened.body["message"]["id"]
    modal = (await post(sandbox, "/click", **ana, message=message, custom_id="judge")).body["modal"]
    assert modal["title"] == "Judge this finding"
    values = {"reason": "One editor", "verdict": ["refute"]}
    done = await post(sandbox, "/modal", **ana, modal=modal["id"], values=values)
    assert done.body["message"]["content"] == "refute: One editor"
    chosen = await post(sandbox, "/select", **ana, message=message, custom_id="platform", values=["x"])
    assert (chosen.body["ack"], chosen.body["message"]["content"]) == ("update", "Chosen: x")


async def test_ephemeral_and_direct_messages_stay_with_their_people(sandbox: Sandbox, probe: Probe) -> None:
    await sandbox.person("ana").slash("private")
    sandbox.person("ana").say("Only for the bot", channel=sandbox.person("ana").dm)
    assert "For you alone" in json.dumps(await state(sandbox, "ana"))
    for other in ("rui", "ada"):
        text = json.dumps(await state(sandbox, other))
        assert "For you alone" not in text
        assert "Only for the bot" not in text
    dm = sandbox.person("ana").dm.id
    assert (await get(sandbox, f"/channels/{dm}/messages?as=rui")).status == 404


async def test_files_go_up_and_come_down_by_their_secret(sandbox: Sandbox, probe: Probe) -> None:
    form = aiohttp.FormData(quote_fields=False)
    command = command_id(sandbox, "read_file")
    body = {"as": "ana", "channel": desk_id(sandbox), "command": command, "options": {"table": 0}}
    form.add_field("payload_json", json.dumps(body))
    form.add_field("files[0]", b"@a\n", filename="a b.csv")
    url = f"{sandbox.url}{API}/command"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        outcome = await answer.json()
    assert outcome["message"]["content"] == "a b.csv: 3 bytes"
    sent = await sandbox.person("ana").slash("file")
    message = sent.message
    assert message is not None
    await sandbox.until(lambda: bool(message.attachments))
    shown = (await state(sandbox, "rui"))["messages"][desk_id(sandbox)][-1]
    path = shown["attachments"][0]["url"]
    assert path.startswith("/sandbox/attachments/")
    fetched = await ask(sandbox, "GET", path, base="")
    assert fetched.body == b"account,posts\n@x,3\n"
    assert fetched.headers["Content-Disposition"] == "attachment"
    assert (await ask(sandbox, "GET", path.replace("hm=", "hm=0"), base="")).status == 404


async def test_people_react_dismiss_delete_and_close_their_door(sandbox: Sandbox, probe: Probe) -> None:
    written = sandbox.person("rui").say("Hello")
    reacted = await post(sandbox, "/react", **{"as": "ana"}, message=str(written.id), emoji="👀", on=True)
    assert reacted.body["message"]["reactions"][0]["me"] is True
    assert (await post(sandbox, "/delete", **{"as": "ana"}, message=str(written.id))).status == 403
    assert (await post(sandbox, "/delete", **{"as": "ada"}, message=str(written.id))).status == 200
    private = (await sandbox.person("ana").slash("private")).message
    assert private is not None
    assert (await post(sandbox, "/dismiss", **{"as": "ana"}, message=str(private.id))).status == 200
    closed = await post(sandbox, "/dms", **{"as": "rui"}, closed=True)
    assert closed.body["person"]["dms_closed"] is True


async def test_a_bot_that_is_away_is_a_failed_outcome_and_no_error(sandbox: Sandbox) -> None:
    sandbox.backend.commands.put(None, {"name": "check", "description": "Check"})
    answer = await post(
        sandbox,
        "/command",
        **{"as": "ana", "channel": desk_id(sandbox), "command": command_id(sandbox, "check")},
    )
    assert (answer.status, answer.body["failed"]) == (200, "The application did not respond")


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/message", {"as": "eve"}, 400, "nobody called 'eve'"),
        ("/message", {"as": "rui", "channel": "{alerts}", "content": "a"}, 403, "permission to write"),
        ("/message", {"as": "rui", "channel": "{cases}", "content": "a"}, 403, "A forum holds posts"),
        ("/message", {"as": "rui", "channel": "1", "content": "a"}, 404, "no such channel"),
        ("/message", {"as": "rui", "channel": "{desk}", "content": " "}, 400, "Write something"),
        ("/message", {"as": "rui", "channel": "{desk}", "content": "a" * 2001}, 400, "2,000"),
        ("/click", {"as": "rui", "message": "x", "custom_id": "a"}, 400, "is an id"),
        ("/command", {"as": "rui", "channel": "{desk}", "command": "1"}, 404, "no such command"),
        ("/modal", {"as": "rui", "modal": "none"}, 404, "not open any more"),
        ("/faults", {"kind": "earthquake"}, 400, "no fault 'earthquake'"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    sandbox: Sandbox, path: str, body: dict[str, str], status: int, sentence: str
) -> None:
    ids = {name: str(sandbox.channel(name).id) for name in ("desk", "alerts", "cases")}
    filled = {key: value.format(**ids) if "{" in value else value for key, value in body.items()}
    answer = await post(sandbox, path, **filled)
    assert answer.status == status
    assert sentence in answer.body["error"]


@asynccontextmanager
async def listening(sandbox: Sandbox, query: str) -> AsyncGenerator[aiohttp.StreamReader]:
    url = f"{sandbox.url}{API}/events?{query}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield answer.content


async def next_event(stream: aiohttp.StreamReader, *wanted: str) -> tuple[str, dict[str, Any]]:
    async with asyncio.timeout(60):
        while True:
            block = (await stream.readuntil(b"\n\n")).decode()
            pairs = (line.partition(": ") for line in block.splitlines())
            fields = {name: value for name, _, value in pairs if name}
            if fields.get("event") in wanted:
                return fields["event"], json.loads(fields["data"])


async def test_events_follow_the_state(sandbox: Sandbox, probe: Probe) -> None:
    cursor = (await state(sandbox, "rui"))["cursor"]
    await sandbox.person("ana").slash("check", {"account": "@x"})
    async with listening(sandbox, f"as=rui&after={cursor}") as stream:
        # What happened between the state and the stream is not lost. It is drawn as it stands now.
        _, created = await next_event(stream, "message_create")
        assert created["channel"] == desk_id(sandbox)
        _, updated = await next_event(stream, "message_update")
        assert updated["message"]["sandbox"]["loading"] is False
        sandbox.person("ana").say("While you listen")
        _, written = await next_event(stream, "message_create")
        assert written["message"]["content"] == "While you listen"


async def test_events_keep_ephemeral_messages_to_their_person(sandbox: Sandbox, probe: Probe) -> None:
    cursor = (await state(sandbox, "rui"))["cursor"]
    async with listening(sandbox, f"as=rui&after={cursor}") as stream:
        await sandbox.person("ana").slash("private")
        sandbox.person("ana").say("For all")
        _, created = await next_event(stream, "message_create")
        assert created["message"]["content"] == "For all"


async def test_events_tell_of_the_bot_faults_people_and_requests(sandbox: Sandbox, probe: Probe) -> None:
    cursor = (await state(sandbox, "ada"))["cursor"]
    async with listening(sandbox, f"as=ada&after={cursor}&requests=1") as stream:
        await post(sandbox, "/faults", kind="status", status=500, path="/typing$")
        assert (await next_event(stream, "faults"))[1]["faults"][0]["status"] == 500
        sandbox.person("rui").close_dms()
        assert (await next_event(stream, "person"))[1]["person"]["dms_closed"] is True
        await probe.fetch_user(sandbox.person("rui").user.id)
        entry = (await next_event(stream, "request"))[1]["entry"]
        assert (entry["kind"], entry["status"]) == ("rest", 200)
        sandbox.chaos.drop_socket()
        assert (await next_event(stream, "bot"))[1] == {"connected": False}


async def test_a_listener_from_another_life_is_told_to_begin_anew(sandbox: Sandbox) -> None:
    async with listening(sandbox, "as=ana&after=999999") as stream:
        assert (await next_event(stream, "reset"))[1] == {}


@pytest.mark.parametrize("wait_for_events", [False, True])
async def test_a_page_that_closes_its_socket_leaves_no_error_behind(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, *, wait_for_events: bool
) -> None:
    reader, writer = await asyncio.open_connection(sandbox.host, sandbox.port)
    writer.write(f"GET {API}/events?as=ana&after=0 HTTP/1.1\r\nHost: {sandbox.host}\r\n\r\n".encode())
    if wait_for_events:
        await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    for number in range(3):
        sandbox.person("ana").say(f"Nobody looks {number}")
        assert (await get(sandbox, "/state?as=ana")).status == 200
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_the_transcript_pages_and_prints(sandbox: Sandbox, probe: Probe) -> None:
    first = (await get(sandbox, "/transcript?limit=2")).body
    assert [entry["n"] for entry in first["entries"]] == [1, 2]
    rest = (await get(sandbox, f"/transcript?after={first['last']}")).body
    assert rest["entries"][0]["n"] == 3
    printed = await ask(sandbox, "GET", "/transcript?format=text", base=API)
    assert b"GET /users/@me = 200" in printed.body


async def test_faults_are_listed_and_taken_back(sandbox: Sandbox) -> None:
    added = await post(sandbox, "/faults", kind="rate_limit", scope="shared", retry_after=0.5, times=2)
    (fault,) = added.body["faults"]
    assert (fault["kind"], fault["scope"], fault["times"]) == ("rate_limit", "shared", 2)
    cleared = await ask(sandbox, "DELETE", "/faults", base=API)
    assert cleared.body == {"faults": []}


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Host": "evil.example:8765"}, {"Origin": "null"}],
)
async def test_other_sites_are_kept_out(sandbox: Sandbox, headers: dict[str, str]) -> None:
    answer = await ask(sandbox, "GET", "/state?as=ana", base=API, headers=headers)
    assert answer.status == 403


async def test_the_page_itself_may_load_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    answer = await ask(sandbox, "GET", "/", base="")
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?://", policy)


async def test_every_documented_route_is_served(sandbox: Sandbox) -> None:
    documented = set(re.findall(r"`(?:GET |POST |DELETE )?(/sandbox/api/[\w/<>]+)", DOCS.read_text("utf-8")))
    assert len(documented) > 12
    for path in documented:
        concrete = path.replace("<id>", desk_id(sandbox))
        answers = [await ask(sandbox, method, concrete, base="", body={}) for method in ("GET", "POST")]
        # 400: it is there and asks who acts. Nothing at all is 404 or 405 for both.
        assert any(answer.status in {200, 400} for answer in answers), path
