"""References inside other text: Discord's marks, several at once, Chinese without spaces, plain words."""

from __future__ import annotations

import pytest

from bot.accounts import Platform, parse, read
from tests.bot.accounts.notation import brief, briefs

NAME = "ask x bluesky threads instagram facebook youtube telegram tiktok vk weibo"


@pytest.mark.parametrize(
    "pasted",
    [
        "<https://x.com/name>",
        "||https://x.com/name||",
        "|| https://x.com/name ||",
        "[the account](https://x.com/name)",
        "[https://x.com/other](https://x.com/name)",
        "[the account](<https://x.com/name>)",
        '[the account](https://x.com/name "a title")',
        "**https://x.com/name**",
        "*https://x.com/name*",
        "_https://x.com/name_",
        "__https://x.com/name__",
        "~~https://x.com/name~~",
        "`https://x.com/name`",
        "> https://x.com/name",
        "- https://x.com/name",
        "(https://x.com/name)",
        "[https://x.com/name]",
        "“https://x.com/name”",
        "«https://x.com/name»",
        "「https://x.com/name」",
        "https://x.com/name.",
        "https://x.com/name,",
        "https://x.com/name!",
        "https://x.com/name?",
        "https://x.com/name…",
        "https://x.com/name。",
        "https://x.com/name，看",
        "https://x.com/name看这里",
        "请看https://x.com/name的帖子",
        "请看x.com/name的帖子",
        "看这里：https://x.com/name",
        "ｈｔｔｐｓ：／／ｘ．ｃｏｍ／ｎａｍｅ",
        "https://x。com/name",
        "hxxps://x[.]com/name",
        "see x.com/name for more",
        "see https://x.com/name, for more",
        "https://x.com/name https://twitter.com/NAME?s=20 https://xcancel.com/name",
        "look\n\nhttps://x.com/name\n\nthere",
    ],
)
def test_what_stands_around_an_address_is_no_part_of_it(pasted: str) -> None:
    assert briefs(pasted) == ["x @name"]


def test_escaped_markdown_is_read_as_it_shows() -> None:
    assert briefs(r"https://x.com/some\_name") == ["x @some_name"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("look at https://x.com/a and @b@c.example", ["x @a", "fediverse @b@c.example"]),
        ("https://x.com/a,https://t.me/some_name", ["x @a", "telegram @some_name"]),
        ("https://x.com/ahttps://x.com/b", ["x @a", "x @b"]),
        ("@XHNews says so", [NAME]),
        ("RT@XHNews: so", [NAME]),
        ("RT @XHNews: so", [NAME]),
        ("看＠XHNews的帖子", ["ask youtube weibo x bluesky threads instagram facebook telegram tiktok vk"]),
        ("great.@XHNews!", [NAME]),
        ("看@name@host.example的帖子", ["fediverse @name@host.example"]),
        ("看@name@人民网.中国 的帖子", ["fediverse @name@xn--gmq282eogn.xn--fiqs8s"]),
        ("看https://example.org的文章", ["website @example.org"]),
        (
            "看https://人民网.中国/a 的文章",
            ["website @xn--gmq282eogn.xn--fiqs8s /https://xn--gmq282eogn.xn--fiqs8s/a"],
        ),
        ("@XHNews🎉 wins", [NAME]),
        ("@XHNews's post", [NAME]),
        ("rt.com, tass.ru\n@XHNews", ["ask bluesky website", "ask bluesky website", NAME]),
        ("rt.com tass.ru", ["ask bluesky website", "ask bluesky website"]),
        ("www.rt.com said so", ["website @rt.com"]),
        ("alice.bsky.social said", ["bluesky @alice.bsky.social"]),
        ("by somename.t.me today", ["telegram @somename"]),
        ("channel UCt0NzvYvdhi0PagkGL-bZWg here", ["youtube #UCt0NzvYvdhi0PagkGL-bZWg"]),
        ("id did:plc:ewvi7nxzyoun6zhxrhs64oiz.", ["bluesky #did:plc:ewvi7nxzyoun6zhxrhs64oiz"]),
        ("<@123> look at https://x.com/a", ["refused", "x @a"]),
        ("x.com/a vs. t.me/some_name/5", ["x @a", "telegram @some_name /5"]),
        (
            "https://en.wikipedia.org/wiki/Foo_(bar) (see https://x.com/a)",
            ["website @en.wikipedia.org /https://en.wikipedia.org/wiki/Foo_(bar)", "x @a"],
        ),
        ("[one](https://x.com/a) and [two](https://x.com/b)", ["x @a", "x @b"]),
    ],
)
def test_every_reference_of_a_text_is_found(text: str, named: list[str]) -> None:
    assert briefs(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "mail bob@example.org today",
        "write to first.last+tag@mail.example.org, please",
        "meet@the station",
        "e.g. this, i.e. that, etc.",
        "version 1.2.3 and 3.5 of it",
        "and/or either/or",
        "it ended.Then it began",
        "rt.com said so",
        "@_@ and @name:// there",
        "calling @everyone and @here",
        "<:smile:123456789012345678> at <t:1700000000:R>",
        "plain words only, no names: nothing!",
        "می‌خواهم بروم به خانه",  # Persian, with zero-width non-joiners in their rightful place
        "👩‍💻 codes ❤️ today",
    ],
)
def test_plain_text_names_nobody(text: str) -> None:
    assert briefs(text) == ["refused"]
    (reading,) = read(text)
    assert reading.pasted == text.strip()


def test_mentions_are_read_by_the_platform_that_was_given() -> None:
    found = parse("by @One and @two_2 now", platform=Platform.X)
    assert [brief(reference) for reference in found] == ["x @one", "x @two_2"]


def test_a_reading_keeps_what_was_pasted() -> None:
    text = "请看 https://XCancel.com/Name/status/1#m，还有＠ｎａｍｅ 。"
    assert [reading.pasted for reading in read(text)] == ["https://XCancel.com/Name/status/1#m", "＠ｎａｍｅ"]


def test_a_reference_counts_once_however_often_it_stands_there() -> None:
    assert briefs("@XHNews @xhnews https://x.com/a @XHNews http://twitter.com/A") == [NAME, "x @a"]


def test_a_long_text_is_read_to_its_end() -> None:
    text = "word " * 790 + "https://x.com/name"
    assert briefs(text) == ["x @name"]
