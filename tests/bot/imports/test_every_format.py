"""What strangers' files may hold, tried on every format: nothing of it does more than cost its own row."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.errors import ImportFileError
from bot.imports.common import Rejected, Row
from bot.imports.detect import IMPORTERS, by_name
from bot.imports.files import ImportFile
from bot.imports.service import ImportResult, import_files
from bot.store.database import Database, migrate, transaction
from bot.store.follows import record_follows
from bot.store.posts import record
from tests.bot.imports.formats import FORMATS, Format, Json, Place, exchanged, places
from tests.bot.imports.reading import NOW, read

ALL = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.sample)
JSON = pytest.mark.parametrize(
    "form",
    [each for each in FORMATS if each.shape in {"lines", "document", "script"}],
    ids=lambda form: form.sample,
)
TABLES = pytest.mark.parametrize(
    "form", [each for each in FORMATS if each.shape == "table"], ids=lambda form: form.sample
)


def nested(depth: int) -> Json:
    value: Json = 0
    for _ in range(depth):
        value = [value]
    return value


# Of each type one, and what is of the right type but of no sense.
HOSTILE: tuple[Json, ...] = (
    None,
    True,
    -1,
    10**30,
    "",
    "9" * 400,
    "2099-01-01T00:00:00Z",
    "a\x00b\u2028\u202e",
    "\ud800",
    [None, {"a": []}],
    {},
)


def part(value: Json, at: Place) -> Json:
    for step in at:
        if isinstance(value, dict):
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
    return value


def spoilt(value: Json) -> tuple[Json, ...]:
    """Return text with something in it that no name may hold; it still looks like what it was."""
    return (f"{value[:-1]}\x00{value[-1:]}", f"{value}\u202e\n") if isinstance(value, str) else ()


CELLS = (
    "",
    "-1",
    "1e999",
    "9" * 400,
    "1.23E+18",
    "12.3K",
    "2099-01-01T00:00:00Z",
    "0001-01-01 00:00:00",
    "a\u202eb\u2028",
    "'; DROP TABLE post; --",
    "\U0001f680" * 5,
    "https://",
    "[" * 2_000,
)


def fit_to_be_read(sentence: str) -> None:
    """Hold a reason to what a person can read: one line, short, no program's words."""
    assert sentence
    assert len(sentence) < 700
    assert not {unicodedata.category(letter) for letter in sentence} & {"Cc", "Cs", "Zl", "Zp"}
    assert not any(word in sentence for word in ("Traceback", "NoneType", "object at 0x", "KeyError"))


def rows_of(path: Path, form: Format) -> Iterator[Row]:
    """Read a file as the format; every reason that is given is looked at."""
    try:
        with ImportFile.open(path) as file:
            for each in by_name(form.name).records(file, now=NOW):
                if isinstance(each, Rejected):
                    assert each.line >= 1
                    fit_to_be_read(each.reason)
                else:
                    yield each
    except ImportFileError as error:
        fit_to_be_read(str(error))


@cache
def empty_store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    return connection


def kept_twice(rows: list[Row]) -> None:
    """Write rows as an import does, and a second time: the store takes all, and nothing twice."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    empty_store().backup(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    snapshots = [each for row in rows for each in row.snapshots]
    posts = [each for row in rows for each in row.posts]
    follows = [each for row in rows for each in row.follows]
    for run in range(2):
        with transaction(connection):
            recorded = record(connection, snapshots=snapshots, posts=posts)
            record_follows(connection, follows)
        if run:
            assert (recorded.posts_new, recorded.accounts_new, recorded.snapshots_new) == (0, 0, 0)
    ((lowest,),) = connection.execute(
        "SELECT min(coalesce(min(likes, reposts, replies, quotes, views), 0)) FROM post_counts"
    ).fetchall() or [(0,)]
    assert (lowest or 0) >= 0
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "store" / "masthead.db")
    yield database
    database.close()


async def twice(database: Database, path: Path) -> ImportResult | None:
    """Import a file two times; None where it is refused. The second time adds nothing."""
    try:
        first = await import_files(database, [path], clock=lambda: NOW)
    except ImportFileError as error:
        fit_to_be_read(str(error))
        return None
    again = await import_files(database, [path], clock=lambda: NOW)
    added = (again.posts_new, again.accounts_new, again.snapshots_new, again.follows_new)
    assert added == (0, 0, 0, 0)
    assert again.rejected == first.rejected
    for each in first.rejected:
        fit_to_be_read(each.reason)
    assert await database.read(lambda c: c.execute("PRAGMA foreign_key_check").fetchall()) == []
    return first


@ALL
async def test_a_sample_is_recognised_and_read_once(database: Database, tmp_path: Path, form: Format) -> None:
    assert read(form.path).importer == form.name
    result = await twice(database, form.copied(tmp_path))
    assert result is not None
    assert result.posts_new == form.posts


def test_every_importer_has_a_sample() -> None:
    lists = {"followers_csv", "labels_csv", "bluesky_follows"}
    assert {form.name for form in FORMATS} == {importer.name for importer in IMPORTERS} - lists


@JSON
def test_any_value_at_any_place(tmp_path: Path, form: Format) -> None:
    documents = form.documents()[:2]
    changed = [
        exchanged(document, place, new)
        for document in documents
        for place in places(document)
        for new in (*HOSTILE, *spoilt(part(document, place)))
    ]
    # Lines stand for themselves; a document needs a file of its own.
    files = [changed] if form.shape == "lines" else [[each] for each in changed]
    found = [row for each in files for row in rows_of(form.copied(tmp_path, form.written(each)), form)]
    assert found
    kept_twice(found)


@JSON
def test_a_value_that_is_nested_without_end(tmp_path: Path, form: Format) -> None:
    (first, *rest) = form.documents()
    place = next(each for each in places(first) if isinstance(each[-1], str))
    text = form.written([exchanged(first, place, "HERE"), *rest])
    for deep in (json.dumps(nested(900)).encode(), b"[" * 100_000, b'{"a":' * 100_000):
        path = form.copied(tmp_path, text.replace(b'"HERE"', deep))
        kept_twice(list(rows_of(path, form)))


@JSON
def test_duplicate_keys_are_read_as_one(tmp_path: Path, form: Format) -> None:
    content = form.path.read_bytes().replace(b'"id', b'"id": 1, "id')
    kept_twice(list(rows_of(form.copied(tmp_path, content), form)))


@TABLES
def test_any_cell_in_any_column(tmp_path: Path, form: Format) -> None:
    header, *lines = form.table()
    rows: list[list[str]] = [header]
    for column in range(len(header)):
        for cell in (*CELLS, f"{lines[0][column]}\u202e\n", f"{lines[0][column]}\u2028"):
            row = list(lines[0])
            row[column] = cell
            rows.append(row)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = form.copied(tmp_path, text.getvalue().encode())
    found = list(rows_of(path, form))
    assert found
    kept_twice(found)


@TABLES
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_and_line_ends(tmp_path: Path, form: Format, encoding: str, ending: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ending).writerows(
        [[cell.replace("\n", " ") for cell in row] for row in form.table()]
    )
    path = form.copied(tmp_path, text.getvalue().encode(encoding))
    plain = [post.post_id for post in read(form.path).posts]
    content = read(path)
    assert content.importer == form.name
    assert [post.post_id for post in content.posts] == plain


@JSON
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_in_other_encodings(tmp_path: Path, form: Format, encoding: str) -> None:
    text = form.path.read_text(encoding="utf-8")
    content = read(form.copied(tmp_path, text.encode(encoding)))
    assert content.importer == form.name
    assert [post.text for post in content.posts] == [post.text for post in read(form.path).posts]


@ALL
@pytest.mark.parametrize("share", [0.02, 0.6])
async def test_a_file_that_is_cut_short(
    database: Database, tmp_path: Path, form: Format, share: float
) -> None:
    content = form.path.read_bytes()
    result = await twice(database, form.copied(tmp_path, content[: int(len(content) * share)]))
    assert result is None or result.posts_new <= form.posts


@ALL
def test_noise_in_a_file(tmp_path: Path, form: Format) -> None:
    content = form.path.read_bytes()
    middle = len(content) // 2
    for noise in (b"\x00", b"\xff\xfe", b'"', b"\xed\xa0\x80", b"\n\n", b"\x1a"):
        path = form.copied(tmp_path, content[:middle] + noise + content[middle:])
        kept_twice(list(rows_of(path, form)))


@ALL
def test_nothing_in_a_file(tmp_path: Path, form: Format) -> None:
    for nothing in (b"", b"\n \n", b"\xef\xbb\xbf", b"\x00" * 50):
        path = form.copied(tmp_path, nothing)
        with pytest.raises(ImportFileError) as caught:
            read(path, name=form.name)
        fit_to_be_read(str(caught.value))


@ALL
def test_another_format_in_the_same_file(tmp_path: Path, form: Format) -> None:
    for other in FORMATS:
        path = form.copied(tmp_path, form.path.read_bytes() + b"\n" + other.path.read_bytes())
        kept_twice(list(rows_of(path, form)))


FUTURE = {b"2019": b"2119", b"2021": b"2121", b"2023": b"2123", b"2024": b"2124", b"2025": b"2125"}


@ALL
def test_posts_of_the_future_are_left_out(tmp_path: Path, form: Format) -> None:
    if form.shape == "binary":
        pytest.skip("its dates stand under hashes")
    content = form.path.read_bytes()
    for before, after in (FUTURE | {b"16855": b"46855", b"17095": b"47095", b"17170": b"47170"}).items():
        content = content.replace(before, after)
    path = form.copied(tmp_path, content)
    with ImportFile.open(path) as file:
        found = list(by_name(form.name).records(file, now=NOW))
    assert not [post for each in found if isinstance(each, Row) for post in each.posts]
    if form.posts:
        reasons = {each.reason for each in found if isinstance(each, Rejected)}
        assert any("lies in the future" in reason or "usable date" in reason for reason in reasons)
