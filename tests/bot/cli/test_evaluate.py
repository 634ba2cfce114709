"""`masthead evaluate` as people and continuous integration see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run

RIGHT = """
title = "A state outlet, listed by its handle"
benign = false
account = "x:mundo_ejemplo"
[[entity]]
key = "mundo"
name = "Mundo Ejemplo"
country = "CN"
class = "SC"
accounts = ["x:mundo_ejemplo"]
[expect]
at_least = "likely"
at_most = "likely"
found = ["registry_match"]
"""


def _folder(path: Path, **worlds: str) -> str:
    for name, text in worlds.items():
        (path / f"{name}.toml").write_text(text, encoding="utf-8")
    return str(path)


def test_worlds_as_expected_end_with_0_and_the_tables(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", _folder(tmp_path, right=RIGHT)]) == 0
    told = capfd.readouterr().out
    assert "registry_match" in told
    assert "1 world, 0 benign; 0 benign above an even chance; 0 not as expected." in told


def test_a_benign_world_above_an_even_chance_ends_with_1(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    alarming = RIGHT.replace("benign = false", "benign = true")
    assert run(["evaluate", _folder(tmp_path, right=RIGHT, alarming=alarming)]) == 1
    assert "1 benign above an even chance" in capfd.readouterr().out


def test_what_differs_is_named_and_printed_as_data(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wrong = RIGHT.replace('found = ["registry_match"]', 'found = ["registry_match", "ownership_chain"]')
    folder = _folder(tmp_path, wrong=wrong)
    assert run(["evaluate", folder]) == 1
    assert "wrong: ownership_chain found nothing" in capfd.readouterr().out
    assert run(["evaluate", folder, "--json"]) == 1
    result = json.loads(capfd.readouterr().out)
    (outcome,) = result["outcomes"]
    assert (outcome["name"], outcome["link"], outcome["missed"]) == (
        "wrong",
        "likely",
        ["ownership_chain found nothing"],
    )
    assert result["confusion"] == {"likely": {"likely": 1}}


def test_a_folder_without_worlds_is_wrong_usage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(tmp_path)]) == 2
    assert "there are no scenarios (*.toml)" in capfd.readouterr().err
