from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.characters import UNSPACED, marks
from bot.text.normalise import body
from bot.text.tokens import ALPHABETIC, long_enough, stable_hash, tokens, units

# Stored in databases: another value here means that every index has to be rebuilt.
HASH_OF_MUNDO = 7346933009488976510


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't o’neil 'quoted'", ["don't", "o'neil", "quoted"]),
        ("3.14 1,000 u.s.a. end.", ["3.14", "1,000", "u.s.a", "end"]),
        ("fuente:mundo a/b – c", ["fuente", "mundo", "a", "b", "c"]),
        ("mundo_china __ _", ["mundo_china"]),
        ("cooperação e\u0301tat", ["cooperação", "état"]),
        ("Москва, сегодня", ["москва", "сегодня"]),
        ("كَتَبَ الصَّحفي", ["كَتَبَ", "الصَّحفي"]),  # vowel marks stay in their word
        ("हिंदी भाषा", ["हिंदी", "भाषा"]),
        ('צה"ל אמר', ['צה"ל', "אמר"]),
        ("서울 날씨", ["서울", "날씨"]),
        ("今天北京大雪", ["今天北", "天北京", "北京大", "京大雪"]),
        ("新华社：北京", ["新华社", "北京"]),
        ("カタカナ", ["カタカ", "タカナ"]),
        ("ประเทศ", ["ประ", "ระเ", "ะเท", "เทศ"]),
        ("5G网络 on", ["5g", "网络", "on"]),
        ("🚀🇨🇱 !!! …", []),
        ("🚀hola🚀", ["hola"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(body(text)) == expected


def test_chinese_keeps_its_order() -> None:
    # As sets of single characters these two are equal.
    first, second = tokens(body("狗咬人不是新闻")), tokens(body("人咬狗不是新闻"))
    assert set("".join(first)) == set("".join(second))
    assert set(first) != set(second)


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("uno dos tres cuatro", False),
        ("uno dos tres cuatro cinco", True),
        ("uno, dos – tres ! cuatro …", False),  # punctuation is no word
        ("北" * 19, False),
        ("北京，" * 9 + "雪", False),  # 19 characters and nine commas
        ("北" * 20, True),
        ("uno dos " + "北" * 19, False),
        ("uno dos " + "北" * 20, True),  # either minimum is enough
        ("@ejemplo_uno @ejemplo_dos @ejemplo_tres @ejemplo_4 @ejemplo_5", False),
        ("", False),
    ],
)
def test_long_enough(text: str, *, enough: bool) -> None:
    assert long_enough(body(text)) is enough


@given(st.text(max_size=60))
def test_tokens_come_from_the_text_and_are_not_blank(text: str) -> None:
    prepared = body(text)
    for token in tokens(prepared):
        assert token == token.strip() != ""
        assert token in prepared.replace("’", "'").replace("‘", "'")


def test_hashes_are_the_same_in_another_process() -> None:
    code = (
        "from bot.text.tokens import stable_hash, tokens\n"
        "from bot.text.fingerprints import fingerprints\n"
        "text = 'el mundo habla hoy de 北京大雪今天'\n"
        "print(stable_hash('mundo'), tokens(text), fingerprints(text))"
    )
    runs = {
        subprocess.run(  # noqa: S603 (our own interpreter and code)
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().startswith(f"{HASH_OF_MUNDO} ")
    assert stable_hash("mundo") == HASH_OF_MUNDO


def test_alphabets_that_are_cut_fast_hold_no_marks_and_no_unspaced_script() -> None:
    fast, other = re.compile(f"[{ALPHABETIC}]"), re.compile(f"[{UNSPACED}{marks()}]")
    assert not [hex(n) for n in range(0x110000) if fast.match(chr(n)) and other.match(chr(n))]


@given(st.text(st.sampled_from("aÉñжїω١9²_.·'’״\",;:،⁄-–… 🚀🇨🇱\u200d€№"), max_size=40))
def test_alphabets_are_cut_as_any_other_text(text: str) -> None:
    prepared = body(text)
    # One character of Han sends the whole text the general way.
    assert units(prepared) == units(f"{prepared} 北")[:-1]
