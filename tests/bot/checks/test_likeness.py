from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.likeness import UNLIKE, Likeness, Wording, aligned, likeness
from bot.text.normalise import body
from tests.bot.checks.copied import a_text


def _of(text: str) -> Wording:
    return Wording(body(text))


def _measured(text: str, other: str) -> Likeness:
    return likeness(_of(text), _of(other))


def test_a_text_repeats_itself() -> None:
    assert _measured(a_text(1), a_text(1).upper()) == Likeness(containment=1.0, jaccard=1.0)


def test_a_passage_is_contained_in_an_article_and_the_article_not_in_it() -> None:
    article = " ".join(a_text(n) for n in range(20))
    passage = a_text(7)
    assert _measured(passage, article).containment == 1.0
    assert _measured(passage, article).is_copy
    assert not _measured(article, passage).is_copy


@pytest.mark.parametrize(
    ("containment", "jaccard", "is_copy"),
    [(0.6, 0.0, True), (0.5999, 0.7999, False), (0.0, 0.8, True), (1.0, 1.0, True), (0.0, 0.0, False)],
)
def test_the_borders_of_a_copy(containment: float, jaccard: float, *, is_copy: bool) -> None:
    assert Likeness(containment=containment, jaccard=jaccard).is_copy is is_copy


def test_four_of_five_tokens_are_near_and_fewer_are_not() -> None:
    # 16 shared of 20 in all: exactly four fifths.
    shared = [f"palabra{n}" for n in range(16)]
    one = " ".join([*shared, "uno", "dos"])
    other = " ".join([*shared, "tres", "cuatro"])
    assert _measured(one, other).jaccard == 0.8
    assert _measured(one, other).is_near_duplicate
    assert not _measured(f"{one} cinco", other).is_near_duplicate


@pytest.mark.parametrize(
    ("text", "other"),
    [
        # The same words and characters in another order.
        (a_text(1), " ".join(sorted(a_text(1).split()))),
        (
            "写信给新华社今天北京大雪很大出门要小心路滑谢谢大家",
            "大家谢谢滑路心小要门出大很雪大京北天今社华新给信写",
        ),
        (a_text(1), a_text(2)),
        ("", ""),
        ("", a_text(1)),
        ("👋👋", "👋👋"),
        ("@uno_ejemplo", "@dos_ejemplo"),
    ],
)
def test_what_does_not_run_in_parallel_is_unlike(text: str, other: str) -> None:
    assert _measured(text, other) == UNLIKE


def test_a_credit_that_was_added_or_exchanged_leaves_a_copy() -> None:
    assert _measured(f"{a_text(1)} Twitter •mundo_ejemplo", f"{a_text(1)} @mundo_ejemplo").is_copy


def test_chinese_is_compared_without_spaces() -> None:
    text = "新华社北京电今天上午国务院举行新闻发布会介绍有关情况并回答记者提问"
    assert _measured(text, f"快讯：{text}。").is_copy
    assert not _measured(text, "今天上海天气晴朗适合外出旅行市民纷纷来到公园赏花拍照留念").is_copy


_bodies = st.lists(st.sampled_from(["uno", "dos", "tres", "四五", "六", "七八九十", "x"]), max_size=30).map(
    lambda words: body(" ".join(words))
)


@given(_bodies, _bodies)
def test_measures_stay_within_bounds_and_near_duplicates_are_mutual(one: str, other: str) -> None:
    there, back = likeness(Wording(one), Wording(other)), likeness(Wording(other), Wording(one))
    assert 0 <= there.containment <= 1
    assert 0 <= there.jaccard <= 1
    if there != UNLIKE and back != UNLIKE:
        assert there.jaccard == back.jaccard
    if one:
        assert likeness(Wording(one), Wording(one)).is_copy


@given(_bodies)
def test_a_text_is_aligned_with_what_holds_it(text: str) -> None:
    if text:
        assert aligned(Wording(text), Wording(f"antes {text} después"))
