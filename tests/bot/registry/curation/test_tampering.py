"""Whoever writes to the file past the curation is found out: whichever field, of whichever row it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ImportFileError
from bot.registry.curation import judging, proposals, setting
from bot.registry.curation.audit_file import read_trail, trail_lines, verify_lines
from bot.registry.curation.loads import begin
from bot.registry.curation.replay import examined
from bot.registry.importers import import_file
from bot.store import audit
from bot.store.database import migrate, transaction
from bot.store.held import ClaimKind, ClaimRef
from bot.store.judgements import LINK
from bot.store.purge import purge, purge_source
from tests.bot.registry.curation.desks import ADMIN, ANALYST, CURATOR, Registry
from tests.bot.registry.curation.test_model import SET
from tests.bot.registry.founding import AGENCY

WHY = "it says so in the imprint"

# Tables of which every row is told, with what names a row in the finding.
TOLD: Final = {
    "source": "source:{}",
    "entity": "entity:{}",
    "entity_name": "entity_name:{}",
    "typology": "typology:{}",
    "claim": "claim:{}",
    "account_claim": "account_claim:{}",
    "domain_claim": "domain_claim:{}",
    "proposal": "proposal:{}",
    "judgement": "judgement:{}",
    "audit": "entry {}",
}
# Told by another table, whose row the finding names.
SETTINGS: Final = ("guild", "guild_role", "hidden", "audit_about", "audit_prints")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a file in which everything happened that the trail tells of."""
    folder = tmp_path_factory.mktemp("worked")
    registry = Registry(folder / "masthead.db")
    write(folder, registry)
    assert examined(registry.writer) == []
    registry.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    registry.close()
    return (folder / "masthead.db").read_bytes()


def write(folder: Path, registry: Registry) -> None:
    for name, text in SET.items():
        (folder / name).write_text(text.format(n=1), encoding="utf-8")
    with transaction(registry.writer) as connection:
        import_file(connection, folder, now=registry.clock())
    said = [
        ("new: Diario Nuevo (outlet, PY)", "owns", "paper"),
        ("news", "has_account", "https://x.com/otra"),
        ("news", "has_site", "otra.example"),
        ("news", "has_name", "新闻 (zh-Hans, alias)"),
        ("paper", "has_class", "SC 2025"),
    ]
    numbers: list[int] = []
    for number, (subject, relation, object_) in enumerate(said):
        statement = registry.say(ANALYST, subject, relation, object_, f"https://a.example/{number}")
        with transaction(registry.writer) as connection:
            made = proposals.propose(connection, statement, member=ANALYST, now=registry.clock())
            proposals.accept(
                connection, made.proposal_id, version=1, member=CURATOR, now=registry.clock(), decision=WHY
            )
        numbers.append(made.proposal_id)
    with transaction(registry.writer) as connection:
        proposals.undo(connection, numbers[1], reason=WHY, member=CURATOR, now=registry.clock())
        for claim in (ClaimRef(kind=ClaimKind.CLAIM, claim_id=1), ClaimRef(kind=ClaimKind.CLASS, claim_id=1)):
            disputed = proposals.dispute(
                connection, claim, reason=WHY, url="", member=ANALYST, now=registry.clock()
            )
            proposals.accept(
                connection, disputed.proposal_id, version=1, member=CURATOR, now=registry.clock()
            )
        for verdict in ("confirm", "refute"):
            judging.judge_account(
                connection,
                AGENCY,
                about=LINK,
                towards="agency",
                verdict=verdict,
                reason=WHY,
                likelihood="likely",
                responsibility="state-shaped",
                member=ANALYST,
                now=registry.clock(),
            )
        claim = ClaimRef(kind=ClaimKind.CLAIM, claim_id=2)
        judging.judge_claim(
            connection, claim, verdict="refute", reason=WHY, member=ANALYST, now=registry.clock()
        )
        setting.set_rules(connection, member=ADMIN, now=registry.clock(), two_person=True)


def opened(raw: bytes, folder: Path) -> sqlite3.Connection:
    """Open a copy as somebody does who takes every guard away."""
    path = folder / "copy.db"
    path.write_bytes(raw)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON", "synchronous = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    return connection


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def flips(connection: sqlite3.Connection, table: str, column: str) -> Iterator[tuple[int, object]]:
    """Yield row numbers and another value that the column could hold."""
    rows = connection.execute(f"SELECT rowid, {column}, typeof({column}) FROM {table}").fetchall()  # noqa: S608
    for number, value, kind in rows:
        if kind == "integer":
            yield number, value + 1_000
        elif kind == "text":
            yield number, f"{value}x"
        else:
            declared = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}[column]
            yield number, 7 if declared == "INTEGER" else "x"


def tables_and_columns() -> list[tuple[str, str]]:
    """Read from the schema, so that a column that is added later is tried as well."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path("unused.db"))
    found = [(table, column) for table in TOLD for column in columns(connection, table)]
    connection.close()
    return found


@pytest.mark.parametrize(("table", "column"), tables_and_columns())
def test_any_field_of_any_row_that_is_changed_shows_by_name(
    worked: bytes, tmp_path: Path, table: str, column: str
) -> None:
    connection = opened(worked, tmp_path)
    for number, other in list(flips(connection, table, column))[:12]:
        connection.execute("SAVEPOINT flipped")
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (other, number))  # noqa: S608
        wrong = examined(connection)
        # Another number leaves a gap and an entry that follows nothing.
        named = "entry" if column == "audit_id" else TOLD[table].format(number)
        assert any(named in told for told in wrong), (number, other, wrong)
        connection.execute("ROLLBACK TO flipped")
        connection.execute("RELEASE flipped")
    assert examined(connection) == []
    connection.close()


@pytest.mark.parametrize("table", TOLD)
def test_a_row_that_is_removed_shows_by_name(worked: bytes, tmp_path: Path, table: str) -> None:
    connection = opened(worked, tmp_path)
    numbers = [number for (number,) in connection.execute(f"SELECT rowid FROM {table}")]  # noqa: S608
    for number in (numbers[0], numbers[len(numbers) // 2], numbers[-1]):
        connection.execute("SAVEPOINT removed")
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (number,))  # noqa: S608
        wrong = examined(connection)
        assert wrong != [], (table, number)
        if table != "audit":
            assert any(TOLD[table].format(number) in told for told in wrong), (number, wrong)
        connection.execute("ROLLBACK TO removed")
        connection.execute("RELEASE removed")
    connection.close()


@pytest.mark.parametrize("table", SETTINGS)
def test_settings_and_what_entries_speak_of_cannot_be_changed_unseen(
    worked: bytes, tmp_path: Path, table: str
) -> None:
    connection = opened(worked, tmp_path)
    assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0  # noqa: S608
    for column in columns(connection, table):
        kind, value = connection.execute(f"SELECT typeof({column}), {column} FROM {table} LIMIT 1").fetchone()  # noqa: S608
        other = value + 1_000 if kind == "integer" else value + (b"x" if kind == "blob" else "x")
        other = 1 - value if column == "two_person" else other
        connection.execute("SAVEPOINT flipped")
        connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?", (other, value))  # noqa: S608
        assert examined(connection) != [], column
        connection.execute("ROLLBACK TO flipped")
        connection.execute("RELEASE flipped")
    connection.execute(f"DELETE FROM {table}")  # noqa: S608
    assert examined(connection) != []
    connection.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_changed_in_an_exported_file_shows(
    worked: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    connection = opened(worked, tmp_path)
    layer = data.draw(st.sampled_from([0, 1_001, 1_002]))
    entries = list(audit.entries(connection, layer=layer))
    head = audit.head(connection, layer)
    connection.close()
    raw = trail_lines(entries)
    lines = raw.splitlines()
    change = data.draw(st.sampled_from(["none", "cut", "drop", "swap", "double"]))
    match change:
        case "cut":
            lines = lines[: data.draw(st.integers(0, len(lines) - 1))]
        case "drop":
            del lines[data.draw(st.integers(0, len(lines) - 1))]
        case "swap":
            first = data.draw(st.integers(0, len(lines) - 2))
            lines[first], lines[first + 1] = lines[first + 1], lines[first]
        case "double":
            lines.append(lines[-1])
        case _:
            pass
    file = tmp_path / "trail.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    try:
        wrong = verify_lines(read_trail(file), head=head)
    except ImportFileError as error:
        wrong = [str(error)]
    assert (wrong == []) is (change == "none")


def test_every_field_of_an_exported_line_is_covered_but_for_the_name(worked: bytes, tmp_path: Path) -> None:
    """A name stands outside the hash, so that a person can be forgotten; everything else is within."""
    connection = opened(worked, tmp_path)
    lines = trail_lines(audit.entries(connection, layer=1_001)).splitlines()
    connection.close()
    line = lines[4]
    for old, new in (
        (b'"act":"', b'"act":"x'),
        (b'"subject":"', b'"subject":"x'),
        (b'"layer":1001', b'"layer":1002'),
        (b'"number":', b'"number":1'),
        (b'"actor":', b'"actor":1'),
        (b'"previous":"', b'"previous":"0'),
        (b'"about":["', b'"about":["x'),
        (b'"version":', b'"version":1'),
    ):
        assert old in line
        file = tmp_path / "trail.jsonl"
        file.write_bytes(b"\n".join([*lines[:4], line.replace(old, new, 1), *lines[5:]]))
        assert verify_lines(read_trail(file)) != [], old


def test_what_is_cut_off_the_end_of_the_whole_trail_shows_against_a_hash_kept_elsewhere(
    worked: bytes, tmp_path: Path
) -> None:
    """With the counter of numbers set back as well, a rule that was changed last leaves no other trace."""
    connection = opened(worked, tmp_path)
    kept = audit.head(connection, 1_001)
    assert audit.stands(connection, kept)
    last: int = connection.execute("SELECT max(audit_id) FROM audit").fetchone()[0]
    connection.execute("DELETE FROM audit WHERE audit_id = ?", (last,))
    connection.execute("DELETE FROM audit_about WHERE audit_id = ?", (last,))
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", (last - 1,))
    connection.execute("UPDATE guild SET two_person = 0")
    assert examined(connection) == []
    assert not audit.stands(connection, kept)
    connection.close()


def test_rows_that_go_for_good_are_told_of(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "masthead.db")
    write(tmp_path, registry)
    with transaction(registry.writer) as connection:
        assert purge_source(connection, "list-1") > 0
    assert examined(registry.writer) == []
    # The same, past the trail.
    with transaction(registry.writer) as connection:
        purge(connection, "claim", ids=[4])
    assert "claim:4 went missing" in examined(registry.writer)
    registry.close()


def test_a_trail_that_began_before_rows_were_printed_goes_on_with_them(tmp_path: Path) -> None:
    """A file of an earlier version: from the first change on, its rows are covered as well."""
    registry = Registry(tmp_path / "masthead.db")
    connection = registry.writer
    for name in ("audit_stays", "audit_keeps"):
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM audit_prints")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM audit_about")
    connection.execute("DELETE FROM audit")
    connection.execute("DELETE FROM sqlite_sequence")
    connection.execute("DELETE FROM guild_role")
    audit.append(
        connection, "registry.began", "registry", at=registry.clock(), after={"ranges": {}, "missing": {}}
    )
    assert examined(connection) == []
    begin(connection, now=registry.clock())
    assert [entry.act for entry in audit.entries(connection)] == ["registry.began", "registry.printed"]
    assert examined(connection) == []
    connection.execute("UPDATE source SET title = 'Another report' WHERE source_id = 1")
    assert examined(connection) == ["source:1 was changed"]
    begin(connection, now=registry.clock())
    assert len(list(audit.entries(connection))) == 2
    registry.close()


def test_the_operator_is_told_which_claim_stands_on_another_account(worked: bytes, tmp_path: Path) -> None:
    connection = opened(worked, tmp_path)
    connection.execute("UPDATE account_claim SET account_id = 1 WHERE account_claim_id = 2")
    assert examined(connection) == ["account_claim:2 stands on another account than it was made of"]
    connection.close()
