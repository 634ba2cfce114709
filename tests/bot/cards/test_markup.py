from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.markup import (
    clean,
    code_span,
    discord_text,
    html_text,
    link,
    parts,
    plain_text,
    safe_url,
    shorten,
    text_time,
)
from bot.text.inert import EMPTY

HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "\u202eredro esrever",
            "@everyone <@1> <@&2> <#3> </check:4> <t:1:R>",
            "`` ` ```py\nprint()```",
            "**bold** __u__ ~~s~~ ||spoiler|| [a](https://evil.example)",
            "https://evil.example/x discord.gg/abcdef",
            "汉" * 4_000,
            "Z̸̢̛̛̛̛͎͎͎͎͎͎͎a̸̢̛͎̕l̸̛͎g̸̛͎ơ̸͎",
            "\x1b[31mred\x07",
            "\ud800",
            "",
            "   ",
            "\u3164\u2800",
        ]
    ),
)


@given(HOSTILE)
def test_a_strangers_text_stays_inside_its_code(text: str) -> None:
    span = code_span(text)
    assert span.startswith("`")
    assert span.endswith("`")
    inside = span[1:-1]
    assert inside
    assert "`" not in inside
    assert len(inside) <= 64
    assert not [
        c for c in inside if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\u200c\u200d"
    ]


@given(HOSTILE)
def test_only_what_is_between_backticks_can_carry_strangers_characters(text: str) -> None:
    shown = discord_text(f"Seen: {code_span(text)}.")
    before, _inside, after = shown.split("`")
    assert (before, after) == ("Seen: ", ".")


@given(HOSTILE)
def test_our_own_side_of_a_sentence_is_never_markdown(text: str) -> None:
    # Should a sentence be built carelessly, no mention, link or emphasis of it works.
    shown = re.sub(r"`[^`]*`", "", discord_text(text))
    assert not re.search(r"(?<!\\)[*_~|\[\]<>@#]", shown)
    assert "://" not in shown


@given(HOSTILE | st.from_regex(r"([-+]|[0-9]{1,3}[.-]) ?[a-z]{0,3}", fullmatch=True))
def test_no_backslash_of_ours_is_shown(text: str) -> None:
    # Discord takes a backslash away before signs alone; before letters, digits and spaces it stays.
    shown = re.sub(r"`[^`]*`", "", discord_text(text))
    assert "\\" not in re.sub(r"\\[^0-9A-Za-z\s]", "", shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mundo_china", "mundo_china"),
        ("a\u202eb", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs its non-joiner
        ("👩\u200d🚀", "👩\u200d🚀"),  # and emoji their joiner
        ("line\nbreak\ttab", "line break tab"),
        ("\u200d\u200c", EMPTY),
        ("a" * 70, "a" * 63 + "…"),
        ("e" + "\u0301" * 30, "e" + "\u0301" * 4),
    ],
)
def test_cleaned_text_is_one_visible_line(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_parts_alternate_between_us_and_them() -> None:
    assert parts("We say `x` of `y`.") == [
        ("We say ", False),
        ("x", True),
        (" of ", False),
        ("y", True),
        (".", False),
    ]
    # An unpaired backtick gives the rest of the sentence to strangers, the safe side.
    assert parts("We say `x") == [("We say ", False), ("x", True)]


@pytest.mark.parametrize(
    ("sentence", "discord", "plain"),
    [
        ("Seen in `x_y`: 20 %.", "Seen in `x_y`: 20 %.", "Seen in x_y: 20 %."),
        ("without the @ of it", "without the \\@ of it", "without the @ of it"),
        ("- not a list", "\\- not a list", "- not a list"),
        ("3. not a list", "3\\. not a list", "3. not a list"),
        ("+ not a list", "\\+ not a list", "+ not a list"),
        ("3.5 posts a day", "3.5 posts a day", "3.5 posts a day"),
        ("12- no list", "12- no list", "12- no list"),
        ("see https://a.example", "see https:\\//a.example", "see https://a.example"),
        ("``", f"`{EMPTY}`", EMPTY),
    ],
)
def test_sentences_are_drawn_for_each_reader(sentence: str, discord: str, plain: str) -> None:
    assert discord_text(sentence) == discord
    assert plain_text(sentence) == plain


def test_html_marks_strangers_and_escapes_everybody() -> None:
    assert html_text("A & `<b>`") == "A &amp; <code>&lt;b&gt;</code>"


@pytest.mark.parametrize(
    ("sentence", "limit", "expected"),
    [
        ("One. Two. Three is long.", 14, "One. Two. …"),
        ("Short enough.", 20, "Short enough."),
        ("No sentence ends in this one", 16, "No sentence …"),
        ("About `@name_of_an_account` and much more of it", 30, "About `@name_of_an_account` …"),
    ],
)
def test_long_sentences_are_cut_where_a_sentence_or_word_ends(
    sentence: str, limit: int, expected: str
) -> None:
    assert shorten(sentence, limit) == expected


@given(st.text(alphabet="ab .`汉\u202e", max_size=400), st.integers(min_value=70, max_value=200))
def test_cutting_opens_no_quotation(sentence: str, limit: int) -> None:
    short = shorten(sentence, limit)
    if short != sentence:
        assert len(short) <= limit
        assert short.count("`") % 2 == 0
        assert short.endswith("…")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example/(x)", "https://a.example/%28x%29"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/新闻", "https://a.example/%E6%96%B0%E9%97%BB"),
        ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
        ("https://a.example/%E6", "https://a.example/%E6"),
        ("javascript:alert(1)", None),
        ("https://bank.example@evil.example/", None),
        ("https://a.example:99999999/", None),
        ("https://[::1]/", None),
        ("//a.example", None),
        ("https://a.example/" + "x" * 600, None),
        ("", None),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, expected: str | None) -> None:
    assert safe_url(url) == expected
    assert link("open", url) == (f"[open]({expected})" if expected else "open")


@given(st.text(max_size=80))
def test_no_address_leaves_its_brackets(tail: str) -> None:
    shown = link("open", f"https://a.example/{tail}")
    assert shown == "open" or re.fullmatch(r"\[open\]\(https://a\.example/[!-'*-;=?-~]*\)", shown)


def test_times_in_text_name_their_zone() -> None:
    assert text_time(datetime(2026, 11, 1, 9, 5, tzinfo=UTC)) == "1 Nov 2026, 09:05 UTC"
