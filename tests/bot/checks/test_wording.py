from __future__ import annotations

import re
import string
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.sentences import KINDS, LABELS, RELATIONS, SENTENCES, TYPOLOGIES, WAYS
from bot.checks.wording import Word, counted, day, listing, number, percent, phrase, quoted, say, share
from bot.store.records import Relation
from tests.wording import forbidden_words, mixes_likelihood_and_confidence, ours

HOSTILE = (
    "`",
    "``` @everyone",
    "a` is operated by `b",
    "\u202egnp.exe",
    "x" * 4000,
    "line\none\r\ntwo\u2028three",
    "{0} {account} {{}}",
    "",
    "\u200b\u2060",
    "é" + "\u0301" * 200,
    "\ud800",
    "<@123> **bold** [x](javascript:alert(1))",
    "فارسی\u200cنویسی",
)


def _fields(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_no_sentence_says_a_forbidden_word_whatever_it_is_told(key: str) -> None:
    for value in HOSTILE:
        sentence = say(key, **dict.fromkeys(_fields(SENTENCES[key]), value))
        assert forbidden_words(sentence) == []
        assert not mixes_likelihood_and_confidence(sentence)
        assert sentence.count("`") % 2 == 0
        # Joiners belong to Persian and to emoji; nothing else is invisible.
        assert sentence.replace("\u200c", "").replace("\u200d", "").isprintable()


@pytest.mark.parametrize(
    "table", [LABELS, KINDS, TYPOLOGIES, WAYS], ids=["labels", "kinds", "classes", "ways"]
)
def test_no_fixed_word_is_forbidden(table: dict[str, str]) -> None:
    assert [words for words in table.values() if forbidden_words(words) or "`" in words] == []


def test_every_relation_has_words_in_both_directions() -> None:
    assert set(RELATIONS) == set(Relation)
    assert [words for pair in RELATIONS.values() for words in pair if forbidden_words(words)] == []


@given(st.text(max_size=300), st.integers(1, 80))
def test_nothing_gets_out_of_its_quotation(text: str, limit: int) -> None:
    told = quoted(text, limit=limit)
    if told == "(empty)":
        return
    assert told[0] == told[-1] == "`"
    inside = told[1:-1]
    assert "`" not in inside
    assert 0 < len(inside) <= limit
    hidden = {c for c in inside if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert hidden <= {"\u200c", "\u200d"}
    assert unicodedata.category(inside[0])[0] != "M"


@given(st.text(max_size=200))
def test_other_peoples_words_stay_between_backticks(text: str) -> None:
    sentence = say("registry.untyped", entity=text)
    assert ours(sentence) in {"; no source held classes …", "; no source held classes (empty)"}


def test_our_own_words_are_inserted_as_they_are() -> None:
    assert say("registry.untyped", entity=Word("this outlet")) == "; no source held classes this outlet"
    assert isinstance(phrase("registry.untyped", entity="x"), Word)


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError, match="no such"):
        say("no such sentence")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1204, "1,204"),
        (-3, "−3"),
        (0.0, "0"),
        (3.0, "3"),
        (3.44, "3.4"),
        (12.25, "12.2"),
        (144.4, "144"),
        (0.125, "0.12"),
        (0.00004, "0.00004"),
    ],
)
def test_figures(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 %"),
        (0.004, "0.4 %"),
        (0.005, "0.5 %"),
        (0.85, "85 %"),
        (0.996, "99 %"),
        (1.0, "100 %"),
        (12, "1,200 %"),
    ],
)
def test_a_small_share_is_not_none_and_a_large_one_not_all(value: float, text: str) -> None:
    assert percent(value) == text


def test_a_share_shows_its_sample_and_interval() -> None:
    assert share(17, 20, interval=(0.6396, 0.9476)) == "17 of 20 (85 %, 95 % interval 64–95 %)"
    assert share(2, 900, interval=(0.00061, 0.0081)) == "2 of 900 (0.22 %, 95 % interval 0.061–0.81 %)"
    assert share(0, 900, interval=(0.0, 0.0042)) == "0 of 900 (0 %, 95 % interval 0–0.42 %)"


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 11, 21, 23, 59, tzinfo=UTC), "21 Nov 2026"),
        (date(2026, 1, 2), "2 Jan 2026"),
        ("2026-11-21", "21 Nov 2026"),
        ("2024-02", "Feb 2024"),
        ("2024", "2024"),
        ("2024-13-01", "`2024-13-01`"),  # no month has this number: shown as somebody else's words
        ("autumn 2024", "`autumn 2024`"),
    ],
)
def test_dates_stay_as_partial_as_they_are(when: date | str, text: str) -> None:
    assert day(when) == text


def test_lists_and_counts() -> None:
    assert listing([]) == ""
    assert listing([Word("a")]) == "a"
    assert listing([Word("a"), "b", Word("c")]) == "a, `b` and c"
    assert [counted(n, "post") for n in (0, 1, 2000)] == ["0 posts", "1 post", "2,000 posts"]


def test_every_sentence_is_used() -> None:
    """A sentence that nothing says is dead text for translators."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[3] / "bot").rglob("*.py")
        if not path.name.endswith("sentences.py")
    )
    # Keys that are put together from a state or a tie.
    made = {
        "state.",
        "registry.media",
        "registry.independent",
        "registry.by ",
        "registry.benign ",
        "registry.like ",
        "way.",
        "infra.own",
        "infra.linked",
        "sweeps.",
    }
    unused = [
        key
        for key in SENTENCES
        if f'"{key}"' not in code and not any(key.startswith(start) for start in made)
    ]
    assert unused == []
    assert re.search(r"f\"state\.\{", code)
