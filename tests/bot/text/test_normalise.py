from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalise import body, body_key, fold, strip_controls, text_key

LOUD = st.text(
    st.sampled_from("aBcİßΣéñ的新のก1_@＠#＃/.: \n\u200b\u00ad\ufe0f\u0301\u0338Rtcomhps\ud800…ﬁ"),
    max_size=50,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RT @ejemplo: Hola  Mundo", "hola mundo"),
        ("RT @uno: RT @dos: hola", "hola"),
        ("rt @ana@social.example: hola", "hola"),
        ("start @ejemplo now", "start now"),  # "rt" of a word is no prefix
        ("Mira https://example.com/a?b #ElMundo @ejemplo", "mira elmundo"),
        ("hola @ana.bsky.social y @ana@social.example fin", "hola y fin"),
        ("写信@ejemplo：今天", "写信 :今天"),
        ("ＦＵＥＮＴＥ：Ｘ", "fuente:x"),
        ("co\u00adope\u200bra\ufeffción ❤\ufe0f", "cooperación ❤"),
        ("e\u200b\u0301", "é"),  # zero width between letter and accent
        ("a\u00a0\u3000\u2003b\n\n c", "a b c"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u202eabc\u202c", "abc"),
        ("@ejemplo @otro https://example.com", ""),
        ("   ", ""),
    ],
)
def test_body(text: str, expected: str) -> None:
    assert body(text) == expected


def test_text_glued_to_a_mention_is_not_lost() -> None:
    first, second = body("写信@新华社：今天北京大雪 看这里"), body("写信@新华社：明天上海下雨 看这里")
    assert "今天北京大雪" in first
    assert first != second


def test_posts_of_mentions_alone_have_nothing_to_compare() -> None:
    assert text_key("@ejemplo_uno @ejemplo_dos") is None
    assert text_key("https://example.com/a") is None
    assert text_key("\u200b") is None


def test_cyrillic_and_latin_words_keep_different_keys() -> None:
    assert text_key("сосо") != text_key("coco")


def test_order_counts_in_the_key() -> None:
    assert text_key("dog bites man") != text_key("man bites dog")


@given(LOUD)
def test_body_of_a_body_is_itself(text: str) -> None:
    reduced = body(text)
    assert body(reduced) == reduced
    assert text_key(reduced) == text_key(text) == body_key(reduced)


@given(st.text(max_size=80))
def test_any_text_has_a_body(text: str) -> None:
    reduced = body(text)
    assert body(reduced) == reduced
    assert fold(fold(text)) == fold(text)
    assert reduced == " ".join(reduced.split())


@given(LOUD, st.integers(0, 50), st.sampled_from("\u200b\u200d\u00ad\ufeff\u2060\ufe0f"))
def test_the_key_does_not_see_a_zero_width_character(text: str, at: int, hidden: str) -> None:
    assert text_key(text[:at] + hidden + text[at:]) == text_key(text)


@given(LOUD)
def test_the_key_does_not_see_decomposition_or_white_space(text: str) -> None:
    assert text_key(unicodedata.normalize("NFD", text)) == text_key(text)
    assert text_key(f"\n {text}\u3000 ") == text_key(text)
    assert text_key(text.replace(" ", " \t\u00a0")) == text_key(text)


def test_strip_controls_keeps_lines_and_joiners() -> None:
    assert strip_controls("a\r\nb\tc\x00\x1b[0m") == "a\nb\tc[0m"
    assert strip_controls("\u202eabc\u2066") == "abc"
    assert strip_controls("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"
    assert strip_controls("a\ud800b").encode() == b"ab"
