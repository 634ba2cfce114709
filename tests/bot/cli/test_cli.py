"""The command line as people and scripts see it: what is printed, where, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.checks.dossier import SCHEMA_VERSION
from bot.cli import run

HEADER = "platform,handle,post_id,created_at,text,likes\n"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MASTHEAD_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)


def _posts(path: Path, n: int) -> Path:
    rows = [
        f"x,ejemplo_uno,{i},2026-10-{1 + i % 28:02d}T10:00:00Z,Noticia número {i},1\n"
        for i in range(1, n + 1)
    ]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def test_check_answers_from_the_registry_with_the_chain(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "@mundo_china", "--platform", "x"]) == 0
    card = " ".join(capfd.readouterr().out.split())
    assert "Central Publicity Department" in card
    assert "Hamilton 2.0 account list 2024" in card


def test_check_prints_the_documented_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "@mundo_china", "-p", "twitter", "--json"]) == 0
    dossier = json.loads(capfd.readouterr().out)
    assert dossier["schema"] == SCHEMA_VERSION
    assert dossier["account"]["handle"] == "mundo_china"
    first, *_ = dossier["assessment"]["state_link"]["chain"]
    assert set(first) >= {"from", "relation", "to", "source"}
    assert {source["key"] for source in dossier["sources"]} >= {first["source"]}


def test_an_unknown_account_gets_an_honest_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "@nadie_conocido", "-p", "x"]) == 0
    card = capfd.readouterr().out
    assert "Not assessed" in card
    assert "not in the registry" in card
    assert "import" in card


@pytest.mark.parametrize("name", ["@bbcworld", "@AP", "@dwnews"])
def test_independent_media_and_agencies_are_not_called_state_controlled(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", name, "-p", "x"]) == 0
    assert "state-controlled" not in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "@XHNews"], "does not name one account for certain"),
        (["check", "<@123>"], "a member of this Discord server"),
        (["check", "javascript:alert(1)"], "does not open"),
        (["check", "https://discord.gg/abc"], "invite"),
        (["check", ""], "There is no text to read"),
        (["check", "@a", "-p", "myspace"], "There is no platform 'myspace'"),
        (["check", "@nobody_at_all_7777", "-p", "x"], "1 to 15"),
        (["check"], "Missing argument"),
        (["chek", "@a"], "Did you mean 'check'?"),
        (["import", "absent.jsonl"], "absent.jsonl"),
        (["restore", "absent.db"], "there is no file absent.db"),
        (["--config", "absent.toml", "doctor"], "cannot be read"),
    ],
)
def test_bad_input_is_one_clear_line_and_code_2(
    arguments: list[str], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    printed = capfd.readouterr()
    assert sentence in printed.err
    assert printed.err.startswith("masthead: ")
    assert printed.err.count("\n") == 1
    assert not printed.out


def test_four_thousand_characters_are_read_in_one_go(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["resolve", "palabra " * 500, "--json"]) == 0
    (result,) = json.loads(capfd.readouterr().out)
    assert [reference["kind"] for reference in result["references"]] == ["refused"]


def test_import_twice_adds_nothing_the_second_time(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = str(_posts(tmp_path / "posts.csv", 40))
    assert run(["import", file, "--json"]) == 0
    first = json.loads(capfd.readouterr().out)
    assert (first["files"], first["posts_new"], first["accounts_new"]) == (1, 40, 1)
    assert run(["import", file, "--json"]) == 0
    second = json.loads(capfd.readouterr().out)
    assert (second["posts_new"], second["posts_seen"], second["rejected"]) == (0, 40, [])

    assert run(["check", "@ejemplo_uno", "-p", "x", "--json"]) == 0
    dossier = json.loads(capfd.readouterr().out)
    assert dossier["posts_held"] == 40
    states = {finding["check"]: finding["state"] for finding in dossier["findings"]}
    assert states["half_attribution"] == "not_found"
    assert states["engagement_rate"] in {"found", "not_found", "could_not_check"}


def test_a_bad_row_is_named_by_line_and_the_rest_is_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = _posts(tmp_path / "posts.csv", 20)
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[16] = "x,ejemplo_uno,99,ayer,Una fecha que no es,1"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(["import", str(file), "--json"]) == 1
    result = json.loads(capfd.readouterr().out)
    assert result["posts_new"] == 19
    assert [(Path(bad["file"]).name, bad["line"]) for bad in result["rejected"]] == [("posts.csv", 17)]


def test_resolve_says_what_each_part_of_a_message_is(capfd: pytest.CaptureFixture[str]) -> None:
    text = "see <https://x.com/ejemplo/status/12>, @b@c.example and https://t.co/abc"
    assert run(["resolve", text, "@XHNews", "--json"]) == 0
    message, bare = json.loads(capfd.readouterr().out)
    assert [reference["kind"] for reference in message["references"]] == ["post", "account", "short_link"]
    (ambiguous,) = bare["references"]
    assert ambiguous["kind"] == "ambiguous"
    assert len(ambiguous["choices"]) > 3


def test_a_copy_can_be_made_and_put_back(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = str(_posts(tmp_path / "posts.csv", 5))
    assert run(["import", file]) == 0
    assert run(["backup", "copy.db"]) == 0
    assert run(["backup", "copy.db"]) == 1
    (tmp_path / "masthead.db").unlink()
    assert run(["restore", "copy.db"]) == 0
    capfd.readouterr()
    assert run(["import", file, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["posts_seen"] == 5


def test_doctor_names_what_is_missing_and_the_remedy(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 1
    assert "masthead.db does not exist yet" in capfd.readouterr().out
    assert run(["registry", "stats"]) == 0
    capfd.readouterr()
    assert run(["doctor"]) == 0
    report = capfd.readouterr().out
    assert "sound" in report
    assert "DISCORD_TOKEN" in report


def test_the_registry_can_be_searched_shown_and_taken_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["registry", "search", "新华社"]) == 0
    assert capfd.readouterr().out.startswith("xinhua ")
    # As it is spoken, in the spelling of older books.
    assert run(["registry", "search", "jenmin jihpao"]) == 0
    assert capfd.readouterr().out.startswith("peoples-daily ")
    assert run(["registry", "show", "xinhua"]) == 0
    assert "Hamilton 2.0 account list 2024" in capfd.readouterr().out
    assert run(["registry", "search", "zzzzqqqq"]) == 1
    assert "Try another spelling" in capfd.readouterr().err
    assert run(["registry", "export", str(tmp_path / "set")]) == 0
    capfd.readouterr()
    assert run(["registry", "import", str(tmp_path / "set"), "--json"]) == 0
    (report,) = json.loads(capfd.readouterr().out)
    assert not any(report["new"].values())


def test_a_database_of_a_newer_version_is_refused_and_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    assert run(["registry", "stats"]) == 0
    with sqlite3.connect(tmp_path / "masthead.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    before = (tmp_path / "masthead.db").read_bytes()
    assert run(["check", "@mundo_china", "-p", "x"]) == 1
    assert "newer Masthead" in capfd.readouterr().err
    assert (tmp_path / "masthead.db").read_bytes() == before


def test_the_sandbox_refuses_other_machines(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--host", "0.0.0.0"]) == 2  # noqa: S104 - what must be refused
    assert "loopback" in capfd.readouterr().err
    assert not list(tmp_path.iterdir())


def test_fingerprints_can_be_left_for_later(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "posts.csv"
    text = "El ministro abrió ayer el puente nuevo del norte"
    path.write_text(f"{HEADER}x,mundo_china,1,2026-10-01T10:00:00Z,{text},1\n", encoding="utf-8")
    assert run(["import", str(path), "--no-fingerprints"]) == 0
    assert "Posts of registered accounts that wait for their fingerprints: 1." in capfd.readouterr().err
    assert run(["doctor"]) == 0
    assert "masthead fingerprints" in capfd.readouterr().out
    assert run(["fingerprints"]) == 0
    assert "Posts whose fingerprints were made: 1" in capfd.readouterr().out
    assert run(["fingerprints"]) == 0
    assert "Posts whose fingerprints were made: 0" in capfd.readouterr().out
    assert run(["import", str(path), "--no-fingerprints"]) == 0
    assert "fingerprints" not in capfd.readouterr().err
