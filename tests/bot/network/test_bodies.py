"""Bodies in bulk are the bodies of single texts."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.network.bodies import Folder
from bot.network.cells import PLAIN_LINK
from bot.text.links import clean_link
from bot.text.normalise import body

FOLDER = Folder()
# Whatever joins, folds to something else or begins a reference, and ordinary letters between.
SIGNS = st.sampled_from(
    "aBé \n\t\u3000\u2800.,!@＠#＃_/:1Ωσ\u03a3ßİıﬁ①Ａ。．，中国가\u1100\u1161\u11a8\u0301\u0327\u200b\u200d"
    "\ufe0f\u00ad\ud800\x00\x0b\u0e33ｶﾞの😀\u0928\u093c\u1e9e"
)
WORDS = st.sampled_from(
    [
        "@name ",
        "＠Name ",
        "@a.bsky.social ",
        "RT @name: ",
        "example.org/a",
        "https://example.org ",
        "#tag",
        "x@y.org",
    ]
)
TEXTS = st.lists(st.one_of(SIGNS, WORDS), max_size=14).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(TEXTS, max_size=5))
@example(texts=["@name @other hello", "@name", "@name ", " @name x", "@" + "n" * 21 + " x", "@name  x"])
@example(texts=["a. b.c", "a.", ".", "one\ntwo", "", "two  spaces", "ΟΔΟΣ ΣΑΣ"])
def test_bulk_bodies_are_the_bodies_of_single_texts(texts: list[str]) -> None:
    assert FOLDER.bodies(texts) == [body(text) for text in texts]


def test_nothing_but_marks_and_jamo_joins_what_stands_before_it() -> None:
    # The reason why characters may be folded one by one.
    seconds = {
        parts[1]
        for point in range(0x110000)
        if len(parts := unicodedata.decomposition(chr(point)).split()) == 2 and not parts[0].startswith("<")
    }
    others = {code for code in seconds if unicodedata.category(chr(int(code, 16)))[0] != "M"}
    assert all(0x1100 <= int(code, 16) < 0x1200 for code in others)


PARTS = st.lists(
    st.sampled_from(
        ["a", "Z", "7", ".", "-", "_", "/", "%20", "?", "#", ":", "www.", "utm_source=x", " ", "ü", "~", "+"]
    ),
    max_size=8,
).map("".join)


SCHEMES = st.sampled_from(["http://", "https://", "HTTPS://", ""])
HOSTS = st.sampled_from(["example.org", "www.example.org", "a.b-c.example", "localhost", "1.2.3.4", "x.y.1"])


@settings(max_examples=300, deadline=None)
@given(scheme=SCHEMES, host=HOSTS, rest=PARTS)
def test_plain_addresses_are_cleaned_of_their_scheme_alone(scheme: str, host: str, rest: str) -> None:
    url = scheme + host + rest
    plain = re.search(PLAIN_LINK, url) is not None and not url.startswith(("http://www.", "https://www."))
    if plain:
        assert clean_link(url) == "https://" + url.partition("://")[2]
