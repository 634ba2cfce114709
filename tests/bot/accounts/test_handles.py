"""What each platform could have given as a handle or id, and in which spelling it is kept."""

from __future__ import annotations

import pytest

from bot.accounts import (
    AccountRef,
    Platform,
    canonical_handle,
    canonical_id,
    is_atproto_handle,
    match_key,
    valid_handle,
)
from tests.shared import shared

CHANNEL = "UCt0NzvYvdhi0PagkGL-bZWg"
P = Platform

CANONICAL = [
    (P.X, "XHNews", "xhnews"),
    (P.X, "@mundo_China", "mundo_china"),
    (P.X, " name ", "name"),
    (P.X, "＠ｎａｍｅ", "name"),
    (P.X, "a", "a"),
    (P.X, "12345", "12345"),
    (P.X, "fifteen_letters", "fifteen_letters"),
    (P.X, "sixteen_letters_", None),
    (P.X, "a.b", None),
    (P.X, "a-b", None),
    (P.X, "", None),
    (P.X, "@", None),
    (P.X, "@@name", None),
    (P.X, "two words", None),
    (P.X, "naïve", None),
    (P.X, "mundo_сhina", None),  # Cyrillic es
    (P.X, "na\u200bme", None),
    (P.X, "\u202ename", None),
    (P.X, "home", None),
    (P.X, "Explore", None),
    (P.BLUESKY, "Alice.bsky.social", "alice.bsky.social"),
    (P.BLUESKY, "@example.org", "example.org"),
    (P.BLUESKY, "alice", None),
    (P.BLUESKY, "handle.invalid", None),
    (P.BLUESKY, "name.local", None),
    (P.BLUESKY, "name.arpa", None),
    (P.BLUESKY, "name.localhost", None),
    (P.BLUESKY, "name.internal", None),
    (P.BLUESKY, "name.example", None),
    (P.BLUESKY, "name.alt", None),
    (P.BLUESKY, "name.onion", None),
    (P.BLUESKY, "jo_hn.test", None),
    (P.FEDIVERSE, "@Name@Mastodon.Example", "name@mastodon.example"),
    (P.FEDIVERSE, "name@mastodon.example", "name@mastodon.example"),
    (P.FEDIVERSE, "na.me-two@mastodon.example", "na.me-two@mastodon.example"),
    (P.FEDIVERSE, "name@bücher.example", "name@xn--bcher-kva.example"),
    (P.FEDIVERSE, "name", None),
    (P.FEDIVERSE, ".name@mastodon.example", None),
    (P.FEDIVERSE, "name.@mastodon.example", None),
    (P.FEDIVERSE, "nämé@mastodon.example", None),
    (P.FEDIVERSE, "name@localhost", None),
    (P.FEDIVERSE, "name@server.local", None),
    (P.FEDIVERSE, "name@192.168.0.1", None),
    (P.THREADS, "Some.Name_1", "some.name_1"),
    (P.THREADS, "a" * 30, "a" * 30),
    (P.THREADS, "a" * 31, None),
    (P.INSTAGRAM, "_name_", "_name_"),
    (P.INSTAGRAM, ".name", None),
    (P.INSTAGRAM, "name.", None),
    (P.INSTAGRAM, "na..me", None),
    (P.INSTAGRAM, "parody account", None),
    (P.INSTAGRAM, "explore", None),
    (P.FACEBOOK, "Some.Name", "some.name"),
    (P.FACEBOOK, "NPR", "npr"),
    (P.FACEBOOK, "a" * 50, "a" * 50),
    (P.FACEBOOK, "a" * 51, None),
    (P.FACEBOOK, "100064680614335", None),  # an id
    (P.FACEBOOK, "1.00076e+14", None),
    (P.FACEBOOK, "profile.php", None),
    (P.FACEBOOK, "some_name", None),
    (P.FACEBOOK, "name\\", None),
    (P.YOUTUBE, "SomeName", "somename"),
    (P.YOUTUBE, "some-name_1.2·3", "some-name_1.2·3"),
    (P.YOUTUBE, "人民日报", "人民日报"),
    (P.YOUTUBE, "ข่าวไทย", "ข่าวไทย"),
    (P.YOUTUBE, "ab", None),
    (P.YOUTUBE, "a" * 31, None),
    (P.YOUTUBE, "---", None),
    (P.YOUTUBE, CHANNEL, None),  # an id
    (P.YOUTUBE, "some name", None),
    (P.TELEGRAM, "Some_Name1", "some_name1"),
    (P.TELEGRAM, "abcd", "abcd"),
    (P.TELEGRAM, "abc", None),
    (P.TELEGRAM, "a" * 32, "a" * 32),
    (P.TELEGRAM, "a" * 33, None),
    (P.TELEGRAM, "1name", None),
    (P.TELEGRAM, "name_", None),
    (P.TELEGRAM, "na__me", None),
    (P.TELEGRAM, "s/name", None),
    (P.TELEGRAM, "name.ru", None),
    (P.TELEGRAM, "joinchat", None),
    (P.TIKTOK, "Some.Name_", "some.name_"),
    (P.TIKTOK, "ab", "ab"),
    (P.TIKTOK, "a", None),
    (P.TIKTOK, "a" * 24, "a" * 24),
    (P.TIKTOK, "a" * 25, None),
    (P.TIKTOK, "name.", None),
    (P.TIKTOK, "12345", None),
    (P.VK, "Some.Name_1", "some.name_1"),
    (P.VK, "ria", "ria"),
    (P.VK, "1tv", "1tv"),
    (P.VK, "12345", None),
    (P.VK, "id123", None),  # an id
    (P.VK, "club123", None),
    (P.VK, "a" * 32, "a" * 32),
    (P.VK, "a" * 33, None),
    (P.WEIBO, "人民日报", "人民日报"),
    (P.WEIBO, "CCTV-4中文国际", "CCTV-4中文国际"),
    (P.WEIBO, "中", None),
    (P.WEIBO, "中" * 30, "中" * 30),
    (P.WEIBO, "中" * 31, None),
    (P.WEIBO, "1645372340", None),  # an id
    (P.WEIBO, "two words", None),
    (P.WEBSITE, "www.Example.org", "example.org"),
    (P.WEBSITE, "example.org.", "example.org"),
    (P.WEBSITE, "мир.рф", "xn--h1ahn.xn--p1ai"),
    (P.WEBSITE, "ｅｘａｍｐｌｅ．ｏｒｇ", "example.org"),
    (P.WEBSITE, "localhost", None),
    (P.WEBSITE, "192.168.0.1", None),
    (P.WEBSITE, "https:", None),
    (P.WEBSITE, "n", None),
    (P.WEBSITE, "example.org,", None),
    (P.WEBSITE, "example..org", None),
]


@pytest.mark.parametrize(("platform", "handle", "expected"), CANONICAL)
def test_a_handle_has_one_spelling_or_none(platform: Platform, handle: str, expected: str | None) -> None:
    assert canonical_handle(platform, handle) == expected
    assert valid_handle(platform, handle) is (expected is not None)


@pytest.mark.parametrize(
    ("platform", "text", "expected"),
    [
        (P.X, "783214", "783214"),
        (P.X, "12345678901234567890", None),
        (P.BLUESKY, "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
        (P.BLUESKY, "did:plc:ewvi7nxzyoun6zhxrhs64oi1", None),
        (P.BLUESKY, "did:web:example.org", "did:web:example.org"),
        (P.BLUESKY, "did:key:zQ3sh", None),
        (P.YOUTUBE, CHANNEL, CHANNEL),
        (P.YOUTUBE, CHANNEL.lower(), None),  # case counts
        (P.TELEGRAM, "-1001234567890", "-1001234567890"),
        (P.FACEBOOK, "100064680614335", "100064680614335"),
        (P.FACEBOOK, "123456789012345678", None),
        (P.TIKTOK, "MS4wLjABAAAAqB08cUbXaDWqbD6MCga2RbGTuhfO2EsHayBYx08NDrN7IE3jQuRDNNN6YwyfH6_6", ...),
        (P.VK, "id1", "1"),
        (P.VK, "club1", "-1"),
        (P.VK, "public1", "-1"),
        (P.VK, "event1", "-1"),
        (P.VK, "-1", "-1"),
        (P.VK, "club-1", None),
        (P.VK, "id0", None),
        (P.WEIBO, "1645372340", "1645372340"),
        (P.WEIBO, "1234", None),
        (P.FEDIVERSE, "1", None),
        (P.WEBSITE, "1", None),
    ],
)
def test_an_id_has_one_spelling_or_none(platform: Platform, text: str, expected: object) -> None:
    assert canonical_id(platform, text) == (text if expected is ... else expected)


def _vectors(name: str) -> list[str]:
    lines = shared(f"data/conformance/atproto/{name}").read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def test_atproto_calls_these_handles_valid() -> None:
    handles = _vectors("handle_syntax_valid.txt")
    assert len(handles) == 71
    assert [handle for handle in handles if not is_atproto_handle(handle)] == []


def test_atproto_calls_these_handles_invalid() -> None:
    handles = _vectors("handle_syntax_invalid.txt")
    assert len(handles) == 48
    assert [handle for handle in handles if is_atproto_handle(handle)] == []


def test_facebook_ignores_dots_and_nobody_else_does() -> None:
    def key(platform: Platform, handle: str) -> str:
        return match_key(AccountRef(platform=platform, handle=handle))

    assert key(P.FACEBOOK, "some.name") == key(P.FACEBOOK, "somename")
    assert key(P.INSTAGRAM, "some.name") != key(P.INSTAGRAM, "somename")
    assert key(P.INSTAGRAM, "somename") != key(P.THREADS, "somename")
    assert key(P.WEIBO, "CCTV新闻") == key(P.WEIBO, "cctv新闻")


def test_a_handle_never_matches_an_id() -> None:
    by_handle = match_key(AccountRef(platform=P.X, handle="12345"))
    by_id = match_key(AccountRef(platform=P.X, platform_id="12345"))
    assert by_handle != by_id


def test_references_are_equal_by_identity_alone() -> None:
    assert AccountRef(platform=P.X, handle="name") == AccountRef(platform=P.X, handle="name")
    assert AccountRef(platform=P.X, handle="name") != AccountRef(platform=P.TIKTOK, handle="name")
