"""Lists, bundles and the registry in and out, as somebody at a terminal does it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import run
from bot.registry.starter import load_starter, starter_version
from bot.store.database import Database
from tests.bot.registry.importers.test_misp import saved as saved_event
from tests.bot.registry.importers.test_misp import whole as whole_event
from tests.bot.registry.importers.test_stix import AMBER
from tests.bot.registry.importers.test_stix import saved as saved_bundle
from tests.bot.registry.importers.test_stix import whole as whole_bundle


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a database with the starter set, made once."""
    path = tmp_path_factory.mktemp("filled") / "masthead.db"
    database = Database.open(path)
    asyncio.run(database.write(load_starter, now=datetime.now(UTC)))
    database.close()
    return path.read_bytes()


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: bytes) -> None:
    (tmp_path / "masthead.db").write_bytes(filled)
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "MASTHEAD_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)


def said(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["registry", *arguments]) == code
    captured = capfd.readouterr()
    return captured.out if code == 0 else captured.err


def test_a_bundle_and_an_event_come_in_after_a_look(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = [
        str(saved_bundle(tmp_path, whole_bundle())),
        str(saved_event(tmp_path, {"Event": whole_event()})),
    ]
    told = said(capfd, "import", "--dry-run", *files)
    assert "bundle.json: stix. 10 rows read: 10 accepted, 0 merged, 0 in conflict, 0 rejected." in told
    assert "+2 entities, +2 names, +2 accounts, +1 site, +1 relation. Nothing was written." in told
    assert "event.json: misp." in told
    said(capfd, "show", "stix:identity--00000000-0000-4000-8000-000000000001", code=2)
    assert "Nothing was written" not in said(capfd, "import", "--rating", "c3", *files)
    # The event names an account that the bundle gave to somebody else: kept side by side.
    shown = said(capfd, "show", "misp:00000000-0000-4000-8000-000000000001")
    assert "x agencia_ejemplo: Agencies that publish under other names (TLP:GREEN)" in shown
    again = said(capfd, "import", *files)
    assert again.count("0 new facts.") == 2


def test_the_event_after_the_bundle_is_a_conflict(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said(capfd, "import", str(saved_bundle(tmp_path, whole_bundle())))
    told = said(capfd, "import", "--dry-run", str(saved_event(tmp_path, {"Event": whole_event()})))
    assert "1 conflict" in told
    assert "1 tag (a galaxy, a technique, a team's own) was not read." in told


def test_a_marked_bundle_comes_in_where_its_mark_allows(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    objects = whole_bundle()
    objects[6]["object_marking_refs"] = [AMBER]
    file = str(saved_bundle(tmp_path, objects))
    assert "1 statement was left out: its TLP marking goes less far" in said(capfd, "import", file)
    assert "+1 relation" in said(capfd, "import", "--up-to-tlp", "amber", file)
    assert "1 statement with a TLP marking left out" in said(
        capfd,
        "export",
        "one.graphml",
        "-f",
        "graphml",
        "--about",
        "stix:identity--" + "0" * 8 + "-0000-4000-8000-000000000001",
    )
    assert "TLP:RED is never imported" in said(capfd, "import", "--up-to-tlp", "red", file, code=2)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "--rating", "Z9", "x.json"), "a letter from A to G and a number from 1 to 6"),
        (("import", "--format", "xml", "x.json"), "`--format` is one of hamilton"),
        (("import", "broken.json"), r"broken.json: object 1 (`identity--5`): "),
        (("export", "set", "--about", "xinhua"), "--about needs a --format of one file"),
        (("export", "x.stix", "-f", "stix", "--about", "nobody"), "the registry has no entity `nobody`"),
        (("export", "nowhere/x.stix", "-f", "stix"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    broken = {"type": "bundle", "objects": [{"type": "identity", "id": "identity--5"}]}
    (tmp_path / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
    sentence = said(capfd, *arguments, code=2)
    assert told in sentence
    assert len(sentence.strip().splitlines()) == 1


@pytest.mark.parametrize("form", ["stix", "misp"])
def test_what_went_out_adds_nothing_when_it_comes_in(capfd: pytest.CaptureFixture[str], form: str) -> None:
    said(capfd, "export", "one", "--format", form, "--about", "xinhua", "--hops", "1")
    (report,) = json.loads(said(capfd, "import", "one", "--json"))
    assert (report["format"], report["rows_rejected"], report["rejected"]) == (form, 0, [])
    assert not any(report["new"].values())


def test_the_starter_set_says_what_it_changed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "masthead.db").unlink()
    told = said(capfd, "starter", "--dry-run")
    assert told.startswith(f"starter {starter_version()}: masthead. ")
    assert "Nothing was written." in told
    taken = said(capfd, "starter")
    assert taken.startswith(f"starter {starter_version()}, taken over ")
    assert "0 no longer made, 0 made again." in taken
    assert "is held already. Nothing was written." in said(capfd, "starter", "--dry-run")
    assert json.loads(said(capfd, "starter", "--json"))["version"] == starter_version()
