from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.links import clean_link, links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see example.com, and www.example.biz.", ["example.com", "www.example.biz"]),
        ("x.com/ejemplo/status/1 t.me/ejemplo", ["x.com/ejemplo/status/1", "t.me/ejemplo"]),
        ("example.co.uk", ["example.co.uk"]),
        ("新闻example.com来", ["example.com"]),
        ("新闻https://example.com/a新闻", ["https://example.com/a"]),
        ("см. президент.рф.", ["президент.рф"]),
        ("http://президент.рф/новости", ["http://президент.рф/новости"]),
        ("http://例子.测试/x", ["http://例子.测试/x"]),
        ("http://192.0.2.1:8080/a?b", ["http://192.0.2.1:8080/a?b"]),
        (
            "<https://example.com/a_(b)> ||https://example.com||",
            ["https://example.com/a_(b)", "https://example.com"],
        ),
        ("[texto](https://example.com/a)", ["https://example.com/a"]),
        # What people write without meaning an address.
        ("It ended.They left. At 10.30 in the U.S./China talks, e.g. here.it is", []),
        ("a@example.com first.last@example.com $TVI.CA #example.com", []),
        ("http:// example.com", ["example.com"]),
        ("http://foo!bar http://foo", []),
        ("", []),
    ],
)
def test_links(text: str, found: list[str]) -> None:
    assert [link.url for link in links(text)] == found


@given(st.text(st.sampled_from("ab:/.#?()@-_ é新рфhttpscom"), max_size=60))
def test_links_are_ascending_and_apart(text: str) -> None:
    spans = [(link.start, link.end) for link in links(text)]
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("HTTP://WWW.Example.com/", "https://example.com"),
        ("https://example.com/A?utm_source=x&id=7&fbclid=1#top", "https://example.com/A?id=7"),
        ("https://www.youtube.com/watch?v=abc&si=1&list=9", "https://youtube.com/watch?v=abc&list=9"),
        ("https://x.com/ejemplo/status/1?s=20&t=abc", "https://x.com/ejemplo/status/1"),
        ("https://example.com/?t=5", "https://example.com?t=5"),  # `t` means something elsewhere
        (
            "https://facebook.com/story.php?story_fbid=1&id=2",
            "https://facebook.com/story.php?story_fbid=1&id=2",
        ),
        ("https://www.com/a", "https://www.com/a"),
        ("example.com:443/a", "https://example.com/a"),
        ("https://example.com:8080/a/", "https://example.com:8080/a"),
        ("https://t.co/abc", "https://t.co/abc"),
        # A blank cell is no link: two posts without a link share none.
        ("", None),
        ("   ", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("https://localhost/a", None),
        ("https://example.com:99999999/", None),
    ],
)
def test_one_spelling_for_the_addresses_of_a_page(url: str, clean: str | None) -> None:
    assert clean_link(url) == clean
    assert clean is None or clean_link(clean) == clean


@given(st.text(max_size=60))
def test_clean_link_reads_anything_and_is_stable(url: str) -> None:
    clean = clean_link(url)
    assert clean is None or clean_link(clean) == clean
