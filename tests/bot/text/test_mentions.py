from __future__ import annotations

import html
import json
import re
from typing import Any, cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.text.links import links
from bot.text.mentions import mentions, tags
from tests.shared import shared

LINKED = {
    "usernames": re.compile(r'<a class="tweet-url (?:username|list-slug)"[^>]*>(.*?)</a>'),
    "hashtags": re.compile(r'<a [^>]*class="tweet-url hashtag[^>]*>[#＃](.*?)</a>'),
    "urls": re.compile(r'<a href="(?!https://twitter\.com/search)[^>]*">(.*?)</a>'),
}


def conformance(*sections: str) -> list[tuple[str, str]]:
    raw = shared("data/conformance/twitter-text/autolink.yml").read_text(encoding="utf-8")
    tests = cast("dict[str, dict[str, list[dict[str, str]]]]", yaml.safe_load(raw))["tests"]
    return [(case["text"], case["expected"]) for section in sections for case in tests[section]]


def test_mentions_and_lists_are_those_of_twitter_text() -> None:
    for text, expected in conformance("usernames", "lists", "all"):
        found = [m.handle if m.list_slug is None else f"{m.handle}/{m.list_slug}" for m in mentions(text)]
        assert found == LINKED["usernames"].findall(expected), text


def test_tags_are_those_of_twitter_text() -> None:
    for text, expected in conformance("hashtags", "all"):
        assert [tag.word for tag in tags(text)] == LINKED["hashtags"].findall(expected), text


def test_links_with_a_scheme_are_those_of_twitter_text() -> None:
    for text, expected in conformance("urls", "all"):
        found = [html.escape(link.url, quote=False) for link in links(text) if "://" in link.url]
        assert found == LINKED["urls"].findall(expected), text


def test_nothing_that_x_linked_in_real_posts_is_missed() -> None:
    lines = shared("data/import_samples/x_api_v2_twarc/flat.jsonl").read_text(encoding="utf-8").splitlines()
    seen = 0
    for line in lines:
        post = cast("dict[str, Any]", json.loads(line))
        ours = {
            "mentions": {(mention.start, mention.end) for mention in mentions(post["text"])},
            "hashtags": {(tag.start, tag.end) for tag in tags(post["text"])},
            "urls": {(link.start, link.end) for link in links(post["text"])},
        }
        for kind, found in ours.items():
            linked = {(entity["start"], entity["end"]) for entity in post.get("entities", {}).get(kind, [])}
            assert linked <= found, f"post {post['id']}: {kind} at {linked - found}"
            seen += len(linked)
    assert seen > 100


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("great.@ejemplo_hoy", ["ejemplo_hoy"]),
        ("＠ejemplo_hoy", ["ejemplo_hoy"]),
        ("あ@ejemploの", ["ejemplo"]),
        ("RT@ejemplo: hola", ["ejemplo"]),
        ("RT:@ejemplo hola", ["ejemplo"]),
        ("art@ejemplo", []),  # "rt" ends a word
        ("meet@the a@b.example", []),
        ("@_@", []),
        ("@ejemploì", []),
        ("@ejemploi\u0300", []),  # the same letter, decomposed
        ("@https://example.com", []),
        ("@" + "a" * 21, ["a" * 20]),
        ("https://example.com/@ejemplo example.com/@otro", []),
        ("写信@新华社：今天", []),  # not handle characters
        ("写信@ejemplo今天", ["ejemplo"]),
        ("مصدر@ejemplo", ["ejemplo"]),
        ("\u202e@ejemplo\u202c", ["ejemplo"]),
        ("@ ejemplo @\u200bejemplo", []),
    ],
)
def test_x_mentions(text: str, handles: list[str]) -> None:
    assert [mention.handle for mention in mentions(text)] == handles


@pytest.mark.parametrize(
    ("platform", "text", "handles"),
    [
        ("fediverse", "@ana@social.example y @luis.", ["ana@social.example", "luis"]),
        ("fediverse", "a@social.example", []),
        ("bluesky", "@ana.example.com, @ana", ["ana.example.com"]),
        ("telegram", "@canal_uno @cuat @1numero", ["canal_uno"]),
        ("instagram", "@ana.luz. @x", ["ana.luz", "x"]),
        ("tiktok", "por @ana.luz_", ["ana.luz_"]),
        ("youtube", "ver @ana-luz", ["ana-luz"]),
        ("weibo", "@新华社 转", ["新华社"]),
        ("unheard-of", "@ana.luz", ["ana"]),
    ],
)
def test_mentions_follow_the_platform(platform: str, text: str, handles: list[str]) -> None:
    assert [mention.handle for mention in mentions(text, platform=platform)] == handles


@given(st.text(st.sampled_from("ab1_@＠/.: Rt#é\u0301の新\u200b"), max_size=40))
def test_offsets_slice_back_to_what_was_found(text: str) -> None:
    for mention in mentions(text):
        slug = "" if mention.list_slug is None else f"/{mention.list_slug}"
        assert text[mention.start : mention.end] in {f"@{mention.handle}{slug}", f"＠{mention.handle}{slug}"}
        assert 1 <= len(mention.handle) <= 20
    for tag in tags(text):
        assert text[tag.start + 1 : tag.end] == tag.word
    for link in links(text):
        assert text[link.start : link.end] == link.url
