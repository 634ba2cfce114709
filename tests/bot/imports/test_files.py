"""Files that are not what they should be: one clear sentence each, in bounded memory."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ImportFileError, InputError
from bot.imports import csv_rows, files, json_values
from bot.imports.detect import IMPORTERS, by_name
from bot.imports.files import ImportFile
from tests.bot.imports.reading import DATA, NOW, read, written

HEADER = "platform,handle,post_id,created_at,text"
ROW = "x,ejemplo_hoy_1,{},2023-05-31T10:00:00Z,Hoy sale el sol"


def refusal(path: Path) -> str:
    with pytest.raises(ImportFileError) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "file: the file is empty."),
        (b"\xef\xbb\xbf \n\t", "file: the file is empty."),
        (bytes(range(256)) * 4, "file: this is a binary file, not text."),
        ("привет мир как дела ".encode("cp1251") * 9, "in an encoding that cannot be told for certain"),
        (b"nothing, known\n1, 2\n", "Masthead does not know this format. It imports: X API v2 JSON lines"),
        (b"\x00" * 5000, "file: this is a binary file, not text."),
        (b"PK\x03\x04\x14\x00", "file: the archive is cut short or damaged."),
        (b"%PDF-1.7", "file: this is a PDF document."),
        (b"SQLite format 3\x00\x10", "file: this is an SQLite database."),
        ("nothing, known".encode("utf-16"), "Masthead does not know this format."),
        (b"Hello, world", "Masthead does not know this format."),
        (b"<html><body>Sign in</body></html>", "Masthead does not know this format."),
        (b"[]", "Masthead does not know this format."),
        (b"{}", "Masthead does not know this format."),
        (b"[1, 2, 3]", "Masthead does not know this format."),
        (b'{"kind": "youtube#searchListResponse", "items": []}', "Masthead does not know this format."),
        (b"{{{", "file, line 1: this is no JSON"),
        (b'{"feed": [', "file, line 1: the JSON breaks off before its end."),
        (b'{\n"feed": [\n{"post":\n', "file, line 3: the JSON breaks off before its end."),
        (b'{"feed":\n [nul]}', "file, line 2: this is no JSON"),
        (b"[" * 100_000, "file, line 1: the JSON is nested too deeply."),
        (gzip.compress(b"Hello, world", mtime=0), "Masthead does not know this format."),
        (b"\x1f\x8bnonsense", "file, line 1: the gzip archive is cut short or damaged here."),
        (
            gzip.compress(b"x,y\n" * 50_000, mtime=0)[:60],
            "file, line 1: the gzip archive is cut short or damaged here.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_what_is_not_a_file_says_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere") == "nowhere: there is no such file."
    assert refusal(tmp_path).endswith(": this is a folder; name the files in it.")
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == "pipe: this is no regular file; save what it yields to a file first."
    assert "cannot be opened" in refusal(Path("nul\x00byte"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, ROW])
    path.chmod(0)
    assert refusal(path) == "file: it cannot be opened (Permission denied)."


def test_the_name_of_a_file_decides_nothing(tmp_path: Path) -> None:
    for sample, name in [
        ("posts.csv", "feed.json"),
        ("bluesky_feed.json", "posts.csv"),
        ("x_flat.jsonl", "a.txt"),
    ]:
        path = tmp_path / name
        path.write_bytes((DATA / sample).read_bytes())
        assert read(path).importer == read(DATA / sample).importer


@pytest.mark.parametrize(
    "sample", ["posts.csv", "bluesky_feed.json", "x_flat.jsonl", "x_page_new_names.json"]
)
def test_gzip_is_read_as_if_it_were_not_there(tmp_path: Path, sample: str) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress((DATA / sample).read_bytes()))
    os.utime(packed, ns=(0, (DATA / sample).stat().st_mtime_ns))
    assert read(packed) == read(DATA / sample)


def test_a_gzip_archive_that_breaks_further_down_names_the_line(tmp_path: Path) -> None:
    rows = "\n".join([HEADER, *(ROW.format(number) for number in range(60_000))]).encode()
    packed = gzip.compress(rows, mtime=0)
    path = tmp_path / "packed"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ImportFileError, match=r"packed, line \d{5}: the gzip archive is cut short"):
        read(path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "1", "text": "' + "a" * 2000, "the line is longer than 64 MiB"),
        ('{"id": "1", "text": "' + "a" * 2000 + '"}', "the line is longer than 64 MiB"),
    ],
)
def test_a_line_beyond_the_limit_is_skipped_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, reason: str
) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 8_000)
    monkeypatch.setattr(files, "_SKIP", 100)
    flat = (DATA / "x_flat.jsonl").read_text(encoding="utf-8").splitlines()
    content = read(written(tmp_path, [flat[0], line * 5, flat[1]]))
    assert content.lines == [1, 3]
    ((number, why),) = content.rejected
    assert number == 2
    assert reason in why


def test_a_file_that_is_one_line_beyond_the_limit_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 8_000)
    path = written(tmp_path, ['{"feed": [' + " " * 20_000 + "]}"])
    assert refusal(path).startswith(
        "file, line 1: the line is longer than 64 MiB; save the file with one page"
    )


def test_a_document_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MAX_DOCUMENT", 4_000)
    path = tmp_path / "file"
    path.write_bytes((DATA / "bluesky_feed.json").read_bytes())
    assert "one JSON value larger than" in refusal(path)
    assert "save it as JSON lines" in refusal(path)


def test_a_csv_line_beyond_the_limit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_ROW", 1_000)
    rows = [HEADER, ROW.format(1), ROW.format(2) + "!" * 2_000, ROW.format(3)]
    content = read(written(tmp_path, rows))
    assert [line for line, _ in content.rejected] == [3]
    assert content.lines == [2, 4]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """40,000 rows of 5 MB; a reader that kept them would need ten times the limit."""
    path = written(tmp_path, [HEADER, *(ROW.format(number) + " y llueve" * 10 for number in range(40_000))])
    with ImportFile.open(path) as file:
        tracemalloc.start()
        rows = sum(1 for _ in by_name("csv").records(file, now=NOW))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert rows == 40_000
    assert peak < 1_500_000


def test_a_file_is_dated_by_its_last_change(tmp_path: Path) -> None:
    path = written(tmp_path, [HEADER, ROW.format(1)])
    os.utime(path, (0, 1_700_000_000))
    assert read(path).post(0).counts_at == datetime.fromtimestamp(1_700_000_000, tz=UTC)


def test_an_unknown_format_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="There is no import format 'xml'") as caught:
        by_name("xml")
    assert all(importer.name in str(caught.value) for importer in IMPORTERS)
