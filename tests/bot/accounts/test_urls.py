"""One spelling for the addresses of a page, and whose host it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import clean_url, host_of, registrable_domain

TRACKERS = [
    *("utm_source=a", "utm_medium=a", "utm_campaign=a", "UTM_Source=a", "fbclid=a", "gclid=a", "dclid=a"),
    *(
        "msclkid=a",
        "yclid=a",
        "igsh=a",
        "igshid=a",
        "mibextid=a",
        "si=a",
        "feature=share",
        "pp=a",
        "ref_src=a",
    ),
    *("ref_url=a", "__cft__[0]=a", "__cft__%5B0%5D=a", "__tn__=a", "_r=1", "_t=a", "is_from_webapp=1"),
    *("sender_device=pc", "share_id=a", "share_app_id=a", "xmt=a", "spm=a"),
]
KEPT = [
    "v=a",
    "list=a",
    "t=43",
    "s=a",
    "story_fbid=1",
    "id=1",
    "fbid=1",
    "w=wall-1_2",
    "comment_id=1",
    "q=a",
    "ref=a",
]


@pytest.mark.parametrize("tracker", TRACKERS)
def test_a_tracking_parameter_is_dropped(tracker: str) -> None:
    assert clean_url(f"https://example.org/a?{tracker}") == "https://example.org/a"
    assert clean_url(f"https://example.org/a?b=1&{tracker}&c=2") == "https://example.org/a?b=1&c=2"


@pytest.mark.parametrize("parameter", KEPT)
def test_what_identifies_is_kept(parameter: str) -> None:
    assert clean_url(f"https://www.youtube.com/watch?{parameter}") == f"https://youtube.com/watch?{parameter}"


@pytest.mark.parametrize("host", ["x.com", "twitter.com", "www.x.com", "mobile.twitter.com"])
def test_s_and_t_are_dropped_on_x_alone(host: str) -> None:
    assert clean_url(f"https://{host}/name/status/1?s=20&t=AbC").endswith("/name/status/1")


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("  https://Example.ORG/A ", "https://example.org/A"),
        ("HTTPS://WWW.Example.org", "https://example.org/"),
        ("example.org/a", "https://example.org/a"),
        ("//example.org/a", "https://example.org/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?&&b=1&", "https://example.org/a?b=1"),
        ("https://example.org/статья", "https://example.org/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F"),
        ("https://example.org/%d1%81", "https://example.org/%D1%81"),
        ("https://мир.рф/a", "https://xn--h1ahn.xn--p1ai/a"),
        ("https://ｅｘａｍｐｌｅ．ｏｒｇ/a", "https://example.org/a"),
        ("https://web.telegram.org/k/#@name", "https://web.telegram.org/k/#@name"),
        ("https://www.com/", "https://www.com/"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://a@example.org/", "https://a@example.org/"),
        ("not an address", "not an address"),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling(url: str, cleaned: str) -> None:
    assert clean_url(url) == cleaned


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.org", "example.org"),
        ("www.news.example.org", "example.org"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("some.blogspot.com", "some.blogspot.com"),
        ("a.some.blogspot.com", "some.blogspot.com"),
        ("some.github.io", "some.github.io"),
        ("Example.ORG.", "example.org"),
        ("мир.рф", "xn--h1ahn.xn--p1ai"),
        ("pravda.com.ua", "pravda.com.ua"),
        ("co.uk", None),
        ("blogspot.com", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("", None),
        ("a..b", None),
    ],
)
def test_a_host_belongs_to_what_was_registered(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org/a?b", "example.org"),
        ("example.org", "example.org"),
        ("kosovotimes.example:80", "kosovotimes.example"),
        ("https://мир.рф", "xn--h1ahn.xn--p1ai"),
        ("https:", None),
        ("n", None),
        ("a-b-c", None),
        ("http://127.0.0.1/", None),
        ("https://a@example.org/", None),
        ("", None),
    ],
)
def test_the_host_of_an_address(url: str, host: str | None) -> None:
    assert host_of(url) == host


_PIECES = st.sampled_from(
    [
        *(
            "https://",
            "http:",
            "//",
            "www.",
            "x.com",
            "twitter.com",
            "Example.org",
            "мир.рф",
            ":443",
            ":80",
            "/",
            "?",
        ),
        *(
            "#",
            "&",
            "=",
            "%",
            "%2F",
            "%zz",
            "%d1",
            "utm_source=1",
            "s=1",
            "a",
            "é",
            "中",
            " ",
            "@",
            "[",
            "]",
            "\\",
        ),
        *("\u202e", "\ud800", "．", "／", "；", "..", "web.telegram.org", "#@name"),
    ]
)
_ADDRESSES = st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join))


@settings(deadline=None)
@given(_ADDRESSES)
def test_cleaning_twice_changes_nothing(url: str) -> None:
    once = clean_url(url)
    assert clean_url(once) == once


@settings(deadline=None)
@given(_ADDRESSES)
def test_hosts_and_domains_of_anything_are_canonical_or_none(text: str) -> None:
    host = host_of(text)
    assert host is None or host_of(host) == host
    domain = registrable_domain(text)
    assert domain is None or registrable_domain(domain) == domain
