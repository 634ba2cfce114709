"""Names in Latin letters, two ways."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.romanise import PINYIN, WADE_GILES, has_han, pronounced, romanised, spelt


@pytest.mark.parametrize(
    ("name", "pinyin", "wade_giles"),
    [
        ("新华社", "xinhuashe", "hsinhuashe"),
        ("重庆日报", "chongqingribao", "chungchingjihpao"),  # 重 alone is "zhong"
        ("长沙晚报", "changshawanbao", "changshawanpao"),  # 长 alone is "zhang"
        ("绿色中国", "lusezhongguo", "lusechungkuo"),  # ü as people type it
        ("CCTV西班牙语", "cctvxibanyayu", "cctvhsipanyayu"),
        ("РИА 新华", "ria xinhua", "ria hsinhua"),
    ],
)
def test_chinese_is_spelt_as_it_is_spoken(name: str, pinyin: str, wade_giles: str) -> None:
    assert [(each.way, each.text) for each in pronounced(name)] == [
        (PINYIN, pinyin),
        (WADE_GILES, wade_giles),
    ]


@pytest.mark.parametrize(
    ("text", "latin"), [("Новости", "novosti"), ("Télévision", "television"), ("新华社", "xinhuashe")]
)
def test_every_script_is_spelt_letter_by_letter(text: str, latin: str) -> None:
    assert romanised(text) == latin
    assert [each.text for each in spelt(text)] == [latin]


@pytest.mark.parametrize("text", ["", "plain", "Plain 24!"])
def test_what_is_latin_already_is_left_alone(text: str) -> None:
    assert (romanised(text), spelt(text), pronounced(text)) == (None, [], [])


# The first Chinese name of a process reads the tables.
@settings(deadline=None)
@given(st.text(max_size=30))
def test_spellings_are_plain_letters(text: str) -> None:
    for each in (*spelt(text), *pronounced(text)):
        assert each.text.isascii()
        assert each.text == " ".join(each.text.lower().split())
    assert bool(pronounced(text)) is has_han(text)
