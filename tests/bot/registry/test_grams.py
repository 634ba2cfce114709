"""Finding a text among many: as the plain scan does it, and after every addition."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from bot.registry.grams import GramIndex, grams

WORDS = st.text(alphabet="abcdeнов新华社 ", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(st.tuples(WORDS, st.integers(0, 50)), max_size=30), st.lists(WORDS, max_size=5))
def test_additions_leave_the_index_that_building_makes(
    pairs: list[tuple[str, int]], asked: list[str]
) -> None:
    unique = list(dict.fromkeys(pairs))
    built, grown = GramIndex(unique), GramIndex()
    for text, number in unique:
        grown.add(text, number)
    assert len(built) == len(grown) == len({text for text, _ in unique})
    for text in (*asked, *(text for text, _ in unique)):
        assert _plain(built.starting_with(text)) == _plain(grown.starting_with(text))
        assert [(ratio, found) for ratio, found, _ in built.similar_to(text, at_least=50)] == [
            (ratio, found) for ratio, found, _ in grown.similar_to(text, at_least=50)
        ]


@given(st.lists(WORDS, min_size=1, max_size=40), WORDS)
def test_beginnings_are_all_found_in_order(texts: list[str], asked: str) -> None:
    index = GramIndex((text, number) for number, text in enumerate(texts))
    found = [text for text, _ in index.starting_with(asked)]
    assert found == sorted({text for text in texts if text.startswith(asked)})


def _plain(found: Iterable[tuple[str, array[int]]]) -> list[tuple[str, list[int]]]:
    return [(text, list(numbers)) for text, numbers in found]


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
            hits += any(text == name for _, text, _ in index.similar_to(typed, at_least=50)[:10])
        assert hits >= 54, script


def _slip(text: str, chance: random.Random, *, edits: int) -> str:
    for _ in range(edits):
        at = chance.randrange(len(text))
        text = chance.choice((text[:at] + text[at + 1 :], text[:at] + text[0] + text[at + 1 :]))
    return text


def test_similarity_is_that_of_the_whole_texts() -> None:
    index = GramIndex([("новости", 1), ("новость", 2), ("sputnik", 3)])
    assert [(round(ratio, 3), text) for ratio, text, _ in index.similar_to("новосте", at_least=60)] == [
        (round(fuzz.ratio("новосте", text), 3), text) for text in ("новости", "новость")
    ]


def test_one_or_two_han_characters_are_a_word() -> None:
    assert {"新", "华", "新华"} <= grams("新华社")
    index = GramIndex([("北京青年报", 1), ("环球时报", 2)])
    assert [text for _, text, _ in index.similar_to("时报", at_least=60)] == ["环球时报"]
