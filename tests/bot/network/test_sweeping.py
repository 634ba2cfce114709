"""What a sweep finds is what comparing every post with every other finds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InputError
from bot.network import sweeping
from bot.network.engines import open_engine
from bot.network.recipe import Method, Recipe
from bot.store.corpus import CorpusPost
from bot.text.normalise import body
from bot.text.tokens import tokens
from tests.bot.network.made import LIMITS, Edges, plain, post, swept, write

WORDS = "river bridge market evening winter letter garden window silver morning".split()
# A few texts that repeat, resemble each other or have nothing in common.
TEXTS = [" ".join(WORDS[at : at + 6 + at % 3]) for at in range(4)] + [
    "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑",
    "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子寅",
]


@st.composite
def streams(draw: st.DrawFn) -> list[CorpusPost]:
    """Some posts around a few moments, so that lags of exactly the window occur."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 4),
                st.sampled_from([0, 59, 60, 61, 120, 86_390, 86_400]),
                st.sampled_from(TEXTS),
            ),
            min_size=1,
            max_size=24,
        )
    )
    return [
        post(number, account, at, text=text, links=[f"https://example.org/{len(text) % 3}"])
        for number, (account, at, text) in enumerate(rows)
    ]


Same = Callable[[CorpusPost, CorpusPost], bool]


def same_text(one: CorpusPost, other: CorpusPost) -> bool:
    return body(one.text) == body(other.text)


def same_link(one: CorpusPost, other: CorpusPost) -> bool:
    return one.links == other.links


def resemble(one: CorpusPost, other: CorpusPost) -> bool:
    a, b = set(tokens(body(one.text))), set(tokens(body(other.text)))
    return len(a & b) / len(a | b) >= 0.6


@pytest.mark.parametrize("method", [Method.IDENTICAL_TEXT, Method.SIMILAR_TEXT, Method.SAME_LINK])
@settings(max_examples=6, deadline=None)
@given(posts=streams(), slab_posts=st.sampled_from([1, 7, 1000]), min_weight=st.sampled_from([1, 2]))
def test_finds_what_comparing_all_posts_finds(
    method: Method, posts: list[CorpusPost], slab_posts: int, min_weight: int
) -> None:
    same: dict[Method, Same] = {
        Method.IDENTICAL_TEXT: same_text,
        Method.SIMILAR_TEXT: resemble,
        Method.SAME_LINK: same_link,
    }
    expected = plain(
        posts,
        same=same[method],
        key=lambda each: each.links if method is Method.SAME_LINK else body(each.text),
        window_ms=60_000,
        min_weight=min_weight,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = swept(
            write(Path(folder), posts),
            Recipe(method=method, similarity=0.6, min_weight=min_weight),
            slab_posts=slab_posts,
        )
    assert found == expected


def found_by(folder: Path, recipe: Recipe, posts: list[CorpusPost]) -> Edges:
    return swept(write(folder, posts), recipe)


def found_in(folder: Path, recipe: Recipe) -> sweeping.Found:
    """Return everything that the engine gave; it is closed, so the tables of it are gone."""
    opened = open_engine("duckdb", limits=LIMITS)
    try:
        return sweeping.find(folder, recipe, engine=opened, with_chance=False)
    finally:
        opened.close()


def test_the_window_is_inclusive_and_slides(tmp_path: Path) -> None:
    posts = [
        # Exactly 60 s, over the edge of any minute.
        post(1, 1, 59, links=["https://example.org/a"]),
        post(2, 2, 119, links=["https://example.org/a"]),
        post(3, 3, 119.001, links=["https://example.org/a"]),
    ]
    found = found_by(tmp_path, Recipe(method=Method.SAME_LINK, min_weight=1), posts)
    assert set(found) == {(1, 2), (2, 3)}


def test_one_object_often_is_one_object(tmp_path: Path) -> None:
    posts = [post(n, 1, n, links=["https://example.org/a"]) for n in range(3)]
    posts.append(post(3, 2, 5, links=["https://example.org/a"]))
    found = found_by(tmp_path, Recipe(method=Method.SAME_LINK, min_weight=1), posts)
    assert (found[1, 2].pairs, found[1, 2].objects, found[1, 2].n_a, found[1, 2].n_b) == (3, 1, 3, 1)
    assert found_by(tmp_path, Recipe(method=Method.SAME_LINK, min_weight=2), posts) == {}


def test_blank_links_link_nobody(tmp_path: Path) -> None:
    posts = [post(n, n, 0, links=[blank]) for n, blank in enumerate(["", " ", "https://", "#"])]
    posts += [post(8, 8, 0, links=["https://example.org/a"]), post(9, 9, 1, links=["https://example.org/a"])]
    assert set(found_by(tmp_path, Recipe(method=Method.SAME_LINK, min_weight=1), posts)) == {(8, 9)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Decomposed letters, and a zero-width space within a word.
        ("Le café ferme à minuit ce soir", "Le cafe\u0301 fer\u200bme à minuit ce soir"),
        ("the market opens at seven today", "The  MARKET opens at seven today https://example.org/x"),
    ],
)
def test_hidden_differences_do_not_part_texts(tmp_path: Path, one: str, other: str) -> None:
    posts = [post(1, 1, 0, text=one), post(2, 2, 5, text=other)]
    assert set(found_by(tmp_path, Recipe(method=Method.IDENTICAL_TEXT, min_weight=1), posts)) == {(1, 2)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("写信@新华社：今天北京大雪 看这里 还有很多人在路上行走", "写信 看这里"),
        ("@someone @another", "@third @fourth"),
        ("good morning", "good morning"),
    ],
)
def test_different_and_empty_texts_stay_apart(tmp_path: Path, one: str, other: str) -> None:
    filler = post(3, 3, 0, text="a text of its own that has enough words")
    posts = [post(1, 1, 0, text=one), post(2, 2, 5, text=other), filler]
    assert found_by(tmp_path, Recipe(method=Method.IDENTICAL_TEXT, min_weight=1), posts) == {}


def test_the_order_of_words_and_characters_counts_in_chinese(tmp_path: Path) -> None:
    one, other = (
        "上海自来水来自海上今天天气非常好啊真的很好呢",
        "好很的真啊好常非气天天今上海自来水来自海上呢",
    )
    posts = [post(1, 1, 0, text=one), post(2, 2, 5, text=other)]
    assert found_by(tmp_path, Recipe(method=Method.SIMILAR_TEXT, min_weight=1), posts) == {}


def test_reposts_have_a_network_of_their_own(tmp_path: Path) -> None:
    text = "a text that is long enough to be compared"
    posts = [
        post(1, 1, 0, text=text),
        post(2, 2, 8, text=text, kind="repost", refers_to="1"),
        post(3, 3, 10, text=text, kind="repost", refers_to="1"),
        post(4, 4, 40, text=text, kind="repost", refers_to="1"),
        post(5, 5, 41, text="no", kind="reply", refers_to="1"),
        post(6, 6, 42, text="yes", kind="reply", refers_to="1"),
    ]
    folder = write(tmp_path, posts)

    def edges(method: Method) -> set[tuple[int, int]]:
        return set(swept(folder, Recipe(method=method, min_weight=1)))

    assert edges(Method.IDENTICAL_TEXT) == set()
    assert edges(Method.SAME_REPOST) == {(2, 3), (2, 4), (3, 4)}
    assert edges(Method.FAST_REPOST) == {(2, 3)}
    assert edges(Method.SAME_REPLY) == {(5, 6)}


def test_hashtags_count_in_their_order(tmp_path: Path) -> None:
    posts = [
        post(1, 1, 0, text="#Snow #Ice"),
        post(2, 2, 1, text="now #snow and then #ice"),
        post(3, 3, 2, text="#ice #snow"),
        post(4, 4, 3, text="#snow"),
        post(5, 5, 4, text="#snow"),
    ]
    assert set(found_by(tmp_path, Recipe(method=Method.SAME_HASHTAGS, min_weight=1), posts)) == {(1, 2)}


def test_images_are_compared_by_their_hashes(tmp_path: Path) -> None:
    posts = [post(1, 1, 0, images=["f00d"]), post(2, 2, 1, images=["beef", "f00d"]), post(3, 3, 1)]
    assert set(found_by(tmp_path, Recipe(method=Method.SAME_IMAGE, min_weight=1), posts)) == {(1, 2)}


def test_filters_choose_posts(tmp_path: Path) -> None:
    link = ["https://example.org/a"]
    day = 86_400
    posts = [
        post(1, 1, 0, links=link, language="en"),
        post(2, 2, 1, links=link, language="en"),
        post(3, 3, 2, links=link, platform="bluesky"),
        post(4, 4, day, links=link, language="en"),
        post(5, 5, day + 1, links=link, language="es"),
    ]
    folder = write(tmp_path, posts)

    def edges(
        platforms: tuple[str, ...] = (), languages: tuple[str, ...] = (), until: date | None = None
    ) -> set[tuple[int, int]]:
        recipe = Recipe(
            method=Method.SAME_LINK, min_weight=1, platforms=platforms, languages=languages, until=until
        )
        return set(swept(folder, recipe))

    assert edges() == {(1, 2), (1, 3), (2, 3), (4, 5)}
    assert edges(platforms=("x",)) == {(1, 2), (4, 5)}
    assert edges(languages=("en",)) == {(1, 2)}
    assert edges(until=date(2026, 3, 1)) == {(1, 2), (1, 3), (2, 3)}


def test_lists_of_accounts_choose_posts(tmp_path: Path) -> None:
    folder = write(tmp_path, [post(n, n, 0, links=["https://example.org/a"]) for n in range(4)])
    recipe = Recipe(method=Method.SAME_LINK, min_weight=1)
    assert set(swept(folder, recipe, accounts=[1, 3])) == {(1, 3)}
    with pytest.raises(InputError, match="nothing passes the filters"):
        swept(folder, recipe, accounts=[])


def test_crowds_are_cut_and_counted(tmp_path: Path) -> None:
    folder = write(tmp_path, [post(n, n, 0, links=["https://example.org/a"]) for n in range(8)])
    assert len(swept(folder, Recipe(method=Method.SAME_LINK, min_weight=1, cap=4))) == 6
    assert len(swept(folder, Recipe(method=Method.SAME_LINK, min_weight=1, cap=8))) == 28


def test_whole_minutes_cannot_tell_seconds(tmp_path: Path) -> None:
    folder = write(tmp_path, [post(n, n, 60 * n, links=["https://example.org/a"]) for n in range(30)])
    with pytest.raises(InputError, match="whole minutes"):
        swept(folder, Recipe(method=Method.SAME_LINK))


def test_the_window_is_read_from_how_fast_the_fastest_things_spread(tmp_path: Path) -> None:
    # Each of sixty pages is shared twice; page n within 5 + n seconds: the fastest six take 5 to 10 s.
    posts = [
        post(2 * n + side, 2 * n + side, 1_000 * n + side * (5 + n), links=[f"https://example.org/{n}"])
        for n in range(60)
        for side in (0, 1)
    ]
    folder = write(tmp_path, posts)
    found = found_in(folder, Recipe(method=Method.SAME_LINK, min_weight=1, window_s=None))
    assert (found.window_ms, found.window_from) == (7_500, 60)
    # Within 7.5 s: the pages that took 5, 6 and 7.
    assert found.edges.num_rows == 3
    assert found_in(folder, Recipe(method=Method.SAME_LINK, window_s=7)).window_from is None


def test_too_few_shared_things_give_no_window_of_their_own(tmp_path: Path) -> None:
    posts = [post(n, n, n, links=["https://example.org/a"]) for n in range(5)]
    found = found_in(write(tmp_path, posts), Recipe(method=Method.SAME_LINK, window_s=None))
    assert (found.window_ms, found.window_from) == (60_000, 1)
