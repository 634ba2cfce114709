"""`masthead check --picture` and `--export`, and `masthead compare`, as people and scripts see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run

HEADER = "platform,handle,post_id,created_at,text,likes,reposts,replies\n"


@pytest.fixture(autouse=True)
def _posts_of_two_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MASTHEAD_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)
    rows = [
        f"x,{handle},{handle}{i},2021-03-{1 + i % 28:02d}T10:00:00Z,Noticia número {i},4,2,1\n"
        for handle in ("ejemplo_uno", "ejemplo_dos")
        for i in range(1, 31)
    ]
    Path("posts.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    assert run(["import", "posts.csv"]) == 0


def test_a_picture_and_all_files_are_written(capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["check", "@ejemplo_uno", "-p", "x", "--json", "--picture", "a.png", "--export", "out/deep"]
    assert run([*asked, "--theme", "light"]) == 0
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")
    (stem,) = {path.stem for path in Path("out/deep").glob("*.json")}
    written = {path.name.removeprefix(stem) for path in Path("out/deep").iterdir()}
    assert written == {".json", ".csv", "-activity.png", "-activity.txt", "-hours.png", "-hours.txt"}
    assert "30 posts" in Path(f"out/deep/{stem}-activity.txt").read_text(encoding="utf-8")
    told = capfd.readouterr()
    assert "written: a.png" in told.err
    # What the picture shows, for whoever cannot see it.
    assert "@ejemplo_uno on X. 30 posts between" in told.err
    # Standard output is the JSON of the dossier and nothing else.
    dossier = json.loads(told.out[told.out.index("{") :])
    assert sum(dossier["series"]["posts"]) == 30
    assert dossier["series"]["median"] == 7.0


def test_another_picture_is_named_by_its_kind(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "@ejemplo_uno", "-p", "x", "--picture", "hours.png", "--of", "hours"]) == 0
    assert Path("hours.png").read_bytes().startswith(b"\x89PNG")
    assert "30 posts by weekday and hour, UTC." in capfd.readouterr().err


def test_who_posts_with_whom_is_drawn_and_exported(capfd: pytest.CaptureFixture[str]) -> None:
    words = [
        " ".join(f"{word}{k}" for word in "uno dos tres cuatro cinco seis siete".split()) for k in range(12)
    ]
    rows = [
        f"x,{handle},{handle}-{k},2022-05-{1 + 2 * k:02d}T10:{minute:02d}:{k:02d}Z,{text},,,\n"
        for minute, handle in enumerate(("ejemplo_a", "ejemplo_b", "ejemplo_c"))
        for k, text in enumerate(words)
    ]
    Path("same.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    assert run(["import", "same.csv"]) == 0
    asked = ["check", "@ejemplo_a", "-p", "x", "--picture", "web.png", "--of", "network", "--export", "out"]
    assert run(asked) == 0
    assert Path("web.png").read_bytes().startswith(b"\x89PNG")
    assert "@ejemplo_b: 12 texts in common with the account" in capfd.readouterr().err
    (table,) = Path("out").glob("*.csv")
    assert "bond,identical_posts,coordination" in table.read_text(encoding="utf-8-sig")
    assert list(Path("out").glob("*-network.png"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["check", "@ejemplo_uno", "-p", "x", "--picture", "a.png", "--of", "network"],
            "fewer than two other",
        ),
        (["check", "@ejemplo_uno", "-p", "x", "--picture", "a.png", "--of", "chain"], "no chain leads up"),
        (["check", "@nadie_conocido", "-p", "x", "--picture", "a.png"], "There is no picture"),
        (["check", "@ejemplo_uno", "-p", "x", "--picture", "posts.csv/a.png"], "cannot be written"),
        (["compare", "@ejemplo_uno", "-p", "x"], "takes 2 to 5 accounts"),
        (["compare", "@ejemplo_uno", "https://x.com/ejemplo_uno", "-p", "x"], "named twice"),
    ],
)
def test_what_cannot_be_written_or_compared_is_said(
    arguments: list[str], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) != 0
    assert sentence in " ".join(capfd.readouterr().err.split())


def test_compare_prints_a_table_and_writes_one_picture(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "@ejemplo_uno", "@ejemplo_dos", "-p", "x", "--picture", "both.png"]) == 0
    shown = capfd.readouterr().out
    assert "1 @ejemplo_uno on X" in shown
    assert shown.count("     30 ") == 2
    assert Path("both.png").read_bytes().startswith(b"\x89PNG")
