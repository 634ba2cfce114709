"""Curation from the command line, on a real database in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import run
from bot.registry.starter import load_starter
from bot.store.database import Database, transaction

URL = "https://imprint.example/owners"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database after its first start, which takes longer than all that follows."""
    path = tmp_path_factory.mktemp("started") / "masthead.db"
    Database.open(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with transaction(connection):
            load_starter(connection, now=datetime(2026, 11, 21, tzinfo=UTC))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(autouse=True)
def folder(started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(started, tmp_path / "masthead.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MASTHEAD_STORE_PATH", str(tmp_path / "masthead.db"))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["registry", *arguments]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_a_claim_goes_from_proposal_to_history(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    new = "new: Diario Ejemplo (outlet, PY)"
    said = told(
        capsys, "propose", new, "has_site", "diario-ejemplo.example", "--source", URL, "--grade", "B2"
    )
    assert said == "proposal 1 waits for a decision\n"
    assert "has_site site:diario-ejemplo.example (B2, " in told(capsys, "review")
    assert "accepted: domain_claim:" in told(capsys, "accept", "1")
    key = told(capsys, "search", "Diario Ejemplo").split()[0]
    assert key.startswith("team-")
    shown = told(capsys, "show", key)
    assert "diario-ejemplo.example" in shown
    claim = next(word for word in shown.split() if word.startswith("domain_claim:"))
    told(capsys, "dispute", claim, "--reason", "another house of that name")
    told(capsys, "accept", "2")
    assert "diario-ejemplo.example" not in told(capsys, "show", key)
    told(capsys, "undo", "2", "--reason", "it was this one")
    assert "diario-ejemplo.example" in told(capsys, "show", key)
    assert "proposal.undone" in told(capsys, "history", key)
    assert told(capsys, "audit", "verify") == "the audit trail holds\n"


def test_a_servers_claim_is_seen_there_until_it_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    told(
        capsys,
        "propose",
        "new: Otra Voz (outlet)",
        "has_site",
        "otra.example",
        "--source",
        URL,
        "--server",
        "77",
    )
    claim = told(capsys, "accept", "1", "--server", "77").split()[-1]
    # Others may be called nearly so.
    run(["registry", "search", "Otra Voz"])
    assert "Otra Voz" not in capsys.readouterr().out
    told(capsys, "publish", claim, "--reason", "others need it", "--server", "77")
    told(capsys, "accept", "2", "--server", "77")
    assert "Otra Voz" in told(capsys, "search", "Otra Voz")
    assert told(capsys, "audit", "verify") == "the audit trail holds\n"


def test_an_import_is_taken_back_and_brought_back(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    told(capsys, "export", "set")
    sources = folder / "set" / "sources.csv"
    sources.write_text(
        sources.read_text(encoding="utf-8") + "mine,Mine,Me,https://mine.example/,,2026-11-21,C,3,,\n",
        encoding="utf-8",
    )
    names = folder / "set" / "entities.csv"
    names.write_text(names.read_text(encoding="utf-8") + "mine-one,outlet,PY\n", encoding="utf-8")
    sites = folder / "set" / "domains.csv"
    sites.write_text(
        sites.read_text(encoding="utf-8") + "mine-one,mine-one.example,has_site,mine,,C,3,,,\n",
        encoding="utf-8",
    )
    told(capsys, "import", "set")
    version = told(capsys, "history", "imports").split()[3].removeprefix("load:")
    assert "mine-one.example" in told(capsys, "show", "mine-one")
    assert "1 rows taken back" in told(capsys, "undo-import", version)
    assert "mine-one.example" not in told(capsys, "show", "mine-one")
    assert "taken back already" in told(capsys, "undo-import", version, code=2)
    assert "1 rows brought back" in told(capsys, "undo-import", version, "--restore")
    assert "mine-one.example" in told(capsys, "show", "mine-one")
    assert told(capsys, "audit", "verify") == "the audit trail holds\n"


def test_an_edit_behind_our_back_is_told(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    told(capsys, "stats")
    assert told(capsys, "audit", "verify") == "the audit trail holds\n"
    connection = sqlite3.connect(folder / "masthead.db")
    connection.execute("UPDATE claim SET retracted_ms = 1, retracted_by = 'x', retracted_why = ''")
    connection.commit()
    connection.close()
    assert "does not hold" in told(capsys, "audit", "verify", code=1)


def test_a_name_and_a_class_are_proposed_shown_and_taken_out_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told(capsys, "propose", "new: Diario Ejemplo (outlet, PY)", "has_site", "d.example", "--source", URL)
    told(capsys, "accept", "1")
    key = told(capsys, "search", "Diario Ejemplo").split()[0]
    told(capsys, "propose", key, "has_name", "巴拉圭日报 (zh-Hans)", "--source", URL)
    told(capsys, "propose", key, "has_class", "isfm? 2025", "--source", URL)
    assert "has_class class:ISFM? (F6, " in told(capsys, "review")
    assert told(capsys, "accept", "2").startswith("accepted: entity_name:")
    assert told(capsys, "accept", "3").startswith("accepted: typology:")
    shown = told(capsys, "show", key)
    assert "also named:\n  巴拉圭日报" in shown
    assert "巴拉圭日报 (alias, zh-Hans)" in shown
    assert "class:\n  ISFM? 2025" in shown
    assert told(capsys, "search", "巴拉圭日报").split()[0] == key
    name = [word for word in shown.split() if word.startswith("entity_name:")][1]
    told(capsys, "dispute", name, "--reason", "that is another paper")
    told(capsys, "accept", "4")
    assert "巴拉圭日报" not in told(capsys, "show", key)
    told(capsys, "undo", "4", "--reason", "it was this one")
    assert "巴拉圭日报" in told(capsys, "show", key)
    assert told(capsys, "audit", "verify") == "the audit trail holds\n"


@pytest.mark.parametrize(
    ("relation", "object_", "said"),
    [
        ("has_class", "SC", "no class with the year"),
        ("has_class", "XX 2025", "no class with the year"),
        ("has_name", "()", "a name is needed"),
    ],
)
def test_a_name_or_class_that_is_none_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], relation: str, object_: str, said: str
) -> None:
    refused = told(capsys, "propose", "rt", relation, object_, "--source", URL, code=2)
    assert said in refused


def test_a_check_sees_what_one_server_added_only_there(capsys: pytest.CaptureFixture[str]) -> None:
    account = "https://x.com/una_cuenta_ej"
    told(
        capsys, "propose", "new: Otra Voz (outlet)", "has_account", account, "--source", URL, "--server", "77"
    )
    told(capsys, "accept", "1", "--server", "77")
    for arguments, seen in (([], False), (["--server", "77"], True), (["--server", "78"], False)):
        assert run(["check", account, "--json", *arguments]) == 0
        assert ("Otra Voz" in capsys.readouterr().out) is seen


def test_a_trail_that_was_cut_short_shows_against_a_hash_that_was_kept(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    told(capsys, "propose", "new: Diario Ejemplo (outlet)", "has_site", "d.example", "--source", URL)
    kept = told(capsys, "audit", "head").strip()
    assert len(kept) == 64
    told(capsys, "audit", "export", "trail.jsonl")
    assert told(capsys, "audit", "verify", "--head", kept) == "the audit trail holds\n"
    assert told(capsys, "audit", "verify", "trail.jsonl", "--head", kept) == "the audit trail holds\n"
    lines = (folder / "trail.jsonl").read_bytes().splitlines()
    (folder / "trail.jsonl").write_bytes(b"\n".join(lines[:-1]))
    assert told(capsys, "audit", "verify", "trail.jsonl") == "the audit trail holds\n"
    assert "does not hold" in told(capsys, "audit", "verify", "trail.jsonl", "--head", kept, code=1)
    assert "does not hold" in told(capsys, "audit", "verify", "--head", "0" * 64, code=1)


def test_an_exported_trail_is_verified_by_itself(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert "last hash" in told(capsys, "audit", "export", "trail.jsonl")
    assert told(capsys, "audit", "verify", "trail.jsonl") == "the audit trail holds\n"
    lines = (folder / "trail.jsonl").read_text(encoding="utf-8").splitlines()
    changed = json.loads(lines[-1]) | {"act": "something else"}
    (folder / "trail.jsonl").write_text("\n".join([*lines[:-1], json.dumps(changed)]), encoding="utf-8")
    assert "does not hold" in told(capsys, "audit", "verify", "trail.jsonl", code=1)
    (folder / "trail.jsonl").write_text("{}\n", encoding="utf-8")
    assert "no entry of an audit trail" in told(capsys, "audit", "verify", "trail.jsonl", code=2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["propose", "nobody here", "owns", "xinhua", "--source", URL], "no entity called"),
        (["propose", "xinhua", "owns", "nobody here", "--source", "x"], "address of a source"),
        (["dispute", "claim-1", "--reason", "x"], "is no claim"),
        (["accept", "99"], "no proposal 99"),
        (["review"], "no proposal waits"),
        (["history", "nobody"], "nothing was decided"),
    ],
)
def test_wrong_use_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert sentence in told(capsys, *arguments, code=2)
