"""Where other tools went wrong (docs/sweeps.md), and what is easily got wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.network import sweeping
from bot.network.engines import open_engine
from bot.network.recipe import Method, Recipe
from bot.store.corpus import CorpusPost
from tests.bot.network.made import LIMITS, Edges, post, swept, write

PAGE = "https://example.org/a"
DAY = 86_400


def linked(number: int, account: int, at_s: float, page: str = PAGE) -> CorpusPost:
    return post(number, account, at_s, links=[page])


def edges(folder: Path, posts: Sequence[CorpusPost], *, method: Method = Method.SAME_LINK) -> Edges:
    return swept(write(folder, posts), Recipe(method=method, min_weight=1))


@pytest.mark.parametrize(
    ("first_s", "second_s", "meet"),
    [
        (0, 60, True),
        (0, 60.001, False),
        # Either side of a minute, an hour, a day.
        (59.9, 60.1, True),
        (3_599, 3_601, True),
        (DAY - 0.5, DAY + 59.5, True),
        (DAY - 1, DAY + 59.001, False),
        # At the same moment.
        (5, 5, True),
    ],
)
def test_two_posts_meet_within_the_window_wherever_a_clock_turns(
    tmp_path: Path, first_s: float, second_s: float, *, meet: bool
) -> None:
    found = edges(tmp_path, [linked(1, 1, first_s), linked(2, 2, second_s)])
    assert bool(found) is meet


def test_three_posts_against_one_are_three_pairs_of_one_object(tmp_path: Path) -> None:
    (edge,) = edges(tmp_path, [*(linked(n, 1, n) for n in range(3)), linked(3, 2, 9)]).values()
    assert (edge.pairs, edge.objects) == (3, 1)
    assert min(edge.n_a, edge.n_b) / max(edge.n_a, edge.n_b) == pytest.approx(1 / 3)
    # Both directions, whichever of the two has the smaller number.
    assert (edge.n_a, edge.n_b, edge.a_first, edge.b_first) == (3, 1, 3, 0)


def test_an_account_that_repeats_itself_is_no_edge_and_is_counted(tmp_path: Path) -> None:
    posts = [*(linked(n, 1, n) for n in range(4)), linked(9, 2, 0, "https://example.org/b")]
    opened = open_engine("duckdb", limits=LIMITS)
    try:
        found = sweeping.find(
            write(tmp_path, posts),
            Recipe(method=Method.SAME_LINK, min_weight=1),
            engine=opened,
            with_chance=False,
        )
    finally:
        opened.close()
    assert found.edges.num_rows == 0
    assert found.repeats_of == {1: 6}


def test_the_order_of_the_input_changes_nothing(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - test data
    posts = [
        linked(n, chance.randrange(6), chance.randrange(600), f"https://example.org/{chance.randrange(4)}")
        for n in range(80)
    ]
    found = edges(tmp_path / "0", posts)
    assert len(found) > 5
    for turn in range(1, 4):
        chance.shuffle(posts)
        assert edges(tmp_path / str(turn), posts) == found


def test_a_page_that_everybody_shares_costs_what_is_near_in_time(tmp_path: Path) -> None:
    """With the window applied after the join, 3,000 posts of one page would be a crowd, and cut."""
    posts = [linked(n, n, 100 * n) for n in range(3_000)]
    opened = open_engine("duckdb", limits=LIMITS)
    try:
        recipe = Recipe(method=Method.SAME_LINK, min_weight=1, cap=2)
        found = sweeping.find(write(tmp_path, posts), recipe, engine=opened, with_chance=False)
    finally:
        opened.close()
    assert (found.pairs, found.cut.crowds, found.cut.rows) == (0, 0, 0)


@pytest.mark.parametrize("method", [Method.IDENTICAL_TEXT, Method.SIMILAR_TEXT])
def test_posts_of_mentions_alone_meet_nobody(tmp_path: Path, method: Method) -> None:
    texts = ["@someone @another", "@third", "@someone @another", "", "   "]
    posts = [post(n, n, n, text=text) for n, text in enumerate(texts)]
    posts.append(post(9, 9, 0, text="a text of its own that has enough words"))
    recipe = Recipe(method=method, min_weight=1, similarity=0.05, short_texts=True)
    assert swept(write(tmp_path, posts), recipe) == {}


def test_short_texts_are_compared_where_that_was_asked(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        [
            post(1, 1, 0, text="good morning"),
            post(2, 2, 5, text="Good  morning"),
            post(3, 3, 9, text="one text of its own that is long enough"),
        ],
    )
    assert swept(folder, Recipe(method=Method.IDENTICAL_TEXT, min_weight=1)) == {}
    assert set(swept(folder, Recipe(method=Method.IDENTICAL_TEXT, min_weight=1, short_texts=True))) == {
        (1, 2)
    }


def test_the_order_of_words_counts_in_identical_texts_alone(tmp_path: Path) -> None:
    posts = [
        post(1, 1, 0, text="the old dog bites the tall man"),
        post(2, 2, 5, text="the tall man bites the old dog"),
    ]
    assert edges(tmp_path / "identical", posts, method=Method.IDENTICAL_TEXT) == {}
    assert set(edges(tmp_path / "similar", posts, method=Method.SIMILAR_TEXT)) == {(1, 2)}


@pytest.mark.parametrize(
    ("shared", "own", "similar"),
    [
        # 8 of 10 words: exactly 0.8.
        (8, 1, True),
        (7, 1, False),
        # All of a short text within a long one: a part is no match.
        (9, 20, False),
    ],
)
def test_similar_texts_have_the_jaccard_value_and_no_part_of_it(
    tmp_path: Path, shared: int, own: int, *, similar: bool
) -> None:
    words = [f"word{n}" for n in range(60)]
    one = words[:shared] + words[30 : 30 + own]
    other = words[:shared] + (words[50 : 50 + own] if own == 1 else [])
    posts = [post(1, 1, 0, text=" ".join(one)), post(2, 2, 5, text=" ".join(other))]
    assert bool(edges(tmp_path, posts, method=Method.SIMILAR_TEXT)) is similar


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (Recipe(method=Method.SAME_LINK, min_weight=1), {(1, 2), (1, 3), (2, 3), (4, 5), (6, 7)}),
        (Recipe(method=Method.SAME_LINK, min_weight=1, since=date(2026, 3, 2)), {(4, 5), (6, 7)}),
        (
            Recipe(method=Method.SAME_LINK, min_weight=1, since=date(2026, 3, 2), until=date(2026, 3, 2)),
            {(4, 5)},
        ),
        (Recipe(method=Method.SAME_LINK, min_weight=1, platforms=("bluesky", "telegram")), {(6, 7)}),
        (Recipe(method=Method.SAME_LINK, min_weight=1, languages=("en", "es")), {(1, 2), (4, 5)}),
        (
            Recipe(method=Method.SAME_LINK, min_weight=1, languages=("en",), until=date(2026, 3, 1)),
            {(1, 2)},
        ),
    ],
)
def test_each_filter_chooses_and_all_must_agree(
    tmp_path: Path, recipe: Recipe, expected: set[tuple[int, int]]
) -> None:
    posts = [
        post(1, 1, 0, links=[PAGE], language="en"),
        post(2, 2, 1, links=[PAGE], language="en"),
        post(3, 3, 2, links=[PAGE]),
        post(4, 4, DAY, links=[PAGE], language="en"),
        post(5, 5, DAY + 1, links=[PAGE], language="es"),
        post(6, 6, 2 * DAY + 5, links=[PAGE], platform="bluesky"),
        post(7, 7, 2 * DAY + 6, links=[PAGE], platform="telegram"),
    ]
    assert set(swept(write(tmp_path, posts), recipe)) == expected


def test_a_pair_over_the_edge_of_the_days_asked_for_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path, [linked(1, 1, DAY - 5), linked(2, 2, DAY + 5), linked(3, 3, DAY + 9)])
    recipe = Recipe(method=Method.SAME_LINK, min_weight=1)
    assert set(swept(folder, recipe)) == {(1, 2), (1, 3), (2, 3)}
    since = Recipe(method=Method.SAME_LINK, min_weight=1, since=date(2026, 3, 2))
    assert set(swept(folder, since)) == {(2, 3)}
