"""`masthead sites`: from a file of marks to a check that tells them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run

MARKS = """host,kind,value
gaceta.example,tag_manager,GTM-5EXMPLE
otra.example,tag_manager,GTM-5EXMPLE
""" + "".join(f"s{n}.example,,\n" for n in range(20))


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MASTHEAD_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    file = tmp_path / "marks.csv"
    file.write_text(MARKS, encoding="utf-8")
    return file


def test_imported_marks_are_shown_and_checked(marks: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["sites", "import", str(marks)]) == 0
    assert "22 sites, 2 new marks, 0 left out" in capfd.readouterr().out
    assert run(["sites", "show", "gaceta.example"]) == 0
    shown = capfd.readouterr().out
    assert "22 sites looked at in all" in shown
    assert "tag_manager" in shown
    assert "on 2, operator" in shown
    assert run(["check", "gaceta.example", "-p", "website"]) == 0
    card = " ".join(capfd.readouterr().out.split())
    assert "shares the Tag Manager container GTM-5EXMPLE (on 2 of 22 sites looked at)" in card


def test_the_same_as_json(marks: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["sites", "import", str(marks), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)[0]["new"] == 2
    assert run(["sites", "show", "https://gaceta.example/x", "nobody.example", "--json"]) == 0
    gaceta, nobody = json.loads(capfd.readouterr().out)
    assert gaceta["marks"][0]["sites"] == 2
    assert gaceta["sample"] == 22
    assert (nobody["looked_at"], nobody["marks"]) == (None, [])


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["sites", "look", "@nadie_conocido", "-p", "x"], "no web site of these accounts is known", 1),
        (["sites", "look", "https://x.com/"], "names no account or post", 2),
        (["sites", "look", "site.example", "-p", "tarot"], "There is no platform", 2),
        (["sites", "look", *(f"s{n}.example" for n in range(11))], "At most 10 sites", 2),
        (["sites", "import", "none.csv"], "cannot be read", 2),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], words: str, code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == code
    told = capfd.readouterr()
    assert words in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_a_days_budget_of_nothing_looks_at_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTHEAD_PLATFORMS_SITES_PER_DAY", "0")
    assert run(["sites", "look", "site.example"]) == 2
    assert "platforms.sites_per_day" in capfd.readouterr().err
