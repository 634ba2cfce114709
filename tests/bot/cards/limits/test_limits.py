from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.limits import Answer, Kind, Upload, problems, text_weight, units
from bot.cards.limits.shape import words
from tests.sandbox.bodies import Case, container, text, v2
from tests.sandbox.cases import CASES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
# Keys that lead the walk into every corner, with values of any shape in them.
KEYS = sorted(
    words(
        "type content embeds components flags attachments allowed_mentions nonce fields author footer "
        "image url style custom_id label options value name description choices accessory items media file "
        "component parse users data title min_values max_values id default_values channel_types contexts "
        "emoji message applied_tags"
    )
)
HOSTILE = st.recursive(
    JSON | st.integers(min_value=0, max_value=24),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}-{'good' if case.good else case.code}")
def test_each_limit_refuses_one_more_and_takes_the_border(case: Case) -> None:
    found = problems(case.kind, case.body, files=case.files, before=case.before)
    if case.good:
        assert found == []
    else:
        assert (case.path, case.code) in {(problem.path, problem.code) for problem in found}


def test_every_row_has_a_body_on_either_side() -> None:
    sides = {(case.row, case.good) for case in CASES}
    assert {row for row, _ in sides} == {row for row, good in sides if good} & {
        row for row, good in sides if not good
    }


@given(kind=st.sampled_from(Kind), body=HOSTILE)
def test_no_body_breaks_the_judge(kind: Kind, body: object) -> None:
    for problem in problems(kind, body, files=[Upload(index=0, name="a", size=1)]):
        assert problem.message


@given(st.text())
def test_units_are_never_fewer_than_code_points(sample: str) -> None:
    assert len(sample) <= units(sample) <= 2 * len(sample)


@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=12))
def test_a_weight_within_the_wall_is_never_called_a_bare_500(texts: list[str]) -> None:
    found = problems(Kind.MESSAGE, v2(container(*map(text, texts))))
    assert any(problem.answer is Answer.BARE for problem in found) == (text_weight(texts) > 10_170)


def test_a_problem_reads_as_a_line_for_the_log() -> None:
    (found,) = problems(Kind.MESSAGE, {"content": "a" * 2001})
    assert str(found) == "content: Must be 2000 or fewer in length. [BASE_TYPE_MAX_LENGTH]"
