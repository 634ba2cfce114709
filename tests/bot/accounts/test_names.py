"""Names without an address: certain where the form belongs to one platform, else a list to choose from."""

from __future__ import annotations

import pytest

from bot.accounts import AccountRef, Ambiguous, Platform, Refused, parse, parse_one, read
from bot.errors import AmbiguousError, UnknownAccountError
from tests.bot.accounts.notation import brief, briefs

P = Platform
EVERYWHERE = "ask x bluesky threads instagram facebook youtube telegram tiktok vk weibo"


@pytest.mark.parametrize(
    ("pasted", "named"),
    [
        ("@XHNews", EVERYWHERE),
        ("XHNews", EVERYWHERE),
        ("＠cgtnofficial", EVERYWHERE),
        ("＠ｃｇｔｎｏｆｆｉｃｉａｌ", EVERYWHERE),
        ("  @XHNews \n", EVERYWHERE),
        ("@XHNews.", EVERYWHERE),
        ("@XHNews,", EVERYWHERE),
        ("(@XHNews)", EVERYWHERE),
        ("“@XHNews”", EVERYWHERE),
        ("**@XHNews**", EVERYWHERE),
        ("||@XHNews||", EVERYWHERE),
        ("`@XHNews`", EVERYWHERE),
        ("@mundo_china", "ask x threads instagram youtube telegram tiktok vk weibo"),
        ("@人民日报", "ask youtube weibo"),
        ("@CCTV新闻", "ask youtube weibo x bluesky threads instagram facebook telegram tiktok vk"),
        ("@sixteen_letters_", "ask threads instagram youtube tiktok vk weibo"),
        ("@a", "ask x threads instagram"),
        ("rt.com", "ask bluesky website"),
        ("www.rt.com", "website @rt.com"),
        ("RT.com", "ask bluesky website"),
        ("ｒｔ．ｃｏｍ", "ask bluesky website"),
        ("мир.рф", "ask bluesky website"),
        ("@some.news", "ask bluesky website threads instagram facebook youtube tiktok vk"),
        ("@some.name_x", "ask threads instagram youtube tiktok vk"),
        ("12345678", "ask x facebook telegram vk weibo bluesky threads instagram youtube"),
        ("@12345678", "ask x bluesky threads instagram youtube"),
        ("-1001234567890", "ask telegram vk"),
        ("name@example.org", "ask fediverse website"),
        ("x:mundo_China", "x @mundo_china"),
        ("twitter:@mundo_China", "x @mundo_china"),
        ("telegram:s/somename", "telegram @somename"),
        ("website:rt.com", "website @rt.com"),
        ("bluesky:rt.com", "bluesky @rt.com"),
    ],
)
def test_a_name_alone(pasted: str, named: str) -> None:
    assert briefs(pasted) == [named]


@pytest.mark.parametrize(
    ("platform", "pasted", "named"),
    [
        (P.X, "@XHNews", "x @xhnews"),
        (P.X, "XHNews", "x @xhnews"),
        (P.X, "＠cgtnofficial", "x @cgtnofficial"),
        (P.X, "x.com/XHNews", "x @xhnews"),
        (P.X, "https://twitter.com/XHNews/status/1", "x @xhnews /1"),
        (P.X, "@12345", "x @12345"),
        (P.X, "12345", "ask x"),
        (P.X, "@CCTV新闻", "x @cctv"),
        (P.BLUESKY, "rt.com", "bluesky @rt.com"),
        (P.BLUESKY, "alice", "ask bluesky"),
        (P.BLUESKY, "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "bluesky #did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
        (P.FEDIVERSE, "name@mastodon.example", "fediverse @name@mastodon.example"),
        (P.FEDIVERSE, "https://mastodon.example/users/name", "fediverse @name@mastodon.example"),
        (P.INSTAGRAM, "12345", "instagram @12345"),
        (P.FACEBOOK, "100064680614335", "facebook #100064680614335"),
        (P.FACEBOOK, "profile.php?id=100064680614335&sk=about", "facebook #100064680614335"),
        (P.FACEBOOK, "some-page-104251674369966", "facebook #104251674369966"),
        (P.YOUTUBE, "c/SomeName", "youtube @somename"),
        (P.YOUTUBE, "channel/UCt0NzvYvdhi0PagkGL-bZWg", "youtube #UCt0NzvYvdhi0PagkGL-bZWg"),
        (P.YOUTUBE, "UCt0NzvYvdhi0PagkGL-bZWg", "youtube #UCt0NzvYvdhi0PagkGL-bZWg"),
        (P.TELEGRAM, "s/somename", "telegram @somename"),
        (P.TELEGRAM, "-1001234567890", "telegram #-1001234567890"),
        (P.VK, "club123", "vk #-123"),
        (P.VK, "wall-1_2", "vk #-1 /wall-1_2"),
        (P.WEIBO, "人民日报", "weibo @人民日报"),
        (P.WEIBO, "1645372340", "weibo #1645372340"),
        (P.WEBSITE, "www.rt.com", "website @rt.com"),
        (P.WEBSITE, "https://rt.com/", "website @rt.com"),
        (P.X, "a.b", "refused"),
        (P.X, "sixteen_letters_", "refused"),
        (P.X, "@name@mastodon.example", "refused"),
        (P.X, "javad zarif", "refused"),
        (P.X, "https://t.me/somename", "refused"),
        (P.FEDIVERSE, "@name", "refused"),
        (P.TELEGRAM, "ukraina.ru", "refused"),
    ],
)
def test_a_name_on_a_given_platform(platform: Platform, pasted: str, named: str) -> None:
    assert [brief(reference) for reference in parse(pasted, platform=platform)] == [named]


def test_choices_are_the_accounts_themselves() -> None:
    (reference,) = parse("@XHNews")
    assert isinstance(reference, Ambiguous)
    assert reference.choices[:2] == (
        AccountRef(platform=P.X, handle="xhnews"),
        AccountRef(platform=P.BLUESKY, handle="xhnews.bsky.social"),
    )
    assert "which platform" in reference.reason


def test_parse_one_gives_what_is_certain() -> None:
    assert parse_one("@mundo_China", platform=P.X) == AccountRef(platform=P.X, handle="mundo_china")


def test_parse_one_passes_over_short_links_beside_an_account() -> None:
    assert parse_one("https://x.com/name https://t.co/abc") == AccountRef(platform=P.X, handle="name")


def test_parse_one_takes_a_post_beside_its_author() -> None:
    post = parse_one("https://x.com/name/status/1 by https://x.com/name")
    assert post == parse_one("https://x.com/name/status/1")


def test_parse_one_asks_where_several_are_meant() -> None:
    with pytest.raises(AmbiguousError) as one_name:
        parse_one("@XHNews")
    assert {choice.platform for choice in one_name.value.choices} >= {P.X, P.TELEGRAM}
    with pytest.raises(AmbiguousError) as two_accounts:
        parse_one("https://x.com/one https://x.com/two/status/1")
    assert [choice.handle for choice in two_accounts.value.choices] == ["one", "two"]


@pytest.mark.parametrize(
    ("platform", "pasted", "said"),
    [
        (None, "", "no text to read"),
        (None, "   ", "no text to read"),
        (None, "hello world", "names no account or post"),
        (None, "<@123456789012345678>", "member of this Discord server"),
        (None, "javascript:alert(1)", "`javascript:`"),
        (None, "https://discord.gg/abc", "invite to a Discord server"),
        (None, "https://t.co/abc", "short link"),
        (None, "https://x.com/i/web/status/1 https://x.com/i/web/status/2", "2 posts"),
        (P.X, "a.b", "accepts 1 to 15 letters"),
        (P.X, "sixteen_letters_", "has 16 characters"),
        (P.X, "home", "page of X itself"),
        (P.X, "mundo_сhina", "CYRILLIC SMALL LETTER ES"),
        (P.X, "https://t.me/somename", "Telegram"),
        (P.FEDIVERSE, "@name", "together with its server"),
    ],
)
def test_parse_one_says_what_is_wrong(platform: Platform | None, pasted: str, said: str) -> None:
    with pytest.raises(UnknownAccountError) as caught:
        parse_one(pasted, platform=platform)
    assert said in str(caught.value)


@pytest.mark.parametrize("platform", [platform for platform in Platform if platform is not P.WEBSITE])
def test_an_impossible_name_is_told_what_the_platform_accepts(platform: Platform) -> None:
    (reading,) = read("!!", platform=platform)
    assert isinstance(reading.reference, Refused)
    assert "which accepts" in reading.reference.reason
    assert "such as" in reading.reference.reason
