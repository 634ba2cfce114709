"""HTML in one pass: as pages are written, and as they are broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.html_tokens import Tag, Text, tokens


def told(page: str) -> list[str | tuple[str, dict[str, str]]]:
    return [
        token.text
        if isinstance(token, Text)
        else (("/" if token.closing else "") + token.name, token.attributes)
        for token in tokens(page)
    ]


PAGES: list[tuple[str, list[str | tuple[str, dict[str, str]]]]] = [
    ("<p>a &amp; b</p>", [("p", {}), "a & b", ("/p", {})]),
    ("<A HREF=x Title='a b'>", [("a", {"href": "x", "title": "a b"})]),
    ('<a href="x>y">t', [("a", {"href": "x>y"}), "t"]),
    ("<a href=x/>t", [("a", {"href": "x/"}), "t"]),
    ("<a href = 'x' disabled>", [("a", {"href": "x", "disabled": ""})]),
    ('<a href="x"" class="y">t', [("a", {"href": "x", "class": "y"}), "t"]),  # a stray quote
    ('<a "b>t', [("a", {"b": ""}), "t"]),
    ("<a href='&#x41;&amp;'>", [("a", {"href": "A&"})]),
    ("<a href=1 href=2>", [("a", {"href": "1"})]),
    ("a < b <3 c", ["a ", "<", " b ", "<", "3 c"]),
    ("<!-- <p> -->x", ["x"]),
    ("<!-- never closed <p>", []),
    ("<!DOCTYPE html><?xml ?>x", ["x"]),
    ("<script>if (a<b) '<p>'</script>x", [("script", {}), "if (a<b) '<p>'", ("/script", {}), "x"]),
    ("<script>a</scripty></SCRIPT >", [("script", {}), "a</scripty>", ("/script", {})]),
    ("<title>a &amp; <b></title>", [("title", {}), "a & <b>", ("/title", {})]),
    ("<style>never closed <p>", [("style", {}), "never closed <p>"]),
    ("<p", [("p", {})]),
    ("<a href='never closed><p>", [("a", {"href": "never closed><p>"})]),
    ("", []),
    ("<", ["<"]),
]


@pytest.mark.parametrize(("page", "expected"), PAGES)
def test_tags_and_texts(page: str, expected: list[str | tuple[str, dict[str, str]]]) -> None:
    assert told(page) == expected


@given(
    st.lists(
        st.sampled_from(["<", ">", "a", " ", "=", '"', "'", "/", "!", "--", "<p", "<script", "</", "&lt"]),
        max_size=25,
    ).map("".join)
)
def test_any_page_is_gone_through_once(page: str) -> None:
    """Whatever is broken, the pieces stand in order and none is longer than the page."""
    found = list(tokens(page))
    assert len(found) <= 2 * len(page)
    assert sum(len(each.source) if isinstance(each, Tag) else 0 for each in found) <= len(page)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a '",
        '<a b="',
        "<a =",
        "<!--",
        "<!",
        "<div>",
        "</",
        "<script>",
        "<title><",
        "&amp",
        "<p a=b ",
    ],
)
def test_no_piece_repeated_makes_it_slow(piece: str) -> None:
    """Half a million characters; in quadratic time this would not end while anybody waits."""
    page = piece * (500_000 // len(piece))
    assert sum(1 for _ in tokens(page)) <= len(page)
