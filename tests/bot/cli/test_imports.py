"""An export goes in by one command, and the account in it is checked by the next."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bot.cli import run
from tests.bot.imports.reading import DATA


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MASTHEAD_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)


# Each export, and an account in it as a person would name it.
EXPORTS = {
    "x_v1.jsonl": ("x", "@ejemplo_hoy_1"),
    "x_archive/data/tweets.js": ("x", "@ejemplo_hoy_4"),
    "x_information_operations.csv": ("x", "@ejemplo_hoy_5"),
    "bluesky_repo.car": ("bluesky", "did:plc:dddddddddddddddddddddddd"),
    "mastodon/outbox.json": ("fediverse", "@ejemplo_hoy@social.ejemplo.org"),
    "telegram_channel.json": ("telegram", "https://web.telegram.org/a/#-1001234567890"),
    "youtube_videos.json": ("youtube", "UCejemplo-canal-numero_1"),
    "tiktok_research.json": ("tiktok", "@ejemplo.hoy"),
    "crowdtangle_facebook.csv": ("facebook", "ejemplo.hoy"),
    "meta_content_library.csv": ("instagram", "@ejemplo.hoy"),
    "junkipedia.csv": ("x", "@ejemplo_hoy_6"),
    "4cat_x.csv": ("x", "@ejemplo_hoy_7"),
    "4cat_telegram.csv": ("telegram", "https://t.me/ejemplo_canal"),
    "4cat.ndjson": ("x", "@ejemplo_hoy_8"),
    "zeeschuimer.ndjson": ("threads", "@ejemplo.hoy"),
}


def test_accounts_can_be_checked_after_their_exports_were_imported(capfd: pytest.CaptureFixture[str]) -> None:
    # One row of one sample is of a site that is not read, which the exit code says.
    assert run(["import", *(str(DATA / sample) for sample in EXPORTS), "--json"]) == 1
    result = json.loads(capfd.readouterr().out)
    assert (result["files"], len(result["rejected"])) == (len(EXPORTS), 1)
    for platform, account in EXPORTS.values():
        assert run(["check", account, "--platform", platform, "--json"]) == 0
        dossier = json.loads(capfd.readouterr().out)
        assert dossier["account"]["platform"] == platform
        assert dossier["posts_held"] > 0, account


def test_a_file_in_an_old_encoding_is_read_and_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "platform,handle,post_id,created_at,text\nx,ejemplo_uno,1,2026-10-01T10:00:00Z,Mañana lloverá\n"
    (tmp_path / "posts.csv").write_bytes(text.encode("cp1252"))
    assert run(["import", "posts.csv"]) == 0
    captured = capfd.readouterr()
    assert "1 new posts" in captured.out
    assert "posts.csv is not UTF-8; it was read as Windows-1252." in captured.err


def test_an_archive_that_would_escape_is_refused_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.writestr("../posts.csv", "platform,handle\n")
    assert run(["import", "some.zip"]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert "leads out of the archive" in line
