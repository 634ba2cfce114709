"""A pack answers as the index that changes does, and comes through a stream as it was."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registry.grams import GramIndex
from bot.registry.packed import BrokenPackError, PackedGrams, pack

WORDS = st.text(alphabet="abcdeнов新华社 \U0001f600", min_size=1, max_size=12).map(str.strip).filter(bool)
PAIRS = st.lists(st.tuples(WORDS, st.integers(0, 2**40)), max_size=30)


@given(PAIRS, st.lists(WORDS, max_size=5))
def test_a_pack_answers_as_the_index_that_grew(pairs: list[tuple[str, int]], asked: list[str]) -> None:
    packed, grown = pack(pairs).packed(), GramIndex(pairs)
    assert len(packed) == len(grown)
    for text in (*asked, *(text for text, _ in pairs)):
        assert _sorted(packed.starting_with(text)) == _sorted(grown.starting_with(text))
        assert [found for found, _ in packed.starting_with(text)] == [
            found for found, _ in grown.starting_with(text)
        ]
        assert sorted(packed.named(text)) == sorted(grown.named(text))
        assert _sorted(packed.like(text)) == _sorted(grown.like(text))


def _sorted(found: Iterable[tuple[str, Sequence[int]]]) -> list[tuple[str, list[int]]]:
    return sorted((text, sorted(numbers)) for text, numbers in found)


@given(PAIRS)
def test_a_pack_is_read_as_it_was_written(pairs: list[tuple[str, int]]) -> None:
    parts = pack(pairs)
    stream = io.BytesIO()
    parts.write(stream)
    assert stream.tell() == parts.shape.size
    stream.seek(0)
    read = PackedGrams.read(stream, shape=parts.shape)
    for text, _ in pairs:
        assert list(read.named(text)) == sorted({number for other, number in pairs if other == text})


def test_half_a_pack_is_refused() -> None:
    parts = pack([("新华社", 1), ("sputnik", 2)])
    stream = io.BytesIO()
    parts.write(stream)
    with pytest.raises(BrokenPackError):
        PackedGrams.read(io.BytesIO(stream.getvalue()[:-1]), shape=parts.shape)


def test_a_name_takes_no_more_than_its_grams() -> None:
    """Bytes a text, not objects: four for every gram, two dozen beside the letters."""
    words = [
        f"{first}{second} {third}" for first in "abcdefghij" for second in "klmnop" for third in "qrstuv"
    ]
    shape = pack((word, number) for number, word in enumerate(words)).shape
    assert shape.size <= len(words) * (4 * 6 + 24 + 8) + 12 * shape.codes
