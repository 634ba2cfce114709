"""What a reader must be told: why a text cannot be used, and what is odd about one that can."""

from __future__ import annotations

import re

import pytest

from bot.accounts import CautionKind, Reading, Refused, read

K = CautionKind


def _one(text: str) -> Reading:
    (reading,) = read(text)
    return reading


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no text to read."),
        (" \n\t ", "There is no text to read."),
        ("hello there", "names no account or post"),
        ("<@123>", "`<@123>` is a member of this Discord server"),
        ("<@!123>", "is a member of this Discord server"),
        ("<@&123>", "is a role of this Discord server"),
        ("<#123>", "is a channel of this Discord server"),
        ("</check:123>", "is a command of this Discord server"),
        ("</watchlist add:123>", "is a command of this Discord server"),
        ("https://discord.gg/abc", "invite to a Discord server"),
        ("discord.gg/abc", "invite to a Discord server"),
        ("https://discord.com/invite/abc", "invite to a Discord server"),
        ("https://discord.com/channels/1/2/3", "leads into Discord"),
        ("https://ptb.discord.com/channels/1/2/3", "leads into Discord"),
        ("javascript:alert(1)", "begins with `javascript:`"),
        ("JavaScript:alert(1)", "begins with `javascript:`"),
        ("data:text/html,x", "begins with `data:`"),
        ("ftp://example.org/a", "begins with `ftp:`"),
        ("file:///etc/passwd", "begins with `file:`"),
        ("mailto:name@example.org", "begins with `mailto:`"),
        ("https://t.me/+AbCdEf", "invite to a Telegram chat"),
        ("https://t.me/joinchat/AbCdEf", "invite to a Telegram chat"),
        ("https://t.me/c/1234567890/5", "private Telegram chat"),
        ("https://x.com/home", "`https://x.com/home` is a page of X itself"),
        ("https://x.com/i/lists/12", "`https://x.com/i/lists/12` is a page of X itself"),
        ("https://x.com/", "`https://x.com/` is X itself"),
        ("https://www.youtube.com/feed/trending", "is a page of YouTube itself"),
        (
            "https://x.com/sixteen_letters_",
            "X, which accepts 1 to 15 letters A to Z, digits or _. This one has 16",
        ),
        ("https://www.instagram.com/na..me", "with no dot first, last or twice in a row"),
        ("https://www.facebook.com/groups/name", "A Facebook group is not an account"),
        ("https://www.linkedin.com/in/name", "cannot read accounts on LinkedIn yet"),
        ("https://t.co/", "leads nowhere by itself"),
        ("https://x.com@evil.example/name", "what stands before the @ is a login"),
        ("http://127.0.0.1/@name", "`127.0.0.1` is not a host name"),
        ("https://printer.local/", "a name for private networks"),
        ("x.com/mundo_сhina", "с (CYRILLIC SMALL LETTER ES), which may pass for a plain letter"),
        ("\u202e@name", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("@na\u200bme", "U+200B ZERO WIDTH SPACE"),
        ("@name\u2069", "U+2069 POP DIRECTIONAL ISOLATE"),
        ("na\u00adme", "U+00AD SOFT HYPHEN"),
        ("https://x.com/na\u200dme", "U+200D ZERO WIDTH JOINER"),
        ("https://x.com/name%E2%80%AE", "U+202E"),
        ("https://x\u200b.com/name", "U+200B"),
        ("https://x.com/name?q=\ufeff1", "U+FEFF"),
        ("@na\x00me", "U+0000"),
        ("@na\ud800me", "U+D800"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, said: str) -> None:
    refused = _one(text).reference
    assert isinstance(refused, Refused)
    assert said in refused.reason


REFUSED = [
    *(
        "",
        "hello there",
        "<@123>",
        "discord.gg/abc",
        "javascript:alert(1)",
        "https://t.me/+AbCdEf",
        "x.com/home",
    ),
    *(
        "https://t.me/c/1/2",
        "https://x.com/a.b",
        "https://www.facebook.com/groups/a",
        "https://ok.ru/a",
        "t.co",
    ),
    *(
        "https://a@b.example/",
        "http://[::1]/",
        "https://printer.local",
        "@na\u200bme",
        "x.com",
        "https://t.co/",
    ),
    *(
        "https://discord.com/channels/1",
        "https://bsky.app/",
        "https://vk.com/feed",
        "ftp://example.org",
        "@" * 300,
    ),
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_is_fit_for_people(text: str) -> None:
    refused = _one(text).reference
    assert isinstance(refused, Refused)
    # Whole sentences that end in what to do, with nothing invisible and no line breaks in them.
    assert refused.reason.endswith(".")
    assert re.search(r"\b(Give|Paste|Check|Type)\b", refused.reason)
    assert refused.reason.isprintable()
    assert refused.text.isprintable()
    assert len(refused.text) <= 80
    assert len(refused.reason) <= 600


def test_invisible_characters_are_shown_by_their_number() -> None:
    refused = _one("@na\u202eme").reference
    assert isinstance(refused, Refused)
    assert refused.text == "na<U+202E>me"
    assert _one("@na\u202eme").pasted == "@na\u202eme"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("https://x.com/name", ()),
        ("https://example.org/", ()),
        ("https://vxtwitter.com/name", (K.MIRROR,)),
        ("https://nitter.net/name", (K.MIRROR,)),
        ("https://any.example/name/status/1#m", (K.MIRROR,)),
        ("https://deer.social/profile/example.org", (K.MIRROR,)),
        ("https://www.youtube.com/c/name", (K.OTHER_NAME,)),
        ("https://www.youtube.com/user/name", (K.OTHER_NAME,)),
        ("https://www.youtube.com/name", (K.OTHER_NAME,)),
        ("https://www.youtube.com/@name", ()),
        ("https://weibo.com/rmrb", (K.OTHER_NAME,)),
        ("https://web.archive.org/web/2024/https://x.com/name", (K.WRAPPED,)),
        ("https://l.facebook.com/l.php?u=https://vxtwitter.com/name", (K.MIRROR, K.WRAPPED)),
        ("https://х.com/name", (K.LOOK_ALIKE, K.IDN)),  # Cyrillic ha
        ("https://xn--u1a.com/name", (K.LOOK_ALIKE, K.IDN)),
        ("https://twltter.com/name", (K.LOOK_ALIKE,)),
        ("https://faceb00k.com/name", (K.LOOK_ALIKE,)),
        ("https://lnstagram.com/name", (K.LOOK_ALIKE,)),
        ("https://teIegram.me/name", (K.LOOK_ALIKE,)),
        ("https://instaqram.com/name", ()),
        ("https://facebook.com.login.example/name", (K.LOOK_ALIKE,)),
        ("https://facеbook.com/name", (K.LOOK_ALIKE, K.MIXED_SCRIPT, K.IDN)),  # Cyrillic ie
        ("https://t.mе/name", (K.LOOK_ALIKE, K.MIXED_SCRIPT, K.IDN)),
        ("https://мир.рф/", (K.IDN,)),
        ("https://bücher.example/", (K.IDN,)),
        ("https://人民网.中国/", (K.IDN,)),
        ("@mundo_сhina", (K.MIXED_SCRIPT,)),
        ("@мир", ()),
        ("@CCTV新闻", ()),
        ("бbс.com", (K.MIXED_SCRIPT, K.IDN)),
    ],
)
def test_odd_addresses_carry_warnings(text: str, kinds: tuple[CautionKind, ...]) -> None:
    assert tuple(warning.kind for warning in _one(text).warnings) == kinds


def test_a_look_alike_is_never_the_platform() -> None:
    reading = _one("https://х.com/name")
    assert reading.reference != _one("https://x.com/name").reference
    look_alike = reading.warnings[0].sentence
    assert "resembles `x.com`" in look_alike


def test_both_forms_of_an_international_host_are_shown() -> None:
    (idn,) = _one("https://мир.рф/").warnings
    assert "мир.рф" in idn.sentence
    assert "xn--h1ahn.xn--p1ai" in idn.sentence
