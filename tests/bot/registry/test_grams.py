"""Finding a text among many: as the plain scan does it, and after every addition."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from bot.registry.grams import GramIndex, grams

WORDS = st.text(alphabet="abcdeнов新华社 ", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(WORDS, min_size=1, max_size=40), WORDS)
def test_beginnings_are_all_found_in_order(texts: list[str], asked: str) -> None:
    index = GramIndex((text, number) for number, text in enumerate(texts))
    found = [text for text, _ in index.starting_with(asked)]
    assert found == sorted({text for text in texts if text.startswith(asked)})


@given(st.lists(st.tuples(WORDS, st.integers(0, 9)), max_size=30), st.integers(0, 9))
def test_what_was_removed_is_as_if_it_had_never_been(pairs: list[tuple[str, int]], gone: int) -> None:
    index, without = GramIndex(pairs), GramIndex(pair for pair in pairs if pair[1] != gone)
    index.remove(gone)
    for text, _ in pairs:
        assert sorted(index.named(text)) == sorted(without.named(text))
        assert _plain(index.starting_with(text)) == _plain(without.starting_with(text))


def _plain(found: Iterable[tuple[str, Sequence[int]]]) -> list[tuple[str, list[int]]]:
    return [(text, sorted(numbers)) for text, numbers in found]


def test_slips_of_one_or_two_letters_are_found_in_four_scripts() -> None:
    chance = random.Random(8)  # noqa: S311  # made-up names, no secret
    syllables = {
        "latin": [a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "in", "o", "ur")],
        "cyrillic": [a + b for a in "бвгдзклмнпрст" for b in ("а", "ев", "ин", "о", "я")],
        "arabic": [a + b for a in "بتجدرسشعفقكلمن" for b in ("ا", "ي", "و", "")],
        "han": [chr(0x4E00 + number) for number in range(600)],
    }
    names = {
        script: ["".join(chance.choices(parts, k=4 if script == "han" else 5)) for _ in range(3_000)]
        for script, parts in syllables.items()
    }
    index = GramIndex((name, n) for n, name in enumerate(name for each in names.values() for name in each))
    for script, those in names.items():
        hits = 0
        for name in chance.sample(those, 60):
            typed = _slip(name, chance, edits=1 if script == "han" else chance.choice((1, 2)))
            like = sorted(((fuzz.ratio(typed, text), text) for text, _ in index.like(typed)), reverse=True)
            hits += name in [text for _, text in like[:10]]
        assert hits >= 54, script


def _slip(text: str, chance: random.Random, *, edits: int) -> str:
    for _ in range(edits):
        at = chance.randrange(len(text))
        text = chance.choice((text[:at] + text[at + 1 :], text[:at] + text[0] + text[at + 1 :]))
    return text


def test_one_or_two_han_characters_are_a_word() -> None:
    assert {"新", "华", "新华"} <= grams("新华社")
    index = GramIndex([("北京青年报", 1), ("环球时报", 2)])
    assert [text for text, _ in index.like("时报")][:1] == ["环球时报"]
