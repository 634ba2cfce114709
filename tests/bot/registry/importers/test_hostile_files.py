"""Whatever a file holds, the answer is a report or a sentence, and a broken file leaves nothing behind."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ImportFileError, InputError
from bot.registry.importers import import_file
from bot.store.database import migrate, transaction
from tests.bot.registry.founding import NOW
from tests.bot.registry.importers.test_hamilton import HEADER
from tests.bot.registry.importers.test_matrix import HEADER as MATRIX_HEADER

CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "https://t.me/s/x",
            "https://x.com/i/user/1",
            "javascript:alert(1)",
            "http://[::1]/",
            "https://ｅｘａｍｐｌｅ.com/%ff",
            "a\nb\r\nc",
            "=HYPERLINK(1)",
            "\u202egnp.exe",
            "9" * 400,
            "profile.php?id=",
            "UC",
            "@" * 50,
        ]
    ),
)


def _csv(header: str, rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return (header + written.getvalue()).encode("utf-8", errors="replace")


def _read(folder: Path, content: bytes) -> None:
    file = folder / "list"
    file.write_bytes(content)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, folder / "m.db")
        try:
            with transaction(connection):
                report = import_file(connection, file, now=NOW)
        except InputError:
            return
        with transaction(connection):
            assert import_file(connection, file, now=NOW).new.total == 0
        assert report.accepted + report.merged + report.rows_rejected == report.rows_read


_SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_SETTINGS
@given(content=st.binary(max_size=300))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    _read(tmp_path, content)


@_SETTINGS
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["China", "Russia", "?"]), st.sampled_from(["Media", "Diplomatic/Government", ""])
        ).flatmap(lambda start: st.lists(CELLS, max_size=12).map(lambda cells: [*start, *cells])),
        max_size=8,
    )
)
def test_any_row_of_the_account_list(tmp_path: Path, rows: list[list[str]]) -> None:
    _read(tmp_path, _csv(HEADER, rows))


@_SETTINGS
@given(
    rows=st.lists(
        st.lists(CELLS, min_size=4, max_size=4).flatmap(
            lambda start: st.lists(CELLS, max_size=12).map(
                lambda cells: [*start, cells[0] if cells else "", "SC", *cells]
            )
        ),
        max_size=8,
    )
)
def test_any_row_of_the_matrix(tmp_path: Path, rows: list[list[str]]) -> None:
    _read(tmp_path, _csv(MATRIX_HEADER, rows))


@_SETTINGS
@given(
    entities=st.lists(
        st.fixed_dictionaries(
            {
                "id": st.sampled_from(["a", "b", "c"]),
                "schema": st.sampled_from(["Company", "Organization", "Ownership", "Person", "Nonsense"]),
                "properties": st.dictionaries(
                    st.sampled_from(["name", "alias", "website", "country", "owner", "asset", "percentage"]),
                    st.lists(st.one_of(CELLS, st.sampled_from(["a", "b", "c"])), max_size=3),
                    max_size=5,
                ),
            },
            optional={"datasets": st.lists(st.text(max_size=5), max_size=2)},
        ),
        max_size=6,
    )
)
def test_any_entities(tmp_path: Path, entities: list[dict[str, object]]) -> None:
    _read(tmp_path, "".join(json.dumps(entity) + "\n" for entity in entities).encode())


def test_a_broken_line_leaves_nothing_of_the_file(connection: sqlite3.Connection, tmp_path: Path) -> None:
    good = {"id": "a", "schema": "Company", "properties": {"name": ["A"]}, "datasets": ["d"]}
    file = tmp_path / "entities.json"
    file.write_text((json.dumps(good) + "\n") * 2 + "{broken\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="line 3"), transaction(connection):
        import_file(connection, file, now=NOW)
    (entities,) = connection.execute("SELECT count(*) FROM entity").fetchone()
    assert entities == 0


def test_a_quotation_that_never_ends_is_named_with_its_line(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + 'China,Media,A,,a_name\nChina,Media,"B,,b_name\n', encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"list\.csv, line 3: this is not valid CSV"):
        import_file(connection, file, now=NOW)


def test_a_stretch_that_is_no_text_is_named_with_its_line(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    rows = b"China,Media,A,,a_name\n" * 20_000
    file.write_bytes(HEADER.encode() + rows + b"China,Media,\xff\xfe,,b_name\n")
    with pytest.raises(ImportFileError, match=r"list\.csv, line \d+: this is not UTF-8 text"):
        import_file(connection, file, now=NOW)
