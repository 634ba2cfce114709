"""A newer starter set takes back what it no longer states, and nothing that people or lists brought."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from bot.registry.curation import loads, proposals
from bot.registry.curation.replay import examined
from bot.registry.importers import import_file
from bot.registry.starter import last_load, registry_version, update_starter, version_of
from bot.store.database import transaction
from bot.store.export import FILES, exported
from bot.store.held import ClaimKind, ClaimRef
from tests.bot.registry.curation.desks import ANALYST, CURATOR, DESK, NOW, OPERATOR, Registry

Rows = dict[str, list[str]]

OLD: Rows = {
    "sources.csv": ["shipped,A report,An institute,https://report.example/,2024-02,2026-11-21,B,2,,,"],
    "entities.csv": ["outlet,outlet,CN", "body,party,CN", "other,company,CN"],
    "names.csv": ["outlet,Periódico,es,main,shipped", "outlet,Old Name,en,former,shipped"],
    "typology.csv": ["outlet,SC,2024,shipped,row 3"],
    "claims.csv": [
        "body,controls,outlet,shipped,row 3,B,2,likely,2020,",
        "other,owns,outlet,shipped,row 4,B,2,,,",
        "other,funds,outlet,shipped,row 5,B,2,,,",
    ],
    "accounts.csv": [
        "outlet,x,ejemplo,,has_account,shipped,row 3,B,2,,,",
        "outlet,x,ejemplo_viejo,,has_account,shipped,row 4,B,2,,,",
    ],
    "domains.csv": [
        "outlet,news.example,has_site,shipped,row 3,B,2,,,",
        "outlet,old.example,has_site,shipped,row 4,B,2,,,",
    ],
}
# One row of every file but the first two is gone, and a name is new.
NEW: Rows = {
    **OLD,
    "names.csv": [OLD["names.csv"][0], "outlet,Newspaper,en,alias,shipped"],
    "typology.csv": [],
    "claims.csv": OLD["claims.csv"][:1],
    "accounts.csv": OLD["accounts.csv"][:1],
    "domains.csv": OLD["domains.csv"][:1],
}
GONE = 6


def written(folder: Path, rows: Rows) -> Path:
    folder.mkdir()
    for name, columns in FILES.items():
        text = "".join(f"{line}\n" for line in (",".join(columns), *rows[name]))
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The synthetic case with the old set above it."""
    made = Registry(tmp_path / "masthead.db")
    with transaction(made.writer) as connection:
        update_starter(connection, written(tmp_path / "old", OLD), now=NOW)
    return made


def update(registry: Registry, folder: Path, rows: Rows, *, name: str = "new") -> object:
    with transaction(registry.writer) as connection:
        return update_starter(connection, written(folder / name, rows), now=registry.clock())


def held(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Everything that the base states, as it is exported."""
    return {(name, *row) for name in FILES for row in exported(connection, name)}


def stated(rows: Rows) -> set[tuple[str, ...]]:
    return {(name, *cells) for name in FILES for cells in csv.reader(rows[name])}


def test_what_is_no_longer_stated_is_taken_back_and_told(registry: Registry, tmp_path: Path) -> None:
    before = held(registry.reader)
    assert stated(OLD) <= before
    with transaction(registry.writer) as connection:
        report = update_starter(connection, written(tmp_path / "new", NEW), now=NOW)
    assert (report.withdrawn, report.new.total, report.new.names) == (GONE, 1, 1)
    after = held(registry.reader)
    assert after == (before - (stated(OLD) - stated(NEW))) | stated(NEW)
    # Nothing is deleted.
    (rows,) = registry.writer.execute("SELECT count(*) FROM claim WHERE retracted_by LIKE 'withdrawn:%'")
    assert rows == (2,)
    load = last_load(registry.reader)
    assert load is not None
    assert (load.version, load.withdrawn, load.facts, load.left) == (
        version_of(tmp_path / "new"),
        GONE,
        1,
        (),
    )
    assert registry_version(registry.reader) == load.version
    assert examined(registry.writer) == []


def test_a_set_that_states_it_again_brings_it_back(registry: Registry, tmp_path: Path) -> None:
    before = held(registry.reader)
    update(registry, tmp_path, NEW)
    again = {**OLD, "entities.csv": [*OLD["entities.csv"], "third,company,CN"]}
    with transaction(registry.writer) as connection:
        report = update_starter(connection, written(tmp_path / "again", again), now=registry.clock())
    assert (report.again, report.withdrawn) == (GONE, 1)
    assert before <= held(registry.reader)
    assert examined(registry.writer) == []


def test_an_update_can_be_undone_and_done_again(registry: Registry, tmp_path: Path) -> None:
    before = held(registry.reader)
    update(registry, tmp_path, NEW)
    after = held(registry.reader)
    version = version_of(tmp_path / "new")
    for act, expected in ((loads.undo_load, before), (loads.restore_load, after)):
        with transaction(registry.writer) as connection:
            act(connection, version, member=OPERATOR, now=registry.clock())
        assert held(registry.reader) == expected
        assert examined(registry.writer) == []


def test_an_undone_set_stays_undone_when_a_later_one_is_undone(registry: Registry, tmp_path: Path) -> None:
    update(registry, tmp_path, NEW)
    for name in ("old", "new"):
        with transaction(registry.writer) as connection:
            loads.undo_load(connection, version_of(tmp_path / name), member=OPERATOR, now=registry.clock())
    assert not {row for row in held(registry.reader) if "row 4" in row}
    assert examined(registry.writer) == []


def test_what_a_list_brought_stays(registry: Registry, tmp_path: Path) -> None:
    """The same statement by another source is another claim."""
    mine = {
        **OLD,
        "sources.csv": ["mine,My list,Me,https://mine.example/,2025,2026-11-21,B,2,,,"],
        "names.csv": [],
        "typology.csv": [],
        "claims.csv": ["other,owns,outlet,mine,row 1,B,2,,,"],
        "accounts.csv": ["outlet,x,ejemplo_viejo,,has_account,mine,row 1,B,2,,,"],
        "domains.csv": [],
    }
    folder = written(tmp_path / "mine", mine)
    with transaction(registry.writer) as connection:
        import_file(connection, folder, now=registry.clock())
    update(registry, tmp_path, NEW)
    assert stated(mine) <= held(registry.reader)
    assert examined(registry.writer) == []


def test_a_list_that_states_what_was_withdrawn_brings_it_back(registry: Registry, tmp_path: Path) -> None:
    update(registry, tmp_path, NEW)
    with transaction(registry.writer) as connection:
        report = import_file(connection, tmp_path / "old", now=registry.clock())
    assert (report.again, report.new.total) == (GONE, 0)
    assert stated(OLD) <= held(registry.reader)
    assert examined(registry.writer) == []


def claim_at(registry: Registry, locator: str) -> ClaimRef:
    (number,) = registry.writer.execute("SELECT claim_id FROM claim WHERE locator = ?", (locator,)).fetchone()
    return ClaimRef(kind=ClaimKind.CLAIM, claim_id=number)


def disputed(registry: Registry, ref: ClaimRef) -> int:
    with transaction(registry.writer) as connection:
        return proposals.dispute(
            connection, ref, reason="it says otherwise", url="", member=ANALYST, now=registry.clock()
        ).proposal_id


@pytest.mark.parametrize("decided", [False, True], ids=["open", "accepted"])
def test_what_somebody_disputed_is_left_to_the_curators(
    registry: Registry, tmp_path: Path, *, decided: bool
) -> None:
    ref = claim_at(registry, "row 4")
    number = disputed(registry, ref)
    if decided:
        with transaction(registry.writer) as connection:
            proposals.accept(connection, number, version=1, member=CURATOR, now=registry.clock())
    with transaction(registry.writer) as connection:
        report = update_starter(connection, written(tmp_path / "new", NEW), now=registry.clock())
    assert (report.withdrawn, report.counts["left_to_curators"]) == (GONE - 1, 1)
    assert any("somebody proposed something about it" in note for note in report.notes)
    load = last_load(registry.reader)
    assert load is not None
    assert load.left == (str(ref),)
    rows = registry.writer.execute("SELECT retracted_by FROM claim WHERE locator = 'row 4'").fetchall()
    assert rows == [(None,)]
    hidden = registry.writer.execute("SELECT layer FROM hidden WHERE claim_kind = 'claim'").fetchall()
    assert hidden == ([(DESK,)] if decided else [])
    assert examined(registry.writer) == []
