"""A session that was recorded is done again in a new world, with the real bot in both."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import InputError
from sandbox.components import controls
from sandbox.facts import differences
from sandbox.record import recording
from sandbox.replay import Replay, read_session
from sandbox.run import replay_session
from sandbox.server import Sandbox
from sandbox.uploads import in_hand
from sandbox.world import Flag, Message
from tests.sandbox.browser.live_bot import masthead
from tests.sandbox.probe import connected
from tests.services import case_services

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

ASKED = {"account": "@ejemplo_hoy_1", "platform": "x"}


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def control(message: Message, label: str) -> str:
    return next(str(c["custom_id"]) for c in controls(message.components) if c.get("label") == label)


async def settled(sandbox: Sandbox, message: Message | None) -> Message:
    assert message is not None
    await sandbox.until(lambda: not message.flags & Flag.LOADING, seconds=20)
    return message


@asynccontextmanager
async def recorded(folder: Path, path: Path) -> AsyncGenerator[Sandbox]:
    async with case_services(folder) as services, Sandbox() as sandbox:
        with recording(sandbox.backend, path, seed=False):
            async with masthead(services, sandbox):
                yield sandbox


@pytest.fixture
async def session(tmp_path: Path) -> Path:
    """Two people check, look at the evidence, complete a name, use a menu, react, and mistype."""
    path = tmp_path / "session.jsonl"
    (tmp_path / "before").mkdir()
    async with recorded(tmp_path / "before", path) as sandbox:
        ana, rui = sandbox.person("ana"), sandbox.person("rui")
        await ana.complete("check", "account", options={"account": "@ejem"})
        card = await settled(sandbox, (await ana.slash("check", ASKED)).message)
        await settled(sandbox, (await rui.click(card, control(card, "Evidence"))).message)
        pasted = ana.say("https://x.com/ejemplo_hoy_1/status/1700000000000000001")
        await settled(sandbox, (await rui.menu("Check this author", pasted)).message)
        rui.react(card, "\N{EYES}")
        await settled(sandbox, (await rui.slash("check", {"account": "??"}, channel=rui.dm)).message)
    return path


async def test_a_recording_tells_acts_by_order_and_holds_no_token(session: Path) -> None:
    head, *lines = lines_of(session)
    assert (head["version"], head["seed"]) == (1, False)
    acts = [line for line in lines if line["kind"] == "act"]
    assert [(act["person"], act["action"], act["channel"]) for act in acts] == [
        ("ana", "autocomplete", "desk"),
        ("ana", "command", "desk"),
        ("rui", "click", "desk"),
        ("ana", "say", "desk"),
        ("rui", "message_menu", "desk"),
        ("rui", "react", "desk"),
        ("rui", "command", "dm rui"),
    ]
    assert acts[2]["arguments"]["message"] == {"$message": ["desk", 1]}
    assert acts[2]["arguments"]["label"] == "Evidence"
    answers = {line["act"]: line for line in lines if line["kind"] == "answer"}
    assert answers[2]["ack"] == "deferred"
    assert 0 < answers[2]["ack_ms"] < 3000
    card = next(line for line in lines if line["kind"] == "message")
    assert "@ejemplo_hoy_1" in str(card["facts"])
    assert "custom_id" not in str(card["facts"])


async def test_the_same_bot_answers_as_it_did(session: Path, tmp_path: Path) -> None:
    (tmp_path / "after").mkdir()
    transcript = tmp_path / "transcript.txt"
    async with case_services(tmp_path / "after") as services:
        assert await replay_session(services, read_session(session), transcript=transcript) == []
    assert "PATCH /webhooks/" in transcript.read_text("utf-8")


async def test_every_answer_that_differs_is_told(session: Path, tmp_path: Path) -> None:
    # Somebody edits the recording as if the bot had said something else, and asks for a button that is gone.
    lines = lines_of(session)
    card = next(line for line in lines if line["kind"] == "message")
    card["facts"]["content"] = "Something else"
    next(line for line in lines if line["kind"] == "answer")["choices"] = ["@nobody"]
    next(line for line in lines if line.get("action") == "click")["arguments"]["control"] = 40
    changed = tmp_path / "changed.jsonl"
    changed.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (tmp_path / "after").mkdir()
    async with case_services(tmp_path / "after") as services:
        found = await replay_session(services, read_session(changed), patience_s=3)
    text = "\n".join(found)
    assert "act 1 (ana: autocomplete), choices: was ['@nobody']" in text
    assert "act 3 (rui: click) cannot be done: The message has" in text
    assert "desk, message 1, content: was 'Something else', is ''" in text
    # The evidence was never asked for, so its answer is missing, and what comes after has moved up.
    assert "now 0 times" in text


async def act_with_everything(sandbox: Sandbox) -> None:
    ana, ada = sandbox.person("ana"), sandbox.person("ada")
    chooser = (await ana.slash("choose")).message
    assert chooser is not None
    form = (await ana.click(chooser, "judge")).modal
    assert form is not None
    await ana.submit(form, {"reason": "Same words", "verdict": ["refute"]})
    await ana.choose(chooser, "platform", values=["bluesky"])
    await ana.slash("read_file", {"table": 0}, files=[in_hand("a.txt", b"hello")])
    await ada.slash("watchlist add", {"name": "north", "member": str(ana.user.id)})
    await ana.slash("twice")
    said = ana.say("A file", files=[in_hand("b.txt", b"more")])
    ana.say("An answer", reply_to=said.id, channel=sandbox.channel("methods"))
    secret = (await ana.slash("private")).message
    assert secret is not None
    ana.dismiss(secret)
    ada.delete(said)
    ana.close_dms()


async def test_forms_selects_files_and_people_come_back(tmp_path: Path) -> None:
    """The practice bot has what Masthead's own commands do not have yet."""
    path = tmp_path / "session.jsonl"
    async with Sandbox() as sandbox:
        with recording(sandbox.backend, path, seed=False):
            async with connected(sandbox):
                await act_with_everything(sandbox)
    lines = lines_of(path)
    acts = {line["action"]: line["arguments"] for line in lines if line["kind"] == "act"}
    assert acts["submit"] == {"modal": 1, "values": ["Same words", [{"$option": 2}]], "files": []}
    assert acts["choose"]["values"] == [{"$option": 2}]
    assert acts["command"]["options"] == {}
    assert {"$file": [0, "a.txt", "text/plain", "aGVsbG8="]} in [
        file for line in lines if line.get("action") == "command" for file in line["arguments"]["files"]
    ]
    assert '"member": {"$id": "user ana"}' in path.read_text("utf-8")
    async with Sandbox() as sandbox:
        # Other ids than before, as in a world that has a past.
        sandbox.chaos.jump(5)
        replay = Replay(sandbox, read_session(path))
        async with connected(sandbox):
            assert await replay.run() == []
        assert sandbox.person("ana").user.dms_closed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("not json\n", "line 1, is not a line"),
        ('{"kind": "head", "version": 99, "seed": true}\n', "not version 1"),
        ('{"kind": "head", "version": 1, "seed": true}\n{"kind": "dance"}\n', "line 2"),
    ],
)
async def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "session.jsonl"
    await asyncio.to_thread(path.write_text, text, "utf-8")
    with pytest.raises(InputError, match=reason):
        read_session(path)


async def test_a_recording_is_never_written_over(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    await asyncio.to_thread(path.write_text, "mine", "utf-8")
    with pytest.raises(InputError, match="File exists"), recording(sandbox.backend, path, seed=True):
        pass
    assert await asyncio.to_thread(path.read_text, "utf-8") == "mine"


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"a": [1, 2]}, {"a": [1, 2]}, []),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["a.1: was 2, is 3"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a: was [1], is [1, 2]"]),
        ({"a": 1}, {"b": 1}, ["a: was 1, is None", "b: was None, is 1"]),
    ],
)
def test_differences_name_the_place(before: object, after: object, lines: list[str]) -> None:
    assert differences(before, after) == lines
