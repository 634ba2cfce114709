"""No bytes raise anything but our own errors, and whatever an import yields, the store can keep."""

from __future__ import annotations

import sqlite3
import unicodedata
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import MastheadError
from bot.imports.common import Importer, Rejected
from bot.imports.csv_columns import COLUMNS
from bot.imports.detect import IMPORTERS, detect
from bot.imports.files import ImportFile
from bot.store.database import migrate, transaction
from bot.store.posts import posts_of, record
from bot.store.records import AccountId
from tests.bot.imports.reading import DATA, NOW

SAMPLES = [
    (DATA / name).read_bytes() for name in ("x_flat.jsonl", "x_page_new_names.json", "bluesky_feed.json")
]
SAMPLES.append((DATA / "posts.csv").read_bytes())

# One folder and one file for all examples of a test.
COMMON = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


@cache
def empty_store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    return connection


def swallow(path: Path, content: bytes, *, importer: Importer | None = None) -> list[str]:
    """Import into a new store; return the reasons for what was left out. Raises MastheadError alone."""
    path.write_bytes(content)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    empty_store().backup(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        with ImportFile.open(path) as file:
            reasons: list[str] = []
            for each in (importer or detect(file)).records(file, now=NOW):
                if isinstance(each, Rejected):
                    assert each.line >= 1
                    reasons.append(each.reason)
                else:
                    with transaction(connection):
                        record(connection, snapshots=each.snapshots, posts=each.posts)
        for (account_id,) in connection.execute("SELECT account_id FROM account").fetchall():
            posts_of(connection, AccountId(account_id))
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()
    return reasons


def swallowed(path: Path, content: bytes, *, importer: Importer | None = None) -> None:
    """Import, and hold every sentence to what a person can read."""
    try:
        said = swallow(path, content, importer=importer)
    except MastheadError as error:
        said = [str(error)]
    for sentence in said:
        # Controls, lone surrogates and line separators break logs and neighbours on screen.
        assert not {unicodedata.category(letter) for letter in sentence} & {"Cc", "Cs", "Zl", "Zp"}
        assert len(sentence) < 600


@COMMON
@given(st.binary(max_size=400))
def test_random_bytes(tmp_path: Path, content: bytes) -> None:
    swallowed(tmp_path / "file", content)


@COMMON
@given(st.sampled_from(IMPORTERS), st.binary(max_size=400))
def test_random_bytes_under_a_named_format(tmp_path: Path, importer: Importer, content: bytes) -> None:
    swallowed(tmp_path / "file", content, importer=importer)


@COMMON
@given(st.sampled_from(SAMPLES), st.data())
def test_files_with_bytes_changed(tmp_path: Path, sample: bytes, data: st.DataObject) -> None:
    content = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 30))
        content[at : at + length] = data.draw(st.binary(max_size=30))
    swallowed(tmp_path / "file", bytes(content))


@COMMON
@given(st.sampled_from(SAMPLES), st.floats(0, 1))
def test_files_cut_short(tmp_path: Path, sample: bytes, share: float) -> None:
    swallowed(tmp_path / "file", sample[: int(len(sample) * share)])


Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

ANYTHING: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def replaced(value: Json, path: tuple[int, ...], new: Json) -> Json:
    """Return JSON with one part exchanged; `path` chooses among the children at each level."""
    if not path or not value:
        return new
    if isinstance(value, dict):
        keys = list(value)
        key = keys[path[0] % len(keys)]
        return {**value, key: replaced(value[key], path[1:], new)}
    if isinstance(value, list):
        at = path[0] % len(value)
        return [*value[:at], replaced(value[at], path[1:], new), *value[at + 1 :]]
    return new


LINES = SAMPLES[0].splitlines()
DOCUMENTS: list[Json] = [msgspec.json.decode(each) for each in (*LINES[:1], *LINES[12:16], *SAMPLES[1:3])]


@COMMON
@given(st.sampled_from(DOCUMENTS), st.lists(st.integers(0, 50), min_size=1, max_size=7), ANYTHING)
def test_json_with_one_part_exchanged(tmp_path: Path, document: Json, where: list[int], new: Json) -> None:
    content = msgspec.json.encode(replaced(document, tuple(where), new))
    swallowed(tmp_path / "file", content)
    for importer in IMPORTERS[:2]:
        swallowed(tmp_path / "file", content, importer=importer)


CELLS = st.one_of(
    st.sampled_from(["x", "bluesky", "ejemplo_hoy_1", "1", "2023-05-31T10:00:00Z", "12.3K", "original", ""]),
    st.text(max_size=12),
)


@COMMON
@given(st.lists(st.lists(CELLS, min_size=20, max_size=25), max_size=4))
def test_csv_with_any_cells(tmp_path: Path, table: list[list[str]]) -> None:
    lines = [",".join(COLUMNS)]
    lines += [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]
    swallowed(tmp_path / "file", "\n".join(lines).encode(errors="replace"))


@pytest.mark.parametrize("value", [10**19, -1, 2**63, 1.5, "7", True, [], {}])
def test_counts_that_are_none_never_reach_the_store(tmp_path: Path, value: object) -> None:
    document = msgspec.json.decode(SAMPLES[0].splitlines()[0])
    document["public_metrics"]["like_count"] = value
    assert len(swallow(tmp_path / "file", msgspec.json.encode(document), importer=IMPORTERS[0])) == 1
