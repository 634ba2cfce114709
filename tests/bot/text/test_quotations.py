from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalise import body
from bot.text.quotations import without_quotations

LONG = "el puente se terminará antes del verano próximo"


@pytest.mark.parametrize(
    "quoted",
    [f"“{LONG}”", f"«{LONG}»", f"»{LONG}«", f"„{LONG}“", f"„{LONG}”", f'"{LONG}"', f"＂{LONG}＂"],
)
def test_a_quoted_sentence_is_cut_out(quoted: str) -> None:
    assert without_quotations(body(f"El ministro dijo: {quoted} ayer.")) == "el ministro dijo: ayer."


@pytest.mark.parametrize("marks", ["「」", "『』"])
def test_quoted_chinese_and_japanese_is_cut_out(marks: str) -> None:
    quoted = f"{marks[0]}北京市今天宣布将在明年夏天之前完成新的大桥建设工程{marks[1]}"
    assert without_quotations(body(f"部长说{quoted}他说")) == "部长说 他说"


@pytest.mark.parametrize(
    "text",
    [
        'la llamada "guerra fría" terminó entonces',  # two words: the writer's own choice of words
        f"«{LONG}",  # never closed
        f"{LONG}» dijo",
        f"‘{LONG}’",  # an apostrophe as well
        f"《{LONG}》",  # the title of a book
        "",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert without_quotations(body(text)) == body(text)


def test_each_quotation_is_judged_by_its_own_length() -> None:
    assert without_quotations(f'"sí" dijo, y: "{LONG}" y "no"') == '"sí" dijo, y: y "no"'


@given(st.text(alphabet='ab “”„«»"「」', max_size=80))
def test_cutting_twice_cuts_no_more_than_what_is_left(text: str) -> None:
    once = without_quotations(" ".join(text.split()))
    assert len(without_quotations(once)) <= len(once) <= len(text)


def test_many_opened_marks_cost_no_second_reading() -> None:
    assert without_quotations("«" * 200_000) == "«" * 200_000
    assert without_quotations('“ "' * 66_667).count("“") > 0
