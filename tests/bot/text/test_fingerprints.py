from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.fingerprints import containment, fingerprints, jaccard, shingles, winnowed
from bot.text.normalise import body

ARTICLE = (
    "el observatorio del norte presentó ayer un informe sobre el estado de los glaciares y recordó que la "
    "temperatura media de la cuenca subió dos grados desde que empezaron las mediciones en el siglo pasado"
)
SETS = st.frozensets(st.integers(0, 30))


def test_shingles_know_the_order_of_words() -> None:
    first, second = "dog bites man in the old town", "man bites dog in the old town"
    assert set(first.split()) == set(second.split())
    assert shingles(first) != shingles(second)
    assert set(shingles("今天北京下大雪")).isdisjoint(shingles("大雪今天下北京"))


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("", 0),
        ("dos palabras", 0),
        ("tres palabras justas", 1),
        ("北京雪", 0),
        ("北京大雪", 1),
        ("北京大雪今天", 3),
        ("en 北京 hoy", 1),  # a short run is a word among words
        ("uno dos tres 北京大雪", 2),
    ],
)
def test_number_of_shingles(text: str, n: int) -> None:
    assert len(shingles(text)) == n
    assert bool(fingerprints(text)) is bool(n)


def test_longer_shingles_on_request() -> None:
    assert len(shingles(ARTICLE, words=8)) == len(ARTICLE.split()) - 7


@pytest.mark.parametrize("window", [1, 2, 4, 7])
def test_a_shared_passage_leaves_a_shared_fingerprint(window: int) -> None:
    rng = random.Random(5)  # noqa: S311 (a seeded sample, no secret)
    words = ARTICLE.split()
    for _ in range(50):
        at = rng.randrange(len(words) - window - 2)
        passage = words[at : at + window + 2]  # as many shingles as the window is wide
        own = [f"w{rng.randrange(10**6)}" for _ in range(12)]
        post = " ".join(own[:6] + passage + own[6:])
        assert set(fingerprints(post, window=window)) & set(fingerprints(ARTICLE, window=window))


def test_window_of_one_keeps_every_shingle_and_wider_ones_fewer() -> None:
    every, two, four = (set(fingerprints(ARTICLE, window=window)) for window in (1, 2, 4))
    assert every == set(shingles(ARTICLE))
    assert four < two < every


def test_quote_is_contained_though_it_resembles_little() -> None:
    quote = " ".join(ARTICLE.split()[5:17])
    part, whole = set(shingles(quote)), set(shingles(ARTICLE))
    assert containment(part, whole) == 1
    assert jaccard(part, whole) < 0.5


def test_nothing_resembles_nothing() -> None:
    # Posts of mentions alone have no tokens; they must not count as alike.
    assert jaccard(set(), set()) == 0
    assert containment(set(), {1}) == 0


@given(SETS, SETS)
def test_jaccard_is_exact_symmetric_and_bounded(a: frozenset[int], b: frozenset[int]) -> None:
    value = jaccard(a, b)
    assert value == jaccard(b, a)
    assert 0 <= value <= min(containment(a, b), containment(b, a)) <= 1 or not (a and b)
    assert value == (len(a & b) / len(a | b) if a | b else 0)
    assert jaccard(a, a) == bool(a)


@given(st.text(max_size=120), st.integers(1, 6))
def test_fingerprints_are_distinct_ascending_and_fit_sqlite(text: str, window: int) -> None:
    prepared = body(text)
    found = fingerprints(prepared, window=window)
    assert list(found) == sorted(set(found))
    assert set(found) <= set(shingles(prepared))
    assert all(-(2**31) <= number < 2**31 for number in found)


@given(st.lists(st.integers(-50, 50), max_size=30), st.integers(1, 6))
def test_winnowing_keeps_the_smallest_of_each_window(hashes: list[int], window: int) -> None:
    width = max(1, min(window, len(hashes)))
    windows = [hashes[at : at + width] for at in range(len(hashes) - width + 1)]
    assert winnowed(hashes, window=window) == {min(each) for each in windows if each}


def test_shingles_are_the_same_in_every_release() -> None:
    # Stored in databases: other values here mean that every index has to be rebuilt.
    assert shingles("el puente del norte") == [-517191100, 2066774811]
    assert shingles("北京大雪今天") == [350317232, 896886989, -1399632946]
