"""The border between what all servers see and what one added."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.store.chains import chains
from bot.store.database import Database
from bot.store.layers import BASE, look_through_layers, seen_from
from bot.store.records import EntityId
from tests.bot.registry.founding import add_case

DESK, OTHER = 1_001, 1_002

# What only the writer and an examination look at.
UNSEEN = {"hidden", "layer_change"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "masthead.db"
    Database.open(path).close()
    return path


@pytest.fixture
def reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    add_case(connection)
    look_through_layers(connection)
    return connection


def test_every_table_with_a_layer_is_seen_through_a_view(reader: sqlite3.Connection) -> None:
    tables = {name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    layered = {
        table
        for table in tables
        if "layer" in {row[1] for row in reader.execute(f"PRAGMA main.table_info({table})")}
    }
    views = {name for (name,) in reader.execute("SELECT name FROM sqlite_temp_master WHERE type = 'view'")}
    assert layered - UNSEEN <= views


@pytest.mark.parametrize("table", ["source", "entity", "entity_name", "claim", "account_claim"])
def test_a_row_of_a_layer_is_seen_from_it_alone(reader: sqlite3.Connection, table: str) -> None:
    count = f"SELECT count(*) FROM {table}"  # noqa: S608  # from the list above
    before: int = reader.execute(count).fetchone()[0]
    newest = f"SELECT max({table}_id) FROM main.{table}"  # noqa: S608  # as above
    move = f"UPDATE main.{table} SET layer = ? WHERE {table}_id = ({newest})"  # noqa: S608  # as above
    reader.execute(move, (DESK,))
    seen: dict[int, int] = {}
    for layer in (BASE, DESK, OTHER):
        with seen_from(reader, layer):
            seen[layer] = reader.execute(count).fetchone()[0]
    assert seen == {BASE: before - 1, DESK: before, OTHER: before - 1}


def test_what_was_hidden_in_one_layer_is_gone_there_and_from_its_chains(reader: sqlite3.Connection) -> None:
    (paper,) = reader.execute("SELECT entity_id FROM entity WHERE key = 'paper'").fetchone()
    query = "SELECT claim_id FROM claim WHERE object_id = ? AND relation = 'owns'"
    (owned,) = reader.execute(query, (paper,)).fetchone()
    reader.execute("INSERT INTO hidden VALUES (?, 'claim', ?)", (DESK, owned))
    with seen_from(reader, DESK):
        assert chains(reader, EntityId(paper)) == ()
    assert chains(reader, EntityId(paper))


def test_the_base_is_seen_again_whatever_happens(reader: sqlite3.Connection) -> None:
    with pytest.raises(ZeroDivisionError), seen_from(reader, DESK):
        raise ZeroDivisionError
    assert reader.execute("SELECT layer FROM temp.scope").fetchone() == (BASE,)


def test_views_keep_the_indexes(reader: sqlite3.Connection) -> None:
    """A view that cannot be folded into the query around it would be read whole for every look."""
    plan = reader.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM claim WHERE object_id = 1 AND retracted_ms IS NULL"
    )
    told = [row[3] for row in plan]
    assert any("USING INDEX claim_object" in step for step in told)
    assert not any(step.startswith("SCAN held") for step in told)


async def test_a_lasting_write_is_on_the_disk_and_others_do_not_wait_for_it(path: Path) -> None:
    database = Database.open(path)
    ask = "PRAGMA synchronous"
    try:
        full = await database.write_lasting(lambda connection: connection.execute(ask).fetchone()[0])
        normal = await database.write(lambda connection: connection.execute(ask).fetchone()[0])
    finally:
        database.close()
    assert (full, normal) == (2, 1)
