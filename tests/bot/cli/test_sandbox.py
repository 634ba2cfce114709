"""`masthead sandbox --replay`: what is printed, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run

HEAD = {"kind": "head", "format": "masthead sandbox session", "version": 1, "seed": False}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _act(n: int, action: str, **arguments: object) -> dict[str, object]:
    return {
        "kind": "act",
        "n": n,
        "person": "ana",
        "action": action,
        "channel": "desk",
        "arguments": {"files": [], **arguments},
    }


def _session(path: Path, *lines: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in (HEAD, *lines)), encoding="utf-8")
    return str(path)


def test_a_replay_without_differences_ends_with_0(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = _session(tmp_path / "session.jsonl", _act(1, "say", content="Hello", reply_to=None))
    assert run(["sandbox", "--replay", file, "--transcript", "said.txt"]) == 0
    assert "All 1 acts were answered as before." in capfd.readouterr().out
    assert "Ana in desk: writes" in (tmp_path / "said.txt").read_text("utf-8")
    # The replay had a database of its own, and it is gone.
    assert {path.name for path in tmp_path.iterdir()} == {"session.jsonl", "said.txt"}


def test_a_replay_with_differences_ends_with_1(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    answer: dict[str, object] = {
        "kind": "answer",
        "act": 1,
        "ack": "modal",
        "ack_ms": 3.0,
        "failed": None,
        "choices": [],
        "modal": None,
    }
    act = _act(1, "command", command="help", options={})
    assert run(["sandbox", "--replay", _session(tmp_path / "session.jsonl", act, answer)]) == 1
    out = capfd.readouterr().out
    assert "act 1 (ana: command), ack: was 'modal', is " in out
    assert "differences." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--replay", "nowhere.jsonl"], "cannot be read"),
        (["--replay", "a.jsonl", "--record", "b.jsonl"], "not both"),
    ],
)
def test_wrong_use_ends_with_2(
    arguments: list[str], said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["sandbox", *arguments]) == 2
    assert said in capfd.readouterr().err
    assert not list(tmp_path.iterdir())
