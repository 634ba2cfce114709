"""Elements of a long array, read without the whole of it."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ImportFileError
from bot.imports.files import ImportFile
from bot.imports.json_stream import Document


def elements(path: Path, *keys: str) -> list[tuple[int, bytes]]:
    with ImportFile.open(path) as file:
        return [(value.line, value.text) for value in Document(file).elements(*keys)]


def written(folder: Path, text: str) -> Path:
    path = folder / "file"
    path.write_text(text, encoding="utf-8")
    return path


def test_elements_come_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, '{"name": "a",\n "list": [\n  {"a": 1},\n\n  [2,\n 3], "ñ" ]\n}')
    assert elements(path, "list") == [(3, b'{"a": 1}'), (5, b"[2,\n 3]"), (6, '"ñ"'.encode())]


def test_members_before_the_array_are_kept_and_others_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, '{"name": "a", "id": 7, "other": [1, 2], "list": [1], "after": {"b": []}}')
    with ImportFile.open(path) as file:
        document = Document(file)
        found = [(value.text, dict(document.members)) for value in document.elements("list")]
    assert found == [(b"1", {"name": "a", "id": 7.0, "other": [1.0, 2.0]})]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(JSON, max_size=5), st.sampled_from([None, 1]), st.integers(1, 40))
def test_any_array_in_pieces_of_any_size(
    tmp_path: Path, values: list[object], indent: int | None, chunk: int
) -> None:
    path = written(tmp_path, json.dumps({"list": values, "z": 1}, indent=indent, ensure_ascii=False))
    with ImportFile.open(path) as file:
        found = [json.loads(value.text) for value in Document(file, chunk=chunk).elements("list")]
    assert found == values


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"list": [1, 2', "file, line 1: the JSON breaks off before its end."),
        ('{"list": [\n1,\n"ab', "file, line 3: the JSON breaks off before its end."),
        ('{"list": [\n1,\n2 3]}', "file, line 3: this is no JSON."),
        ('{"list": [\n1,\n nul]}', "file, line 3: this is no JSON."),
        ('{"list" [1]}', "file, line 1: this is no JSON."),
        ("{list: [1]}", "file, line 1: this is no JSON."),
        ('{"list": [' + "[" * 100_000, "file, line 1: the JSON is nested too deeply."),
    ],
)
def test_a_document_that_breaks_names_the_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        elements(written(tmp_path, text), "list")
    assert str(caught.value) == sentence


def test_a_long_document_is_read_in_little_memory(tmp_path: Path) -> None:
    """5 MB, of which no more than a few pieces are held."""
    one = json.dumps({"text": "Hoy llueve " * 20, "id": 7})
    path = written(tmp_path, '{"list": [' + ",\n".join([one] * 20_000) + "]}")
    with ImportFile.open(path) as file:
        tracemalloc.start()
        found = sum(1 for _ in Document(file, chunk=64 * 1024).elements("list"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found == 20_000
    assert peak < 1_500_000
